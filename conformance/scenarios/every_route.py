"""Routes that no other chapter asks for: each route of each release, with each of its methods, is asked somewhere."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import ANNOTATED, LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

#: level: the field of an upload's answer that has its resource
FIELDS = {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries", "instances": "ID"}
LABEL = (0x0011, 0x01, "LO", "label")
LOG_CATEGORIES = ("dicom", "generic", "http", "jobs", "lua", "plugins", "sqlite")
IMAGES = ("image-int16", "image-uint8", "image-uint16", "preview", "rendered", "matlab", "numpy", "raw", "raw.gz")


def paths(stored: Answer) -> list[str]:
    """The paths of an upload's resources, from the patient down."""
    return [f"/{level}/{stored.text_field(name)}" for level, name in FIELDS.items()]


@scenario("The root leads to the Orthanc Explorer, and so does the icon; the folder of its files is not listed")
def root(session: Session) -> None:
    for path in ("/", "/?a=b", "/favicon.ico", "/app", "/app/"):
        session.get(path)


@scenario("/content is read only: other methods find nothing", configuration=LAB)
def content(session: Session) -> None:
    instance = paths(session.upload(session.dataset(LABEL)))[-1]
    for path in ("", "/", "/PatientID", "/0011-1001", "/NotATag", "/0008-1115/0/PatientID"):
        session.post(f"{instance}/content{path}", json={})
        session.put(f"{instance}/content{path}", data="x")
        session.delete(f"{instance}/content{path}")


@scenario("Views of the tags of a patient and of a study", configuration=LAB)
def tags_of_several(session: Session) -> None:
    session.upload_series(2, LABEL)
    stored = session.upload(session.dataset(LABEL, instance=3, series=2))
    for path in paths(stored)[:-1]:
        for view in ("instances-tags", "shared-tags"):
            for query in ("", "?simplify", "?short", "?ignore-length=0011-1001"):
                session.get(f"{path}/{view}{query}")


@scenario("Each label of each level: 200 without body, or 404", configuration=LAB)
def labels(session: Session) -> None:
    for path in paths(session.upload(session.dataset())):
        session.put(f"{path}/labels/here")
        for name in ("here", "absent", "HERE", "a%20b", ""):
            session.get(f"{path}/labels/{name}")


@scenario("All that can be done with an attachment, at each level", configuration=ANNOTATED)
def attachments(session: Session) -> None:
    for path in paths(session.upload(session.dataset())):
        report = f"{path}/attachments/Report"
        session.put(report, data="0123456789" * 3)
        for action in ("compress", "verify-md5", "uncompress"):
            session.post(f"{report}/{action}")
            for view in ("", "/data", "/compressed-data", "/size", "/compressed-size", "/md5", "/compressed-md5"):
                session.get(report + view)
            session.get(f"{report}/is-compressed")
            session.get(f"{report}/info")
        session.delete(report)
        session.get(report)


@scenario("Images of a frame of what has no pixel data, and of a frame that is not there", configuration=LAB)
def frames(session: Session) -> None:
    instance = paths(session.upload(session.dataset()))[-1]
    for frame in ("0", "1", "-1", "-0", "%200", "1.5", "x", "4294967295", "99999999999"):
        session.get(f"{instance}/frames/{frame}")
        for image in IMAGES:
            session.get(f"{instance}/frames/{frame}/{image}")


@scenario("The names of a job's actions are those of outputs, too, to whoever asks or deletes", configuration=LAB)
def jobs(session: Session) -> None:
    study = session.upload(session.dataset()).text_field("ParentStudy")
    done = session.modify("studies", study, Replace={"StudyDescription": "new"}, Asynchronous=True)
    session.wait_for_job(done)
    for job in (done.id, "nope"):
        for name in ("pause", "resume", "resubmit", "cancel"):
            session.get(f"/jobs/{job}/{name}")
            session.delete(f"/jobs/{job}/{name}")


