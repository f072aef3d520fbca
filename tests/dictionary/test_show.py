"""`dictionary show`: what is known, from where, and what is most like what is not known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.commands.command_line import main

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
CONFIGURATION = str(FIXTURES / "orthanc.json")
OWN_FILES = ["/usr/share/dcmtk/dicom.dic", "/usr/share/dcmtk/private.dic"]


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    status = main(["dictionary", "show", *arguments])
    return status, capsys.readouterr().out.splitlines()


def test_a_name_that_stands_several_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "PatientName") == (
        0,
        [
            "TAG          VR  VM  NAME         CREATOR              FROM",
            "(0010,0010)  PN  1   PatientName                       dicom.dic 3.6.9",
            "(0013,xx20)  LO  1   PatientName  SIEMENS CM VA0  CMS  private.dic 3.6.9",
            "",
            'In modify and find, "PatientName" stands for (0010,0010).',
        ],
    )


def test_the_entries_of_a_configuration_have_file_and_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = shown(capsys, "--config", CONFIGURATION, "--creator", "MYLAB")
    assert status == 0
    assert lines[1:] == [
        "(0011,1001)  LO  1   MyLabel  MYLAB    orthanc.json:13",
        "(0011,1002)  US  1   MyCount  MYLAB    orthanc.json:14",
    ]


@pytest.mark.parametrize("spelling", ["0029,1010", "(0029,1010)", "00291010", "0029,10", "0029,xx10"])
def test_every_spelling_of_a_tag(capsys: pytest.CaptureFixture[str], spelling: str) -> None:
    status, lines = shown(capsys, spelling, "--creator", "SIEMENS CSA HEADER", "--release", "1.9.1")
    assert (status, len(lines)) == (0, 2)
    assert lines[1].split() == "(0029,xx10) OB 1 CSAImageHeaderInfo SIEMENS CSA HEADER private.dic 3.6.5".split()


def test_a_repeating_group(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = shown(capsys, "6002,3000")
    assert lines[1] == "(6000-60ff,3000)  ox  1   OverlayData           dicom.dic 3.6.9"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["PatientNme"], "Similar names: PatientName"),
        (["--creator", "siemens csa header"], 'Similar creators: "SIEMENS CSA HEADER"'),
        (["StackSequence", "--creator", "MYLAB"], "There are entries of"),
    ],
)
def test_nothing_found(capsys: pytest.CaptureFixture[str], arguments: list[str], hint: str) -> None:
    status, lines = shown(capsys, *arguments)
    assert status == 1
    assert lines[0].startswith("Nothing found: ")
    assert lines[1].startswith(hint)


@pytest.fixture
def external(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A configuration with two external dictionaries, the second by a relative path that looks like DCMTK's own."""
    monkeypatch.chdir(tmp_path)
    mylab = FIXTURES / "dictionaries" / "mylab.dic"
    Path("private.dic").write_text('(0011,"OTHERLAB",1001)\tUS\tOtherCount\t1\n(0010,0010)\tPN\tMyPatient\t1\n')
    section = {"0011,01": ["LO", "Mine", 1, 1, "THIRD"], "0011,0001": ["LO", "AlsoMine", 1, 1, "FOURTH"]}
    options = {"ExternalDictionaries": [*OWN_FILES, str(mylab), "private.dic"], "Dictionary": section}
    Path("orthanc.json").write_text(json.dumps(options, indent=1))
    return str(mylab)


def test_the_entries_of_an_external_dictionary_have_its_path(capsys: pytest.CaptureFixture[str], external: str) -> None:
    def origin(*arguments: str) -> str:
        status, lines = shown(capsys, "--config", "orthanc.json", *arguments)
        assert (status, lines[0].split()[-1]) == (0, "FROM")
        return lines[1][lines[0].index("FROM") :]

    assert origin("0011,1001", "--creator", "MYLAB") == external
    assert origin("0011,1001", "--creator", "OTHERLAB") == "private.dic"
    assert origin("MyPatient") == "private.dic"
    assert origin("PatientID") == "dicom.dic 3.6.9"
    assert origin("0029,1010", "--creator", "SIEMENS CSA HEADER") == "private.dic 3.6.9"
    assert origin("Mine").startswith("orthanc.json:")
    assert origin("Mine") != origin("AlsoMine")  # two lines of one tag


def test_without_arguments_all_is_shown_that_a_configuration_adds(
    capsys: pytest.CaptureFixture[str], external: str
) -> None:
    _, lines = shown(capsys, "--config", "orthanc.json")
    names = {line.split()[3] for line in lines[1:]}
    assert {"Mine", "AlsoMine", "MyLabel", "OtherCount", "MyPatient"} <= names
    assert not names & {"PatientID", "PatientName"}


def test_the_environment_names_external_dictionaries_too(
    capsys: pytest.CaptureFixture[str], external: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DCMDICTPATH", f"{OWN_FILES[0]}:{external}")
    _, lines = shown(capsys, "MyLabel")
    assert lines[1].endswith(external)


def test_as_json(capsys: pytest.CaptureFixture[str], external: str) -> None:
    status, lines = shown(capsys, "0011,01", "--config", "orthanc.json", "--json")
    found = json.loads("\n".join(lines))
    by_creator = {entry["creator"]: entry for entry in found["entries"]}
    assert (status, found["release"], found["dcmtk"], found["stands_for"]) == (0, "1.12.7", "3.6.9", None)
    assert by_creator["MYLAB"] == {
        "tag": "(0011,xx01)",
        "vr": "LO",
        "vm": "1",
        "name": "MyLabel",
        "creator": "MYLAB",
        "source": "external",
        "file": external,
        "line": None,
    }
    assert (by_creator["OTHERLAB"]["source"], by_creator["OTHERLAB"]["file"]) == ("external", "private.dic")
    assert (by_creator["THIRD"]["source"], by_creator["THIRD"]["file"]) == ("configuration", "orthanc.json")
    assert isinstance(by_creator["THIRD"]["line"], int)


def test_as_json_of_what_stands_several_times_and_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = shown(capsys, "PatientName", "--json")
    found = json.loads("\n".join(lines))
    assert (status, found["stands_for"]) == (0, "0010,0010")
    assert [(one["tag"], one["source"], one["file"]) for one in found["entries"]] == [
        ("(0010,0010)", "dicom.dic", None),
        ("(0013,xx20)", "private.dic", None),
    ]
    status, lines = shown(capsys, "PatientNme", "--json")
    assert (status, json.loads("\n".join(lines))["entries"]) == (1, [])
