"""DCMTK's tools against `serve --release 1.10.1`: what they print is what they print against the real 1.10.1.

`fixtures/dimse/dcmtk-1.10.1.txt` was written by this test's commands (DCMTK 3.6.7 of Debian) against the real server.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FIXTURES = ROOT / "fixtures"
RECORDED = FIXTURES / "dimse/dcmtk-1.10.1.txt"

TOOLS = ("echoscu", "storescu", "findscu", "movescu", "getscu")


def path_of(tool: str) -> str | None:
    """Where a tool of DCMTK is: pynetdicom installs scripts of the same names."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which(tool, path=folder)
        if found and not Path(found).read_bytes().startswith(b"#!"):
            return found
    return None


pytestmark = pytest.mark.skipif(any(path_of(tool) is None for tool in TOOLS), reason="DCMTK is not installed")

COMMANDS = """
echoscu -v HOST PORT
echoscu -v -aec OTHER HOST PORT
storescu -v HOST PORT FIXTURES/ct_small.dcm FIXTURES/cr_agfa.dcm
storescu -v -xv HOST PORT FIXTURES/nm_ge_genie.dcm
storescu -v HOST PORT FIXTURES/ct_ge_cardiac.dcm
findscu -v -S -k QueryRetrieveLevel=STUDY -k PatientName -k StudyInstanceUID HOST PORT
findscu -S -k QueryRetrieveLevel=STUDY -k PatientName=DOE* -k PatientID -k ModalitiesInStudy HOST PORT
findscu -P -k QueryRetrieveLevel=PATIENT -k PatientID=1CT1 HOST PORT
findscu -S -k PatientID=1CT1 HOST PORT
findscu -S -k QueryRetrieveLevel=STUDY -k StudyDate=2004* HOST PORT
findscu -W -k PatientName HOST PORT
findscu -S -k QueryRetrieveLevel=STUDY -k PatientID=NOBODY HOST PORT
findscu -S -k QueryRetrieveLevel=SERIES -k PatientID=1CT1 -k 0009,0010=GEMS_IDEN_01 -k 0009,1001 HOST PORT
movescu -v -S -k QueryRetrieveLevel=PATIENT -k PatientID=1CT1 +P MOVE -od OUT HOST PORT
movescu -v -S -aem NOWHERE -k QueryRetrieveLevel=PATIENT -k PatientID=1CT1 HOST PORT
movescu -v -S -k QueryRetrieveLevel=STUDY -k StudyInstanceUID=9.9 +P MOVE -od OUT HOST PORT
getscu -v -S -k QueryRetrieveLevel=PATIENT -k PatientID=1CT1 -od OUT HOST PORT
getscu -v -S -k QueryRetrieveLevel=STUDY -k StudyInstanceUID=9.9 -od OUT HOST PORT
echoscu -d HOST PORT
echoscu -d -aec OTHER HOST PORT
storescu -d HOST PORT FIXTURES/ct_small.dcm
findscu -d -S -k QueryRetrieveLevel=STUDY -k PatientName -k ModalitiesInStudy -k Modality HOST PORT
findscu -d -W -k PatientName HOST PORT
movescu -d -S -aem NOWHERE -k QueryRetrieveLevel=PATIENT -k PatientID=1CT1 HOST PORT
getscu -d -S -k QueryRetrieveLevel=PATIENT -k PatientID=1CT1 -od OUT HOST PORT
""".strip().splitlines()


def printed(host: str, port: int, move_port: int, folder: Path) -> str:
    """What the tools print, one after the other, with their exit status and what they kept."""
    (folder / "out").mkdir()
    places = {
        "HOST": host,
        "PORT": str(port),
        "FIXTURES": str(FIXTURES),
        "MOVE": str(move_port),
        "OUT": str(folder / "out"),
    }
    told = []
    environment = {**os.environ, "TCP_NODELAY": "1"}
    for command in COMMANDS:
        words = [
            re.sub("HOST|PORT|FIXTURES|MOVE|OUT", lambda found: places[found[0]], word) for word in command.split()
        ]
        words[0] = path_of(words[0]) or words[0]
        done = subprocess.run(words, capture_output=True, timeout=60, check=False, env=environment)
        told.append(f"$ {command}\n{(done.stdout + done.stderr).decode('latin-1')}[exit {done.returncode}]\n")
    kept = sorted(f"{path.stat().st_size} {path.name}\n" for path in (folder / "out").iterdir())
    text = "".join([*told, *kept]).replace("\0", "")
    for place in ("OUT", "FIXTURES"):
        text = text.replace(places[place], place)
    return re.sub(rf"\b({port}|{move_port})\b", "PORT", text)


@contextmanager
def serving(move_port: int, folder: Path) -> Iterator[int]:
    """`serve` with what the real server was started with, and its DICOM port."""
    (folder / "orthanc.json").write_text(
        '{"DicomAlwaysAllowFind": true, "DicomAlwaysAllowMove": true, "DicomAlwaysAllowGet": true, '
        f'"DicomModalities": {{"m": ["MOVESCU", "127.0.0.1", {move_port}]}}}}'
    )
    options = ["--release", "1.10.1", "--port", "0", "--dicom-port", "0", "--config", str(folder / "orthanc.json")]
    server = subprocess.Popen(
        [sys.executable, "-m", "emulator", "serve", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        line = next(line for line in server.stdout if "DICOM network" in line)
        yield int(line.rpartition(" ")[2])
    finally:
        server.terminate()
        server.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_the_tools_print_what_they_print_against_the_real_server(tmp_path: Path) -> None:
    move_port = free_port()
    with serving(move_port, tmp_path) as port:
        assert printed("127.0.0.1", port, move_port, tmp_path) == RECORDED.read_text(encoding="utf-8")


if __name__ == "__main__":  # python -m ... PORT MOVE_PORT: writes what is recorded, of a real server
    import tempfile

    RECORDED.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        RECORDED.write_text(printed("127.0.0.1", int(sys.argv[1]), int(sys.argv[2]), Path(made)), encoding="utf-8")
