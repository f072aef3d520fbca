"""The table of routes: which of Orthanc's routes are known, since which release, and which are not emulated.

It is made from the routing table, so that it can't tell otherwise than what is answered: `python -m emulator routes`.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..releases import DEFAULT_RELEASE, RELEASES, Release

LEVELS = ("patients", "studies", "series", "instances")
EMULATED = "emulated"


class Row(NamedTuple):
    """A line of the table. `state` is "emulated", or what a 501 names as missing."""

    path: str
    methods: tuple[str, ...]
    since: str
    state: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m emulator routes`."""
    parser.set_defaults(command=run)
    parser.add_argument("--release", choices=[*RELEASES], help="only the routes of this release")
    parser.add_argument("--openapi", action="store_true", help="print an OpenAPI description of a release's routes")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")


def run(options: argparse.Namespace) -> int:
    if options.openapi:
        print(description(RELEASES[options.release or DEFAULT_RELEASE]))
        return 0
    releases = [RELEASES[options.release]] if options.release else [*RELEASES.values()]
    rows = sorted(compact(rows_of(releases)))
    if options.markdown:
        print("\n".join(markdown(rows)))
    else:
        width = max(len(row.path) for row in rows)
        for row in rows:
            print(f"{row.path:{width}}  {', '.join(row.methods):22}  {row.since:6}  {state_text(row)}")
        print()
        print("\n".join(f"{one.version}: {counted(one)}" for one in releases))
    return 0


def description(release: Release) -> str:
    """The routes of a release in OpenAPI's JSON."""
    from ..control.routes import descriptions
    from ..rest.application import ROUTES
    from ..rest.openapi import openapi

    return json.dumps(openapi(release, ROUTES, descriptions()), indent=1)


def rows_of(releases: Iterable[Release]) -> Iterator[Row]:
    """A row for each path, and for its methods that came at once and are answered alike."""
    from ..rest.application import ROUTES
    from ..rest.not_emulated import NotEmulated

    for route in ROUTES:
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for method, handler in route.handlers.items():
            since = next((one.version for one in releases if method in route.methods(one)), None)
            if since is not None:
                state = handler.what if isinstance(handler, NotEmulated) else EMULATED
                groups[since, state].append(method)
        for (since, state), methods in groups.items():
            yield Row(route.template, tuple(methods), since, state)


def compact(rows: Iterable[Row]) -> Iterator[Row]:
    """One row for what is the same at several levels: `/{patients|studies}/{id}`, or `/{level}/{id}` for all four."""
    groups: dict[Row, list[str]] = defaultdict(list)
    for row in rows:
        level, slash, rest = row.path[1:].partition("/")
        if level in LEVELS and slash:
            groups[row._replace(path=rest)].append(level)
        else:
            yield row
    for row, levels in groups.items():
        ordered = sorted(levels, key=LEVELS.index)
        name = (
            "{level}"
            if len(ordered) == len(LEVELS)
            else ordered[0]
            if len(ordered) == 1
            else f"{{{'|'.join(ordered)}}}"
        )
        yield row._replace(path=f"/{name}/{row.path}")


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table in Markdown, without the oldest release's name: what all have needs no mark."""
    oldest = next(iter(RELEASES))
    yield "| route | methods | since | |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        path = row.path.replace("|", "\\|")
        since = "" if row.since == oldest else row.since
        yield f"| `{path}` | {', '.join(row.methods)} | {since} | {state_text(row)} |"


def state_text(row: Row) -> str:
    return "" if row.state == EMULATED else f"501: {row.state}"


def counted(release: Release) -> str:
    """How many of a release's routes (paths with a method) are emulated, and how many are refused."""
    rows = [*rows_of([release])]
    emulated = sum(len(row.methods) for row in rows if row.state == EMULATED)
    refused = sum(len(row.methods) for row in rows if row.state != EMULATED)
    paths = len({row.path for row in rows})
    return f"{paths} paths, {emulated + refused} methods of them: {emulated} emulated, {refused} refused"
