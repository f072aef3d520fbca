"""One constraint of a query: a tag, the text asked for, and how a stored text is compared with it.

Measured on Orthanc 1.9.1 to 1.13.0 with some 6,700 queries.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from ..dicom.element import format_tag
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError

WILDCARD_VRS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
RANGE_VRS = frozenset({"DA", "DT", "TM"})

#: The main DICOM tags of which the database keeps a normalised copy, in which case is folded for all letters.
NORMALISED_TAGS = frozenset({0x00100010, 0x00100020, 0x00081030, 0x00080050})


class Kind(Enum):
    """How the text of a constraint is read."""

    EQUALITY = "equality"
    LIST = "list"
    RANGE = "range"
    WILDCARD = "wildcard"


@dataclass(frozen=True)
class Constraint:
    """A tag and the text that it must hold.

    `name` is the tag as the query spells it. `any_member` tells that a list also matches a member of a stored
    multi-valued text (1.12.7 on, for tags that are read from files).
    """

    tag: int
    name: str
    text: str
    kind: Kind
    case_sensitive: bool
    any_member: bool = False

    def __str__(self) -> str:
        return f"{self.name} = {self.text!r}"

    def matches_index(self, stored: str | None) -> bool:
        """Whether a main DICOM tag, None where it is absent, satisfies the constraint."""
        return stored is not None and self.index_matcher(stored)

    def matches_file(self, stored: str | None) -> bool:
        """Whether the text of an element in a file, None where it is absent, satisfies the constraint."""
        if stored is None:
            return False
        if self.any_member and self.kind is Kind.LIST and "\\" in stored:
            return any(self.file_matcher(member) for member in stored.split("\\"))
        return self.file_matcher(stored)

    @cached_property
    def index_matcher(self) -> Callable[[str], bool]:
        """Compares with a main DICOM tag; the database folds the case of ASCII letters, save in its identifiers."""
        fold = str.lower if self.tag in NORMALISED_TAGS else ascii_lower
        return self.matcher(fold, single_character="[\0-\x7f]")

    @cached_property
    def file_matcher(self) -> Callable[[str], bool]:
        """Compares with the text of a file, of which `?` stands for one byte of UTF-8."""
        if self.kind is not Kind.WILDCARD:
            return self.matcher(str.lower)
        as_bytes = Constraint(self.tag, self.name, utf8_bytes(self.text), self.kind, self.case_sensitive)
        matches = as_bytes.matcher(lambda text: utf8_bytes(text.encode("latin-1").decode("utf-8").lower()))
        return lambda stored: matches(utf8_bytes(stored))

    def matcher(self, fold: Callable[[str], str], single_character: str = ".") -> Callable[[str], bool]:
        if self.case_sensitive:
            fold = str  # str of a text is the text itself
        if self.kind is Kind.RANGE:
            lower, _, upper = self.text.partition("-")
            return lambda stored: lower <= stored and (not upper or stored <= upper)
        if self.kind is Kind.LIST:
            members = {fold(member) for member in self.text.split("\\")}
            return lambda stored: fold(stored) in members
        wanted = fold(self.text)
        if self.kind is Kind.EQUALITY:
            return lambda stored: fold(stored) == wanted
        pattern = re.compile(
            "".join({"*": ".*", "?": single_character}.get(part, re.escape(part)) for part in wanted),
            re.DOTALL,
        )
        return lambda stored: pattern.fullmatch(fold(stored)) is not None


ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def ascii_lower(text: str) -> str:
    return text.translate(ASCII_LOWER)


def utf8_bytes(text: str) -> str:
    """A text in which each character stands for one byte of its UTF-8 form."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def make_constraint(
    name: str, text: str, dictionary: Dictionary, *, case_sensitive: bool, any_member: bool
) -> Constraint | None:
    """Reads one line of a query; None where the text is empty, or asks for no more than a range without bounds.

    The VR is the one that the dictionary gives the number without a private creator: wildcards on a private tag
    are refused even where it is registered. Raises OrthancError (Unknown DICOM tag, Parameter out of range).
    """
    if not text:
        return None
    tag = dictionary.tag(name)
    vr = dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
    is_range = vr in RANGE_VRS and "-" in text
    has_wildcard = "*" in text or "?" in text
    if has_wildcard and vr not in WILDCARD_VRS and (is_range or "\\" not in text):
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Wildcards are not allowed on tag {format_tag(tag)}")
    if is_range:
        if text == "-":
            return None
        kind = Kind.RANGE
    elif "\\" in text:
        kind = Kind.LIST
    else:
        kind = Kind.WILDCARD if has_wildcard else Kind.EQUALITY
    return Constraint(tag, name, text, kind, case_sensitive, any_member)
