"""Calls of pyorthanc's methods that are each a route: their arguments follow from the names of their parameters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .world import NEW_FILE, World

Call = Callable[[World], Any]
ROUTE = re.compile(r"(get|post|put|delete)_[a-z]")
LEVEL = re.compile(r"[a-z]+_(patients|studies|series|instances)_id")

#: Methods that are not called, by what their names match, and why.
LEFT_OUT: Mapping[str, str] = {
    r"post_modalities_id_.*|post_tools_dicom_echo": "the DICOM network",
    r"post_peers_id_.*|get_peers_id_system": "a second server",
    r".*_(preview|rendered|image_u?int\d+)": "PNG: as pixels in the chapter pictures",
    r"post_instances_id_export": "writes into the file system of the server",
    r"post_tools_shutdown": "ends the server",
    r"get_tools_metrics_prometheus|get_tools_now|get_tools_now_local": "durations and clocks: nothing to compare",
    r"get_tools_dicom_conformance|get_tools_accepted_sop_classes": "not emulated (501)",
    r"get_system": "tells how a server was built and set up",
    r"(get|delete|post)_queries_id.*|get_storage_commitment_id|post_storage_commitment_id_remove": "the DICOM network",
}

#: What is asked for beside the plain call, of methods that take `params`.
PARAMETERS: tuple[Mapping[str, Any] | None, ...] = (None, {"expand": ""}, {"simplify": True}, {"short": True})

REPLACE = {"Replace": {"StudyDescription": "new", "0011,1001": "label-B"}, "PrivateCreator": "MYLAB"}


def replace_in_instance(world: World) -> Any:
    return {"Replace": {"PatientName": "C^D", "0011,1001": "label-B"}, "PrivateCreator": "MYLAB"}


#: The bodies in JSON, by a method's name without its level.
BODIES: Mapping[str, Callable[[World], Any]] = {
    "post_instances_id_modify": replace_in_instance,
    "post_patients_id_modify": lambda world: {"Replace": {"PatientID": "P9", "PatientName": "C^D"}, "Force": True},
    "post_studies_id_modify": lambda world: REPLACE,
    "post_series_id_modify": lambda world: {"Replace": {"SeriesDescription": "new"}},
    "post_studies_id_merge": lambda world: {"Resources": [world.other_study["ParentSeries"]]},
    "post_studies_id_split": lambda world: {"Series": [world.ids["series"]]},
    "post_tools_bulk_anonymize": lambda world: {"Resources": [world.ids["studies"]]},
    "post_tools_bulk_content": lambda world: {"Resources": [*world.ids.values()], "Metadata": False},
    "post_tools_bulk_delete": lambda world: {"Resources": [world.ids["series"]]},
    "post_tools_bulk_modify": lambda world: {"Resources": [world.ids["series"]], "Replace": {"SeriesDescription": "x"}},
    "post_tools_count_resources": lambda world: {"Level": "Study", "Query": {"PatientID": "P1"}},
    "post_tools_create_archive": lambda world: {"Resources": [world.ids["studies"]], "Synchronous": True},
    "post_tools_create_media": lambda world: {"Resources": [world.ids["studies"]], "Synchronous": True},
    "post_tools_create_media_extended": lambda world: {"Resources": [world.ids["studies"]], "Synchronous": True},
    "post_tools_create_dicom": lambda world: {"Tags": {"PatientID": "P4", "Modality": "CT"}},
    "post_tools_reconstruct": lambda world: {},
    "post_tools_find": lambda world: {"Level": "Instance", "Query": {"0011,1001": "label-A"}, "Expand": True},
    "put_modalities_id": lambda world: {"AET": "NEW", "Host": "127.0.0.1", "Port": 104},
    "put_peers_id": lambda world: {"URL": "http://127.0.0.1:9/"},
    "put_tools_accepted_transfer_syntaxes": lambda world: ["1.2.840.10008.1.2.*"],
}

#: The bodies in text of methods that take `data` or `content`.
DATA: Mapping[str, Any] = {
    "post_instances": NEW_FILE,
    "post_tools_lookup": "P1",
    "post_tools_execute_script": "print(1)",
    "put_tools_default_encoding": "Latin1",
    "put_tools_metrics": "0",
    "put_tools_unknown_sop_class_accepted": "1",
}


def bound(function: Callable[..., Any], *arguments: Any) -> Call:
    """The call of a function that takes the world and then these arguments."""
    return lambda world: function(world, *arguments)


def route_calls(client: type) -> Iterator[tuple[str, Call]]:
    """A call, or several, of each method of a class that stands for a route; the name tells the parameters."""
    for name, method in inspect.getmembers(client, inspect.isfunction):
        if ROUTE.match(name) and not is_left_out(name):
            names = [*inspect.signature(method).parameters][1:]
            for parameters in PARAMETERS if "params" in names else (None,):
                shown = f"({next(iter(parameters))})" if parameters else ""
                yield f"{name}{shown}", route_call(name, names, parameters)


def is_left_out(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in LEFT_OUT)


def route_call(method: str, names: list[str], parameters: Mapping[str, Any] | None) -> Call:
    def call(world: World) -> Any:
        arguments = {name: argument(world, method, name, parameters) for name in names}
        given = {name: one for name, one in arguments.items() if one is not None}
        return getattr(world.client, method)(**given)

    return call


def argument(world: World, method: str, name: str, parameters: Mapping[str, Any] | None) -> Any:
    """The argument for a parameter of a method, None where it is left out."""
    if name == "id_":
        return identifier(world, method)
    if name == "json":
        return BODIES[method](world) if method in BODIES else None
    if name in ("data", "content"):
        return DATA.get(method, "new" if method.startswith("put_") else None)
    texts = {"name": "1024", "label": "label", "frame": "0", "path": "PatientID", "key": "archive"}
    return parameters if name == "params" else texts.get(name)


def identifier(world: World, method: str) -> str:
    level = LEVEL.match(method)
    if level:
        return world.pdf if method.endswith("_pdf") else world.ids[level[1]]
    if "_jobs_" in method:
        return world.job
    return {"modalities": "modality", "peers": "peer"}.get(method.split("_")[1], "explorer.js")
