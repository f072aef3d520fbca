"""References in anonymized files: which new UID stands where, and whether it is the copy's own."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

FIELDS = {"series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}


def uids(session: Session) -> dict[str, str]:
    return {
        "study": session.uid("study", "", "1"),
        "image series": session.uid("series", "", "1", "1"),
        "image": session.uid("instance", "", "1", "1", "1"),
        "own series": session.uid("series", "", "1", "2"),
        "own instance": session.uid("instance", "", "1", "2", "2"),
        "unrelated": session.uid("unrelated"),
    }


#: StudyInstanceUID, SeriesInstanceUID and ReferencedSOPInstanceUID of each item
ROWS = (
    ("study", "image series", "image"),
    ("study", "own series", "own instance"),
    ("unrelated", "unrelated", "unrelated"),
    ("image", "study", "study"),
    ("image series", "image", "image series"),
)


def items(session: Session, *more: RawElement) -> list[list[RawElement]]:
    known = uids(session)
    listed = []
    for number, (study, series, instance) in enumerate(ROWS):
        item: list[RawElement] = [
            ("0008,1155", "UI", known[instance]),
            ("0020,000d", "UI", known[study]),
            ("0020,000e", "UI", known[series]),
            *(more if number == 0 else ()),
        ]
        listed.append(sorted(item, key=lambda element: element[0]))
    return listed


def shape(session: Session, name: str) -> list[RawElement]:
    """The references of a kind of object."""
    plain = items(session)
    return {
        "structure_set": [
            (
                "3006,0010",
                "SQ",
                items(
                    session,
                    (
                        "3006,0012",
                        "SQ",
                        items(session, ("3006,0014", "SQ", items(session, ("3006,0016", "SQ", plain)))),
                    ),
                ),
            )
        ],
        "structure_set_sequences_elsewhere": [
            ("3006,0012", "SQ", items(session, ("3006,0014", "SQ", plain))),
            ("3006,0014", "SQ", plain),
        ],
        "evidence": [
            ("0040,a375", "SQ", items(session, ("0008,1115", "SQ", items(session, ("0008,1199", "SQ", plain)))))
        ],
        "other_evidence": [("0040,a385", "SQ", items(session, ("0008,1115", "SQ", plain)))],
        "presentation_state": [("0008,1115", "SQ", items(session, ("0008,1140", "SQ", plain)))],
        "images": [("0008,1140", "SQ", plain), ("0008,2112", "SQ", plain)],
        "plan_and_dose": [("300c,0002", "SQ", plain), ("300c,0060", "SQ", plain), ("300c,0080", "SQ", plain)],
        "functional_groups": [
            ("5200,9229", "SQ", [[("0008,1140", "SQ", plain)]]),
            ("5200,9230", "SQ", [[("0008,9124", "SQ", [[("0008,2112", "SQ", plain)]])]]),
        ],
        "other_studies": [("0008,1200", "SQ", items(session, ("0008,1115", "SQ", plain)))],
    }[name]


SHAPES = (
    "structure_set",
    "structure_set_sequences_elsewhere",
    "evidence",
    "other_evidence",
    "presentation_state",
    "images",
    "plan_and_dose",
    "functional_groups",
    "other_studies",
)


def store(session: Session, name: str) -> Answer:
    """An image, and in another series the object that refers to it; the answer to the object."""
    session.upload(raw_file(session))
    return session.upload(raw_file(session, *shape(session, name), series=2, instance=2))


def show(session: Session, level: str, answer: Answer) -> None:
    if answer.status != 200 or level == "instances":
        return
    for instance in session.instances_below(level, answer.id):
        session.get(f"/instances/{instance['ID']}/tags?short")


def ask(session: Session, name: str, level: str, action: str = "anonymize", **request: Any) -> None:
    stored = store(session, name)
    resource = stored.id if level == "instances" else stored.text_field(FIELDS[level])
    answer = session.post(f"/{level}/{resource}/{action}", json=request)
    show(session, level, answer)


def add(name: str) -> None:
    def at_levels(session: Session) -> None:
        for level in ("studies", "instances", "series"):
            ask(session, name, level)

    at_levels.__name__ = name
    at_levels.__module__ = __name__
    scenario(f"References of a {name.replace('_', ' ')} follow the copies", configuration=LAB)(at_levels)


for kind in SHAPES:
    add(kind)

#: name: the request for the study's anonymize; `@` stands for a given UID
OPTIONS: dict[str, dict[str, Any]] = {
    "given_study": {"Replace": {"StudyInstanceUID": "1.2.3.4"}, "Force": True},
    "kept_study": {"Keep": ["StudyInstanceUID"], "Force": True},
    "kept_series": {"Keep": ["SeriesInstanceUID"], "Force": True},
    "kept_instances": {"Keep": ["SOPInstanceUID"], "Force": True},
    "kept_references": {"Keep": ["ReferencedSOPInstanceUID"]},
    "kept_sequence": {"Keep": ["3006,0010", "0040,a375"]},
    "of_2008": {"DicomVersion": "2008"},
}


def add_option(option: str, request: dict[str, Any]) -> None:
    def function(session: Session) -> None:
        for name in ("structure_set", "evidence", "presentation_state"):
            ask(session, name, "studies", **request)

    function.__name__ = option
    function.__module__ = __name__
    scenario(f"References of anonymized studies: {option.replace('_', ' ')}", configuration=LAB)(function)


for option, body in OPTIONS.items():
    add_option(option, body)


@scenario("1.9.1 leaves the series of references where the request gives SeriesInstanceUID", configuration=LAB)
def given_series(session: Session) -> None:
    for name in ("structure_set", "presentation_state"):
        ask(session, name, "series", Replace={"SeriesInstanceUID": "1.2.3.5"}, Force=True)


@scenario("A modify leaves references as they are", configuration=LAB)
def modified(session: Session) -> None:
    ask(session, "structure_set", "studies", "modify", Replace={"StudyDescription": "x"})
    ask(session, "structure_set", "studies", "modify", Replace={"StudyInstanceUID": "1.2.3.6"}, Force=True)


@scenario("A reference stored as UN stays, one of two values is one value", configuration=LAB)
def odd_references(session: Session) -> None:
    known = uids(session)
    session.upload(raw_file(session))
    for number, (vr, value) in enumerate(
        (
            ("UN", known["study"]),
            ("LO", known["study"]),
            ("UI", known["study"] + " "),
            ("UI", known["study"] + "\\" + known["image"]),
        ),
        2,
    ):
        inner: list[RawElement] = [("0008,1155", vr, value)]
        stored = session.upload(
            raw_file(session, ("3006,0010", "SQ", [[("3006,0012", "SQ", [inner])]]), series=2, instance=number)
        )
        session.anonymize("instances", stored.id)
