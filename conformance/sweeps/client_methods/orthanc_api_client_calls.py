"""Calls of orthanc-api-client's methods: of the client, of its lists of resources, and of what these give."""

from __future__ import annotations

import datetime
import importlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from .pyorthanc_routes import Call, bound
from .world import FILES, IMAGE, NEW_FILE, World

#: Parts of the client, or methods of them, that are not called, and why.
LEFT_OUT: Mapping[str, str] = {
    "dicomweb_servers": "a plugin, DICOMweb",
    "upload_files_dicom_web": "a plugin, DICOMweb",
    "transfers": "a plugin, and a second server",
    "worklists": "a plugin",
    "projects": "a plugin",
    "images": "a plugin",
    "peers": "a second server",
    "modalities": "the DICOM network, but for its configuration",
    "get_metrics": "durations and clocks: nothing to compare",
    "create_instance_from_jpeg": "a codec",
    "series.get_preview_file": "PNG: as pixels in the chapter pictures",
    "get_system": "tells how a server was built and set up",
    "print_daily_stats": "prints, by the clock",
    "close": "of requests, without a request",
    "get_abs_url": "without a request",
}

LISTS = {"patients": "Patients", "studies": "Studies", "series": "SeriesList", "instances": "Instances"}
LEVELS = (*LISTS,)
#: Methods of a list that take the id of a resource and nothing else.
OF_ONE = """exists get get_attachment get_file get_first_instance_id get_first_instance_tags get_instances
    get_instances_ids get_json get_json_statistics get_labels get_metadata get_middle_instance_id get_modalities
    get_ordered_instances_ids get_parent_patient_id get_parent_series_id get_parent_study_id get_pdf_instances
    get_preview_url get_series_ids get_studies_ids get_tags is_pdf""".split()
#: Methods of a list of no one's.
OF_ALL = ("get_all_ids", "delete_all")
PRIVATE = {"0011,1001": "label-B"}
REPLACE = {"patients": {"PatientID": "P9"}, "studies": {"StudyDescription": "new"}, "series": {"Modality": "MR"}}
DICOM_IDS = {"patients": "PatientID", "studies": "StudyInstanceUID", "series": "SeriesInstanceUID"}


def calls(module: Any) -> Iterator[tuple[str, Call]]:
    """All calls of orthanc-api-client by name."""
    yield from CLIENT_CALLS.items()
    for level in LEVELS:
        yield from plain_calls(module, level)
        for name, call in LIST_CALLS.items():
            yield f"{level}.{name}", bound(call, level)
    for level in LEVELS[:-1]:
        for name, call in HIGHER_LIST_CALLS.items():
            yield f"{level}.{name}", bound(call, level)
    yield from SPECIAL_CALLS.items()
    yield from SET_CALLS.items()
    yield from JOB_CALLS.items()


def of(world: World, level: str) -> Any:
    return getattr(world.client, level)


def plain_calls(module: Any, level: str) -> Iterator[tuple[str, Call]]:
    """The methods of a list whose arguments need no thought, also for an id that nothing has."""
    kind = getattr(importlib.import_module(f"{module.__name__}.resources"), LISTS[level])
    for name in (one for one in OF_ONE if hasattr(kind, one)):
        yield f"{level}.{name}", bound(asked, level, name)
        yield f"{level}.{name}(unknown)", bound(asked, level, name, "0-0")
    for name in OF_ALL:
        yield f"{level}.{name}", bound(listed, level, name)


def asked(world: World, level: str, name: str, identifier: str | None = None) -> Any:
    """What a method gives for an id, that of the first resource unless another is given."""
    further = ("1024",) if name == "get_attachment" else ()
    returned = getattr(of(world, level), name)(identifier or world.ids[level], *further)
    return returned.info if name == "get" else returned


def listed(world: World, level: str, name: str) -> list[str]:
    return sorted(getattr(of(world, level), name)())


