"""Requests that shall fail, and jobs that shall wait."""

from __future__ import annotations

from typing import Any

from ..errors import OrthancError
from ..exchanges.faults import Fault
from ..jobs.job import Job
from .members import ControlError, Member
from .route import ControlCall, ControlRoute

#: How many faults may be pending.
MOST_FAULTS = 1000


def add_fault(call: ControlCall) -> Any:
    faults = call.controlled.server.faults
    values = call.values
    headers = values["headers"] or {}
    for name, value in headers.items():
        if not isinstance(value, str) or any(sign in name + value for sign in "\r\n\0") or not name:
            raise ControlError(400, f'"headers" must be an object of texts: "{name[:80]}" is none', "headers")
    if len(faults.pending) >= MOST_FAULTS:
        raise ControlError(409, f"{MOST_FAULTS} faults are pending: delete them first")
    body = values["body"].encode("utf-8", "surrogatepass")
    try:
        faults.add(
            Fault(
                values["status"],
                values["method"].upper(),
                values["path"],
                values["times"],
                values["carried_out"],
                body,
                headers,
            )
        )
    except ValueError as error:
        raise ControlError(400, str(error), "times") from None
    return listed(call)


def listed(call: ControlCall) -> Any:
    faults = call.controlled.server.faults
    with faults.lock:
        return [
            {
                "status": one.failure,
                "method": one.method,
                "path": one.path,
                "times": one.remaining,
                "carried_out": one.carried_out,
            }
            for one in faults.pending
        ]


def clear(call: ControlCall) -> Any:
    call.controlled.server.faults.clear()
    call.controlled.server.faults.release()
    return {}


# Jobs


def hold(call: ControlCall) -> Any:
    controlled = call.controlled
    with controlled.server.store.lock:
        controlled.holding.close()  # what was held before goes on: there is one hold, with one pace
        controlled.holding.enter_context(controlled.server.jobs.hold(steps_per_look=call.values["steps_per_look"]))
    return jobs(call)


def release(call: ControlCall) -> Any:
    with call.controlled.server.store.lock:
        call.controlled.holding.close()
    return jobs(call)


def step(call: ControlCall) -> Any:
    try:
        call.controlled.server.jobs.step(call.values["id"], count=call.values["count"])
    except ValueError as error:
        raise ControlError(409, str(error), "id") from None
    except OrthancError as error:
        raise ControlError(404, str(error), "id") from None
    return jobs(call)


def run(call: ControlCall) -> Any:
    call.controlled.server.jobs.run()
    return jobs(call)


def jobs(call: ControlCall) -> Any:
    return [described(job) for job in call.controlled.server.jobs]


def described(job: Job) -> dict[str, Any]:
    """A job in short; `GET /jobs/{id}` tells all of it."""
    return {"id": job.id, "type": job.kind, "state": job.state.value, "progress": job.progress}


PENDING = "The faults that are pending"
JOBS = "All jobs with their states"

ROUTES = (
    ControlRoute(
        "POST",
        "/faults",
        add_fault,
        "Lets the next requests fail (`Emulator.fail_next`); requests to /emulator never do.",
        (
            Member("status", "failure", 'a status, "timeout" or "disconnect"', 503),
            Member("method", "text", "which method, * for any", "*"),
            Member("path", "text", "which path; * stands for anything", "*"),
            Member("times", "integer", "how many requests, at least 1", 1),
            Member(
                "carried_out", "boolean", "whether the request is carried out, and only its answer gets lost", False
            ),
            Member("body", "text", "the body of the answer", ""),
            Member("headers", "object", "the headers of the answer"),
        ),
        answer=PENDING,
        status=201,
        statuses={409: "1,000 faults are pending"},
    ),
    ControlRoute("GET", "/faults", listed, "The faults that are pending.", answer=PENDING),
    ControlRoute("DELETE", "/faults", clear, "No further request fails; answers that are held back are let go."),
    ControlRoute("GET", "/jobs", jobs, "All jobs in short.", answer=JOBS),
    ControlRoute(
        "POST",
        "/jobs/hold",
        hold,
        "Jobs wait from now on until `step`, `run` or `release` (`Emulator.jobs.hold`).",
        (Member("steps_per_look", "integer", "so many steps follow each look at a job by `GET /jobs/{id}`", 0),),
        answer=JOBS,
    ),
    ControlRoute(
        "POST",
        "/jobs/step",
        step,
        "Does the next instances of a job or, without `id`, of each job that runs (`Emulator.jobs.step`).",
        (Member("id", "text", "which job, all that run without"), Member("count", "integer", "how many steps", 1)),
        answer=JOBS,
        statuses={404: "There is no such job", 409: "The job can't run yet"},
    ),
    ControlRoute("POST", "/jobs/run", run, "Finishes all jobs that run or wait (`Emulator.jobs.run`).", answer=JOBS),
    ControlRoute("POST", "/jobs/release", release, "Jobs are held no more: what waits is finished.", answer=JOBS),
)
