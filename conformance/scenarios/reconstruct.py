"""Reconstruct: main DICOM tags are taken from the files again, and which file has its way at each level."""

from __future__ import annotations

from pydicom.dataset import Dataset

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

NEW = ("1.12.7", "1.13.0")

#: Study, series and number of the instances, in the order in which they arrive.
INSTANCES = ((2, 1, 1), (1, 2, 2), (1, 1, 2), (1, 1, 1), (1, 2, 1), (1, 1, 3), (2, 2, 5), (2, 2, 4))
LIMITED = {"LimitToThisLevelMainDicomTags": True}


def upload_tree(session: Session) -> dict[str, list[str]]:
    """Instances that all tell something else of what they belong to; the identifiers by level, as they appear."""
    ids: dict[str, list[str]] = {"patients": [], "studies": [], "series": [], "instances": []}
    for number, (study, series, instance) in enumerate(INSTANCES, 1):
        texts = {name: f"{name} {number}" for name in ("PatientName", "StudyDescription", "SeriesDescription")}
        if number == 1:
            texts["PatientSex"] = "O"
        stored = session.upload(
            session.dataset(study=study, series=series, instance=instance, ImageComments=str(number), **texts)
        ).json
        for level, key in zip(ids, ("ParentPatient", "ParentStudy", "ParentSeries", "ID"), strict=True):
            if stored[key] not in ids[level]:
                ids[level].append(stored[key])
    return ids


def observe_tags(session: Session, ids: dict[str, list[str]]) -> None:
    for level in ("patients", "studies", "series"):
        for identifier in ids[level]:
            session.get(f"/{level}/{identifier}")


@scenario("Which instance of several has its way", configuration=LAB)
def winners(session: Session) -> None:
    ids = upload_tree(session)
    last = session.last_change()
    for level in ("instances", "series", "studies", "patients"):
        for identifier in ids[level]:
            session.post(f"/{level}/{identifier}/reconstruct", data=b"")
            observe_tags(session, ids)
    session.observe_changes(last)


@scenario("Only the tags of the level asked", configuration=LAB, releases=NEW)
def this_level(session: Session) -> None:
    ids = upload_tree(session)
    for level in ("instances", "series", "studies", "patients"):
        for identifier in ids[level]:
            session.post(f"/{level}/{identifier}/reconstruct", json=LIMITED)
            observe_tags(session, ids)
    session.post(f"/series/{ids['studies'][1]}/reconstruct", json=LIMITED)
    session.post(f"/instances/{ids['patients'][0]}/reconstruct", json=LIMITED)
    observe_tags(session, ids)


@scenario("Everything at once", configuration=LAB, needs_empty_server=True)
def everything(session: Session) -> None:
    ids = upload_tree(session)
    for body in (b"", b"{}", b"[]", b'{"ReconstructFiles": 5}'):
        session.post("/tools/reconstruct", data=body)
    observe_tags(session, ids)
    session.post("/tools/invalidate-tags", data=b"")


@scenario("What the body of the request says, and what it must not say", configuration=LAB)
def bodies(session: Session) -> None:
    instance = session.upload(session.dataset()).json["ID"]
    for body in (
        *("", "{}", "null", "x", "[]", "5", "true", '"x"', '{"Unknown": 1}', '{"ReconstructFiles": false}'),
        *('{"ReconstructFiles": 5}', '{"ReconstructFiles": null}', '{"LimitToThisLevelMainDicomTags": "true"}'),
        '{"ReconstructFiles": 5, "LimitToThisLevelMainDicomTags": "x"}',
    ):
        session.post(f"/instances/{instance}/reconstruct", data=body)
    session.get(f"/instances/{instance}/reconstruct")


@scenario("Identifiers of another level, and of nothing", configuration=LAB)
def other_levels(session: Session) -> None:
    ids = upload_tree(session)
    for level, identifier in (
        ("studies", ids["instances"][1]),
        ("series", ids["studies"][1]),
        ("instances", ids["patients"][0]),
        ("patients", ids["series"][0]),
        ("studies", session.unknown_id()),
        ("instances", "x"),
    ):
        session.post(f"/{level}/{identifier}/reconstruct", data=b"{}")
        observe_tags(session, ids)


@scenario("Sequences, announced numbers and metadata that another instance has", configuration=LAB)
def sequences(session: Session) -> None:
    request = Dataset()
    request.ScheduledProcedureStepID = "1"
    first = session.upload(session.dataset(CardiacNumberOfImages=3, RequestAttributesSequence=[request])).json
    second = session.upload(session.dataset(instance=2, CardiacNumberOfImages=5, Laterality="L")).json
    for stored in (second, first):
        session.post(f"/instances/{stored['ID']}/reconstruct", data=b"")
        session.get(f"/series/{first['ParentSeries']}")
        session.get(f"/series/{first['ParentSeries']}/metadata")
        session.find("Series", {"PatientID": session.patient_id(), "CardiacNumberOfImages": "5"})


@scenario("Files stored anew have another name", configuration=LAB, releases=("1.13.0",))
def files(session: Session) -> None:
    stored = [session.upload(session.dataset(instance=number)).json for number in (1, 2)]
    names = [session.get(one["Path"]).json["FileUuid"] for one in stored]
    for options in (LIMITED, {}):
        session.post(f"/series/{stored[0]['ParentSeries']}/reconstruct", json={**options, "ReconstructFiles": True})
        renewed = [session.get(one["Path"]).json["FileUuid"] for one in stored]
        session.observe("files that have another name", [old != new for old, new in zip(names, renewed, strict=True)])
        names = renewed


@scenario("What is read again has its revision counted up, on 1.13.0", configuration=LAB)
def revisions(session: Session) -> None:
    stored = session.upload(session.dataset())
    levels = {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries", "instances": "ID"}
    paths = [f"/{level}/{stored.text_field(name)}" for level, name in levels.items()]
    names = ("MainDicomTagsSignature", "TransferSyntax", "SopClassUid", "Origin")
    for path, body in (
        *((path, {}) for path in paths),
        *((path, {"LimitToThisLevelMainDicomTags": True}) for path in paths),
    ):
        session.post(f"{path}/reconstruct", json=body)
        for one in paths:
            for name in names:
                session.get(f"{one}/metadata/{name}")
    copy = session.modify("studies", stored.text_field("ParentStudy"), Replace={"StudyDescription": "new"})
    for name in names:
        session.get(f"/studies/{copy.text_field('ID')}/metadata/{name}")
        for instance in session.instances_below("studies", copy.text_field("ID")):
            session.get(f"/instances/{instance['ID']}/metadata/{name}")
