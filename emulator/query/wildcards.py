"""Texts with `*` and `?`, compared without going back: in time that grows with the text, whatever is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate

#: Up to this product of lengths a piece with `?` is looked for by a regular expression, which then is faster.
FEW_COMPARISONS = 1 << 20

Find = Callable[[str, int, int], int]


def wildcard_matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a whole text fits the pattern; `?` stands for one character, `*` for any number of them.

    What stands between two `*` is taken where it comes first: if that does not lead to a match, no later place does.
    """
    first, *others = pattern.split("*")
    if not others:
        starts = starting_with(pattern)
        return lambda text: len(text) == len(pattern) and starts(text, 0)
    *middle, last = others
    pieces = [(len(piece), finder(piece)) for piece in middle if piece]
    starts, ends = starting_with(first), starting_with(last)
    shortest = len(first) + sum(length for length, _ in pieces) + len(last)

    def matches(text: str) -> bool:
        end = len(text) - len(last)
        if len(text) < shortest or not starts(text, 0) or not ends(text, end):
            return False
        position = len(first)
        for length, find in pieces:
            position = find(text, position, end)
            if position < 0:
                return False
            position += length
        return True

    return matches


def starting_with(piece: str) -> Callable[[str, int], bool]:
    """Whether a piece, in which `?` stands for any character, stands at a position of a text."""
    if "?" not in piece:
        return lambda text, position: text.startswith(piece, position)
    literals = placed_literals(piece)
    return lambda text, position: all(text.startswith(literal, position + offset) for offset, literal in literals)


def placed_literals(piece: str) -> list[tuple[int, str]]:
    """The texts between the `?` of a piece, with their offsets."""
    texts = piece.split("?")
    offsets = accumulate((len(text) + 1 for text in texts), initial=0)
    return [(offset, text) for offset, text in zip(offsets, texts, strict=False) if text]


def finder(piece: str) -> Find:
    """Where in a part of a text a piece stands first, -1 if nowhere."""
    if "?" not in piece:
        return lambda text, start, end: text.find(piece, start, end)
    if not placed_literals(piece):
        return lambda text, start, end: start if end - start >= len(piece) else -1
    pattern = re.compile("".join("." if letter == "?" else re.escape(letter) for letter in piece), re.DOTALL)

    def find(text: str, start: int, end: int) -> int:
        if (end - start) * len(piece) > FEW_COMPARISONS:
            return find_by_bits(piece, text, start, end)
        found = pattern.search(text, start, end)
        return -1 if found is None else found.start()

    return find


def find_by_bits(piece: str, text: str, start: int, end: int) -> int:
    """As `finder`, with one step for each character of the text: a bit for each beginning of the piece that fits."""
    anywhere = sum(1 << index for index, letter in enumerate(piece) if letter == "?")
    places = dict.fromkeys(piece, anywhere)
    for index, letter in enumerate(piece):
        if letter != "?":
            places[letter] |= 1 << index
    fitting, whole = 0, 1 << (len(piece) - 1)
    for position in range(start, end):
        fitting = (fitting << 1 | 1) & places.get(text[position], anywhere)
        if fitting & whole:
            return position - len(piece) + 1
    return -1
