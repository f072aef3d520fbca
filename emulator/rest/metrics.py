"""/tools/metrics-prometheus: the metrics of a server as text in the format of Prometheus."""

from __future__ import annotations

from ..system.metrics import metrics
from .answers import bytes_answer
from .response import Response
from .route import Call, Route, route

CONTENT_TYPE = "text/plain; version=0.0.4"


def metrics_text(call: Call) -> Response:
    """Each metric on a line with its value and the time in milliseconds; nothing where they are switched off."""
    server = call.server
    if not server.settings.collects_metrics:
        return bytes_answer(b"", CONTENT_TYPE)
    with server.store.reading:
        figures = metrics(server.measured)
        time = int(server.store.clock() * 1000)
    lines = (f"orthanc_{name} {value:.9g} {time}\n" for name, value in sorted(figures.items()))
    return bytes_answer("".join(lines).encode("ascii"), CONTENT_TYPE)


ROUTES: tuple[Route, ...] = (route("/tools/metrics-prometheus", GET=metrics_text),)
