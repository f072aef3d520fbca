"""Anonymization: what a profile does to each tag, what a request changes of it, and the copies it makes."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.asking.configurations import LAB, NOT_OVERWRITING, OVERWRITING
from conformance.asking.exchange import Answer, Request
from conformance.asking.session import Session, body_bytes
from conformance.files.elements import Element, parse
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "label")
UID_KEYWORDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
ALL_UIDS = {"Keep": list(UID_KEYWORDS), "Force": True}
VERSIONS = ("2008", "2017c", "2021b", "2023b")
RESOURCES = {"series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}

#: A raw value of each VR that is no text.
BINARY_VALUES = {
    **dict.fromkeys(("AT", "OL", "SL", "UL"), b"\x10\0\x20\0"),
    **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), bytes(6) + b"\xf0\x3f"),
    **dict.fromkeys(("FL", "OF"), b"\0\0\x80\x3f"),
    **dict.fromkeys(("OB", "OW", "SS", "UN", "US"), b"\1\2"),
}
TEXT_VALUES = {"AS": "012Y", "DA": "20010203", "DS": "12.5", "DT": "20010203040506", "IS": "12", "TM": "040506"}
VRS = tuple(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)
CODE: list[list[RawElement]] = [[("0008,0100", "SH", "CODE")]]


def value_of(session: Session, tag: str, representation: str) -> Any:
    """A value that a VR takes, raw; a UI gets a UID of its own."""
    if representation == "SQ":
        return CODE
    if representation == "UI":
        return session.uid(tag)
    return BINARY_VALUES.get(representation) or TEXT_VALUES.get(representation, f"T{tag.replace(',', '')}")


def item(session: Session, instance: int = 1) -> list[RawElement]:
    """An item with the identifiers of the file that it stands in, and with tags of which a profile keeps few."""
    return [
        ("0008,0018", "UI", session.uid("instance", "", "1", "1", str(instance))),
        ("0008,0050", "SH", "ACCESSION"),
        ("0008,0060", "CS", "OT"),
        ("0008,0080", "LO", "INSTITUTION"),
        ("0008,1155", "UI", session.uid("referenced")),
        ("0010,0010", "PN", "Name^In^Item"),
        ("0010,0020", "LO", session.patient_id()),
        ("0011,0010", "LO", "MYLAB"),
        ("0011,1001", "LO", "label"),
        ("0020,000d", "UI", session.uid("study", "", "1")),
        ("0020,000e", "UI", session.uid("another series")),
    ]


def elements(session: Session, instance: int = 1) -> list[RawElement]:
    """What the file of most scenarios has beside its identifiers."""
    items = [item(session, instance)]
    return [
        ("0008,0050", "SH", "ACCESSION"),
        ("0008,0060", "CS", "OT"),
        ("0008,0080", "LO", "INSTITUTION"),
        ("0008,1140", "SQ", items),
        ("0008,1155", "UI", session.uid("referenced")),
        ("0010,0010", "PN", "Name^Of^Patient"),
        ("0010,0030", "DA", "19700101"),
        ("0011,0010", "LO", "MYLAB"),
        ("0011,1001", "LO", "label"),
        ("0011,1002", "US", b"\7\0"),
        ("0011,1004", "SQ", items),
        ("0013,0010", "LO", "NOLAB"),
        ("0013,1001", "LO", "unknown"),
        ("0020,0052", "UI", session.uid("frame of reference")),
        ("0054,0016", "SQ", [[*item(session, instance), ("0054,0300", "SQ", items)], []]),
        ("6000,0010", "US", b"\1\0"),
        ("6000,3000", "OW", b"\1\0"),
    ]


def upload(session: Session, *more: RawElement, instance: int = 1, series: int = 1, study: int = 1) -> Answer:
    """Stores a file with `elements` and these."""
    listed = [*elements(session, instance), *more]
    return session.upload(raw_file(session, *listed, instance=instance, series=series, study=study))


def upload_patient(session: Session) -> Answer:
    """Stores a patient of two studies with three instances that refer to one another; the answer to the first."""
    places = ((1, 1, 1), (1, 1, 2), (1, 2, 3), (2, 1, 4))
    uids = [session.uid("instance", "", *map(str, place)) for place in places]
    answers = []
    for index, (study, series, instance) in enumerate(places):
        reference = ("0008,1155", "UI", uids[index - 1])
        answers.append(upload(session, reference, study=study, series=series, instance=instance))
    return answers[0]


def ask_instance(session: Session, stored: Answer, *bodies: Mapping[str, Any]) -> None:
    """Anonymizes an instance with each of the bodies."""
    for body in bodies:
        session.anonymize("instances", stored.id, **body)


def ask_once(session: Session, source: bytes) -> None:
    """Stores a file, anonymizes it and deletes it, so that another may come in its place."""
    stored = session.upload(source)
    session.anonymize("instances", stored.id)
    session.delete(f"/instances/{stored.id}")


def show(session: Session, level: str, resource: str) -> None:
    """The resource, and the file and metadata of each instance below it."""
    session.get(f"/{level}/{resource}")
    session.get(f"/{level}/{resource}/metadata?expand")
    for instance in session.instances_below(level, resource):
        session.get(f"/instances/{instance['ID']}/metadata?expand")
        session.get(f"/instances/{instance['ID']}/file")


@scenario("The default profile, and the file that it makes", configuration=LAB)
def default(session: Session) -> None:
    stored = upload(session)
    ask_instance(session, stored, {})
    session.get(f"/instances/{stored.id}")


@scenario("Each DicomVersion that a release knows, and wrong ones", configuration=LAB)
def versions(session: Session) -> None:
    stored = upload(session)
    ask_instance(session, stored, *({"DicomVersion": version} for version in (*VERSIONS, "2011", "2017C", "", 5, None)))


@functools.cache
def standard_tags() -> tuple[tuple[str, str], ...]:
    """(tag, VR) of every standard tag, without those that make the file or that no release can empty."""
    from emulator.dictionary.dictionary import CONTEXT_VRS
    from emulator.dictionary.tables import load

    special = {0x00080005, 0x00080016, 0x00080018, 0x00100020, 0x0020000D, 0x0020000E, 0x0072006D}
    found = {
        entry.group << 16 | entry.element: CONTEXT_VRS.get(entry.vr, entry.vr)
        for version in ("3.6.5", "3.7.0")
        for entry in load(version)
        if entry.creator is None and not entry.group % 2 and entry.element
    }
    return tuple(
        (f"{tag >> 16:04x},{tag & 0xFFFF:04x}", representation)
        for tag, representation in sorted(found.items())
        if tag not in special and tag >> 16 not in (0x0000, 0x0002, 0x7FE0, 0xFFFE) and tag < 0xFFF00000
    )


def all_elements(session: Session) -> list[RawElement]:
    return [(tag, representation, value_of(session, tag, representation)) for tag, representation in standard_tags()]


def flat(dataset: Sequence[Element], path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text of VR and value) of every element, those of items after their sequence."""
    for element in dataset:
        items = element.get("items")
        yield path + element["tag"], f"{element['vr']} {element.get('value', '(items)' if items else '')}"
        for index, inner in enumerate(items or ()):
            yield from flat(inner, f"{path}{element['tag']}[{index}].")


