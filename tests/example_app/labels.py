"""An app that labels studies with a private tag, for the tests beside it: a user's app, and a user's tests."""

from __future__ import annotations

import httpx

CREATOR = "MYLAB"
LABEL = "0011,1001"
TRIES = 3


class Labels:
    """The labels of the studies on an Orthanc server."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=10)

    def ask(self, method: str, path: str, body: object = None) -> object:
        """Asks the server, and again where it is busy or the connection broke before it answered."""
        for left in reversed(range(TRIES)):
            try:
                answer = self.client.request(method, path, json=body)
            except httpx.TransportError:
                if not left:
                    raise
                continue
            if answer.status_code != 503 or not left:
                break
        answer.raise_for_status()
        return answer.json()

    def label(self, study: str, label: str) -> str:
        """Labels a study, and gives the identifier under which it is found from then on.

        What the server makes is a copy: it takes the place of the study.
        """
        request = {"Replace": {LABEL: label}, "PrivateCreator": CREATOR, "KeepSource": False}
        return self.ask("POST", f"/studies/{study}/modify", request)["ID"]

    def studies_with(self, label: str, patient: str) -> list[str]:
        """The studies of a patient with a label: PatientID is indexed, so that only their files are read."""
        query = {"PatientID": patient, LABEL: label}
        return self.ask("POST", "/tools/find", {"Level": "Study", "Query": query})

    def label_of(self, study: str) -> str:
        first = self.ask("GET", f"/studies/{study}/instances")[0]["ID"]
        return self.ask("GET", f"/instances/{first}/simplified-tags")["MyLabel"]
