"""Specific Character Set (0008,0005): bytes of a value <-> text (PS3.3 section C.12.1.1.2).

Measured on Orthanc 1.9.1 to 1.13.0: every byte of the single-byte sets, every pair of bytes of the others. Bytes that
are no text in a character set are left out; how many go at a time is what the error handlers here are about.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..late_pattern import late_pattern
from .element import NUMBER_SIZES, SPECIFIC_CHARACTER_SET, TEXT_VRS, WORD_SIZES, Dataset, even, plain_text
from .rules import DEFAULT_CODEC, TextRules

#: Python's codec for each defined term that Orthanc knows.
CODECS = {
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "iso8859-1",
    "ISO_IR 101": "iso8859-2",
    "ISO_IR 109": "iso8859-3",
    "ISO_IR 110": "iso8859-4",
    "ISO_IR 126": "iso8859-7",
    "ISO_IR 127": "iso8859-6",
    "ISO_IR 138": "iso8859-8",
    "ISO_IR 144": "iso8859-5",
    "ISO_IR 148": "iso8859-9",
    "ISO_IR 166": "tis-620",
    "ISO_IR 192": "utf-8",
    "GB18030": "gb18030",
    "GBK": "gb18030",
    "ISO 2022 IR 13": "shift_jis",
    "ISO 2022 IR 58": "gb2312",
    "ISO 2022 IR 87": "iso2022_jp",
    "ISO 2022 IR 149": "cp949",
    **{
        f"ISO 2022 IR {number}": f"iso8859-{part}"
        for number, part in zip((100, 101, 109, 110, 144, 127, 126, 138, 148), range(1, 10), strict=True)
    },
    "ISO 2022 IR 166": "tis-620",
}

#: What stands for a dataset that names no character set: Orthanc's option DefaultEncoding, in lower case.
DEFAULT_ENCODINGS = {
    "ascii": "ascii",
    "utf8": "utf-8",
    "latin1": DEFAULT_CODEC,
    "latin2": "iso8859-2",
    "latin3": "iso8859-3",
    "latin4": "iso8859-4",
    "latin5": "iso8859-9",
    "cyrillic": "iso8859-5",
    "windows1251": "cp1251",
    "arabic": "iso8859-6",
    "greek": "iso8859-7",
    "hebrew": "iso8859-8",
    "thai": "tis-620",
    "japanese": "shift_jis",
    "chinese": "gb18030",
    "japanesekanji": "iso2022_jp",
    "korean": "cp949",
    "simplifiedchinese": "gb2312",
}
#: The defined term of each in a new file; there is none for Windows-1251.
DEFAULT_TERMS = {
    "ascii": "ISO_IR 6",
    "utf-8": "ISO_IR 192",
    **{f"iso8859-{part}": f"ISO_IR {number}" for part, number in zip(range(1, 5), (100, 101, 109, 110), strict=True)},
    "iso8859-9": "ISO_IR 148",
    "iso8859-5": "ISO_IR 144",
    "iso8859-6": "ISO_IR 127",
    "iso8859-7": "ISO_IR 126",
    "iso8859-8": "ISO_IR 138",
    "tis-620": "ISO_IR 166",
    "shift_jis": "ISO_IR 13",
    "gb18030": "GB18030",
    "iso2022_jp": "ISO 2022 IR 87",
    "cp949": "ISO 2022 IR 149",
    "gb2312": "ISO 2022 IR 58",
}


def encoding_name(codec: str) -> str:
    """How a server spells the encoding with this codec of Python's."""
    name = next(name for name, known in DEFAULT_ENCODINGS.items() if known == codec)
    return {"japanesekanji": "JapaneseKanji", "simplifiedchinese": "SimplifiedChinese"}.get(name, name.title())


#: How 1.12 and later may be given a defined term.
UNDERSCORED = {"ISO_IR_": "ISO_IR ", "ISO_2022_IR_": "ISO 2022 IR "}

#: The defined terms that the server writes as others: in a new file it has one character set, without extensions.
WRITTEN_TERMS = {
    "GBK": "GB18030",
    "ISO_IR 6": "ISO_IR 6",
    **{f"ISO 2022 IR {number}": f"ISO_IR {number}" for number in (6, 13, 100, 101, 109, 110)},
    **{f"ISO 2022 IR {number}": f"ISO_IR {number}" for number in (126, 127, 138, 144, 148, 166)},
}