def observe_profile(session: Session, stored: Answer, source: bytes, version: str) -> None:
    """Logs what becomes of every element, without the thousands that stay as they are."""
    request = Request("POST", f"/instances/{stored.id}/anonymize", body_bytes({"DicomVersion": version}, None))
    answer = session.client.send(request)
    session.observe(f"the status with DicomVersion {version}", answer.status)
    if answer.status != 200:
        return
    before = dict(flat(parse(source)["dataset"]))
    after = dict(flat(parse(answer.body)["dataset"]))
    outcome: dict[str, list[str]] = {"removed": [], "emptied": [], "changed": []}
    for path, text in before.items():
        parent = path.rpartition("[")[0]
        if path not in after and (not parent or parent in after):
            outcome["removed"].append(path)
        elif path in after and after[path] != text:
            outcome["emptied" if after[path].endswith(" ") and len(after[path]) == 3 else "changed"].append(path)
    outcome["added"] = [path for path in after if path not in before]
    for name, paths in outcome.items():
        session.observe(f"{name} with DicomVersion {version}", " ".join(sorted(paths)))


@scenario("What each profile does to every standard tag", configuration=LAB)
def every_tag(session: Session) -> None:
    source = raw_file(session, *all_elements(session))
    stored = session.upload(source)
    for version in VERSIONS:
        observe_profile(session, stored, source, version)


