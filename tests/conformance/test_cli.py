"""The command line, against servers that are emulators behind HTTP, and a real one where there is one."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from conformance.asking import configurations
from conformance.asking.exchange import Request
from conformance.commands.command_line import COMMANDS, main
from conformance.scenarios.scenario import all_scenarios, chosen
from conformance.targets.full_configuration import full_configuration
from conformance.targets.server_process import ServerProcess
from emulator import Emulator
from emulator.http.server import WebServer

FEW = ["--only", "visibility", "--only", "hierarchy/lists", "--only", "modify_instance/default_creator"]
ORTHANC = shutil.which("Orthanc")
needs_orthanc = pytest.mark.skipif(ORTHANC is None, reason="no Orthanc here: apt-get install orthanc")


@pytest.fixture
def server() -> Iterator[tuple[str, Emulator]]:
    """An emulator that does not know that it is one: its answers agree with the emulator's."""
    emulator = Emulator({**configurations.LAB, "StableAge": 600}, release="1.12.7", unknown_tags="as-release")
    with emulator, emulator.serve() as url:
        yield url, emulator


def run(url: str, *more: str) -> int:
    return main(["run", "--url", url, *FEW, *more])


def test_a_run_ends_with_a_table_by_chapter(server: tuple[str, Emulator], capsys: pytest.CaptureFixture[str]) -> None:
    url, emulator = server
    assert run(url) == 0
    printed = capsys.readouterr().out
    assert "visibility 3 of 3 asked" in printed
    assert "hierarchy 0 of 1 asked" in printed
    assert f"Orthanc 1.12.7 at {url}: 3 of 5 asked" in printed
    assert printed.endswith("5 scenarios: 3 agree, 2 not asked\n")
    assert len(printed.splitlines()) < 24
    assert run(url, "--verbose") == 0
    told = capsys.readouterr().out
    assert "chapter          scenarios  agree  not asked" in told
    assert "visibility               3      3          ·" in told
    assert emulator.statistics()["CountInstances"] == 0


def test_what_was_not_asked_is_told_with_what_it_needs(
    server: tuple[str, Emulator], capsys: pytest.CaptureFixture[str]
) -> None:
    run(server[0])
    printed = capsys.readouterr().out
    assert "     1  needs an empty server that nobody else uses: --exclusive\n" in printed
    assert '     1  needs in its configuration: another "DefaultPrivateCreator"\n' in printed
    run(server[0], "--verbose")
    printed = capsys.readouterr().out
    assert "not asked (1): needs an empty server that nobody else uses: --exclusive\n  hierarchy/lists" in printed


def test_exclusive_asks_what_needs_an_empty_server(
    server: tuple[str, Emulator], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(server[0], "--exclusive") == 0
    assert "5 scenarios: 4 agree, 1 not asked" in capsys.readouterr().out


def test_a_server_that_is_not_empty_is_not_asked_all_the_same(
    server: tuple[str, Emulator], capsys: pytest.CaptureFixture[str]
) -> None:
    url, emulator = server
    emulator.store(Path(__file__).parents[2] / "fixtures" / "ct_small.dcm")
    assert run(url, "--exclusive") == 0
    assert "needs an empty server: there are patients on this one" in capsys.readouterr().out
    assert emulator.statistics()["CountInstances"] == 1


def test_a_difference_is_told_with_both_answers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with Emulator(configurations.LAB, release="1.12.7", unknown_tags="reject").serve() as url:
        reports = ["--html", str(tmp_path / "r.html"), "--junit", str(tmp_path / "r.xml")]
        title = "unknown_tags/number_not_registered_instances"
        assert main(["run", "--url", url, "--only", title, "--only", "visibility", *reports]) == 1
    printed = capsys.readouterr().out
    assert f"✗ {title}" in printed
    assert "  [2] POST /instances/" in printed
    assert '{"Replace": {"0011,1099": "new"}, "PrivateCreator": "MYLAB"}' in printed
    assert "        answer.status: 200 ≠ 400" in printed
    assert f'id="d-{title.replace("/", "-")}"' in (tmp_path / "r.html").read_text(encoding="utf-8")
    suites = {one.get("name"): one for one in ElementTree.parse(tmp_path / "r.xml").getroot()}
    assert {name: one.get("failures") for name, one in suites.items()} == {"unknown_tags": "1", "visibility": "0"}
    failure = suites["unknown_tags"].find("testcase/failure")
    assert failure is not None
    assert "answer.status: 200 ≠ 400" in (failure.text or "")


def test_an_emulator_in_its_default_mode_is_told_from_a_server(
    server: tuple[str, Emulator], capsys: pytest.CaptureFixture[str]
) -> None:
    note = "this is an emulator that rejects unknown tags: start it with --unknown-tags as-release"
    with Emulator(release="1.12.7").serve() as url:
        main(["run", "--url", url, "--only", "uploads"])
        assert note in capsys.readouterr().out.splitlines()[0]
    main(["run", "--url", server[0], "--only", "uploads"])
    assert note not in capsys.readouterr().out


def test_a_dry_run_sends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert run(url, "--dry-run") == 0
    printed = capsys.readouterr().out
    assert "GET /system\n" in printed
    assert "POST /instances (a DICOM file of " in printed
    assert "DELETE /patients/" in printed
    assert "hierarchy/lists" not in printed


def test_a_dry_run_is_what_a_run_sends(server: tuple[str, Emulator], capsys: pytest.CaptureFixture[str]) -> None:
    sent: list[str] = []
    url, emulator = server
    application: Any = emulator.wsgi
    only = ["--only", "cascade/study", "--only", "find/by_patient_id"]
    assert main(["run", "--url", url, *only, "--dry-run"]) == 0
    promised = [line.split(" ", 2)[:2] for line in capsys.readouterr().out.splitlines() if line and line[0] != "#"]

    def noting(environ: dict[str, Any], start_response: Any) -> Any:
        sent.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return application(environ, start_response)

    with WebServer(noting, "127.0.0.1", 0) as noted:
        assert main(["run", "--url", noted.url, *only]) == 0
    methods = [one.split(" ")[0] for one in sent]
    assert methods == [method for method, _ in promised]


def test_a_dry_run_needs_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--dry-run"]) == 2
    assert "give --url or --orthanc" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://127.0.0.1:1"])
def test_a_wrong_url_is_told_in_a_line(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--url", url]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_chapter_is_told_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--only", "nonsense"]) == 2
    chapters = capsys.readouterr().err.partition("the chapters are: ")[2].strip().split(", ")
    assert {"contract", "find", "visibility"} <= set(chapters)


