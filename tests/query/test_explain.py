"""`python -m emulator explain`: the plan of a query from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from emulator import Emulator
from emulator.commands.command_line import main
from tests.query.query_servers import Serve

PRIVATE = '{"0011,1001": "one"}'


@pytest.fixture
def folder(tmp_path: Path, hospital: list[Dataset]) -> Path:
    """The instances of the hospital as files."""
    held = Emulator(unknown_tags="as-release")
    for number, dataset in enumerate(hospital):
        (tmp_path / f"{number}.dcm").write_bytes(held.file(held.store(dataset).id))
    return tmp_path


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit status of the command, and what it writes to stdout and stderr."""
    status = main(["explain", *arguments])
    written = capsys.readouterr()
    return status, written.out, written.err


def test_a_scan_of_loaded_files(folder: Path, hospital: list[Dataset], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = explained(capsys, "--level", "Instance", "--query", PRIVATE, "--load", str(folder))
    assert (status, err) == (0, "")
    assert "0011,1001" in out
    assert f"{len(hospital)} files read" in out


def test_an_indexed_find_reads_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explained(capsys, "--level", "Study", "--query", '{"PatientID": "A"}', "--load", str(folder))
    assert status == 0
    assert "0 files read" in out


def test_what_it_would_take_on_more(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--level", "Instance", "--query", PRIVATE, "--load", str(folder), "--instances", "5000000")
    status, out, _ = explained(capsys, *arguments)
    assert status == 0
    assert out.splitlines()[-1].startswith("with 5,000,000 instances: 5,000,000 candidates, 5,000,000 files read")
    assert "(11.1 hours to read files" in out
    _, out, _ = explained(capsys, *arguments, "--read-ms", "0.8")
    assert "(66.7 minutes to read files" in out


def test_the_configuration_counts(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configuration = tmp_path / "orthanc.json"
    configuration.write_text('{"ExtraMainDicomTags": {"Instance": ["0011,1001"]} /* a comment */}', encoding="utf-8")
    arguments = ("--level", "Instance", "--query", PRIVATE, "--load", *map(str, folder.glob("*.dcm")))
    status, out, _ = explained(capsys, *arguments, "--config", str(configuration))
    assert status == 0
    assert "0 files read" in out
    status, out, _ = explained(capsys, *arguments, "--config", str(configuration), "--release", "1.10.1")
    assert "0 files read" not in out  # it knows no such option


@pytest.mark.parametrize(
    ("release", "told"), [("1.12.7", "{count} files read"), ("1.10.1", "its metrics tell no reads")]
)
def test_beside_a_live_server(
    hospital: list[Dataset], serve: Serve, capsys: pytest.CaptureFixture[str], release: str, told: str
) -> None:
    with serve(release, hospital).serve() as url:
        status, out, err = explained(capsys, "--level", "Instance", "--query", PRIVATE, "--url", f"{url}/")
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == f"live: {told.format(count=len(hospital))}, 3 found"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--query", "{"), "--query is no JSON"),
        (("--query", "[]"), "--query must be a JSON object"),
        (("--query", '{"NotATag": "x"}'), "Unknown DICOM tag"),
        (("--query", "{}", "--load", "/no/such/path"), "/no/such/path: No such file or folder"),
        (("--query", "{}", "--config", "/no/such/file"), "/no/such/file"),
        (("--query", "{}", "--url", "http://127.0.0.1:9"), "Connection refused"),
        (("--query", "{}", "--url", "no-url"), "--url no-url: this is no URL"),
        (("--query", '{"PatientID": 5}'), "PatientID"),
    ],
)
def test_bad_input_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    status, _, err = explained(capsys, "--level", "Study", *arguments)
    assert status == 2
    assert message in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_live_server_that_refuses(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--level", "Instance", "--query", PRIVATE, "--url")
    orthanc = serve("1.12.7", [])
    with orthanc.serve() as url:
        orthanc.fail_next(503, path="/tools/find")
        status, _, err = explained(capsys, *arguments, url)
        assert (status, err.strip()) == (2, f"orthanc-emulator: {url} answers the find with 503 Service Unavailable")
        status, _, err = explained(capsys, *arguments, f"{url}/no-orthanc")
        assert status == 2
        assert "answers the find with 404" in err.splitlines()[-1]


def test_an_unknown_level_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = explained(capsys, "--level", "Foo", "--query", json.dumps({}))
    assert status == 2
    assert "Invalid resource type 'Foo'" in err


def test_the_release_is_that_of_the_live_server(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--level", "Instance", "--query", PRIVATE)
    with serve("1.10.1", []).serve() as url:
        _, out, _ = explained(capsys, *arguments, "--url", url)
        assert "from Orthanc 1.11 on" in out
        _, out, _ = explained(capsys, *arguments, "--url", url, "--release", "1.12.7")
        assert "from Orthanc 1.11 on" not in out
