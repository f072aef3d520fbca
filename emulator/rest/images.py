"""Frames, images and documents of an instance; the slices of a series."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable

from ..dicom.views import tag_text
from ..errors import ErrorCode, OrthancError
from ..imaging.documents import encapsulated_document
from ..imaging.frames import MOST_FRAMES, NATURAL_NUMBER, NUMBER_OF_FRAMES, FrameReader
from ..imaging.image import Image, decoded, numpy_file, rescaled
from ..imaging.slices import OrderedSlices, ordered_slices
from ..store.level import Level
from ..store.readable import readable_instance
from ..store.resource import Resource
from .answers import bytes_answer, empty_answer, json_answer
from .arguments import BOOLEANS
from .response import Response
from .route import Call, Handler, Route, route

#: The number of a frame in a path.
FRAME = re.compile(r"[+-]?[0-9]+\Z")
#: The same as /numpy reads it, blanks around it left out.
UNSIGNED = re.compile(r"\+?[0-9]{1,20}\Z")

#: What /instances/{id}/frames/{frame} lists.
FRAME_VIEWS = ("image-int16", "image-uint16", "image-uint8", "matlab", "numpy", "preview", "raw", "raw.gz", "rendered")


class UnknownFrameError(Exception):
    """The path names no frame."""


def frame_index(call: Call) -> int:
    """The frame that the path names, from 0; raises UnknownFrameError. A negative one is beyond all frames."""
    text = call.path.get("frame", "0")
    number = int(text) if FRAME.match(text) and len(text) <= 11 else 1 << 32
    if abs(number) >= 1 << 32:
        raise UnknownFrameError
    return number % (1 << 32)


def with_frame(handler: Callable[[Call, int], Response]) -> Handler:
    """A handler for a frame, or for the first one where the path names none."""

    def checked(call: Call) -> Response:
        try:
            index = frame_index(call)
        except UnknownFrameError:
            return empty_answer(404)
        return handler(call, index)

    return checked


def reader_of(call: Call, *, decodes: bool = False) -> FrameReader:
    """Reads the frames of the instance asked for; `decodes` says that the server reads its file once more."""
    server = call.server
    instance = readable_instance(server.store, call.path["id"], server.release)
    file = server.files.read(instance)
    server.store.traffic.decode(instance) if decodes else server.store.traffic.parse(instance)
    return FrameReader(file, server.dictionary, server.release)


def frames(call: Call) -> Response:
    return json_answer([*range(reader_of(call).count())])


def frame(call: Call) -> Response:
    """What there is of a frame; whether it exists is not looked at."""
    has_numpy = call.server.release.rest.has_numpy
    return json_answer([name for name in FRAME_VIEWS if has_numpy or name != "numpy"])


def raw(call: Call, index: int) -> Response:
    reader = reader_of(call)
    return bytes_answer(reader.raw(index), reader.content_type)


def raw_gzip(call: Call, index: int) -> Response:
    """The same compressed; zlib writes the header as the server does, without name and date."""
    data = reader_of(call).raw(index)
    engine = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return bytes_answer(engine.compress(data) + engine.flush(), "application/gzip")


def matlab(call: Call, index: int) -> Response:
    release = call.server.release
    reader = reader_of(call, decodes=True)
    try:
        image = decoded(reader, index)
    except OrthancError as error:
        if not release.rest.hides_decoding_errors or error.http_status == 501:
            raise
        details = f"Cannot decode DICOM instance with ID: {call.path['id']}"
        shown = details if release.rest.names_undecodable_instances else None
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, shown) from None
    if image.code == "H" and image.channels == 3:
        raise reader.not_implemented("ImageAccessor.cpp:320")
    return bytes_answer(image.matlab.encode("ascii"), "text/plain")


def numpy(images_of: Callable[[Call, bool], list[Image]], *, single: bool = False) -> Handler:
    """The array of images, rescaled or not; the arguments are checked before anything is read."""

    def handler(call: Call) -> Response:
        compresses = boolean_argument(call, "compress", default=False)
        images = images_of(call, boolean_argument(call, "rescale", default=True))
        if not images:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Empty DICOM instance")
        data = numpy_file(images, single=single)
        return bytes_answer(zipped(data) if compresses else data, "application/octet-stream")

    return handler


def frame_for_numpy(call: Call, rescales: bool) -> list[Image]:
    text = call.path["frame"].strip()
    index = int(text) if UNSIGNED.match(text) else 1 << 32
    if index >= 1 << 32:
        details = 'Expected an unsigned integer for the "frame" argument'
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    return [image_for_numpy(reader_of(call), index, rescales)]


def instance_for_numpy(call: Call, rescales: bool) -> list[Image]:
    reader = reader_of(call)
    return [image_for_numpy(reader, index, rescales) for index in range(reader.count())]


def series_for_numpy(call: Call, rescales: bool) -> list[Image]:
    server = call.server
    with server.store.reading:
        instances = slices_of(call).instances
        readers = (FrameReader(server.files.parse(one), server.dictionary, server.release) for one in instances)
        return [image_for_numpy(reader, index, rescales) for reader in readers for index in range(reader.count())]


def image_for_numpy(reader: FrameReader, index: int, rescales: bool) -> Image:
    image = decoded(reader, index)
    if rescales:
        return rescaled(image, reader)
    if image.code == "I" or (image.code == "H" and image.channels == 3):
        raise reader.not_implemented("NumpyWriter.cpp:101")
    return image


def zipped(data: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"Created by Orthanc"
        archive.writestr("arr_0", data)
    return output.getvalue()


def boolean_argument(call: Call, name: str, *, default: bool) -> bool:
    values = call.request.args.getlist(name)[-1:]
    if not values:
        return default
    if values[0] not in BOOLEANS:
        details = f'Expected a Boolean for GET argument "{name}", found: {values[0]}'
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    return BOOLEANS[values[0]]


def pdf(call: Call) -> Response:
    """The document of an Encapsulated PDF."""
    document = encapsulated_document(reader_of(call))
    return empty_answer(404) if document is None else bytes_answer(document, "application/pdf")


def export(call: Call) -> Response:
    """Writing to the server's disk is forbidden, unless RestApiWriteToFileSystemEnabled says otherwise."""
    if call.server.configuration.options.get("RestApiWriteToFileSystemEnabled") is True:
        details = "The emulator does not emulate writing to the server's disk"
        raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details, http_status=501)
    return empty_answer(403)


