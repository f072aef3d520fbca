"""The DICOM network as a test sees it: associations that others asked for, and those that shall fail."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..exchanges.associations import AssociationFault
from .members import ControlError, Member
from .route import ControlCall, ControlRoute

#: How many faults may be pending.
MOST_FAULTS = 1000


def associations(call: ControlCall) -> Any:
    """Each in the words of `AssociationLog` and `Message`."""
    return [
        {
            "calling_aet": one.calling_aet,
            "called_aet": one.called_aet,
            "host": one.host,
            "outcome": one.outcome,
            "messages": [asdict(message) for message in [*one.messages]],
        }
        for one in call.controlled.server.associations
    ]


def forget(call: ControlCall) -> Any:
    call.controlled.server.associations.clear()
    return {}


def fail(call: ControlCall) -> Any:
    """As `Emulator.fail_next_association`."""
    faults, values = call.controlled.server.association_faults, call.values
    failure = values["failure"] if "failure" in call.given else "abort"
    if failure is not None and (not isinstance(failure, str | int) or isinstance(failure, bool)):
        raise ControlError(400, '"failure" must be a status, "reject", "abort", "drop" or null', "failure")
    if len(faults.pending) >= MOST_FAULTS:
        raise ControlError(409, f"{MOST_FAULTS} faults are pending: delete them first")
    try:
        faults.add(AssociationFault(failure, values["command"], values["times"], values["after"], values["delay"]))  # type: ignore[arg-type]
    except ValueError as error:
        raise ControlError(400, str(error)) from None
    return pending(call)


def pending(call: ControlCall) -> Any:
    faults = call.controlled.server.association_faults
    with faults.lock:
        return [
            {"failure": one.failure, "command": one.command, "times": one.remaining, "after": one.after}
            for one in faults.pending
        ]


def clear(call: ControlCall) -> Any:
    call.controlled.server.association_faults.clear()
    return {}


PENDING = "The faults that are pending"

ROUTES = (
    ControlRoute(
        "GET",
        "/associations",
        associations,
        "The last associations that others asked for over the DICOM network (`Emulator.associations`).",
        answer="Associations",
    ),
    ControlRoute("DELETE", "/associations", forget, "Forgets the associations."),
    ControlRoute(
        "POST",
        "/associations/faults",
        fail,
        "Lets the next associations, or commands on them, fail (`Emulator.fail_next_association`).",
        (
            Member("failure", "any", 'a status (42752 is 0xA700), "reject", "abort", "drop", null: a delay', "abort"),
            Member("command", "text", "which command, such as C-STORE; * for any", "*"),
            Member("times", "integer", "how many, at least 1", 1),
            Member("after", "integer", "after so many responses of a command", 0),
            Member("delay", "number", "in seconds", 0.0),
        ),
        answer=PENDING,
        status=201,
        statuses={409: "1,000 faults are pending"},
    ),
    ControlRoute("GET", "/associations/faults", pending, "The faults that are pending.", answer=PENDING),
    ControlRoute("DELETE", "/associations/faults", clear, "No further association fails."),
)
