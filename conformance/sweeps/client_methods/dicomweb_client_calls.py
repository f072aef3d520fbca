"""Calls of every public method of dicomweb-client's DICOMwebClient."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

import pydicom

from .pyorthanc_routes import Call
from .world import FILES, NEW_FILE, World

#: Methods that are not called with what they give, and why.
LEFT_OUT: Mapping[str, str] = {
    "set_chunk_size": "a setting of the client",
    "set_http_retry_params": "a setting of the client",
    "store_metadata": "not in all versions",
}

OCTETS = ("application/octet-stream",)
ANY_SYNTAX = (("application/octet-stream", "*"),)
PLAIN_SYNTAX = (("application/octet-stream", "1.2.840.10008.1.2.1"),)


@cache
def uids(number: int = 0) -> tuple[str, str, str]:
    """The UIDs of the study, series and instance of one of the world's files."""
    dataset = pydicom.dcmread(io.BytesIO(FILES[number]))
    return str(dataset.StudyInstanceUID), str(dataset.SeriesInstanceUID), str(dataset.SOPInstanceUID)


def bulk(world: World, tag: str) -> str:
    study, series, instance = uids()
    return f"{world.url}/dicom-web/studies/{study}/series/{series}/instances/{instance}/bulk/{tag}"


def calls(module: Any) -> Iterator[tuple[str, Call]]:
    """All calls by name: a method with its arguments."""
    for method, variants in calls_by_method().items():
        for shown, arguments in variants.items():
            yield f"{method}({shown})", partial(called, method=method, arguments=arguments)


def called(world: World, *, method: str, arguments: Any) -> Any:
    member = getattr(world.client, method)
    if not callable(member):
        return member
    positional, named = arguments(world) if callable(arguments) else arguments
    return plain(member(*positional, **named))


def plain(value: Any) -> Any:
    """What an iterator gives, and an array of bytes, as what is compared; files and metadata in an order of their own.

    Later plugins read in several threads.
    """
    if isinstance(value, bytearray):
        return bytes(value)
    if hasattr(value, "__next__"):
        return plain(list(value))
    if isinstance(value, list):
        return sorted((plain(one) for one in value), key=order)
    return value


def order(value: Any) -> str:
    if isinstance(value, pydicom.Dataset):
        return str(value.get("SOPInstanceUID"))
    if isinstance(value, Mapping):
        return str([value.get(tag) for tag in ("00080018", "0020000E", "0020000D")])
    return ""


def calls_by_method() -> dict[str, dict[str, Any]]:
    study, series, instance = uids()
    other, _, _ = uids(2)
    all_three = (study, series, instance)
    frames: dict[str, Any] = {
        "": ((*all_three, [1]), {}),
        "octets": ((*all_three, [1]), {"media_types": OCTETS}),
        "octets, any syntax": ((*all_three, [1]), {"media_types": ANY_SYNTAX}),
        "octets, plain syntax": ((*all_three, [1]), {"media_types": PLAIN_SYNTAX}),
        "absent": ((*all_three, [9]), {"media_types": OCTETS}),
        "0": ((*all_three, [0]), {"media_types": OCTETS}),
    }
    bulks: dict[str, Any] = {
        "": lambda world: ((bulk(world, "00111001"),), {}),
        "octets": lambda world: ((bulk(world, "00111001"),), {"media_types": OCTETS}),
        "pixels": lambda world: ((bulk(world, "7fe00010"),), {"media_types": OCTETS}),
        "range": lambda world: ((bulk(world, "7fe00010"),), {"media_types": OCTETS, "byte_range": (0, 3)}),
        "absent": lambda world: ((bulk(world, "99999999"),), {"media_types": OCTETS}),
    }
    new, stored = pydicom.dcmread(io.BytesIO(NEW_FILE)), pydicom.dcmread(io.BytesIO(FILES[0]))
    found: dict[str, dict[str, Any]] = {
        "search_for_studies": {
            "": ((), {}),
            "limit": ((), {"limit": 1}),
            "limit and offset": ((), {"limit": 1, "offset": 1}),
            "get_remaining": ((), {"limit": 1, "get_remaining": True}),
            "fields": ((), {"fields": ["StudyDescription", "00101030"]}),
            "private field": ((), {"fields": ["00111001"]}),
            "filter": ((), {"search_filters": {"PatientID": "P1"}}),
            "wildcard": ((), {"search_filters": {"PatientName": "A*"}}),
            "private filter": ((), {"search_filters": {"00111001": "nothing"}}),
            "unknown filter": ((), {"search_filters": {"NoSuchName": "x"}}),
            "fuzzy": ((), {"fuzzymatching": True, "search_filters": {"PatientName": "a"}}),
        },
        "search_for_series": {
            "": ((), {}),
            "study": ((study,), {}),
            "filter": ((study,), {"search_filters": {"Modality": "CT"}}),
            "unknown study": (("9.9",), {}),
        },
        "search_for_instances": {
            "": ((), {}),
            "study": ((study,), {}),
            "series": ((study, series), {}),
            "private filter": ((), {"search_filters": {"00111001": "nothing"}}),
            "fields": ((), {"fields": ["ImageComments", "Rows"]}),
        },
        "retrieve_study": {"": ((study,), {}), "unknown": (("9.9",), {}), "other": ((other,), {})},
        "retrieve_study_metadata": {"": ((study,), {}), "unknown": (("9.9",), {})},
        "retrieve_series": {"": ((study, series), {}), "unknown": ((study, "9.9"), {})},
        "retrieve_series_metadata": {"": ((study, series), {}), "unknown": ((study, "9.9"), {})},
        "retrieve_instance": {
            "": (all_three, {}),
            "any syntax": (all_three, {"media_types": (("application/dicom", "*"),)}),
            "implicit": (all_three, {"media_types": (("application/dicom", "1.2.840.10008.1.2"),)}),
            "unknown": ((study, series, "9.9"), {}),
        },
        "retrieve_instance_metadata": {"": (all_three, {}), "unknown": ((study, series, "9.9"), {})},
        "iter_study": {"": ((study,), {}), "unknown": (("9.9",), {})},
        "iter_series": {"": ((study, series), {}), "unknown": ((study, "9.9"), {})},
        "retrieve_instance_frames": frames,
        "iter_instance_frames": frames,
        "retrieve_bulkdata": bulks,
        "iter_bulkdata": bulks,
        "store_instances": {
            "new": (([new],), {}),
            "stored": (([stored],), {}),
            "both": (([new, stored],), {}),
            "study": (([new], str(new.StudyInstanceUID)), {}),
            "other study": (([new], "9.9"), {}),
            "none": (([],), {}),
        },
        "delete_study": {"": ((study,), {})},
        "delete_series": {"": ((study, series), {})},
        "delete_instance": {"": (all_three, {})},
        "lookup_keyword": {"": (("00100020",), {}), "private": (("00111001",), {})},
        "lookup_tag": {"": (("PatientID",), {}), "private": (("MyLabel",), {})},
    }
    # what is drawn needs a codec: only what is refused is asked
    unknown: dict[str, Any] = {"unknown": (("9.9", "9.9", "9.9"), {})}
    found["retrieve_study_rendered"] = {"unknown": (("9.9",), {})}
    found["retrieve_series_rendered"] = {"unknown": (("9.9", "9.9"), {})}
    found["retrieve_instance_rendered"] = unknown
    found["retrieve_instance_frames_rendered"] = {
        "unknown": (("9.9", "9.9", "9.9", [1]), {}),
        "0": ((*all_three, [0]), {}),
        "two": ((*all_three, [1, 2]), {}),
    }
    return found
