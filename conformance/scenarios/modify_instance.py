"""`POST /instances/{id}/modify`: answers the modified file; nothing is stored."""

from __future__ import annotations

from typing import Any

from pydicom.dataset import Dataset

from conformance.asking.configurations import DEFAULT_CREATOR, LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.scenarios.scenario import Scenario, add, scenario

LABEL = (0x0011, 0x01, "LO", "old")
COUNT = (0x0011, 0x02, "US", 7)
FULL = (0x0011, 0x03, "LO", "old full")
UNKNOWN = (0x0011, 0x99, "LO", "unknown")


def stored(session: Session, *private: datasets.PrivateElement) -> Answer:
    return session.upload(session.dataset(*(private or (LABEL, COUNT, FULL, UNKNOWN))))


def replace(tag: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"Replace": {tag: value}, "PrivateCreator": "MYLAB", **more}


def remove(*tags: str, **more: Any) -> dict[str, Any]:
    return {"Remove": list(tags), "PrivateCreator": "MYLAB", **more}


#: name, claim, body of the modify
CASES: tuple[tuple[str, str, Any], ...] = (
    ("by_number", "A registered tag is replaced by its number, with the creator", replace("0011,1001", "new")),
    ("by_number_with_dash", "A number may be written with a dash", replace("0011-1001", "new")),
    ("by_eight_digits", "A number may be written in eight digits", replace("00111001", "new")),
    ("without_creator", "Without PrivateCreator the VR turns to UN", {"Replace": {"0011,1001": "new"}}),
    ("empty_creator", "An empty PrivateCreator is none", replace("0011,1001", "new", PrivateCreator="")),
    ("other_creator", "A PrivateCreator that is not the block's", replace("0011,1001", "new", PrivateCreator="NOLAB")),
    ("number", "A US tag takes a number as text", replace("0011,1002", "70")),
    ("number_not_a_number", "A US tag refuses a text that is no number", replace("0011,1002", "notnum")),
    ("number_out_of_range", "A US tag refuses 70000", replace("0011,1002", "70000")),
    ("number_negative", "A US tag and -1", replace("0011,1002", "-1")),
    ("number_empty", "A US tag takes an empty text", replace("0011,1002", "")),
    ("several_numbers", "A US tag and two values", replace("0011,1002", "7\\8")),
    ("name_by_offset", "A name registered by offset names that element, (0011,0001)", replace("MyLabel", "new")),
    ("name_in_full", "A name registered in full names its element", replace("MyFull", "new")),
    ("name_in_full_without_creator", "... also without PrivateCreator", {"Replace": {"MyFull": "new"}}),
    ("name_without_creator_entry", "The name of an entry without creator", replace("MyCreatorless", "new")),
    ("name_in_other_case", "A name in other letters", replace("myfull", "new")),
    ("element_added", "A registered tag that the file lacks is added", replace("0011,1006", "new")),
    ("list_added", "Several values are given by backslashes", replace("0011,1006", "a\\b")),
    ("decimal", "A DS value is written as it is given", replace("0011,1007", "1.50")),
    ("code_in_lower_case", "A CS value is not checked", replace("0011,1008", "lower case")),
    ("value_of_odd_length", "A value of odd length is padded", replace("0011,1001", "odd")),
    ("other_block", "A number of a block that the file does not reserve", replace("0011,1101", "new")),
    ("other_group", "A number of a group that the file does not have", replace("0013,1001", "new")),
    ("creator_element", "The creator element", replace("0011,0010", "NEWLAB")),
    ("json_number", "A JSON number is refused", replace("0011,1001", 5)),
    ("json_true", "A JSON true is refused", replace("0011,1001", True)),
    ("json_list", "A list is refused for a tag that is no sequence", replace("0011,1001", ["a"])),
    ("json_object", "An object is refused", replace("0011,1001", {"a": "b"})),
    ("json_null", "null is an empty value", replace("0011,1001", None)),
    ("text_for_sequence", "A text is refused for a sequence", replace("0011,1004", "text")),
    ("sequence", "A sequence is a list of objects", replace("0011,1004", [{"PatientName": "Inner^Name"}])),
    ("sequence_empty", "An empty list is an empty sequence", replace("0011,1004", [])),
    ("standard", "A standard tag by name", replace("StudyDescription", "new")),
    (
        "standard_twice",
        "A tag named twice takes the first name's value",
        {"Replace": {"PatientName": "a", "0010,0010": "b"}},
    ),
    ("identifier", "PatientID is not replaced without Force", replace("PatientID", "ORTHANC-EMULATOR-X")),
    ("identifier_forced", "... with Force it is", replace("PatientID", "ORTHANC-EMULATOR-X", Force=True)),
    ("sop_instance_uid", "SOPInstanceUID is not replaced without Force", replace("SOPInstanceUID", "2.25.1")),
    ("nothing", "An empty body gives a new SOPInstanceUID", {}),
    ("keep_uid", "Keep SOPInstanceUID needs Force", {"Keep": ["SOPInstanceUID"]}),
    ("keep_uid_forced", "... with Force the UID stays", {"Keep": ["SOPInstanceUID"], "Force": True}),
    ("remove_by_number", "A tag is removed by its number", remove("0011,1001")),
    ("remove_without_creator", "... PrivateCreator is not needed for that", {"Remove": ["0011,1001"]}),
    ("remove_unknown", "A tag without entry is removed by its number", remove("0011,1099")),
    ("remove_absent", "A tag that the file lacks", remove("0011,1006")),
    ("remove_name_by_offset", "Remove by a name registered by offset removes (0011,0001)", remove("MyLabel")),
    ("remove_name_in_full", "Remove by a name registered in full", remove("MyFull")),
    ("remove_creator", "Without its creator element a block's elements stay, orphaned", remove("0011,0010")),
    ("remove_and_replace", "Replace wins over Remove", {**replace("0011,1001", "new"), "Remove": ["0011,1001"]}),
    ("remove_private", "RemovePrivateTags removes them all, with their creators", {"RemovePrivateTags": True}),
    ("remove_private_false", "RemovePrivateTags false removes none", {"RemovePrivateTags": False}),
    (
        "remove_private_replace",
        "RemovePrivateTags with Replace leaves the replaced one, orphaned",
        replace("0011,1001", "new", RemovePrivateTags=True),
    ),
    (
        "remove_private_keep",
        "RemovePrivateTags with Keep leaves the kept one, orphaned",
        {"RemovePrivateTags": True, "Keep": ["0011,1001"]},
    ),
    ("remove_private_text", "RemovePrivateTags must be a Boolean", {"RemovePrivateTags": "yes"}),
    ("list_body", "A body that is a list is refused", []),
    ("null_body", "A body of null is refused", None),
    ("text_body", "A body that is a text is refused", "text"),
    ("replace_list", "Replace must be an object", {"Replace": ["0011,1001"]}),
    ("replace_text", "Replace must be no text", {"Replace": "0011,1001"}),
    ("remove_text", "Remove must be a list", {"Remove": "0011,1001"}),
    ("remove_numbers", "Remove must be a list of texts", {"Remove": [5]}),
    ("keep_numbers", "Keep must be a list of texts", {"Keep": [5]}),
    ("creator_number", "PrivateCreator must be a text", replace("0011,1001", "new", PrivateCreator=5)),
    ("force_text", "Force must be a Boolean", replace("0011,1001", "new", Force="yes")),
    ("empty_tag", "An empty name is an unknown tag", replace("", "new")),
    ("half_tag", "Four digits are an unknown tag", replace("0011", "new")),
    ("attribute_tag", "An AT tag takes a tag", replace("0015,1015", "0010,0020")),
    ("attribute_tag_list", "... and several", replace("0015,1015", "0010,0020\\0008,0018")),
    ("attribute_tag_bad", "... and no other text", replace("0015,1015", "notatag")),
    ("attribute_tag_by_offset", "An AT registered by offset, by name", replace("MyTag", "0010,0020")),
    ("json_texts", "A list of texts is refused", replace("0011,1001", ["a", "b"])),
    ("json_empty_list", "An empty list is refused for a tag that is no sequence", replace("0011,1001", [])),
    ("digits_and_comma", "Eight digits with the comma in another place", replace("00110,100", "new")),
    ("transcode_unknown", "An unknown transfer syntax", {"Transcode": "nope"}),
    ("unknown_option", "An unknown option is ignored", replace("0011,1001", "new", NoSuchOption=1)),
)


