"""The attachments of resources: the file of an instance, what users attach, compression, ranges, revisions."""

from __future__ import annotations

import hashlib

from conformance.asking.configurations import (
    ANNOTATED,
    CHECKING_REVISIONS,
    COMPRESSING,
    OVERWRITING_ANNOTATED,
    WITHOUT_MD5,
)
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files.datasets import grayscale
from conformance.scenarios.scenario import scenario

LEVELS = ("patients", "studies", "series", "instances")
#: level: the field of an upload's answer that has its resource
FIELDS = {"instances": "ID", "series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}
TEXT = "0123456789" * 3
#: What can be read of an attachment.
READ = ("", "/data", "/compressed-data", "/size", "/compressed-size", "/md5", "/compressed-md5", "/is-compressed")
INFO = ("/info",)
DONE = ("/verify-md5", "/compress", "/uncompress")
PIXELS = grayscale(2, 2)


def tag(revision: int, value: str) -> str:
    """An entity tag, as it stands in a header."""
    return f'"{revision}-{hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()}"'


def study_of(session: Session) -> str:
    """The path of the attachments of a new study."""
    return f"/studies/{session.upload(session.dataset()).text_field('ParentStudy')}/attachments"


def attached(session: Session, text: str = TEXT, name: str = "Report") -> str:
    """The path of an attachment of a new study."""
    path = f"{study_of(session)}/{name}"
    session.put(path, data=text)
    return path


def show(session: Session, path: str) -> None:
    """Asks for all that can be read of an attachment."""
    for view in (*READ, *INFO):
        answer = session.get(path + view)
        if view.endswith("data"):
            name_of(session, answer)


def name_of(session: Session, answer: Answer) -> None:
    """Compares the name under which a client would save an answer."""
    session.observe("Content-Disposition", str(answer.headers.get("content-disposition")))


@scenario("The file of an instance is its attachment", configuration=ANNOTATED)
def file_of_instance(session: Session) -> None:
    path = f"/instances/{session.upload(session.dataset()).id}/attachments"
    for query in ("", "?full", "?full=false", "?expand"):
        session.get(path + query)
    show(session, f"{path}/dicom")
    session.get(f"{path}/1/size")
    session.get(f"{path}/dicom/uuid")
    session.post(f"{path}/dicom/verify-md5")


@scenario("What users attach, and to what type the configuration assigns it", configuration=ANNOTATED)
def attach(session: Session) -> None:
    path = study_of(session)
    session.get(path)
    for name in ("Report", "Picture", "1030"):
        session.put(f"{path}/{name}", data=TEXT)
        show(session, f"{path}/{name}")
    session.get(f"{path}/5000/data")
    session.put(f"{path}/Report", data=b"")
    show(session, f"{path}/Report")
    session.get(path)
    session.get(f"{path}?full")
    for _ in range(2):
        session.delete(f"{path}/Report")
        session.get(f"{path}/Report/data")
    session.get(path)


@scenario("Attachments of each level", configuration=ANNOTATED)
def each_level(session: Session) -> None:
    stored = session.upload(session.dataset())
    for level in LEVELS:
        path = f"/{level}/{stored.text_field(FIELDS[level])}/attachments"
        session.put(f"{path}/Report", data=f"of {level}")
        session.get(path)
        session.get(f"{path}/Report/data")


@scenario("Which attachments users may write and delete", configuration=ANNOTATED)
def names(session: Session) -> None:
    path = f"/instances/{session.upload(session.dataset()).id}/attachments"
    for name in (
        *("1024", "65535", "5000", "Report", "dicom", "1", "dicom-as-json", "2", "dicom-until-pixel-data", "3", "4"),
        *("0", "-1", "1023", "65536", "DICOM", "NoSuchType", "99999999999", "%205000", "5.5"),
    ):
        session.put(f"{path}/{name}", data=TEXT)
        session.get(f"{path}/{name}/size")
        session.delete(f"{path}/{name}")
    session.get(path)


@scenario("An attachment that is not there", configuration=ANNOTATED)
def missing(session: Session) -> None:
    path = f"/instances/{session.upload(session.dataset()).id}/attachments"
    for name in ("Report", "99999", "dicom-as-json", "dicom-until-pixel-data", "NoSuchType"):
        for view in (*READ, *INFO, "/uuid", "/no-such-view"):
            session.get(f"{path}/{name}{view}")
        for view in DONE:
            session.post(f"{path}/{name}{view}")
    session.get(f"{study_of(session)}/Report/compressed-data")


@scenario("Attachments of what does not exist", configuration=ANNOTATED)
def of_unknown(session: Session) -> None:
    path = f"/instances/{session.unknown_id()}/attachments"
    session.get(path)
    for name in ("dicom", "Report", "NoSuchType"):
        for view in (*READ, *INFO):
            session.get(f"{path}/{name}{view}")
        for view in DONE:
            session.post(f"{path}/{name}{view}")
        session.put(f"{path}/{name}", data=TEXT, headers={"If-Match": "x"})
        session.delete(f"{path}/{name}")


#: 1.10.1 answers 200 with an entity tag whose revision is any number.
@scenario(
    "Attaching to what does not exist is refused", configuration=ANNOTATED, releases=("1.9.1", "1.12.7", "1.13.0")
)
def attach_to_unknown(session: Session) -> None:
    path = f"/instances/{session.unknown_id()}/attachments"
    for name in ("dicom", "Report", "NoSuchType"):
        session.put(f"{path}/{name}", data=TEXT)
        session.put(f"{path}/{name}", data=TEXT, headers={"If-Match": tag(0, TEXT)})


@scenario("Attachments of an id of another level", configuration=ANNOTATED)
def of_another_level(session: Session) -> None:
    stored = session.upload(session.dataset())
    path = f"/studies/{stored.id}/attachments"
    session.get(path)
    for view in (*READ, *INFO):
        session.get(f"{path}/dicom{view}")
        session.get(f"/instances/{stored.text_field('ParentStudy')}/attachments/dicom{view}")
    for view in DONE:
        session.post(f"{path}/dicom{view}")
    session.put(f"{path}/Report", data=TEXT)
    session.get(f"/instances/{stored.id}/attachments")
    session.delete(f"{path}/Report")
    session.get(f"/instances/{stored.id}/attachments")


@scenario("Methods that attachments do not have", configuration=ANNOTATED)
def methods(session: Session) -> None:
    path = study_of(session)
    session.post(path, data="")
    session.put(path, data="")
    session.post(f"{path}/Report", data="")
    session.put(f"{path}/Report/data", data="")
    session.delete(f"{path}/Report/size")
    for view in DONE:
        session.get(f"{path}/Report{view}")


@scenario("An attachment is compressed in the storage, and uncompressed again", configuration=ANNOTATED)
def compression(session: Session) -> None:
    stored = session.upload(session.dataset())
    report = f"/studies/{stored.text_field('ParentStudy')}/attachments/Report"
    session.put(report, data=TEXT)
    for path in (report, f"/instances/{stored.id}/attachments/dicom"):
        for view in ("/compress", "/uncompress"):
            session.post(path + view)
            show(session, path)
            session.post(f"{path}/verify-md5")
            session.post(path + view)
            session.get(f"{path}/info")
    session.get(f"/instances/{stored.id}")
    session.get(f"/instances/{stored.id}/file")


@scenario("An empty attachment can be compressed, too", configuration=ANNOTATED)
def empty_compression(session: Session) -> None:
    path = attached(session, "")
    session.post(f"{path}/compress")
    show(session, path)


@scenario("Statistics count attachments, as they are stored", configuration=ANNOTATED)
def statistics(session: Session) -> None:
    stored = session.upload(session.dataset())
    series = f"/series/{stored.text_field('ParentSeries')}/attachments"
    session.put(f"{series}/Report", data=TEXT)
    session.put(f"{series}/Picture", data=TEXT)
    session.post(f"{series}/Report/compress")
    session.post(f"/instances/{stored.id}/attachments/dicom/compress")
    for level in LEVELS:
        session.get(f"/{level}/{stored.text_field(FIELDS[level])}/statistics")


@scenario("The totals count attachments, as they are stored", configuration=ANNOTATED, needs_empty_server=True)
def totals(session: Session) -> None:
    path = attached(session)
    session.get("/statistics")
    session.post(f"{path}/compress")
    session.get("/statistics")
    session.delete(path)
    session.get("/statistics")


@scenario("StorageCompression: files are stored compressed, and their beginning once more", configuration=COMPRESSING)
def storage_compression(session: Session) -> None:
    stored = session.upload(session.dataset())
    made = session.dataset(instance=2, **PIXELS)
    made.add_new("PixelData", "OB", b"\x01\x02\x03\x04")
    with_pixels = session.upload(made)
    for identifier in (stored.id, with_pixels.id):
        path = f"/instances/{identifier}/attachments"
        session.get(path)
        show(session, f"{path}/dicom")
        show(session, f"{path}/dicom-until-pixel-data")
        session.get(f"/instances/{identifier}")
        session.get(f"/instances/{identifier}/statistics")
        session.get(f"/instances/{identifier}/tags?simplify")
    report = f"/studies/{stored.text_field('ParentStudy')}/attachments/Report"
    session.put(report, data=TEXT)
    show(session, report)
    session.post(f"{report}/uncompress")
    show(session, report)


@scenario("StoreMD5ForAttachments false: no hashes; 1.13.0 then reads no file at all", configuration=WITHOUT_MD5)
def without_md5(session: Session) -> None:
    stored = session.upload(session.dataset())
    path = f"/instances/{stored.id}/attachments/dicom"
    show(session, path)
    for view in DONE:
        session.post(path + view)
    for view in ("tags", "file", "simplified-tags", "content", "metadata"):
        session.get(f"/instances/{stored.id}/{view}")
    session.get(f"{path}/data", headers={"Range": "bytes=0-3"})
    session.modify("instances", stored.id)
    session.modify("studies", stored.text_field("ParentStudy"), Replace={"StudyDescription": "changed"})
    report = f"/studies/{stored.text_field('ParentStudy')}/attachments/Report"
    session.put(report, data=TEXT)
    show(session, report)
    session.put(report, data="other", headers={"If-Match": tag(0, TEXT)})
    session.put(report, data="other", headers={"If-Match": '"0-"'})
    session.put(report, data="another")
    show(session, report)


@scenario("?filename= names what is saved (1.12 on)", configuration=ANNOTATED)
def filename(session: Session) -> None:
    path = attached(session)
    for name in ("a.txt", "a%20b", "a;b", "a/b", "%22", "%0A%01x", ""):
        name_of(session, session.get(f"{path}/data?filename={name}"))
        name_of(session, session.get(f"{path}/compressed-data?filename={name}"))
    session.post(f"{path}/compress")
    name_of(session, session.get(f"{path}/data?filename=a.txt"))
    name_of(session, session.get(f"{path}/compressed-data?filename=a.txt"))


@scenario("Range: some of the bytes (1.12 on), both limits counted from the start", configuration=ANNOTATED)
def ranges(session: Session) -> None:
    path = attached(session)
    for wanted in (
        *("0-4", "5-", "-3", "-", "0-0", "29-29", "30-", "30-31", "25-100", "4-2", "-100", "-0", "00-003"),
        *("0-4,6-8", "-1-3", "1-3-5", "", "+1-3", "1-+3", " 1-3", "0 - 4"),
        *(
            "a-b",
            "1-a",
            "a-3",
            "0x1-3",
            "1.5-3",
            "0-1;x",
            " -3",
            "1- ",
            "0-99999999999999999999",
            "18446744073709551615-",
        ),
    ):
        name_of(session, session.get(f"{path}/data", headers={"Range": f"bytes={wanted}"}))
    for header in ("Bytes=0-4", "items=0-4", "bytes 0-4", "bytes =0-4", "0-4", "bytes", "-", "", " bytes=0-4"):
        session.get(f"{path}/data", headers={"Range": header})
    session.get(f"{path}/data", headers={"Content-Range": "bytes 0-4/30"})
    session.get(f"{path}/size", headers={"Range": "bytes=0-0"})
    session.get(f"{path}/compressed-data", headers={"Range": "bytes=0-4"})
    session.post(f"{path}/compress")
    session.get(f"{path}/data", headers={"Range": "bytes=0-4"})
    session.get(f"{path}/compressed-data", headers={"Range": "bytes=0-4"})


@scenario("A wrong Range is told before all other errors", configuration=ANNOTATED)
def wrong_ranges(session: Session) -> None:
    path = attached(session)
    unknown = f"/studies/{session.unknown_id()}/attachments/Report"
    for wanted in ("x", "bytes=4-2", "bytes=100-200", "bytes=0-4"):
        for given in (tag(0, TEXT), "x"):
            session.get(f"{path}/data", headers={"Range": wanted, "If-None-Match": given})
        for other in (path.replace("Report", "1030"), path.replace("Report", "NoSuchType"), unknown):
            session.get(f"{other}/data", headers={"Range": wanted})


@scenario("Range of the file of an instance", configuration=ANNOTATED)
def range_of_file(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.get(f"/instances/{stored.id}/attachments/dicom/data", headers={"Range": "bytes=128-131"})
    session.get(f"/instances/{stored.id}/file", headers={"Range": "bytes=128-131"})


@scenario("Each writing and each conversion makes a new revision; before 1.13 none is kept", configuration=ANNOTATED)
def revisions(session: Session) -> None:
    path = attached(session, "a")
    for value in ("b", "b"):
        session.put(path, data=value)
        session.get(f"{path}/size")
    session.post(f"{path}/compress")
    session.get(f"{path}/size")
    for view in (*READ, *INFO):
        for given in (tag(0, "b"), tag(3, "b"), "x"):
            session.get(path + view, headers={"If-None-Match": given})
    for given in (tag(1, "b"), tag(0, "a"), "x", "", tag(0, "b"), tag(3, "b")):
        session.put(path, data="b", headers={"If-Match": given})
    for given in (tag(9, "b"), "x", tag(0, "b"), tag(4, "b")):
        session.delete(path, headers={"If-Match": given})


@scenario("CheckRevisions: who changes an attachment must name its revision", configuration=CHECKING_REVISIONS)
def checked_revisions(session: Session) -> None:
    path = attached(session, "a")
    session.put(path, data="b")
    session.put(path, data="b", headers={"If-Match": tag(0, "a")})
    session.get(f"{path}/data")
    for given in (tag(1, "b"), tag(0, "b")):
        session.put(path, data="b", headers={"If-Match": given})
    session.post(f"{path}/compress")
    session.delete(path)
    for revision in range(4):
        session.delete(path, headers={"If-Match": tag(revision, "b")})
    session.delete(path)


@scenario("A find tells of attachments (1.12 on)", configuration=ANNOTATED)
def found(session: Session) -> None:
    path = attached(session)
    session.post(f"{path}/compress")
    query = {"PatientID": session.patient_id()}
    for level in ("Study", "Instance"):
        session.find(level, query, ResponseContent=["Attachments"])


@scenario("A copy has none of what users attached", configuration=ANNOTATED)
def not_copied(session: Session) -> None:
    stored = session.upload(session.dataset())
    for level in LEVELS:
        session.put(f"/{level}/{stored.text_field(FIELDS[level])}/attachments/Report", data=TEXT)
    made = session.modify("studies", stored.text_field("ParentStudy"), Replace={"StudyDescription": "changed"})
    session.get(f"/studies/{made.id}/attachments")
    for instance in session.instances_below("studies", made.id):
        session.get(f"/instances/{instance['ID']}/attachments")


@scenario(
    "An instance that is stored again keeps what users attached, unless it is overwritten", configuration=ANNOTATED
)
def stored_again(session: Session) -> None:
    made = session.dataset()
    path = f"/instances/{session.upload(made).id}/attachments"
    session.put(f"{path}/Report", data=TEXT)
    session.upload(made)
    session.get(path)


@scenario("An instance that is overwritten loses what users attached", configuration=OVERWRITING_ANNOTATED)
def overwritten(session: Session) -> None:
    made = session.dataset()
    stored = session.upload(made)
    session.upload(session.dataset(instance=2))
    paths = [f"/{level}/{stored.text_field(FIELDS[level])}/attachments" for level in LEVELS]
    for path in paths:
        session.put(f"{path}/Report", data=TEXT)
    session.upload(made)
    for path in paths:
        session.get(path)
