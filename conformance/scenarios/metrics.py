"""What /tools/metrics-prometheus tells: its names, and what each request reads, through which caches."""

from __future__ import annotations

import re
from collections.abc import Callable

from conformance.asking.clients import METRICS
from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

PRIVATE = "0011,1001"
IMPLICIT = "1.2.840.10008.1.2"

#: What is compared by its value; durations, threads and memory in use vary, and so do sizes with generated UIDs.
COUNTED = re.compile(r"count_\w+|(storage|dicom|dicom_parser|transcoder)_cache_(hit_|miss_)?count|last_change")
BYTES = re.compile(r"storage_(read|written)_bytes|(disk|uncompressed)_size_mb|\w+_cache_size(_mb)?")


def told(session: Session) -> dict[str, float]:
    """The value of each metric, by name; not logged, for most vary."""
    text = session.client.send(METRICS).body.decode("ascii")
    return {name: float(value) for name, value in re.findall(r"^orthanc_(\w+) (\S+) \d+$", text, re.MULTILINE)}


def observe(session: Session, what: str, request: Callable[[], object], *, sizes: bool = True) -> None:
    """Logs what a request changes; `sizes` says that all it writes is the same on each server."""
    before = told(session)
    request()
    after = told(session)
    changes = {
        name: round(value - before.get(name, 0), 4)
        for name, value in after.items()
        if value != before.get(name) and (COUNTED.fullmatch(name) or (sizes and BYTES.fullmatch(name)))
    }
    session.observe(f"what {what} changes", changes)


@scenario("The names of the metrics, at the start and later", needs_empty_server=True)
def names(session: Session) -> None:
    session.observe("the names at the start", sorted(told(session)))
    study = session.upload_series(2, (0x0011, 0x01, "LO", "one"))[0].text_field("ParentStudy")
    session.observe("the names after an upload", sorted(told(session)))
    session.get(f"/studies/{study}/instances-tags?short")
    session.observe("the names after reading", sorted(told(session)))
    session.delete(f"/studies/{study}")
    session.observe("the names after a deletion", sorted(told(session)))
    session.put("/tools/metrics", data="0")
    session.observe("the names when they are switched off", sorted(told(session)))
    session.put("/tools/metrics", data="1")


def reads(session: Session) -> None:
    """One request after the other, each with what it changes."""
    first, *_ = session.upload_series(3, (0x0011, 0x01, "LO", "one"), StudyTime="101500")
    instance, study = f"/instances/{first.id}", f"/studies/{first.text_field('ParentStudy')}"
    model = {"Accept": "application/dicom+json"}
    for path in ("", "/tags", "/simplified-tags", "/tags?whole", "/header", "/module", "/metadata?expand"):
        observe(session, path or "an instance", lambda path=path: session.get(instance + path))  # type: ignore[misc]
    observe(session, "/file as JSON", lambda: session.get(f"{instance}/file", headers=model))
    for path in ("/file", "/file", f"/file?transcode={IMPLICIT}", f"/file?transcode={IMPLICIT}", "/content"):
        observe(session, path, lambda path=path: session.get(instance + path))  # type: ignore[misc]
    attachment = f"{instance}/attachments/dicom"
    for name in ("size", "data", "compressed-data"):
        observe(session, name, lambda name=name: session.get(f"{attachment}/{name}"))  # type: ignore[misc]
    observe(session, "a range", lambda: session.get(f"{attachment}/data", headers={"Range": "bytes=0-9"}))
    observe(session, "verify-md5", lambda: session.post(f"{attachment}/verify-md5", data=""))
    for path in ("/frames", "/preview", "/numpy", "/frames/0/matlab"):
        observe(session, path, lambda path=path: session.get(instance + path))  # type: ignore[misc]
    for path in ("/shared-tags", "/instances-tags", "/module", "/statistics", "/archive", "/media"):
        observe(session, path, lambda path=path: session.get(study + path))  # type: ignore[misc]
    observe(session, "RequestedTags", lambda: session.get(f"{study}?requestedTags=Rows"))
    observe(session, "a find that is indexed", lambda: session.find("Study", {"StudyDescription": "Study 1"}))
    observe(session, "a find of studies", lambda: session.find("Study", {PRIVATE: "one"}))
    observe(session, "a find of instances", lambda: session.find("Instance", {PRIVATE: "none"}))


@scenario("What each request reads without a cache", configuration=LAB, needs_empty_server=True)
def without_cache(session: Session) -> None:
    reads(session)


@scenario(
    "What each request reads through a cache",
    configuration={**LAB, "MaximumStorageCacheSize": 16},
    needs_empty_server=True,
)
def through_cache(session: Session) -> None:
    reads(session)


@scenario("What changes of what is stored read and write", configuration=LAB, needs_empty_server=True)
def changes(session: Session) -> None:
    dataset = session.dataset((0x0011, 0x01, "LO", "one"), series=2)
    first, second = session.upload_series(2, (0x0011, 0x01, "LO", "one"))
    session.upload(dataset)
    instance, study = f"/instances/{first.id}", f"/studies/{first.text_field('ParentStudy')}"
    replace = {"Replace": {"StudyDescription": "new"}}
    observe(session, "an upload again", lambda: session.upload(dataset))
    observe(session, "a modified file", lambda: session.post(f"{instance}/modify", json=replace), sizes=False)
    transcoded = {**replace, "Transcode": IMPLICIT}
    observe(session, "one transcoded", lambda: session.post(f"{instance}/modify", json=transcoded), sizes=False)
    observe(session, "a modified study", lambda: session.post(f"{study}/modify", json=replace), sizes=False)
    observe(session, "an anonymized study", lambda: session.post(f"{study}/anonymize", json={}), sizes=False)
    observe(session, "a reconstruction", lambda: session.post(f"{study}/reconstruct", data=""))
    created = {"Tags": {"Modality": "OT"}, "Parent": study.removeprefix("/studies/")}
    observe(session, "a created file", lambda: session.post("/tools/create-dicom", json=created), sizes=False)
    attachments = f"{instance}/attachments"
    observe(session, "compress", lambda: session.post(f"{attachments}/dicom/compress", data=""), sizes=False)
    for name in ("data", "compressed-data"):
        observe(session, f"{name} then", lambda name=name: session.get(f"{attachments}/dicom/{name}"), sizes=False)  # type: ignore[misc]
    observe(session, "uncompress", lambda: session.post(f"{attachments}/dicom/uncompress", data=""), sizes=False)
    observe(session, "an attachment", lambda: session.put(f"{attachments}/1025", data="hello"))
    observe(session, "its data", lambda: session.get(f"{attachments}/1025/data"))
    observe(session, "its end", lambda: session.delete(f"{attachments}/1025"))
    observe(session, "a deleted instance", lambda: session.delete(f"/instances/{second.id}"))
    observe(session, "a deleted study", lambda: session.delete(study))
