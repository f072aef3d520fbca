"""The options of `pytest --pyargs conformance`, as a pytest plugin.

A module of its own with nothing but options, because pytest imports it in every run of everybody who has installed
this: to import it must cost nothing, and must not load the package, of which a checkout may hold another version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "conformance of orthanc-emulator (pytest --pyargs conformance)")
    group.addoption("--orthanc-url", metavar="URL", help="a running Orthanc to compare the emulator with")
    group.addoption("--orthanc-user", metavar="USER", help="its user")
    group.addoption("--orthanc-password", metavar="PASSWORD", help="the user's password")
    group.addoption("--orthanc-exclusive", action="store_true", help="it is empty, and nobody else uses it")
    group.addoption("--orthanc-no-limits", action="store_true", help="before 1.12: it recycles no patients")
    group.addoption("--orthanc", metavar="PATH", help="an Orthanc executable, started as needed (default: Orthanc)")
    group.addoption("--orthanc-root", metavar="DIR", help="run the executable in a chroot there (as root)")
