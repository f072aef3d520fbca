"""The metrics of a server: what it stores, reads and does, by the names that its release tells.

Durations and the memory in use are 0: the emulator keeps all in memory, and no file waits for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..configuration import Configuration
from ..jobs.job import State
from ..jobs.jobs import Jobs
from ..store.change_pages import last_change
from ..store.level import LEVELS
from ..store.store import Store
from ..store.traffic import Cache
from .rules import SystemRelease
from .server_log import ServerLog

MEGABYTE = 1 << 20

#: The threads that 1.13.0 has for each work, and its memory, as /system names them.
PERFORMANCE: Mapping[str, str] = {
    "dicom_parser_available_threads": "DicomParserThreadsCount",
    "dicom_parser_memory_capacity_mb": "DicomParserMemoryCapacity",
    "sequential_reader_available_threads": "SequentialDicomReaderThreadsCount",
    "storage_available_threads": "StorageLoaderThreadsCount",
    "storage_memory_capacity_mb": "StorageMemoryCapacity",
    "transcoder_available_threads": "TranscoderThreadsCount",
    "transcoder_memory_capacity_mb": "TranscoderMemoryCapacity",
}


@dataclass(frozen=True)
class Measured:
    """The parts of a server that its metrics tell of; `started` is the time of its clock then, in seconds."""

    store: Store
    jobs: Jobs
    log: ServerLog
    release: SystemRelease
    configuration: Configuration
    started: float


def metrics(measured: Measured) -> dict[str, float]:
    """The value of each metric that the release tells, by its name without `orthanc_`.

    The caller holds the store's lock.
    """
    told = measured.release.system.metrics
    values = {
        **dict.fromkeys(told.always | told.later, 0.0),
        **stored(measured),
        **read(measured),
        **done(measured),
        **performance(measured),
    }
    begun = has_begun(measured, values)
    return {
        name: value
        for name, value in values.items()
        if name in told.always or (name in told.later and begun.get(name, value > 0))
    }


def stored(measured: Measured) -> dict[str, float]:
    """How much is stored. Both sizes are those on the disk (measured: compressing a file changes both)."""
    size = measured.store.stored_size / MEGABYTE
    return {
        **{f"count_{level.plural}": measured.store.count(level) for level in LEVELS},
        "disk_size_mb": size,
        "uncompressed_size_mb": size,
        "last_change": last_change(measured.store),
    }


def read(measured: Measured) -> dict[str, float]:
    """What was read and written, through which caches."""
    traffic = measured.store.traffic
    parsed = of_cache("cache", traffic.parsed)
    return {
        "storage_read_bytes": traffic.bytes_read,
        "storage_written_bytes": traffic.bytes_written,
        **of_cache("storage_cache", traffic.storage),
        **{f"dicom_{name}": value for name, value in parsed.items()},
        "dicom_cache_size": parsed["cache_size_mb"],  # as releases before 1.12 name it
        **{f"dicom_parser_{name}": value for name, value in parsed.items()},
        **of_cache("transcoder_cache", traffic.transcoded),
    }


def of_cache(name: str, cache: Cache) -> dict[str, float]:
    return {
        f"{name}_count": len(cache.kept),
        f"{name}_size_mb": cache.kept.weight / MEGABYTE,
        f"{name}_hit_count": cache.hits,
        f"{name}_miss_count": cache.misses,
    }


def done(measured: Measured) -> dict[str, float]:
    """The jobs that are known and, as 1.13.0 counts, all that there were."""
    states = [job.state for job in measured.jobs]
    success, failed = states.count(State.SUCCESS), states.count(State.FAILURE)
    ended = measured.jobs.engine.ended
    all_success, all_failed = ended[State.SUCCESS], ended[State.FAILURE]
    return {
        "jobs_pending": states.count(State.PENDING),
        "jobs_running": states.count(State.RUNNING),
        "jobs_success": success,
        "jobs_failed": failed,
        "jobs_completed": success + failed,
        "jobs_total_success": all_success,
        "jobs_total_failed": all_failed,
        "jobs_total_completed": all_success + all_failed,
        "rest_api_active_requests": 1,  # the one that asks
        "logged_warnings_count": measured.log.warnings,
        "up_time_s": int(measured.store.clock() - measured.started),
    }


def performance(measured: Measured) -> dict[str, float]:
    """Threads that wait for work, and memory that may be used (1.13.0)."""
    configured: Mapping[str, Any] = measured.release.system.system_constants.get("Performance", {})
    options = measured.configuration.options
    figures = {metric: float(options.get(name, configured.get(name, 0))) for metric, name in PERFORMANCE.items()}
    threads = float(options.get("HttpThreadsCount", configured.get("HttpThreadsCount", 1)))
    return {**figures, "available_http_threads_count": threads - 1}


def has_begun(measured: Measured, values: Mapping[str, float]) -> dict[str, bool]:
    """Whether there was something to tell, of metrics that can be 0 then."""
    has_written, has_read = values["storage_written_bytes"] > 0, values["storage_read_bytes"] > 0
    return {
        "dicom_cache_count": has_written,
        "dicom_cache_size": has_written,
        "storage_create_duration_ms": has_written,
        "store_dicom_duration_ms": has_written,
        "storage_read_duration_ms": has_read,
        "storage_remove_duration_ms": measured.store.traffic.removed > 0,
    }
