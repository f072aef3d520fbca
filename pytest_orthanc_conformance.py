"""The options of `pytest --pyargs conformance`, as a pytest plugin: they are there for it alone.

A module of its own with nothing but options, because pytest imports it in every run of everybody who has installed
this: to import it must cost nothing, must not load the package, of which a checkout may hold another version, and must
not take names that a project's own options have.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest.config.argparsing import OptionGroup

PACKAGE = "conformance"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]
) -> Generator[None, Any, Any]:
    """Adds the options where the suite is asked for, behind those of the project's own conftest."""
    result = yield
    if asks_for_suite(args):
        add_options(parser)
    return result


def asks_for_suite(args: Sequence[str]) -> bool:
    """Whether `--pyargs conformance`, or a module or a test of it, is among the arguments."""
    named = [str(argument).partition("::")[0] for argument in args]
    return "--pyargs" in named and any(name == PACKAGE or name.startswith(f"{PACKAGE}.") for name in named)


def add_options(parser: pytest.Parser) -> None:
    """Adds the options once; one that the project has already stays the project's."""
    if getattr(parser, "has_options_of_conformance", False):
        return
    parser.has_options_of_conformance = True  # type: ignore[attr-defined]
    group = parser.getgroup("conformance", "conformance of orthanc-emulator (pytest --pyargs conformance)")
    add(group, "--orthanc-url", metavar="URL", help="a running Orthanc to compare the emulator with")
    add(group, "--orthanc-user", metavar="USER", help="its user")
    add(group, "--orthanc-password", metavar="PASSWORD", help="the user's password")
    add(group, "--orthanc-exclusive", action="store_true", help="it is empty, and nobody else uses it")
    add(group, "--orthanc-no-limits", action="store_true", help="before 1.12: it recycles no patients")
    add(group, "--orthanc", metavar="PATH", help="an Orthanc executable, started as needed (default: Orthanc)")
    add(group, "--orthanc-root", metavar="DIR", help="run the executable in a chroot there (as root)")


def add(group: OptionGroup, name: str, **attributes: Any) -> None:
    try:
        group.addoption(name, **attributes)
    except ValueError:  # taken: what the project's own option says counts
        return
