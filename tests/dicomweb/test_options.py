"""Where DICOMweb is answered, and where not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES, Emulator, OrthancError
from emulator.commands.command_line import main
from emulator.testing import dicom


def status(options: dict[str, Any], path: str, release: str = "1.12.7") -> int:
    return Emulator(options, release=release).client().get(path).status_code


def test_without_the_section_there_is_no_such_route() -> None:
    for path in ("/dicom-web/studies", "/wado", "/dicom-web/servers"):
        assert status({}, path) == 404
    assert Emulator().client().get("/plugins").json == ["explorer.js"]


@pytest.mark.parametrize("release", RELEASES)
def test_the_plugin_is_listed(release: str) -> None:
    client = Emulator({"DicomWeb": {}}, release=release).client()
    assert client.get("/plugins").json == ["explorer.js", "dicom-web"]
    versions = {"1.9.1": "1.5", "1.10.1": "1.7", "1.12.7": "1.20", "1.13.0": "1.24"}
    assert client.get("/plugins/dicom-web").json["Version"] == versions[release]


def test_a_path_of_the_plugin_is_enough() -> None:
    assert status({"Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"]}, "/dicom-web/studies") == 200
    assert status({"Plugins": ["/usr/share/orthanc/plugins/libServeFolders.so"]}, "/dicom-web/studies") == 404


def test_switched_off() -> None:
    assert status({"DicomWeb": {"Enable": False}}, "/dicom-web/studies") == 404


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "/dicom-web/studies"),
        ({}, "/dicom-web"),
        ({}, "/dicom-web/servers/"),
        ({"DicomWeb": {"Enable": False}}, "/dicom-web/studies"),
        ({"DicomWeb": {"Enable": False, "Root": "/web"}}, "/web/studies"),
    ],
)
def test_who_asks_while_it_is_off_is_told_how_to_switch_it_on(release: str, options: dict[str, Any], path: str) -> None:
    orthanc = Emulator(options, release=release)
    assert orthanc.client().get(path).status_code == 404
    (told,) = orthanc.diagnostics
    assert (told.code, told.request) == ("plugin-off", f"GET {path}")
    assert 'add "DicomWeb": {"Enable": true} to the configuration' in told.advice


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({}, "/studies"),
        ({}, "/dicom-webs"),
        ({}, "/nope"),
        ({"DicomWeb": {}}, "/dicom-web/nope"),
        ({"DicomWeb": {"Root": "/web"}}, "/dicom-web/studies"),
        ({"DicomWeb": {"Enable": False, "Root": "/"}}, "/studies"),
    ],
)
def test_nothing_is_told_of_other_paths(options: dict[str, Any], path: str) -> None:
    orthanc = Emulator(options)
    orthanc.client().get(path)
    assert not orthanc.diagnostics


def test_another_root() -> None:
    options = {"DicomWeb": {"Root": "dw/x", "WadoRoot": "get"}}
    assert status(options, "/dw/x/studies") == 200
    assert status(options, "/dicom-web/studies") == 404
    assert status(options, "/wado?requestType=x") == 404


def test_a_restart_may_bring_it() -> None:
    orthanc = Emulator()
    orthanc.store(dicom(PatientID="P1"))
    client = orthanc.client()
    assert client.get("/dicom-web/studies").status_code == 404
    orthanc.restart({"DicomWeb": {}})
    assert len(client.get("/dicom-web/studies").json) == 1


@pytest.mark.parametrize(
    ("section", "details"),
    [
        ({"StudiesMetadata": "Nope"}, "Should be either"),
        ({"Enable": "yes"}, "not a Boolean"),
        ({"StudiesMetadataExtrapolatedTags": ["0011,1001"]}, "Unknown DICOM tag"),
        ({"SeriesMetadataExtrapolatedTags": ["PixelData"]}, "Unknown DICOM tag"),
    ],
)
def test_what_the_plugin_refuses_prevents_the_start(section: dict[str, Any], details: str) -> None:
    with pytest.raises(OrthancError, match=details) as raised:
        Emulator({"DicomWeb": section})
    assert int(raised.value.code) == 25


def test_each_option_of_the_section_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orthanc.json"
    file.write_text('{"DicomWeb": {"Enable": true, "Enabled": true, "ReadOnly": false}}')
    main(["options", str(file)])
    told = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "honoured" in told["DicomWeb.Enable"]
    assert "without effect" in told["DicomWeb.ReadOnly"]
    assert "unknown" in told["DicomWeb.Enabled"]
