"""What keeps a live server safe: only what the suite made is changed or deleted, and all that it made is removed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydicom.dataset import Dataset

from ..asking.clients import UnreachableError
from ..asking.exchange import Answer, Request
from ..asking.passing import PassingClient
from ..asking.session import Client
from ..files import datasets
from .interruption import postponed
from .room import OWN_BYTES, OWN_PATIENTS, Watch

LEVELS = ("patients", "studies", "series", "instances")
RESOURCE_PATH = re.compile(rf"^/({'|'.join(LEVELS)})/([^/?]+)")
JOB_PATH = re.compile(r"^/jobs/([^/?]+)")
ORTHANC_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{8}){4}")

#: Requests other than GET that change nothing on the server.
READING = {
    ("POST", f"/tools/{name}")
    for name in (
        "bulk-content",
        "count-resources",
        "create-archive",
        "create-media",
        "create-media-extended",
        "find",
        "invalidate-tags",
        "lookup",
    )
}
#: Requests that every release refuses, whatever the body: they show what is answered to a wrong method or route.
REFUSED_EVERYWHERE = {
    ("DELETE", "/instances"),
    ("DELETE", "/patients"),
    ("DELETE", "/system"),
    ("DELETE", "/tools/create-archive"),
    ("DELETE", "/tools/find"),
    ("POST", "/no-such-route"),
    ("POST", "/changes"),
    ("DELETE", "/jobs"),
    ("POST", "/jobs"),
    ("POST", "/patients"),
    ("POST", "/studies"),
    ("POST", "/statistics"),
    ("POST", "/system"),
    ("PUT", "/instances"),
    ("PUT", "/system"),
    ("PUT", "/tools/find"),
    *((method, f"/dicom-web/{path}") for method in ("PUT", "DELETE") for path in ("studies", "series", "instances")),
    ("POST", "/dicom-web/series"),
    ("POST", "/dicom-web/instances"),
}

#: What belongs to the server as a whole: a request there is safe on one that the suite itself has started.
SETTINGS = re.compile(
    r"/dicom-web/servers(?:/.*)?\Z|/(?:changes|exports|modalities|peers|plugins|queries|storage-commitment)(?:/.*)?\Z"
    r"|/(?:evaluate|run|echo/.*)\Z"  # of the suite's own scripts
    r"|/tools/(?:accepted-transfer-syntaxes|default-encoding|dicom-echo|execute-script|log-level.*|metrics"
    r"|reconstruct|unknown-sop-class-accepted)\Z"
)


#: Why a server in use is not asked what would change its settings.
NEEDS_START = "needs a server that the suite starts itself: --orthanc"

#: Answers that tell nothing of what is there.
UNTOLD = frozenset({401, 403, 429, 500, 502, 503, 504})

#: After so many requests without an answer the rest is not tried.
MOST_UNREACHABLE = 3

PATIENT_ID_NAMES = ("PatientID", "0010,0020", "0010-0020", "00100020")

#: What this process has made on servers and could not remove, for the end of its run.
LEFT: list[str] = []
#: Where STOW-RS stores.
STOW_PATH = re.compile(r"/[^?]*/studies(?:/[^/?]+)?/?(?:\?|\Z)")


class NotOursError(Exception):
    """A request that would touch what the suite did not make: it was not sent."""


class OwnedClient(PassingClient):
    """A client of a live server that sends only what is safe, and can remove all that it made.

    `patients` are the Orthanc identifiers of the patients that it made, `resources` (level, identifier) of what it
    made below other patients. `started` says that the suite has started the server itself: its settings may change.
    A `watch` looks after the patients of others.
    """

    def __init__(self, client: Client, *, started: bool = False, watch: Watch | None = None) -> None:
        self.client = client
        self.started = started
        self.watch = watch
        self.bytes_sent = 0
        self.has_nobody = False  # whether the patient without a PatientID is the suite's
        self.left: list[str] = []  # what could not be removed
        self.before: frozenset[str] | None = None  # the patients before the first anonymization
        self.patients: set[str] = set()
        self.resources: set[tuple[str, str]] = set()
        self.uploaded: set[str] = set()
        self.jobs: set[str] = set()

    def send(self, request: Request) -> Answer:
        """Sends the request; raises NotOursError for one that is not safe."""
        self.check(request)
        if request.method == "GET":
            answer = self.client.send(request)
            self.note_job(request, answer)
            return answer
        if "anonymize" in request.path and self.before is None:
            self.before = self.listed()
        with postponed():
            answer = self.client.send(request)
            self.note(request, answer)
        if self.watch is not None and self.watch.always and request.method in ("POST", "PUT"):
            self.watch.check()
        return answer

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        self.check(request)
        return self.client.send_counting_files(request)

    def owns(self, content: Dataset) -> None:
        """Raises NotOursError for what is not the suite's, or is there; else it is removed with the rest."""
        self.check_dataset(content)
        identifiers = datasets.orthanc_ids(content)
        self.patients.add(identifiers[0])
        if not content.get("PatientID") and len(identifiers) == len(LEVELS):
            self.resources.add(("instances", identifiers[-1]))
        self.client.owns(content)

    def check(self, request: Request) -> None:
        if request.method in ("GET", "HEAD") or (request.method, request.path) in READING | REFUSED_EVERYWHERE:
            return
        if self.started and SETTINGS.match(request.path):
            return
        resource = RESOURCE_PATH.match(request.path)
        if request.method == "POST" and (request.path == "/instances" or STOW_PATH.match(request.path)):
            self.check_upload(request)
        elif resource:
            self.check_resource(resource[1], resource[2])
            self.check_new_patient(request)
        elif request.method == "POST" and request.path == CREATION_PATH:
            self.check_creation(request)
        elif request.method == "POST" and request.path in BULK_PATHS:
            self.check_bulk(request)
        elif job := JOB_PATH.match(request.path):
            self.check_job(job[1])
        elif SETTINGS.match(request.path):
            raise NotOursError(NEEDS_START)
        else:
            raise NotOursError(
                f"{request} may change the server: it is not on the list of safe requests (ownership.py)"
            )

    def check_upload(self, request: Request) -> None:
        """An upload must be of patients of the suite, and its patients and instances not yet on the server."""
        dataset = datasets.read(request.body)
        for one in [dataset] if dataset is not None else datasets.read_within(request.body):
            self.check_dataset(one)
        self.check_room(len(request.body))

    def check_room(self, size: int) -> None:
        """Keeps within the room that was asked for on a server in use, whatever a scenario does."""
        self.bytes_sent += size
        if self.watch is not None and (len(self.patients) > OWN_PATIENTS or self.bytes_sent > OWN_BYTES):
            raise NotOursError(
                f"needs a server that the suite starts itself (--orthanc): it stores more than {OWN_PATIENTS} patients "
                f"or {OWN_BYTES >> 20} MiB at once"
            )

    def check_dataset(self, dataset: Dataset) -> None:
        name = str(dataset.get("PatientID", "") or "")
        if name and not name.startswith(datasets.PATIENT_PREFIX):
            raise NotOursError(f"The upload's PatientID is {name!r}; it must begin with {datasets.PATIENT_PREFIX}")
        if not name:
            self.check_nobody()
        self.check_not_there(dataset, name)

    def check_nobody(self) -> None:
        """What has no PatientID must not come below a patient without one that is somebody else's."""
        if not self.has_nobody and self.exists("patients", datasets.orthanc_id("")):
            raise NotOursError("The server has a patient without PatientID already: the suite stores nothing below it")
        self.has_nobody = True

    def check_not_there(self, dataset: Dataset, name: str) -> None:
        identifiers = datasets.orthanc_ids(dataset)
        instance = identifiers[3] if len(identifiers) == 4 else None
        patient = identifiers[0]
        if name and patient not in self.patients and self.exists("patients", patient):
            raise NotOursError(f"The server already has the patient {name}, from an earlier run: delete it there first")
        if instance and instance not in self.uploaded and self.exists("instances", instance):
            raise NotOursError(f"The server already has the instance {instance}: delete it there first")
        if name:
            self.patients.add(patient)
        if instance:
            self.uploaded.add(instance)

    def check_resource(self, level: str, identifier: str) -> None:
        """A change of a resource must be of one that the suite made, or of one that does not exist."""
        if not ORTHANC_ID.fullmatch(identifier) or not self.exists(level, identifier):
            return
        patient = identifier if level == "patients" else self.patient_of(level, identifier)
        if self.has_nobody and patient == datasets.orthanc_id("") and level != "patients":
            return  # there was no patient without PatientID before
        if (level, identifier) not in self.resources and patient not in self.patients:
            raise NotOursError(f"/{level}/{identifier} was not made by the suite: it is not changed")

    def check_bulk(self, request: Request) -> None:
        """All resources that are named must be of the suite."""
        try:
            body = json.loads(request.body)
        except ValueError:
            return
        named = body.get("Resources") if isinstance(body, dict) else None
        for identifier in named if isinstance(named, list) else []:
            for level in LEVELS:
                self.check_resource(level, str(identifier))
        self.check_new_patient(request)

    def check_job(self, identifier: str) -> None:
        """A job that is held up or forgotten must be one that the suite asked for, or one that does not exist."""
        there = self.client.send(Request("GET", f"/jobs/{identifier}")).status == 200
        if there and identifier not in self.jobs:
            raise NotOursError(f"/jobs/{identifier} was not asked for by the suite: it is not changed")

    def check_new_patient(self, request: Request) -> None:
        """A PatientID that a modification sets must be one of the suite; its patient is then one to remove."""
        try:
            body = json.loads(request.body)
        except ValueError:
            return
        replaced = body.get("Replace") if isinstance(body, dict) else None
        if isinstance(replaced, dict):
            self.claim_patient(replaced)

    def check_creation(self, request: Request) -> None:
        """A new file must belong to a patient of the suite, to one with a generated PatientID, or to nobody.

        So must its parent: the server deletes a series when a further content for it fails.
        """
        try:
            body = json.loads(request.body)
        except ValueError:
            return
        if not isinstance(body, dict):
            return
        parent = body.get("Parent")
        if isinstance(parent, str):
            for level in LEVELS:
                self.check_resource(level, parent)
        contents = body.get("Content")
        items = contents if isinstance(contents, list) else []
        for tags in (body, *(one.get("Tags") for one in (body, *items) if isinstance(one, dict))):
            if isinstance(tags, dict):
                if any(tags.get(tag, "x") in ("", None) for tag in PATIENT_ID_NAMES):
                    self.check_nobody()
                self.claim_patient({tag: value for tag, value in tags.items() if value not in ("", None)})

    def claim_patient(self, tags: dict[str, Any]) -> None:
        """A PatientID among the tags must be one of the suite; its patient is then one to remove."""
        for tag, value in tags.items():
            if tag not in PATIENT_ID_NAMES:
                continue
            if isinstance(value, str) and not value.startswith(datasets.PATIENT_PREFIX):
                raise NotOursError(f"The new PatientID is {value!r}; it must begin with {datasets.PATIENT_PREFIX}")
            self.patients.add(datasets.orthanc_id(str(value)))

    def note(self, request: Request, answer: Answer) -> None:
        """Remembers what an upload, a modification, an anonymization or a creation made."""
        if request.method != "POST" or answer.status != 200 or not ASKING.match(request.path):
            return
        try:
            body = json.loads(answer.body)
        except ValueError:
            return
        path = body.get("Path") if isinstance(body, dict) else None
        if isinstance(path, str) and (job := JOB_PATH.match(path)):
            self.jobs.add(job[1])
        self.note_references(body)
        made = RESOURCE_PATH.match(path) if isinstance(path, str) else None
        if made:
            self.resources.add((made[1], made[2]))

    def note_job(self, request: Request, answer: Answer) -> None:
        """Remembers what a job of the suite says that it made."""
        job = JOB_PATH.match(request.path)
        if job is None or job[1] not in self.jobs or answer.status != 200 or job.end() < len(request.path):
            return  # an output of it is a file
        body = answer.json
        content = body.get("Content") if isinstance(body, dict) else None
        self.note_references(content)
        made = RESOURCE_PATH.match(str(content.get("Path"))) if isinstance(content, dict) else None
        if made:
            self.resources.add((made[1], made[2]))

    def note_references(self, body: Any) -> None:
        """Remembers the resources that the answer to a split, or to a request for many, names as made."""
        if not isinstance(body, dict):
            return
        if isinstance(body.get("TargetStudy"), str):
            self.resources.add(("studies", body["TargetStudy"]))
        for one in body.get("Resources", []):
            made = RESOURCE_PATH.match(str(one.get("Path"))) if isinstance(one, dict) else None
            if made and made[1] == "studies":
                self.resources.add((made[1], made[2]))

    def exists(self, level: str, identifier: str) -> bool:
        """Whether a resource is there; raises UnreachableError for an answer that does not tell."""
        answer = self.client.send(Request("GET", f"/{level}/{identifier}"))
        if answer.status in UNTOLD:
            raise UnreachableError(f"GET /{level}/{identifier} answers {answer.summary()}")
        return answer.status == 200

    def patient_of(self, level: str, identifier: str) -> str | None:
        answer = self.client.send(Request("GET", f"/{level}/{identifier}/patient"))
        return str(answer.json.get("ID")) if answer.status == 200 else None

    def clean_up(self) -> None:
        """Deletes all that this client made: its patients, then what it made below others."""
        with postponed():
            self.delete_all()

    def delete_all(self) -> None:
        """Deletes what was made; what can't be removed is kept in `left`, and told in the end."""
        unreachable = 0
        left: dict[tuple[str, str], str] = {}
        self.note_anonymized()
        for level, identifier in [*(("patients", one) for one in sorted(self.patients)), *sorted(self.resources)]:
            try:
                reason = "not tried, for the server does not answer"
                if unreachable < MOST_UNREACHABLE:
                    reason = self.delete(level, identifier)
            except UnreachableError as error:
                unreachable += 1
                reason = str(error)
            if reason:
                left[level, identifier] = reason
        self.leave(left, is_answering=unreachable < MOST_UNREACHABLE)
        self.patients.clear()
        self.resources.clear()
        self.uploaded.clear()
        self.has_nobody = False
        self.bytes_sent = 0
        self.before = None

    def listed(self) -> frozenset[str]:
        """The patients that are there; raises UnreachableError."""
        answer = self.client.send(Request("GET", "/patients"))
        if answer.status != 200:
            raise UnreachableError(f"GET /patients answers {answer.summary()}")
        return frozenset(answer.json)

    def note_anonymized(self) -> None:
        """Finds the copies that an anonymization made before it failed: no answer names them (measured on 1.13.0)."""
        if self.before is None:
            return
        try:
            for identifier in self.listed() - self.before - self.patients:
                answer = self.client.send(Request("GET", f"/patients/{identifier}"))
                if answer.status == 200 and answer.json.get("AnonymizedFrom") in self.patients:
                    self.resources.add(("patients", identifier))
        except UnreachableError:
            self.left.append("perhaps anonymized patients (the server does not answer)")
            LEFT.append(self.left[-1])

    def delete(self, level: str, identifier: str) -> str:
        """Deletes what is still there, one of `patients` if it is the suite's; raises UnreachableError.

        Returns why it is left, "" if it is not.
        """
        there = self.client.send(Request("GET", f"/{level}/{identifier}"))
        if there.status in UNTOLD:
            raise UnreachableError(f"GET /{level}/{identifier} answers {there.summary()}")
        if there.status != 200 or (identifier in self.patients and not is_ours(there.json)):
            return ""
        answer = self.client.send(Request("DELETE", f"/{level}/{identifier}"))
        return "" if answer.status in (200, 404) else f"DELETE answers {answer.summary()}"

    def leave(self, left: Mapping[tuple[str, str], str], *, is_answering: bool) -> None:
        """Notes what is left, but for what has gone with something else."""
        for (level, identifier), reason in left.items():
            try:
                if is_answering and not self.exists(level, identifier):
                    continue
            except UnreachableError:
                is_answering = False
            self.left.append(f"/{level}/{identifier} ({reason})")
            LEFT.append(self.left[-1])

    def delete_leftovers(self, name: str) -> None:
        """Deletes the suite's patients whose PatientID begins with `name`: a clean-up can be too early for some.

        A job that has failed, or was canceled, goes on storing copies for a moment (measured on 1.13.0).
        """
        query = {"Level": "Patient", "Query": {"PatientID": f"{name}*"}, "Expand": True}
        found = self.client.send(Request("POST", "/tools/find", json.dumps(query).encode()))
        for patient in found.json if found.status == 200 else ():
            if is_ours(patient):
                self.client.send(Request("DELETE", f"/patients/{patient['ID']}"))


CREATION_PATH = "/tools/create-dicom"
BULK_PATHS = ("/tools/bulk-modify", "/tools/bulk-anonymize", "/tools/bulk-delete")
ASKING = re.compile(
    rf"^(/instances|{CREATION_PATH}|{'|'.join(BULK_PATHS)})$"
    rf"|^/({'|'.join(LEVELS)})/[^/]+/(modify|anonymize|split|merge|archive|media)$"
    r"|^/(modalities|peers)/[^/]+/(store|move|get)$"
)


def is_ours(patient: Any) -> bool:
    """Whether an answer of GET /patients/{id} is of a patient of the suite."""
    tags = patient.get("MainDicomTags") if isinstance(patient, dict) else None
    name = tags.get("PatientID", "") if isinstance(tags, dict) else None
    return isinstance(name, str) and name.startswith(datasets.PATIENT_PREFIX)
