"""The log of changes: which ones each operation writes, in which order, and how it is read."""

from __future__ import annotations

from conformance.asking.configurations import LAB, OVERWRITING
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

#: A server of its own, whose log holds what the scenario did and nothing else.
FRESH = {"StableAge": 601}
SHORT_STABLE_AGE = {"StableAge": 1}

#: The ways in which a log of 13 changes is asked for.
PAGES = (
    "",
    "?last",
    "?last=false",
    "?limit=2",
    "?limit=0",
    "?limit=-1",
    "?limit=-5&since=0",
    "?limit=13",
    "?limit=x",
    "?since=3&limit=2",
    "?since=3",
    "?since=-1&limit=2",
    "?since=1000&limit=3",
    "?since=x&limit=2",
    "?since=3&limit=0",
    "?since=99999999999&limit=1",
    "?to=5",
    "?to=5&limit=2",
    "?to=5&limit=2&since=0",
    "?to=8&limit=2&since=3",
    "?to=0",
    "?to=3&since=5",
    "?to=-1",
    "?to=x",
    "?to=200&limit=3",
    "?last&to=5",
    "?type=NewStudy",
    "?type=NewStudy;NewSeries",
    "?type=NewSeries;",
    "?type=",
    "?type=nope",
    "?type=newstudy",
    "?type=Deleted",
    "?type=ModifiedStudy;NewPatient",
    "?type=NewInstance&limit=2",
    "?type=NewInstance&to=8&limit=2",
    "?type=NewInstance&since=4&to=8&limit=2",
    "?last&type=NewStudy",
)


#: What users may add to a resource, with the numbers at both ends of theirs.
ANNOTATIONS = ("metadata/1024", "metadata/65535", "attachments/1024", "attachments/65535")

