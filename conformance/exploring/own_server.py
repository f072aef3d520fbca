"""The client of a server that `explore` has started for itself: all that is on it is the suite's."""

from __future__ import annotations

from pydicom.dataset import Dataset

from ..asking.clients import HttpClient
from ..asking.exchange import Answer, Request
from ..asking.network import Address


class OwnServerClient:
    """Sends requests unchecked: on a server in use `OwnedClient` asks before most of them whose the resources are."""

    def __init__(self, client: HttpClient) -> None:
        self.client = client

    def send(self, request: Request) -> Answer:
        return self.client.send(request)

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        return self.client.send_counting_files(request)

    def wait(self, seconds: float) -> None:
        self.client.wait(seconds)

    @property
    def dicom(self) -> Address | None:
        return self.client.dicom

    def owns(self, content: Dataset) -> None:
        """All of it is the suite's."""

    def delete_leftovers(self, name: str) -> None:
        """Deletes what a job of an example before has stored after it had failed (measured on 1.13.0)."""
        self.clean_up()

    def clean_up(self) -> None:
        """Deletes all patients."""
        for identifier in self.client.send(Request("GET", "/patients")).json:
            self.client.send(Request("DELETE", f"/patients/{identifier}"))
