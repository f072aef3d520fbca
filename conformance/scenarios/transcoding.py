"""Transcode above instances: to what needs a codec, to what the server can't write, to what is no transfer syntax."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer, Request
from conformance.asking.session import Session
from conformance.files.datasets import grayscale
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

JPEG_2000, RLE, JPEG = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50"
EXPLICIT, BIG_ENDIAN = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
PIXELS = {**grayscale(2, 2), "PixelData": b"\1\2\3\4"}


def stored_study(session: Session, *, pixels: bool = True) -> Answer:
    """Stores a study of two instances; the answer to the last upload."""
    return session.upload_series(2, **(PIXELS if pixels else {}))[-1]


def show(session: Session, level: str, answer: Answer) -> None:
    """What a cascade made: each file, its transfer syntax."""
    if answer.status != 200 or "ID" not in answer.json:
        return
    session.get(f"/{level}/{answer.id}")
    for instance in session.instances_below(level, answer.id):
        session.get(f"/instances/{instance['ID']}/file")
        # not logged: its ETag counts how often 1.13.0 wrote it, which differs between copies
        known = session.client.send(Request("GET", f"/instances/{instance['ID']}/metadata/TransferSyntax"))
        session.observe("the metadata TransferSyntax", known.body.decode())


@scenario("A study whose copies can't be transcoded: they keep their transfer syntax", configuration=LAB)
def study_unwritable(session: Session) -> None:
    for pixels in (True, False):
        study = stored_study(session, pixels=pixels).text_field("ParentStudy")
        for syntax in (JPEG_2000, RLE):
            replaced = {"StudyDescription": "new"}
            show(session, "studies", session.modify("studies", study, Replace=replaced, Transcode=syntax))
        session.delete(f"/studies/{study}")


@scenario("A series and a patient whose copies can't be transcoded", configuration=LAB)
def other_levels_unwritable(session: Session) -> None:
    stored = stored_study(session)
    series, patient = stored.text_field("ParentSeries"), stored.text_field("ParentPatient")
    copy = session.modify("series", series, Transcode=JPEG_2000)
    show(session, "series", copy)
    session.delete(f"/series/{copy.id}")
    replaced = {"PatientID": session.patient_id("2")}
    show(session, "patients", session.modify("patients", patient, Replace=replaced, Force=True, Transcode=JPEG_2000))


@scenario("An anonymized study, in place of its source, that can't be transcoded", configuration=LAB)
def anonymized_unwritable(session: Session) -> None:
    stored = stored_study(session)
    study = stored.text_field("ParentStudy")
    show(session, "studies", session.anonymize("studies", study, Transcode=JPEG_2000, KeepSource=False))
    session.get(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("Permissive, and a job, with what can't be transcoded", configuration=LAB)
def unwritable_as_job(session: Session) -> None:
    study = stored_study(session).text_field("ParentStudy")
    show(session, "studies", session.modify("studies", study, Transcode=JPEG_2000, Permissive=True))
    job = session.wait_for_job(session.modify("studies", study, Transcode=JPEG_2000, Asynchronous=True))
    instances = session.instances_below("studies", job.json["Content"].get("ID", study))
    session.get(f"/instances/{instances[0]['ID']}/file")


@scenario("An instance that can't be transcoded is an error", configuration=LAB)
def instance_unwritable(session: Session) -> None:
    stored = stored_study(session)
    for syntax in (JPEG_2000, RLE):
        session.modify("instances", stored.id, Transcode=syntax)
        session.anonymize("instances", stored.id, Transcode=syntax)


@scenario("A study transcoded to what needs no codec", configuration=LAB)
def study_transcoded(session: Session) -> None:
    study = stored_study(session).text_field("ParentStudy")
    for syntax in (BIG_ENDIAN, EXPLICIT):
        show(session, "studies", session.modify("studies", study, Transcode=syntax))


@scenario("A study without pixel data, transcoded to JPEG", configuration=LAB)
def study_without_pixels(session: Session) -> None:
    study = stored_study(session, pixels=False).text_field("ParentStudy")
    show(session, "studies", session.modify("studies", study, Transcode=JPEG))


@scenario("Of several wrong options, which one is reported", configuration=LAB)
def wrong_options(session: Session) -> None:
    stored = stored_study(session)
    wrong = {
        "KeepSource": 5,
        "Transcode": 5,
        "PrivateCreator": 5,
        "Permissive": 5,
        "Priority": "x",
        "Asynchronous": 5,
        "Keep": 5,
        "Force": 5,
    }
    names = [*wrong]
    pairs = [{one: wrong[one], other: wrong[other]} for index, one in enumerate(names) for other in names[index + 1 :]]
    pairs += [{"KeepSource": 5, "Transcode": "nope"}, {"Permissive": 5, "Transcode": "nope"}]
    for pair in pairs:
        session.modify("studies", stored.text_field("ParentStudy"), **pair)
    for action in (session.modify, session.anonymize):
        for level, member in (("instances", "ID"), ("series", "ParentSeries"), ("patients", "ParentPatient")):
            action(level, stored.text_field(member), KeepSource=5, Transcode=5)


@scenario("Many resources whose copies can't be transcoded", configuration=LAB)
def bulk_unwritable(session: Session) -> None:
    stored = stored_study(session)
    resources = [stored.text_field("ParentStudy")]
    session.post("/tools/bulk-modify", json={"Resources": resources, "KeepSource": 5, "Transcode": 5})
    session.post("/tools/bulk-modify", json={"Resources": resources, "Transcode": JPEG_2000, "Level": "Study"})


@scenario("A file that has the element for a URL of its pixel data, in an item or empty, can't be transcoded")
def pixel_data_provider_url(session: Session) -> None:
    url: RawElement = ("0028,7fe0", "UR", "http://127.0.0.1/")
    for number, element in enumerate((url, ("0028,7fe0", "UR", ""), ("0008,1140", "SQ", [[url]])), 1):
        stored = session.upload(raw_file(session, element, instance=number, series=number))
        for more in (
            {},
            {"Transcode": EXPLICIT},
            {"Transcode": BIG_ENDIAN},
            {"Transcode": BIG_ENDIAN, "Remove": ["0028,7fe0"]},
        ):
            session.post(f"/instances/{stored.id}/modify", json=more)
        session.get(f"/instances/{stored.id}/file?transcode={BIG_ENDIAN}")
        session.post(f"/series/{stored.text_field('ParentSeries')}/modify", json={"Transcode": BIG_ENDIAN})
