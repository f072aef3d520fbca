"""The databases in which a server may have its index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

#: The databases that the emulator can be set to, and the options that do it.
DATABASE_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    SQLITE: {},
    POSTGRESQL: {"PostgreSQL": {"EnableIndex": True}},
}


def database_of(system: Mapping[str, Any]) -> str:
    """Which database has the index of a server that answers this to /system; SQLite where it is none of ours."""
    plugin = str(system.get("DatabaseBackendPlugin") or "")
    return POSTGRESQL if "postgresql" in plugin.lower() else SQLITE


def with_database(database: str) -> str:
    """What a target's name says of its database: nothing of the usual one."""
    return "" if database == SQLITE else f" with {database}"
