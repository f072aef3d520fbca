"""Revisions: what tells one version of a metadata or an attachment from the next (from 1.10 on).

A version is named by its number and the MD5 hash of its value, `0-d41d8cd9...`: the entity tag of an answer. Measured
on Orthanc 1.10.1 to 1.13.0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ErrorCode, OrthancError
from ..store.attachment import md5_of
from .rules import AnnotationRelease

NUMBER = re.compile(r"\+?[0-9]{1,19}\Z")
LARGEST = (1 << 63) - 1


@dataclass(frozen=True)
class Revision:
    """The number of a version, from 0, and the MD5 hash of its value, empty where the server keeps none."""

    number: int
    md5: str

    def __str__(self) -> str:
        return f"{self.number}-{self.md5}"

    @classmethod
    def of(cls, number: int, value: bytes) -> Revision:
        return cls(number, md5_of(value))


def parse_revision(text: str, header: str, release: AnnotationRelease) -> Revision:
    """The revision in the value of a header, whose name the error has; raises OrthancError (Parameter out of range)."""
    text = text.strip()
    if text.startswith('"') and text.endswith('"'):
        text = text[1:-1]
    number, hyphen, md5 = text.partition("-")
    if release.annotations.revisions_may_have_blanks:
        number = number.strip(" ")
    if not hyphen or not NUMBER.match(number) or int(number) > LARGEST:
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            f'The "{header}" HTTP header should contain the ETag (revision followed by MD5 hash), but found: {text}',
        )
    return Revision(int(number), md5)


@dataclass(frozen=True)
class RevisionRules:
    """How a server guards a value against being overwritten by who has not seen it.

    `checks` is the option CheckRevisions: who changes a value must name its revision.
    """

    release: AnnotationRelease
    checks: bool

    def given(self, text: str | None) -> Revision | None:
        """The revision that a request names as the one that it changes; None for none."""
        if text is None or not self.release.annotations.has_revisions:
            return None
        return parse_revision(text, "if-match", self.release)

    def check_change(self, given: Revision | None, present: Revision | None) -> None:
        """Raises OrthancError (Bad revision, 409) where a value may not be written; `present` is None for a new one."""
        if present is None or (given is None and not self.checks):
            return
        if given != present:
            raise OrthancError(ErrorCode.REVISION)

    def check_named(self, given: Revision | None) -> None:
        """Raises OrthancError (Bad revision, 409) where who deletes a value must name its revision, and does not."""
        if given is None and self.checks and self.release.annotations.has_revisions:
            raise OrthancError(ErrorCode.REVISION, 'HTTP header "If-Match" is missing, as "CheckRevisions" is "true"')

    def next_number(self, present: int | None) -> int:
        """The number of the version after this one; the first is 0."""
        return 0 if present is None else present + 1

    def kept(self, number: int) -> int:
        """The number that is read again: before 1.13 the database keeps none."""
        return number if self.release.annotations.counts_revisions else 0
