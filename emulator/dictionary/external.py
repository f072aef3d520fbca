"""Dictionaries of the user, in DCMTK's format: the option "ExternalDictionaries" and the variable DCMDICTPATH.

A line is `(0011,"MYLAB",01)<TAB>LO<TAB>MyLabel<TAB>1<TAB>anything`, as DCMTK's own dicom.dic and private.dic explain.
Measured on Orthanc 1.9.1 to 1.13.0 with some 150 files; the four releases read them alike.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ..errors import ErrorCode, OrthancError
from ..late_pattern import late_pattern
from .tables import FOLDERS, Tables, load, part
from .tag_text import hexadecimal

#: The VRs that a line may have. Other pairs of capitals are refused, anything else is an unknown VR.
KNOWN_VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)
#: DCMTK's codes for VRs that depend on the context, and those of elements that no dataset may hold.
CONTEXT_CODES = {"ox": "ox", "px": "px", "xs": "xs", "lt": "lt", "up": "up", "na": "na", "pi": "na"}

NUMBER = "(?:0x)?[0-9A-F]+"
RANGE = late_pattern(rf"(?P<low>{NUMBER})(?:-(?:(?P<parity>[A-Z])-)?(?P<high>-?{NUMBER}))?", re.IGNORECASE)
TAG_FIELD = late_pattern(r'\((?P<group>[^,"]*),(?:"(?P<creator>[^"]*)",)?(?P<element>[^,"]*)(?:,[^"]*)?\)')
MULTIPLICITY = late_pattern(r"[+-]?\d+|\d+-\d*n|\d+-\d+|n|")
BLANKS_OR_CREATOR = late_pattern(r'"[^"]*"|\s+')

FEWEST_FIELDS, MOST_FIELDS = 3, 5
#: How many errors of a file are told.
TOLD_ERRORS = 5

FORMAT = 'write (gggg,"CREATOR",ee)<TAB>VR<TAB>Name<TAB>VM, for example (0011,"MYLAB",01)<TAB>LO<TAB>MyLabel<TAB>1'


class LineError(ValueError):
    """A line that is no entry: DCMTK's words for it."""


def tables_of(paths: Sequence[str], dcmtk_version: str) -> Tables:
    """The dictionary that these files make together: a later entry overrides an earlier one of its tag.

    The release's own files, by the paths that they have on its server, are the tables shipped here; others are read,
    and kept while they do not change. Relative paths start in the current folder. Raises OrthancError (Inexistent
    file) for a file that can't be read or has a bad line, with a `hint` that names file and line.
    """
    return cached_tables(tuple((path, identity(path, dcmtk_version)) for path in paths), dcmtk_version)


def identity(path: str, dcmtk_version: str) -> tuple[int, int] | None:
    """What changes with a file; None for one of the release's own."""
    if own_name(path, dcmtk_version):
        return None
    try:
        found = os.stat(path)
    except OSError as error:
        raise refusal(f"cannot open {path or 'a file without a name'}: {error.strerror}") from None
    return found.st_mtime_ns, found.st_size


def own_name(path: str, dcmtk_version: str) -> str | None:
    """ "dicom.dic" or "private.dic" where a path names the release's own file, else None."""
    folder, _, name = path.rpartition("/")
    return name if folder == FOLDERS[dcmtk_version] and name in ("dicom.dic", "private.dic") else None


def check_loaded(tables: Tables) -> None:
    """Raises OrthancError where the server would say that DCMDICTPATH names no dictionary: it asks for one tag."""
    entry = tables.standard(0x0010, 0x1030)
    if entry is None or entry.vr != "DS":
        error = OrthancError(ErrorCode.INTERNAL_ERROR, "The DICOM dictionary has not been correctly read")
        error.hint = "DCMDICTPATH replaces DCMTK's dictionaries: name its dicom.dic too, before your own"
        raise error


def check_patient_tags(tables: Tables) -> None:
    """Raises OrthancError for VRs that the server's anonymization contradicts: it does not start with them."""
    for element, vr in ((0x0010, "PN"), (0x0020, "LO")):
        entry = tables.standard(0x0010, element)
        if entry is not None and entry.vr != vr:
            error = OrthancError(ErrorCode.INTERNAL_ERROR)
            error.hint = f"ExternalDictionaries gives (0010,{element:04x}) the VR {entry.vr}: leave it {vr}"
            raise error


