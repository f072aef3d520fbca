"""Sets of objects that refer to each other, as they come from a hospital, anonymized and modified at all levels.

What is compared is which UID stands where: UIDs that are equal on one side are equal on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

CT, STRUCTURES, PLAN, DOSE = ("2", "481.3", "481.5", "481.2")
REPORT, KEY_OBJECTS, PRESENTATION = ("88.33", "88.59", "11.1")
SEGMENTATION, PARAMETRIC_MAP, SLIDE, ENHANCED_MR, DOCUMENT = ("66.4", "30", "77.1.6", "4.1", "104.1")


class Made(NamedTuple):
    """One object of a set: its place, the number of its SOP class, and what it has beside its identifiers."""

    series: int
    instance: int
    sop_class: str
    elements: Sequence[RawElement] = ()


class Names:
    """The UIDs of a session's set, by what they are of."""

    def __init__(self, session: Session) -> None:
        self.uid = session.uid
        self.study = self.uid("study", "", "1")

    def series(self, series: int) -> str:
        return self.uid("series", "", "1", str(series))

    def instance(self, series: int, instance: int) -> str:
        return self.uid("instance", "", "1", str(series), str(instance))

    def other(self, word: str) -> str:
        return self.uid(word)

    def reference(self, series: int, instance: int, sop_class: str) -> list[RawElement]:
        """The item that names an instance."""
        return [
            ("0008,1150", "UI", f"1.2.840.10008.5.1.4.1.1.{sop_class}"),
            ("0008,1155", "UI", self.instance(series, instance)),
        ]

    def in_series(self, series: int, tag: str, *references: list[RawElement]) -> list[RawElement]:
        """The item that names a series, and instances of it under a tag."""
        return sorted([(tag, "SQ", [*references]), ("0020,000e", "UI", self.series(series))])

    def evidence(self, *series: list[RawElement]) -> list[RawElement]:
        """The item that names the study, and series of it."""
        return [("0008,1115", "SQ", [*series]), ("0020,000d", "UI", self.study)]


def images(names: Names, *more: RawElement) -> list[Made]:
    frame = ("0020,0052", "UI", names.other("frame of reference"))
    return [Made(1, number, CT, [frame, *more]) for number in (1, 2)]


def radiotherapy(names: Names) -> list[Made]:
    """CT, structures, plan and dose: all in one frame of reference."""
    frame = names.other("frame of reference")
    contours = [("3006,0016", "SQ", [names.reference(1, number, CT) for number in (1, 2)])]
    in_study = [
        *names.reference(1, 1, "3.1.2.3.1"),
        ("3006,0014", "SQ", [sorted([*contours, ("0020,000e", "UI", names.series(1))])]),
    ]
    contour = [("3006,0016", "SQ", [names.reference(1, 1, CT)]), ("3006,0042", "CS", "POINT")]
    return [
        *images(names),
        Made(
            2,
            1,
            STRUCTURES,
            [
                ("3006,0010", "SQ", [[("0020,0052", "UI", frame), ("3006,0012", "SQ", [in_study])]]),
                ("3006,0020", "SQ", [[("3006,0022", "IS", "1"), ("3006,0024", "UI", frame)]]),
                ("3006,0039", "SQ", [[("3006,0040", "SQ", [contour])]]),
            ],
        ),
        Made(3, 1, PLAN, [("0020,0052", "UI", frame), ("300c,0060", "SQ", [names.reference(2, 1, STRUCTURES)])]),
        Made(4, 1, DOSE, [("0020,0052", "UI", frame), ("300c,0002", "SQ", [names.reference(3, 1, PLAN)])]),
    ]


def report(names: Names) -> list[Made]:
    """Images, a report with evidence and a tree of contents, the report before it, and key objects."""
    evidence = names.evidence(names.in_series(1, "0008,1199", *(names.reference(1, number, CT) for number in (1, 2))))
    image = [
        ("0008,1199", "SQ", [names.reference(1, 1, CT)]),
        ("0040,a010", "CS", "CONTAINS"),
        ("0040,a040", "CS", "IMAGE"),
    ]
    tracked = [
        ("0040,a010", "CS", "HAS OBS CONTEXT"),
        ("0040,a040", "CS", "UIDREF"),
        ("0040,a124", "UI", names.other("tracked")),
    ]
    before = names.evidence(names.in_series(2, "0008,1199", names.reference(2, 1, REPORT)))
    identical = names.evidence(names.in_series(3, "0008,1199", names.reference(3, 1, KEY_OBJECTS)))
    content: list[RawElement] = [("0040,a375", "SQ", [evidence]), ("0040,a730", "SQ", [image, tracked])]
    return [
        *images(names),
        Made(2, 1, REPORT, content),
        Made(2, 2, REPORT, [("0040,a360", "SQ", [before]), *content, ("0040,db0d", "UI", names.other("template"))]),
        Made(3, 1, KEY_OBJECTS, [*content, ("0040,a525", "SQ", [identical])]),
    ]


