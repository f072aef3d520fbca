"""The transfer syntaxes that a release knows (PS3.5 section 10); of all others a dataset's encoding is guessed.

Measured on Orthanc 1.9.1 to 1.13.0 with every UID of PS3.6 annex A and those next to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"
GE_PRIVATE = "1.2.840.113619.5.2"  # implicit little endian, its pixel data big endian

#: Those without VRs, and those whose dataset is deflated.
IMPLICIT = frozenset({IMPLICIT_LITTLE_ENDIAN, GE_PRIVATE})
DEFLATED = frozenset({DEFLATED_LITTLE_ENDIAN, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})


class TransferSyntax(NamedTuple):
    """How a dataset is encoded; the pixel data of an encapsulated one has fragments (PS3.5 annex A.4)."""

    explicit: bool = True
    little_endian: bool = True
    deflated: bool = False
    encapsulated: bool = False


def numbered(prefix: str, numbers: str) -> tuple[str, ...]:
    return tuple(f"1.2.840.10008.1.2.{prefix}{number}" for number in numbers.split())


#: Compressed pixel data: JPEG, JPEG-LS, JPEG 2000, MPEG and RLE, as 1.9.1 and 1.10.1 know them.
ENCAPSULATED = (
    *numbered("4.", "50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 70 80 81 90 91 92 93"),
    *numbered("4.", "100 101 102 103 104 105 106 107 108"),
    "1.2.840.10008.1.2.5",
)
ENCAPSULATED_1_12_7 = (
    *ENCAPSULATED,
    "1.2.840.10008.1.2.1.98",
    *numbered("4.", "100.1 101.1 102.1 103.1 104.1 105.1 106.1 110 111 112 201 202 203"),
)
ENCAPSULATED_1_13_0 = (*ENCAPSULATED_1_12_7, "1.2.840.10008.1.2.8.1")

#: JPIP: the pixel data is elsewhere, in the second kind the dataset is deflated.
JPIP = ("1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.95")
JPIP_HIGH_THROUGHPUT = ("1.2.840.10008.1.2.4.204", "1.2.840.10008.1.2.4.205")


#: Multipart MIME and XML encodings: the server tells them in the metadata, and reads a file as if they were unknown.
RFC_2557 = frozenset(numbered("6.", "1 2"))

#: Transfer syntaxes that are read, and told in no metadata: the server has no name for them.
UNLISTED = frozenset({GE_PRIVATE})
UNLISTED_1_12_7 = UNLISTED | {
    "1.2.840.10008.1.2.1.98",
    *numbered("4.", "100.1 101.1 102.1 103.1 104.1 105.1 106.1 110 111 112 201 202 203 204 205"),
}
UNLISTED_1_13_0 = UNLISTED | {
    "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.8.1",
    *numbered("4.", "100.1 101.1 102.1 103.1 104.1 105.1 106.1 204 205"),
}


def transfer_syntaxes(encapsulated: tuple[str, ...], *more_jpip: tuple[str, str]) -> Mapping[str, TransferSyntax]:
    """The transfer syntaxes of a release by UID."""
    syntaxes = {
        IMPLICIT_LITTLE_ENDIAN: TransferSyntax(explicit=False),
        GE_PRIVATE: TransferSyntax(explicit=False),
        EXPLICIT_LITTLE_ENDIAN: TransferSyntax(),
        EXPLICIT_BIG_ENDIAN: TransferSyntax(little_endian=False),
        DEFLATED_LITTLE_ENDIAN: TransferSyntax(deflated=True),
    }
    for referenced, deflated in (JPIP, *more_jpip):
        syntaxes[referenced] = TransferSyntax()
        syntaxes[deflated] = TransferSyntax(deflated=True)
    syntaxes.update((uid, TransferSyntax(encapsulated=True)) for uid in encapsulated)
    return MappingProxyType(syntaxes)
