"""The configuration that lets one server be asked as much as one configuration can: `python -m conformance config`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from emulator import RELEASES, OrthancError
from emulator.dictionary import Dictionary

from ..asking.configurations import DEFAULTS
from ..scenarios.scenario import Scenario
from .probing import PROBES
from .server_process import BASE_CONFIGURATION

Options = dict[str, Any]


def full_configuration(scenarios: Iterable[Scenario]) -> tuple[Options, list[Scenario]]:
    """A server's whole configuration, and the scenarios that it does not let be asked.

    Where scenarios need different values of an option, those that most of them need win.
    """
    askable = [one for one in scenarios if not one.starts]
    needs: dict[str, list[Scenario]] = {}
    for one in askable:
        needs.setdefault(json.dumps(one.configuration, sort_keys=True), []).append(one)
    merged: Options = dict(DEFAULTS)
    left_out: list[Scenario] = []
    for group in sorted(needs.values(), key=len, reverse=True):
        wanted = group[0].configuration
        # an option that can't be tried out on a running server is taken as lacking there, so that it would help nobody
        together = joined(merged, wanted, first=merged == DEFAULTS) if PROBES.keys() >= wanted.keys() else None
        if together is None or not is_taken(together.get("Dictionary")):
            left_out += group
        else:
            merged = together
    options = {name: value for name, value in merged.items() if DEFAULTS.get(name) != value}
    return {**BASE_CONFIGURATION, **options}, left_out


def is_taken(section: Any) -> bool:
    """Whether each release starts with a section "Dictionary": entries of two scenarios may not go together."""
    for release in RELEASES.values():
        try:
            Dictionary(release.dcmtk_version, section, release.dictionary)
        except OrthancError:
            return False
    return True


def joined(options: Mapping[str, Any], more: Mapping[str, Any], first: bool) -> Options | None:
    """Both sets of options in one, None if they contradict each other; the `first` may contradict the defaults."""
    together = dict(options)
    for name, value in more.items():
        if name not in together or first:
            together[name] = value
        elif name == "Dictionary":
            members = joined(together[name], value, first=False)
            if members is None:
                return None
            together[name] = members
        elif together[name] != value:
            return None
    return together
