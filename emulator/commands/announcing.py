"""What `serve` says when it is ready: what it stands for, where it is, and what of it is not emulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Any

from ..configuration.option_table import State, told_options
from ..emulator import Emulator
from ..store.level import Level
from .environment import OWN, unknown_variables


def announcement(orthanc: Emulator, url: str, control: str) -> Iterator[str]:
    """The lines for stdout; the first has the URL, and is what programs wait for."""
    instances = orthanc.server.store.count(Level.INSTANCE)
    entries = len(orthanc.dictionary)
    yield f"Orthanc {orthanc.release.version} emulated at {url}: {instances} instances, {entries} dictionary entries"
    mode = "reject" if orthanc.server.rejects_unknown_tags else "as-release"
    meaning = "a request that names an unknown tag gets 400" if mode == "reject" else "unknown tags as the release does"
    yield f"  unknown tags: {mode} ({meaning})"
    if control == "off":
        yield "  page and control routes: off (--no-control)"
    else:
        whose = "this machine alone" if control == "loopback" else "whoever may use the server"
        yield f"  page: {url}/emulator/ (and control routes, for {whose})"


def warnings(orthanc: Emulator, host: str) -> Iterator[str]:
    """The lines for stderr: what a user would want to know of how the server was started."""
    if not orthanc.server.access.remote_allowed and not is_loopback(host):
        yield (
            f"others are answered 403: the address {host} is open to them, but the configuration does not say "
            '"RemoteAccessAllowed": true'
        )
    for name in unknown_variables():
        yield f"the variable {name} is none of the emulator's{meant(name, OWN)}"
    yield from without_effect(orthanc.server.configuration.options)


def without_effect(options: Mapping[str, Any]) -> Iterator[str]:
    """What becomes of the options that are known and not honoured; the others are told when they are read."""
    known = told_options()
    for name in options:
        state, reason = known.get(name, (State.UNKNOWN, ""))
        if state not in (State.UNKNOWN, State.HONOURED):
            yield f'"{name}" is {state.value}: {reason}'


def meant(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, 1, cutoff=0.75)
    return f"; did you mean {close[0]}?" if close else ""


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
