"""What a scenario is, and the list of all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ..asking.session import Session
    from ..asking.stand_ins import StandIns

#: "as-release": the emulator must answer as the server of its release does, unknown private tags included.
#: "contract": the documented contract, which no release keeps in full; the emulator's default mode must.
Mode = Literal["as-release", "contract"]

ScenarioFunction = Callable[["Session"], None]


@dataclass(frozen=True)
class Scenario:
    """A rule and the requests that show it.

    The function makes requests through a Session and asserts nothing: the assertion is that two targets answer
    alike. Only in mode "contract" must the observations that it makes be true, on the emulator.

    `configuration` holds the Orthanc options that the scenario needs; `releases` those it can be asked of (None: all);
    `starts` says that what is compared is whether the server starts with this configuration, and if not, its error,
    `promised` that it does start by the documented contract; `needs_empty_server` that the answers cover the whole
    server, such as the list of all studies. `stand_ins` are set for a server that knows none of the laboratory's tags.
    With `as_given` what is tried out is the configuration itself: a server is asked whatever it has.
    """

    chapter: str
    name: str
    claim: str
    function: ScenarioFunction = field(repr=False, compare=False)
    configuration: Mapping[str, Any] = field(default_factory=dict, compare=False)
    releases: Collection[str] | None = None
    mode: Mode = "as-release"
    starts: bool = False
    promised: bool = False
    needs_empty_server: bool = False
    stand_ins: StandIns | None = field(default=None, compare=False)
    as_given: bool = False

    @property
    def title(self) -> str:
        """Chapter and name, as `--only` takes them."""
        return f"{self.chapter}/{self.name}"

    def applies_to(self, release: str) -> bool:
        return self.releases is None or release in self.releases


REGISTRY: dict[str, Scenario] = {}


def scenario(
    claim: str,
    *,
    configuration: Mapping[str, Any] | None = None,
    releases: Collection[str] | None = None,
    mode: Mode = "as-release",
    starts: bool = False,
    needs_empty_server: bool = False,
) -> Callable[[ScenarioFunction], ScenarioFunction]:
    """Registers the decorated function as a scenario: its module is the chapter, its name the name."""

    def register(function: ScenarioFunction) -> ScenarioFunction:
        add(
            Scenario(
                chapter=function.__module__.rsplit(".", 1)[-1],
                name=function.__name__,
                claim=claim,
                function=function,
                configuration=dict(configuration or {}),
                releases=releases,
                mode=mode,
                starts=starts,
                needs_empty_server=needs_empty_server,
            )
        )
        return function

    return register


def add(new: Scenario) -> None:
    """Adds a scenario to the list; raises ValueError if its title is taken."""
    if new.title in REGISTRY:
        raise ValueError(f"Two scenarios are called {new.title}: rename one of them")
    REGISTRY[new.title] = new


def all_scenarios() -> list[Scenario]:
    """Every scenario below `conformance.scenarios`, chapter by chapter, in the order in which they are written."""
    from .. import scenarios

    for module in pkgutil.iter_modules(scenarios.__path__):
        importlib.import_module(f"{scenarios.__name__}.{module.name}")
    return list(REGISTRY.values())


def chosen(only: Collection[str] | None) -> list[Scenario]:
    """The scenarios of the given chapters or titles, all for None; raises ValueError for a name that fits none."""
    everything = all_scenarios()
    if not only:
        return everything
    known = {name for one in everything for name in (one.chapter, one.title)}
    for name in only:
        if name not in known:
            chapters = ", ".join(dict.fromkeys(one.chapter for one in everything))
            raise ValueError(f"No chapter or scenario is called {name!r}; the chapters are: {chapters}")
    return [one for one in everything if one.chapter in only or one.title in only]
