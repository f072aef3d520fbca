"""The DICOM network element by element, as `explore` speaks to it: nothing is corrected on its way out or in.

`network.py` asks by pynetdicom, which refuses or repairs what is odd. Here a data set goes out as the bytes that it was
made of, and what comes back is told as `files.elements` reads it: tags, VRs, raw values.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from emulator.upper_layer.association import Association, AssociationError, Message, RejectedError
from emulator.upper_layer.commands import DATA_SET, RESPONSE, Command, Field, Kind
from emulator.upper_layer.negotiation import Context, Implementation, Proposed, Request

from ..files.datasets import SECONDARY_CAPTURE
from ..files.elements import PREAMBLE, NotDicomError, Reader
from ..files.raw import Form, RawElement, encode
from .network import CALLING, Address

IMPLICIT, EXPLICIT, BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"

#: The information models by their root and service: {"P" or "S"}{"FIND", "MOVE", "GET"}.
MODELS = {
    f"{root}{service}": f"1.2.840.10008.5.1.4.1.2.{number}.{last}"
    for root, number in (("P", 1), ("S", 2))
    for service, last in (("FIND", 1), ("MOVE", 2), ("GET", 3))
}

#: How long an answer may take, in seconds.
PATIENCE = 3.0

IMPLEMENTATION = Implementation("3.6.7")
PENDING = (0xFF00, 0xFF01)

#: What is not told of a response: numbers of messages, and what the rest says anyway.
UNTOLD = (Field.COMMAND, Field.RESPONDED_TO, Field.DATA_SET_TYPE, Field.STATUS)


def answered(ask: Callable[[], Any]) -> Any:
    """What came of a request: the result, or how the association ended in its place."""
    try:
        return ask()
    except RejectedError as error:
        return {"Rejected": [*error.reason]}
    except (AssociationError, OSError):
        return {"Failed": "no response"}  # aborted, or left waiting: of what it can't read a server tells nothing
    except ContextRefusedError as error:
        return {"Refused": error.result}
    except OddLengthError:
        return {"Failed": "not sent: a fragment has an even number of bytes (PS3.8 annex E)"}


class ContextRefusedError(Exception):
    """The one context that a request needs was refused, with a result other than 0."""

    def __init__(self, result: int | None) -> None:
        self.result = result
        super().__init__(f"refused: {result}")


class OddLengthError(Exception):
    """A data set of an odd number of bytes: the server waits for more of it, for ever."""


class Wire:
    """Requests to a server, each on an association of its own; what came of each, as JSON."""

    def __init__(self, address: Address) -> None:
        self.address = address

    @contextmanager
    def associated(
        self, contexts: Sequence[tuple[str, Sequence[str]]], roles: Mapping[str, tuple[bool, bool]] | None = None
    ) -> Iterator[Association]:
        connection = socket.create_connection((self.address.host, self.address.port), timeout=PATIENCE)
        association = Association(connection, PATIENCE)
        proposed = tuple(
            Proposed(one, tuple(syntaxes), 2 * number + 1) for number, (one, syntaxes) in enumerate(contexts)
        )
        try:
            request = Request(self.address.aet, CALLING, proposed, roles=dict(roles or {}))
            association.request(request, IMPLEMENTATION)
            yield association
            association.release()
        finally:
            association.close()

    def store(self, file: bytes) -> Any:
        """C-STORE of the data set of a file, in the transfer syntax that its meta header names."""
        meta, data = split(file)
        sop_class = meta.get(0x00020002, b"").rstrip(b"\0 ").decode("latin-1")
        command: Command = {
            Field.AFFECTED_SOP_CLASS: sop_class,
            Field.COMMAND: Kind.C_STORE,
            Field.MESSAGE_ID: 1,
            Field.PRIORITY: 0,
            Field.AFFECTED_SOP_INSTANCE: meta.get(0x00020003, b"").rstrip(b"\0 ").decode("latin-1"),
        }
        syntax = meta.get(0x00020010, b"").rstrip(b"\0").decode("latin-1")
        with self.associated([(sop_class, [syntax])]) as association:
            association.send_message(context_of(association), command, even(data))
            return told(association.receive())

    def find(self, root: str, syntax: str, keys: Sequence[RawElement]) -> Any:
        """C-FIND: the answers, sorted, and the last response."""
        with self.associated([(MODELS[f"{root}FIND"], [syntax])]) as association:
            context = self.ask(association, Kind.C_FIND, f"{root}FIND", keys)
            answers: list[Any] = []
            while (message := association.receive()).number(Field.STATUS) in PENDING:
                answers.append(elements_of(message.data or b"", context.transfer_syntax))
            return {"Answers": in_order(answers), **told(message)}

    def move(self, root: str, keys: Sequence[RawElement], destination: str) -> Any:
        """C-MOVE: all responses."""
        with self.associated([(MODELS[f"{root}MOVE"], [EXPLICIT])]) as association:
            self.ask(association, Kind.C_MOVE, f"{root}MOVE", keys, {Field.MOVE_DESTINATION: destination})
            return {"Responses": responses(association)}

    def get(self, root: str, keys: Sequence[RawElement], syntaxes: Sequence[str], status: int) -> Any:
        """C-GET: all responses, and what came, each C-STORE answered with a status; `syntaxes` are what is taken."""
        came: list[Any] = []
        contexts = [(MODELS[f"{root}GET"], [EXPLICIT]), *((SECONDARY_CAPTURE, [one]) for one in syntaxes)]
        with self.associated(contexts, {SECONDARY_CAPTURE: (False, True)}) as association:
            self.ask(association, Kind.C_GET, f"{root}GET", keys)
            told_of = responses(association, lambda message: came.append(take(association, message, status)))
            return {"Responses": told_of, "Came": in_order(came)}

    def ask(
        self,
        association: Association,
        kind: Kind,
        model: str,
        keys: Sequence[RawElement],
        fields: Command | None = None,
    ) -> Context:
        context = context_of(association)
        command: Command = {
            Field.AFFECTED_SOP_CLASS: MODELS[model],
            Field.COMMAND: kind,
            Field.MESSAGE_ID: 1,
            Field.PRIORITY: 0,
            **(fields or {}),
        }
        association.send_message(context, command, even(identifier(keys, context.transfer_syntax)))
        return context


def context_of(association: Association) -> Context:
    """The first context that was proposed; raises ContextRefusedError."""
    first = association.contexts.get(1)
    if first is None:
        raise ContextRefusedError(association.results.get(1))
    return first


def identifier(keys: Sequence[RawElement], syntax: str) -> bytes:
    """The bytes of keys, in the order of their tags."""
    form = Form(implicit=syntax == IMPLICIT, order=">" if syntax == BIG_ENDIAN else "<")
    return b"".join(encode(one, form) for one in sorted(keys, key=lambda one: one[0]))


def even(data: bytes) -> bytes:
    """A data set as it may be sent; raises OddLengthError."""
    if len(data) % 2:
        raise OddLengthError
    return data


def responses(association: Association, take_request: Callable[[Message], Any] | None = None) -> list[Any]:
    """The responses up to the last one; requests that come between go to `take_request`."""
    found: list[Any] = []
    while True:
        message = association.receive()
        if not message.is_response and take_request is not None:
            take_request(message)
            continue
        found.append(told(message))
        if message.number(Field.STATUS) in PENDING:
            found[-1].pop("Behind", None)  # which ones failed so far depends on their order
        if message.number(Field.STATUS) not in PENDING:
            return found


def take(association: Association, message: Message, status: int) -> Any:
    """Answers a C-STORE, and tells what it was."""
    response: Command = {
        Field.AFFECTED_SOP_CLASS: message.text(Field.AFFECTED_SOP_CLASS),
        Field.COMMAND: Kind.C_STORE | RESPONSE,
        Field.RESPONDED_TO: message.number(Field.MESSAGE_ID),
        Field.STATUS: status,
        Field.AFFECTED_SOP_INSTANCE: message.text(Field.AFFECTED_SOP_INSTANCE),
    }
    association.send_message(message.context, response)
    return requested(message)


def requested(message: Message) -> dict[str, Any]:
    """A C-STORE as JSON: its command, its transfer syntax, its data set."""
    command = {
        field.name: value
        for field, value in sorted(message.command.items())
        if field not in (Field.COMMAND, Field.MESSAGE_ID, Field.DATA_SET_TYPE)
    }
    syntax = message.context.transfer_syntax
    return {**command, "Syntax": syntax, "DataSet": elements_of(message.data or b"", syntax)}


def told(message: Message) -> dict[str, Any]:
    """A response as JSON: its status, and the fields that it has."""
    fields = {field.name: value for field, value in sorted(message.command.items()) if field not in UNTOLD}
    status: dict[str, Any] = {"Status": f"0x{message.number(Field.STATUS):04X}", **fields}
    if message.number(Field.DATA_SET_TYPE) == DATA_SET and message.data is not None:
        status["DataSet"] = elements_of(message.data, message.context.transfer_syntax)
    if message.others:
        status["Behind"] = [sorted(str(one.get("value")).rstrip("\0").split("\\")) for one in listed(message.others)]
    return status


def listed(others: bytes) -> list[Any]:
    """The elements behind a command, without the length of their group."""
    found = elements_of(others, IMPLICIT)
    return [one for one in found if not one["tag"].endswith(",0000")] if isinstance(found, list) else [found]


def elements_of(data: bytes, syntax: str) -> Any:
    """A data set as `files.elements` reads it, the bytes of what is none."""
    reader = Reader(data, implicit=syntax == IMPLICIT, order=">" if syntax == BIG_ENDIAN else "<")
    try:
        return reader.elements(len(data))
    except NotDicomError as error:
        return {"bytes": data.hex(), "not DICOM": str(error)}


def in_order(found: list[Any]) -> list[Any]:
    """Answers in an order of their own: that of servers is nobody's promise."""
    return sorted(found, key=lambda one: json.dumps(one, sort_keys=True))


def split(file: bytes) -> tuple[dict[int, bytes], bytes]:
    """The values of the meta header, and the bytes of the data set."""
    reader = Reader(file, PREAMBLE + 4)
    meta = reader.elements(len(file), until_group=0x0002)
    values = {int(one["tag"].replace(",", ""), 16): str(one.get("value", "")).encode("latin-1") for one in meta}
    return values, file[reader.position :]
