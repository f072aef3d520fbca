"""The members of a request's body that the server passes over without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .diagnostics import Diagnostic
from .spelling import what_was_meant


def ignored_members(
    body: Mapping[str, Any], known: frozenset[str], of_any_release: frozenset[str], version: str
) -> Iterator[Diagnostic]:
    """Tells the members that a request has and the release reads not: misspelt ones, and those of other releases.

    `known` are those that this release reads in such a request, `of_any_release` those that some release does.
    """
    if body.keys() <= known:  # as nearly always
        return
    for name in body:
        if name in known or not isinstance(name, str):
            continue
        if name in of_any_release:
            advice = "do without it, or use a later release: docs/explanation/releases-between.md tells from when on"
        else:
            meant = what_was_meant(name, known)
            advice = f'did you mean "{meant}"?' if meant else "leave it out"
        yield Diagnostic("member-ignored", f'Orthanc {version} reads no member "{name}" in this request', advice)
