"""A PostgreSQL server in which the suite keeps the index of the Orthancs that it starts: a database for each."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

#: Where Debian's package `orthanc-postgresql` has the plugin, inside the root of the executable.
PLUGIN = "/usr/share/orthanc/plugins/libOrthancPostgreSQLIndex.so"

PSQL_SECONDS = 30.0


class DatabaseError(ValueError):
    """A PostgreSQL server that can't be used."""


@dataclass(frozen=True)
class PostgresqlServer:
    """The server at `uri`, such as `postgresql://postgres@127.0.0.1:5432/postgres`; its user may make databases.

    The command `psql` must be there. Raises DatabaseError.
    """

    uri: str

    def __post_init__(self) -> None:
        if urlsplit(self.uri).scheme not in ("postgresql", "postgres"):
            raise DatabaseError(f"{self.uri!r} is no database: write it like postgresql://USER@127.0.0.1:5432/postgres")

    def make_database(self) -> str:
        """Makes an empty database and returns its name."""
        name = f"orthanc_conformance_{uuid.uuid4().hex}"
        self.run(f'CREATE DATABASE "{name}"')
        return name

    def drop_database(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def options(self, database: str) -> Mapping[str, Any]:
        """The Orthanc options with which a server keeps its index in that database."""
        uri = urlunsplit(urlsplit(self.uri)._replace(path=f"/{database}"))
        section = {"EnableIndex": True, "EnableStorage": False, "ConnectionUri": uri, "ConnectionRetryInterval": 1}
        return {"Plugins": [PLUGIN], "PostgreSQL": section}

    def run(self, statement: str) -> None:
        command = ["psql", "--no-psqlrc", "--quiet", "--command", statement, self.uri]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PSQL_SECONDS, check=False)
        except OSError as error:
            raise DatabaseError(f"Cannot run psql: {error.strerror}; install PostgreSQL's client") from None
        except subprocess.TimeoutExpired:
            raise DatabaseError(f"{self.uri} does not answer within {PSQL_SECONDS:.0f} s") from None
        if done.returncode:
            raise DatabaseError(f"{self.uri}: {done.stderr.strip()}")
