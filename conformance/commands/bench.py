"""`python -m conformance bench`: its options, and the servers that they name."""

from __future__ import annotations

import argparse
import base64
from collections.abc import Callable
from contextlib import ExitStack

from emulator import DEFAULT_RELEASE

from ..asking.exchange import UnexpectedAnswerError
from ..benchmarks import operations
from ..benchmarks.servers import OverHttp, Server, executable, in_process, over_http


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--user", help="the user's name, for --url")
    command.add_argument("--password", help="the password, for --url")
    command.add_argument("--release", help="the emulated release (default: that of the live server)")
    command.add_argument("--instances", type=int, default=10_000, help="how many small files are stored (10,000)")
    command.add_argument("--rounds", type=int, default=5, help="how often each operation runs on each server (5)")
    command.add_argument("--json", action="store_true", help="print the seconds of every round as JSON")


def run_bench(options: argparse.Namespace, nearest_release: Callable[[str], str]) -> int:
    """Runs the benchmark and prints its table; returns the exit status."""
    if options.instances < operations.INSTANCES_PER_STUDY or options.rounds < 1:
        raise ValueError(f"--instances must be at least {operations.INSTANCES_PER_STUDY}, --rounds at least 1")
    with ExitStack() as stack:
        live: OverHttp | None = None
        if options.orthanc:
            live = stack.enter_context(executable(options.orthanc, options.root))
        elif options.url:
            live = OverHttp(options.url, authorization(options.user, options.password))
        if live is not None:
            check_free(live)
        release = nearest_release(options.release or (DEFAULT_RELEASE if live is None else live.version()))
        servers: dict[str, Server] = {
            "in process": stack.enter_context(in_process(release)),
            "over HTTP": stack.enter_context(over_http(release)),
        }
        if live is not None:
            servers["live"] = live
        for server in servers.values():
            stack.callback(operations.clean_up, server)
        workloads = {
            name: operations.load(
                server,
                options.instances,
                lambda text, name=name: operations.show_progress(f"{name}: {text}"),  # type: ignore[misc]
            )
            for name, server in servers.items()
        }
        figures = operations.measure(workloads, options.rounds, operations.show_progress)
        operations.show_progress("")
    if options.json:
        print(operations.as_json(figures))
    else:
        print(f"{options.instances:,} instances, emulated release {release}, {operations.machine()}\n")
        print(operations.table(figures, "live" if live is not None else None))
    return 0


def check_free(server: Server) -> None:
    """Raises UnexpectedAnswerError where the server has patients of the names that the benchmark uses."""
    if server.find("Patient", {"PatientID": f"{operations.PATIENT}-*"}):
        raise UnexpectedAnswerError(
            f"The server has patients {operations.PATIENT}-… from an earlier run: delete them first"
        )


def authorization(user: str | None, password: str | None) -> dict[str, str]:
    if user is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password or ''}".encode()).decode()}
