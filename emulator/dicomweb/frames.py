"""WADO-RS of frames: the pixels of one after the other, in a media type that the client accepts."""

from __future__ import annotations

import re

from ..dicom.element import PIXEL_DATA
from ..dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from ..errors import ErrorCode, OrthancError
from ..imaging.codecs import DECODED
from ..imaging.frames import FrameReader
from ..imaging.image import native_frame
from ..modification.transcoding import UNCOMPRESSED, known_transfer_syntaxes
from ..rest.response import Response
from ..rest.route import Call
from ..server import Server
from ..store.resource import Resource
from . import core
from .media_types import ANY, RELATED, MediaType
from .multipart import Part, multipart_answer
from .paths import named_resource, settings_of, study_path
from .rules import DicomWebRules
from .urls import base_url

OCTETS, JPEG, JPEG_LS, JPEG_2000 = "application/octet-stream", "image/jpeg", "image/jls", "image/jp2"
RLE_SYNTAX = "1.2.840.10008.1.2.5"
JPEG_PREFIX = "1.2.840.10008.1.2.4."
JPEG_SYNTAXES = frozenset(JPEG_PREFIX + number for number in ("50", "51", "57", "70"))
JPEG_LS_SYNTAXES = frozenset(JPEG_PREFIX + number for number in ("80", "81"))
JPEG_2000_SYNTAXES = frozenset(JPEG_PREFIX + number for number in ("90", "91", "92", "93"))
NATIVE = frozenset({IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN})

AS_STORED = "*"
NUMBER = re.compile(r"-?[0-9]{1,10}\Z")
SIGNED_NUMBER = re.compile(r"[+-]?[0-9]{1,10}\Z")


def frames(call: Call) -> Response:
    """The frames that a path names, those from the second on where it names none.

    Where one is missing after two or more the answer is cut there, without the closing boundary.
    """
    server = call.server
    rules = server.release.dicomweb
    numbers = frame_numbers(call.path["numbers"], rules) if "numbers" in call.path else None
    with server.store.reading:
        instance = named_resource(call)
        wanted = wanted_syntax(call.request.headers.get("Accept"), server)
        location = f"{base_url(call.request, settings_of(call), rules)}/{study_path(instance)}/frames"
        is_one = numbers is not None and len(numbers) == 1
        reader = reader_of(instance, server, is_one=is_one)
        syntax, kind = sent_as(reader, wanted, instance, server)
        chosen = range(1, reader.count() + 1) if numbers is None else numbers
        line = (
            line_of(reader.file.transfer_syntax, is_one=is_one) if reader.file.transfer_syntax == syntax else core.FRAME
        )
        parts = []
        is_decoded = syntax in UNCOMPRESSED and reader.file.transfer_syntax in DECODED
        for index in chosen:
            if is_decoded:
                data = decoded_frame(reader, index, instance, server)
            else:
                with core.core_call(rules, line):
                    data = frame_data(reader, index)
            if data is None:
                break
            parts.append(Part(f"{kind}; transfer-syntax={syntax}", data, f"{location}/{index + 1}"))
    is_whole = len(parts) == len(chosen)
    if len(parts) < 2 and not is_whole:  # nothing was sent before
        raise core.core_error(ErrorCode.PARAMETER_OUT_OF_RANGE, rules, line)
    return multipart_answer(parts[0].content_type, parts, is_whole=is_whole)


def frame_numbers(text: str, rules: DicomWebRules) -> list[int]:
    """The frames of a list, from 0; raises OrthancError for one that is no number above 0."""
    indexes = []
    for number in text.split(","):
        pattern = NUMBER if rules.frame_numbers_have_no_sign else SIGNED_NUMBER
        if not pattern.match(number):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
        if int(number) <= 0:
            details = f"Invalid frame number (must be > 0): {number}"
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
        indexes.append(int(number) - 1)
    return indexes


def reader_of(instance: Resource, server: Server, *, is_one: bool) -> FrameReader:
    """Reads the frames of an instance; raises OrthancError where it has no pixel data."""
    file, rules = server.files.parse(instance), server.release.dicomweb
    if PIXEL_DATA not in file.dataset:
        code = ErrorCode.BAD_REQUEST if rules.absent_pixel_data_is_bad_request else ErrorCode.NOT_IMPLEMENTED
        raise core.core_error(code, rules, line_of(file.transfer_syntax, is_one=is_one))
    return FrameReader(file, server.dictionary, server.release)


def line_of(syntax: str, *, is_one: bool) -> int:
    """Where the plugin asks for a frame: one alone of a file in explicit little endian is asked for as it is."""
    return core.GET if is_one and syntax == EXPLICIT_LITTLE_ENDIAN else core.FRAME


def frame_data(reader: FrameReader, index: int) -> bytes | None:
    """The bytes of a frame, None where there is none."""
    try:
        return reader.raw(index)
    except OrthancError as error:
        if error.code is ErrorCode.PARAMETER_OUT_OF_RANGE:
            return None
        raise


