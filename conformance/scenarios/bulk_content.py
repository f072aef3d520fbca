"""/tools/bulk-content: many resources in one answer."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.archives import tree
from conformance.scenarios.scenario import scenario


@scenario("Resources are answered as they are named, unknown ones left out", configuration=LAB)
def named(session: Session) -> None:
    ids = tree(session)
    session.post("/tools/bulk-content", json={"Resources": [ids["instances"]]})
    session.post("/tools/bulk-content", json={"Resources": [*ids.values(), session.unknown_id()], "Metadata": False})
    twice = [ids["studies"], ids["studies"]]
    for options in ({"Short": True}, {"Full": True}, {"Short": True, "Full": True}):
        session.post("/tools/bulk-content", json={"Resources": twice, "Metadata": False, **options})


@scenario("With a level, what is of it above or below is answered, each once", configuration=LAB)
def of_a_level(session: Session) -> None:
    ids = tree(session)
    other = session.upload(session.dataset(patient="other"))
    for level in ("Patient", "Study", "series", "Instance"):
        body = {"Resources": [other.id, ids["patients"], ids["instances"]], "Level": level, "Metadata": False}
        session.post("/tools/bulk-content", json=body)


@scenario("Wrong bodies of /tools/bulk-content", configuration=LAB)
def wrong(session: Session) -> None:
    known = session.upload(session.dataset()).id
    lists: tuple[Any, ...] = ("x", [5], {}, None, [])
    bodies: tuple[Any, ...] = ({}, [], None, "x", *({"Resources": one} for one in lists))
    for body in bodies:
        session.post("/tools/bulk-content", json=body)
    wrong: dict[str, Any] = {"Level": 5, "Metadata": "x", "Short": "x", "Full": 5}
    for name, value in {**wrong, "level": "ignored"}.items():
        session.post("/tools/bulk-content", json={"Resources": [known], name: value})
    session.post("/tools/bulk-content", json={"Resources": [known], "Level": "Nope"})
    session.post("/tools/bulk-content", data="{x")
    session.get("/tools/bulk-content")
