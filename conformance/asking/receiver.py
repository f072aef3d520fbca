"""A modality that servers send to, during one line of `explore`: what it was asked for, and what came, as JSON."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from emulator.upper_layer.association import Association, AssociationError, Message
from emulator.upper_layer.commands import RESPONSE, Command, Field, Kind
from emulator.upper_layer.negotiation import ACCEPTED, Answer, Context, Request

from .wire import IMPLEMENTATION, IMPLICIT, in_order, take

AET = "RECEIVER"

#: The result of a context without a transfer syntax that is taken.
REFUSED = 4


@dataclass
class Receiver:
    """Listens on a port of its own as long as the process lives; `begin` says what it takes from now on."""

    syntaxes: Sequence[str] = ()
    status: int = 0
    asked: list[Any] = field(default_factory=list)
    came: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(16)
        self.port = int(self.socket.getsockname()[1])
        threading.Thread(target=self.run, name="conformance-receiver", daemon=True).start()

    def begin(self, syntaxes: Sequence[str], status: int) -> None:
        self.syntaxes, self.status = syntaxes, status
        self.asked, self.came = [], []

    def told(self) -> dict[str, Any]:
        """What associations were asked for since `begin`, and what came on them."""
        return {"Associations": self.asked, "Came": in_order(self.came)}

    def run(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(connection,), name="conformance-received", daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        association = Association(connection, 30)
        asked, came = self.asked, self.came  # of this line: a late association must not tell of itself in the next
        try:
            request = association.receive_request()
            asked.append(proposed(request))
            contexts = tuple(
                self.negotiated(one.number, one.abstract_syntax, one.transfer_syntaxes) for one in request.contexts
            )
            association.accept(request, Answer(contexts, roles=request.roles), IMPLEMENTATION)
            while True:
                self.answer(association, association.receive(), came)
        except AssociationError:
            association.close()

    def negotiated(self, number: int, abstract_syntax: str, offered: Sequence[str]) -> Context:
        """The first offered syntax that is taken; services take any."""
        is_storage = abstract_syntax.startswith("1.2.840.10008.5.1.4.1.1.")
        taken = [one for one in offered if not is_storage or one in self.syntaxes]
        if not taken:
            return Context(number, abstract_syntax, IMPLICIT, REFUSED)
        return Context(number, abstract_syntax, taken[0], ACCEPTED)

    def answer(self, association: Association, message: Message, came: list[Any]) -> None:
        if message.number(Field.COMMAND) == Kind.C_STORE:
            came.append(take(association, message, self.status))
            return
        response: Command = {
            Field.AFFECTED_SOP_CLASS: message.text(Field.AFFECTED_SOP_CLASS),
            Field.COMMAND: message.number(Field.COMMAND) | RESPONSE,
            Field.RESPONDED_TO: message.number(Field.MESSAGE_ID),
            Field.STATUS: self.status,
        }
        association.send_message(message.context, response)


def proposed(request: Request) -> dict[str, Any]:
    """What an association was asked for with."""
    contexts = [[one.abstract_syntax, *one.transfer_syntaxes] for one in request.contexts]
    return {
        "Called": request.called_aet,
        "Calling": request.calling_aet,
        "Contexts": contexts,
        "MaximumLength": request.maximum_length,
        "Roles": {name: [*role] for name, role in request.roles.items()},
    }


@cache
def receiver() -> Receiver:
    """The one of this process."""
    return Receiver()
