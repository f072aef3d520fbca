"""`/patients/{id}/protected`: whether a patient is kept from being recycled."""

from __future__ import annotations

from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from ..store.resource import Resource
from .answers import bytes_answer
from .response import Response
from .route import Call, Route, route

BOOLEANS = {"0": False, "false": False, "1": True, "true": True}


def patient_of(call: Call) -> Resource:
    """The patient of a request; one that is not there is Parameter out of range."""
    patient = call.server.store.levels[Level.PATIENT].get(call.path["id"])
    if patient is None:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    return patient


def is_protected(call: Call) -> Response:
    return bytes_answer(b"1" if patient_of(call).is_protected else b"0", "text/plain")


def protect(call: Call) -> Response:
    text = call.request.get_data().decode("utf-8", errors="replace").strip().lower()
    if text not in BOOLEANS:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "Boolean value expected")
    with call.server.store.lock:
        call.server.store.protect(patient_of(call), BOOLEANS[text])
    return bytes_answer(b"", "text/plain")


ROUTES: tuple[Route, ...] = (route("/patients/<id>/protected", GET=is_protected, PUT=protect),)
