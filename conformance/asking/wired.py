"""Requests over the DICOM network in a scenario, raw: `c_store(session, raw_file(...))` logs what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..files import datasets
from ..files.raw import RawElement
from .exchange import Request, UnexpectedAnswerError
from .receiver import AET, receiver
from .session import Session
from .wire import EXPLICIT, IMPLICIT, Wire, answered


@dataclass(frozen=True)
class Stored:
    """What a C-STORE tells nothing of: the identifiers that a server gives to a file."""

    identifiers: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.text_field("ID")

    def text_field(self, name: str) -> str:
        """As an answer to an upload has it; raises UnexpectedAnswerError where the file has no such identifier."""
        number = ("ParentPatient", "ParentStudy", "ParentSeries", "ID").index(name)
        if number >= len(self.identifiers):
            raise UnexpectedAnswerError(f'needs "{name}" to go on, and the file has no identifier for it')
        return self.identifiers[number]


def wire(session: Session) -> Wire:
    """The DICOM network of the server; raises UnexpectedAnswerError where the target has none."""
    address = session.client.dicom
    if address is None:
        raise UnexpectedAnswerError("needs the DICOM network of the server")
    return Wire(address)


def c_store(session: Session, file: bytes) -> Stored:
    """C-STORE of a file's data set, in the transfer syntax that the file names."""
    dataset = datasets.read(file)
    identifiers: tuple[str, ...] = ()
    if dataset is not None:
        identifiers = tuple(datasets.orthanc_ids(dataset))
        session.known.update(identifiers)
        session.client.owns(dataset)
    session.observe("C-STORE", answered(lambda: wire(session).store(file)))
    return Stored(identifiers)


def c_find(session: Session, *keys: RawElement, root: str = "S", syntax: str = EXPLICIT) -> None:
    """C-FIND with an identifier; `root` is "S" for the study root, "P" for the patient root."""
    session.observe(f"C-FIND {level_of(keys)}", answered(lambda: wire(session).find(root, syntax, keys)))


def c_get(
    session: Session,
    *keys: RawElement,
    root: str = "S",
    syntaxes: tuple[str, ...] = (EXPLICIT, IMPLICIT),
    status: int = 0,
) -> None:
    """C-GET; each file that comes in one of the transfer syntaxes is answered with the status."""
    got = answered(lambda: wire(session).get(root, keys, syntaxes, status))
    session.observe(f"C-GET {level_of(keys)}", got)


def c_move(
    session: Session,
    *keys: RawElement,
    root: str = "S",
    destination: str = AET,
    syntaxes: tuple[str, ...] = (EXPLICIT, IMPLICIT),
    status: int = 0,
) -> None:
    """C-MOVE to a modality that takes these transfer syntaxes, and answers each file with the status."""
    with_modality(session, syntaxes, status)
    moved = answered(lambda: wire(session).move(root, keys, destination))
    session.observe(f"C-MOVE {level_of(keys)}", {"Answer": moved, **receiver().told()})


def ask_modality(
    session: Session,
    action: str,
    body: Any,
    *,
    syntaxes: tuple[str, ...] = (EXPLICIT, IMPLICIT),
    status: int = 0,
) -> None:
    """POST /modalities/receiver/{action}, and what comes there."""
    with_modality(session, syntaxes, status)
    session.post(f"/modalities/receiver/{action}", json=body)
    session.observe(f"sent by {action}", receiver().told())


def with_modality(session: Session, syntaxes: tuple[str, ...], status: int) -> None:
    """Lets the server know the receiver; not logged, for its port is any."""
    there = receiver()
    there.begin(syntaxes, status)
    modality = {"AET": AET, "Host": "127.0.0.1", "Port": there.port}
    session.client.send(Request("PUT", "/modalities/receiver", json.dumps(modality).encode()))


def level_of(keys: tuple[RawElement, ...]) -> str:
    """What an identifier names as its level, for the name of an observation."""
    return next((str(value) for tag, _, value in keys if tag == "0008,0052"), "of no level")
