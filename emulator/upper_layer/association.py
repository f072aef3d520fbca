"""One association over a socket, whichever side asked for it: messages in, messages out."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from .commands import (
    DATA_SET,
    NO_DATA_SET,
    RESPONSE,
    BadCommandError,
    Command,
    Field,
    Kind,
    decode_command,
    encode_command,
)
from .negotiation import (
    ACCEPTED,
    Answer,
    BadRequestError,
    Context,
    Implementation,
    Request,
    UnacceptableError,
    read_answer,
    read_request,
    write_answer,
    write_request,
)

#: Types of PDUs (PS3.8 section 9.3.1).
ASSOCIATE_RQ, ASSOCIATE_AC, ASSOCIATE_RJ, P_DATA, RELEASE_RQ, RELEASE_RP, ABORT = range(1, 8)

#: A longer PDU is none: what is announced comes from strangers.
MAXIMUM_PDU = 1 << 20

#: A message may not be larger, in bytes.
MAXIMUM_MESSAGE = 2 << 30

#: How long, in seconds, and for how many reads a side that had the last word waits until the other has closed.
LINGERS = 0.5
#: The same for who was rejected: pynetdicom, on a machine with much to do, takes an earlier end for no answer at all.
REJECTION_LINGERS = 3.0
LINGERED_READS = 64

#: How many bytes of messages are sent together.
SENT_AT_ONCE = 1 << 16

#: What is sent at once, where the peer sets no limit.
USUAL_PDU = 1 << 17


class AssociationError(Exception):
    """The association is over, or there is none: why, in words."""


class ReleasedError(AssociationError):
    """The peer asked to release the association, which was done."""


class AbortedError(AssociationError):
    """The peer aborted the association, or its connection was lost."""


class TimedOutError(AssociationError):
    """The peer said nothing for too long."""


class BrokenError(AssociationError):
    """The peer sent what is no PDU, or no message."""


class RejectedError(AssociationError):
    """The association was rejected, by either side: result, source and diagnostic (PS3.8 section 9.3.4)."""

    def __init__(self, result: int, source: int, diagnostic: int) -> None:
        self.reason = (result, source, diagnostic)
        super().__init__(f"rejected: result {result}, source {source}, diagnostic {diagnostic}")


@dataclass(frozen=True)
class Message:
    """A command with its data set, None without one, in the presentation context in which it came.

    `others` are the elements of other groups in the command set.
    """

    context: Context
    command: Command
    data: bytes | None = None
    others: bytes = b""

    @property
    def is_response(self) -> bool:
        return bool(int(self.command.get(Field.COMMAND, 0)) & RESPONSE)

    def number(self, field: Field, default: int = 0) -> int:
        return int(self.command.get(field, default))

    def text(self, field: Field) -> str:
        return str(self.command.get(field, ""))


class Association:
    """An association over a connection, which it closes at its end.

    `timeout` is how long the peer may keep silent, in seconds, None for ever. `accept` or `request` negotiates, then
    messages are sent and received. Raises AssociationError, and then it is over.
    """

    def __init__(self, connection: socket.socket, timeout: float | None) -> None:
        self.connection = connection
        self.timeout = timeout
        self.contexts: dict[int, Context] = {}
        self.results: dict[int, int] = {}  # of each context, 0 for one that was accepted
        self.roles: dict[str, tuple[bool, bool]] = {}
        self.maximum_length = USUAL_PDU  # of what is sent
        self.is_open = True
        self.unread = bytearray()  # what has come, and was not asked for yet
        self.limit: float | None = -1  # how long the socket waits, -1 for not set yet
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # Negotiation

    def receive_request(self) -> Request:
        """The A-ASSOCIATE-RQ with which a peer begins; it may take its time."""
        kind, body = self.receive_pdu(None)
        if kind in (P_DATA, RELEASE_RQ):
            self.abort()
        if kind != ASSOCIATE_RQ:
            raise self.broken("no association was asked for")
        try:
            return read_request(body)
        except UnacceptableError as error:
            self.reject(*error.reason)
            raise RejectedError(*error.reason) from None
        except BadRequestError as error:
            raise self.broken(f"the request for an association can't be read: {error}") from None

    def accept(self, request: Request, answer: Answer, implementation: Implementation) -> None:
        """Accepts an association."""
        body = write_answer(request, answer, implementation)
        self.send(header(ASSOCIATE_AC, body) + body)
        self.begin(answer.contexts, answer.roles, request.maximum_length)

    def reject(self, result: int, source: int, diagnostic: int) -> None:
        """Rejects an association (PS3.8 section 9.3.4)."""
        body = bytes((0, result, source, diagnostic))
        with suppress(AssociationError):
            self.send(header(ASSOCIATE_RJ, body) + body)
            self.linger(REJECTION_LINGERS)
        self.close()

    def request(self, request: Request, implementation: Implementation) -> None:
        """Asks for an association; raises RejectedError, AbortedError, TimedOutError."""
        body = write_request(request, implementation)
        self.send(header(ASSOCIATE_RQ, body) + body)
        kind, body = self.receive_pdu(self.timeout)
        if kind == ASSOCIATE_RJ and len(body) == 4:
            self.close()
            raise RejectedError(*body[1:])
        if kind != ASSOCIATE_AC:
            raise self.broken("the answer to a request for an association is none")
        try:
            answer = read_answer(body, request)
        except BadRequestError as error:
            raise self.broken(f"the answer to a request for an association can't be read: {error}") from None
        self.begin(answer.contexts, answer.roles, answer.maximum_length)

    def begin(self, contexts: tuple[Context, ...], roles: dict[str, tuple[bool, bool]], maximum_length: int) -> None:
        self.contexts = {one.number: one for one in contexts if one.result == ACCEPTED}
        self.results = {one.number: one.result for one in contexts}
        self.roles = roles
        if maximum_length:
            self.maximum_length = max(min(maximum_length, USUAL_PDU), 16)

    # Messages

    def send_message(self, context: Context, command: Command, data: bytes | None = None, others: bytes = b"") -> None:
        """Sends a command, with a data set if there is one; `others` are elements behind the command's own."""
        command = {**command, Field.DATA_SET_TYPE: NO_DATA_SET if data is None else DATA_SET}
        pdus = self.fragments(context, encode_command(command) + others, is_command=True)
        self.send(pdus if data is None else pdus + self.fragments(context, data, is_command=False))

    def send_messages(self, context: Context, command: Command, bodies: Iterable[bytes]) -> None:
        """Sends the same command with one data set after the other, many in one go: each go wakes the peer."""
        command_pdus = self.fragments(
            context, encode_command({**command, Field.DATA_SET_TYPE: DATA_SET}), is_command=True
        )
        unsent = bytearray()
        for data in bodies:
            unsent += command_pdus
            unsent += self.fragments(context, data, is_command=False)
            if len(unsent) >= SENT_AT_ONCE:
                self.send(unsent)
                unsent.clear()
        if unsent:
            self.send(unsent)

    def fragments(self, context: Context, data: bytes, *, is_command: bool) -> bytes:
        """P-DATA-TF PDUs with one PDV each (PS3.8 section 9.3.5 and annex E)."""
        size = self.maximum_length - 6
        flags = 1 if is_command else 0
        pdus: list[bytes] = []
        for start in range(0, max(len(data) - size, 0), size):
            pdus += fragment(context.number, flags, data[start : start + size])
        last = data[len(pdus) // 2 * size :]
        return b"".join((*pdus, *fragment(context.number, flags | 2, last)))

    def receive(self, timeout: float | None = None) -> Message:
        """The next message; raises ReleasedError, AbortedError, TimedOutError, BrokenError, and then it is over."""
        timeout = self.timeout if timeout is None else timeout
        parts: dict[bool, list[bytes]] = {True: [], False: []}
        command: Command | None = None
        others = b""
        size = 0
        while True:
            for number, is_command, is_last, part in self.receive_fragments(timeout):
                context = self.contexts.get(number)
                if context is None:
                    raise self.refused(f"presentation context {number} was not accepted")
                if is_command != (command is None):
                    raise self.refused("command and data set are mixed up")
                size += len(part)
                if size > MAXIMUM_MESSAGE:
                    raise self.refused("the message is too large")
                parts[is_command].append(part)
                if not is_last:
                    continue
                if command is not None:
                    return Message(context, command, b"".join(parts[False]), others)
                try:
                    command, others = decode_command(b"".join(parts[True]))
                except BadCommandError as error:
                    raise self.refused(f"the command can't be read: {error}") from None
                if command.get(Field.DATA_SET_TYPE, NO_DATA_SET) == NO_DATA_SET:
                    return Message(context, command, others=others)
                if command.get(Field.COMMAND) == Kind.C_ECHO:
                    raise self.refused("a C-ECHO has no data set")

    def receive_fragments(self, timeout: float | None) -> Iterator[tuple[int, bool, bool, bytes]]:
        """The fragments of the next P-DATA-TF: number of the context, whether of a command, whether the last, bytes."""
        kind, body = self.receive_pdu(timeout)
        if kind == RELEASE_RQ:
            with suppress(AssociationError):
                self.send(header(RELEASE_RP, bytes(4)) + bytes(4))
            self.close()
            raise ReleasedError("the peer released the association")
        if kind != P_DATA:
            raise self.refused(f"a PDU of type {kind} does not come here")
        position = 0
        while position < len(body):
            if position + 6 > len(body):
                raise self.refused("a fragment is cut short")
            length, number, flags = struct.unpack_from(">LBB", body, position)
            part = body[position + 6 : position + 4 + length]
            if length < 2 or len(part) != length - 2 or length % 2:
                raise self.refused(f"a fragment of {length} bytes")
            position += 4 + length
            yield number, bool(flags & 1), bool(flags & 2), part

    # End

    def release(self) -> None:
        """Releases the association that this side asked for."""
        if not self.is_open:
            return
        with suppress(AssociationError):
            self.send(header(RELEASE_RQ, bytes(4)) + bytes(4))
            self.receive_pdu(self.timeout or 5)
        self.close()

    def abort(self) -> None:
        """Aborts the association: service user, no reason (PS3.8 section 9.3.8)."""
        if self.is_open:
            with suppress(AssociationError):
                self.send(header(ABORT, bytes(4)) + bytes(4))
                self.linger()
        self.close()

    def linger(self, seconds: float = LINGERS) -> None:
        """Lets the peer read the last word: to close at once, with bytes of its unread, would take that away."""
        with suppress(OSError):
            self.wait_at_most(seconds)
            for _ in range(LINGERED_READS):
                if not self.connection.recv(1 << 16):
                    return

    def close(self) -> None:
        """Closes the connection, also from another thread, whose waiting ends then."""
        self.is_open = False
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            self.connection.close()

    # Bytes

    def broken(self, reason: str) -> BrokenError:
        """Closes the connection without a word."""
        self.close()
        return BrokenError(reason)

    def refused(self, reason: str) -> BrokenError:
        """Aborts the association."""
        self.abort()
        return BrokenError(reason)

    def send(self, data: bytes | bytearray) -> None:
        try:
            self.wait_at_most(self.timeout)
            self.connection.sendall(data)
        except OSError as error:
            self.close()
            raise AbortedError(f"the connection was lost: {error}") from None

    def receive_pdu(self, timeout: float | None) -> tuple[int, bytes]:
        """Type and bytes of the next PDU; raises AbortedError for an A-ABORT."""
        kind, _, length = struct.unpack(">BBL", self.receive_bytes(6, timeout))
        if not ASSOCIATE_RQ <= kind <= ABORT or length > MAXIMUM_PDU:
            raise self.broken(f"a PDU of type {kind} with {length} bytes")
        body = self.receive_bytes(length, self.timeout or timeout)
        if kind == ABORT:
            self.close()
            raise AbortedError("the peer aborted the association")
        return kind, body

    def wait_at_most(self, timeout: float | None) -> None:
        """Sets how long the socket waits, a call of the system where it waited otherwise."""
        if timeout != self.limit:
            self.connection.settimeout(timeout)
            self.limit = timeout

    def receive_bytes(self, count: int, timeout: float | None) -> bytes:
        unread = self.unread
        try:
            while len(unread) < count:
                self.wait_at_most(timeout)
                part = self.connection.recv(1 << 16)
                if not part:
                    self.close()
                    raise AbortedError("the connection was closed")
                unread += part
        except TimeoutError:
            raise TimedOutError("the peer said nothing for too long") from None
        except (OSError, ValueError) as error:
            self.close()
            raise AbortedError(f"the connection was lost: {error}") from None
        found = bytes(unread[:count])
        del unread[:count]
        return found


def fragment(number: int, flags: int, part: bytes) -> tuple[bytes, bytes]:
    """A P-DATA-TF PDU: its header, and what it holds."""
    return struct.pack(">BBLLBB", P_DATA, 0, len(part) + 6, len(part) + 2, number, flags), part


def header(kind: int, body: bytes) -> bytes:
    """The header of a PDU (PS3.8 section 9.3.1)."""
    return struct.pack(">BBL", kind, 0, len(body))


@contextmanager
def closing(association: Association) -> Iterator[Association]:
    """A context at whose end the association is released, or aborted where it fails."""
    try:
        yield association
    except BaseException:
        association.abort()
        raise
    association.release()
