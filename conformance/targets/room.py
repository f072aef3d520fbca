"""Room on a server in use: one that recycles deletes somebody's patient for each that the suite stores.

From 1.12 on `/system` tells the limits, and a server without room is asked nothing. Before, nobody can know: a server
with patients of others is asked only if the user says that it does not recycle, and is watched meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..asking.clients import UnreachableError
from ..asking.exchange import Request, UnexpectedAnswerError
from ..asking.session import Client

#: The most that a scenario may have on a server in use at once, with what its requests make of it.
PATIENTS, MEBIBYTES = 64, 8

#: How many patients a scenario may make there itself, and how many bytes it may upload: what goes beyond is not sent.
OWN_PATIENTS, OWN_BYTES = 48, 2 << 20

OWNED = "--i-own-this-server, if nothing on it matters"


class NoRoomError(Exception):
    """A server on which the suite could make patients of others disappear: nothing was stored there."""


class ForeignLossError(Exception):
    """Patients of others that are no longer there: the run ends."""


@dataclass(frozen=True)
class Limits:
    """What a server keeps at most, 0 for no limit, and how much it has; None where it does not tell limits."""

    patients: int
    mebibytes: int
    recycles: bool


def get(client: Client, path: str) -> Any:
    """An answer of 200 as JSON; raises UnreachableError for any other, which tells nothing."""
    answer = client.send(Request("GET", path))
    if answer.status != 200:
        raise UnreachableError(f"GET {path} answers {answer.summary()}")
    return answer.json


def limits_of(system: Mapping[str, Any]) -> Limits | None:
    """The limits that `/system` tells, None before 1.12; raises UnexpectedAnswerError for what is no Orthanc's."""
    if "MaximumPatientCount" not in system:
        return None
    patients, size, mode = (system.get(f"Maximum{name}") for name in ("PatientCount", "StorageSize", "StorageMode"))
    if not isinstance(patients, int) or not isinstance(size, int):
        raise UnexpectedAnswerError(f"/system tells no limits that could be read: {patients!r}, {size!r}")
    return Limits(patients, size, mode != "Reject")


def counted(statistics: Any, name: str) -> int:
    """A count of `/statistics`; raises UnexpectedAnswerError for what is no Orthanc's."""
    value = statistics.get(name) if isinstance(statistics, dict) else None
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnexpectedAnswerError(f"/statistics has no {name}: is it an Orthanc?")
    return value


def check_room(
    system: Mapping[str, Any],
    statistics: Any,
    *,
    vouched: bool,
    patients: int = PATIENTS,
    mebibytes: int = MEBIBYTES,
) -> None:
    """Raises NoRoomError unless so many patients and MiB can be stored and nothing else goes.

    `vouched`: the user says that a server that does not tell its limits has none.
    """
    there, used = counted(statistics, "CountPatients"), counted(statistics, "TotalDiskSizeMB")
    limits = limits_of(system)
    if limits is None:
        if there and not vouched:
            raise NoRoomError(
                f"Orthanc {system.get('Version')} does not tell whether it recycles patients, and there are {there} of "
                "others on it: what the suite stores could make it delete some. Look at its configuration: where "
                "MaximumPatientCount and MaximumStorageSize are 0 (the default), give --no-limits; else give "
                f"it room for {patients} patients and {mebibytes} MiB more, and then --no-limits; or {OWNED}"
            )
        return
    wanting = []
    if limits.patients and limits.patients - there < patients:
        wanting.append(f'"MaximumPatientCount" is {limits.patients}, with {there} there: {there + patients} are needed')
    if limits.mebibytes and limits.mebibytes - used < mebibytes + 1:
        needed = used + mebibytes + 1
        wanting.append(f'"MaximumStorageSize" is {limits.mebibytes} MB, with {used} taken: {needed} are needed')
    if wanting:
        done = "delete patients of others" if limits.recycles else "refuse files of others"
        raise NoRoomError(
            f"What the suite stores would make this server {done}: {'; '.join(wanting)}. Nothing was stored. Give it "
            f"room for {patients} patients and {mebibytes} MiB more; or {OWNED}"
        )


def check_server(
    client: Client, *, vouched: bool, owned: bool, patients: int = PATIENTS, mebibytes: int = MEBIBYTES
) -> None:
    """As `check_room`, of a server that is asked what it has; nothing where the user owns it."""
    if not owned:
        room = get(client, "/system"), get(client, "/statistics")
        check_room(*room, vouched=vouched, patients=patients, mebibytes=mebibytes)


class Watch:
    """Watches the patients of others on a server in use; where there are none, it asks nothing.

    `always` says that it looks after each request that may have stored something, not only in the end.
    """

    def __init__(self, client: Client, *, always: bool) -> None:
        self.client = client
        self.always = always
        self.foreign: frozenset[str] = frozenset()
        if counted(get(client, "/statistics"), "CountPatients"):
            self.foreign = frozenset(get(client, "/patients"))

    def check(self) -> None:
        """Raises ForeignLossError where a patient of others is gone."""
        lost = self.foreign.difference(get(self.client, "/patients")) if self.foreign else frozenset()
        if lost:
            named = ", ".join(sorted(lost)[:5]) + (", ..." if len(lost) > 5 else "")
            raise ForeignLossError(
                f"{len(lost)} patients of others are gone from the server ({named}): it recycles, or somebody has "
                "deleted them. The run ends here"
            )
