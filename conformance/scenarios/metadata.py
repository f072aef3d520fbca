"""The metadata of resources: names and numbers, writing those of users, revisions."""

from __future__ import annotations

import hashlib

from conformance.asking.configurations import ANNOTATED, CHECKING_REVISIONS, OVERWRITING_ANNOTATED
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LEVELS = ("patients", "studies", "series", "instances")
#: level: the field of an upload's answer that has its resource
FIELDS = {"instances": "ID", "series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}

#: Names and numbers of metadata, right and wrong ones.
NAMES = (
    "1024",
    "01027",
    "65535",
    "Reviewer",
    "1500",
    "1023",
    "65536",
    "0",
    "-1",
    "7",
    "007",
    "-0",
    "LastUpdate",
    "RemoteAET",
    "PixelDataVR",
    "MainDicomTagsSignature",
    "HttpHost",
    "lastupdate",
    "NoSuchMetadata",
    "2147483647",
    "2147483648",
    "-2147483649",
    "99999999999999999999",
    "7x",
    "5.5",
    "--7",
    "-",
    "%207",
    "%20x",
    "+7",
    "Reviewer/x",
)


def study_of(session: Session) -> str:
    """The path of the metadata of a new study."""
    return f"/studies/{session.upload(session.dataset()).text_field('ParentStudy')}/metadata"


def tag(revision: int, value: str) -> str:
    """An entity tag, as it stands in a header."""
    return f'"{revision}-{hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()}"'


@scenario(
    "The metadata of each level: names, numbers (?numeric, 1.12 on) and values (?expand)", configuration=ANNOTATED
)
def lists(session: Session) -> None:
    stored = session.upload(session.dataset())
    for level in LEVELS:
        path = f"/{level}/{stored.text_field(FIELDS[level])}/metadata"
        for query in ("", "?expand", "?numeric", "?expand=false", "?numeric=false", "?expand=x"):
            session.get(path + query)


@scenario("Which metadata users may write, by name or number: 1024 to 65535", configuration=ANNOTATED)
def names(session: Session) -> None:
    path = study_of(session)
    for name in NAMES:
        session.put(f"{path}/{name}", data="value")
    for name in NAMES:
        if name.strip("0") not in ("7", "LastUpdate"):  # a date: the clock shows in its entity tag
            session.get(f"{path}/{name}")
    session.get(path)
    session.get(f"{path}?expand")
    for name in NAMES:
        session.delete(f"{path}/{name}")
    session.get(path)


@scenario("Metadata can be written at each level", configuration=ANNOTATED)
def each_level(session: Session) -> None:
    stored = session.upload(session.dataset())
    for level in LEVELS:
        path = f"/{level}/{stored.text_field(FIELDS[level])}/metadata"
        session.put(f"{path}/Reviewer", data=f"of {level}")
        session.get(f"{path}/5000")
        session.get(path)


@scenario("What is read must be of the level of the path, what is written need not", configuration=ANNOTATED)
def other_levels(session: Session) -> None:
    stored = session.upload(session.dataset())
    series, wrong = stored.text_field("ParentSeries"), f"/studies/{stored.text_field('ParentSeries')}/metadata"
    session.put(f"{wrong}/Reviewer", data="value")
    session.get(f"/series/{series}/metadata")
    session.get(wrong)
    session.get(f"{wrong}/Reviewer")
    session.delete(f"{wrong}/Reviewer")
    session.get(f"/series/{series}/metadata")


@scenario("Metadata of what does not exist: the name is looked at first", configuration=ANNOTATED)
def of_unknown(session: Session) -> None:
    path = f"/studies/{session.unknown_id()}/metadata"
    session.get(path)
    for name in ("Reviewer", "1024", "7", "65536", "NoSuchMetadata", "99999999999"):
        session.get(f"{path}/{name}")
        session.put(f"{path}/{name}", data="value")
        session.delete(f"{path}/{name}")
    session.put(f"{path}/Reviewer", data="value", headers={"If-Match": "no revision"})
    session.put(f"{path}/Reviewer", data="value", headers={"If-Match": tag(0, "value")})
    session.delete(f"{path}/Reviewer", headers={"If-Match": "no revision"})


@scenario("A metadata can be deleted; one that is not there is an error from 1.10 on", configuration=ANNOTATED)
def deletion(session: Session) -> None:
    path = study_of(session)
    session.put(f"{path}/Reviewer", data="value")
    for _ in range(2):
        session.delete(f"{path}/Reviewer")
        session.get(f"{path}/Reviewer")
    for name in ("LastUpdate", "7", "65536", "NoSuchMetadata"):
        session.delete(f"{path}/{name}")


@scenario("Methods that metadata do not have", configuration=ANNOTATED)
def methods(session: Session) -> None:
    path = study_of(session)
    session.post(f"{path}/Reviewer", data="value")
    session.post(path, data="value")
    session.put(path, data="value")
    session.delete(path)


@scenario("A value is any text, empty, of several lines, large", configuration=ANNOTATED)
def values(session: Session) -> None:
    path = study_of(session)
    for value in (b"", b" \t a \n", "été".encode(), "😀".encode(), b'"\\/\x01\x7f', b"\xff\0abc", b"x" * 3000):
        session.put(f"{path}/Reviewer", data=value)
        session.get(f"{path}/Reviewer")
        session.get(f"{path}?expand")


@scenario(
    "Each writing makes a new revision, which the entity tag names; before 1.13 none is kept", configuration=ANNOTATED
)
def revisions(session: Session) -> None:
    path = study_of(session) + "/Reviewer"
    for value in ("a", "b", "b", "c"):
        session.put(path, data=value)
        session.get(path)
    session.delete(path)
    session.put(path, data="d")
    session.get(path)


@scenario("If-None-Match: 304 to who knows the revision", configuration=ANNOTATED)
def if_none_match(session: Session) -> None:
    path = study_of(session) + "/Reviewer"
    session.put(path, data="a")
    session.put(path, data="b")
    hash_of_b = tag(0, "b")[3:-1]
    for given in (
        *(tag(revision, value) for revision in (0, 1, 2) for value in "ab"),
        f"1-{hash_of_b}",
        f' "1-{hash_of_b}" ',
        f'"+1-{hash_of_b}"',
        f'"01-{hash_of_b}"',
        f'" 1-{hash_of_b}"',
        f'"1 -{hash_of_b}"',
        f'"1-{hash_of_b.upper()}"',
        f'W/"1-{hash_of_b}"',
        f'"1-{hash_of_b}", "other"',
        f'"1-{hash_of_b}',
        f'1-{hash_of_b}"',
        f'""1-{hash_of_b}""',
        f'"-{hash_of_b}"',
        f'"a-{hash_of_b}"',
        f'"9999999999999999999999-{hash_of_b}"',
        hash_of_b,
        '"1"',
        '"1-"',
        '""',
        '"',
        "*",
        "x",
        "",
    ):
        session.get(path, headers={"If-None-Match": given})
    session.get(f"{path}x", headers={"If-None-Match": "x"})
    session.get(study_of(session) + "/1024", headers={"If-None-Match": "x"})


@scenario("If-Match: 409 to who does not know the revision that he changes", configuration=ANNOTATED)
def if_match(session: Session) -> None:
    path = study_of(session) + "/Reviewer"
    session.put(path, data="a", headers={"If-Match": tag(7, "never written")})
    for given in (tag(1, "a"), tag(0, "b"), "x", "*", "", '"0-"', '"0"', tag(0, "a")):
        session.put(path, data="b", headers={"If-Match": given})
        session.get(path)
    session.put(path, data="c", headers={"If-None-Match": "*"})
    session.put(path, data="d")
    for given in (tag(77, "d"), tag(0, "c"), "x", "", tag(0, "d"), tag(3, "d")):
        session.delete(path, headers={"If-Match": given})
        session.get(path)
    session.put(path, data="e")
    session.get(path, headers={"If-Match": tag(77, "e")})


@scenario("CheckRevisions: who changes a metadata must name its revision", configuration=CHECKING_REVISIONS)
def checked_revisions(session: Session) -> None:
    path = study_of(session)
    session.put(f"{path}/Reviewer", data="a")
    session.put(f"{path}/Reviewer", data="b")
    session.get(f"{path}/Reviewer")
    session.put(f"{path}/Reviewer", data="b", headers={"If-Match": tag(0, "a")})
    session.get(f"{path}/Reviewer")
    for given in (tag(1, "b"), tag(0, "b"), "x"):
        session.put(f"{path}/Reviewer", data="b", headers={"If-Match": given})
    session.delete(f"{path}/Reviewer")
    for revision in (5, 0, 1, 2):
        session.delete(f"{path}/Reviewer", headers={"If-Match": tag(revision, "b")})
    session.delete(f"{path}/Reviewer")
    session.delete(f"/studies/{session.unknown_id()}/metadata/Reviewer")
    session.delete(f"{path}/LastUpdate")


@scenario("A find sees what users wrote, by name and by number (1.12 on)", configuration=ANNOTATED)
def found(session: Session) -> None:
    path = study_of(session)
    session.put(f"{path}/Reviewer", data="Somebody")
    session.put(f"{path}/1024", data="7")
    query = {"PatientID": session.patient_id()}
    for wanted in (
        {"Reviewer": "Somebody"},
        {"5000": "somebody"},
        {"Reviewer": "S*", "1024": "7"},
        {"1024": "8"},
        {"Score": ""},
        {"Score": "*"},
        {"NoSuchMetadata": "x"},
        {"65536": "x"},
        {"99999999999": "x"},
    ):
        session.find("Study", query, MetadataQuery=wanted)
    session.find("Study", query, ResponseContent=["Metadata"])


@scenario("A copy has none of the metadata that users wrote", configuration=ANNOTATED)
def not_copied(session: Session) -> None:
    stored = session.upload(session.dataset())
    for level in LEVELS:
        session.put(f"/{level}/{stored.text_field(FIELDS[level])}/metadata/Reviewer", data="value")
    made = session.modify("studies", stored.text_field("ParentStudy"), Replace={"StudyDescription": "changed"})
    session.get(f"/studies/{made.id}/metadata")
    for instance in session.instances_below("studies", made.id):
        session.get(f"/instances/{instance['ID']}/metadata")
    anonymized = session.anonymize("studies", stored.text_field("ParentStudy"))
    session.get(f"/studies/{anonymized.id}/metadata")


@scenario(
    "An instance that is overwritten loses what users wrote, as does what goes with it",
    configuration=OVERWRITING_ANNOTATED,
)
def overwritten(session: Session) -> None:
    first = session.dataset()
    stored = session.upload(first)
    paths = [f"/{level}/{stored.text_field(FIELDS[level])}/metadata" for level in LEVELS]
    for path in paths:
        session.put(f"{path}/Reviewer", data="value")
    session.upload(first)
    for path in paths:
        session.get(path)
        session.put(f"{path}/Reviewer", data="value")
    session.upload(session.dataset(instance=2))
    session.upload(first)
    for path in paths:
        session.get(path)