@lru_cache(maxsize=64)
def cached_tables(files: tuple[tuple[str, tuple[int, int] | None], ...], dcmtk_version: str) -> Tables:
    """What `files`, paths with their identities, define: an overlay over the tables with which the list begins."""
    own = [own_name(path, dcmtk_version) for path, _ in files]
    if own[:2] == ["dicom.dic", "private.dic"]:
        base, rest = load(dcmtk_version), files[2:]
    elif own[:1] == ["dicom.dic"]:
        base, rest = part(dcmtk_version, "dicom.dic"), files[1:]
    else:
        base, rest = None, files
    if base is not None and not rest:
        return base
    lines: list[str] = []
    for path, _ in rest:
        name = own_name(path, dcmtk_version)
        lines += part(dcmtk_version, name).lines.values() if name else read_lines(path)
    return Tables(lines, base)


def read_lines(path: str) -> list[str]:
    """The entries of a file, each as `parse_entry` reads it, with its path; raises OrthancError for bad lines."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise refusal(f"cannot open {path}: {error.strerror}") from None
    entries: list[str] = []
    errors: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        try:
            entries.append(f"{entry_line(stripped)}\t{path}")
        except LineError as error:
            errors.append(f"{path}, line {number}: {error}")
    if errors:
        more = f"; and {len(errors) - TOLD_ERRORS} more" if len(errors) > TOLD_ERRORS else ""
        raise refusal("; ".join(errors[:TOLD_ERRORS]) + f"{more}; {FORMAT}")
    return entries


def refusal(hint: str) -> OrthancError:
    """The server's error for every file that it can't load, with what the emulator adds."""
    error = OrthancError(ErrorCode.INEXISTENT_FILE)
    error.hint = hint
    return error


def entry_line(line: str) -> str:
    """A line of a file as the shipped tables write it. Blanks count only within a creator. Raises LineError."""
    fields = [without_blanks(field) for field in line.split("\t")]
    if len(fields) < FEWEST_FIELDS:
        raise LineError("too few fields (they are separated by tabs)")
    if len(fields) > MOST_FIELDS:
        raise LineError("too many fields (they are separated by tabs)")
    tag, vr, name = fields[:3]
    multiplicity = fields[3] if len(fields) > FEWEST_FIELDS else ""
    return "\t".join((tag_text(tag), known_vr(vr), name, known_multiplicity(multiplicity)))


def without_blanks(field: str) -> str:
    return BLANKS_OR_CREATOR.sub(lambda found: found[0] if found[0].startswith('"') else "", field)


def tag_text(field: str) -> str:
    """The tag of a line as the shipped tables write it; what follows a second comma is passed over."""
    match = TAG_FIELD.fullmatch(field)
    if match is None:
        raise LineError(f"bad Tag field: {field}")
    creator = match["creator"]
    group = range_text(match["group"], field, digits=4)
    offsets = creator is not None
    element = range_text(match["element"], field, digits=2 if offsets else 4)
    return f"{group}," + (f'"{creator}",' if offsets else "") + element


def range_text(text: str, field: str, digits: int) -> str:
    """A number, or the two of a range with their parity, with at least so many digits."""
    match = RANGE.match(text)
    if match is None:
        raise LineError(f"bad Tag field: {field}")
    parity = (match["parity"] or "").lower()
    if parity not in ("", "e", "o", "u"):
        raise LineError(f"bad Tag field (the numbers of a range are even, e, odd, o, or any, u): {field}")
    low = hexadecimal(match["low"]) & 0xFFFF
    high = low if match["high"] is None else hexadecimal(match["high"]) & 0xFFFF
    if max(low, high) > 0xFF:
        digits = 4
    if low == high:
        return f"{low:0{digits}X}"
    letter = "" if parity in ("", "e") else f"-{parity}"
    return f"{low:0{digits}X}{letter}-{high:0{digits}X}"


def known_vr(field: str) -> str:
    """The VR of a line: its first two letters count; "UN" for what is none and no two capitals either."""
    code = field[:2]
    if code in KNOWN_VRS:
        return code
    if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper():
        raise LineError(f"bad VR field: {field}")
    return CONTEXT_CODES.get(code, "UN")


def known_multiplicity(field: str) -> str:
    """The multiplicity of a line, "1" for none; the server heeds none of them."""
    if MULTIPLICITY.fullmatch(field) is None:
        raise LineError(f"bad VM field: {field}")
    if field in ("", "n"):
        return "1-n" if field else "1"
    return field.lstrip("+-")