def presentation(names: Names) -> list[Made]:
    """Images, and two states that show them: with annotations, and blended."""
    shown = names.in_series(1, "0008,1140", *(names.reference(1, number, CT) for number in (1, 2)))
    layer: list[RawElement] = [("0008,1140", "SQ", [names.reference(1, 2, CT)]), ("0070,0002", "CS", "LAYER")]
    blended = [("0008,1115", "SQ", [shown]), ("0020,000d", "UI", names.study), ("0070,0405", "CS", "SUPERIMPOSED")]
    return [
        *images(names),
        Made(2, 1, PRESENTATION, [("0008,1115", "SQ", [shown]), ("0070,0001", "SQ", [layer])]),
        Made(
            2,
            2,
            "11.4",
            [
                ("0070,0402", "SQ", [blended]),
                ("0070,1101", "UI", names.other("palette")),
                ("0070,031a", "UI", names.other("fiducials")),
            ],
        ),
    ]


def segmentation(names: Names) -> list[Made]:
    """Images and segments of them: dimensions, functional groups of all frames and of each."""
    organization = names.other("dimensions")
    source = [("0008,2112", "SQ", [[*names.reference(1, 1, CT), ("0040,a170", "SQ", [])]])]
    return [
        *images(names),
        Made(
            2,
            1,
            SEGMENTATION,
            [
                ("0008,1115", "SQ", [names.in_series(1, "0008,114a", names.reference(1, 1, CT))]),
                ("0020,0052", "UI", names.other("frame of reference")),
                ("0020,9221", "SQ", [[("0020,9164", "UI", organization)]]),
                ("0020,9222", "SQ", [[("0020,9164", "UI", organization), ("0020,9165", "AT", b"\x62\x00\x0b\x00")]]),
                ("0062,0002", "SQ", [[("0062,0004", "US", b"\x01\x00"), ("0062,0021", "UI", names.other("tracked"))]]),
                ("5200,9229", "SQ", [[("0008,1140", "SQ", [names.reference(1, 2, CT)])]]),
                ("5200,9230", "SQ", [[("0008,9124", "SQ", [source])]]),
            ],
        ),
    ]


def parametric_map(names: Names) -> list[Made]:
    """Images, a map computed of them, and real world values that speak of it."""
    computed = [("0008,9124", "SQ", [[("0008,2112", "SQ", [names.reference(1, 1, CT)])]])]
    mapped = [
        ("0008,1140", "SQ", [names.reference(2, 1, PARAMETRIC_MAP)]),
        ("0040,9096", "SQ", [[("0040,9210", "SH", "ADC")]]),
    ]
    return [
        *images(names),
        Made(
            2,
            1,
            PARAMETRIC_MAP,
            [
                ("0008,1115", "SQ", [names.in_series(1, "0008,114a", names.reference(1, 1, CT))]),
                ("0020,0052", "UI", names.other("frame of reference")),
                ("0020,9164", "UI", names.other("dimensions")),
                ("5200,9230", "SQ", [computed]),
            ],
        ),
        Made(
            3,
            1,
            "67",
            [
                ("0008,1115", "SQ", [names.in_series(2, "0008,114a", names.reference(2, 1, PARAMETRIC_MAP))]),
                ("0040,9094", "SQ", [mapped]),
            ],
        ),
    ]


def slide(names: Names) -> list[Made]:
    """A slide whose image comes in two parts of one concatenation, and its label."""
    frame, source = names.other("frame of reference"), names.other("whole image")

    def part(number: int) -> list[RawElement]:
        return [
            ("0018,1002", "UI", names.other("scanner")),
            ("0020,0052", "UI", frame),
            ("0020,0242", "UI", source),
            ("0020,9161", "UI", names.other("concatenation")),
            ("0020,9162", "US", bytes([number, 0])),
            ("0020,9163", "US", b"\x02\x00"),
            ("0020,9221", "SQ", [[("0020,9164", "UI", names.other("dimensions"))]]),
            ("0048,0200", "SQ", [[*names.reference(1, 3 - number, SLIDE), ("0048,0201", "US", b"\x01\x00\x01\x00")]]),
        ]

    label: list[RawElement] = [
        ("0008,1140", "SQ", [[("0008,1150", "UI", "1.2"), ("0008,1155", "UI", source)]]),
        ("0020,0052", "UI", frame),
        ("0040,0560", "SQ", [[("0040,0512", "LO", "S1"), ("0040,0554", "UI", names.other("specimen"))]]),
    ]
    return [Made(1, 1, SLIDE, part(1)), Made(1, 2, SLIDE, part(2)), Made(2, 1, SLIDE, label)]


