"""The client of a server that `explore` has started for itself: all that is on it is the suite's."""

from __future__ import annotations

from ..asking.clients import HttpClient
from ..asking.exchange import Request
from ..asking.passing import PassingClient


class OwnServerClient(PassingClient):
    """Sends requests unchecked: on a server in use `OwnedClient` asks before most of them whose the resources are."""

    def __init__(self, client: HttpClient) -> None:
        self.client = client

    def delete_leftovers(self, name: str) -> None:
        """Deletes what a job of an example before has stored after it had failed (measured on 1.13.0)."""
        self.clean_up()

    def clean_up(self) -> None:
        """Deletes all patients."""
        for identifier in self.client.send(Request("GET", "/patients")).json:
            self.client.send(Request("DELETE", f"/patients/{identifier}"))
