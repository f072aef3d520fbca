"""What `python -m conformance explore --network` found and was mended after it; each was asked of all four releases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.asking.configurations import EXPLORED_NETWORK
from conformance.asking.session import Session
from conformance.asking.wire import BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT
from conformance.asking.wired import ask_modality, c_find, c_get, c_move, c_store
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

STUDY: RawElement = ("0008,0052", "CS", "STUDY")


def study(session: Session) -> RawElement:
    return ("0020,000d", "UI", session.uid("study", "", "1"))


def patient(session: Session) -> RawElement:
    return ("0010,0020", "LO", session.patient_id())


@scenario("Values are padded anew as they are stored, and as they are sent", configuration=EXPLORED_NETWORK)
def padding(session: Session) -> None:
    elements: list[RawElement] = [
        ("0008,0050", "SH", b"  "),
        ("0008,1030", "LO", b"a\0"),
        ("0008,1050", "PN", b" a  "),
        ("0008,1155", "UI", b"1\0 \0"),
        ("0010,4000", "LT", b" a  "),
        ("0011,0010", "LO", b"MYLAB "),
        ("0011,1001", "LO", b"ab  "),
        ("0011,1002", "UN", b"a   "),
        ("0020,4000", "LT", b"\0\0"),
    ]
    sent = c_store(session, raw_file(session, *elements))
    session.get(f"/instances/{sent.id}/file")
    session.delete(f"/instances/{sent.id}")
    session.upload(raw_file(session, *elements))
    c_get(session, STUDY, study(session))


@scenario("A data set that can't be written is not stored", configuration=EXPLORED_NETWORK)
def unwritable(session: Session) -> None:
    c_store(session, raw_file(session, ("7fe0,0010", "OB", ())))
    c_store(session, raw_file(session, ("7fe0,0010", "OB", (b"ab",)), instance=2))
    c_store(session, raw_file(session, ("7fe0,0010", "OB", (b"ab",)), instance=3, syntax="1.2.840.10008.1.2.4.50"))
    c_store(session, raw_file(session, ("0088,0200", "SQ", [[("7fe0,0010", "OB", ())]]), instance=8))
    c_store(session, raw_file(session, instance=9, syntax="1.2.840.10008.1.2.4.94"))
    for number, value in enumerate((b"", b"\1\0", b"\1\0\0\0"), 4):
        c_store(session, raw_file(session, ("0008,0000", "UL", value), instance=number))


@scenario("A deflated data set is kept as it is deflated anew", configuration=EXPLORED_NETWORK)
def deflated(session: Session) -> None:
    for number, length in enumerate((0, 50, 300), 1):
        sent = c_store(session, raw_file(session, ("0020,4000", "LT", "x" * length), instance=number, deflated=True))
        session.get(f"/instances/{sent.id}")


def sequences() -> Iterator[tuple[str, list[RawElement]]]:
    """What a file has where a sequence is asked for."""
    yield "nothing", []
    yield "an empty sequence", [("0008,1140", "SQ", []), ("0020,4000", "SQ", [])]
    yield "an item", [("0008,1140", "SQ", [[("0008,1155", "UI", "1.2")]]), ("0020,4000", "SQ", [[]])]
    yield "a text", [("0008,1140", "LO", "ab"), ("0020,4000", "LO", "ab")]


@scenario("A sequence in an identifier, and a sequence in a file", configuration=EXPLORED_NETWORK)
def sequence_keys(session: Session) -> None:
    for _, elements in sequences():
        stored = session.upload(raw_file(session, *elements))
        for level, tag in (("STUDY", "0008,1140"), ("IMAGE", "0008,1140"), ("STUDY", "0020,4000")):
            for vr, value in (("SQ", []), ("SQ", [[]]), ("SQ", [[("0008,1155", "UI", "")]]), ("LO", ""), ("UN", b"")):
                c_find(session, ("0008,0052", "CS", level), patient(session), (tag, vr, value))
        session.delete(f"/instances/{stored.id}")


@scenario(
    "Main DICOM tags of other levels are answered empty above theirs, up to 1.10.1", configuration=EXPLORED_NETWORK
)
def lower_levels(session: Session) -> None:
    elements = [("0008,0060", "CS", "MR"), ("0008,1030", "LO", "study"), ("0018,1030", "LO", "series")]
    session.upload(raw_file(session, *elements, ("0018,5100", "CS", "HFS "), ("0020,4000", "LT", "instance")))
    tags = ("0008,0018", "0008,0060", "0008,1030", "0018,1030", "0018,5100", "0020,000d", "0020,000e", "0020,4000")
    for level in ("PATIENT", "STUDY", "SERIES", "IMAGE"):
        for tag in tags:
            c_find(session, ("0008,0052", "CS", level), patient(session), (tag, "LO", ""))
    modality: RawElement = ("0008,0060", "CS", "")
    for tag in ("0010,4000", "0008,0016", "0008,0056", "0008,0061", "0020,1208", "0088,0130", "0008,1190", "0002,0010"):
        c_find(session, STUDY, patient(session), modality, (tag, "UN", b""))


@scenario("How the level of an identifier may be written", configuration=EXPLORED_NETWORK)
def levels(session: Session) -> None:
    c_store(session, raw_file(session))
    for level in ("study", "STUDY ", " STUDY", "", " ", "NOPE"):
        c_find(session, ("0008,0052", "CS", level), study(session))
        c_get(session, ("0008,0052", "CS", level), study(session))
    c_get(session, study(session))


@scenario("What a C-GET tells of files that could not be sent", configuration=EXPLORED_NETWORK)
def failures(session: Session) -> None:
    for number in (1, 2, 3):
        c_store(session, raw_file(session, instance=number))
    for status in (0xB000, 0xA700, 0x0122):
        c_get(session, STUDY, study(session), status=status)
    c_get(
        session,
        ("0008,0052", "CS", "IMAGE"),
        ("0008,0018", "UI", session.uid("instance", "", "1", "1", "1")),
        syntaxes=(),
    )


@scenario("A C-GET of files that are none to be sent", configuration=EXPLORED_NETWORK)
def unsendable(session: Session) -> None:
    for elements in ([("0008,0016", None)], [("7fe0,0010", "OB", (b"abcd",))], [("0008,0016", "UI", "")]):
        stored = session.upload(raw_file(session, *elements))
        c_get(session, STUDY, study(session))
        ask_modality(session, "store", stored.id)
        session.delete(f"/instances/{stored.id}")


@scenario("Whom a C-STORE that REST asks for names", configuration=EXPLORED_NETWORK)
def titles(session: Session) -> None:
    stored = session.upload(raw_file(session))
    for member, value in (
        ("LocalAet", ""),
        ("LocalAet", "x" * 17),
        ("CalledAet", ""),
        ("CalledAet", "OTHER"),
        ("MoveOriginatorAet", "x" * 17),
    ):
        ask_modality(session, "store", {"Resources": [stored.id], member: value, "MoveOriginatorID": 5})
    for number in (0, -1, 65536, 1 << 31, 1 << 63, "5", None, True):
        ask_modality(session, "store", {"Resources": [], "MoveOriginatorID": number})


@scenario("What is proposed for a second file", configuration=EXPLORED_NETWORK)
def second_files(session: Session) -> None:
    first, second = session.upload(raw_file(session)), session.upload(raw_file(session, instance=2, deflated=True))
    ask_modality(session, "store", [first.id, second.id])


@scenario(
    "When a second file needs another association, and what fits no accepted syntax", configuration=EXPLORED_NETWORK
)
def second_associations(session: Session) -> None:
    encodings: dict[str, Any] = {
        "explicit": {},
        "implicit": {"implicit": True},
        "deflated": {"deflated": True},
        "big": {"big_endian": True},
        "jpeg": {"syntax": "1.2.840.10008.1.2.4.50"},
        "rle": {"syntax": "1.2.840.10008.1.2.5"},
    }
    for first, second in (
        ("implicit", "explicit"),
        ("implicit", "big"),
        ("deflated", "explicit"),
        ("deflated", "implicit"),
        ("implicit", "deflated"),
        ("explicit", "implicit"),
        ("jpeg", "rle"),
        ("jpeg", "explicit"),
        ("explicit", "jpeg"),
    ):
        stored = [session.upload(raw_file(session, instance=1, **encodings[first]))]
        stored.append(session.upload(raw_file(session, instance=2, **encodings[second])))
        for accepted in (IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED, "1.2.840.10008.1.2.4.50"):
            ask_modality(session, "store", [one.id for one in stored], syntaxes=(accepted,))
        for one in stored:
            session.delete(f"/instances/{one.id}")


@scenario("The resources that a C-STORE names, in order and once", configuration=EXPLORED_NETWORK)
def named_twice(session: Session) -> None:
    stored = session.upload(raw_file(session))
    ask_modality(session, "store", [stored.text_field("ParentPatient"), stored.id, stored.id])


@scenario("A C-MOVE of what the modality does not take", configuration=EXPLORED_NETWORK)
def refused_syntaxes(session: Session) -> None:
    c_store(session, raw_file(session))
    c_move(session, STUDY, study(session), syntaxes=())
    c_move(session, STUDY, study(session), syntaxes=("1.2.840.10008.1.2",))
    c_move(session, STUDY, study(session), destination="receiver")


@scenario("A study is named by its AccessionNumber before its UID", configuration=EXPLORED_NETWORK)
def accessions(session: Session) -> None:
    for number in (1, 2):
        session.upload(raw_file(session, ("0008,0050", "SH", f"A{number}"), study=number))
    for text in ("A1", "A2", "7", ""):
        named: RawElement = ("0008,0050", "SH", text)
        c_get(session, STUDY, study(session), named)
        c_move(session, STUDY, study(session), named)
    c_get(session, STUDY, ("0020,000d", "UI", "9.9"), ("0008,0050", "SH", "A1"))


@scenario("In which native transfer syntax a C-GET sends a file", configuration=EXPLORED_NETWORK)
def native_syntaxes(session: Session) -> None:
    syntaxes = [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED]
    forms: list[dict[str, bool]] = [{"implicit": True}, {}, {"big_endian": True}, {"deflated": True}]
    for own, form in zip(syntaxes, forms, strict=True):
        stored = session.upload(raw_file(session, **form))  # type: ignore[arg-type]
        others = [one for one in syntaxes if one != own]
        for pair in (others[:2], others[1:], [others[2], others[0]], [others[1], others[0]]):
            c_get(session, STUDY, study(session), syntaxes=tuple(pair))
        session.delete(f"/instances/{stored.id}")


ITEM_OF_CODE: list[list[RawElement]] = [[("0008,0100", "SH", "CODE")]]


@scenario(
    "A C-FIND by a main DICOM tag that a file has as a sequence is 0xC000 from 1.12 on", configuration=EXPLORED_NETWORK
)
def sequences_as_main_tags(session: Session) -> None:
    tags = {"PATIENT": "0010,0030", "STUDY": "0008,1030", "SERIES": "0008,103e", "IMAGE": "0020,4000"}
    vrs = {"PATIENT": "DA", "STUDY": "LO", "SERIES": "LO", "IMAGE": "LT"}
    c_store(session, raw_file(session, *((tag, "SQ", ITEM_OF_CODE) for tag in tags.values())))
    for level, tag in tags.items():
        for key in (tag, "0008,0090"):
            for value in ("", "x", "*"):
                c_find(
                    session,
                    ("0008,0052", "CS", level),
                    patient(session),
                    (key, vrs[level] if key == tag else "PN", value),
                )
        c_find(session, ("0008,0052", "CS", level), patient(session), (tag, "SQ", ITEM_OF_CODE))
        c_find(session, ("0008,0052", "CS", level), patient(session), (tag, "SQ", []))
    c_find(session, ("0008,0052", "CS", "IMAGE"), patient(session), ("0008,1030", "LO", ""))
    c_find(session, ("0008,0052", "CS", "SERIES"), patient(session), ("0008,1030", "LO", "x"))
    c_find(session, ("0008,0052", "CS", "STUDY"), patient(session), ("0008,103e", "LO", ""))
