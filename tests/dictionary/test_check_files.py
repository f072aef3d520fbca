"""What `dictionary check` says of the files in fixtures/dictionaries, and that real servers say the same of them.

`python tests/dictionary/test_check_files.py` writes the expected outputs anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from conformance.targets.server_process import ServerProcess, StartRefusedError
from emulator import DEFAULT_RELEASE, RELEASES, Emulator, OrthancError
from emulator.checking import CODES
from emulator.commands.command_line import main

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "dictionaries"
FILES = sorted(file.name for file in FOLDER.glob("*.json"))
#: The release that looks at names, and the default one, which looks at tags like all between.
EXPECTED_RELEASES = ("1.9.1", DEFAULT_RELEASE)
DEBIAN = Path("/etc/orthanc/orthanc.json")

ROOTS = Path(os.environ.get("ORTHANC_ROOTS", "/opt/orthancs"))
#: Where each release is installed; / is the machine itself.
INSTALLED = {
    "1.9.1": ROOTS / "bullseye",
    "1.10.1": Path("/"),
    "1.12.7": ROOTS / "trixie",
    "1.13.0": ROOTS / "sid",
}


def checked(file: str, *arguments: str) -> tuple[int, str]:
    """Exit status and output of `dictionary check`, run where the files are."""
    output = StringIO()
    before = Path.cwd()
    os.chdir(FOLDER)
    try:
        with redirect_stdout(output):
            status = main(["dictionary", "check", file, *arguments])
    finally:
        os.chdir(before)
    return status, output.getvalue()


def outputs() -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """The expected output's file, the file that is checked and the arguments."""
    for file in FILES:
        stem = file.removesuffix(".json")
        for release in EXPECTED_RELEASES:
            yield FOLDER / "expected" / release / f"{stem}.txt", file, ("--release", release)
    yield FOLDER / "expected" / "names.as_json.txt", "names.json", ("--json",)


@pytest.mark.parametrize(("expected", "file", "arguments"), [*outputs()], ids=lambda part: getattr(part, "name", None))
def test_output(expected: Path, file: str, arguments: tuple[str, ...]) -> None:
    status, output = checked(file, *arguments)
    assert f"exit status {status}\n{output}" == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES)
def test_lines_can_be_read_at_100_columns(file: str) -> None:
    _, output = checked(file)
    assert [line for line in output.splitlines() if len(line) > 100 and not line.startswith(" " * 8)] == []


def test_every_code_is_shown_by_a_file() -> None:
    shown = {
        problem["code"]
        for file in FILES
        for release in RELEASES
        for problem in json.loads(checked(file, "--json", "--release", release)[1])["problems"]
    }
    assert shown == set(CODES)


@pytest.mark.parametrize(
    ("file", "arguments", "status"),
    [
        ("no_problems.json", ["--strict"], 0),
        ("creators.json", [], 0),
        ("creators.json", ["--strict"], 1),
        ("keys.json", [], 2),
        ("two_sections.json", ["--strict", "--ignore", "section-repeated", "--ignore", "full-form"], 0),
        ("is_not_there.json", [], 2),
    ],
)
def test_exit_status(file: str, arguments: list[str], status: int) -> None:
    assert checked(file, *arguments)[0] == status


@pytest.mark.skipif(not DEBIAN.exists(), reason="Debian's orthanc is not installed")
@pytest.mark.parametrize("release", RELEASES)
def test_the_configuration_of_debian_has_no_problems(release: str) -> None:
    status, output = checked(str(DEBIAN), "--strict", "--release", release)
    assert (status, output) == (0, f"{DEBIAN}: Orthanc {release} starts with this dictionary: no problems\n")


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("file", FILES)
def test_the_real_server_agrees(file: str, release: str) -> None:
    """It starts or not as the emulator does, with the same error."""
    root = INSTALLED[release]
    if not (root / "usr/sbin/Orthanc").exists():
        pytest.skip(f"Orthanc {release} is not installed in {root}: set ORTHANC_ROOTS to where releases are")
    assert live_outcome(FOLDER / file, root) == emulated_outcome(FOLDER / file, release)


def live_outcome(file: Path, root: Path) -> tuple[int, str, str] | None:
    """Code, message and details of the error that stops the server, None where it starts."""
    try:
        server = ServerProcess(
            "/usr/sbin/Orthanc",
            {},
            None if root == Path("/") else root,
            further_files={file.name: file.read_text(encoding="utf-8")},
        )
    except StartRefusedError as refusal:
        return refusal.code, refusal.message, without_path(refusal.details, file)
    server.stop()
    return None


def emulated_outcome(file: Path, release: str) -> tuple[int, str, str] | None:
    try:
        Emulator(file, release=release)
    except OrthancError as error:
        return int(error.code), error.message, without_path(error.details or "", file)
    return None


def without_path(details: str, file: Path) -> str:
    """The folder of the file is another one on the server."""
    head, found, _ = details.partition(": /")
    return f"{head}: {file.name}" if found else details


def test_several_are_checked_and_the_worst_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right, wrong = tmp_path / "orthanc.json", tmp_path / "orthanc-test.json"
    right.write_text('{"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}')
    wrong.write_text('{"Dictionary": {"0011,1001": ["XX", "MyLabel", 1, 1, "MYLAB"]}}')
    assert main(["dictionary", "check", str(wrong), str(right), "--json"]) == 2
    assert [(one["file"], one["errors"]) for one in json.loads(capsys.readouterr().out)] == [
        (str(wrong), 1),
        (str(right), 0),
    ]
    assert main(["dictionary", "check", str(right)]) == 0


if __name__ == "__main__":
    for path, name, options in outputs():
        path.parent.mkdir(parents=True, exist_ok=True)
        exit_status, text = checked(name, *options)
        path.write_text(f"exit status {exit_status}\n{text}", encoding="utf-8")
