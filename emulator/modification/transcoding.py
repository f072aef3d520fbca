"""The option "Transcode": which transfer syntaxes the server knows and writes, and what needs a codec.

Measured on Orthanc 1.9.1 to 1.13.0 with every transfer syntax of PS3.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dicom.element import PIXEL_DATA
from ..dicom.padding import repad
from ..dicom.reader import DicomFile
from ..dicom.transfer_syntaxes import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from ..dicom.writer import write_file
from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from .rules import ModificationRelease
from .writable import COMPRESSED, can_be_transcoded, outgrows_buffer

#: The transfer syntaxes that need no codec.
UNCOMPRESSED = frozenset({IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN})

#: JPEG and JPEG-LS, which the server writes; a file without pixel data just gets the new UID.
WRITTEN = frozenset(COMPRESSED + number for number in "50 51 57 70 80 81".split())

#: Those that the server knows and can't write.
KNOWN = frozenset(
    {
        *(f"{COMPRESSED}{number}" for number in (*range(52, 57), *range(58, 67), *range(90, 96), *range(100, 109))),
        "1.2.840.10008.1.2.5",  # RLE
        "1.2.840.10008.1.2.6.1",
        "1.2.840.10008.1.2.6.2",
    }
)
#: The quality of lossy JPEG where a request names none.
DEFAULT_QUALITY = 90

HIGH_THROUGHPUT = frozenset(COMPRESSED + number for number in ("201", "202", "203"))


def known_transfer_syntaxes(release: ModificationRelease) -> frozenset[str]:
    """The UIDs that a "Transcode" may name."""
    known = UNCOMPRESSED | WRITTEN | KNOWN
    return known | HIGH_THROUGHPUT if release.modification.has_high_throughput_syntaxes else known


def can_be_written(wanted: str) -> bool:
    """Whether the server writes files of a transfer syntax."""
    return wanted in UNCOMPRESSED | WRITTEN


def parse_transcode(
    body: Mapping[str, Any], level: Level, release: ModificationRelease, *, is_anonymization: bool
) -> str | None:
    """The transfer syntax that a modify or anonymize of a resource of `level` names.

    Above instances it is read after "KeepSource"; for many resources `level` is STUDY. Raises OrthancError as
    `check_transfer_syntax` does, Bad file format for what is no text.
    """
    if is_anonymization and level is Level.INSTANCE and not release.modification.transcodes_anonymized_instances:
        return None
    wanted = body.get("Transcode")
    if "Transcode" in body and not isinstance(wanted, str):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "String value expected in field: Transcode")
    check_transfer_syntax(wanted, level, release)
    return wanted


def lossy_quality(body: Mapping[str, Any], release: ModificationRelease) -> int:
    """The "LossyQuality" of a request, which is read by some releases, and only beside "Transcode".

    Raises OrthancError: Bad file format or, for a number below 0 on 1.13.0, Bad type for a parameter.
    """
    if not release.modification.reads_lossy_quality or "Transcode" not in body:
        return DEFAULT_QUALITY
    value = body.get("LossyQuality", DEFAULT_QUALITY)
    if not isinstance(value, int) or isinstance(value, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Integer value expected in field: LossyQuality")
    if value < 0 and release.modification.negative_qualities_are_bad_types:
        details = "Negative value found while expecting an unsigned int in field 'LossyQuality'"
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, details)
    if value < 0:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Unsigned integer value expected in field: LossyQuality")
    return value


def check_transfer_syntax(wanted: str | None, level: Level, release: ModificationRelease) -> None:
    """Refuses a "Transcode" that names no transfer syntax: Parameter out of range, or Bad file format in a cascade."""
    if wanted is None or wanted in known_transfer_syntaxes(release):
        return
    if level is Level.INSTANCE:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Unknown transfer syntax: {wanted}")
    raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Unknown transfer syntax UID: {wanted}")


def transcoded(source: DicomFile, wanted: str | None, release: ModificationRelease) -> str:
    """The transfer syntax in which a file is written, None standing for its own.

    Raises OrthancError: what the server answers for a syntax that it can't write, Not implemented yet (501) where the
    server would compress or decompress.
    """
    own = source.transfer_syntax
    if wanted is None or wanted == own:
        return own
    if not can_be_written(wanted) or not can_be_transcoded(source, release):
        if release.modification.explains_transcoding:
            raise OrthancError(ErrorCode.INTERNAL_ERROR, f"Cannot transcode to transfer syntax: {wanted}")
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED)
    if own in UNCOMPRESSED and wanted in UNCOMPRESSED:
        return wanted
    pixel_data = source.dataset.get(PIXEL_DATA)
    is_native = pixel_data is not None and not pixel_data.undefined_length  # as a request wrote it
    if pixel_data is not None and not (is_native and wanted in UNCOMPRESSED):
        raise OrthancError(
            ErrorCode.NOT_IMPLEMENTED,
            f"The emulator has no codecs: it can't transcode pixel data from {own} to {wanted}",
            http_status=501,
        )
    return wanted


def transcoded_if_possible(source: DicomFile, wanted: str | None, release: ModificationRelease) -> str:
    """As `transcoded`, but a file keeps its transfer syntax where the server can't write the one that is wanted.

    So it is in copies of studies, series and patients, measured on Orthanc 1.9.1 to 1.13.0.
    """
    is_possible = wanted is None or (can_be_written(wanted) and can_be_transcoded(source, release))
    return transcoded(source, wanted if is_possible else None, release)


def transcoded_file(source: DicomFile, wanted: str, release: ModificationRelease) -> bytes:
    """The bytes of a file in another transfer syntax; raises as `transcoded` does."""
    dataset = source.dataset.copy()
    repad(dataset, strips_nuls=release.dicom.text.strips_nuls)
    syntax = transcoded(source, wanted, release)
    file = DicomFile(source.meta, dataset, syntax)
    if syntax != source.transfer_syntax and is_lost(file, release):
        return b""
    return write_file(file, release.dcmtk_version)


def is_lost(file: DicomFile, release: ModificationRelease) -> bool:
    """Whether nothing comes of a file that is written: its group lengths need more bytes than there are."""
    return release.modification.refuses_short_group_lengths and outgrows_buffer(file.dataset, file.transfer_syntax)
