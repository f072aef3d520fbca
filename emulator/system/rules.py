"""What differs between releases in this room, as data: what a server tells of itself, and who may use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from ..network.rules import NetworkRelease
from ..query.rules import QueryRelease
from ..ruling import Rules
from .metric_names import METRICS_1_9_1, MetricNames


@dataclass(init=False, eq=False, repr=False)
class SystemRules(Rules):
    """What a server tells of itself: /system, its log, its metrics; and who may use it."""

    # /system

    system_constants: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Members of /system that nothing changes [changed in 1.12.7 and 1.13.0]."""
    system_options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Options that /system tells, with their defaults [changed in 1.10.1 and 1.12.7 and 1.13.0]."""
    database_plugin: str | None = None
    """DatabaseBackendPlugin of /system; None: SQLite."""
    system_is_detailed: bool = False
    """/system has Capabilities, MainDicomTags, UserMetadata and their like [1.12.7 on]."""

    # Access

    has_default_user: bool = True
    """The user orthanc:orthanc is there, where one must authenticate from elsewhere and none is registered [up to
    1.12.7].
    """
    checks_passwords: bool = False
    """A password in RegisteredUsers that is no text is an error, else it lets nobody in [1.13.0 on]."""
    heeds_keep_alive_timeout: bool = False
    """KeepAliveTimeout says for how long connections stay open, else it is a second [1.12.7 on]."""
    compresses_answers: bool = True
    """A client that accepts gzip gets it (the default of HttpCompressionEnabled) [up to 1.10.1]."""

    # Log and metrics

    metrics: MetricNames = METRICS_1_9_1
    """What /tools/metrics-prometheus tells [changed in 1.12.7 and 1.13.0]."""
    warns_of_reads: bool = False
    """W001 in the log for each file that a find reads [1.12.7 on]."""
    reads_ranges: bool = False
    """The log tells the range of a file that is read [1.13.0 on]."""
    logs_threads: bool = False
    """The log names the threads [1.12.7 on]."""


class SystemRelease(NetworkRelease, QueryRelease, Protocol):
    """What the settings of a server ask of a release."""

    @property
    def system(self) -> SystemRules: ...
