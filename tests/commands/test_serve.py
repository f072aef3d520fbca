"""`serve`: what the environment says, what is printed, and pages of other servers; and the command line around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from emulator import RELEASES, OrthancError
from emulator.commands.command_line import main
from emulator.commands.environment import arguments_of, configuration_of, options_of
from emulator.testing import dicom_bytes

RELEASE = RELEASES["1.12.7"]


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The URL of a server that was started by the command, and its process."""
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", *arguments]
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("ORTHANC", "EMULATOR"))}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**variables, **environment}
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition(" at ")[2].partition(": ")[0]
        try:
            yield url, process
        finally:
            process.terminate()


def got(url: str, **options: Any) -> Any:
    with urlopen(Request(url, **options), timeout=10) as answer:
        return json.load(answer)


# The environment


def test_options_are_spelt_as_images_spell_them() -> None:
    environment = {
        "ORTHANC__NAME": "From the environment",
        "ORTHANC__DICOM_MODALITIES": '{"a": ["A", "127.0.0.1", 104]}',
        "ORTHANC__STORE_MD5_FOR_ATTACHMENTS": "false",
        "ORTHANC__DICOM_WEB__ENABLE": "true",
        "ORTHANC__STABLE_AGE": "3",
        "ORTHANC__SOME_PLUGIN__OF_MINE": "x",
        "PATH": "/bin",
    }
    assert options_of(environment, RELEASE) == {
        "Name": "From the environment",
        "DicomModalities": {"a": ["A", "127.0.0.1", 104]},
        "StoreMD5ForAttachments": False,
        "DicomWeb": {"Enable": True},
        "StableAge": 3,
        "SomePlugin": {"OfMine": "x"},
    }


def test_what_is_nearer_counts(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"Name": "file", "StableAge": 1, "DicomModalities": {"a": ["A", "h", 1]}}')
    whole = '{"Name": "json", /* with comments */ "DicomModalities": {"b": ["B", "h", 2]}}'
    environment = {"ORTHANC_JSON": whole, "ORTHANC__NAME": "variable"}
    assert configuration_of(str(tmp_path), RELEASE, environment) == {
        "Name": "variable",
        "StableAge": 1,
        "DicomModalities": {"a": ["A", "h", 1], "b": ["B", "h", 2]},
    }
    assert configuration_of(str(tmp_path), RELEASE, {}) == str(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "1"])
def test_a_wrong_variable_is_named(text: str) -> None:
    with pytest.raises(OrthancError, match="ORTHANC_JSON"):
        options_of({"ORTHANC_JSON": text}, RELEASE)


def test_variables_of_the_emulator_stand_for_options() -> None:
    environment = {"EMULATOR_RELEASE": "1.10.1", "EMULATOR_CORS": "http://a, http://b", "EMULATOR_LOAD": "x"}
    assert arguments_of(environment) == "--cors http://a http://b --load x --release 1.10.1".split()


def test_a_server_starts_as_the_environment_says() -> None:
    variables = {"EMULATOR_RELEASE": "1.10.1", "EMULATOR_UNKNOWN_TAGS": "as-release", "ORTHANC__NAME": "E"}
    with serving(ORTHANC__NAMEE="x", EMULATOR_RELASE="x", **variables) as (url, process):
        assert got(f"{url}/emulator/health") == {
            "status": "ok",
            "release": "1.10.1",
            "unknown_tags": "as-release",
            "name": "E",
            "instances": 0,
        }
        assert process.stdout is not None
        assert process.stderr is not None
        told = [process.stdout.readline() for _ in range(2)]
        process.terminate()
        err = process.stderr.read()
    assert "unknown tags: as-release" in told[0]
    assert f"{url}/emulator/" in told[1]
    assert "did you mean EMULATOR_RELEASE?" in err
    assert 'did you mean "Name"?' in err


# Options


def test_files_below_a_root_are_loaded_and_reset_comes_back_to_the_first_ones(tmp_path: Path) -> None:
    for name in ("first", "later"):
        (tmp_path / f"{name}.dcm").write_bytes(dicom_bytes(PatientID=name))
    first = str(tmp_path / "first.dcm")
    with serving("--load", first, "--load-root", str(tmp_path)) as (url, _):
        body = json.dumps({"paths": ["later.dcm"]}).encode()
        assert len(got(f"{url}/emulator/load", data=body)["instances"]) == 1
        assert got(f"{url}/statistics")["CountPatients"] == 2
        assert got(f"{url}/emulator/reset", method="POST")["patients"] == 1


def test_control_can_be_switched_off() -> None:
    with serving("--no-control") as (url, _):
        with pytest.raises(HTTPError, match="404"):
            got(f"{url}/emulator/health")
        assert got(f"{url}/patients") == []


def test_pages_of_an_origin_may_ask() -> None:
    ours, other = {"Origin": "http://localhost:5173"}, {"Origin": "http://evil.example"}
    with serving("--cors", "http://localhost:5173") as (url, _):
        with urlopen(Request(f"{url}/patients", headers=ours), timeout=10) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
        asked = {**ours, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-mine"}
        with urlopen(Request(f"{url}/patients", method="OPTIONS", headers=asked), timeout=10) as answer:
            assert (answer.status, answer.headers["Access-Control-Allow-Headers"]) == (204, "x-mine")
        with urlopen(Request(f"{url}/patients", headers=other), timeout=10) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] is None
        with urlopen(Request(f"{url}/emulator/health", headers=ours), timeout=10) as answer:
            assert answer.status == 200
        with pytest.raises(HTTPError, match="403"):
            got(f"{url}/emulator/reset", method="POST", headers=other)


def test_events_come_over_a_port_and_an_open_stream_does_not_keep_it_from_stopping() -> None:
    with serving() as (url, process), urlopen(f"{url}/emulator/events", timeout=10) as stream:
        assert stream.readline().startswith(b":")
        got(f"{url}/patients")
        lines = [stream.readline() for _ in range(3)]
        assert b"event: request\n" in lines
        process.terminate()
        assert process.wait(timeout=20) == 0


# Words


@pytest.mark.parametrize(
    ("words", "meant"),
    [(["sevre"], "serve"), (["serve", "--prot", "1"], "--port"), (["routes", "--opnapi"], "--openapi")],
)
def test_it_says_what_was_meant(words: list[str], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert f"did you mean {meant}?" in capsys.readouterr().err


def test_version_and_completion(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    for shell in ("bash", "zsh", "fish"):
        assert main(["completion", shell]) == 0
    told = capsys.readouterr().out
    assert told.startswith("orthanc-emulator ")
    assert "--unknown-tags" in told
    assert "__fish_use_subcommand" in told


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m emulator routes | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
