"""For each entry of an administrator's own section "Dictionary": whether the server does with it what it is there for.

None is in the list of scenarios: `scenarios_of` makes them from a configuration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files import elements
from conformance.files.entry_elements import REPLACEMENTS, add_element, creator_of, group_and_element
from conformance.scenarios.scenario import Scenario

CHAPTER = "my_dictionary"

SHOWN = "it is shown by its name"
FOUND = "it is found by its number"
MODIFIED = "it is modified, in its VR"
CASCADED = "a modified study has it in all copies"
IN_BLOCK = "it keeps its block where another creator is before it"
#: What is looked at, by the heading of the report's column.
COLUMNS: Mapping[str, str] = {
    "shown": SHOWN,
    "found": FOUND,
    "modified": MODIFIED,
    "cascaded": CASCADED,
    "in its block": IN_BLOCK,
}

#: VRs whose values no query can give as text.
NOT_QUERIED = frozenset("AT FD FL OB OD OF OL OV OW SL SQ SS SV UL UN US UV".split())


def scenarios_of(section: Mapping[str, Any]) -> list[Scenario]:
    """A scenario for each private entry of a section that a server starts with."""
    found: dict[str, Scenario] = {}
    for key, entry in section.items():
        group, _ = group_and_element(key)
        if group % 2 == 0:
            continue
        name = re.sub(r"\W", "_", f"{key} {creator_of(entry) or 'no creator'}")
        found[name] = Scenario(
            CHAPTER,
            name,
            f'"{key}": {entry[1]} ({entry[0]}) of {creator_of(entry) or "no creator"}',
            asking(key, entry),
            configuration={"Dictionary": dict(section)},
            as_given=True,
        )
    return list(found.values())


def asking(key: str, entry: Any) -> Any:
    """The requests for one entry."""

    def function(session: Session) -> None:
        dataset = session.dataset()
        tag = add_element(dataset, key, entry)
        number = f"{tag[0]:04x},{tag[1]:04x}"
        stored = session.upload(dataset)
        tags = session.get(f"/instances/{stored.id}/tags").json
        session.observe(SHOWN, tags.get(number, {}).get("Name") == entry[1])
        session.get(f"/instances/{stored.id}/simplified-tags")
        if entry[0] not in NOT_QUERIED:
            query = {"PatientID": session.patient_id(), number: str(dataset[tag].value)}
            found = session.find("Instance", query)
            session.observe(FOUND, found.status == 200 and found.json == [stored.id])
        modify(session, key, entry, stored, number)
        if creator_of(entry) is not None and group_and_element(key)[1] <= 0xFF:
            in_another_block(session, key, entry)

    return function


def modify(session: Session, key: str, entry: Any, stored: Answer, number: str) -> None:
    body: dict[str, Any] = {"Replace": {number: REPLACEMENTS.get(entry[0], "2")}}
    if creator_of(entry) is not None:
        body["PrivateCreator"] = creator_of(entry)
    one = session.post(f"/instances/{stored.id}/modify", json=body)
    session.observe(MODIFIED, written_vr(one, number) == entry[0])
    copied = session.post(f"/studies/{stored.text_field('ParentStudy')}/modify", json={**body, "KeepSource": True})
    shown = {}
    if copied.status == 200:
        copy = session.instances_below("studies", copied.id)[0]["ID"]
        shown = session.get(f"/instances/{copy}/tags").json
    session.observe(CASCADED, shown.get(number, {}).get("Name") == entry[1])


def in_another_block(session: Session, key: str, entry: Any) -> None:
    """The same in a file in which another creator has the first block, and the entry's the next."""
    group, _ = group_and_element(key)
    dataset = session.dataset(instance=2)
    dataset.add_new((group, 0x0010), "LO", "ORTHANC-EMULATOR-OTHER")
    tag = add_element(dataset, key, entry)
    number = f"{tag[0]:04x},{tag[1]:04x}"
    stored = session.upload(dataset)
    shown = session.get(f"/instances/{stored.id}/tags").json
    body = {"Replace": {number: REPLACEMENTS.get(entry[0], "2")}, "PrivateCreator": creator_of(entry)}
    written = session.post(f"/instances/{stored.id}/modify", json=body)
    right = shown.get(number, {}).get("Name") == entry[1] and written_vr(written, number) == entry[0]
    session.observe(IN_BLOCK, right)


def written_vr(answer: Answer, number: str) -> str | None:
    """The VR of an element in a file that was answered, None where it is not there."""
    try:
        written = elements.parse(answer.body)["dataset"] if answer.status == 200 else []
    except elements.NotDicomError:
        return None
    return next((one["vr"] for one in written if one["tag"] == number), None)
