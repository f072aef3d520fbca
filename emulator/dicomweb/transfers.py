"""Jobs that send instances to another DICOMweb server, or fetch them from one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import ErrorCode, OrthancError
from ..jobs.job import Job, Run
from ..jobs.options import JobOptions
from ..network.reach import Reach
from ..server import Server
from ..store.level import Level
from ..store.resource import Resource
from ..store.store import Store
from . import core
from .media_types import MediaType
from .paths import instances_of
from .peers import ask
from .streams import read_parts

DICOM = "application/dicom"
BOUNDARY = "orthanc-emulator"


class TransferRun(Run):
    """Does all in one step; what goes wrong is told by the job, beside what it tells from the start.

    `line` is where the plugin's source asks the other server.
    """

    def __init__(
        self,
        transfer: Callable[[], Mapping[str, Any]],
        server: Server,
        line: int,
        *,
        told: Mapping[str, Any] | None = None,
        is_empty: bool = False,
    ) -> None:
        self.transfer, self.server, self.line = transfer, server, line
        self.told = told or {}
        self.reaches_100 = not is_empty

    def twin(self) -> TransferRun:
        return copy.copy(self)

    def step(self, store: Store, job: Job) -> bool:
        try:
            with store.unlocked():  # the other server may be a client of this one
                content = self.transfer()
            job.content = content
        except OrthancError as error:
            rules = self.server.release.dicomweb
            line = core.ASK if error.code is ErrorCode.NETWORK_PROTOCOL else self.line
            shown = error if error.details else core.core_error(error.code, rules, line)
            failure = {"FunctionErrorCode": int(error.code), "FunctionErrorDescription": error.message}
            if rules.explains_core_calls and shown.details:
                failure["FunctionErrorDetails"] = shown.details
            job.content = {**self.told, **failure}
            raise OrthancError(ErrorCode.PLUGIN) from None
        return False


def submitted(
    kind: str,
    work: Callable[[Store, Job], Run],
    body: Mapping[str, Any],
    server: Server,
    *,
    is_asynchronous: bool = False,
) -> dict[str, Any]:
    """Makes a job; what it tells is the answer, unless it is asynchronous or fails."""
    asynchronous = body.get("Asynchronous") is True or body.get("Synchronous", not is_asynchronous) is False
    priority = body.get("Priority", 0)
    options = JobOptions(asynchronous=asynchronous, priority=priority if isinstance(priority, int) else 0)
    try:
        answer = server.jobs.submit(kind, work, {}, options)
    except OrthancError as error:
        if error.code is not ErrorCode.PLUGIN:
            raise
        raise OrthancError(error.code, error.message) from None
    return {**answer, "Path": f".././..{answer['Path']}"} if asynchronous else answer


def sending(
    resources: Sequence[Resource], server: Server, name: str, reach: Reach, _store: Store, _job: Job
) -> TransferRun:
    """The run of a job that sends the instances of resources."""

    with server.store.reading:
        instances = list({one.id: one for resource in resources for one in instances_of(resource, server)}.values())
        told = told_of_sent(resources, instances, name, server)

    def send() -> dict[str, Any]:
        files = [server.files.bytes_of(one.id) for one in instances]
        parts = [f"--{BOUNDARY}\r\nContent-Type: {DICOM}\r\n\r\n".encode() + file + b"\r\n" for file in files]
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        headers = {
            "Accept": "application/dicom+json",
            "Content-Type": f'multipart/related; type="{DICOM}"; boundary={BOUNDARY}',
        }
        ask(server_named(name, server), reach, "POST", "/studies", headers=headers, body=body)
        return {**told, "NetworkSizeMB": str(sum(map(len, files)) >> 20)} if files else told

    return TransferRun(send, server, core.ASK, told=told)


def told_of_sent(
    resources: Sequence[Resource], instances: Sequence[Resource], name: str, server: Server
) -> dict[str, Any]:
    """What a job tells of what it sends: how many instances, as a text, and what was asked for, by level."""
    told: dict[str, Any] = {"InstancesCount": str(len(instances))}
    if server.release.dicomweb.tells_sent_resources:
        listed = {"Instances": [one.id for one in instances]}
        for resource in resources:
            if resource.level is not Level.INSTANCE:
                listed.setdefault(resource.level.plural.title(), []).append(resource.id)
        told |= {"Resources": listed if instances else None, "Server": name}
    return told


def retrieval(paths: Sequence[str], server: Server, name: str, reach: Reach, _store: Store, _job: Job) -> TransferRun:
    """The run of a job that fetches what is at these paths."""

    def fetch() -> dict[str, Any]:
        count = size = 0
        for path in paths:
            headers = {"Accept": f'multipart/related; type="{DICOM}"; transfer-syntax=*'}
            answer = ask(server_named(name, server), reach, "GET", path, headers=headers)
            boundary = MediaType.read(answer.content_type).parameters.get("boundary", "")
            for _, data in read_parts(answer.body, boundary, server.release.dicomweb):
                server.uploads.add_from_plugin(data)
                count, size = count + 1, size + len(data)
        return {"NetworkUsageMB": str(size >> 20), "ReceivedInstancesCount": str(count)} if paths else {}

    return TransferRun(fetch, server, core.SEND, is_empty=not paths)


def server_named(name: str, server: Server) -> Any:
    peer = server.settings.web_servers.get(name)
    if peer is None:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM, f"Inexistent server: {name}")
    return peer
