"""STOW-RS (PS3.18 section 10.5): files to be stored, each a part of the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..dicom.character_sets import term_of
from ..dicom.reader import read_file
from ..dicom.views import tag_text
from ..errors import ErrorCode, OrthancError
from ..json.printing import json_text
from ..rest.answers import bytes_answer
from ..rest.response import Response
from ..rest.route import Call
from ..server import Server
from ..store.level import Level
from .media_types import RELATED, MediaType
from .models import JSON_TYPE, XML_TYPE, Model, text_value, xml_of
from .paths import settings_of, study_path
from .qido import accepts_xml
from .rules import DicomWebRules
from .streams import read_parts
from .urls import base_url

DICOM = "application/dicom"
SOP_CLASS, SOP_INSTANCE, STUDY, SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
UIDS = (SOP_CLASS, SOP_INSTANCE, STUDY, SERIES)
RETRIEVE_URL = 0x00081190
#: The values of FailureReason.
PROCESSING_FAILURE, CANNOT_UNDERSTAND = 0x0110, 0xC000

#: The UIDs of a file by tag, None for those that it does not have.
Uids = Mapping[int, str | None]


@dataclass
class Outcome:
    """What became of the parts: the items of both sequences, the URL of the first study, and the status."""

    stored: list[Model] = field(default_factory=list)
    failed: list[Model] = field(default_factory=list)
    study_url: str | None = None
    status: int = 200


def store(call: Call) -> Response:
    """Stores the parts of a request; what can't be stored makes it fail, and leaves the others stored."""
    server = call.server
    rules = server.release.dicomweb
    boundary = boundary_of(call.request.headers.get("Content-Type", ""))
    outcome = Outcome()
    base = base_url(call.request, settings_of(call), rules)
    for kind, data in read_parts(call.request.get_data(), boundary, rules):
        store_part(kind, data, outcome, base, call)
    return answer(outcome, call)


def boundary_of(content_type: str) -> str:
    """What stands between the parts; raises OrthancError (415) for a body that does not hold DICOM files."""
    given = MediaType.read(content_type)
    boundary = given.parameters.get("boundary", "")
    if given.name.lower() != RELATED or given.parameters.get("type") != DICOM or not boundary:
        raise OrthancError(ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    return boundary


def is_dicom(kind: str, server: Server) -> bool:
    """Whether a part of this Content-Type is stored; raises OrthancError (415) where the release refuses another."""
    rules = server.release.dicomweb
    if kind == DICOM:
        return True
    if rules.part_types_have_parameters:
        name = MediaType.read(kind).name
        return name in (DICOM, "application/dicom+json")
    if rules.refuses_other_parts:
        raise OrthancError(ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    return False


def store_part(kind: str, data: bytes, outcome: Outcome, base: str, call: Call) -> None:
    """Stores one part, or notes why not."""
    server = call.server
    rules = server.release.dicomweb
    if not is_dicom(kind, server):
        return
    try:
        dataset = read_file(data, server.dictionary, server.release.dicom.files).dataset
    except OrthancError:
        fail(outcome, 400, None, rules)
        return
    uids = {tag: tag_text(dataset, tag, server.dictionary, server.release.dicom.text) for tag in UIDS}
    if uids[SOP_CLASS] is None or uids[SOP_INSTANCE] is None:
        fail(outcome, 400, None, rules)
        return
    if uids[STUDY] is None or uids[SERIES] is None:
        fail(outcome, 400, uids, rules, reason=CANNOT_UNDERSTAND)
        return
    if call.path.get("study", uids[STUDY]) != uids[STUDY]:
        fail(outcome, 409, uids, rules)
        return
    if outcome.study_url is None:
        outcome.study_url = f"{base}/studies/{uids[STUDY]}"
    try:
        stored = server.uploads.add_from_plugin(data)
    except OrthancError as error:
        refused(outcome, uids, error, rules)
        return
    instance = server.store.get(Level.INSTANCE, stored.id)
    outcome.stored.append(
        {**referenced(uids), f"{RETRIEVE_URL:08X}": text_value("UR", f"{base}/{study_path(instance)}")}
    )


def referenced(uids: Uids) -> Model:
    """The SOP class and instance of a part."""
    texts = {0x00081150: uids[SOP_CLASS], 0x00081155: uids[SOP_INSTANCE]}
    return {f"{tag:08X}": text_value("UI", text) if text else {"vr": "UI"} for tag, text in texts.items()}


def fail(
    outcome: Outcome, status: int, uids: Uids | None, rules: DicomWebRules, reason: int = PROCESSING_FAILURE
) -> None:
    """Notes a part that was not stored: one whose SOP instance is known is among those that failed."""
    if not rules.tells_failed_parts:
        return
    outcome.status = status if outcome.status == 200 else min(status, outcome.status)
    if uids is not None:
        outcome.failed.append({**referenced(uids), "00081197": text_value("US", reason)})


def refused(outcome: Outcome, uids: Uids, error: OrthancError, rules: DicomWebRules) -> None:
    """Notes a file that the server refuses, such as one with an empty UID."""
    if rules.refused_file_is == "error":
        raise OrthancError(error.code)
    if rules.refused_file_is == "failed":
        fail(outcome, 400, uids, rules)


def answer(outcome: Outcome, call: Call) -> Response:
    """What was stored and what was not, in JSON or XML."""
    server = call.server
    rules = server.release.dicomweb
    model: Model = {"00080005": text_value("CS", term_of(server.release.dicom.text.default_codec))}
    if outcome.study_url is not None:
        model[f"{RETRIEVE_URL:08X}"] = text_value("UR", outcome.study_url)
    if outcome.failed or rules.failed_sequence_is_always_there:
        model["00081198"] = sequence(outcome.failed)
    model["00081199"] = sequence(outcome.stored)
    is_xml = accepts_xml(call.request.headers.get("Accept", ""), server)
    body = xml_of(model, server) if is_xml else json_text(model, "\t").encode("ascii") + b"\n"
    response = bytes_answer(body, XML_TYPE if is_xml else JSON_TYPE)
    if outcome.status != 200:
        response.status_code = outcome.status
        if rules.names_type_of_failures == "none":
            del response.headers["Content-Type"]
        else:
            response.repeated.append(("Content-Type", "text/plain"))
    return response


def sequence(items: list[Model]) -> Model:
    return {"Value": items, "vr": "SQ"} if items else {"vr": "SQ"}
