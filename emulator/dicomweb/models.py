"""Data sets as the plugin answers them: DICOM JSON (PS3.18 annex F) with bulk data by URL, and the XML made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..dicom.character_sets import character_set_of
from ..dicom.dicomweb import STREAM_VRS, JsonModel, NoModelError
from ..dicom.element import PIXEL_DATA, SPECIFIC_CHARACTER_SET, UNSUPPORTED_VR, Dataset, Element, format_tag
from ..dicom.native_model import native_model
from ..dictionary.dictionary import written_vr
from ..errors import ErrorCode, OrthancError
from ..json.printing import json_text
from ..modification.elements import ElementMaker
from ..releases import Release
from ..rest.answers import bytes_answer
from ..rest.response import Response
from ..server import Server
from .multipart import Part, multipart_answer

JSON_TYPE, XML_TYPE = "application/dicom+json", "application/dicom+xml"

TRAILING_PADDING = 0xFFFCFFFC

Model = dict[str, Any]


class BulkModel(JsonModel):
    """The model of one file whose binary values are named by URLs that begin with `bulk`."""

    def __init__(self, dataset: Dataset, server: Server, bulk: str) -> None:
        release = server.release
        super().__init__(server.dictionary, character_set_of(dataset, release.dicom.text), release.dicom.web)
        self.bulk = bulk
        self.web = release.dicomweb

    def decided(self, element: Element) -> dict[str, Any] | None:
        is_stream = element.vr in STREAM_VRS and self.web.shows_streams_as_bulk
        return self.binary(element) if element.vr == "OW" or is_stream else super().decided(element)

    def binary(self, element: Element) -> dict[str, Any] | None:
        if element.undefined_length and not self.web.shows_encapsulated and not self.way:
            return None
        if element.tag == TRAILING_PADDING and not self.web.shows_trailing_padding:
            return None
        vr = "UN" if element.vr == UNSUPPORTED_VR else element.vr
        if not element.value and not self.rules.shows_empty_binary and element.tag != PIXEL_DATA:
            return {"vr": vr}
        return {"BulkDataURI": self.url(element.tag), "vr": vr}

    def url(self, tag: int) -> str:
        """Where the bytes of an element are: the sequences around it, with the numbers of their items from 1."""
        steps = [f"{sequence:08x}/{index + 1}" for sequence, index in self.way]
        return "/".join([self.bulk, *steps, f"{tag:08x}"])


def file_model(dataset: Dataset, server: Server, bulk: str) -> Model:
    """The model of a file; raises OrthancError (Internal error) where the plugin makes none."""
    model = BulkModel(dataset, server, bulk)
    try:
        model.add(dataset, ())
    except NoModelError:
        raise OrthancError(ErrorCode.INTERNAL_ERROR, "Cannot convert DICOM to DICOMweb") from None
    return model.shown


def shown_dataset(shown: Mapping[str, Any], tags: Iterable[int], codec: str, server: Server) -> Dataset:
    """A dataset of what the server shows of these tags in full, `{"gggg,eeee": {"Type": .., "Value": ..}}`.

    The plugin has the server make a file of the texts. So each has the VR of the dictionary, and what the release does
    not write raises OrthancError.
    """
    elements = ElementMaker(server.dictionary, server.release, "", interprets_data_uris=False)
    dataset = Dataset()
    for tag in sorted(tags):
        element = shown_element(tag, shown.get(format_tag(tag)), codec, server.release, elements)
        if element is not None:
            dataset.put(element)
    return dataset


def shown_element(tag: int, shown: Any, codec: str, release: Release, elements: ElementMaker) -> Element | None:
    if not isinstance(shown, Mapping) or tag == SPECIFIC_CHARACTER_SET:
        return None
    value = shown["Value"]
    if shown["Type"] == "String":
        if tag & 0x10000:
            return private_element(tag, value, codec, elements)
        vr = elements.written_vr(tag)
        if vr == "SQ":
            return None
        return Element(tag, vr) if value == "" else elements.element(tag, value, codec)
    if shown["Type"] != "Sequence" or not release.dicomweb.finds_expanded:
        return None
    return Element(tag, "SQ", items=[shown_item(item, codec, release, elements) for item in value])


def private_element(tag: int, value: str, codec: str, elements: ElementMaker) -> Element | None:
    """A creator, or a private element that is registered without a creator; the plugin knows no other."""
    if tag & 0xFFFF <= 0xFF:
        return Element(tag, "LO", elements.values.encode(tag, "LO", value, codec))
    entry = elements.dictionary.find(tag >> 16, tag & 0xFFFF, None)
    if entry is None:
        return None
    return Element(tag, written_vr(tag, entry.vr), elements.values.encode(tag, entry.vr, value, codec))


def shown_item(shown: Mapping[str, Any], codec: str, release: Release, elements: ElementMaker) -> Dataset:
    dataset = Dataset()
    for number in sorted(shown):
        tag = int(number.replace(",", ""), 16)
        element = shown_element(tag, shown[number], codec, release, elements)
        if element is None and shown[number]["Type"] == "Null" and release.dicomweb.empties_binary_in_items:
            element = Element(tag, elements.written_vr(tag))
        if element is not None and (not element.is_private or element.is_private_creator):
            dataset.put(element)
    return dataset


def text_value(vr: str, *values: Any) -> Model:
    return {"Value": [*values], "vr": vr}


# Answers


def json_list(models: Iterable[Model | None]) -> Response:
    """The models as the plugin lists them, each on lines of its own; of one that is missing the comma is left."""
    items = ("" if model is None else json_text(model, "\t") + "\n" for model in models)
    return bytes_answer(f"[{','.join(items)}]".encode("ascii"), JSON_TYPE)


def xml_list(models: Iterable[Model | None], server: Server) -> Response:
    return multipart_answer(XML_TYPE, (Part(XML_TYPE, xml_of(one, server)) for one in models if one is not None))


def xml_of(model: Model, server: Server) -> bytes:
    in_order = {tag: model[tag] for tag in sorted(model)}
    return native_model(in_order, server.dictionary, server.release.dicom.web).encode("utf-8")
