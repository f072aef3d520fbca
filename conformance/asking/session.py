"""The client that a scenario talks through: it makes the files, sends the requests and keeps the log."""

from __future__ import annotations

import json as json_module
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pydicom.dataset import Dataset

from ..files import datasets
from .exchange import Answer, Entry, Exchange, Observation, Request, UnexpectedAnswerError
from .network import Address, DicomNetwork

DEFAULT_CREATOR = "MYLAB"

#: The seconds between two looks at a job: most take a few ms, some a minute.
JOB_PAUSES = (0.002, 0.004, 0.008, 0.016, 0.03, *[0.05] * 1200)


class Client(Protocol):
    """A server that answers requests."""

    def send(self, request: Request) -> Answer: ...

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        """Sends the request; the number is how many stored files the server read for it, None if it can't be seen."""

    def wait(self, seconds: float) -> None:
        """Lets so much time pass on the server's clock."""

    @property
    def dicom(self) -> Address | None:
        """Where the server listens on the DICOM network, None where it can't be asked there."""

    def owns(self, content: Dataset) -> None:
        """Notes that a dataset is about to be stored over the DICOM network; raises where that is not safe."""


class Session:
    """One run of one scenario against one target.

    `log` holds what happened; `known` the UIDs and Orthanc identifiers that the scenario made itself and that are
    therefore the same on every target, unlike those that a server generates.
    """

    def __init__(self, client: Client, chapter: str, scenario: str) -> None:
        self.client = client
        self.chapter = chapter
        self.scenario = scenario
        self.log: list[Entry] = []
        self.known: set[str] = set()

    def patient_id(self, suffix: str = "") -> str:
        """The PatientID of this scenario, or of its further patients."""
        name = datasets.patient_id(self.chapter, self.scenario, suffix)
        self.known.add(datasets.orthanc_id(name))
        return name

    def uid(self, *words: str) -> str:
        """A UID of this scenario, the same in every run."""
        made = datasets.uid(self.chapter, self.scenario, *words)
        self.known.add(made)
        return made

    def unknown_id(self, word: str = "unknown") -> str:
        """A well-formed Orthanc identifier that no resource has."""
        made = datasets.orthanc_id(self.patient_id(), word)
        self.known.add(made)
        return made

    def dataset(
        self,
        *private: datasets.PrivateElement,
        instance: int = 1,
        series: int = 1,
        study: int = 1,
        patient: str = "",
        creator: str = DEFAULT_CREATOR,
        **elements: Any,
    ) -> Dataset:
        """A small secondary capture with the private elements; `elements` sets more by keyword, None removes one."""
        made = Dataset()
        made.SOPClassUID = datasets.SECONDARY_CAPTURE
        made.SOPInstanceUID = self.uid("instance", patient, str(study), str(series), str(instance))
        made.StudyDate = "20200102"
        made.Modality = "OT"
        made.StudyDescription = f"Study {study}"
        made.SeriesDescription = f"Series {series}"
        made.PatientName = "Conformance^Suite"
        made.PatientID = self.patient_id(patient)
        made.StudyInstanceUID = self.uid("study", patient, str(study))
        made.SeriesInstanceUID = self.uid("series", patient, str(study), str(series))
        made.StudyID = str(study)
        made.SeriesNumber = str(series)
        made.InstanceNumber = str(instance)
        for keyword, value in elements.items():
            if value is None:
                delattr(made, keyword)
            else:
                setattr(made, keyword, value)
        datasets.add_private(made, creator, private)
        return made

    def upload(self, content: Dataset | bytes) -> Answer:
        """Stores a dataset, or bytes as they are; the answer is that of POST /instances."""
        data = content if isinstance(content, bytes) else datasets.to_bytes(content)
        dataset = datasets.read(data)
        if dataset is not None:
            self.known.update(datasets.orthanc_ids(dataset))
        return self.post("/instances", data=data, headers={"Content-Type": "application/dicom"})

    def upload_series(self, count: int, *private: datasets.PrivateElement, **elements: Any) -> list[Answer]:
        """Stores `count` instances of one series with the same private elements."""
        return [self.upload(self.dataset(*private, instance=number, **elements)) for number in range(1, count + 1)]

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send(Request("GET", path, headers=headers or {}))

    def delete(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send(Request("DELETE", path, headers=headers or {}))

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Posts `data` as it is or, without it, `json` as JSON (a `json` of None as `null`)."""
        return self.send(Request("POST", path, body_bytes(json, data), headers or {}))

    def put(
        self,
        path: str,
        *,
        json: Any = None,
        data: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Puts `data` as it is or, without it, `json` as JSON (a `json` of None as `null`)."""
        return self.send(Request("PUT", path, body_bytes(json, data), headers or {}))

    def modify(self, level: str, resource: str, **request: Any) -> Answer:
        """POST /{level}/{resource}/modify with the keywords as the JSON body."""
        return self.post(f"/{level}/{resource}/modify", json=request)

    def anonymize(self, level: str, resource: str, **request: Any) -> Answer:
        """POST /{level}/{resource}/anonymize with the keywords as the JSON body."""
        return self.post(f"/{level}/{resource}/anonymize", json=request)

    def find(self, level: str, query: Mapping[str, Any], **options: Any) -> Answer:
        """POST /tools/find."""
        return self.post("/tools/find", json={"Level": level, "Query": dict(query), **options})

    def find_counting_files(self, level: str, query: Mapping[str, Any], **options: Any) -> Answer:
        """As `find`, and logs how many files the server read for it."""
        body = body_bytes({"Level": level, "Query": dict(query), **options}, None)
        request = Request("POST", "/tools/find", body)
        answer, files = self.client.send_counting_files(request)
        self.log.append(Exchange(request, answer))
        self.observe("files read by this find", files)
        return answer

    @property
    def network(self) -> DicomNetwork:
        """The DICOM network of the server; raises UnexpectedAnswerError where the target has none."""
        address = self.client.dicom
        if address is None:
            raise UnexpectedAnswerError("needs the DICOM network of the server")
        return DicomNetwork(address)

    def dicom_store(self, content: Dataset, **options: Any) -> None:
        """C-STORE of a dataset; logs its status."""
        self.known.update(datasets.orthanc_ids(content))
        data = datasets.to_bytes(content)
        self.client.owns(content)
        self.observe(f"C-STORE of {content.SOPInstanceUID}", self.network.store(data, **options))

    def dicom_find(self, name: str, keys: Dataset, **options: Any) -> None:
        """C-FIND; logs its answers."""
        self.observe(f"C-FIND: {name}", self.network.find(keys, **options))

    def wait(self, seconds: float) -> None:
        """Lets time pass: on a live server by waiting, on the emulator by moving its clock."""
        self.client.wait(seconds)

    def wait_for_job(self, job: Answer) -> Answer:
        """GET /jobs/{id} of the job that an answer names, once it is over; what is asked before is not logged.

        A server answers 400 while it makes an archive of no instances, of which it can't tell the progress.
        """
        path = f"/jobs/{job.id}"
        for pause in JOB_PAUSES:
            state = self.client.send(Request("GET", path))
            if state.status == 404 or (state.status == 200 and state.text_field("State") in ("Success", "Failure")):
                break
            time.sleep(pause)
        return self.get(path)

    def jobs_over(self) -> list[dict[str, Any]]:
        """All jobs of the server, once each is over; not logged.

        A request that waits for a job may be answered before the job is: one that fails was still seen Running then, on
        a busy machine.
        """
        jobs: list[dict[str, Any]] = []
        for pause in JOB_PAUSES:
            listed = self.client.send(Request("GET", "/jobs?expand"))
            jobs = listed.json if listed.status == 200 else []
            if listed.status == 200 and all(job["State"] in ("Success", "Failure") for job in jobs):
                break
            time.sleep(pause)
        return jobs

    def last_change(self) -> int:
        """The number after which the server's next change comes; not logged, for others may have made it.

        A server that is asked for its last change tells the last that is still there: what went with its resource
        was counted, too (measured on 1.13.0). So an instance is stored, which tells it, and deleted again.
        """
        stored = self.client.send(Request("POST", "/instances", datasets.to_bytes(self.dataset(patient="marker"))))
        last = int(self.client.send(Request("GET", "/changes?last")).json["Last"])
        self.client.send(Request("DELETE", f"/instances/{stored.id}"))
        return last

    def observe_changes(self, since: int) -> None:
        """Logs the changes after that number, whose own numbers begin at 1."""
        listed = self.client.send(Request("GET", f"/changes?since={since}&limit=1000")).json
        self.observe(
            "the changes meanwhile",
            [{**change, "Seq": change["Seq"] - since, "Date": len(change["Date"])} for change in listed["Changes"]],
        )

    def send(self, request: Request) -> Answer:
        answer = self.client.send(request)
        self.log.append(Exchange(request, answer))
        return answer

    def observe(self, name: str, value: Any) -> None:
        """Logs something that is compared like an answer."""
        self.log.append(Observation(name, value))

    def expect(self, claim: str, holds: bool | None) -> None:
        """Logs whether a sentence of the documented contract holds here; None if it can't be seen.

        The emulator must not keep to it where its release does not: that is compared like an answer.
        """
        self.log.append(Observation(claim, holds, contract=True))

    def observe_refusal(self, answer: Answer, words: Sequence[str]) -> None:
        """Logs whether an answer is the 400 of the documented contract, with `Details` that say all the words."""
        try:
            body = json_module.loads(answer.body)
        except ValueError:
            body = None
        details = str(body.get("Details", "")) if isinstance(body, dict) else ""
        self.observe("the answer is 400 Bad Request", answer.status == 400)
        for word in words:
            self.observe(f"the Details say {word!r}", word in details)

    def instances_below(self, level: str, resource: str) -> list[dict[str, Any]]:
        """GET /{level}/{resource}/instances, put in order by InstanceNumber: servers list copies in any order."""
        listed = self.get(f"/{level}/{resource}/instances").json
        return sorted(listed, key=lambda one: int(one["MainDicomTags"].get("InstanceNumber", "0")))


def body_bytes(json: Any, data: bytes | str | None) -> bytes:
    """The body to send."""
    if data is None:
        return json_module.dumps(json).encode()
    return data if isinstance(data, bytes) else data.encode()


def exchanges(log: Iterable[Entry]) -> list[Exchange]:
    """The requests and answers of a log, without the observations."""
    return [entry for entry in log if isinstance(entry, Exchange)]