def after(world: World, level: str, method: str, *arguments: Any, **options: Any) -> Any:
    """What a method returns for the resource of a level, and what the server tells of this then."""
    returned = getattr(of(world, level), method)(world.ids[level], *arguments, **options)
    one = of(world, level)
    return [returned, one.get_labels(world.ids[level]), one.get_string_metadata(world.ids[level], "1024", "none")]


def with_revision(world: World, level: str, method: str, content: Any, revision: str) -> Any:
    one = of(world, level)
    getattr(one, method)(world.ids[level], "1024", content, match_revision=revision)
    return [
        one.get_attachment_with_revision(world.ids[level], "1024"),
        one.get_binary_metadata(world.ids[level], "1024"),
    ]


#: Methods of every list, which get the world and the level.
LIST_CALLS: Mapping[str, Any] = {
    "delete": lambda world, level: of(world, level).delete(world.ids[level]),
    "delete(several)": lambda world, level: of(world, level).delete(orthanc_ids=[world.ids[level], "0-0"]),
    "delete(ignore_errors)": lambda world, level: of(world, level).delete("0-0", ignore_errors=True),
    "add_label": lambda world, level: after(world, level, "add_label", "new"),
    "add_label(wrong)": lambda world, level: after(world, level, "add_label", "a b"),
    "add_labels": lambda world, level: after(world, level, "add_labels", ["b", "a"]),
    "delete_label": lambda world, level: after(world, level, "delete_label", "label"),
    "delete_labels": lambda world, level: after(world, level, "delete_labels", ["label", "none"]),
    "set_string_metadata": lambda world, level: after(world, level, "set_string_metadata", "1024", "né"),
    "set_string_metadata(built in)": lambda world, level: after(world, level, "set_string_metadata", "LastUpdate", "x"),
    "set_binary_metadata": lambda world, level: after(world, level, "set_binary_metadata", "1024", b"new"),
    "set_binary_metadata(path)": lambda world, level: after(
        world, level, "set_binary_metadata", "1025", path=world.file("content", b"content")
    ),
    "set_binary_metadata(revision)": lambda world, level: with_revision(
        world, level, "set_binary_metadata", b"new", '"0-wrong"'
    ),
    "set_attachment": lambda world, level: after(world, level, "set_attachment", "1025", "new"),
    "set_attachment(path)": lambda world, level: after(
        world, level, "set_attachment", "1025", path=world.file("content", b"content"), content_type="text/plain"
    ),
    "set_attachment(revision)": lambda world, level: with_revision(world, level, "set_attachment", "new", '"0-wrong"'),
    "set_attachment(built in)": lambda world, level: after(world, level, "set_attachment", "dicom", "new"),
    "download_attachment": lambda world, level: world.written(
        lambda path: of(world, level).download_attachment(world.ids[level], "1024", path)
    ),
    "get_attachment_with_revision": lambda world, level: of(world, level).get_attachment_with_revision(
        world.ids[level], "1024"
    ),
    "get_binary_metadata": lambda world, level: of(world, level).get_binary_metadata(world.ids[level], "1024"),
    "get_binary_metadata_with_revision": lambda world, level: of(world, level).get_binary_metadata_with_revision(
        world.ids[level], "1024"
    ),
    "get_string_metadata": lambda world, level: of(world, level).get_string_metadata(world.ids[level], "1024"),
    "get_string_metadata(default)": lambda world, level: of(world, level).get_string_metadata(
        world.ids[level], "1025", default_value="none"
    ),
    "get_string_metadata_with_revision": lambda world, level: of(world, level).get_string_metadata_with_revision(
        world.ids[level], "1024"
    ),
    "has_metadata": lambda world, level: [
        of(world, level).has_metadata(world.ids[level], one) for one in ("1024", "1025")
    ],
    "download_archive": lambda world, level: world.written(
        lambda path: of(world, level).download_archive(world.ids[level], path)
    ),
    "download_media": lambda world, level: world.written(
        lambda path: of(world, level).download_media(world.ids[level], path)
    ),
    "modify_bulk": lambda world, level: of(world, level).modify_bulk(
        [world.ids[level]], replace_tags={"PatientID": "P9"}, force=True, delete_original=False
    ),
    "modify_bulk_async": lambda world, level: completed(
        of(world, level).modify_bulk_async([world.ids[level]], replace_tags={"PatientID": "P9"}, force=True)
    ),
    "anonymize_bulk": lambda world, level: of(world, level).anonymize_bulk([world.ids[level]]),
    "anonymize_bulk_async": lambda world, level: completed(
        of(world, level).anonymize_bulk_async([world.ids[level]], delete_original=True)
    ),
    "get_properties": lambda world, level: properties(of(world, level).get(world.ids[level])),
}