@scenario("What each profile does to every standard tag in the items of sequences", configuration=LAB)
def every_tag_in_items(session: Session) -> None:
    inner = all_elements(session)
    source = raw_file(session, ("0054,0016", "SQ", [inner, [("0054,0300", "SQ", [inner])]]))
    stored = session.upload(source)
    for version in VERSIONS:
        observe_profile(session, stored, source, version)


@scenario("A tag that is emptied, by the VR that the file gives it, and in an item", configuration=LAB)
def emptied_by_vr(session: Session) -> None:
    for representation in VRS:
        element = ("0008,0050", representation, value_of(session, "0008,0050", representation))
        source = raw_file(session, element, ("0054,0016", "SQ", [[element]]))
        ask_once(session, source)


@scenario("A tag that is removed, by the VR that the file gives it, and in an item", configuration=LAB)
def removed_by_vr(session: Session) -> None:
    for representation in VRS:
        element = ("0008,0080", representation, value_of(session, "0008,0080", representation))
        private = ("0011,1001", representation, value_of(session, "0011,1001", representation))
        creator = ("0011,0010", "LO", "MYLAB")
        source = raw_file(session, element, creator, private, ("0054,0016", "SQ", [[element, creator, private]]))
        ask_once(session, source)


@scenario("A UID that is renewed: only where its VR is text", configuration=LAB)
def renewed_by_vr(session: Session) -> None:
    for representation in (*BINARY_VALUES, "SQ", "UI"):
        element = ("0008,1155", representation, value_of(session, "0008,1155", representation))
        source = raw_file(session, element, ("0054,0016", "SQ", [[element]]))
        ask_once(session, source)


@scenario("An empty UID, and one with several values", configuration=LAB)
def odd_uids(session: Session) -> None:
    for value in ("", f"{session.uid('one')}\\{session.uid('two')}"):
        source = raw_file(session, ("0008,1155", "UI", value), ("0054,0016", "SQ", [[("0020,0052", "UI", value)]]))
        ask_once(session, source)


