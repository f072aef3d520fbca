"""One thing that is wrong with a configuration's dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

#: "error": the server does not start with it. "warning": it does, and a user will wish that it did not. "note": what a
#: user should know of an entry that does what it can.
Severity = Literal["error", "warning", "note"]

#: The gravest first.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

#: Every code with what it stands for. Codes are stable: a program may rely on them.
CODES: Mapping[str, str] = MappingProxyType(
    {
        # errors
        "configuration": "the file can't be read, is no JSON, or an option of it has a value that the server refuses",
        "entry-shape": "the entry is no list [VR, name, minimum, maximum, creator]",
        "unknown-tag": "the key is neither a tag nor a name of the dictionary",
        "unknown-vr": "the VR is none, or none that the release can register",
        "multiplicity": "the minimum is below 1, or above the maximum, or there is none",
        "creator-group": "there is a creator, but the group is not odd, or not from 0009 to fffd",
        "tag-taken": "the tag is in DCMTK's dictionary, or in an earlier entry (from 1.10.1 on): leave the entry out",
        "name-taken": "the name is in DCMTK's dictionary, or in an earlier entry (1.9.1)",
        # warnings, and notes
        "section-ignored": '"Dictionary" is no object, or its name is misspelt: the server ignores it',
        "section-repeated": '"Dictionary" stands twice: only the last one counts; join the two',
        "key-repeated": "the key stands twice: only the last one counts; leave one of the two out",
        "key-spelling": "the key is spelt in an unusual way, and read as another tag than it seems",
        "no-creator": "an odd group without creator: no stored element gets the name",
        "even-group": "an even group: DCMTK may define the tag one day, and the server will then not start",
        "full-form": "the entry fits one block only; another file may have the element in another block",
        "offset-name": "the name of an entry by offset names (gggg,00ee), where no element of a block is",
        "name-shared": "another entry has the name, too: a request can mean one of them only",
        "name-unusable": "no request can use the name: it is empty, or read as a number or as a path",
        "name-collides": "views show the name for other elements, too: one hides the other",
        "creator-impossible": "no element of a valid file can hold this creator, or none that is compared with it",
        "creator-alike": "a creator that differs by case or blanks alone has entries in the same group",
        "unreachable": "the element lies in no block: (gggg,0100) to (gggg,0fff) hold no private elements",
        "vr-without-text": "a value of this VR can't be written as text",
        "multiplicity-ignored": "the server does not heed the multiplicity",
        "tag-replaced": "an earlier entry, or DCMTK's, has the tag, and loses it (1.9.1): leave the entry out",
        "refused-later": "a later release refuses the entry: the server will not start after an upgrade",
    }
)

ERRORS = frozenset(
    "configuration entry-shape unknown-tag unknown-vr multiplicity creator-group tag-taken name-taken".split()
)
NOTES = frozenset({"full-form", "offset-name", "vr-without-text", "multiplicity-ignored"})

#: The severity of each code.
SEVERITY_OF: Mapping[str, Severity] = MappingProxyType(
    {code: "error" if code in ERRORS else "note" if code in NOTES else "warning" for code in CODES}
)

#: The codes that never come with a line to write instead: there is none that has the meaning of the entry.
NOTHING_INSTEAD = frozenset(
    {
        "configuration",
        "tag-taken",
        "section-repeated",
        "key-repeated",
        "even-group",
        "creator-alike",
        "vr-without-text",
        "tag-replaced",
        "refused-later",
    }
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a configuration's dictionary.

    `code` is one of `CODES`, by which its `severity` goes; `key` the key of the entry as it is written, None where it
    is about the whole file; `message` says what happens, `advice` what to do, and `instead` holds the line or lines of
    "Dictionary" to write instead, None for the codes `NOTHING_INSTEAD`, and where no line can be told that keeps the
    entry's meaning; all that is offered can be written at once. `file`, `line` and `column` are where the key stands,
    None for a configuration that comes from no file.
    """

    code: str
    message: str
    advice: str
    key: str | None = None
    instead: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def severity(self) -> Severity:
        """How grave it is, by its code."""
        return SEVERITY_OF[self.code]
