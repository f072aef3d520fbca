"""How a server is reached: user and password, headers, certificates, and what is said where it can't be."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.asking.connecting import Connecting
from conformance.commands.command_line import main, other_sign
from conformance.commands.progress import Progress
from conformance.scenarios.scenario import chosen
from emulator import Emulator


def test_user_and_password_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"AuthenticationEnabled": True, "RegisteredUsers": {"me": "se:cr@t"}}
    with Emulator(options).serve() as url:
        assert main(["clean", "--url", url]) == 2
        monkeypatch.setenv("ORTHANC_USER", "me")
        monkeypatch.setenv("ORTHANC_PASSWORD", "se:cr@t")
        assert main(["clean", "--url", url]) == 0
        monkeypatch.setenv("ORTHANC_PASSWORD", "wrong")
        assert main(["clean", "--url", url]) == 2
    printed = capsys.readouterr()
    assert "se:cr@t" not in printed.out + printed.err


def test_a_missing_password_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "se:cr@t")
    with Emulator({"AuthenticationEnabled": True, "RegisteredUsers": {"me": "se:cr@t"}}).serve() as url:
        assert main(["clean", "--url", url, "--user", "me"]) == 0


def test_a_header_goes_with_each_request(capsys: pytest.CaptureFixture[str]) -> None:
    orthanc = Emulator()
    with orthanc.serve() as url:
        assert main(["clean", "--url", url, "--header", "X-Token: secret"]) == 0
        assert {one.headers["X-Token"] for one in orthanc.requests} == {"secret"}
        assert main(["clean", "--url", url, "--header", "secret"]) == 2
    assert "write it like X-Token:secret" in capsys.readouterr().err


def test_certificates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Connecting().context().verify_mode == ssl.CERT_REQUIRED
    assert Connecting(insecure=True).context().verify_mode == ssl.CERT_NONE
    assert main(["clean", "--url", "https://127.0.0.1:1", "--cacert", str(tmp_path / "none.pem")]) == 2
    assert main(["clean", "--url", "https://127.0.0.1:1", "--retries", "0"]) == 2
    assert "does not answer GET" in capsys.readouterr().err


def test_progress_tells_the_time_that_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no terminal, a line now and then."""
    (scenario,) = chosen(["find/by_patient_id"])
    progress = Progress(begun=-100.0, told=-100.0)  # it began long ago
    assert progress.left(10, 110, 0.0) == ", about 16 min 40 s left"
    assert progress.left(0, 110, 0.0) == ""
    progress(11, 110, scenario)
    progress(12, 110, scenario)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_terminal_without_the_signs_tells_yes_from_no() -> None:
    command = [sys.executable, "-m", "conformance", "run", "--only", "visibility", "--verbose"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
    with pytest.raises(UnicodeEncodeError) as raised:
        "a✗≠✓é中".encode("cp1252")
    assert other_sign(raised.value)[0].startswith("NO!=yes")


@pytest.mark.parametrize(("least", "status"), [("0.5", 0), ("0.9", 3), ("50", 0), ("90", 3)])
def test_the_share_that_must_be_asked(least: str, status: int) -> None:
    only = ["--only", "visibility", "--only", "hierarchy/lists", "--only", "modify_instance/default_creator"]
    with Emulator({"StableAge": 600}, unknown_tags="as-release").serve() as url:
        assert main(["run", "--url", url, *only, "--min-asked", least]) == status
