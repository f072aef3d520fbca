"""Calls of pyorthanc's classes and functions above the routes: resources, jobs, finds, uploads, downloads."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import pydicom

from .pyorthanc_routes import Call, bound, route_calls
from .world import NEW_FILE, World

#: Classes, and functions, that are not called, and why.
LEFT_OUT: Mapping[str, str] = {
    "Modality": "the DICOM network",
    "RemoteModality": "the DICOM network",
    "delete_queries": "the DICOM network",
    "async_delete_queries": "the DICOM network",
    "get_internal_client": "needs Orthanc's own Python plugin",
    "AsyncOrthanc": "the same routes as Orthanc: tests/testing/test_client_libraries.py",
    "async_upload": "the same route as upload: tests/testing/test_client_libraries.py",
}

LEVELS = {"Patient": "patients", "Study": "studies", "Series": "series", "Instance": "instances"}
CHANGES = {"Patient": {"PatientID": "P9"}, "Study": {"StudyDescription": "new"}, "Series": {"SeriesDescription": "new"}}
VIEWS = ("get_shared_tags", "get_patient_module")


def calls(module: Any) -> Iterator[tuple[str, Call]]:
    """All calls of pyorthanc by name."""
    yield from route_calls(module.Orthanc)
    for kind in LEVELS:
        yield from resource_calls(getattr(module, kind))
    yield from JOB_CALLS.items()
    yield from FUNCTION_CALLS.items()


def resource(world: World, kind: str) -> Any:
    return getattr(world.module, kind)(world.ids[LEVELS[kind]], world.client)


def resource_calls(kind: type) -> Iterator[tuple[str, Call]]:
    """A call of each public member of Patient, Study, Series or Instance."""
    name = kind.__name__
    for member in sorted(one for one in dir(kind) if not one.startswith("_")):
        for shown, call in member_calls(kind, name, member):
            yield f"{name}.{member}{shown}", call


def member_calls(kind: type, name: str, member: str) -> Iterator[tuple[str, Call]]:
    if not callable(getattr(kind, member)):
        yield "", lambda world: getattr(resource(world, name), member)
    elif member in VIEWS:
        for given in ({}, {"simplify": True}, {"short": True}):
            yield str(given or ""), bound(called, name, member, given)
    elif member in ("add_label", "remove_label"):
        yield "", lambda world: labelled(world, name, member)
    elif member == "download":
        yield "", lambda world: downloaded(resource(world, name))
    elif member == "get_content_by_tag":
        for tag in ("PatientName", "0011-1001", "0010-0020", "Nothing"):
            yield f"({tag})", bound(called, name, member, {"tag": tag})
    elif member in ("anonymize", "anonymize_as_job", "modify", "modify_as_job"):
        for shown, options in changes(name, member):
            yield shown, bound(changed, name, member, options)
    else:
        yield "", lambda world: commanded(resource(world, name), member)


def called(world: World, name: str, member: str, options: Mapping[str, Any]) -> Any:
    return getattr(resource(world, name), member)(**options)


def changed(world: World, name: str, member: str, options: Mapping[str, Any]) -> Any:
    return result(called(world, name, member, options))


def changes(name: str, member: str) -> Iterator[tuple[str, dict[str, Any]]]:
    replace = CHANGES.get(name, {"PatientName": "C^D"})
    forced = {"force": True} if name == "Patient" else {}
    yield "", {"replace": replace, **forced}
    yield "(private)", {"replace": {**replace, "0011,1001": "label-B"}, "private_creator": "MYLAB", **forced}
    yield "(not the source)", {"replace": replace, "keep_source": False, **forced}
    yield "(wrong)", {"replace": {"NotATag": "x"}, **forced}
    kept = "keep_private_tags" if member.startswith("anonymize") else "remove_private_tags"
    yield f"({kept})", {"replace": replace, kept: True, **forced}


def result(returned: Any) -> Any:
    """What was made: of a job, its state, type and content when it is over."""
    if not hasattr(returned, "wait_until_completion"):
        return returned
    returned.wait_until_completion(time_interval=0.02)
    return [returned.state, returned.type, returned.content]


def labelled(world: World, name: str, member: str) -> Any:
    one = resource(world, name)
    getattr(one, member)("label" if member == "remove_label" else "another")
    return one.labels


def downloaded(one: Any) -> bytes:
    buffer = io.BytesIO()
    one.download(buffer)
    return buffer.getvalue()


def commanded(one: Any, member: str) -> Any:
    returned = getattr(one, member)()
    return [returned, one.is_protected()] if member.startswith("set_to_") else returned


def job(world: World) -> Any:
    return world.module.Job(world.job, world.client)


JOB_CALLS: Mapping[str, Call] = {
    "Job.state": lambda world: job(world).state,
    "Job.content": lambda world: job(world).content,
    "Job.type": lambda world: job(world).type,
    "Job.creation_time": lambda world: job(world).creation_time,
    "Job.effective_runtime": lambda world: type(job(world).effective_runtime).__name__,
    "Job.priority": lambda world: job(world).priority,
    "Job.progress": lambda world: job(world).progress,
    "Job.error": lambda world: job(world).error,
    "Job.error_details": lambda world: job(world).error_details,
    "Job.timestamp": lambda world: job(world).timestamp,
    "Job.completion_time": lambda world: job(world).completion_time,
    "Job.wait_until_completion": lambda world: job(world).wait_until_completion(),
    "Job.get_information": lambda world: job(world).get_information(),
}


def found(world: World, function: str, query: Mapping[str, str] | None = None, **options: Any) -> Any:
    return getattr(world.module, function)(world.client, query=dict(query or {}), **options)


def retrieved(world: World, function: str, argument: Any) -> Any:
    return world.files_below(lambda path: getattr(world.module, function)(argument, path))


FUNCTION_CALLS: Mapping[str, Call] = {
    "find_patients": lambda world: found(world, "find_patients", {"PatientID": "P1"}),
    "find_patients(all)": lambda world: found(world, "find_patients"),
    "find_studies": lambda world: found(world, "find_studies", {"StudyDescription": "a*"}),
    "find_studies(labels)": lambda world: found(world, "find_studies", labels=["label"]),
    "find_studies(not labelled)": lambda world: found(world, "find_studies", labels="label", labels_constraint="None"),
    "find_series": lambda world: found(world, "find_series", {"Modality": "CT"}, limit=1),
    "find_instances": lambda world: found(world, "find_instances", {"InstanceNumber": "2"}),
    "find_instances(private)": lambda world: found(world, "find_instances", {"0011,1001": "label-A"}),
    "query_orthanc": lambda world: world.module.query_orthanc(world.client, "Series", {"Modality": "CT"}),
    "query_orthanc(a page)": lambda world: world.module.query_orthanc(
        world.client, "Series", {"Modality": "CT"}, limit=1, since=1, retrieve_all_resources=False
    ),
    "query_orthanc(unknown tag)": lambda world: world.module.query_orthanc(world.client, "Study", {"NotATag": "x"}),
    "find": lambda world: world.module.find(
        world.client,
        study_filter=lambda study: study.description == "a study",
        series_filter=lambda series: series.modality == "CT",
        instance_filter=lambda instance: instance.instance_number == 2,
    ),
    "trim_patients": lambda world: world.module.trim_patients([resource(world, "Patient")]),
    "upload(dataset)": lambda world: world.module.upload(world.client, pydicom.dcmread(io.BytesIO(NEW_FILE))),
    "upload(path)": lambda world: world.module.upload(world.client, world.file("one.dcm")),
    "upload(folder)": lambda world: world.module.upload(
        world.client, world.file("in/below/one.dcm").removesuffix("below/one.dcm"), recursive=True
    ),
    "upload(check_before_upload)": lambda world: world.module.upload(
        world.client, world.file("one.dcm"), check_before_upload=True
    ),
    "upload(no DICOM)": lambda world: world.module.upload(world.client, world.file("one.txt", b"no DICOM")),
    "retrieve_and_write_patients": lambda world: retrieved(
        world, "retrieve_and_write_patients", [resource(world, "Patient")]
    ),
    "retrieve_and_write_patient": lambda world: retrieved(
        world, "retrieve_and_write_patient", resource(world, "Patient")
    ),
    "retrieve_and_write_study": lambda world: retrieved(world, "retrieve_and_write_study", resource(world, "Study")),
    "retrieve_and_write_series": lambda world: retrieved(world, "retrieve_and_write_series", resource(world, "Series")),
    "retrieve_and_write_instance": lambda world: retrieved(
        world, "retrieve_and_write_instance", resource(world, "Instance")
    ),
}
