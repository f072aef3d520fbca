"""/tools/metrics-prometheus: the metrics that the emulator has a figure for, as text in the format of Prometheus.

Durations, jobs, threads and what 1.13.0 tells of its memory are left out. Reads are those of finds, of `/file` and of
the views of tags; what a modification or an archive reads is not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from ..store.level import LEVELS
from .answers import bytes_answer
from .route import Call, Route, route

if TYPE_CHECKING:
    from ..emulator import Emulator

CONTENT_TYPE = "text/plain; version=0.0.4"
MEGABYTE = 1 << 20


def metrics(call: Call) -> Response:
    """Each metric on a line with its value and the time in milliseconds; nothing where they are switched off."""
    server = call.server
    if not server.settings.collects_metrics:
        return bytes_answer(b"", CONTENT_TYPE)
    with server.database.lock:
        figures = {**stored(server), **storage(server)}
        time = int(server.database.clock() * 1000)
    lines = (f"{name} {value:.9g} {time}\n" for name, value in sorted(figures.items()))
    return bytes_answer("".join(lines).encode("ascii"), CONTENT_TYPE)


def stored(server: Emulator) -> dict[str, float]:
    """How much is stored."""
    figures: dict[str, float] = {f"orthanc_count_{level.plural}": server.database.count(level) for level in LEVELS}
    figures["orthanc_disk_size_mb"] = figures["orthanc_uncompressed_size_mb"] = server.database.size / MEGABYTE
    figures["orthanc_rest_api_active_requests"] = 1
    return figures


def storage(server: Emulator) -> dict[str, float]:
    """What was read and written, where the release tells it; most only from the first time on."""
    release, traffic = server.release, server.traffic
    if not release.counts_storage_reads:
        return {}
    begun = {
        "orthanc_storage_cache_hit_count": traffic.hits,
        "orthanc_storage_cache_miss_count": traffic.misses,
        "orthanc_storage_read_bytes": traffic.bytes_read,
    }
    figures: dict[str, float] = {
        "orthanc_last_change": server.database.changes.last,
        "orthanc_storage_cache_count": len(traffic.cached.values),
        "orthanc_storage_cache_size_mb": traffic.cached.weight / MEGABYTE,
        **{name: value for name, value in begun.items() if value or release.storage_metrics_begin_at_zero},
    }
    if traffic.bytes_written:
        figures["orthanc_storage_written_bytes"] = traffic.bytes_written
    return figures


ROUTES: tuple[Route, ...] = (route("/tools/metrics-prometheus", GET=metrics),)