@scenario("Answers to a query that nobody made", needs_empty_server=True)
def queries(session: Session) -> None:
    for body in ("", "{}", "[]", "null", "x", '{"TargetAet": 5}', '{"Timeout": "x"}', '{"Full": 5}'):
        session.post("/queries/x/retrieve", data=body)
        session.post("/queries/x/answers/0/retrieve", data=body)
        for level in ("instances", "series", "studies"):
            session.post(f"/queries/x/answers/0/query-{level}", data=body)
    for path in ("content", "content?simplify", "retrieve", "query-studies"):
        session.get(f"/queries/x/answers/0/{path}")


@scenario("The level of the log, category by category", needs_empty_server=True)
def log_levels(session: Session) -> None:
    session.put("/tools/log-level", data="default")
    for level in ("verbose", "default"):
        for category in LOG_CATEGORIES:
            session.put(f"/tools/log-level-{category}", data=level)
            session.get(f"/tools/log-level-{category}")
            session.get("/tools/log-level")


@scenario("Changes and exports are forgotten; changes go on counting", configuration=LAB, needs_empty_server=True)
def forgotten(session: Session) -> None:
    session.upload(session.dataset())
    for path in ("/exports", "/changes"):
        session.delete(path)
        for query in ("", "?last", "?since=0&limit=3", "?since=2&limit=3"):
            session.get(f"{path}{query}")
    session.observe_changes(0)
    session.upload(session.dataset(instance=2))
    session.observe_changes(0)


@scenario("Every route of a resource, asked of ids that nothing has and of ids of other levels", configuration=LAB)
def wrong_ids(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, StudyTime="101112"))
    identifiers = {level: stored.text_field(name) for level, name in FIELDS.items()}
    for level, views in VIEWS.items():
        for other in (*identifiers.values(), session.unknown_id(), "nope"):
            if other != identifiers[level]:
                for view in views:
                    session.get(f"/{level}/{other}{view}")


@scenario(
    "Modifications take an id of any level: what is below it becomes one resource of the path's", configuration=LAB
)
def modified_by_wrong_ids(session: Session) -> None:
    stored = session.upload_series(2, LABEL)[0]
    identifiers = {level: stored.text_field(name) for level, name in FIELDS.items()}
    bodies: tuple[dict[str, Any], ...] = (
        {"Replace": {"StudyDescription": "new"}},
        {"Replace": {"PatientID": session.patient_id("2")}, "Force": True},
        {"Replace": {"NotATag": "x"}},
    )
    for level in FIELDS:
        for other, identifier in identifiers.items():
            if other != level:
                for body in bodies:
                    answer = session.modify(level, identifier, **body)
                    if answer.status == 200:
                        session.instances_below(level, answer.id)
                        session.delete(f"/{level}/{answer.id}")
                answer = session.anonymize(level, identifier)
                if answer.status == 200:
                    session.delete(f"/{level}/{answer.id}")


OF_ALL = ("", "/attachments", "/labels", "/metadata", "/module", "/statistics", "/metadata/LastUpdate", "/labels/x")
OF_SEVERAL = ("/archive", "/media", "/shared-tags", "/instances-tags", "/instances")
#: The paths that can be asked below a resource of each level.
VIEWS = {
    "patients": (*OF_ALL, *OF_SEVERAL, "/protected", "/studies", "/series"),
    "studies": (*OF_ALL, *OF_SEVERAL, "/module-patient", "/patient", "/series"),
    "series": (*OF_ALL, *OF_SEVERAL, "/ordered-slices", "/patient", "/study", "/numpy"),
    "instances": (
        *OF_ALL,
        *("/patient", "/study", "/series", "/tags", "/simplified-tags", "/content", "/content/PatientID", "/header"),
        *("/file", "/frames", "/frames/0/raw", "/frames/0/preview", "/matlab", "/numpy", "/pdf", "/preview"),
        *("/rendered", "/image-uint8"),
    ),
}
