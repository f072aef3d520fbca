"""/shared-tags compares types and values alone; the name is that of one instance."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

MINE: list[RawElement] = [("0011,0010", "LO", "MYLAB"), ("0011,1001", "LO", "one")]
CASES: dict[str, tuple[list[RawElement], list[RawElement]]] = {
    "another_creator": (MINE, [("0011,0010", "LO", "OTHER"), ("0011,1001", "LO", "one")]),
    "no_creator": (MINE, [("0011,1001", "LO", "one")]),
    "another_text_vr": (MINE, [("0011,0010", "LO", "MYLAB"), ("0011,1001", "SH", "one ")]),
    "unknown_vr": (MINE, [("0011,0010", "LO", "MYLAB"), ("0011,1001", "UN", "one ")]),
    "a_number_and_a_text": (
        [("0011,0010", "LO", "MYLAB"), ("0011,1002", "US", b"\7\0")],
        [("0011,0010", "LO", "MYLAB"), ("0011,1002", "LO", "7 ")],
    ),
    "standard_tag_of_two_vrs": ([("0008,1030", "LO", "7 ")], [("0008,1030", "IS", "7 ")]),
    "two_character_sets": (
        [("0008,0005", "CS", "ISO_IR 192"), ("0008,1030", "LO", "é".encode())],
        [("0008,0005", "CS", "ISO_IR 100"), ("0008,1030", "LO", b"\xe9 ")],
    ),
    "blanks": ([("0008,1030", "LO", "x ")], [("0008,1030", "LO", "  x ")]),
}


def add(name: str, first: list[RawElement], second: list[RawElement], reverse: bool) -> None:
    def function(session: Session) -> None:
        for number, elements in ((2, second), (1, first)) if reverse else ((1, first), (2, second)):
            stored = session.upload(raw_file(session, *elements, instance=number))
        for path in ("patients", "studies", "series"):
            resource = stored.text_field(
                {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries"}[path]
            )
            for form in ("", "?short", "?simplify"):
                session.get(f"/{path}/{resource}/shared-tags{form}")

    function.__name__ = name + ("_reversed" if reverse else "")
    function.__module__ = __name__
    scenario(f"/shared-tags of two instances: {name.replace('_', ' ')}", configuration=LAB)(function)


for case, (one, two) in CASES.items():
    add(case, one, two, False)
    add(case, one, two, True)


@scenario(
    "RequestedTags of a UN whose dictionary entry is a text show the text",
    configuration=LAB,
    releases=("1.12.7", "1.13.0"),
)
def requested_unknown(session: Session) -> None:
    for number, element in enumerate(
        (
            ("0011,1001", "UN", "42"),
            ("0011,1001", "UN", b""),
            ("0011,1001", "UN", b"\1\2\xff\0"),
            ("0011,1001", "UN", b"42\0\0"),
            ("0011,1001", "UN", "4" * 300),
            ("0011,1002", "UN", b"\7\0"),
            ("0011,1077", "UN", "42"),
            ("0008,1030", "UN", "42"),
            ("0018,1030", "UN", "42"),
        ),
        1,
    ):
        stored = session.upload(
            raw_file(session, ("0011,0010", "LO", "MYLAB"), element, study=number, series=number, instance=number)
        )
        tag = element[0]
        for form in ("", "&short", "&full"):
            session.get(f"/instances/{stored.id}?requestedTags={tag}{form}")
        session.get(f"/series/{stored.text_field('ParentSeries')}?requestedTags={tag}")
        for level in ("Instance", "Study"):
            session.find(
                level,
                {"PatientID": session.patient_id(), "StudyInstanceUID": session.uid("study", "", str(number))},
                Expand=True,
                RequestedTags=[tag],
            )
