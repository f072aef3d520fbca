"""The text of a JSON request -> the bytes of an element, as each VR takes it.

Measured on Orthanc 1.9.1 to 1.13.0: text VRs take anything; a number is read strictly, without blanks.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from typing import NamedTuple

from ..dicom.character_sets import encode
from ..dicom.element import PIXEL_DATA, format_tag
from ..dicom.padding import SPACE_PADDED_VRS, padded, unique_identifier
from ..dictionary import Dictionary
from ..dictionary.dictionary import written_vr as context_vr
from ..errors import ErrorCode, OrthancError
from .rules import ModificationRelease


class IntegerFormat(NamedTuple):
    """How an integer is packed, and between which values it lies, both included."""

    code: str
    smallest: int
    largest: int


#: By VR. An unsigned number may carry a minus sign and then wraps around, except where the VR depends on the context.
INTEGER_FORMATS = {
    "OL": IntegerFormat("L", -0xFFFFFFFF, 0xFFFFFFFF),
    "SL": IntegerFormat("l", -0x80000000, 0x7FFFFFFF),
    "SS": IntegerFormat("h", -0x8000, 0x7FFF),
    "UL": IntegerFormat("L", -0xFFFFFFFF, 0xFFFFFFFF),
    "US": IntegerFormat("H", -0xFFFF, 0xFFFF),
    "xs": IntegerFormat("H", 0, 0xFFFF),
}
WORD_FORMAT = IntegerFormat("H", -0xFFFF, 0xFFFF)
LONG_INTEGER_FORMATS = {
    "OV": IntegerFormat("Q", 1 - (1 << 64), (1 << 64) - 1),
    "SV": IntegerFormat("q", -(1 << 63), (1 << 63) - 1),
    "UV": IntegerFormat("Q", 1 - (1 << 64), (1 << 64) - 1),
}
FLOAT_FORMATS = {"FD": "d", "FL": "f", "OD": "d", "OF": "f"}

INTEGER = re.compile(r"(?P<sign>[+-]?)[0-9]+\Z")
FLOAT = re.compile(
    r"[+-]?(nan|inf|infinity|[0-9]+(?:\.[0-9]*)?(e[+-]?[0-9]+)?|\.[0-9]+(e[+-]?[0-9]+)?)\Z", re.IGNORECASE
)

#: What C's strtol and strtod read of a text that goes on.
INTEGER_PREFIX = re.compile(r"\s*([+-]?[0-9]+)")
FLOAT_PREFIX = re.compile(
    r"\s*([+-]?(?:nan|inf(?:inity)?|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?))", re.IGNORECASE
)

#: A number of more digits is out of every range; it bounds what is computed for a stranger's request.
MAXIMUM_DIGITS = 400

NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
DATA_URI = "data:application/octet-stream;base64,"


def out_of_range(tag: int, text: str) -> OrthancError:
    return OrthancError(
        ErrorCode.BAD_FILE_FORMAT,
        f'While creating a DICOM instance, tag ({format_tag(tag)}) has out-of-range value: "{text}"',
    )


def decode_base64(text: str) -> bytes:
    """The bytes of a base64 text, whose padding may be missing; raises OrthancError (Bad file format)."""
    digits = text.rstrip("=")
    if NOT_BASE64.search(digits) or len(digits) % 4 == 1:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4))
    except binascii.Error:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT) from None


def shown(payload: bytes) -> str:
    """How the server reads such bytes as a number, and shows them in an error."""
    return payload.decode("utf-8", errors="surrogateescape")


class ValueEncoder:
    """Encodes the texts of requests for one dictionary and release."""

    def __init__(
        self, dictionary: Dictionary, release: ModificationRelease, *, interprets_data_uris: bool = True
    ) -> None:
        self.dictionary = dictionary
        self.release = release
        self.interprets_data_uris = interprets_data_uris

    def payload(self, text: str, codec: str) -> bytes:
        """The bytes that a request's text stands for: those of a data URI, else the text in the file's character set.

        A text ends at its first NUL. Raises OrthancError (Bad file format) for a data URI that is not base64.
        """
        if self.interprets_data_uris and text.startswith(DATA_URI):
            return decode_base64(text[len(DATA_URI) :])
        return encode(text.partition("\0")[0], codec)

    def encode(self, tag: int, vr: str, text: str, codec: str) -> bytes:
        """The bytes of a value that a request gives as text, padded to an even length.

        `vr` is the dictionary's, DCMTK's codes for what depends on the context included. Raises OrthancError: Bad file
        format for a number that is none or is out of range, Unknown DICOM tag for an AT that is no tag.
        """
        written_vr = context_vr(tag, vr)
        if written_vr == "AT":
            return self.encode_tags(text, codec)
        payload = self.payload(text, codec)
        text = shown(payload)
        if vr in ("lt", "up"):  # US, SS or OW, and offsets: nothing is in their range
            raise out_of_range(tag, text)
        integer = self.integer_format(tag, vr, written_vr)
        if integer is not None:
            return self.encode_integers(tag, vr, integer, text)
        if written_vr in LONG_INTEGER_FORMATS or (
            vr == "xs" and not self.release.modification.replaces_numbers_by_context
        ):
            raise out_of_range(tag, text)
        if written_vr in FLOAT_FORMATS:
            return self.encode_floats(tag, FLOAT_FORMATS[written_vr], text)
        return self.encode_bytes(written_vr, payload)

    def integer_format(self, tag: int, vr: str, written_vr: str) -> IntegerFormat | None:
        if vr == "xs":
            return INTEGER_FORMATS[vr] if self.release.modification.replaces_numbers_by_context else None
        if written_vr == "OW":
            return WORD_FORMAT if self.release.modification.reads_words and tag != PIXEL_DATA else None
        if self.release.modification.has_long_integers and written_vr in LONG_INTEGER_FORMATS:
            return LONG_INTEGER_FORMATS[written_vr]
        return INTEGER_FORMATS.get(written_vr)

    def encode_bytes(self, vr: str, payload: bytes) -> bytes:
        """The bytes of a text, which end at the first NUL of a data URI's, or of anything else, which may be odd."""
        if vr == "UI":
            payload = unique_identifier(payload.partition(b"\0")[0])
        elif vr in SPACE_PADDED_VRS:
            payload = payload.partition(b"\0")[0].rstrip(b" ")
        elif vr == "OW" and len(payload) % 2:
            if self.release.modification.explains_odd_words:
                raise OrthancError(
                    ErrorCode.PARAMETER_OUT_OF_RANGE, "A tag with OW VR must have an even number of bytes"
                )
            raise OrthancError(ErrorCode.INTERNAL_ERROR)
        return padded(payload, vr)

    def encode_integers(self, tag: int, vr: str, form: IntegerFormat, text: str) -> bytes:
        """One integer, or several separated by backslashes where the release takes them."""
        if "\\" not in text:
            parts, lenient = [text], False
        else:
            # Where the VR depends on the context, lists are lenient in each release that writes it at all
            lenient = vr == "xs" or self.release.modification.number_lists == "lenient"
            if self.release.modification.number_lists == "refused" and not lenient:
                raise out_of_range(tag, text)
            parts = text.split("\\")
        numbers = (integer_prefix(part, form) if lenient else strict_integer(part, form) for part in parts)
        size = 8 * struct.calcsize("<" + form.code)
        encoded = b""
        for number in numbers:
            if number is None:
                raise out_of_range(tag, text)
            encoded += struct.pack("<" + form.code.upper(), number % (1 << size))
        return encoded

    def encode_floats(self, tag: int, code: str, text: str) -> bytes:
        """One floating point number, or several separated by backslashes where the release takes them."""
        lenient = "\\" in text and self.release.modification.number_lists == "lenient"
        if "\\" in text and self.release.modification.number_lists == "refused":
            raise out_of_range(tag, text)
        encoded = b""
        for part in text.split("\\"):
            number = float_prefix(part) if lenient else strict_float(part)
            if number is None:
                raise out_of_range(tag, text)
            encoded += packed_float(tag, code, number, text, overflow_is_infinite=lenient)
        return encoded

    def encode_tags(self, text: str, codec: str) -> bytes:
        """An AT value; raises OrthancError: Not implemented yet on 1.9.1, Unknown DICOM tag for a name."""
        if not self.release.modification.replaces_attribute_tags:
            raise OrthancError(ErrorCode.NOT_IMPLEMENTED)
        texts = [text]
        if self.release.modification.replaces_attribute_tag_lists:
            texts = shown(self.payload(text, codec)).split("\\")
        tags = [self.dictionary.tag(part) for part in texts]
        return b"".join(struct.pack("<HH", tag >> 16, tag & 0xFFFF) for tag in tags)


