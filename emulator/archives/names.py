"""The names of folders and files in an archive (measured on Orthanc 1.9.1 to 1.13.0).

They come from strangers' files: ".." may be among them, as with the server.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from ..store.level import Level
from ..store.resource import Resource
from .rules import ArchiveRelease

#: The tags that make the name of a folder, up to 1.12.
WORDS: Mapping[Level, tuple[int, ...]] = {
    Level.PATIENT: (0x00100020, 0x00100010),
    Level.STUDY: (0x00080050, 0x00081030),
    Level.SERIES: (0x00080060, 0x0008103E),
}

#: The same from 1.13 on, where hyphens stand between them.
PARTS: Mapping[Level, tuple[int, ...]] = {**WORDS, Level.SERIES: (0x00200011, 0x00080060, 0x0008103E)}

MODALITY = 0x00080060

NOT_IN_WORDS = re.compile(r"[^A-Za-z0-9 ._]")
NOT_IN_PARTS = re.compile(r'[\x00-\x1f"*/:<>?\\|\x7f]')


def ascii_text(text: str) -> str:
    """What the server leaves of a text in ASCII: no control characters but the line feed."""
    return "".join(character for character in text if " " <= character <= "~" or character == "\n")


def clean(text: str, release: ArchiveRelease, *, utf8: bool) -> str:
    """A text as a name."""
    if not utf8:
        text = ascii_text(text)
    if release.archives.hyphenates_archive_names:
        text = NOT_IN_PARTS.sub(" ", text)
    else:
        text = NOT_IN_WORDS.sub("", text.replace("^", " ").replace("\n", " "))
    return re.sub(" +", " ", text).strip(" ")


def folder_name(
    resource: Resource, main_tags: Mapping[int, str], release: ArchiveRelease, *, utf8: bool = False
) -> str | None:
    """The name of the folder of a patient, study or series by its main DICOM tags, which that of another may have, too.

    Where no letter of the values may stand in a name, it is empty; from 1.13 on there is no folder then (None).
    """
    tags, separator = WORDS[resource.level], " "
    if release.archives.hyphenates_archive_names:
        tags, separator = PARTS[resource.level], " - "
    values = [main_tags.get(tag, "") for tag in tags]
    if release.archives.hyphenates_archive_names:
        values = [value.strip() for value in values if value.strip()]
        text = separator.join(values)
    else:
        text = separator.join(value if utf8 else ascii_text(value) for value in values).strip(" ")
    carets = "^" if release.archives.takes_carets_for_nothing else ""
    if not text.strip(carets or None):
        return f"Unknown {resource.level.value}"
    name = clean(text, release, utf8=utf8)
    return None if not name and release.archives.hyphenates_archive_names else name


def file_name(series: Resource, number: int, release: ArchiveRelease, *, utf8: bool = False) -> str:
    """The name of a file: two letters of the modality and six digits, or one and seven, or eight digits.

    The server prints it with the modality in the format: a percent sign before the number's is printed in its place.
    """
    letters = series.main_tags.get(MODALITY, "").encode("utf-8", "surrogatepass")[:2].upper()
    modality = letters.decode("utf-8", "ignore")
    if release.archives.signs_archived_numbers and number >= 1 << 31:
        number -= 1 << 32
    digits = f"0{8 - len(letters)}d"
    percents = len(modality) - len(modality.rstrip("%"))
    name = modality[: len(modality) - percents] + "%" * ((percents + 1) // 2)
    name += digits if percents % 2 else f"{number:{digits}}"
    return clean(f"{name}.dcm", release, utf8=utf8)


class Names:
    """The names in use in one folder: the second of the same name gets "-2" at its end."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def unique(self, name: str) -> str:
        self.counts[name] += 1
        count = self.counts[name]
        return name if count == 1 else f"{name}-{count}"