@scenario("SelectorUNValue can't be emptied by the last profile", configuration=LAB)
def unknown_representation(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0072,006d", "UN", b"\1\2")))
    ask_instance(session, stored, {}, {"DicomVersion": "2008"}, {"Keep": ["0072,006d"]})
    session.anonymize("series", stored.text_field("ParentSeries"))


@scenario("KeepPrivateTags keeps all private tags, in items too", configuration=LAB)
def keep_private_tags(session: Session) -> None:
    stored = upload(session)
    ask_instance(
        session,
        stored,
        {"KeepPrivateTags": True},
        {"KeepPrivateTags": False},
        {"KeepPrivateTags": True, "RemovePrivateTags": True},
        {"KeepPrivateTags": True, "Remove": ["0011,1001"]},
        {"KeepPrivateTags": True, "Remove": ["0011,0010"]},
        {"KeepPrivateTags": True, "Replace": {"0011,1001": "new"}, "PrivateCreator": "MYLAB"},
    )


@scenario("Keep of private tags: by themselves, without their creator element", configuration=LAB)
def keep_private(session: Session) -> None:
    stored = upload(session)
    for keep in (["0011,1001"], ["0011,0010", "0011,1001"], ["0011,1004"], ["0013,1001"], ["0054,0016[0].0011,1001"]):
        ask_instance(session, stored, {"Keep": keep})


@scenario("Keep of standard tags, of sequences and of paths", configuration=LAB)
def keep(session: Session) -> None:
    stored = upload(session)
    for tag in (
        "PatientName",
        "AccessionNumber",
        "InstitutionName",
        "0008,1155",
        "0020,0052",
        "0008,1140",
        "0054,0016",
        "0054,0300",
        "0054,0016[0].0054,0300",
        "0054,0016[0].0008,0080",
        "0054,0016[*].PatientID",
        "0054,0016[0].0020,000d",
        "0040,a073",
    ):
        ask_instance(session, stored, {"Keep": [tag]})


@scenario("Replace of standard and private tags", configuration=LAB)
def replace(session: Session) -> None:
    stored = upload(session)
    for body in (
        {"PatientName": "New^Name"},
        {"PatientName": None},
        {"AccessionNumber": "A", "InstitutionName": "I", "0008,1155": session.uid("given")},
        {"0011,1001": "new"},
        {"0011,1004": [{"0008,0080": "I", "0011,1001": "new", "0008,1155": session.uid("given")}]},
        {"0008,1140": [{"0008,0050": "A", "0011,1001": "new", "0008,1155": session.uid("given")}]},
        {"0054,0016[0].0008,0050": "A", "0054,0016[0].0008,1155": session.uid("given")},
        {"Rows": "no number"},
        {"PatientName": 5},
        {"NotATag": "x"},
    ):
        ask_instance(session, stored, {"Replace": body}, {"Replace": body, "PrivateCreator": "MYLAB"})


@scenario("Remove reaches the items of sequences too", configuration=LAB)
def remove(session: Session) -> None:
    stored = upload(session)
    for tags in (
        ["PatientName"],
        ["0008,0060"],
        ["0008,1155", "AccessionNumber"],
        ["0054,0300"],
        ["0054,0016[0].0008,1155"],
        ["6000,0010"],
    ):
        ask_instance(session, stored, {"Remove": tags})


@scenario("Of Remove, Replace and Keep of one tag, Keep wins, then Replace", configuration=LAB)
def conflicts(session: Session) -> None:
    stored = upload(session)
    tag = "0008,0060"
    ask_instance(
        session,
        stored,
        {"Remove": [tag], "Keep": [tag]},
        {"Remove": [tag], "Replace": {tag: "MR"}},
        {"Remove": [tag], "Keep": [f"0054,0016[0].{tag}"]},
        {"Keep": ["0008,0080"], "Remove": ["0054,0016[0].0008,0080"]},
        {"Keep": ["PatientName"], "Replace": {"PatientName": "x"}},
        {"Replace": {"0011,1001": "x"}, "Keep": ["0011,1001"]},
    )


@scenario("DeidentificationMethod names the profile, unless the request is customized", configuration=LAB)
def method(session: Session) -> None:
    tags: tuple[RawElement, ...] = (("0012,0062", "CS", "NO"), ("0012,0063", "LO", "former method"))
    stored = upload(session, *tags)
    ask_instance(
        session,
        stored,
        {},
        {"Keep": [], "Replace": {}, "Remove": []},
        {"Force": True, "RemovePrivateTags": True, "PrivateCreator": "MYLAB"},
        {"DicomVersion": "2008", "Remove": ["Rows"]},
        {"Keep": ["0012,0062"]},
        {"Keep": ["0012,0063"]},
        {"Remove": ["0012,0062", "0012,0063"]},
        {"Replace": {"0012,0062": "NO", "0012,0063": "my method"}},
    )


@scenario("Keep, Replace and Remove of the four identifiers", configuration=LAB)
def identifiers(session: Session) -> None:
    stored = upload(session)
    given = {"PatientID": session.patient_id("2"), **{keyword: session.uid(keyword) for keyword in UID_KEYWORDS}}
    for keyword, value in given.items():
        ask_instance(
            session,
            stored,
            {"Keep": [keyword]},
            {"Keep": [keyword], "Force": True},
            {"Replace": {keyword: value}},
            {"Replace": {keyword: value}, "Force": True},
            {"Remove": [keyword], "Force": True},
        )
    ask_instance(session, stored, ALL_UIDS)


@scenario("A file without a PatientID, and one with an empty one", configuration=LAB)
def without_patient_id(session: Session) -> None:
    empty: RawElement = ("0010,0020", "LO", "")
    absent: tuple[str, None] = ("0010,0020", None)
    for element in (empty, absent):
        ask_once(session, raw_file(session, element, ("0010,0010", "PN", "Name^Of^Patient")))


def add_copies(level: str, field: str) -> None:
    """Registers the scenario of an anonymized patient, study or series."""

    def copies(session: Session) -> None:
        stored = upload_patient(session)
        answer = session.anonymize(level, stored.text_field(field))
        show(session, level, answer.id)
        session.get(f"/{level}/{stored.text_field(field)}")
        for parent in {"series": ("study", "patient"), "studies": ("patient",)}.get(level, ()):
            made = session.get(f"/{level}/{answer.id}/{parent}").id
            plural = "studies" if parent == "study" else "patients"
            session.get(f"/{plural}/{made}/metadata?expand")

    copies.__name__ = level
    scenario("An anonymized copy: every instance, with identifiers and references mapped alike", configuration=LAB)(
        copies
    )


for case in RESOURCES.items():
    add_copies(*case)


@scenario("KeepSource false: the copies replace the source", configuration=LAB)
def keep_source_false(session: Session) -> None:
    for level, field in RESOURCES.items():
        stored = upload_patient(session)
        session.anonymize(level, stored.text_field(field), KeepSource=False)
        session.get(f"/{level}/{stored.text_field(field)}")
        session.get(f"/instances/{stored.id}")


@scenario("Kept identifiers at each level", configuration=LAB)
def kept_identifiers(session: Session) -> None:
    stored = upload_patient(session)
    for level, field in RESOURCES.items():
        for keep in (["StudyInstanceUID"], ["SOPInstanceUID"], ["PatientID"], ["PatientID", "StudyInstanceUID"]):
            answer = session.anonymize(level, stored.text_field(field), Keep=keep, Force=True)
            if answer.status == 200:
                session.get(f"/{level}/{answer.id}")
    session.get(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("A given PatientID: the copies belong to that patient", configuration=LAB)
def given_patient(session: Session) -> None:
    stored = upload_patient(session)
    for patient in (session.patient_id("2"), session.patient_id()):
        for level, field in RESOURCES.items():
            replaced = {"PatientID": patient, "PatientName": "Given^Name"}
            answer = session.anonymize(level, stored.text_field(field), Replace=replaced, Force=True)
            session.get(f"/{level}/{answer.id}")
    session.get(f"/patients/{stored.text_field('ParentPatient')}")


def keep_all_uids(session: Session) -> None:
    """Anonymizes with all UIDs kept, at each level: with the PatientID kept, too, renewed, or given as it is."""
    patient = {"PatientID": session.patient_id()}
    for level, field in RESOURCES.items():
        for body in (
            ALL_UIDS,
            {**ALL_UIDS, "Replace": patient},
            {"Keep": [*UID_KEYWORDS, "PatientID"], "Force": True},
            {**ALL_UIDS, "KeepSource": False},
        ):
            stored = upload_patient(session)
            session.anonymize(level, stored.text_field(field), **body)
            session.get(f"/instances/{stored.id}/simplified-tags")
            session.get(f"/instances/{stored.id}/metadata")
            session.get(f"/patients/{stored.text_field('ParentPatient')}")


@scenario("All UIDs kept, where instances may be overwritten", configuration=OVERWRITING)
def in_place(session: Session) -> None:
    keep_all_uids(session)


@scenario("All UIDs kept, where instances may not be overwritten", configuration=NOT_OVERWRITING)
def in_place_without_overwriting(session: Session) -> None:
    keep_all_uids(session)


@scenario("One SOPInstanceUID in two studies gets one new one", configuration=LAB)
def shared_uid(session: Session) -> None:
    uid: RawElement = ("0008,0018", "UI", session.uid("shared"))
    stored = session.upload(raw_file(session, uid))
    session.upload(raw_file(session, uid, study=2))
    patient = stored.text_field("ParentPatient")
    replaced = {"PatientID": session.patient_id("2")}
    for answer in (
        session.anonymize("patients", patient),
        session.modify("patients", patient, Replace=replaced, Force=True),
    ):
        uids = {one["MainDicomTags"]["SOPInstanceUID"] for one in session.get(f"/patients/{answer.id}/instances").json}
        session.observe("the number of new SOPInstanceUIDs", len(uids))


@scenario("A value that does not fit: an error and nothing is stored; Permissive passes over it", configuration=LAB)
def bad_value(session: Session) -> None:
    stored = upload_patient(session)
    for level, field in RESOURCES.items():
        for options in ({}, {"KeepSource": False}, {"Permissive": True}):
            session.anonymize(level, stored.text_field(field), Replace={"Rows": "no number"}, **options)
    session.instances_below("patients", stored.text_field("ParentPatient"))


@scenario("Transcode, at the level of instances and above", configuration=LAB)
def transcode(session: Session) -> None:
    stored = session.upload(session.dataset())  # without sequences, which implicit VR makes hard to compare
    for value in ("1.2.840.10008.1.2", "nonsense", 5):
        session.anonymize("instances", stored.id, Transcode=value)
        session.anonymize("series", stored.text_field("ParentSeries"), Transcode=value)


@scenario("Wrong bodies, and which error of two is reported", configuration=LAB)
def bad_bodies(session: Session) -> None:
    stored = upload(session)
    bodies: tuple[Any, ...] = (
        [],
        None,
        5,
        {"Force": 1},
        {"KeepPrivateTags": "yes"},
        {"RemovePrivateTags": 1},
        {"KeepLabels": 1},
        {"Remove": "x"},
        {"Keep": [5]},
        {"Replace": []},
        {"PrivateCreator": 5},
        {"KeepSource": 1},
        {"Permissive": 1},
        {"Priority": "x"},
        {"Remove": ["NotATag"], "Replace": {"NoTag": "x"}},
        {"Force": 1, "DicomVersion": "x"},
        {"KeepPrivateTags": 1, "DicomVersion": "x"},
        {"DicomVersion": "x", "Remove": 5},
        {"KeepPrivateTags": 1, "KeepLabels": 1},
        {"KeepLabels": 1, "Remove": 5},
        {"PrivateCreator": 5, "KeepSource": 1},
        {"Keep": ["PatientID"], "Force": True, "Replace": {"Rows": "x"}},
        {"Remove": ["StudyInstanceUID"], "Force": True, "Replace": {"Rows": "x"}},
    )
    for body in bodies:
        session.post(f"/instances/{stored.id}/anonymize", json=body)
        session.post(f"/studies/{stored.text_field('ParentStudy')}/anonymize", json=body)


@scenario("Elements of groups that nothing may stand in are left out of a file that is written anew", configuration=LAB)
def unwritten_groups(session: Session) -> None:
    groups = ("0003", "0004", "0005", "0006", "0007", "0009", "fffa", "ffff")
    listed: list[RawElement] = [(f"{group},1010", "LO", "text") for group in groups]
    for inner in ([], listed):
        stored = session.upload(raw_file(session, *listed, ("0054,0016", "SQ", [inner])))
        session.modify("instances", stored.id)
        session.anonymize("instances", stored.id)
        session.delete(f"/instances/{stored.id}")


@scenario("An unknown resource at each level", configuration=LAB)
def unknown_resource(session: Session) -> None:
    for level in ("instances", *RESOURCES):
        session.anonymize(level, session.unknown_id(level))
        session.anonymize(level, session.unknown_id(level), Replace={"Rows": "x"})
        session.get(f"/{level}/{session.unknown_id(level)}/anonymize")


@scenario("An anonymized study is anonymized and modified again", configuration=LAB)
def again(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    first = session.anonymize("studies", stored.text_field("ParentStudy"), KeepPrivateTags=True)
    second = session.anonymize("studies", first.id, KeepPrivateTags=True)
    show(session, "studies", second.id)
    third = session.modify("studies", second.id, Replace={"0011,1001": "new"}, PrivateCreator="MYLAB")
    show(session, "studies", third.id)


@scenario("A private tag that is not in the dictionary is refused, as in a modify", configuration=LAB, mode="contract")
def unknown_private_tag(session: Session) -> None:
    stored = upload(session)
    for tag in ("0013,1001", "0011,1099"):
        answer = session.anonymize("instances", stored.id, Replace={tag: "new"}, PrivateCreator="MYLAB")
        session.observe_refusal(answer, [tag, "Dictionary"])
    session.observe_refusal(session.anonymize("instances", stored.id, Replace={"0011,1001": "x"}), ["PrivateCreator"])
    answer = session.anonymize("instances", stored.id, Replace={"0011,1001": "new"}, PrivateCreator="MYLAB")
    session.observe("a known one is written", answer.status == 200)


@scenario("In items a UN that would be emptied stays, and what is written as UN; one that can be nothing else goes")
def unknown_elements_in_items(session: Session) -> None:
    for number, (tag, representation) in enumerate(
        (("0072,006d", "UN"), ("0072,006d", "LO"), ("0008,0050", "UN"), ("0008,0050", "ZZ"), ("0008,0050", "OB")), 1
    ):
        stored = session.upload(
            raw_file(session, ("0008,1140", "SQ", [[(tag, representation, b"ab")]]), instance=number)
        )
        session.anonymize("instances", stored.id)
        session.anonymize("instances", stored.id, DicomVersion="2017c")