def strict_integer(text: str, form: IntegerFormat) -> int | None:
    match = INTEGER.match(text)
    if match is None or len(text) > MAXIMUM_DIGITS:
        return None
    if match["sign"] == "-" and form.smallest == 0:
        return None
    number = int(text)
    return number if form.smallest <= number <= form.largest else None


def integer_prefix(text: str, form: IntegerFormat) -> int | None:
    """The number at the start of a text, kept within 64 bits as strtol and strtoul keep it."""
    match = INTEGER_PREFIX.match(text[:MAXIMUM_DIGITS])
    if match is None:
        return None
    number = int(match[1])
    if form.code.islower():
        return max(-(1 << 63), min(number, (1 << 63) - 1))
    return number if abs(number) < 1 << 64 else (1 << 64) - 1


def strict_float(text: str) -> float | None:
    if not FLOAT.match(text):
        return None
    return finite_or_named(text)


def float_prefix(text: str) -> float | None:
    match = FLOAT_PREFIX.match(text)
    return None if match is None else finite_or_named(match[1])


def finite_or_named(text: str) -> float | None:
    """The number of a text, None where it is too large, unlike one that is called "inf"."""
    number = float(text)
    return None if math.isinf(number) and "n" not in text.lower() else number


def packed_float(tag: int, code: str, number: float, text: str, *, overflow_is_infinite: bool) -> bytes:
    try:
        return struct.pack("<" + code, number)
    except OverflowError:
        if not overflow_is_infinite:
            raise out_of_range(tag, text) from None
        return struct.pack("<" + code, math.copysign(math.inf, number))
