"""Odd configuration files: the emulator starts, or refuses them with the same error, as real servers do."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from conformance.targets.server_process import ServerProcess, StartRefusedError
from emulator import RELEASES, Emulator, OrthancError

ROOTS = Path(os.environ.get("ORTHANC_ROOTS", "/opt/orthancs"))
INSTALLED = {"1.9.1": ROOTS / "bullseye", "1.10.1": Path("/"), "1.12.7": ROOTS / "trixie", "1.13.0": ROOTS / "sid"}
ENTRY = '"0011,01": ["LO", "A", 1, 1, "MYLAB"]'
WRONG = '"0011,01": ["ZZ", "A", 1, 1, "MYLAB"]'

#: What a second file of the folder holds, beside the server's own.
TEXTS = (
    f'{{"Dictionary": {{{ENTRY}}}}}',
    f'{{"Dictionary": {{{WRONG}}}}}',
    f'{{"Dictionary": {{{WRONG}, {ENTRY}}}}}',
    f'{{"Dictionary": {{{ENTRY}, {WRONG}}}}}',
    f'{{"Dictionary": {{{WRONG}}}, "Dictionary": {{{ENTRY}}}}}',
    f'{{"Dictionary": {{{ENTRY},}},}}',
    f'{{"Dictionary": {{{ENTRY},,}}}}',
    f'{{"Dictionary": {{{ENTRY} {ENTRY}}}}}',
    f'{{"Dictionary": {{{ENTRY}}}',
    f'// c\n{{ /* d */ "Dictionary": {{{ENTRY} // e\n}} }} trailing',
    f'{{"Dictionary": {{{ENTRY} /* c */ "X" "b": 1}}}}',
    f'# c\n{{"Dictionary": {{{ENTRY}}}}}',
    f'\ufeff{{"Dictionary": {{{WRONG}}}}}',
    f'{{"Dictionary": {{{WRONG.replace("1,", "NaN,", 1)}}}}}',
    '{"Dictionary": {"0011,01": ["LO", "A", +1, 01, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A", 1., 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A", -, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A", 1e999, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A", Infinity, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A", 0x1, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A\tB", 1, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A\\u0042", 1, 0, "\\ud83d\\ude00"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A\\ud83d", 1, 0, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO", "A\\q", 1, 0, "MYLAB"]}}',
    "{'Dictionary': {}}",
    "{Dictionary: {}}",
    '{"Dictionary": True}',
    '{"Dictionary": {} , "x": [1, /* c */ ]}',
    '{"Dictionary": {} , "x": [,]}',
    '{"Dictionary" /* c */ : {}}',
    "",
    "[]",
    "null",
    '"text"',
    "{}{",
    '{"x": ' + "[" * 300 + "]" * 300 + "}",
    '{"Dictionary": {"0011,01": ["${NO_SUCH_VARIABLE:-ZZ}", "A", 1, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["LO${NO_SUCH_VARIABLE}", "A", 1, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["$NO_SUCH_VARIABLE", "A", 1, 1, "MYLAB"]}}',
    '{"Dictionary": {"0011,01": ["${}", "A", 1, 1, "MYLAB"]}}',
    '{"Name": "twice"}',
    '{"OverwriteInstances": true}',
    '{"OverwriteInstances": "IfChanged"}',
    '{"OverwriteInstances": "ifchanged"}',
    '{"OverwriteInstances": 1}',
    '{"OverwriteInstances": null}',
)


@pytest.mark.parametrize("release", RELEASES)
def test_the_real_server_agrees(release: str) -> None:
    root = INSTALLED[release]
    if not (root / "usr/sbin/Orthanc").exists():
        pytest.skip(f"Orthanc {release} is not installed in {root}: set ORTHANC_ROOTS to where releases are")
    differences = {
        text: (live, emulated)
        for text in TEXTS
        if (live := live_start(text, root)) != (emulated := emulated_start(text, release))
    }
    assert differences == {}


def live_start(text: str, root: Path) -> tuple[int, str, str] | None:
    inside = None if root == Path("/") else root
    try:
        server = ServerProcess("/usr/sbin/Orthanc", {}, inside, further_files={"odd.json": text})
    except StartRefusedError as refusal:
        return refusal.code, refusal.message, without_folder(refusal.details)
    server.stop()
    return None


def emulated_start(text: str, release: str) -> tuple[int, str, str] | None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "odd.json").write_text(text, encoding="utf-8")
        (Path(folder) / "orthanc.json").write_text('{"Name": "conformance"}', encoding="utf-8")
        try:
            Emulator(folder, release=release)
        except OrthancError as error:
            return int(error.code), error.message, without_folder(error.details or "")
    return None


def without_folder(details: str) -> str:
    """Without what no user can see: where the file lies, and the line of the server's own code that 1.13.0 logs."""
    if details.startswith("ErrorCode_InternalError triggered from"):
        return ""
    head, found, path = details.partition(": /")
    return f"{head}: {Path(path).name}" if found else details
