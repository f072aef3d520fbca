"""What a run would send, printed in place of sending it.

The scenarios run against the emulator here, because later requests depend on earlier answers; what the server would
generate is numbered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..asking.clients import METRICS, EmulatorClient
from ..asking.configurations import DEFAULTS
from ..asking.exchange import Answer, Request
from ..asking.passing import PassingClient
from ..asking.session import Session
from ..comparing.masking import Placeholders, uids_in
from ..scenarios.scenario import Scenario
from .outcome import run_on
from .ownership import OwnedClient
from .probing import lacking_of
from .running import by_configuration
from .server_process import BASE_CONFIGURATION

LONGEST_BODY = 400


class NotingClient(PassingClient):
    """Keeps the requests, and lets the emulator answer them."""

    def __init__(self, emulator: Any) -> None:
        self.client = EmulatorClient(emulator)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Answer:
        self.requests.append(request)
        return self.client.send(request)

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        self.requests += [METRICS, request, METRICS]
        return self.client.send_counting_files(request)


def dry_run(scenarios: Iterable[Scenario], release: str, *, starts_servers: bool, exclusive: bool) -> Iterator[str]:
    """The lines that say what a run would send, as far as the server's release and configuration allow it.

    With `starts_servers` the suite would start an executable itself, else ask one that runs.
    """
    if not starts_servers:
        yield "# Which release is it?"
        yield "GET /system"
        yield "# How much is there, and is there room? Where patients of others are there, they are watched:"
        yield "# GET /patients after each scenario, before 1.12 after each request that stores"
        yield "GET /statistics"
        yield "GET /statistics"
        yield "# Is it an emulator?"
        yield "GET /emulator/health"
        yield "GET /plugins"
        yield "# What does its configuration have? Each option is tried out once:"
    tried: set[str] = set()
    if not starts_servers and "OverwriteInstances" not in told(release):
        yield from tries({"OverwriteInstances": False}, {}, release, tried)
    configuration: Mapping[str, Any] | None = None
    for one in by_configuration(each for each in scenarios if each.applies_to(release)):
        if not starts_servers and (one.starts or (one.needs_empty_server and not exclusive)):
            continue
        if one.configuration != configuration:
            configuration = one.configuration
            yield ""
            yield from preparation(configuration, release, None if starts_servers else tried)
        yield ""
        yield f"# {one.title}: {one.claim}"
        yield from requests_of(one, release)


def told(release: str) -> Any:
    """What /system tells of a release without any configuration."""
    client = noting_client({}, release)
    return {} if client is None else client.send(Request("GET", "/system")).json


def preparation(configuration: Mapping[str, Any], release: str, tried: set[str] | None) -> Iterator[str]:
    """What comes before the first scenario of a configuration; `tried` is for a server that runs already."""
    if tried is None:
        yield f"# A server is started with {json.dumps(configuration)}"
        return
    yield f"# Does its configuration have {json.dumps(configuration)}?"
    yield from tries({**DEFAULTS, **configuration}, configuration, release, tried)


def tries(options: Mapping[str, Any], configuration: Mapping[str, Any], release: str, tried: set[str]) -> Iterator[str]:
    """The requests that try out options on a server with a configuration, but for those tried before."""
    for option, value in options.items():
        key = f"{option} {json.dumps(value, sort_keys=True)}"
        client = noting_client(configuration, release)
        if client is not None and key not in tried:
            tried.add(key)
            owned = OwnedClient(client)
            session = Session(owned, "probe", "configuration")
            lacking_of(session, option, value)
            owned.clean_up()
            yield from lines(client.requests, session.known)


def requests_of(scenario: Scenario, release: str) -> Iterator[str]:
    """The requests of a scenario, and those that keep the server safe and clean."""
    client = noting_client(scenario.configuration, release)
    if client is None:
        yield "(nothing: the server does not start)"
        return
    owned = OwnedClient(client)
    outcome = run_on(owned, scenario)
    owned.clean_up()
    yield from lines(client.requests, outcome.known)
    if outcome.stopped is not None:
        yield f"(and perhaps more: {outcome.stopped})"


def noting_client(configuration: Mapping[str, Any], release: str) -> NotingClient | None:
    from emulator import Emulator, OrthancError

    try:
        options = {**BASE_CONFIGURATION, **configuration}
        return NotingClient(Emulator(options, release=release, unknown_tags="as-release"))
    except OrthancError:
        return None


def lines(requests: list[Request], known: Iterable[str]) -> Iterator[str]:
    """A line per request; identifiers that the server would generate are numbered."""
    uploaded = (uids_in(one.body) for one in requests)
    names = Placeholders(set(known).union(*uploaded))
    for one in requests:
        text = f"{one} {body_text(one.body)}".rstrip()
        names.assign(text)
        for identifier, name in names.names.items():
            text = text.replace(identifier, name)
        yield text


def body_text(body: bytes) -> str:
    if body[128:132] == b"DICM":
        return f"(a DICOM file of {len(body)} bytes)"
    text = body.decode("utf-8", "backslashreplace").replace("\n", " ").replace("\0", "\\0")
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]} … ({len(body)} bytes)"