#: Each level with the field of an upload's answer that has the id there.
LEVELS = {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries", "instances": "ID"}


@scenario("The log is read in pages", configuration=FRESH, starts=True)
def pages(session: Session) -> None:
    session.get("/changes")
    session.upload_series(2)
    session.upload(session.dataset(series=2, instance=3))
    session.upload(session.dataset(study=2, instance=4))
    session.upload(session.dataset(patient="2"))
    for page in PAGES:
        session.get(f"/changes{page}")
    session.post("/changes", json={})
    session.get("/changes/5")


@scenario("The log of exports is empty", needs_empty_server=True)
def exports(session: Session) -> None:
    for page in ("", "?last", "?since=1&limit=2", "?since=x", "?since=-1", "?limit=x", "?since=4294967297"):
        session.get(f"/exports{page}")


@scenario("An upload is one change for each resource that is new, the instance first", configuration=LAB)
def uploads(session: Session) -> None:
    start = session.last_change()
    stored = session.upload_series(2)[0]
    session.upload(session.dataset(series=2, instance=3))
    session.upload(session.dataset(study=2, instance=4))
    session.upload(session.dataset(study=2, instance=4))
    session.put(f"/patients/{stored.text_field('ParentPatient')}/protected", data="0")
    session.observe_changes(start)


@scenario("A series that has all instances that it announces is completed", configuration=LAB)
def completed_series(session: Session) -> None:
    start = session.last_change()
    for number in (1, 2, 3):
        session.upload(session.dataset(instance=number, ImagesInAcquisition="2", NumberOfTemporalPositions="1"))
    session.upload(session.dataset(series=2, instance=1, ImagesInAcquisition="1", NumberOfTemporalPositions="1"))
    session.observe_changes(start)


@scenario("What is deleted takes its changes with it", configuration=LAB)
def deletion(session: Session) -> None:
    start = session.last_change()
    stored = session.upload_series(3)
    session.delete(f"/instances/{stored[1].id}")
    session.observe_changes(start)
    session.delete(f"/patients/{stored[0].text_field('ParentPatient')}")
    session.observe_changes(start)
    session.upload(session.dataset(instance=2))
    session.observe_changes(start)


@scenario("A modification writes what an upload of its copies would", configuration=LAB)
def modification(session: Session) -> None:
    stored = session.upload_series(2)[0]
    start = session.last_change()
    for level, parent in (("studies", "ParentStudy"), ("series", "ParentSeries")):
        session.modify(level, stored.text_field(parent), Replace={"StudyDescription": "new"})
        session.anonymize(level, stored.text_field(parent))
    session.modify("instances", stored.id, Replace={"PatientComments": "new"})
    session.anonymize("instances", stored.id)
    session.observe_changes(start)


@scenario("An overwritten instance is new", configuration=OVERWRITING)
def overwriting(session: Session) -> None:
    start = session.last_change()
    session.upload_series(2)
    session.upload(session.dataset(instance=1, PatientComments="new"))
    session.observe_changes(start)


@scenario(
    "What got nothing for StableAge seconds is stable, the longest unchanged first", configuration=SHORT_STABLE_AGE
)
def stability(session: Session) -> None:
    start = session.last_change()
    session.upload(session.dataset(instance=1))
    session.upload(session.dataset(series=2, instance=2))
    stored = session.upload(session.dataset(patient="2", instance=1))
    session.wait(3)
    session.observe_changes(start)
    start = session.last_change()
    session.upload(session.dataset(instance=3))
    session.wait(3)
    session.observe_changes(start)
    start = session.last_change()
    session.upload(session.dataset(instance=3))
    session.get(f"/patients/{stored.text_field('ParentPatient')}")
    session.wait(3)
    session.observe_changes(start)


@scenario("Metadata and attachments of users are changes at their level, labels are none", configuration=LAB)
def annotated_resources(session: Session) -> None:
    stored = session.upload_series(2)[0]
    start = session.last_change()
    for level, parent in LEVELS.items():
        path = f"/{level}/{stored.text_field(parent)}"
        for annotation in ANNOTATIONS:
            session.put(f"{path}/{annotation}", data="one")
    session.observe_changes(start)
    start = session.last_change()
    for level, parent in LEVELS.items():
        path = f"/{level}/{stored.text_field(parent)}"
        session.put(f"{path}/metadata/1024", data="one")
        session.put(f"{path}/attachments/1024", data="two")
        session.post(f"{path}/attachments/1024/compress")
        session.put(f"{path}/labels/label")
        session.delete(f"{path}/labels/label")
    session.observe_changes(start)
    start = session.last_change()
    for level, parent in LEVELS.items():
        for annotation in (*ANNOTATIONS, "metadata/1024", "attachments/1024"):
            session.delete(f"/{level}/{stored.text_field(parent)}/{annotation}")
    session.observe_changes(start)


@scenario("What the server refuses to write is no change, nor what it compresses of its own", configuration=LAB)
def refused_annotations(session: Session) -> None:
    stored = session.upload(session.dataset())
    start = session.last_change()
    for annotation in ("metadata/1023", "metadata/LastUpdate", "attachments/1023", "attachments/dicom"):
        session.put(f"/instances/{stored.id}/{annotation}", data="one")
        session.delete(f"/instances/{stored.id}/{annotation}")
    session.post(f"/instances/{stored.id}/attachments/dicom/compress")
    session.post(f"/instances/{stored.id}/attachments/dicom/uncompress")
    session.delete(f"/instances/{stored.id}/attachments/dicom-as-json")
    session.observe_changes(start)


@scenario("A metadata of another resource's level is a change of the resource", configuration=LAB)
def annotations_at_another_level(session: Session) -> None:
    stored = session.upload(session.dataset())
    start = session.last_change()
    session.put(f"/patients/{stored.id}/metadata/1024", data="one")
    session.put(f"/instances/{stored.text_field('ParentStudy')}/attachments/1024", data="one")
    session.observe_changes(start)
    session.delete(f"/series/{stored.id}/metadata/1024")
    session.delete(f"/patients/{stored.text_field('ParentStudy')}/attachments/1024")
    session.observe_changes(start)
