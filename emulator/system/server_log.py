"""The lines of a server's log that tell what finds cost, with the words of the release.

A client that watches the log of a real server, for W001 say, can watch the logger `emulator.log`. Measured on Orthanc
1.9.1 to 1.13.0: see fixtures/measurements/log.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..configuration.configuration import option
from ..dicom.element import format_tag
from ..store.resource import Resource
from ..strangers import one_line
from .rules import SystemRelease
from .settings import LOG_LEVELS, Settings

if TYPE_CHECKING:
    from ..query.plan import QueryPlan

LOGGER = logging.getLogger("emulator.log")
LOGGER.setLevel(logging.INFO)  # whether a line is told is decided by the server's own levels

#: The member of the option "Warnings" that switches W001 off.
READS_OPTION = "W001_TagsBeingReadFromStorage"

#: The first letter of a line, by the level in Python.
LETTERS: Mapping[str, str] = {"DEBUG": "T", "INFO": "I", "WARNING": "W", "ERROR": "E", "CRITICAL": "E"}


class ServerLog:
    """What one server logs; `warnings` counts the lines at level WARNING, of which the first comes at the start."""

    def __init__(self, options: Mapping[str, Any], release: SystemRelease) -> None:
        warnings = options.get("Warnings")
        switched: Mapping[str, Any] = warnings if isinstance(warnings, Mapping) else {}
        self.warns_of_reads = release.system.warns_of_reads and bool(option(switched, READS_OPTION, bool, True))
        self.options = options
        self.release = release
        self.warnings = 1

    def fork(self) -> ServerLog:
        """The log of another server like this one."""
        return ServerLog(self.options, self.release)

    def request(self, method: str, path: str, settings: Settings) -> None:
        """Tells of a request over HTTP."""
        if is_told(settings, "http"):
            LOGGER.info("(http) %s %s", method, path)

    def level_set(self, level: str, category: str | None) -> None:
        """Tells that a request has set the level of the log, of a category or of all."""
        self.warnings += 1
        if not LOGGER.hasHandlers():
            return
        if category is None:
            LOGGER.warning("REST API call has switched the log level to: %s", level)
        else:
            LOGGER.warning('REST API call has switched the log level of category "%s" to "%s"', category, level)


class QueryLines(NamedTuple):
    """What the log tells of queries, at the levels that are set."""

    log: ServerLog
    settings: Settings

    def candidates(self, count: int) -> None:
        """Tells how many candidates the index left."""
        if is_told(self.settings, "generic"):
            LOGGER.info("Number of candidate resources after fast DB filtering on main DICOM tags: %d", count)

    def reads(self, plan: QueryPlan, read: Sequence[Resource]) -> None:
        """Tells of the files that a query read, those of these instances, one for each candidate."""
        if self.log.warns_of_reads:
            self.log.warnings += len(read)
        if not read or not LOGGER.hasHandlers():
            return
        from ..query.placement import looked_for_in_file  # only queries come here

        is_verbose = is_told(self.settings, "generic")
        tags = ";".join(
            format_tag(tag) for tag in plan.requested if looked_for_in_file(tag, plan.level, self.log.release)
        )
        for instance in read:
            if self.log.warns_of_reads:
                resource = instance.ancestor(plan.level)
                told = plan.level.value.lower(), resource.id, tags
                LOGGER.warning("W001: Accessing DICOM tags from storage when accessing %s %s: %s", *told)
            if is_verbose:
                self.read(instance)

    def read(self, instance: Resource) -> None:
        if self.log.release.system.warns_of_reads:
            LOGGER.info("Will retrieve missing DICOM tags from instance: %s", instance.id)
        part = f" (range from 0 to {len(instance.file)})" if self.log.release.system.reads_ranges else ""
        LOGGER.info('Reading attachment "%s" of "DICOM" content type%s', instance.file_uuid, part)

    def matches(self, count: int) -> None:
        """Tells how many resources were found."""
        if not self.log.release.system.warns_of_reads and is_told(self.settings, "generic"):
            LOGGER.info("Number of matching resources: %d", count)


def is_told(settings: Settings, category: str) -> bool:
    """Whether lines at level INFO are told of a category: its level can be set, and somebody listens."""
    return settings.log_levels[category] != LOG_LEVELS[0] and LOGGER.hasHandlers()


class LogLines(logging.Formatter):
    """Formats records as lines of the release's log, such as `W1122 20:36:39.133441 HTTP-0 name.py:42] text`.

    Before 1.12 threads are not named. The place is that in the emulator.
    """

    def __init__(self, release: SystemRelease) -> None:
        super().__init__()
        self.release = release

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created)
        thread = f"{record.threadName:>16} " if self.release.system.logs_threads else ""
        letter = LETTERS.get(record.levelname, "I")
        place = f"{thread}{record.filename}:{record.lineno}"
        text = f"{letter}{moment:%m%d %H:%M:%S.%f} {place}] {one_line(record.getMessage())}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text
