"""One constraint of a query: a tag, the text asked for, and how a stored text is compared with it.

Measured on Orthanc 1.9.1 to 1.13.0 with some 6,700 queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from ..dicom.character_sets import utf_8_bytes, valid_text
from ..dicom.element import format_tag
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..late_pattern import late_pattern
from ..store.normalisation import NORMALISED_TAGS, ascii_lower, normalised_identifier
from .rules import QueryRelease
from .wildcards import wildcard_matcher

WILDCARD_VRS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
#: A byte that is no UTF-8, as "surrogateescape" keeps it.
ESCAPED_BYTE = late_pattern("[\udc80-\udcff]")
RANGE_VRS = frozenset({"DA", "DT", "TM"})


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
    multi-valued text (1.12.7 on), `folds_all_letters` that case is folded beyond ASCII (1.10.1 on), and
    `database_folds_all_letters` that the database does so, too (PostgreSQL).
    """

    tag: int
    name: str
    text: str
    kind: Kind
    case_sensitive: bool
    any_member: bool = False
    folds_all_letters: bool = True
    database_folds_all_letters: bool = False

    def __str__(self) -> str:
        return f"{self.name} = {self.text!r}"

    def matches_database(self, stored: str | None) -> bool:
        """Whether a main DICOM tag, None where it is absent, satisfies the constraint in the form the database keeps.

        What does is compared once more as it is, with `matches_text`: two steps, as the server takes them.
        """
        return stored is not None and self.database_matcher(stored)

    def matches_text(self, stored: str | None) -> bool:
        """Whether the text of an element, None where it is absent, satisfies the constraint."""
        if stored is None:
            return False
        if self.any_member and self.kind is Kind.LIST and "\\" in stored:
            return any(self.text_matcher(member) for member in stored.split("\\"))
        return self.text_matcher(stored)

    @cached_property
    def database_matcher(self) -> Callable[[str], bool]:
        """Compares with a main DICOM tag as the database keeps it: normalised, or with the case of ASCII folded."""
        if self.tag in NORMALISED_TAGS:
            return matcher(self.kind, self.text, normalised_identifier)
        if self.case_sensitive:
            return matcher(self.kind, self.text, str)
        return matcher(self.kind, self.text, str.lower if self.database_folds_all_letters else ascii_lower)

    @cached_property
    def text_matcher(self) -> Callable[[str], bool]:
        """Compares with a text, of which `?` stands for one byte of UTF-8."""
        fold: Callable[[str], str] = str.lower if self.folds_all_letters else ascii_lower
        if self.case_sensitive:
            fold = str  # str of a text is the text itself
        elif ESCAPED_BYTE.search(self.text):  # folding leaves out what is no UTF-8
            return replace(self, text=valid_text(self.text)).text_matcher
        if self.kind is Kind.WILDCARD:
            return matcher(self.kind, self.text, lambda text: utf8_bytes(fold(text)))
        return matcher(self.kind, self.text, fold)


def matcher(kind: Kind, text: str, fold: Callable[[str], str]) -> Callable[[str], bool]:
    """Whether a stored text is what `text` asks for, both folded first; a range compares the texts as they are."""
    if kind is Kind.RANGE:
        lower, _, upper = text.partition("-")
        return lambda stored: lower <= stored and (not upper or stored <= upper)
    if kind is Kind.LIST:
        members = {fold(member) for member in text.split("\\")}
        return lambda stored: fold(stored) in members
    if kind is Kind.EQUALITY:
        wanted = fold(text)
        return lambda stored: fold(stored) == wanted
    fits = wildcard_matcher(fold(text))
    return lambda stored: fits(fold(stored))


def utf8_bytes(text: str) -> str:
    """A text in which each character stands for one byte of its UTF-8 form."""
    return utf_8_bytes(text).decode("latin-1")


def make_constraint(
    name: str, text: str, dictionary: Dictionary, release: QueryRelease, *, case_sensitive: bool
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
    return Constraint(
        tag,
        name,
        text,
        kind,
        case_sensitive,
        release.query.lists_match_any_member,
        release.query.folds_all_letters,
        release.query.main_tags_fold_all_letters,
    )
