"""The client of a server that `explore` has started for itself: all that is on it is the suite's."""

from __future__ import annotations

from collections.abc import Callable

from ..asking.clients import HttpClient, UnreachableError
from ..asking.exchange import Answer, Request
from ..asking.passing import PassingClient

#: How long an answer may take, in seconds: it takes milliseconds, or never comes (a bulk-modify of 1.13.0 once).
ANSWER_SECONDS = 60.0


class SilentServerError(Exception):
    """The server did not answer a request, and an empty one has been started in its place."""


class OwnServerClient(PassingClient):
    """Sends requests unchecked: on a server in use `OwnedClient` asks before most of them whose the resources are.

    `start` ends the server that it started before, if any, and gives the client of an empty one.
    """

    client: HttpClient

    def __init__(self, start: Callable[[], HttpClient]) -> None:
        self.start = start
        self.restart()

    def restart(self) -> None:
        self.client = self.start()
        self.client.deadline.seconds = ANSWER_SECONDS

    @property
    def url(self) -> str:
        return self.client.url

    def send(self, request: Request) -> Answer:
        """Sends a request once, for a server that hangs may hang again; raises SilentServerError."""
        try:
            return self.client.send_or_raise(request)
        except UnreachableError as error:
            self.client.close()
            self.restart()
            raise SilentServerError(str(error)) from None

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        return self.send(request), None

    def delete_leftovers(self, name: str) -> None:
        """Deletes what a job of an example before has stored after it had failed (measured on 1.13.0)."""
        self.clean_up()

    def clean_up(self) -> None:
        """Deletes all patients."""
        for identifier in self.client.send(Request("GET", "/patients")).json:
            self.client.send(Request("DELETE", f"/patients/{identifier}"))
