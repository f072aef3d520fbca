"""The documented recipe: a request reserves a block, where its creator element has an entry under that creator."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import DICTIONARY
from conformance.asking.exchange import Answer, Request
from conformance.asking.session import Session
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import scenario

COMPANY = "My Company"
OTHER_VRS = dict(
    zip(range(0x0411, 0x0425, 2), ("ST", "SH", "UN", "UT", "LT", "PN", "CS", "UI", "OB", "US"), strict=True)
)
CONFIGURATION = {
    "Dictionary": {
        **DICTIONARY,
        "0405,0010": ["LO", "PrivateCreatorForMyCompany", 1, 1, COMPANY],
        "0405,0011": ["LO", "SecondCreatorForMyCompany", 1, 1, COMPANY],
        "0405,1001": ["ST", "MyPrivateXMLTag", 1, 1, COMPANY],
        "0405,1101": ["ST", "MySecondXMLTag", 1, 1, COMPANY],
        "0407,1001": ["ST", "WithoutEntryOfItsCreator", 1, 1, COMPANY],
        "0409,0010": ["LO", "CreatorOfAnother", 1, 1, "Another"],
        "0409,1001": ["ST", "EntryOfMyCompany", 1, 1, COMPANY],
        **{f"{group:04x},0010": [vr, f"Creator{vr}", 1, 1, COMPANY] for group, vr in OTHER_VRS.items()},
        **{f"{group:04x},1001": ["ST", f"Element{vr}", 1, 1, COMPANY] for group, vr in OTHER_VRS.items()},
    }
}
BLOCK = {"0405,0010": COMPANY, "0405,1001": "<xml/>"}
NAMED = {"PrivateCreatorForMyCompany": COMPANY, "MyPrivateXMLTag": "<xml/>"}


def create(session: Session, tags: dict[str, Any], **more: Any) -> Answer:
    answer = session.post(
        "/tools/create-dicom",
        json={"Tags": {"PatientName": "A^B", "PatientID": session.patient_id(), **tags}, **more},
    )
    if answer.status == 200:
        session.get(f"/instances/{answer.id}/file")
        session.get(f"/instances/{answer.id}/tags")
    return answer


@scenario(
    "create-dicom reserves a block whose creator element has an entry under PrivateCreator", configuration=CONFIGURATION
)
def created(session: Session) -> None:
    create(session, NAMED, PrivateCreator=COMPANY)
    create(session, BLOCK, PrivateCreator=COMPANY)
    answer = create(session, {"0405,0011": COMPANY, "0405,1101": "<b/>"}, PrivateCreator=COMPANY)
    session.find("Instance", {"PatientID": session.patient_id(), "MyPrivateXMLTag": "<xml/>"})
    session.find("Instance", {"PatientID": session.patient_id(), "0405,1101": "<b/>"}, Expand=True)
    session.get(f"/instances/{answer.id}/simplified-tags")


@scenario("Without PrivateCreator, or with one of another case, the same elements are UN", configuration=CONFIGURATION)
def created_without_creator(session: Session) -> None:
    create(session, BLOCK)
    for creator in ("", "MY COMPANY", "My Company ", "Another"):
        create(session, BLOCK, PrivateCreator=creator)


@scenario("The VR of the entry is written, the block belongs to the value that is written", configuration=CONFIGURATION)
def values_of_creator_elements(session: Session) -> None:
    for value in ("Another", "my company", "", "My Company ", " My Company", None):
        create(session, {**BLOCK, "0405,0010": value}, PrivateCreator=COMPANY)
    create(session, {"0407,0010": COMPANY, "0407,1001": "x"}, PrivateCreator=COMPANY)
    create(session, {"0409,0010": COMPANY, "0409,1001": "x"}, PrivateCreator=COMPANY)
    create(session, {"0409,0010": COMPANY, "0409,1001": "x"}, PrivateCreator="Another")


@scenario(
    "Any VR reserves the block that is a text on reading: not UN and OB; UI loses its blanks",
    configuration=CONFIGURATION,
)
def other_vrs(session: Session) -> None:
    for group in OTHER_VRS:
        create(session, {f"{group:04x},0010": COMPANY, f"{group:04x},1001": "x"}, PrivateCreator=COMPANY)


@scenario("A modify reserves a block in the same way, free, taken or in an item", configuration=CONFIGURATION)
def modified(session: Session) -> None:
    free = session.upload(raw_file(session, ("0040,a730", "SQ", [[("0040,a040", "CS", "TEXT")]])))
    taken = session.upload(raw_file(session, ("0405,0010", "LO", "Another"), ("0405,1001", "LO", "theirs"), instance=2))
    for stored in (free, taken):
        for replaced in (NAMED, BLOCK, {"0405,0010": COMPANY}, {"0405,0011": COMPANY, "0405,1101": "y"}):
            session.modify("instances", stored.id, Replace=replaced, PrivateCreator=COMPANY)
            session.anonymize("instances", stored.id, Replace=replaced, PrivateCreator=COMPANY)
    item = {"0405,0010": COMPANY, "0405,1001": "y"}
    session.modify("instances", free.id, Replace={"0040,a730": [item]}, PrivateCreator=COMPANY)
    paths = {f"0040,a730[0].{tag}": value for tag, value in item.items()}
    session.modify("instances", free.id, Replace=paths, PrivateCreator=COMPANY)


@scenario("... and so does that of a series, study and patient", configuration=CONFIGURATION)
def modified_as_a_whole(session: Session) -> None:
    for number, (level, field) in enumerate(
        (("series", "ParentSeries"), ("studies", "ParentStudy"), ("patients", "ParentPatient")), 1
    ):
        stored = session.upload(raw_file(session, patient=str(number), study=number, series=number, instance=number))
        replaced = BLOCK | ({"PatientID": session.patient_id(f"new{number}")} if level == "patients" else {})
        copy = session.modify(
            level, stored.text_field(field), Replace=replaced, PrivateCreator=COMPANY, Force=level == "patients"
        )
        listed = session.client.send(Request("GET", f"/{level}/{copy.id}/instances")).json
        made = next(one["ID"] for one in listed if one["ID"] != stored.id)
        session.get(f"/instances/{made}/file")
        session.get(f"/instances/{made}/simplified-tags")


@scenario("A creator element is kept and removed by number or name, alone", configuration=CONFIGURATION)
def kept_and_removed(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0405,0010", "LO", COMPANY), ("0405,1001", "LO", "mine")))
    for removed in (["0405,0010"], ["PrivateCreatorForMyCompany"]):
        session.modify("instances", stored.id, Remove=removed)
        session.modify("instances", stored.id, Remove=removed, PrivateCreator=COMPANY)
        session.modify("instances", stored.id, RemovePrivateTags=True, Keep=removed)
        session.anonymize("instances", stored.id, Keep=removed)
    session.modify("instances", stored.id, RemovePrivateTags=True, Keep=["0405,0010", "0405,1001"])
    session.anonymize("instances", stored.id, Keep=["0405,0010", "0405,1001"])


@scenario(
    "The documented recipe reserves a block: the contract allows it", configuration=CONFIGURATION, mode="contract"
)
def recipe_in_default_mode(session: Session) -> None:
    answer = create(session, NAMED, PrivateCreator=COMPANY)
    session.expect("the file is made", answer.status == 200)
    found = session.find("Instance", {"PatientID": session.patient_id(), "MyPrivateXMLTag": "<xml/>"})
    session.expect("it is found by the name", len(found.json) == 1)
    tags = session.get(f"/instances/{answer.id}/simplified-tags").json
    session.expect("the name is shown", tags.get("MyPrivateXMLTag") == "<xml/>")
    stored = session.upload(raw_file(session))
    copy = session.modify("instances", stored.id, Replace=BLOCK, PrivateCreator=COMPANY)
    session.expect("a modify does it, too", copy.status == 200)