def test_config_prints_a_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["Dictionary"].items() >= configurations.DICTIONARY.items()
    assert 'modify_instance/default_creator, which needs "DefaultPrivateCreator": "MYLAB"' in printed.err


def test_config_of_a_chapter_that_needs_more() -> None:
    configuration, left_out = full_configuration(chosen(["modify_instance/default_creator"]))
    assert configuration["DefaultPrivateCreator"] == "MYLAB"
    assert left_out == []


def test_config_lets_nearly_everything_be_asked() -> None:
    askable = [one for one in all_scenarios() if "PythonScript" not in one.configuration]  # no server is lent a script
    _, left_out = full_configuration(askable)
    assert len(left_out) < len(askable) / 10  # those of options against each other, such as every DefaultEncoding


@needs_orthanc
def test_a_server_with_users() -> None:
    options = {**configurations.LAB, "AuthenticationEnabled": True, "RegisteredUsers": {"me": "secret"}}
    live = ServerProcess(ORTHANC or "", options)
    try:
        url = live.client.url
        assert main(["run", "--url", url, "--only", "visibility", "--user", "me", "--password", "secret"]) == 0
        assert main(["run", "--url", url, "--only", "visibility", "--user", "me", "--password", "wrong"]) == 2
        assert main(["run", "--url", url, "--only", "visibility"]) == 2
        assert live.client.send(Request("GET", "/system")).status == 401
    finally:
        live.stop()


@needs_orthanc
def test_config_on_a_real_server(capsys: pytest.CaptureFixture[str]) -> None:
    main(["config"])
    live = ServerProcess(ORTHANC or "", json.loads(capsys.readouterr().out))
    try:
        only = ["--only", "contract", "--only", "visibility", "--only", "unknown_tags"]
        assert main(["run", "--url", live.client.url, *only]) == 0
        assert "not asked" not in capsys.readouterr().out
        assert live.client.send(Request("GET", "/patients")).json == []
    finally:
        live.stop()


def test_help_lists_every_command_and_loads_none() -> None:
    code = (
        "import contextlib, sys\n"
        "from conformance.commands.command_line import COMMANDS, main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "print(*sorted({one.partition('.')[0] for one in sys.modules} & {'emulator', 'hypothesis', 'pydicom'}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    *printed, loaded = ran.stdout.splitlines()
    assert loaded == ""
    assert {line.split()[0] for line in printed if re.match(r"    \w", line)} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: python -m conformance {name} " in capsys.readouterr().out


def test_the_pytest_plugin_loads_nothing() -> None:
    """It is imported in every run of everybody who has installed this."""
    code = "import sys, pytest; old = set(sys.modules); import pytest_orthanc_conformance; print({*sys.modules} - old)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert ran.stdout.strip() == "{'pytest_orthanc_conformance'}"
