"""A modify that names a tag which the dictionary does not know.

The documented contract answers 400 and changes nothing; real servers answer 500 to an unknown name, and write UN for
an unknown number. The emulator does the first by default and the second as a release.
"""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.scenarios.scenario import Scenario, add, scenario

LABEL = (0x0011, 0x01, "LO", "old")
UNKNOWN = (0x0011, 0x99, "LO", "unknown")
#: level: the field of an upload's answer that has its resource
LEVELS = {"instances": "ID", "series": "ParentSeries", "studies": "ParentStudy", "patients": "ParentPatient"}

#: name, claim, body of the modify, what the Details of the contract's refusal say
CASES: tuple[tuple[str, str, dict[str, Any], tuple[str, ...]], ...] = (
    (
        "number_not_registered",
        "A number that the creator's dictionary lacks",
        {"Replace": {"0011,1099": "new"}, "PrivateCreator": "MYLAB"},
        ("0011,1099", "MYLAB", "Dictionary"),
    ),
    (
        "number_without_creator",
        "A private number without PrivateCreator",
        {"Replace": {"0011,1001": "new"}},
        ("0011,1001", "PrivateCreator"),
    ),
    (
        "number_of_another_creator",
        "A number that only another creator's dictionary has",
        {"Replace": {"0011,1002": "5"}, "PrivateCreator": "OTHERLAB"},
        ("0011,1002", "OTHERLAB", "Dictionary"),
    ),
    (
        "group_not_registered",
        "A number of a group that nobody registered",
        {"Replace": {"0015,1001": "new"}, "PrivateCreator": "MYLAB"},
        ("0015,1001", "MYLAB", "Dictionary"),
    ),
    ("name", "A name that the dictionary lacks", {"Replace": {"NotATag": "new"}}, ("NotATag",)),
)


def modify(session: Session, level: str, body: dict[str, Any]) -> tuple[Answer, Answer]:
    """Stores an instance and modifies the resource above it; the answers to the upload and to the modify."""
    stored = session.upload(session.dataset(LABEL, UNKNOWN))
    if level == "patients":
        # 1.10.1 asks for a new PatientID at this level
        replaced = {**body["Replace"], "PatientID": session.patient_id("2")}
        body = {**body, "Replace": replaced, "Force": True}
    return stored, session.modify(level, stored.text_field(LEVELS[level]), **body)


def add_contract(name: str, claim: str, body: dict[str, Any], words: tuple[str, ...], level: str) -> None:
    def function(session: Session) -> None:
        stored, answer = modify(session, level, body)
        session.observe_refusal(answer, words)
        listed = session.instances_below("patients", stored.text_field("ParentPatient"))
        tags = session.get(f"/instances/{stored.id}/tags?simplify").json
        unchanged = len(listed) == 1 and tags["MyLabel"] == "old" and tags["Unknown Tag & Data"] == "unknown"
        session.observe("the store is unchanged", unchanged)

    title = f"contract_{name}_{level}"
    add(Scenario("unknown_tags", title, f"{claim}: 400 ({level})", function, LAB, mode="contract"))


def add_release(name: str, claim: str, body: dict[str, Any], level: str) -> None:
    def function(session: Session) -> None:
        _, answer = modify(session, level, body)
        if level != "instances" and answer.status == 200:
            for copy in session.instances_below(level, answer.id):
                session.get(f"/instances/{copy['ID']}/file")

    add(Scenario("unknown_tags", f"{name}_{level}", f"{claim}: as the release does ({level})", function, LAB))


for case_name, case_claim, case_body, case_words in CASES:
    for one_level in LEVELS:
        add_contract(case_name, case_claim, case_body, case_words, one_level)
        add_release(case_name, case_claim, case_body, one_level)


@scenario("Remove of an unknown name", configuration=LAB)
def remove_name(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    session.modify("instances", stored.id, Remove=["NotATag"])
    session.modify("instances", stored.id, Keep=["NotATag"])


@scenario("Remove of an unknown name: 400", configuration=LAB, mode="contract")
def contract_remove_name(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    session.observe_refusal(session.modify("instances", stored.id, Remove=["NotATag"]), ["NotATag"])


@scenario("A known tag is replaced in the default mode, too", configuration=LAB, mode="contract")
def contract_known_tag(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL))
    answer = session.modify("instances", stored.id, Replace={"0011,1001": "new"}, PrivateCreator="MYLAB")
    session.observe("the answer is 200", answer.status == 200)
    session.observe("the answer has the new value", b"LO\x04\x00new " in answer.body)


@scenario("A modify that names an unknown number in Remove: 400", configuration=LAB, mode="contract")
def contract_remove_number(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, UNKNOWN))
    answer = session.modify("instances", stored.id, Remove=["0011,1099"], PrivateCreator="MYLAB")
    session.observe_refusal(answer, ["0011,1099"])


@scenario("An unknown tag is stored, and is in the full tag set", configuration=LAB, mode="contract")
def contract_stored(session: Session) -> None:
    stored = session.upload(session.dataset(UNKNOWN))
    tags = session.get(f"/instances/{stored.id}/tags").json
    session.observe("the full tag set has the value", tags["0011,1099"]["Value"] == "unknown")


@scenario("A find by an unknown name", configuration=LAB)
def find_name(session: Session) -> None:
    session.upload(session.dataset(LABEL))
    session.find("Study", {"NotATag": "x"})
    session.find("Study", {"PatientID": session.patient_id(), "": "x"})
