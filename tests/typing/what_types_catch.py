"""What a type checker knows of an Emulator: `mypy --strict` reads this file in CI.

It fails where an answer has another type than is said here, and where a mistake is no longer caught: in strict mode an
ignore that is not needed is an error.
"""

from __future__ import annotations

from io import BytesIO, StringIO
from typing import Any

from typing_extensions import assert_type

from emulator import Emulator, Level, LevelName
from emulator.emulator import JobResult
from emulator.testing import dicom


def answers(orthanc: Emulator, identifier: str, level: Any) -> None:
    assert_type(orthanc.find("Study", {"PatientID": "P1"}), list[str])
    assert_type(orthanc.find("Study", {"PatientID": "P1"}, expand=True), list[dict[str, Any]])
    assert_type(orthanc.modify("Instance", identifier, {}), bytes)
    assert_type(orthanc.modify("Study", identifier, {}), JobResult)
    assert_type(orthanc.anonymize("Instance", identifier), bytes)
    orthanc.store(BytesIO(b""))
    orthanc.store(dicom())
    assert_type(orthanc.anonymize("Patient", identifier)["Resources"], list[dict[str, str]])


def of_level(orthanc: Emulator, level: LevelName) -> list[str]:
    """What a user writes who passes a level on."""
    return orthanc.resources(level) + of_level(orthanc, Level.STUDY) + of_level(orthanc, "Series")


def mistakes(orthanc: Emulator, identifier: str) -> None:
    orthanc.resources("Studdy")  # type: ignore[arg-type]
    orthanc.find("studies", {})  # type: ignore[call-overload]
    orthanc.modify("Study", identifier, {})["Resource"]  # type: ignore[typeddict-item]
    orthanc.store([b""])  # type: ignore[arg-type]
    orthanc.store(StringIO())  # type: ignore[arg-type]
    orthanc.tags(identifier, "simplified")  # type: ignore[arg-type]
    orthanc.expect_no_diagnostics("writen-as-un")  # type: ignore[arg-type]
    Emulator(unknown_tags="ignore")  # type: ignore[arg-type]