def decoded_frame(reader: FrameReader, index: int, instance: Resource, server: Server) -> bytes | None:
    """The bytes of a compressed frame without compression, None where there is none.

    The server decompresses the file before it looks for a frame, so the first one must be readable.
    """
    try:
        is_there = index < reader.count()
        data = native_frame(reader, index if is_there else 0)
        return data if is_there else None
    except OrthancError as error:
        if error.code is ErrorCode.PARAMETER_OUT_OF_RANGE:
            return None
        if error.http_status == 501:
            raise
        raise not_transcoded(instance, server) from None


def wanted_syntax(accept: str | None, server: Server) -> str:
    """The transfer syntax in which frames are to be sent, "*" for that of the file; raises OrthancError.

    The header is split at semicolons alone, so a list is one type, with all of its parameters: of each the last counts.
    """
    chosen = MediaType(ANY, ANY) if accept is None else MediaType.read(accept)
    if chosen.name == ANY:
        return EXPLICIT_LITTLE_ENDIAN
    if chosen.name.lower() != RELATED:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "expecting 'Accept: multipart/related' HTTP header")
    kind, syntax = chosen.parameters.get("type", ""), chosen.parameters.get("transfer-syntax", "")
    return syntax_of(kind.lower(), syntax, server)


def syntax_of(kind: str, syntax: str, server: Server) -> str:
    """The transfer syntax of a media type, and of the one that a client names beside it."""
    rules = server.release.dicomweb
    if kind in ("", OCTETS):
        return octet_syntax(syntax, server)
    fitting: dict[str, tuple[str, frozenset[str]]] = {
        JPEG: (JPEG_PREFIX + "70", JPEG_SYNTAXES),
        JPEG_LS: (JPEG_PREFIX + "80", JPEG_LS_SYNTAXES),
        JPEG_2000: (JPEG_PREFIX + "90", JPEG_2000_SYNTAXES),
    }
    fitting |= dict.fromkeys({"image/x-dicom-rle", rules.rle_type}, (RLE_SYNTAX, frozenset({RLE_SYNTAX})))
    if kind in fitting:
        usual, known = fitting[kind]
        if syntax == "":
            return usual
        if syntax in known and (kind != JPEG_LS or rules.jpeg_ls_can_be_named):
            return syntax
    details = f'DICOMweb RetrieveFrames: Transfer syntax "{syntax}" is incompatible with media type "{kind}"'
    raise OrthancError(ErrorCode.BAD_REQUEST, details)


def octet_syntax(syntax: str, server: Server) -> str:
    rules = server.release.dicomweb
    if syntax == "":
        return EXPLICIT_LITTLE_ENDIAN
    if syntax == AS_STORED or syntax in NATIVE:
        return syntax
    if rules.default_syntax_is_fixed:
        if syntax == EXPLICIT_BIG_ENDIAN:
            return EXPLICIT_LITTLE_ENDIAN
        details = (
            f"DICOMweb RetrieveFrames: Cannot specify a transfer syntax ({syntax}) for default Little Endian "
            "uncompressed pixel data"
        )
        raise OrthancError(ErrorCode.BAD_REQUEST, details)
    if syntax not in known_transfer_syntaxes(server.release):
        details = f"Unknown transfer syntax in 'Accept' header: {syntax}"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details)
    return syntax


def sent_as(reader: FrameReader, wanted: str, instance: Resource, server: Server) -> tuple[str, str]:
    """The transfer syntax and the media type in which frames are sent; raises OrthancError where they can't be."""
    own = reader.file.transfer_syntax
    if wanted == AS_STORED:
        is_rewritten = own in UNCOMPRESSED and server.release.dicomweb.rewrites_native_frames
        wanted = EXPLICIT_LITTLE_ENDIAN if is_rewritten else own
    if wanted == own or (wanted in UNCOMPRESSED and own in UNCOMPRESSED):
        return wanted, media_type(wanted, server.release.dicomweb)
    if wanted in JPEG_2000_SYNTAXES or wanted == RLE_SYNTAX:
        raise not_transcoded(instance, server)
    if wanted in UNCOMPRESSED and own in DECODED and reader.is_encapsulated:
        return wanted, media_type(wanted, server.release.dicomweb)
    if wanted in UNCOMPRESSED and own not in UNCOMPRESSED | DECODED:
        raise not_transcoded(instance, server)
    raise OrthancError(
        ErrorCode.NOT_IMPLEMENTED,
        f"The emulator has no codecs: it can't transcode frames from {own} to {wanted}",
        http_status=501,
    )


def not_transcoded(instance: Resource, server: Server) -> OrthancError:
    rules = server.release.dicomweb
    if rules.core_failure_is_plugins:
        return OrthancError(ErrorCode.PLUGIN)
    if rules.explains_core_calls:
        return core.core_error(ErrorCode.NOT_IMPLEMENTED, rules, core.GET)
    details = f"DICOMweb: Unable to get transcoded file for instance {instance.id}"
    return OrthancError(ErrorCode.INTERNAL_ERROR, details)


def media_type(syntax: str, rules: DicomWebRules) -> str:
    if syntax == RLE_SYNTAX:
        return rules.rle_type
    if syntax in JPEG_LS_SYNTAXES:
        return JPEG_LS
    if syntax in JPEG_2000_SYNTAXES:
        return JPEG_2000
    return JPEG if syntax.startswith(JPEG_PREFIX) else OCTETS
