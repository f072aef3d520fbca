"""The machine of `explore --network`: beside REST it stores, queries and retrieves over the DICOM network."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from ..files.raw import RawElement
from . import network_requests, requests
from .machine import Machine, asked


class NetworkMachine(Machine):
    """An example in which the DICOM network is asked, too."""

    @precondition(lambda machine: not machine.over)
    @rule(file=requests.files())
    def c_store(self, file: tuple[list[Any], dict[str, Any]]) -> None:
        elements, options = file
        arguments = ["session", *map(repr, elements), *(f"{name}={value!r}" for name, value in options.items())]
        name = self.name("sent")
        if self.perform(f"{name} = c_store(session, raw_file({', '.join(arguments)}))"):
            self.resources += self.stored_as(name)

    @asked(keys=network_requests.identifiers(), options=network_requests.find_options())
    def c_find(self, data: st.DataObject, keys: list[RawElement], options: dict[str, Any]) -> None:
        self.ask("c_find", keys, options)

    @asked(keys=network_requests.retrieved(), options=network_requests.retrieval_options())
    def c_get(self, data: st.DataObject, keys: list[RawElement], options: dict[str, Any]) -> None:
        self.ask("c_get", keys, options)

    @asked(keys=network_requests.retrieved(), options=network_requests.retrieval_options())
    def c_move(self, data: st.DataObject, keys: list[RawElement], options: dict[str, Any]) -> None:
        if not data.draw(st.integers(0, 5)):
            options = {**options, "destination": data.draw(st.sampled_from(network_requests.DESTINATIONS))}
        self.ask("c_move", keys, options)

    @asked(options=network_requests.retrieval_options())
    def send(self, data: st.DataObject, options: dict[str, Any]) -> None:
        """Lets the server send resources to a modality."""
        if self.has_copies:
            return
        named = [self.drawn(data).expression for _ in range(data.draw(st.integers(1, 2)))]
        action, body = data.draw(network_requests.sendings(named))
        further = {name: value for name, value in options.items() if name != "root"}
        self.perform(f"ask_modality({', '.join(['session', repr(action), repr(body), *keywords(further)])})")

    def ask(self, function: str, keys: list[RawElement], options: dict[str, Any]) -> None:
        if self.has_copies:
            return  # the order of what comes back depends on identifiers that the server generated
        self.perform(f"{function}({', '.join(['session', *map(repr, keys), *keywords(options)])})")


def keywords(options: dict[str, Any]) -> list[str]:
    return [f"{name}={value!r}" for name, value in options.items()]