#: Methods of the lists above instances.
HIGHER_LIST_CALLS: Mapping[str, Any] = {
    "lookup": lambda world, level: of(world, level).lookup(dicom_id(world, level)),
    "lookup(unknown)": lambda world, level: of(world, level).lookup("unknown"),
    "modify": lambda world, level: of(world, level).modify(world.ids[level], REPLACE[level], force=True),
    "modify(keeps)": lambda world, level: of(world, level).modify(
        world.ids[level], REPLACE[level], delete_original=False, force=True
    ),
    "modify(unknown tag)": lambda world, level: of(world, level).modify(world.ids[level], {"NotATag": "x"}),
    "modify(private)": lambda world, level: of(world, level).modify(
        world.ids[level], {**REPLACE[level], **PRIVATE}, force=True
    ),
    "modify(removes)": lambda world, level: of(world, level).modify(
        world.ids[level], REPLACE[level], remove_tags=["SeriesDescription"], force=True
    ),
    "anonymize": lambda world, level: of(world, level).anonymize(world.ids[level]),
    "anonymize(keeps)": lambda world, level: of(world, level).anonymize(
        world.ids[level], {"PatientName": "X"}, ["StudyDescription"], delete_original=False
    ),
    "download_instances": lambda world, level: world.files_below(
        lambda path: of(world, level).download_instances(world.ids[level], path)
    ),
}


def dicom_id(world: World, level: str) -> str:
    return str(of(world, level).get(world.ids[level]).dicom_id)


def completed(job: Any) -> Any:
    job.wait_completed(timeout=30, polling_interval=0.02)
    return [job.info.status, job.info.type, job.content]


def properties(one: Any) -> dict[str, Any]:
    """All public properties of a resource of the client; what one raises in its place."""
    found: dict[str, Any] = {}
    members = inspect.getmembers(type(one), lambda member: isinstance(member, property))
    for name in (name for name, _ in members if not name.startswith("_")):
        try:
            found[name] = getattr(one, name)
        except Exception as error:
            found[name] = str(error)
    return found


