"""What becomes of each option of Orthanc's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES, Emulator, OrthancError
from emulator.commands.command_line import main
from emulator.configuration.option_table import State, all_options
from emulator.testing import dicom

DOCUMENTED = Path(__file__).parent.parent / "fixtures/options"


@pytest.mark.parametrize("release", RELEASES)
def test_every_documented_option_is_in_the_table(release: str) -> None:
    documented = {*(DOCUMENTED / f"{release}.txt").read_text().split()}
    assert documented - {*all_options()} == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HttpServerEnabled", False),
    ],
)
def test_what_is_not_emulated_prevents_the_start(name: str, value: Any) -> None:
    with pytest.raises(OrthancError, match=name) as raised:
        Emulator({name: value}, release="1.13.0")
    assert raised.value.http_status == 501
    assert all_options()[name][0] is State.REFUSED


def answer(options: dict[str, Any], path: str, release: str = "1.13.0", method: str = "GET", **sent: Any) -> Any:
    return Emulator(options, release=release).client().open(path, method=method, **sent)


def test_system_tells_what_was_configured() -> None:
    options = {"ConcurrentJobs": 7, "HttpThreadsCount": 3, "DatabaseServerIdentifier": "lab"}
    system = answer(options, "/system").json
    assert system["DatabaseServerIdentifier"] == "lab"
    performance = {name: system["Performance"][name] for name in ("ConcurrentJobs", "HttpThreadsCount")}
    assert performance == {"ConcurrentJobs": 7, "HttpThreadsCount": 3}


@pytest.mark.parametrize("release", RELEASES)
def test_errors_have_no_body_without_descriptions(release: str) -> None:
    shown = answer({"HttpDescribeErrors": False}, "/nope", release)
    assert (shown.status_code, shown.data, shown.content_type) == (404, b"", None)


@pytest.mark.parametrize("release", RELEASES)
def test_without_the_explorer_nothing_leads_there(release: str) -> None:
    assert answer({}, "/", release).status_code in (301, 307)
    assert answer({"OrthancExplorerEnabled": False}, "/", release).status_code == 404


@pytest.mark.parametrize("release", RELEASES)
def test_flags_add_transfer_syntaxes_and_take_them_away(release: str) -> None:
    path = "/tools/accepted-transfer-syntaxes"
    accepted = {"AcceptedTransferSyntaxes": ["1.2.840.10008.1.2"]}
    added = answer({**accepted, "RleTransferSyntaxAccepted": True}, path, release).json
    assert added == ["1.2.840.10008.1.2", "1.2.840.10008.1.2.5"]
    everything = answer({}, path, release).json
    left = answer({"H265TransferSyntaxAccepted": False, "Mpeg4TransferSyntaxAccepted": False}, path, release).json
    assert len(everything) - len(left) == 7


@pytest.mark.parametrize(
    ("release", "options", "count"),
    [
        ("1.12.7", {}, 199),
        ("1.13.0", {}, 202),
        ("1.12.7", {"RejectedSopClasses": ["*.2"]}, 199),
        ("1.13.0", {"RejectedSopClasses": ["*.2"]}, 175),
        ("1.12.7", {"AcceptedSopClasses": ["1.2.840.10008.5.1.4.1.1.2*", "1.2.3"]}, 7),
        ("1.13.0", {"AcceptedSopClasses": ["1.3.*", "9.9?"]}, 0),
    ],
)
def test_sop_classes_are_accepted_and_rejected(release: str, options: dict[str, Any], count: int) -> None:
    assert len(answer(options, "/tools/accepted-sop-classes", release).json) == count


def test_sop_classes_must_be_a_list() -> None:
    with pytest.raises(OrthancError, match="Badly formatted list of strings: AcceptedSopClasses"):
        Emulator({"AcceptedSopClasses": "x"})


def test_modalities_in_the_database_outlive_restarts() -> None:
    options = {"DicomModalitiesInDatabase": True, "DicomModalities": {"a": ["A", "h", 1]}}
    orthanc = Emulator(options)
    client = orthanc.client()
    assert client.get("/modalities").json == []
    client.put("/modalities/b", json=["B", "h", 1])
    client.post("/tools/reset")
    assert client.get("/modalities").json == ["b"]
    orthanc.restart()
    assert client.get("/modalities").json == ["b"]


@pytest.mark.parametrize("release", RELEASES)
def test_exports_are_logged_whether_they_arrive_or_not(release: str) -> None:
    orthanc = Emulator({"LogExportedResources": True, "DicomModalities": {"k": ["A", "127.0.0.1", 1]}}, release=release)
    stored = orthanc.store(dicom(PatientID="P1", StudyInstanceUID="1.2"))
    client = orthanc.client()
    assert client.post("/modalities/k/store", json=[stored.id, stored.parent_study]).status_code == 500
    page = client.get("/exports").json
    assert [(one["Seq"], one["ResourceType"], one["RemoteModality"]) for one in page["Exports"]] == [
        (1, "Instance", "k"),
        (2, "Study", "k"),
    ]
    assert (page["Done"], page["Last"], page.get("First", 1)) == (True, 2, 1)
    assert page["Exports"][1]["StudyInstanceUID"] == "1.2"
    assert client.get("/exports?since=1&limit=1").json["Exports"] == page["Exports"][1:]
    assert client.get("/exports?limit=1").json["Done"] is False
    fork = orthanc.fork()
    client.delete("/exports")
    assert client.get("/exports?last").json["Exports"] == []
    assert len(fork.client().get("/exports").json["Exports"]) == 2


def test_letters_in_archives_by_default() -> None:
    orthanc = Emulator({"ZipUseUtf8": True}, release="1.13.0")
    stored = orthanc.store(dicom(PatientID="P1", PatientName="Dé", SpecificCharacterSet="ISO_IR 192"))
    client = orthanc.client()
    path = f"/studies/{stored.parent_study}/archive"
    posted, got = client.post(path, json={}).data, client.get(path).data
    assert ("Dé".encode() in posted, "Dé".encode() in got) == (True, False)


def test_the_command_tells_of_a_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orthanc.json"
    file.write_text('{"StableAge": 5, "StabelAge": 6, "Plugins": []}')
    assert main(["options", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["Plugins", "without"],
        ["StabelAge", "unknown"],
        ["StableAge", "honoured"],
    ]


def test_an_option_that_a_release_does_not_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configuration = tmp_path / "orthanc.json"
    configuration.write_text('{"ExtraMainDicomTags": {"Study": ["0011,1001"]}}', encoding="utf-8")
    assert main(["options", str(configuration), "--release", "1.10.1"]) == 0
    assert "without effect  Orthanc 1.10.1 does not read it" in capsys.readouterr().out
    assert main(["options", str(configuration), "--release", "1.12.7"]) == 0
    assert "honoured" in capsys.readouterr().out
