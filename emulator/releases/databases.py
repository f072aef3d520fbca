"""The database behind a server's index: SQLite, or PostgreSQL where the configuration enables its plugin.

Measured on Orthanc 1.10.1 and 1.12.7 with the plugins of Debian (4.0 and 5.0) and PostgreSQL 15, whose locale was
C.UTF-8: see fixtures/measurements/postgresql.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import ErrorCode
from ..query.costs import QueryCosts
from .release import Release

LOGGER = logging.getLogger("emulator.configuration")


class PostgresqlPlugin(NamedTuple):
    """The plugin that a release is measured with: its path, as /system tells it, and what it changes of which rules."""

    path: str
    changes: Mapping[str, Mapping[str, Any]]


#: What PostgreSQL changes in every release.
QUERY_CHANGES: Mapping[str, Any] = MappingProxyType(
    {
        "main_tags_fold_all_letters": True,
        "joins_decide_order": True,
        "costs": QueryCosts(),  # not measured: it has an index where SQLite searches a table
    }
)
REST_CHANGES: Mapping[str, Any] = MappingProxyType(
    {"pages_by_identifier": True, "unlimited_list_error": ErrorCode.DATABASE_CANNOT_SERIALIZE}
)

PLUGINS: Mapping[str, PostgresqlPlugin] = MappingProxyType(
    {
        "1.10.1": PostgresqlPlugin(
            "/usr/lib/orthanc/libOrthancPostgreSQLIndex.so.4.0",
            {
                "query": {**QUERY_CHANGES, "samples_by_identifier": True},
                "rest": {**REST_CHANGES, "refuses_negative_limits": True},
            },
        ),
        "1.12.7": PostgresqlPlugin(
            "/usr/lib/orthanc/libOrthancPostgreSQLIndex.so.5.0",
            {
                "query": {
                    **QUERY_CHANGES,
                    "has_extended_find": False,
                    "refuses_tags_far_below": False,
                    "stars_skip_the_levels_below": False,
                    "modality_wildcards_are_literal": False,
                    "repeats_candidates": True,
                },
                "rest": {**REST_CHANGES, "negative_limit_is_none": True},
                "store": {
                    "lists_by_arrival": True,
                    "names_wrong_levels": True,
                    "repeated_tags_error": ErrorCode.DATABASE_CANNOT_SERIALIZE,
                },
                "system": {
                    "system_constants": MappingProxyType(
                        {
                            "Capabilities": {"HasExtendedChanges": False, "HasExtendedFind": False},
                            "DefaultRetrieveMethod": "C-MOVE",
                        }
                    )
                },
            },
        ),
    }
)


def uses_postgresql(options: Mapping[str, Any]) -> bool:
    """Whether a configuration enables the index of PostgreSQL."""
    section = options.get("PostgreSQL")
    return isinstance(section, Mapping) and section.get("EnableIndex") is True


def with_database(release: Release, options: Mapping[str, Any]) -> Release:
    """The release as it answers with the database that the configuration chooses.

    A release that was not measured with PostgreSQL answers as with SQLite, and a warning in the log says so.
    """
    if not uses_postgresql(options):
        return release
    plugin = PLUGINS.get(release.version)
    if plugin is None:
        measured = ", ".join(PLUGINS)
        LOGGER.warning(
            'PostgreSQL was measured with %s only: "EnableIndex" is passed over, %s answers as with SQLite',
            measured,
            release.version,
        )
        return release
    rules = {room: replace(getattr(release, room), **changes) for room, changes in plugin.changes.items()}
    system = replace(rules.pop("system", release.system), database_plugin=plugin.path)
    return replace(release, system=system, **rules)
