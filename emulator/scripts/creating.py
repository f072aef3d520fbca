"""CreateDicom: a file made of a JSON object of tags (measured: plugins 4.0, 5.0 and 7.1).

It has no place for a private creator: private tags are written with VR UN, and no creator element is. CreateDicom2 is
told one, which gives the VR; a creator element it writes none either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..creation.files import with_new_identifiers
from ..creation.warnings import creation_warnings
from ..diagnostics import Diagnostic
from ..dicom.character_sets import codec_of
from ..dicom.element import PIXEL_DATA, SPECIFIC_CHARACTER_SET, Dataset, Element
from ..dicom.reader import DicomFile
from ..dicom.text_order import in_bytes
from ..dicom.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN
from ..dicom.writer import UNWRITTEN_GROUPS, write_file
from ..errors import ErrorCode, OrthancError
from ..json import lenient
from ..modification.content import content_of, put_content
from ..modification.elements import ElementMaker, check_not_item

if TYPE_CHECKING:
    from ..server import Server

DECODE_DATA_URI_SCHEME, GENERATE_IDENTIFIERS = 1, 2

LATIN_1 = b"ISO_IR 100"


def created(server: Server, text: bytes, flags: int, creator: str) -> bytes:
    """A file of the tags in a JSON object; raises OrthancError."""
    body = lenient.parse(text, server.release.json)
    if not isinstance(body, Mapping):
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    release = server.release
    decodes = bool(flags & DECODE_DATA_URI_SCHEME)
    elements = ElementMaker(server.dictionary, release, creator, interprets_data_uris=decodes)
    tags = {server.dictionary.tag(name): body[name] for name in sorted(body, key=in_bytes)}
    dataset = Dataset()
    term = tags.pop(SPECIFIC_CHARACTER_SET, None)
    dataset.put(Element(SPECIFIC_CHARACTER_SET, "CS", even_text(term) if isinstance(term, str) else LATIN_1))
    codec = codec_of(dataset, release.dicom.text)
    for tag, value in tags.items():
        check_not_item(tag)
        put(dataset, tag, value, elements, codec, server)
    server.tell(creation_warnings(body, dataset, elements, codec))
    server.tell(unread_creator(body))
    if flags & GENERATE_IDENTIFIERS:
        with_new_identifiers(dataset, overwrite=False)
    return write_file(DicomFile(Dataset(), dataset, EXPLICIT_LITTLE_ENDIAN), release.dcmtk_version)


def put(dataset: Dataset, tag: int, value: Any, elements: ElementMaker, codec: str, server: Server) -> None:
    if not (value is None or isinstance(value, (str, list))):
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
    if isinstance(value, str) and elements.written_vr(tag) == "SQ":
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    if tag == PIXEL_DATA:
        content = content_of(tag, value)
        if content is not None:
            put_content(dataset, content, server.release)
            return
    element = elements.element(tag, value, codec)
    if element.group not in UNWRITTEN_GROUPS and tag & 0xFFFF:
        dataset.put(element)


def even_text(text: str) -> bytes:
    value = text.encode("ascii", "replace")
    return value + b" " * (len(value) % 2)


def unread_creator(body: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """What is told of a "PrivateCreator" among the tags: it is a tag like others there."""
    if "PrivateCreator" in body:
        yield Diagnostic(
            "creator-not-read",
            'CreateDicom reads no "PrivateCreator": the private elements are orphans, of VR UN',
            "use RestApiPost('/tools/create-dicom', ...) with \"PrivateCreator\"",
        )
