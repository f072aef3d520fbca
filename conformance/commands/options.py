"""Options that several subcommands have."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..targets.postgresql import PostgresqlServer


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
    command.add_argument("--user", help="the user's name, for --url")
    command.add_argument("--password", help="the password, for --url")


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
