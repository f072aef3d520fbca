"""Files that come in pieces: what is kept of them is bounded. How they are put together is a scenario."""

from __future__ import annotations

import pytest

from emulator import OrthancError
from emulator.rest.pieces import Piece, Pieces


def test_pieces_are_put_together_by_name() -> None:
    pieces = Pieces(most=100)
    assert pieces.add(Piece("a", 4), b"ab") is None
    assert pieces.add(Piece("b", 2), b"xy") == b"xy"
    assert pieces.add(Piece("a", 4), b"cd") == b"abcd"
    assert pieces.files == {}


def test_too_many_bytes_drop_all_that_a_name_has() -> None:
    pieces = Pieces(most=100)
    pieces.add(Piece("a", 4), b"abc")
    assert pieces.add(Piece("a", 4), b"de") is None
    assert pieces.add(Piece("a", 4), b"abcd") == b"abcd"


def test_what_strangers_leave_unfinished_is_bounded() -> None:
    pieces = Pieces(most=10)
    pieces.add(Piece("a", 100), b"123456")
    with pytest.raises(OrthancError, match="at most 10 bytes") as refused:
        pieces.add(Piece("b", 100), b"123456")
    assert refused.value.http_status == 413
    assert sum(map(len, pieces.files.values())) <= 10
