"""WADO-RS of studies, series and instances: their files, and their metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..dicom.character_sets import term_of
from ..dicom.element import SPECIFIC_CHARACTER_SET, Element
from ..dicom.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN
from ..errors import ErrorCode, OrthancError
from ..modification.transcoding import known_transfer_syntaxes
from ..rest.response import Response
from ..rest.route import Call
from ..server import Server
from ..store.level import Level
from ..store.resource import Resource
from . import core
from .extrapolation import main_tags_shown
from .media_types import ANY, RELATED, accepted_types, related_type
from .models import Model, file_model, json_list, shown_dataset, xml_list
from .multipart import Part, multipart_answer
from .paths import instances_of, named_resource, settings_of, study_path
from .rules import DicomWebRules
from .urls import base_url

DICOM_TYPE = "application/dicom"
JSON_TYPES = frozenset({ANY, "application/json", "application/dicom+json"})
XML_TYPE = "application/dicom+xml"

#: The transfer syntax that stands for that of the file.
AS_STORED = "*"


def files(call: Call) -> Response:
    """The files of a resource, each a part."""
    server = call.server
    syntax = wanted_syntax(call.request.headers.get("Accept"), server)
    with server.store.reading:
        resource = named_resource(call)
        instances = instances_of(resource, server)
        with server.store.pinned(len(instances)):
            parts = [Part(DICOM_TYPE, file_in(one, syntax, server)) for one in instances]
    return multipart_answer(DICOM_TYPE, parts)


def wanted_syntax(accept: str | None, server: Server) -> str:
    """The transfer syntax that a header asks for, explicit little endian without one; raises OrthancError."""
    rules = server.release.dicomweb
    chosen = related_type(accept, DICOM_TYPE, rules, purpose="DICOM", what="content")
    syntax = chosen.parameters.get("transfer-syntax")
    if syntax is None:
        return EXPLICIT_LITTLE_ENDIAN
    if syntax == AS_STORED or (syntax == "" and rules.empty_syntax_is_any):
        return AS_STORED
    if syntax not in known_transfer_syntaxes(server.release):
        raise OrthancError(ErrorCode.BAD_REQUEST, f"Unsupported transfer syntax in WADO-RS: {syntax}")
    return syntax


def file_in(instance: Resource, syntax: str, server: Server) -> bytes:
    """The file of an instance, in another transfer syntax where it is not in this one."""
    rules = server.release.dicomweb
    if syntax in (AS_STORED, server.files.read(instance).transfer_syntax):
        return server.files.bytes_of(instance.id)
    try:
        return server.files.bytes_of(instance.id, syntax)
    except OrthancError as error:
        if error.http_status == 501:
            raise
        raise core.core_error(ErrorCode.PLUGIN, rules, core.TRANSCODE) from None


# Metadata


def metadata(call: Call) -> Response:
    """The data sets of a resource without their bulk data, in JSON or XML."""
    server = call.server
    is_xml = wants_xml(call.request.headers.get("Accept"), server.release.dicomweb)
    with server.store.reading:
        resource = named_resource(call)
        base = base_url(call.request, settings_of(call), server.release.dicomweb)
        with server.store.pinned(len(resource.descendants(Level.INSTANCE))):
            models = metadata_models(resource, base, call)
    return xml_list(models, server) if is_xml else json_list(models)


def wants_xml(accept: str | None, rules: DicomWebRules) -> bool:
    """Whether a header asks for XML rather than JSON; raises OrthancError for what is neither."""
    for one in accepted_types(accept, rules):
        if JSON_TYPES.intersection(name.strip() for name in one.name.split(",")):
            return False
        if one.name == RELATED:
            return wants_related_xml(one.parameters, accept, rules)
    details = f"This WADO-RS plugin cannot generate the following content type: {accept}"
    raise OrthancError(ErrorCode.BAD_REQUEST, details)


def wants_related_xml(parameters: dict[str, str], accept: str | None, rules: DicomWebRules) -> bool:
    told = parameters.get("type") if rules.reads_accept_lists else accept
    if "type" not in parameters:
        shown = "" if rules.reads_accept_lists else f" ({accept})"
        raise OrthancError(ErrorCode.BAD_REQUEST, f'Missing "type" in multipart/related accept type{shown}')
    if parameters["type"] != XML_TYPE:
        details = f"This WADO-RS plugin only supports {XML_TYPE} type for multipart/related accept ({told})"
        raise OrthancError(ErrorCode.BAD_REQUEST, details)
    return True


def metadata_models(resource: Resource, base: str, call: Call) -> Sequence[Model | None]:
    """The models of the instances of a resource, whole or, as the configuration has it, of what the index knows."""
    server, settings = call.server, settings_of(call)
    modes = {Level.STUDY: settings.studies_metadata, Level.SERIES: settings.series_metadata}
    mode = modes.get(resource.level, "Full")
    instances = instances_of(resource, server)
    if mode == "Full":
        may_miss = resource.level is not Level.INSTANCE and server.release.dicomweb.leaves_holes
        return [whole_model(one, base, server, may_miss=may_miss) for one in instances]
    tags = settings.extrapolated if mode == "Extrapolate" else ()
    return [index_model(shown, server) for shown in main_tags_shown(instances, tags, server)]


def whole_model(instance: Resource, base: str, server: Server, *, may_miss: bool) -> Model | None:
    """The model of a file, None for one of which there is none where it `may_miss`."""
    dataset = server.files.parse(instance).dataset
    try:
        return file_model(dataset, server, f"{base}/{study_path(instance)}/bulk")
    except OrthancError:
        if may_miss:
            return None
        raise


def index_model(shown: dict[str, Any], server: Server) -> Model:
    codec = server.release.dicom.text.default_codec
    tags = [int(number.replace(",", ""), 16) for number in shown]
    dataset = shown_dataset(shown, tags, codec, server)
    dataset.put(Element(SPECIFIC_CHARACTER_SET, "CS", term_of(codec).encode("ascii")))
    return file_model(dataset, server, "")