#: ASCII as Orthanc reads it: other control characters than line feed go too.
NOT_ASCII_TEXT = late_pattern(rb"[^\x20-\x7e\n]")

#: C1 controls and no-break space, which Python's TIS-620 has and the server's has not.
NOT_THAI = late_pattern(rb"[\x80-\xa0]")

#: What a dataset with several character sets has taken out of its decoded text: shifts and escape sequences.
ESCAPES = late_pattern(r"[\x0e\x0f]|\x1b(?:[NOno|}~]|\$?[ -/][0-\x7f]|\$[0-\x7f])")

#: What ISO-2022-JP switches with: to ASCII, JIS X 0201 (letters, or kana), JIS X 0208 and JIS X 0212.
JAPANESE_SWITCH = late_pattern(rb"\x1b(\([BJI]|\$[@B]|\$\(D)")

#: What the server drops in such a text: other sets, not what is written in them, and stray bytes.
NOT_JAPANESE = late_pattern(
    rb"\x1b\$\(C|\x1b\.[AF]|\x1b\$\)[ACEG]|\x1b\$A|\x1bO|\x1b%.|[\x80-\xff\x0e\x0f]"
    rb"|\x1b(?!\([BJI]|\$[@B]|\$\(D)",
    re.DOTALL,
)

#: Where the server's GB18030 differs from Python's, which has characters of the Private Use Area still.
GB18030_2005 = str.maketrans(
    "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796"
    "\ue7c7\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
    "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19"
    "\u1e3f\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
)

#: Six more that old releases take out of the Private Use Area.
GB18030_PLANE_2 = str.maketrans(
    "\ue816\ue817\ue818\ue831\ue83b\ue855",
    "\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
)

#: Signs that the server knows as full-width ones alone in Japanese character sets, Python as others.
JAPANESE_SIGNS = {0xFFE0: "\u00a2", 0xFFE1: "\u00a3", 0xFFE2: "\u00ac"}

#: What is put for a character before Python's codec writes it, as the server has it.
ENCODED_AS: dict[str, dict[int, str]] = {
    "gb18030": {
        **{old: chr(new) for old, new in GB18030_2005.items()},
        **{new: chr(old) for old, new in GB18030_2005.items()},
    },
    "iso2022_jp": {0xA2: "", 0xA3: "", 0xAC: "", 0xFF0D: "\u2212", 0xFF5E: "\u301c", **JAPANESE_SIGNS},
    "shift_jis": JAPANESE_SIGNS,
    "tis-620": dict.fromkeys(range(0x80, 0xA0), ""),
}

#: VRs in which a backslash separates no values (PS3.5 section 6.2).
SINGLE_VALUED_VRS = frozenset({"LT", "ST", "UT"})

REPLACEMENT = "\ufffd"

#: By the number of its bytes in UTF-8, the smallest code that needs as many.
SMALLEST_CODES = {1: 0, 2: 0x80, 3: 0x800, 4: 0x10000}

YEN_AND_OVERLINE = str.maketrans("\\~", "\u00a5\u203e")


@dataclass(frozen=True)
class CharacterSet:
    """How a dataset's text is written: Python's `codec`, and whether it was one of `several` character sets."""

    codec: str
    several: bool
    rules: TextRules

    @cached_property
    def texts(self) -> dict[tuple[str, bytes], str | None]:
        """Texts that were decoded before, by VR and value: see `element_text`."""
        return {}

    @cached_property
    def has_ascii(self) -> bool:
        """Whether bytes below 128 are always ASCII."""
        return self.codec.startswith("iso8859") and not self.several

    def decode(self, value: bytes, vr: str = "") -> str:
        """The text of a value; bytes that are none in the character set are left out, as the server does."""
        if self.has_ascii and value.isascii():
            return value.decode("ascii")
        text = DECODERS.get(self.codec, decode_single_bytes)(value, self, vr)
        return ESCAPES.sub("", text) if self.several else text


