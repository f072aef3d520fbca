"""Print the configuration that lets one server be asked as much as one configuration can."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from ..recorder.layout import laid_out
from ..scenarios.scenario import Scenario, chosen
from ..targets.full_configuration import full_configuration
from .options import add_only


def add_options(command: argparse.ArgumentParser) -> None:
    add_only(command)


def run(options: argparse.Namespace) -> int:
    configuration, left_out = full_configuration(chosen(options.only))
    print(laid_out(configuration))
    for one in left_out:
        print(
            f"conformance: not asked with it: {one.title}, which needs {differing(one, configuration)}", file=sys.stderr
        )
    return 0


def differing(scenario: Scenario, configuration: Mapping[str, Any]) -> str:
    """The options of a scenario that a configuration lacks, as one would write them."""
    options = scenario.configuration.items()
    return ", ".join(
        f'"{name}": {json.dumps(value)}' for name, value in options if not holds(configuration.get(name), value)
    )


def holds(given: Any, wanted: Any) -> bool:
    """Whether an option has what is wanted: of a section such as "Dictionary" at least its entries."""
    if isinstance(given, Mapping) and isinstance(wanted, Mapping):
        return given.items() >= wanted.items()
    return bool(given == wanted)
