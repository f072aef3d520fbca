"""What `serve` logs of a diagnostic that comes again and again."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from emulator import Emulator
from emulator.commands.repeats import Repeats
from tests.dicom.files import explicit, file

#: Two elements of no private creator, which have one name.
NAMELESS = file(explicit(0x00111001, "LO", b"a "), explicit(0x00111002, "LO", b"b "))


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What a handler like that of `serve` writes."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(Repeats())
    logger = logging.getLogger("emulator")
    logger.addHandler(handler)
    yield text
    logger.removeHandler(handler)


def test_a_diagnostic_is_logged_once_and_kept_always(logged: io.StringIO) -> None:
    orthanc = Emulator()
    instance = orthanc.store(NAMELESS).id
    for _ in range(5):
        orthanc.simplified_tags(instance)
    orphaned, collision = logged.getvalue().splitlines()
    assert orphaned.startswith("orphaned-element 0011,1001: ")
    assert collision.startswith("simplified-name-collision 0011,1002: ")
    assert [one.code for one in orthanc.diagnostics].count("simplified-name-collision") == 5


def test_what_is_no_diagnostic_is_always_logged(logged: io.StringIO) -> None:
    for _ in range(3):
        logging.getLogger("emulator.configuration").warning("%s", "the same")
    assert logged.getvalue().splitlines() == ["the same"] * 3