@lru_cache(maxsize=256)
def character_set_of_terms(terms: str, rules: TextRules) -> CharacterSet:
    """What the value of Specific Character Set stands for: its first term that is not empty decides.

    A term that Orthanc does not know leaves ASCII.
    """
    parts = [part.strip().upper() for part in terms.split("\\")]
    term = respelled(next(filter(None, parts), ""), rules)
    return the_character_set(CODECS.get(term, "ascii") if term else rules.default_codec, len(parts) > 1, rules)


@lru_cache(maxsize=64)
def the_character_set(codec: str, several: bool, rules: TextRules) -> CharacterSet:
    """The one character set of its kind: it keeps texts, and the terms of strangers' files have no end."""
    return CharacterSet(codec, several, rules)


def respelled(term: str, rules: TextRules) -> str:
    for underscored, prefix in UNDERSCORED.items():
        if rules.knows_underscores and term.startswith(underscored):
            return prefix + term.removeprefix(underscored)
    return term


def written_term(text: str, rules: TextRules) -> str | None:
    """The defined term that the server writes into a new file for one that a request gives; None for any other text."""
    term = respelled(text.strip().upper(), rules)
    return WRITTEN_TERMS.get(term) or (term if term in CODECS else None)


def character_set_of(dataset: Dataset, rules: TextRules) -> CharacterSet:
    """The character set of a dataset and of every item in it; that of an item is not heeded."""
    element = dataset.get(SPECIFIC_CHARACTER_SET)
    if element is None:
        return character_set_of_terms("", rules)
    if element.vr not in TEXT_VRS:  # a value, of which no term is read
        size = NUMBER_SIZES.get(element.vr) or WORD_SIZES.get(element.vr, 1)
        length = len(even(element.value))
        return character_set_of_terms("UNKNOWN" if length and length % size == 0 else "", rules)
    return character_set_of_terms(plain_text(element.value.partition(b"\0")[0]), rules)


def codec_of(dataset: Dataset, rules: TextRules) -> str:
    """Python's codec for the text of a dataset."""
    return character_set_of(dataset, rules).codec


#: Half of a surrogate pair, those excepted by which "surrogateescape" keeps bytes.
LONE_SURROGATE = late_pattern("[\ud800-\udc7f\udd00-\udfff]")

#: Codecs that write more than they read: Japanese with the letters of JIS X 0212, which the views leave out.
WRITTEN_CODECS = {"iso2022_jp": "iso2022_jp_1"}


def term_of(codec: str) -> str:
    """The defined term of SpecificCharacterSet that stands for a codec, "" for that of the default repertoire."""
    return next((term for term, known in CODECS.items() if known == codec), "")


def encode(text: str, codec: str) -> bytes:
    """The bytes of a text; characters that the character set lacks are left out, as the server does.

    Bytes that are no UTF-8 (kept by "surrogateescape") are lacking in all others.
    """
    if codec in ENCODED_AS:
        text = text.translate(ENCODED_AS[codec])
    if codec == "utf-8":
        return utf_8_bytes(text)
    encoded = text.encode(WRITTEN_CODECS.get(codec, codec), WRITTEN_ERRORS.get(codec, "ignore"))
    return staying_roman(encoded) if ROMAN in encoded else encoded


#: The escape sequences of ISO 2022 IR 87 for ASCII and for JIS X 0201 Roman, which has yen and overline for two of it.
ASCII, ROMAN = b"\x1b(B", b"\x1b(J"
#: What stands behind signs of JIS X 0201 Roman and is in it, too.
BEHIND_ROMAN = late_pattern(rb"(\x1b\(J[^\x1b]*)\x1b\(B([^\x1b\\~]+)(\x1b\(J)?")


def staying_roman(encoded: bytes) -> bytes:
    """A text in which ASCII is not gone back to before it must be (measured on the four releases)."""
    while found := BEHIND_ROMAN.search(encoded):
        goes_on = encoded[found.end() : found.end() + 1] == b"\x1b" or found[3]
        behind = b"" if goes_on else ASCII
        encoded = encoded[: found.start()] + found[1] + found[2] + behind + encoded[found.end() :]
    return encoded


def utf_8_bytes(text: str) -> bytes:
    """A text in UTF-8, bytes that are none (kept by "surrogateescape") as they were; other surrogates are left out."""
    return text.encode("utf-8") if text.isascii() else LONE_SURROGATE.sub("", text).encode("utf-8", "surrogateescape")


