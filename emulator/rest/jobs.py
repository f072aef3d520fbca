"""`/jobs`: what is done, was done, and how to hold it up."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import ErrorCode, OrthancError
from ..jobs.job import Job
from ..jobs.jobs import Jobs
from .answers import bytes_answer, empty_answer, json_answer, named_answer
from .arguments import is_expanded
from .response import Response
from .route import Call, Handler, Route, route


def list_jobs(call: Call) -> Response:
    """The identifiers of the jobs, or with `?expand` all that is known of them."""
    expanded = is_expanded(call.request)
    with call.server.jobs.looked_at:
        answer = json_answer([shown(call, job) if expanded else job.id for job in call.server.jobs])
        if expanded:
            call.server.jobs.look()
        return answer


def shown(call: Call, job: Job) -> dict[str, object]:
    return job.to_json(call.server.store.clock(), call.server.release)


def job(call: Call) -> Response:
    """One job; an unknown one is answered 404 without a body."""
    with call.server.jobs.looked_at:
        if call.path["id"] not in call.server.jobs.jobs:
            return empty_answer(404)
        answer = json_answer(shown(call, call.server.jobs[call.path["id"]]))
        call.server.jobs.look()
        return answer


def delete_job(call: Call) -> Response:
    call.server.jobs.delete(call.path["id"])
    return bytes_answer(b"", "text/plain")


def name_of(call: Call) -> str:
    """The name of an output, which may be that of an action, too."""
    return str(call.path.get("key") or call.request.path.rstrip("/").rpartition("/")[2])


def output(call: Call) -> Response:
    """A file that a job made."""
    made = call.server.jobs.output(call.path["id"], name_of(call))
    if made.file_name is None:
        return bytes_answer(made.data, made.content_type)
    cleaned = call.server.release.rest.cleans_file_names
    return named_answer(made.data, made.content_type, made.file_name, cleaned=cleaned)


def delete_output(call: Call) -> Response:
    call.server.jobs.delete_output(call.path["id"], name_of(call))
    return bytes_answer(b"", "text/plain")


def action(act: Callable[[Jobs, str], None]) -> Handler:
    """A handler that does something to a job; what its state forbids is answered 400 without a body."""

    def handler(call: Call) -> Response:
        try:
            act(call.server.jobs, call.path["id"])
        except OrthancError as error:
            if error.code is ErrorCode.BAD_SEQUENCE_OF_CALLS:
                raise
            return empty_answer(400)
        return bytes_answer(b"{}", "application/json")

    return handler


DELETION = {"DELETE": lambda release: release.rest.deletes_jobs}

ROUTES: tuple[Route, ...] = (
    route("/jobs", GET=list_jobs),
    route("/jobs/<id>", only=DELETION, GET=job, DELETE=delete_job),
    *(
        route(f"/jobs/<id>/{name}", only=DELETION, POST=action(act), GET=output, DELETE=delete_output)
        for name, act in (
            ("cancel", Jobs.cancel),
            ("pause", Jobs.pause),
            ("resubmit", Jobs.resubmit),
            ("resume", Jobs.resume),
        )
    ),
    route("/jobs/<id>/<key>", only=DELETION, GET=output, DELETE=delete_output),
)