def add_case(name: str, claim: str, body: Any) -> None:
    def function(session: Session) -> None:
        session.post(f"/instances/{stored(session).id}/modify", json=body)

    add(Scenario("modify_instance", name, claim, function, configuration=LAB))


for case in CASES:
    add_case(*case)


@scenario("Nothing is stored, and the source stays as it is", configuration=LAB)
def nothing_is_stored(session: Session) -> None:
    answer = stored(session)
    session.modify("instances", answer.id, **replace("0011,1001", "new"))
    session.get(f"/instances/{answer.id}/tags")
    session.get(f"/series/{answer.text_field('ParentSeries')}")


@scenario("In a block at 11 the same offset is another number", configuration=LAB)
def block_11(session: Session) -> None:
    made = session.dataset()
    made.add_new((0x0011, 0x11), "LO", "MYLAB")
    made.add_new((0x0011, 0x1101), "LO", "old")
    made.add_new((0x0011, 0x1103), "LO", "old full")
    path = f"/instances/{session.upload(made).id}/modify"
    for tag in ("0011,1101", "0011,1103", "0011,1001"):
        session.post(path, json=replace(tag, "new"))


@scenario("Two creators in one group: PrivateCreator says whose entry gives the VR", configuration=LAB)
def two_creators(session: Session) -> None:
    answer = stored(session, LABEL, COUNT, ("OTHERLAB", 0x0011, 0x01, "LO", "theirs"))
    for creator in ("MYLAB", "OTHERLAB"):
        for tag in ("0011,1001", "0011,1101"):
            session.modify("instances", answer.id, **replace(tag, "new", PrivateCreator=creator))


