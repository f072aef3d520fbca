"""Write the dictionary tables of one DCMTK version from its files dicom.dic and private.dic.

    python -m emulator.dictionary.build_tables 3.6.7 /usr/share/libdcmtk17

Debian ships these files in libdcmtk15 (3.6.5), libdcmtk17 (3.6.7) and dcmtk-data (3.6.9 and 3.7.0). The
output depends on them alone. Build the base version (`emulator.dictionary.tables.BASE_VERSION`) first,
because the others are stored as changes against it; if its table ever changes, build the others again.
"""

import argparse
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from .entry import parse_entry
from .tables import BASE_FILE, BASE_VERSION, FOLDER, VERSIONS, changes_file, read_file

HEXADECIMAL_DIGITS = re.compile(r'"[^"]*"|[0-9A-Fa-f]{2,4}')
"""A quoted creator, or a number in a tag."""


def read_dictionaries(folder: Path) -> list[str]:
    """The lines of a version's tables, from the files dicom.dic and private.dic in `folder`.

    A tag that is defined twice keeps the last definition, at the place of the first: "Entries may override
    existing entries", as the files say. Raises ValueError for a line that is not an entry.
    """
    lines: dict[str, str] = {}
    for name in ("dicom.dic", "private.dic"):
        for line in (folder / name).read_text(encoding="ascii").splitlines():
            if line.strip() and not line.startswith("#"):
                entry = compact(line)
                lines[entry.partition("\t")[0]] = entry
    return list(lines.values())


def compact(line: str) -> str:
    """A line of a .dic file in the format of `parse_entry`, without the last column (the standard's version).

    Raises ValueError when the line is not an entry.
    """
    tag, vr, name, vm = line.split("\t")[:4]  # a line of private.dic lacks the last column
    # DCMTK reports names without the spaces that a few have in private.dic: seen with dcmdump 3.6.7 and with
    # Orthanc 1.9.1, 1.10.1 and 1.12.7.
    result = "\t".join((upper_case_digits(tag.strip("()")), vr, name.replace(" ", ""), vm))
    parse_entry(result)
    return result


def upper_case_digits(tag: str) -> str:
    """The tag with its numbers in upper case. The creator, and the letters o, e and u of ranges, stay."""
    return HEXADECIMAL_DIGITS.sub(lambda found: found[0] if found[0].startswith('"') else found[0].upper(), tag)


def changes_between(base: list[str], lines: list[str]) -> Iterator[str]:
    """The lines with which `apply_changes` makes `base` into `lines`."""
    matcher = SequenceMatcher(a=base, b=lines, autojunk=False)
    for operation, first, last, new_first, new_last in matcher.get_opcodes():
        if operation != "equal":
            yield f"@{first} {last - first}"
            yield from lines[new_first:new_last]


def build(dcmtk_version: str, folder: Path) -> Path:
    """Write the tables of one version and return the file written.

    Raises FileNotFoundError when a .dic file, or the table of the base version, is missing.
    """
    lines = read_dictionaries(folder)
    if dcmtk_version == BASE_VERSION:
        target = FOLDER / BASE_FILE
    else:
        target = FOLDER / changes_file(dcmtk_version)
        lines = list(changes_between(read_file(BASE_FILE), lines))
    FOLDER.mkdir(exist_ok=True)
    target.write_text("".join(f"{line}\n" for line in lines), encoding="ascii", newline="\n")
    return target


def main() -> None:
    """Run the command line in this module's description."""
    parser = argparse.ArgumentParser(description="Write the dictionary tables of one DCMTK version.")
    parser.add_argument("version", choices=VERSIONS)
    parser.add_argument("folder", type=Path, help="where dicom.dic and private.dic are")
    arguments = parser.parse_args()
    print(build(arguments.version, arguments.folder))


if __name__ == "__main__":
    main()
