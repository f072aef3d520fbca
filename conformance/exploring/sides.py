"""The two servers of an example, the emulator and a live one: each runs the lines of it in a session of its own."""

from __future__ import annotations

import traceback
from functools import lru_cache
from types import CodeType
from typing import Any

from ..asking import wired
from ..asking.clients import EmulatorClient
from ..asking.exchange import Answer, Exchange, Observation, Request, UnexpectedAnswerError
from ..asking.passing import PassingClient
from ..asking.session import Client, Session
from ..comparing.normalising import NormalEntry, normalise
from ..files.raw import raw_file

#: What a line may call, beside the methods of a session.
WIRED: dict[str, Any] = {
    name: getattr(wired, name) for name in ("c_store", "c_find", "c_get", "c_move", "ask_modality")
}
#: The status of an answer that stands for an error inside the emulator.
FAILED = 0
#: The OrthancStatus of "Unknown DICOM tag".
UNKNOWN_TAG = "27"
#: What an answer may lack that a line goes on with: its status tells the rest.
STOPPING = (UnexpectedAnswerError, KeyError, IndexError, TypeError, ValueError, AttributeError, NameError)


class Side:
    """One of the two servers during one example: runs the lines of it."""

    def __init__(self, client: Client) -> None:
        self.session = Session(client, "explore", "example")
        self.names: dict[str, Any] = {"session": self.session, "raw_file": raw_file, **WIRED}
        self.stopped = False

    def run(self, line: str) -> None:
        try:
            exec(compiled(line), self.names)  # nosec B102
        except STOPPING:
            self.stopped = True

    def is_refused(self, line: str) -> bool:
        """Whether the last request of a line is answered 400 for an unknown tag; the side stays as it was.

        Only what is asked of a fork of the emulator tells: most lines change something, and are run later.
        """
        client = self.session.client
        assert isinstance(client, CarefulClient)
        trial = Side(client.forked())
        trial.names |= {name: value for name, value in self.names.items() if name not in ("session", "raw_file")}
        trial.run(line)
        last = trial.session.log[-1] if trial.session.log else None
        return isinstance(last, Exchange) and is_contract_refusal(last.answer)

    def status(self) -> Any:
        """The status of the last answer; over the DICOM network all that came, but for what a data set holds."""
        last = self.session.log[-1] if self.session.log else None
        if isinstance(last, Observation):
            return last.value.get("Status", last.value.get("Failed")) if isinstance(last.value, dict) else None
        return last.answer.status if isinstance(last, Exchange) else FAILED

    def close(self) -> None:
        """Ends what an emulator listens with."""
        if isinstance(self.session.client, CarefulClient):
            self.session.client.client.close()

    def normal(self) -> list[NormalEntry]:
        return normalise(self.session.log, self.session.known)


class CarefulClient(PassingClient):
    """A client of the emulator to which an error inside the emulator is an answer."""

    client: EmulatorClient

    def __init__(self, emulator: Any) -> None:
        self.emulator = emulator
        self.client = EmulatorClient(emulator)

    def forked(self) -> CarefulClient:
        """A client of a copy of the emulator."""
        return CarefulClient(self.emulator.fork())

    def send(self, request: Request) -> Answer:
        try:
            return self.client.send(request)
        except Exception:
            text = traceback.format_exc(limit=-4)
            return Answer(FAILED, {}, text.encode())

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        return self.send(request), None


def is_contract_refusal(answer: Answer) -> bool:
    """Whether an answer is the 400 for an unknown tag; servers answer 500 with this code, or take the request."""
    return answer.status == 400 and bool(answer.body) and error_of({"answer": {"json": answer.json}}) == UNKNOWN_TAG


def error_of(entry: NormalEntry | None) -> str:
    body = (entry or {}).get("answer", {}).get("json")
    return str(body.get("OrthancStatus", "")) if isinstance(body, dict) else ""


@lru_cache
def compiled(line: str) -> CodeType:
    """The code of a line, which both sides run."""
    return compile(line, "<example>", "exec")
