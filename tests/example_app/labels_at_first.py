"""An app that labels studies with a private tag, as it was written at first: it looks right, and has four bugs.

`labels.py` has them mended.
"""

from __future__ import annotations

import httpx

LABEL = "0011,1001"


class Labels:
    """The labels of the studies on an Orthanc server."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=10)

    def ask(self, method: str, path: str, body: object = None) -> object:
        answer = self.client.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()

    def label(self, study: str, label: str) -> str:
        """Labels a study, and gives the identifier under which it is found from then on."""
        self.ask("POST", f"/studies/{study}/modify", {"Replace": {LABEL: label}})
        return study

    def studies_with(self, label: str) -> list[str]:
        return self.ask("POST", "/tools/find", {"Level": "Study", "Query": {LABEL: label}})

    def label_of(self, study: str) -> str:
        found = self.ask("GET", f"/studies/{study}?requestedTags={LABEL}")
        return found["RequestedTags"]["Unknown Tag & Data"]  # so a server calls it
