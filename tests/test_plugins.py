"""What a configuration asks for and nobody answers: told at the start, by the command, and by 501 on the routes."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from emulator.commands.command_line import main
from emulator.configuration.plugins import PLUGINS

ASKED = [
    ({"OHIF": {"DataSource": "dicom-web"}}, "/ohif/viewer", "OHIF"),
    ({"OrthancExplorer2": {}}, "/ui/app/", "Orthanc Explorer 2"),
    ({"Transfers": {"Threads": 4}}, "/transfers/send", "transfers accelerator"),
    ({"Plugins": ["/usr/share/orthanc/plugins/libOrthancWSI.so"]}, "/wsi/pyramids/x", "whole-slide imaging"),
    ({"ServeFolders": {"/static": "/srv"}}, "/static/index.html", "folders to serve"),
]


@pytest.mark.parametrize(("options", "path", "name"), ASKED)
def test_the_routes_of_a_plugin_that_is_asked_for_say_what_is_missing(
    options: dict[str, Any], path: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "emulator.configuration"):
        orthanc = Emulator(options)
    assert any(name in warning and "not emulated" in warning for warning in orthanc.warnings)
    assert caplog.messages == [*orthanc.warnings]
    answer = orthanc.client().get(path)
    assert (answer.status_code, name in json.loads(answer.data)["Details"]) == (501, True)


@pytest.mark.parametrize(("options", "path", "name"), ASKED)
def test_without_the_plugin_they_are_404_as_on_a_server(options: dict[str, Any], path: str, name: str) -> None:
    assert Emulator().client().get(path).status_code == 404


@pytest.mark.parametrize(
    "options", [{}, {"OHIF": {"Enable": False}}, {"Plugins": ["/usr/lib/libOrthancPostgreSQLStorage.so"]}, {"Java": {}}]
)
def test_what_is_switched_off_or_emulated_is_not_told(options: dict[str, Any]) -> None:
    assert len(Emulator(options).warnings) == ("Java" in options)


def test_the_command_options_knows_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orthanc.json"
    path.write_text(json.dumps({"OHIF": {}, "PostgreSQL": {"EnableIndex": True, "Host": "db", "Hots": "db"}}))
    assert main(["options", str(path)]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    told = dict(lines)
    assert "not emulated (OHIF)" in told["OHIF"]
    assert told["PostgreSQL.EnableIndex"] == "honoured"
    assert told["PostgreSQL.Host"].startswith("without effect")
    assert told["PostgreSQL.Hots"].startswith("unknown")


def test_each_plugin_says_what_is_missing() -> None:
    assert all(plugin.without and plugin.library and plugin.sections for plugin in PLUGINS)
