"""The names of the metrics that each release tells, as they were measured; `orthanc_` stands before each."""

from __future__ import annotations

from dataclasses import dataclass

from ..ruling import Rules


@dataclass(init=False, frozen=True)
class MetricNames(Rules):
    """Those that are told from the start, and those that are told once there was something to tell."""

    always: frozenset[str]
    later: frozenset[str]


def names(prefix: str, text: str) -> frozenset[str]:
    """The names that a text has, in words, with what they begin with."""
    return frozenset(prefix + word for word in text.split())


ALWAYS = (
    names("count_", "instances patients series studies")
    | names("rest_api_", "active_requests duration_ms")
    | names("jobs_", "pending running")
    | names("", "disk_size_mb uncompressed_size_mb")
)
LATER = names("", "storage_create_duration_ms storage_remove_duration_ms store_dicom_duration_ms")
JOBS = names("jobs_", "completed failed success")
READS = names("storage_", "cache_hit_count cache_miss_count read_bytes read_duration_ms")

METRICS_1_9_1 = MetricNames(
    always=ALWAYS | JOBS, later=LATER | names("", "dicom_cache_count dicom_cache_size storage_read_duration_ms")
)

METRICS_1_12_7 = MetricNames(
    always=ALWAYS
    | JOBS
    | names("", "dicom_cache_count dicom_cache_size_mb last_change up_time_s")
    | names("storage_cache_", "count size_mb"),
    later=LATER | READS | names("storage_", "written_bytes"),
)

#: What 1.13.0 tells of each cache of files, and of the memory that is used to fill it.
OF_A_CACHE = "cache_count cache_hit_count cache_miss_count cache_size_mb"
OF_MEMORY = "available_threads memory_capacity_mb memory_count memory_max_usage_mb memory_usage_mb"

METRICS_1_13_0 = MetricNames(
    always=ALWAYS
    | READS
    | names("dicom_parser_", f"{OF_A_CACHE} {OF_MEMORY}")
    | names("transcoder_", f"{OF_A_CACHE} {OF_MEMORY}")
    | names("storage_", f"{OF_A_CACHE} {OF_MEMORY}")
    | names("", "available_http_threads_count sequential_reader_available_threads last_change up_time_s")
    | names("", "logged_warnings_count"),
    later=LATER
    | names("", "storage_written_bytes logged_errors_count")
    | names("jobs_total_", "completed failed success"),
)
