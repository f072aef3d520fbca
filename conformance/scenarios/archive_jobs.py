"""Archives and media that are made as jobs: what the job tells, where the archive is, how long it stays."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer, Request
from conformance.asking.session import Session
from conformance.comparing.masking import mask_media_size
from conformance.scenarios.archives import FIELDS, tree
from conformance.scenarios.scenario import scenario

ASYNCHRONOUS = {"Asynchronous": True}
IMPLICIT = "1.2.840.10008.1.2"
#: Without it a DICOMDIR has the time at which it was made.
TIME: dict[str, Any] = {"StudyTime": "101112"}


def make(session: Session, path: str, **body: Any) -> Answer:
    """Asks for an archive as a job, and shows the job and the archive; the answer is the first one."""
    asked = session.post(path, json={**ASYNCHRONOUS, **body})
    if asked.status == 200:
        session.wait_for_job(asked)
        session.get(f"/jobs/{asked.id}/archive")
    return asked


def observe_last_job(session: Session) -> None:
    """Logs what the last job tells, which a synchronous request did not name."""
    last = mask_media_size(max(session.jobs_over(), key=lambda job: str(job["CreationTime"])))
    names = ("Content", "ErrorCode", "ErrorDetails", "Priority", "Progress", "State", "Type", "UserData")
    session.observe("the job of it", {name: last[name] for name in names if name in last})


@scenario("An archive of each level as a job", configuration=LAB)
def of_each_level(session: Session) -> None:
    ids = tree(session)
    for level in FIELDS:
        make(session, f"/{level}/{ids[level]}/archive")
    make(session, f"/series/{ids['series']}/archive", Asynchronous=False, Synchronous=False, Priority=-3)
    make(session, f"/studies/{ids['studies']}/archive", UserData={"a": [1]}, Priority=7, Filename='x"y.zip')
    make(session, f"/studies/{ids['studies']}/archive", Filename=5, Utf8=True, LossyQuality=50, Permissive=5)


@scenario("A medium of each level as a job", configuration=LAB)
def media(session: Session) -> None:
    stored = session.upload(session.dataset(**TIME))
    for level, field in FIELDS.items():
        make(session, f"/{level}/{stored.text_field(field)}/media", Extended=level == "series")


@scenario("Chosen resources as a job", configuration=LAB)
def chosen(session: Session) -> None:
    ids = tree(session)
    make(session, "/tools/create-archive", Resources=[ids["series"], ids["instances"]], Filename="chosen.zip")
    make(session, "/tools/create-archive", Resources=[])
    stored = session.upload(session.dataset(patient="2", **TIME))
    for kind in ("create-media", "create-media-extended"):
        make(session, f"/tools/{kind}", Resources=[stored.id])
    make(session, "/tools/create-archive", Resources=[session.unknown_id()])
    make(session, f"/studies/{session.unknown_id()}/archive")


@scenario("Transcode as a job", configuration=LAB)
def transcoded(session: Session) -> None:
    series = session.upload_series(2)[0].text_field("ParentSeries")
    for syntax in (IMPLICIT, "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.90", "nope"):
        make(session, f"/series/{series}/archive", Transcode=syntax)
    for quality in (50, 500, -1, "x"):
        make(session, f"/series/{series}/archive", Transcode=IMPLICIT, LossyQuality=quality)


@scenario("The last archive alone is kept", configuration={**LAB, "MediaArchiveSize": 1}, needs_empty_server=True)
def kept(session: Session) -> None:
    series = session.upload(session.dataset()).text_field("ParentSeries")
    first, second = (make(session, f"/series/{series}/archive") for _ in range(2))
    session.get(f"/jobs/{first.id}/archive")
    session.get(f"/series/{series}/archive")
    session.get(f"/jobs/{second.id}/archive")
    session.get(f"/jobs/{second.id}/x")
    session.post(f"/jobs/{second.id}/resubmit", json={})
    session.post(f"/jobs/{second.id}/cancel", json={})
    for name in ("x", "archive", "archive"):
        session.delete(f"/jobs/{second.id}/{name}")
        session.get(f"/jobs/{second.id}/archive")
    session.get(f"/jobs/{second.id}")
    third = make(session, f"/series/{series}/archive")
    session.delete(f"/jobs/{third.id}")
    session.get(f"/jobs/{third.id}/archive")


@scenario(
    "MediaArchiveSize is how many are kept: those that were asked for last",
    configuration={**LAB, "MediaArchiveSize": 2},
    needs_empty_server=True,
)
def several_kept(session: Session) -> None:
    series = session.upload(session.dataset()).text_field("ParentSeries")
    jobs = [make(session, f"/series/{series}/archive") for _ in range(3)]
    statuses = [session.get(f"/jobs/{job.id}/archive").status for job in (*jobs, jobs[1])]
    session.observe("which are kept", statuses)
    make(session, f"/series/{series}/archive")
    session.observe("which are kept now", [session.get(f"/jobs/{job.id}/archive").status for job in jobs])
    session.delete(f"/jobs/{jobs[1].id}/archive")
    make(session, f"/series/{series}/archive")


@scenario("An archive that is waited for leaves a job, too", configuration=LAB, needs_empty_server=True)
def synchronous(session: Session) -> None:
    stored = session.upload(session.dataset(**TIME))
    series = stored.text_field("ParentSeries")
    for path in (f"/series/{series}/archive", f"/series/{series}/media?extended&transcode={IMPLICIT}"):
        session.get(path)
        observe_last_job(session)
    session.post(f"/series/{series}/archive", json={"UserData": 7, "Priority": 3, "Utf8": True})
    observe_last_job(session)
    session.post("/tools/create-media", json=[stored.id])
    observe_last_job(session)
    newest = sorted(session.jobs_over(), key=lambda job: str(job["CreationTime"]))[-4:]
    outputs = [session.client.send(Request("GET", f"/jobs/{job['ID']}/archive")).status for job in newest]
    session.observe("their outputs", outputs)


@scenario("A job that fails, for a file without SOPClassUID can't be on a medium", configuration=LAB)
def failure(session: Session) -> None:
    for missing in (1, 2, 3):
        for number in (1, 2, 3):
            elements = {**TIME, **({"SOPClassUID": None} if number == missing else {})}
            stored = session.upload(session.dataset(patient=str(missing), instance=number, **elements))
        asked = make(session, f"/series/{stored.text_field('ParentSeries')}/media")
        session.post(f"/jobs/{asked.id}/resubmit", json={})


@scenario("A medium that fails while it is waited for", configuration=LAB, needs_empty_server=True)
def synchronous_failure(session: Session) -> None:
    for number in (1, 2):
        session.upload(session.dataset(instance=number, **TIME))
    stored = session.upload(session.dataset(instance=3, SOPClassUID=None, **TIME))
    session.get(f"/series/{stored.text_field('ParentSeries')}/media")
    observe_last_job(session)


@scenario("Without a history a job's archive is gone", configuration={**LAB, "JobsHistorySize": 0})
def no_history(session: Session) -> None:
    series = session.upload(session.dataset()).text_field("ParentSeries")
    session.get(f"/series/{series}/archive")
    session.post(f"/series/{series}/archive", json={})
    make(session, f"/series/{series}/archive")
    session.jobs_over()
    session.get("/jobs")
