"""`serve` on the DICOM network, and the fixture."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from emulator.dimse.listener import DicomAddress

from .clients import ECHO, associated, image, stored

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The line in which `serve` says what it does on the DICOM network."""
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield next(line.strip() for line in server.stdout if "DICOM network" in line)
    finally:
        server.terminate()
        server.communicate(timeout=30)


def test_serve_listens_where_it_is_told_and_says_so() -> None:
    with serving("--dicom-port", "0") as line:
        before, _, port = line.rpartition(" ")
        assert before == "DICOM network: AET ORTHANC, 127.0.0.1, port"
        with associated(DicomAddress("127.0.0.1", int(port), "ORTHANC"), ECHO) as association:
            assert association.send_c_echo().Status == 0


def test_serve_says_that_the_network_is_off(tmp_path: Path) -> None:
    (tmp_path / "orthanc.json").write_text(json.dumps({"DicomServerEnabled": False}))
    with serving("--config", str(tmp_path / "orthanc.json")) as line:
        assert line == "DICOM network: off (DicomServerEnabled)"


def test_serve_goes_on_where_the_port_of_the_configuration_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (tmp_path / "orthanc.json").write_text(json.dumps({"DicomPort": port}))
        with serving("--config", str(tmp_path / "orthanc.json")) as line:
            assert line.startswith("DICOM network: off, ")
        command = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--dicom-port", str(port)]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert f"cannot listen to the DICOM network on 127.0.0.1, port {port}" in refused.stderr


def test_the_network_needs_no_pynetdicom(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [one for one in sys.modules if one.startswith(("pynetdicom", "emulator.dimse.", "emulator.upper_layer"))]
    for name in names:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pynetdicom", None)
    pacs = Emulator()
    with pacs.serve_dicom() as address:
        orthanc = Emulator({"DicomModalities": {"pacs": [address.aet, address.host, address.port]}})
        assert orthanc.client().post("/modalities/pacs/echo", data="{}").status_code == 200
    pacs.associations.assert_called("C-ECHO", times=1)


def test_the_fixture_shares_a_port_and_each_test_has_its_own_emulator(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from pynetdicom import AE

        seen = set()

        def echo(address):
            app = AE()
            app.add_requested_context("1.2.840.10008.1.1")
            association = app.associate(address.host, address.port)
            association.send_c_echo()
            association.release()

        def test_one(orthanc, orthanc_dicom):
            seen.add(orthanc_dicom.port)
            echo(orthanc_dicom)
            orthanc.associations.assert_called("C-ECHO", times=1)

        def test_two(orthanc, orthanc_dicom):
            assert orthanc_dicom.port in seen
            assert len(orthanc.associations) == 0
            echo(orthanc_dicom)
            assert False
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*1 association:*", "*C-ECHO -> 0x0000*"])


def test_a_fork_begins_with_no_association() -> None:
    orthanc = Emulator()
    with orthanc.serve_dicom() as address:
        stored(address, image())
    other: Any = orthanc.fork()
    assert (len(orthanc.associations), len(other.associations)) == (1, 0)
    assert other.resources("Instance") == orthanc.resources("Instance")
