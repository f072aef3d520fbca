"""Filters of what comes in are asked about copies, too. What is expected was measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.testing import dicom

PLUGIN = """
    import orthanc

    def received(data, origin):
        if b"DISCARD ME" in data:
            return orthanc.ReceivedInstanceAction.DISCARD, None
        if b"CHANGE ME " in data:
            return orthanc.ReceivedInstanceAction.MODIFY, data.replace(b"CHANGE ME ", b"CHANGED   ")
        return orthanc.ReceivedInstanceAction.KEEP_AS_IS, None

    orthanc.RegisterReceivedInstanceCallback(received)
"""

Scripted = Callable[..., Emulator]
LATER = [release for release in RELEASES if release != "1.9.1"]


def comments(orthanc: Emulator) -> list[str]:
    tags = [orthanc.client().get(f"/instances/{one}/simplified-tags").json for one in orthanc.resources("Instance")]
    return sorted(one["PatientComments"] for one in tags)


def ask(orthanc: Emulator, action: str, comment: str, **more: Any) -> Any:
    study = orthanc.resources("Study")[0]
    body = {"Replace": {"PatientComments": comment}, **more}
    return orthanc.client().post(f"/studies/{study}/{action}", json=body)


@pytest.mark.parametrize("release", LATER)
def test_a_copy_is_changed_or_refused(scripted: Scripted, release: str) -> None:
    orthanc = scripted(PLUGIN, release=release)
    orthanc.store(dicom(PatientID="P", PatientComments="as it is"))
    assert ask(orthanc, "modify", "CHANGE ME ").status_code == 200
    refused = ask(orthanc, "modify", "DISCARD ME")
    assert (refused.status_code, json.loads(refused.data)["OrthancStatus"]) == (500, 2018)
    assert comments(orthanc) == ["CHANGED", "as it is"]


@pytest.mark.parametrize(("release", "failed"), [("1.10.1", 0), ("1.12.7", 1), ("1.13.0", 1)])
def test_a_permissive_job_loses_what_is_refused(scripted: Scripted, release: str, failed: int) -> None:
    orthanc = scripted(PLUGIN, release=release)
    orthanc.store(dicom(PatientID="P", PatientComments="as it is"))
    answer = ask(orthanc, "modify", "DISCARD ME", Permissive=True, KeepSource=False)
    assert (answer.status_code, answer.json["FailedInstancesCount"]) == (200, failed)
    assert orthanc.resources("Instance") == []


@pytest.mark.parametrize("release", LATER)
def test_a_split_that_is_refused(scripted: Scripted, release: str) -> None:
    orthanc = scripted(PLUGIN, release=release)
    orthanc.store(dicom(PatientID="P", PatientComments="as it is"))
    series = orthanc.resources("Series")
    refused = ask(orthanc, "split", "DISCARD ME", Series=series)
    assert (refused.status_code, json.loads(refused.data)["OrthancStatus"]) == (500, -1)
    answer = ask(orthanc, "split", "DISCARD ME", Series=series, Permissive=True, KeepSource=True)
    assert answer.json["FailedInstancesCount"] == 1
    assert comments(orthanc) == ["as it is"]
