"""A parser of the command line that says what was meant by a word that it does not know."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NoReturn

UNKNOWN = re.compile(r"(?:unrecognized arguments: |invalid choice: ')(?P<word>[^\s']+)")


class SuggestingParser(argparse.ArgumentParser):
    """As argparse's, with "did you mean" at the end of errors; its subparsers are of the same kind."""

    def error(self, message: str) -> NoReturn:
        found = UNKNOWN.search(message)
        if found is not None and "did you mean" not in message.lower():
            close = get_close_matches(found["word"].partition("=")[0], [*words_of(self)], 1)
            message += f" (did you mean {close[0]}?)" if close else ""
        super().error(message)


def words_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options and choices of a parser and of all its commands."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action.choices, dict):
            for name, inner in action.choices.items():
                yield name
                yield from words_of(inner)
        elif action.choices is not None:
            yield from map(str, action.choices)
