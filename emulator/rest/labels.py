"""/{level}/{id}/labels and /tools/labels (from 1.12 on)."""

from __future__ import annotations

from ..store.level import LEVELS, Level
from .answers import bytes_answer, empty_answer, json_answer
from .response import Response
from .route import Call, Handler, Route, route


def listed(level: Level) -> Handler:
    return lambda call: json_answer(call.server.annotations.labels.of(level, call.path["id"]))


def read(level: Level) -> Handler:
    """Whether a resource has the label: an empty 200 or 404."""

    def handler(call: Call) -> Response:
        if call.path["label"] not in call.server.annotations.labels.of(level, call.path["id"]):
            return empty_answer(404)
        return bytes_answer(b"", "text/plain")

    return handler


def add(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        call.server.annotations.labels.add(level, call.path["id"], call.path["label"])
        return bytes_answer(b"", "text/plain")

    return handler


def remove(level: Level) -> Handler:
    def handler(call: Call) -> Response:
        call.server.annotations.labels.remove(level, call.path["id"], call.path["label"])
        return bytes_answer(b"", "text/plain")

    return handler


def all_labels(call: Call) -> Response:
    return json_answer(call.server.annotations.labels.all())


def routes_of(level: Level) -> tuple[Route, ...]:
    base = f"/{level.plural}/<id>/labels"
    return (
        route(base, lambda release: release.store.has_labels, GET=listed(level)),
        route(
            f"{base}/<label>",
            lambda release: release.store.has_labels,
            GET=read(level),
            PUT=add(level),
            DELETE=remove(level),
        ),
    )


ROUTES: tuple[Route, ...] = (
    *(route for level in LEVELS for route in routes_of(level)),
    route("/tools/labels", lambda release: release.store.has_labels, GET=all_labels),
)