def saved_png(world: World) -> str:
    """A path to a PNG image of 2 x 2 grey pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", IMAGE["Rows"], IMAGE["Columns"], 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\1\2" + b"\0\3\4")
    parts = chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return world.file("image.png", b"\x89PNG\r\n\x1a\n" + b"".join(parts))


PATIENT = {"PatientID": "P5", "PatientName": "E^F", "StudyDescription": "made"}

CLIENT_CALLS: Mapping[str, Call] = {
    "get": lambda world: world.client.get("studies"),
    "get_json": lambda world: world.client.get_json("studies"),
    "get_binary": lambda world: world.client.get_binary("studies"),
    "get(unknown)": lambda world: world.client.get("nowhere"),
    "post": lambda world: world.client.post("tools/lookup", data="P1"),
    "post(wrong)": lambda world: world.client.post("tools/find", json={"Level": "Nothing", "Query": {}}),
    "put": lambda world: world.client.put(f"patients/{world.ids['patients']}/protected", data="1"),
    "delete": lambda world: world.client.delete(f"studies/{world.ids['studies']}"),
    "wait_started": lambda world: world.client.wait_started(),
    "is_alive": lambda world: world.client.is_alive(),
    "is_orthanc_version_at_least": lambda world: [
        world.client.is_orthanc_version_at_least(*version) for version in ((1, 9), (1, 12, 0), (2, 0))
    ],
    "is_plugin_version_at_least": lambda world: world.client.is_plugin_version_at_least("dicom-web", 1, 0),
    "has_loaded_plugin": lambda world: [world.client.has_loaded_plugin(one) for one in ("dicom-web", "explorer.js")],
    "get_statistics": lambda world: world.client.get_statistics(),
    "delete_all_content": lambda world: world.client.delete_all_content(),
    "upload": lambda world: world.client.upload(NEW_FILE),
    "upload(again)": lambda world: world.client.upload(FILES[0]),
    "upload(no DICOM)": lambda world: world.client.upload(b"no DICOM"),
    "upload(ignore_errors)": lambda world: world.client.upload(b"no DICOM", ignore_errors=True),
    "upload_file": lambda world: world.client.upload_file(world.file("one.dcm")),
    "upload_folder": lambda world: world.client.upload_folder(
        world.file("in/below/one.dcm").removesuffix("below/one.dcm"), ignore_errors=True
    ),
    "upload_folder_return_details": lambda world: world.client.upload_folder_return_details(
        world.file("in/one.dcm").removesuffix("one.dcm")
    ),
    "lookup": lambda world: [world.client.lookup("P1", filter=one) for one in (None, "Patient", "Study")],
    "get_changes": lambda world: [
        [one.change_type for one in world.client.get_changes()[0]],
        world.client.get_changes()[2],
    ],
    "create_pdf": lambda world: world.client.create_pdf(world.file("one.pdf", b"%PDF-1.4"), dict(PATIENT)),
    "create_pdf(parent_id)": lambda world: world.client.create_pdf(
        world.file("one.pdf", b"%PDF-1.4"), {"SeriesDescription": "report"}, world.ids["studies"]
    ),
    "create_instance_from_png": lambda world: world.client.create_instance_from_png(saved_png(world), dict(PATIENT)),
    "get_all_labels": lambda world: world.client.get_all_labels(),
    "execute_lua_script": lambda world: world.client.execute_lua_script(b"print(1)"),
    "get_log_level": lambda world: world.client.get_log_level(),
    "set_log_level": lambda world: [world.client.set_log_level(one) for one in (*world.module.LogLevel,)],
    "capabilities": lambda world: properties(world.client.capabilities),
    "modalities.get_all_ids": lambda world: world.client.modalities.get_all_ids(),
    "modalities.get_configuration": lambda world: world.client.modalities.get_configuration("modality"),
    "modalities.get_configuration(unknown)": lambda world: world.client.modalities.get_configuration("unknown"),
    "modalities.get_id_from_aet": lambda world: world.client.modalities.get_id_from_aet("MODALITY"),
    "modalities.configure": lambda world: world.client.modalities.configure(
        "new", {"AET": "NEW", "Host": "127.0.0.1", "Port": 104}
    ),
    "modalities.delete": lambda world: world.client.modalities.delete("modality"),
}

SPECIAL_CALLS: Mapping[str, Call] = {
    "instances.lookup": lambda world: world.client.instances.lookup(
        world.client.instances.get(world.ids["instances"]).dicom_id
    ),
    "instances.modify": lambda world: world.client.instances.modify(world.ids["instances"], {"PatientName": "C^D"}),
    "instances.modify(removes)": lambda world: world.client.instances.modify(
        world.ids["instances"], remove_tags=["PatientName"], keep_tags=["SOPInstanceUID"], force=True
    ),
    "instances.download_pdf": lambda world: world.written(
        lambda path: world.client.instances.download_pdf(world.pdf, path)
    ),
    "instances.is_pdf(pdf)": lambda world: world.client.instances.is_pdf(world.pdf),
    "instances.download_instance": lambda world: world.written(
        lambda path: world.client.instances.download_instance(world.ids["instances"], path)
    ),
    "instances.download_instances": lambda world: world.files_below(
        lambda path: world.client.instances.download_instances([world.ids["instances"], world.pdf], path)
    ),
    "instance.get_metadata": lambda world: world.client.instances.get(world.ids["instances"]).get_metadata("1024"),
    "patients.find": lambda world: world.client.patients.find({"PatientName": "a*"}, case_sensitive=False),
    "patients.find(labels)": lambda world: world.client.patients.find({}, labels=["label", "none"]),
    "studies.find": lambda world: world.client.studies.find({"PatientID": "P1"}, limit=1, since=1),
    "studies.find(requested_tags)": lambda world: world.client.studies.find(
        {"PatientID": "P1"}, requested_tags=["ModalitiesInStudy", "PatientSex"], labels=["label"]
    ),
    "studies.find(order_by)": lambda world: world.client.studies.find(
        {}, order_by=[{"Type": "DicomTag", "Key": "PatientID", "Direction": "DESC"}]
    ),
    "studies.find(private)": lambda world: world.client.studies.find({"0011,1001": "label-A"}),
    "studies.find(unknown tag)": lambda world: world.client.studies.find({"NotATag": "x"}),
    "studies.merge": lambda world: world.client.studies.merge(
        world.ids["studies"], world.other_study["ParentSeries"], keep_source=False
    ),
    "studies.attach_pdf": lambda world: world.client.studies.attach_pdf(
        world.ids["studies"], world.file("one.pdf", b"%PDF-1.4"), "report", datetime.datetime(2020, 1, 2, 3, 4, 5)
    ),
    "studies.get_pdf_instances(pdf)": lambda world: world.client.studies.get_pdf_instances(
        world.stored[3]["ParentStudy"]
    ),
}


def set_of(world: World) -> Any:
    return world.module.InstancesSet.from_study(world.client, world.ids["studies"])


def told(one: Any) -> Any:
    return None if one is None else [str(one), one.id, one.study_id, one.series_ids, one.instances_ids]


def processed(world: World) -> list[str]:
    seen: list[str] = []
    set_of(world).process_instances(lambda client, identifier: seen.append(identifier))
    return seen


def filtered(world: World) -> Any:
    instances = set_of(world)
    removed = instances.filter_instances(
        lambda client, one: client.instances.get(one).tags.get("InstanceNumber") == "1"
    )
    return [told(instances), told(removed)]


def modified_set(world: World) -> Any:
    modified = set_of(world).modify({"StudyInstanceUID": "1.2.3", "PatientID": "P9"}, keep_source=True, force=True)
    return None if modified is None else [len(modified.series_ids), len(modified.instances_ids)]


SET_CALLS: Mapping[str, Call] = {
    "InstancesSet.from_study": lambda world: told(set_of(world)),
    "InstancesSet.from_series": lambda world: told(
        world.module.InstancesSet.from_series(world.client, world.ids["series"])
    ),
    "InstancesSet.from_instance": lambda world: told(
        world.module.InstancesSet.from_instance(world.client, world.ids["instances"])
    ),
    "InstancesSet.get_instances_ids": lambda world: set_of(world).get_instances_ids(world.ids["series"]),
    "InstancesSet.delete": lambda world: set_of(world).delete(),
    "InstancesSet.modify": modified_set,
    "InstancesSet.filter_instances": filtered,
    "InstancesSet.process_instances": processed,
    "InstancesSet.download_archive": lambda world: world.written(set_of(world).download_archive),
    "InstancesSet.download_media": lambda world: world.written(set_of(world).download_media),
}

JOB_CALLS: Mapping[str, Call] = {
    "jobs.get": lambda world: completed(world.client.jobs.get(world.job)),
    "jobs.get_json": lambda world: world.client.jobs.get_json(world.job),
    "jobs.cancel": lambda world: world.client.jobs.cancel(world.job),
    "jobs.pause": lambda world: world.client.jobs.pause(world.job),
    "jobs.resume": lambda world: world.client.jobs.resume(world.job),
    "jobs.resubmit": lambda world: world.client.jobs.resubmit(world.job),
    "jobs.retry": lambda world: world.client.jobs.retry("0-0"),
}
