"""Measure what operations cost on the emulator, in process and over HTTP, and beside a server if one is given.

    python -m conformance bench --orthanc Orthanc [--root DIR] [--instances 10000] [--rounds 5] [--json]
    python -m conformance bench --url http://127.0.0.1:8042
    python -m conformance bench --network --orthanc Orthanc

Each operation runs on each server in turn; what is stored for it is deleted again.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from emulator import DEFAULT_RELEASE

from ..asking.exchange import UnexpectedAnswerError
from ..benchmarks import measuring, operations
from ..benchmarks.servers import OverHttp, Server, executable, in_process, over_http
from ..targets.releases import nearest_release
from ..targets.room import check_server
from .options import add_executable, add_limits, add_root, add_user, http_client


def add_options(command: argparse.ArgumentParser) -> None:
    measured = command.add_mutually_exclusive_group()
    measured.add_argument("--url", help="a running server, best an empty one; what is stored there is deleted again")
    add_executable(measured, required=False)
    add_root(command)
    add_user(command)
    add_limits(command)
    command.add_argument("--release", help="the emulated release (default: that of the live server)")
    command.add_argument("--instances", type=int, default=10_000, help="how many small files are stored (10,000)")
    command.add_argument("--rounds", type=int, default=5, help="how often each operation runs on each server (5)")
    command.add_argument(
        "--network",
        action="store_true",
        help="measure the DICOM network instead: C-STORE, C-FIND; with --orthanc beside it",
    )
    command.add_argument("--json", action="store_true", help="print the seconds of every round as JSON")


def run(options: argparse.Namespace) -> int:
    """Runs the benchmark and prints its table; returns the exit status."""
    if options.instances < operations.INSTANCES_PER_STUDY or options.rounds < 1:
        raise ValueError(f"--instances must be at least {operations.INSTANCES_PER_STUDY}, --rounds at least 1")
    if options.network:
        return run_network(options)
    with ExitStack() as stack:
        live: OverHttp | None = None
        if options.orthanc:
            live = stack.enter_context(executable(options.orthanc, options.root))
        elif options.url:
            client = http_client(options)
            patients = options.instances // operations.INSTANCES_PER_STUDY + 20
            room = {"patients": patients, "mebibytes": 100 + options.instances // 100}
            check_server(client, vouched=options.no_limits, owned=options.i_own_this_server, **room)
            live = OverHttp(client.url, {name: text for name, text in client.headers.items() if name != "Accept"})
            client.close()
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
            stack.callback(measuring.clean_up, server)
        workloads = {
            name: measuring.load(
                server,
                options.instances,
                lambda text, name=name: measuring.show_progress(f"{name}: {text}"),  # type: ignore[misc]
            )
            for name, server in servers.items()
        }
        figures = measuring.measure(workloads, options.rounds, measuring.show_progress)
        measuring.show_progress("")
    if options.json:
        print(measuring.as_json(figures))
    else:
        print(f"{options.instances:,} instances, emulated release {release}, {measuring.machine()}\n")
        print(measuring.table(figures, "live" if live is not None else None))
    return 0


def run_network(options: argparse.Namespace) -> int:
    """Measures the DICOM network, on servers that are started for it."""
    from ..benchmarks import network

    if options.url:
        raise ValueError("--network measures servers that it starts itself: give --orthanc in the place of --url")
    with ExitStack() as stack:
        servers = {"emulator": stack.enter_context(network.emulated(options.release or DEFAULT_RELEASE))}
        servers["pynetdicom alone"] = stack.enter_context(network.alone())
        if options.orthanc:
            servers["live"] = stack.enter_context(network.executable(options.orthanc, options.root))
        figures = network.measure(servers, options.rounds, measuring.show_progress)
    measuring.show_progress("")
    print(f"{network.FILES:,} files on one association, {measuring.machine()}\n")
    print(network.table(figures))
    return 0


def check_free(server: Server) -> None:
    """Raises UnexpectedAnswerError where the server has patients of the names that the benchmark uses."""
    if server.find("Patient", {"PatientID": f"{operations.PATIENT}-*"}):
        raise UnexpectedAnswerError(
            f"The server has patients {operations.PATIENT}-… from an earlier run: delete them first"
        )
