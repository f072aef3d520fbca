"""Options that several subcommands have."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from ..asking.clients import HttpClient
from ..asking.connecting import RETRIES, TIMEOUT_SECONDS, Connecting
from ..targets.postgresql import PostgresqlServer

#: The longest pause before a GET is sent again, in seconds.
LONGEST_PAUSE = 10.0


def add_executable(group: argparse._ActionsContainer, *, required: bool) -> None:
    group.add_argument("--orthanc", metavar="PATH", required=required, help="an Orthanc executable, started as needed")


def add_root(command: argparse.ArgumentParser) -> None:
    command.add_argument("--root", type=Path, metavar="DIR", help="run the executable in a chroot there (as root)")


def add_postgresql(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--postgresql",
        type=PostgresqlServer,
        metavar="URI",
        help="keep the executable's index in a fresh database there, such as postgresql://postgres@127.0.0.1/postgres",
    )


def add_user(command: argparse.ArgumentParser) -> None:
    command.add_argument("--user", help="the user's name, for --url (default: ORTHANC_USER of the environment)")
    command.add_argument(
        "--password",
        help="the password, for --url (default: ORTHANC_PASSWORD of the environment, else it is asked for)",
    )
    add_connecting(command)


def add_connecting(command: argparse.ArgumentParser) -> None:
    """How a server behind a proxy, or with a certificate of its own, is reached."""
    command.add_argument(
        "--header", action="append", default=[], metavar="NAME:VALUE", help="a header that goes with each request"
    )
    command.add_argument("--cacert", type=Path, metavar="FILE", help="certificates to trust beside the usual ones")
    command.add_argument("--insecure", action="store_true", help="trust any certificate")
    command.add_argument(
        "--timeout", type=float, default=TIMEOUT_SECONDS, metavar="SECONDS", help="for an answer (%(default)s)"
    )
    command.add_argument(
        "--retries", type=int, default=len(RETRIES), metavar="N", help="of a GET that gets no answer (%(default)s)"
    )


def http_client(options: argparse.Namespace) -> HttpClient:
    """The client that the options ask for; raises ValueError for a header that is none."""
    user, password = credentials(options)
    connecting = Connecting(
        dict(header(text) for text in options.header),
        options.cacert,
        options.insecure,
        options.timeout,
        tuple(min(0.1 * 10**number, LONGEST_PAUSE) for number in range(options.retries)),
    )
    return HttpClient(options.url, user, password, connecting)


def credentials(options: argparse.Namespace) -> tuple[str | None, str | None]:
    """User and password, from the command line, the environment or, of the password, the terminal."""
    user = options.user or os.environ.get("ORTHANC_USER")
    password = options.password or os.environ.get("ORTHANC_PASSWORD")
    if user and password is None and sys.stdin.isatty():
        password = getpass.getpass(f"Password of {user}: ")
    return user, password


def header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise ValueError(f"--header {text!r} is no header: write it like X-Token:secret")
    return name.strip(), value.strip()


def add_limits(command: argparse.ArgumentParser) -> None:
    """What the user knows of a server in use and the suite can't."""
    command.add_argument(
        "--no-limits",
        action="store_true",
        help="the server at --url, before 1.12, has no MaximumPatientCount and no MaximumStorageSize, or room enough",
    )
    command.add_argument(
        "--i-own-this-server",
        action="store_true",
        help="nothing on the server at --url matters: it may recycle patients of others",
    )


def add_only(command: argparse.ArgumentParser) -> None:
    command.add_argument("--only", action="append", metavar="CHAPTER", help="a chapter or a chapter/scenario")


def add_server_of_sweep(command: argparse.ArgumentParser) -> None:
    """The executable that a sweep starts, which it can't do without."""
    command.add_argument("--orthanc", required=True, metavar="EXECUTABLE")
    command.add_argument("--root", type=Path, help="run the executable in a chroot there")


def add_count_and_seed(command: argparse.ArgumentParser, count: int, counted: str) -> None:
    """How much a sweep asks, and the seed that makes it ask the same again."""
    command.add_argument("--count", type=int, default=count, help=f"{counted} (default: {count})")
    command.add_argument("--seed", type=int, default=1)
