"""Every public method of pyorthanc, orthanc-api-client and dicomweb-client: the outcomes are those of a real server.

Of 1.12.7 all are compared, of the other releases those that are not as on 1.12.7. The calls, what they need, and what
is left out and why (LEFT_OUT) stand in `conformance/sweeps/client_methods/`; what the real servers gave was recorded by
`python -m conformance client_methods --orthanc … --record fixtures/client_methods`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from conformance.comparing.differences import value_differences
from conformance.sweeps.client_methods import (
    dicomweb_client_calls,
    orthanc_api_client_calls,
    pyorthanc_calls,
    pyorthanc_routes,
)
from conformance.sweeps.client_methods.run import CLIENTS, WHOLE_RELEASE, calls, on_emulator, read, version
from emulator import RELEASES
from tests.testing.clients import client_library

RECORDED = Path(__file__).parent.parent.parent / "fixtures" / "client_methods"

pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated")


def recorded(client: str, release: str = WHOLE_RELEASE) -> dict[str, Any]:
    """The recorded outcomes, which are those of one version of a client."""
    client_library(client)
    found = read(RECORDED, release, client)
    if found["client"] != version(client):
        pytest.skip(f"{client} {found['client']} was recorded, {version(client)} is installed")
    return found


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("client", CLIENTS)
def test_outcomes_are_those_of_a_real_server(client: str, release: str) -> None:
    known = recorded(client, release)["outcomes"]
    assert known.keys() <= calls(client).keys()
    assert release != WHOLE_RELEASE or known.keys() == calls(client).keys()
    different = {
        name: [f"{path}: {right} ≠ {wrong}" for path, right, wrong in value_differences("", known[name], one)]
        for name, one in on_emulator(client, release, known)
        if one != known[name]
    }
    assert {name: found for name, found in different.items() if found} == {}


def methods(owner: object) -> set[str]:
    """The public functions of a class or object that it does not have from an HTTP library."""
    found = inspect.getmembers(owner, callable)
    return {name for name, one in found if not name.startswith("_") and not of_a_library(one)}


def of_a_library(one: Any) -> bool:
    return (getattr(one, "__module__", None) or "").partition(".")[0] in ("httpx", "builtins", "")


def is_called(name: str, called: Iterable[str]) -> bool:
    return any(one == name or one.startswith((f"{name}(", f"{name}.", f"{name}{{")) for one in called)


def test_every_method_of_pyorthanc_is_called_or_left_out() -> None:
    recorded("pyorthanc")
    pyorthanc = client_library("pyorthanc")
    called = calls("pyorthanc")
    left_out = {"setup_credentials", *pyorthanc_calls.LEFT_OUT, "Orthanc", "util", "errors"}
    names = {*methods(pyorthanc.Orthanc), *pyorthanc.__all__} - left_out
    for kind in ("Patient", "Study", "Series", "Instance", "Job"):
        names |= {f"{kind}.{name}" for name in methods(getattr(pyorthanc, kind))}
    assert {one for one in names if not is_called(one, called) and not pyorthanc_routes.is_left_out(one)} == set()


def test_every_method_of_orthanc_api_client_is_called_or_left_out() -> None:
    recorded("orthanc_api_client")
    module = client_library("orthanc_api_client")
    left_out = orthanc_api_client_calls.LEFT_OUT
    called = calls("orthanc_api_client")
    client = module.OrthancApiClient("http://orthanc")
    names = methods(client)
    for part in ("patients", "studies", "series", "instances", "jobs"):
        inherited = methods(object.__new__(type(client.jobs).__mro__[1])) if part == "jobs" else set()
        names |= {f"{part}.{name}" for name in methods(getattr(client, part)) - inherited}
    names |= {f"InstancesSet.{name}" for name in methods(module.InstancesSet) - {"add_series"}}
    missing = {one for one in names if not is_called(one, called)}
    assert {one for one in missing if one not in left_out and one.rpartition(".")[2] not in left_out} == set()


def test_every_method_of_dicomweb_client_is_called_or_left_out() -> None:
    recorded("dicomweb_client")
    client = client_library("dicomweb_client").DICOMwebClient("http://orthanc/dicom-web")
    missing = {one for one in methods(client) if not is_called(one, calls("dicomweb_client"))}
    assert missing - dicomweb_client_calls.LEFT_OUT.keys() == set()
