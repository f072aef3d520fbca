"""A listener: one thread that accepts connections, and one for each association (PS3.8 section 7)."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from ..diagnostics import asked
from ..exchanges.associations import AssociationLog
from ..upper_layer.association import Association, AssociationError, Message, ReleasedError
from ..upper_layer.commands import REQUIRED, Field, Kind
from ..upper_layer.negotiation import Answer, Implementation, Request
from .accepting import Acceptor
from .call import Call, FailedOnPurposeError, RefusedError, Session
from .commitment import commit, take_report
from .finding import find
from .options import DicomOptions
from .retrieval import get, move
from .rules import DimseRules
from .storing import echo, store

if TYPE_CHECKING:
    from ..server import Server

LOGGER = logging.getLogger("emulator.dimse")

#: The handler of each request.
HANDLERS: Mapping[Kind, Callable[[Call], None]] = {
    Kind.C_ECHO: echo,
    Kind.C_STORE: store,
    Kind.C_FIND: find,
    Kind.C_MOVE: move,
    Kind.C_GET: get,
    Kind.N_ACTION: commit,
    Kind.N_EVENT_REPORT: take_report,
}

#: How many connections may wait to be accepted.
BACKLOG = 256

#: A local server is over capacity for the moment (PS3.8 section 9.3.4): no emulator is behind the port.
NOBODY_THERE = (2, 3, 1)


class DicomAddress(NamedTuple):
    """Where a server listens: what a client needs to associate with it."""

    host: str
    port: int
    aet: str


class Listener:
    """Listens on a port, a free one for 0, until it is closed or left as a context. Raises OSError for a port in use.

    `server` is the one that answers, None while there is none: all associations are rejected then.
    """

    def __init__(self, server: Server | None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.server = server
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind((host, port))
            self.socket.listen(BACKLOG)
        except OSError:
            self.socket.close()
            raise
        self.host, self.port = host, int(self.socket.getsockname()[1])
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self.open: dict[threading.Thread, Association] = {}
        self.thread: threading.Thread | None = None

    @property
    def address(self) -> DicomAddress:
        aet = "ORTHANC" if self.server is None else DicomOptions.read(self.server.configuration.options).aet
        return DicomAddress(self.host, self.port, aet)

    def __enter__(self) -> Listener:
        self.thread = threading.Thread(target=self.run, name=f"orthanc-emulator-dicom:{self.port}", daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops listening, ends what is under way, and waits for its threads."""
        self.closing.set()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.close_associations()
        if self.thread is not None:
            self.thread.join(timeout=5)

    def close_associations(self) -> None:
        """Ends the associations that are open, and waits for their threads."""
        with self.lock:
            under_way = list(self.open.items())
        for _, association in under_way:
            association.close()
        for thread, _ in under_way:
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    def run(self) -> None:
        """Accepts connections."""
        while not self.closing.is_set():
            try:
                connection, address = self.socket.accept()
            except OSError:
                return
            server = self.server
            timeout = None if server is None else DicomOptions.read(server.configuration.options).timeout
            association = Association(connection, timeout)
            name = f"orthanc-emulator-association:{address[1]}"
            thread = threading.Thread(target=self.serve, args=(association, str(address[0])), name=name, daemon=True)
            with self.lock:
                self.open[thread] = association
            thread.start()

    def serve(self, association: Association, host: str) -> None:
        """Serves one connection until its end."""
        try:
            self.associate(association, host)
        except AssociationError as error:
            LOGGER.info("%s", error)
        except Exception:
            LOGGER.exception("an association with %s failed", host)
            association.abort()
        finally:
            association.close()
            with self.lock:
                self.open.pop(threading.current_thread(), None)

    def associate(self, association: Association, host: str) -> None:
        request = association.receive_request()
        server = self.server
        if server is None:
            association.reject(*NOBODY_THERE)
            return
        if not acceptable(request, server.release.dimse):
            raise association.broken("the release leaves such a request unanswered")
        log = AssociationLog(request.calling_aet, request.called_aet, host)
        server.associations.append(log)
        session = Session(server, association, request, host, log, self.closing)
        fault = server.association_faults.take(None)
        if fault is not None and fault.delay:
            self.closing.wait(fault.delay)
        reason = NOBODY_THERE if fault is not None else None
        reason = reason or session.permissions.rejection(request.called_aet, request.calling_aet, host)
        if reason is not None:
            log.outcome = "rejected"
            association.reject(*reason)
            return
        acceptor = Acceptor(server)
        contexts, roles = acceptor.negotiated(request.contexts), acceptor.roles(request.roles)
        answer = Answer(contexts, session.options.maximum_pdu_length, roles)
        association.accept(request, answer, Implementation(server.release.dcmtk_version))
        log.outcome = "aborted"  # what it is, unless it is released
        self.answer(session)

    def answer(self, session: Session) -> None:
        """Answers the requests of one association."""
        association = session.association
        while association.is_open:
            try:
                message = association.receive()
            except ReleasedError:
                session.log.outcome = "released"
                return
            except AssociationError:
                association.abort()
                raise
            self.handle(session, message)

    def handle(self, session: Session, message: Message) -> None:
        """Answers one request; what can't be answered aborts the association."""
        try:
            kind = Kind(message.number(Field.COMMAND))
        except ValueError:
            raise self.refused(session, f"no command: {message.number(Field.COMMAND):#06x}") from None
        if any(field not in message.command for field in REQUIRED[kind]):
            raise self.refused(session, f"a {kind.title} without all that it must have")
        if kind is Kind.C_CANCEL:  # measured: it has no effect, all answers come
            return
        call = Call(session, message, kind, session.server.association_faults.take(kind.title))
        try:
            with asked(call.name):
                HANDLERS[kind](call)
        except RefusedError as error:
            raise self.refused(session, str(error)) from None
        except FailedOnPurposeError:
            pass
        finally:
            session.log.messages.append(call.logged())

    def refused(self, session: Session, reason: str) -> AssociationError:
        session.association.abort()
        return AssociationError(reason)


def acceptable(request: Request, rules: DimseRules) -> bool:
    """Whether a request is answered at all."""
    if rules.refuses_strange_aets and (not request.calling_aet.isprintable() or "\\" in request.calling_aet):
        return False
    return all(len(one.transfer_syntaxes) <= rules.most_transfer_syntaxes for one in request.contexts)