def valid_text(text: str) -> str:
    """A text without the bytes that are no UTF-8 (kept by "surrogateescape"), and without what they swallow."""
    return utf_8_bytes(text).decode("utf-8", SKIP_UTF_8)


def unchecked_utf_8(value: bytes) -> str:
    """Bytes that stand in the server's JSON undecoded, as if they were UTF-8: trail bytes are not checked.

    What is cut short, too long for its code or no lead byte becomes the replacement character.
    """
    if value.isascii():
        return value.decode("ascii")
    text, position = "", 0
    while position < len(value):
        lead = value[position]
        size = 1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4 if lead < 0xF8 else 0
        if not size or position + size > len(value):
            text, position = text + REPLACEMENT, position + 1
            continue
        code = lead if size == 1 else lead & (0x7F >> size)
        for trail in value[position + 1 : position + size]:
            code = code << 6 | trail & 0x3F
        if code >= 0x110000:  # no more than two surrogates can hold is written
            code = 0x10000 + (code - 0x10000 & 0xFFFFF)
        is_valid = code >= SMALLEST_CODES[size] and not 0xD800 <= code < 0xE000
        text, position = text + (chr(code) if is_valid else REPLACEMENT), position + size
    return text


def decode_single_bytes(value: bytes, character_set: CharacterSet, _: str) -> str:
    return value.decode(character_set.codec, errors="ignore")


def decode_ascii(value: bytes, _character_set: CharacterSet, _vr: str) -> str:
    return NOT_ASCII_TEXT.sub(b"", value).decode("ascii")


def decode_thai(value: bytes, _character_set: CharacterSet, _vr: str) -> str:
    return NOT_THAI.sub(b"", value).decode("tis-620", errors="ignore")


def decode_shift_jis(value: bytes, character_set: CharacterSet, vr: str) -> str:
    """JIS X 0201 has a yen sign where ASCII has the backslash that separates values."""
    if character_set.rules.splits_before_decoding and vr not in SINGLE_VALUED_VRS:
        parts = (part.decode("shift_jis", errors="ignore") for part in value.split(b"\\"))
        return "\\".join(parts).replace("~", "\u203e")
    return value.decode("shift_jis", errors="ignore").translate(YEN_AND_OVERLINE)


def decode_gb18030(value: bytes, character_set: CharacterSet, _: str) -> str:
    text = value.decode("gb18030", errors=SKIP_ONE).translate(GB18030_2005)
    return text.translate(GB18030_PLANE_2) if character_set.rules.gb18030_has_plane_2 else text


def decode_japanese(value: bytes, _character_set: CharacterSet, _vr: str) -> str:
    """ISO-2022-JP with the additions of NEC and IBM, as Shift JIS of Microsoft has them, JIS X 0201 and JIS X 0212."""
    first, *rest = JAPANESE_SWITCH.split(NOT_JAPANESE.sub(b"", value))
    switched = (JAPANESE_RUNS[switch](run) for switch, run in zip(rest[::2], rest[1::2], strict=True))
    return first.decode("ascii") + "".join(switched)


def japanese_run(run: bytes) -> str:
    """Pairs of JIS X 0208, read as Shift JIS; a single byte at the end is none."""
    return "".join(
        shifted(row, cell).decode("cp932", errors="ignore")
        for row, cell in zip(run[::2], run[1::2], strict=False)
        if 0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E and is_assigned(shifted(row, cell))
    )


def supplementary_run(run: bytes) -> str:
    """Pairs of JIS X 0212."""
    pairs = (run[start : start + 2] for start in range(0, len(run) - 1, 2))
    return "".join((b"\x1b$(D" + pair).decode("iso2022_jp_1", errors="ignore") for pair in pairs)


def kana_run(run: bytes) -> str:
    """Half-width kana of JIS X 0201."""
    return "".join(chr(0xFF61 + byte - 0x21) if 0x21 <= byte <= 0x5F else chr(byte) * (byte < 0x21) for byte in run)