@scenario("A file without private tags gets the element and no creator element", configuration=LAB)
def no_block(session: Session) -> None:
    answer = session.upload(session.dataset())
    session.modify("instances", answer.id, **replace("0011,1001", "new"))
    session.modify("instances", answer.id, Replace={"0011,0010": "MYLAB", "0011,1001": "new"}, PrivateCreator="MYLAB")


@scenario("A value beyond ASCII is written in the file's character set", configuration=LAB)
def character_set(session: Session) -> None:
    made = session.dataset(LABEL, SpecificCharacterSet="ISO_IR 100")
    session.modify("instances", session.upload(made).id, **replace("0011,1001", "Zürich"))
    utf_8 = session.dataset(LABEL, SpecificCharacterSet="ISO_IR 192", instance=2)
    session.modify("instances", session.upload(utf_8).id, **replace("0011,1001", "山"))


@scenario("A path reaches into a private sequence", configuration=LAB)
def path_into_sequence(session: Session) -> None:
    item = Dataset()
    item.PatientName = "Inner^Name"
    answer = stored(session, (0x0011, 0x04, "SQ", [item]))
    session.modify("instances", answer.id, **replace("0011,1004[0].PatientName", "New^Name"))
    session.modify("instances", answer.id, **remove("0011,1004[0].PatientName"))


@scenario("DefaultPrivateCreator stands in for PrivateCreator", configuration=DEFAULT_CREATOR)
def default_creator(session: Session) -> None:
    answer = stored(session)
    session.modify("instances", answer.id, Replace={"0011,1001": "new"})
    session.modify("instances", answer.id, Replace={"0011,1001": "new"}, PrivateCreator="")
    session.modify("instances", answer.id, Replace={"0011,1101": "new"}, PrivateCreator="OTHERLAB")


@scenario("A tag of DCMTK's private dictionary is replaced with its own VR", configuration=LAB)
def dcmtk_private(session: Session) -> None:
    answer = session.upload(session.dataset(("GEMS_IDEN_01", 0x0009, 0x02, "SH", "CT01")))
    session.modify("instances", answer.id, **replace("0009,1002", "CT02", PrivateCreator="GEMS_IDEN_01"))
    session.modify("instances", answer.id, **replace("0009,1027", "-5", PrivateCreator="GEMS_IDEN_01"))
    session.modify("instances", answer.id, **replace("0009,1002", "CT02"))


@scenario(
    "JSON with something behind it, or with a comma too many, is accepted; other dialects are not", configuration=LAB
)
def lenient_json(session: Session) -> None:
    path = f"/instances/{stored(session).id}/modify"
    for body in ("{} trailing", '{"Remove":["0011,1001",]}', "{'a':1}", "", "{", "null", "/* comment */ {}"):
        session.post(path, data=body)


@scenario("A value padded with NUL is written as the release writes it", configuration=LAB)
def padded_with_nul(session: Session) -> None:
    made = session.dataset((0x0011, 0x01, "LO", "label"), (0x0011, 0x08, "CS", "A"), (0x0011, 0x06, "LO", "x"))
    data = datasets.to_bytes(made)
    padded = data.replace(b"label ", b"label\0").replace(b"CS\x02\x00A ", b"CS\x02\x00A\0")
    padded = padded.replace(b"LO\x02\x00x ", b"LO\x02\x00\0\0")
    session.modify("instances", session.upload(padded).id)


@scenario("ISO 2022 IR 149 writes what it reads of user-defined rows, and two single bytes")
def korean_user_rows(session: Session) -> None:
    stored = session.upload(session.dataset(SpecificCharacterSet="ISO 2022 IR 149"))
    for text in ("\u0080", "\uf8f7", "\ue000", "\ue05d\ue05e", "\ue0bb", "\ue0bc", "\u0081", "a\u0080b\ue001\uac00"):
        session.modify("instances", stored.id, Replace={"StudyID": text})
