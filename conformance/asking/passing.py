"""A client that passes on what it is asked to another: those that change a part of that are made of it."""

from __future__ import annotations

from pydicom.dataset import Dataset

from .exchange import Answer, Request
from .network import Address
from .session import Client


class PassingClient:
    """Asks `client` all that it is asked."""

    client: Client

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
        self.client.owns(content)