#: How what follows each switch is read.
JAPANESE_RUNS: dict[bytes, Callable[[bytes], str]] = {
    b"(B": lambda run: run.decode("ascii"),
    b"(J": lambda run: run.decode("ascii").translate(YEN_AND_OVERLINE),
    b"(I": kana_run,
    b"$@": japanese_run,
    b"$B": japanese_run,
    b"$(D": supplementary_run,
}


def shifted(row: int, cell: int) -> bytes:
    """A pair of JIS X 0208 as Shift JIS."""
    lead = (row + 1 >> 1) + (0x70 if row < 0x5F else 0xB0)
    trail = cell + (0x7E if row % 2 == 0 else 0x1F + (cell >= 0x60))
    return bytes((lead, trail))


def is_assigned(pair: bytes) -> bool:
    """Whether two bytes are one character of Shift JIS, rather than an error and a character."""
    try:
        return len(pair.decode("cp932")) == 1
    except UnicodeDecodeError:
        return False


KOREAN_SINGLE_BYTES = {0x80: "\x80", 0xFF: "\uf8f7"}
KOREAN_USER_ROWS = {0xC9: 0xE000, 0xFE: 0xE05E}
KOREAN_ROW_LENGTH = 94

#: How what Python's codec can't write is written, for codecs that do not leave it out.
WRITTEN_ERRORS = {"cp949": "orthanc-emulator-write-korean"}

SKIP_ONE = "orthanc-emulator-skip-one"
SKIP_UTF_8 = "orthanc-emulator-skip-utf-8"
SKIP_KOREAN = "orthanc-emulator-skip-korean"
WRITE_KOREAN = "orthanc-emulator-write-korean"


def skip_one(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "", error.start + 1


def skip_utf_8(error: UnicodeError) -> tuple[str, int]:
    """A lead byte goes with the trail bytes that it asks for, and with the first byte that is none of these."""
    assert isinstance(error, UnicodeDecodeError)
    lead, position = error.object[error.start], error.start + 1
    trail = 0 if lead < 0xC2 else 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3 if lead < 0xF5 else 0
    while trail and position < len(error.object):
        is_trail = 0x80 <= error.object[position] < 0xC0
        position += 1
        trail = trail - 1 if is_trail else 0
    return "", position


def skip_korean(error: UnicodeError) -> tuple[str, int]:
    """A lead byte goes with what could be its trail byte; 80, ff and two rows of user-defined characters are read."""
    assert isinstance(error, UnicodeDecodeError)
    lead, *trail = error.object[error.start : error.start + 2]
    if lead in KOREAN_SINGLE_BYTES:
        return KOREAN_SINGLE_BYTES[lead], error.start + 1
    if not trail or not (0x40 <= trail[0] < 0x7F or 0x80 <= trail[0] < 0xFF):
        return "", error.start + 1
    if lead in KOREAN_USER_ROWS and trail[0] >= 0xA1:
        return chr(KOREAN_USER_ROWS[lead] + trail[0] - 0xA1), error.start + 2
    return "", error.start + 2


def write_korean(error: UnicodeError) -> tuple[bytes, int]:
    """What `skip_korean` reads is written so, too; all else is left out."""
    assert isinstance(error, UnicodeEncodeError)
    character = error.object[error.start]
    for byte, single in KOREAN_SINGLE_BYTES.items():
        if character == single:
            return bytes([byte]), error.start + 1
    for lead, first in KOREAN_USER_ROWS.items():
        if 0 <= ord(character) - first < KOREAN_ROW_LENGTH:
            return bytes([lead, 0xA1 + ord(character) - first]), error.start + 1
    return b"", error.start + 1


codecs.register_error(SKIP_ONE, skip_one)
codecs.register_error(SKIP_UTF_8, skip_utf_8)
codecs.register_error(SKIP_KOREAN, skip_korean)
codecs.register_error(WRITE_KOREAN, write_korean)

DECODERS: dict[str, Callable[[bytes, CharacterSet, str], str]] = {
    "ascii": decode_ascii,
    "cp949": lambda value, *_: value.decode("cp949", errors=SKIP_KOREAN),
    "gb18030": decode_gb18030,
    "iso2022_jp": decode_japanese,
    "shift_jis": decode_shift_jis,
    "tis-620": decode_thai,
    "utf-8": lambda value, *_: value.decode("utf-8", errors=SKIP_UTF_8),
}