def magnetic_resonance(names: Names) -> list[Made]:
    """Two enhanced images, of which the one was planned on the other, with UIDs of events and of clocks."""
    planned = [("0008,1140", "SQ", [[*names.reference(1, 1, ENHANCED_MR), ("0008,1160", "IS", "1")]])]
    common: list[RawElement] = [
        ("0008,3010", "UI", names.other("event")),
        ("0020,0052", "UI", names.other("frame of reference")),
        ("0020,0200", "UI", names.other("clock")),
    ]
    raw = names.in_series(1, "0008,1199", names.reference(1, 1, ENHANCED_MR))
    return [
        Made(1, 1, ENHANCED_MR, common),
        Made(
            2,
            1,
            ENHANCED_MR,
            [
                (
                    "0008,1111",
                    "SQ",
                    [[("0008,1150", "UI", "1.2.840.10008.3.1.2.3.3"), ("0008,1155", "UI", names.other("step"))]],
                ),
                *common,
                ("0008,9092", "SQ", [names.reference(1, 1, ENHANCED_MR)]),
                ("0008,9121", "SQ", [names.evidence(raw)]),
                ("5200,9229", "SQ", [planned]),
            ],
        ),
    ]


def document(names: Names) -> list[Made]:
    """An image, and a PDF made of it that names what it was made of and what it replaces."""
    replaced = names.evidence(names.in_series(2, "0008,1199", names.reference(2, 9, DOCUMENT)))
    return [
        *images(names)[:1],
        Made(
            2,
            1,
            DOCUMENT,
            [
                ("0040,a360", "SQ", [replaced]),
                ("0040,e001", "ST", "1.2.3^doc"),
                ("0042,0010", "ST", "Report"),
                ("0042,0011", "OB", b"%PDF-1.4"),
                ("0042,0012", "LO", "application/pdf"),
                ("0042,0013", "SQ", [names.reference(1, 1, CT)]),
            ],
        ),
    ]


SETS: tuple[Callable[[Names], list[Made]], ...] = (
    *(radiotherapy, report, presentation, segmentation, parametric_map, slide, magnetic_resonance, document),
)

#: name: action, level and body of the requests, each made of a set that is stored for it.
REQUESTS: Mapping[str, Sequence[tuple[str, str, Mapping[str, Any]]]] = {
    "anonymized": [
        ("anonymize", "patients", {}),
        ("anonymize", "studies", {"DicomVersion": "2008"}),
        ("anonymize", "series", {}),
        ("anonymize", "instances", {}),
    ],
    "kept": [
        ("anonymize", "studies", {"Keep": ["StudyInstanceUID", "0020,0052"], "Force": True}),
        ("anonymize", "studies", {"Keep": ["SeriesInstanceUID", "SOPInstanceUID"], "Force": True}),
        ("anonymize", "series", {"Keep": ["StudyInstanceUID"], "Force": True}),
        ("anonymize", "studies", {"Replace": {"StudyInstanceUID": "1.2.3.4"}, "KeepSource": False, "Force": True}),
    ],
    "modified": [
        ("modify", "patients", {"Replace": {"PatientID": "@"}, "Force": True}),
        ("modify", "studies", {"Replace": {"StudyDescription": "changed"}}),
        ("modify", "series", {"Replace": {"SeriesDescription": "changed"}, "KeepSource": False}),
        ("modify", "instances", {"Replace": {"0020,0052": "1.2.3.5"}}),
        (
            "modify",
            "studies",
            {
                "Replace": {"StudyDescription": "x"},
                "Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"],
                "Force": True,
            },
        ),
    ],
}

FIELDS = {"series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}


def ask(session: Session, made: Sequence[Made], action: str, level: str, body: Mapping[str, Any]) -> None:
    """Asks it of what the last object belongs to, shows the copies, and deletes all."""
    for number, one in enumerate(made, 1):
        sop_class = ("0008,0016", "UI", f"1.2.840.10008.5.1.4.1.1.{one.sop_class}")
        own = (sop_class, ("0020,0013", "IS", str(number)), *one.elements)
        answer = session.upload(raw_file(session, *own, series=one.series, instance=one.instance))
    resource = answer.id if level == "instances" else answer.text_field(FIELDS[level])
    replaced = {
        tag: session.patient_id("COPY") if value == "@" else value for tag, value in body.get("Replace", {}).items()
    }
    asked = session.post(f"/{level}/{resource}/{action}", json={**body, **({"Replace": replaced} if replaced else {})})
    if asked.status == 200 and level != "instances":
        copies = session.instances_below(level, asked.id)  # in the order in which threads made them
        for instance in sorted(copies, key=lambda copy: str(copy["MainDicomTags"]["InstanceNumber"])):
            session.get(f"/instances/{instance['ID']}/tags?short")
        session.delete(f"/{level}/{asked.id}")
    session.delete(f"/patients/{answer.text_field('ParentPatient')}")


def add(make: Callable[[Names], list[Made]], what: str) -> None:
    def asked(session: Session) -> None:
        for action, level, body in REQUESTS[what]:
            ask(session, make(Names(session)), action, level, body)

    asked.__name__ = f"{make.__name__}_{what}"
    asked.__module__ = __name__
    scenario(f"The references of a set, {what}: {make.__name__.replace('_', ' ')}", configuration=LAB)(asked)


for make_set in SETS:
    for manner in REQUESTS:
        add(make_set, manner)