def slices_of(call: Call) -> OrderedSlices:
    server = call.server
    series = server.store.get(Level.SERIES, call.path["id"])
    listed = server.descriptions.ordered([*series.children.values()])

    def text(instance: Resource, tag: int) -> str | None:
        if not server.annotation_options.stores_dicom:
            return {**instance.ancestor(Level.SERIES).main_tags, **instance.main_tags}.get(tag)
        return tag_text(server.files.dataset(instance), tag, server.dictionary, server.release.dicom.text)

    return ordered_slices(series, listed, text, server.release)


def slice_count(call: Call, instance: Resource) -> int:
    """How many slices an instance has: of one without a file, as its main DICOM tags say."""
    if not call.server.annotation_options.stores_dicom:
        number = NATURAL_NUMBER.match(instance.main_tags.get(NUMBER_OF_FRAMES, "").strip())
        return min(int(number[0][:9]), MOST_FRAMES) if number else 1
    return FrameReader(call.server.files.read(instance), call.server.dictionary, call.server.release).slice_count()


def slices(call: Call) -> Response:
    """The slices of a series in order, each frame one."""
    with call.server.store.reading:
        ordered = slices_of(call)
        counts = [slice_count(call, instance) for instance in ordered.instances]
    pairs = [*zip((instance.id for instance in ordered.instances), counts, strict=True)]
    return json_answer(
        {
            "Dicom": [f"/instances/{identifier}/file" for identifier, _ in pairs],
            "Slices": [
                f"/instances/{identifier}/frames/{index}" for identifier, count in pairs for index in range(count)
            ],
            "SlicesShort": [[identifier, 0, count] for identifier, count in pairs],
            "Type": "Volume" if ordered.is_volume else "Sequence",
        }
    )


BASE = "/instances/<id>"

ROUTES: tuple[Route, ...] = (
    route(f"{BASE}/frames", GET=frames),
    route(f"{BASE}/frames/<frame>", GET=frame),
    route(f"{BASE}/frames/<frame>/raw", GET=with_frame(raw)),
    route(f"{BASE}/frames/<frame>/raw.gz", GET=with_frame(raw_gzip)),
    route(f"{BASE}/frames/<frame>/matlab", GET=with_frame(matlab)),
    route(
        f"{BASE}/frames/<frame>/numpy", lambda release: release.rest.has_numpy, GET=numpy(frame_for_numpy, single=True)
    ),
    route(f"{BASE}/matlab", GET=with_frame(matlab)),
    route(f"{BASE}/numpy", lambda release: release.rest.has_numpy, GET=numpy(instance_for_numpy)),
    route(f"{BASE}/pdf", GET=pdf),
    route(f"{BASE}/export", POST=export),
    route("/series/<id>/numpy", lambda release: release.rest.has_numpy, GET=numpy(series_for_numpy)),
    route("/series/<id>/ordered-slices", GET=slices),
)
