"""Queries of the DICOM network that a script answers (measured on plugins 4.0 and 7.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydicom.dataset import Dataset

from emulator import Emulator

pytest.importorskip("pynetdicom")

from pynetdicom import AE

STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1"
WORKLIST = "1.2.840.10008.5.1.4.31"

SCRIPT = """
    import json
    import orthanc

    ASKED = []

    def made(**tags):
        return orthanc.CreateDicom(json.dumps(tags), None, 0)

    def find(answers, query, calling, called):
        indexes = range(query.GetFindQuerySize())
        keys = [(query.GetFindQueryTagName(one), query.GetFindQueryValue(one)) for one in indexes]
        ASKED.append((calling, called, keys))
        answers.FindAddAnswer(made(PatientID="A", StudyDescription="D"))
        {ending}

    def worklist(answers, query, calling, called):
        step = [{{"Modality": "MR"}}]
        for entry in (made(PatientID="M", ScheduledProcedureStepSequence=step), made(PatientID="N")):
            if query.WorklistIsMatch(entry):
                answers.WorklistAddAnswer(query, entry)
        assert b"MR" in query.WorklistGetDicomQuery()

    orthanc.RegisterFindCallback(find)
    orthanc.RegisterWorklistCallback(worklist)
    orthanc.RegisterRestCallback("/asked", lambda output, uri, **_: output.AnswerBuffer(repr(ASKED), "text/plain"))
"""

Scripted = Callable[..., Emulator]


def ask(orthanc: Emulator, model: str, **keys: Any) -> tuple[list[str], int]:
    """The patients that answer a query, and its last status."""
    app = AE("APP")
    app.add_requested_context(model)
    identifier = Dataset()
    for name, value in keys.items():
        setattr(identifier, name, value)
    with orthanc.serve_dicom() as door:
        association = app.associate(door.host, door.port, ae_title=door.aet)
        answers = [*association.send_c_find(identifier, model)]
        association.release()
    return [one.PatientID for _, one in answers if one is not None], answers[-1][0].Status


@pytest.mark.parametrize(
    ("ending", "found", "status"),
    [
        ("pass", ["A"], 0),
        ("return 5", ["A"], 0),
        ("answers.FindMarkIncomplete()", ["A"], 0xFE00),
        ("raise ValueError('boom')", [], 0xC000),
        ("answers.FindAddAnswer(b'no file')", [], 0xC000),
    ],
)
def test_a_find(scripted: Scripted, ending: str, found: list[str], status: int) -> None:
    orthanc = scripted(
        SCRIPT.format(ending=ending), configuration={"DicomModalities": {"app": ["APP", "127.0.0.1", 104]}}
    )
    answered = ask(orthanc, STUDY_ROOT, QueryRetrieveLevel="STUDY", PatientID="A*", StudyDate="")
    assert answered == (found, status)
    assert eval(orthanc.client().get("/asked").text) == [
        ("APP", "ORTHANC", [("StudyDate", ""), ("QueryRetrieveLevel", "STUDY"), ("PatientID", "A*")])
    ]


def test_a_worklist(scripted: Scripted) -> None:
    orthanc = scripted(
        SCRIPT.format(ending="pass"), configuration={"DicomModalities": {"app": ["APP", "127.0.0.1", 104]}}
    )
    step = Dataset()
    step.Modality = "MR"
    assert ask(orthanc, WORKLIST, PatientID="", ScheduledProcedureStepSequence=[step]) == (["M"], 0)
