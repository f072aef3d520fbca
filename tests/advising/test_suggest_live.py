"""Real servers start with what was suggested for pydicom's test data and fixtures/, and name every tag in a block."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.asking.exchange import Request
from conformance.sweeps.pydicom_files import shipped_files
from conformance.targets.server_process import ServerProcess
from emulator import RELEASES
from emulator.advising import suggest
from emulator.checking import check
from tests.advising.test_suggest import unnamed
from tests.dictionary.test_check_files import INSTALLED

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
FILES = [*shipped_files(), *sorted(FIXTURES.rglob("*.dcm"))]


@pytest.mark.parametrize("both_forms", [False, True], ids=["one-form", "both-forms"])
@pytest.mark.parametrize("release", RELEASES)
def test_a_real_server_names_every_private_tag_of_a_block(release: str, both_forms: bool) -> None:
    root = INSTALLED[release]
    if not (root / "usr/sbin/Orthanc").exists():
        pytest.skip(f"Orthanc {release} is not installed in {root}: set ORTHANC_ROOTS to where releases are")
    found = suggest(FILES, releases=[release], both_forms=both_forms)
    assert found.lines
    problems = check({"Dictionary": found.dictionary}, release=release)
    assert [one for one in problems if one.severity != "note"] == []
    server = ServerProcess(
        "/usr/sbin/Orthanc", {"Dictionary": found.dictionary}, None if root == Path("/") else root, verbose=False
    )
    try:
        stored = 0
        for path in FILES:
            answer = server.client.send(Request("POST", "/instances", path.read_bytes()))
            if answer.status != 200:
                continue
            stored += 1
            tags = server.client.send(Request("GET", f"/instances/{answer.id}/tags"))
            assert (path.name, unnamed(json.loads(tags.body))) == (path.name, [])
        assert stored > 150
    finally:
        server.stop()


@pytest.mark.parametrize("release", RELEASES)
def test_what_all_releases_take_is_taken_by_each(release: str) -> None:
    found = suggest(FILES, releases=[*RELEASES])
    assert [one for one in check({"Dictionary": found.dictionary}, release=release) if one.severity != "note"] == []
