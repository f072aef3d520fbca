"""What a server at a URL is asked: what its configuration lets, and what it lets with other tags or other options."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.asking.clients import HttpClient
from conformance.asking.configurations import LAB
from conformance.commands.command_line import main
from conformance.scenarios.scenario import Scenario, chosen
from conformance.targets.emulated import EmulatorTarget
from conformance.targets.live import UrlTarget
from conformance.targets.running import Result, run
from emulator import Emulator

#: A server as Debian has it after its installation.
STOCK: dict[str, Any] = {"StableAge": 600}
#: Entries of an administrator: the text, the number and the sequence that the laboratory has, and one in full.
OWN = {
    "0099,01": ["LO", "WardLabel", 1, 1, "WARD"],
    "0099,02": ["US", "WardCount", 1, 1, "WARD"],
    "0099,03": ["SQ", "WardSequence", 1, 1, "WARD"],
    "0099,04": ["LO", "WardList", 1, 0, "WARD"],
    "0099,05": ["LO", "WardName", 1, 0, "WARD"],
    "0099,06": ["LO", "WardBed", 1, 0, "WARD"],
    "0099,07": ["DS", "WardNumber", 1, 1, "WARD"],
    "0099,08": ["CS", "WardCode", 1, 1, "WARD"],
}


@contextmanager
def target(
    options: dict[str, Any], release: str = "1.12.7", configuration: dict[str, Any] | None = None
) -> Iterator[UrlTarget]:
    """A target at a URL, which is an emulator that does not know that it is one."""
    served = Emulator({**STOCK, **options}, release=release, unknown_tags="as-release")
    with served.serve() as url, closing(UrlTarget(HttpClient(url), configuration=configuration)) as made:
        yield made


def results(live: UrlTarget, *names: str) -> dict[str, Result]:
    return {one.scenario.title: one for one in run(chosen(names), EmulatorTarget(live.release), live)}


def only(title: str) -> Scenario:
    (one,) = chosen([title])
    return one


@pytest.mark.parametrize("release", ["1.9.1", "1.10.1", "1.12.7", "1.13.0"])
def test_what_needs_no_entry_is_asked_of_a_server_without_entries(release: str) -> None:
    with target({}, release) as live:
        found = live.fit(only("find/by_patient_id"))
        assert found.stand_ins is None
        assert "Dictionary" not in found.configuration or not found.configuration["Dictionary"]
        assert live.run(found).not_asked is None


@pytest.mark.parametrize("release", ["1.9.1", "1.10.1", "1.12.7", "1.13.0"])
def test_a_block_of_the_tables_stands_in_for_the_laboratorys(release: str) -> None:
    with target({}, release) as live:
        found = results(live, "modify_instance/by_number", "views/private_sequence", "contract/modified_by_number")
    for one in found.values():
        assert one.scenario.stand_ins is not None
        assert one.was_asked
        assert not one.failed


def test_an_administrators_own_block_goes_before_the_tables() -> None:
    with target({"Dictionary": OWN}, configuration={"Dictionary": OWN}) as live:
        (one,) = results(live, "modify_instance/by_number").values()
    assert one.scenario.stand_ins is not None
    assert one.scenario.stand_ins.creator == "WARD"
    assert one.verdict == "agree"


def test_a_server_with_the_laboratorys_entries_is_asked_with_them() -> None:
    with target(dict(LAB)) as live:
        (one,) = results(live, "modify_instance/by_number").values()
    assert one.scenario.stand_ins is None
    assert one.verdict == "agree"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("attachments/names", 'another "UserContentType"'),
        ("modify_instance/name_in_full", '"Dictionary" with a private tag in full'),
        ("views/creators_collide", '"Dictionary" with two creators with the same number'),
        ("hierarchy/overwritten", '"OverwriteInstances": true'),
    ],
)
def test_what_is_left_is_told_in_a_few_words(title: str, reason: str) -> None:
    with target({}) as live:
        (one,) = results(live, title).values()
    assert one.verdict == "not asked"
    assert one.why_not_asked == f"needs in its configuration: {reason}"


def test_what_the_server_tells_of_itself_is_the_emulators_too() -> None:
    """UserMetadata are in /system, which two scenarios ask for: they differed on a server that has some."""
    named = {"UserMetadata": {"Ward": 1100}, "StorageCompression": True}
    with target({**LAB, **named}) as live:
        found = results(live, "errors/slashes", "hierarchy/system", "hierarchy/already_stored")
    assert [one.verdict for one in found.values()] == ["agree"] * 3


def test_a_server_that_overwrites_and_does_not_tell_is_found_out() -> None:
    with target({"OverwriteInstances": True}, "1.10.1") as live:
        assert live.fitting_now().base["OverwriteInstances"] is True


def test_a_configuration_is_read_from_a_file_with_comments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "// what the administrator wrote\n" + json.dumps({"Dictionary": OWN, "DefaultEncoding": "Cyrillic"})
    (tmp_path / "orthanc.json").write_text(text, encoding="utf-8")
    served = Emulator(
        {**STOCK, "Dictionary": OWN, "DefaultEncoding": "Cyrillic"}, release="1.12.7", unknown_tags="as-release"
    )
    with served.serve() as url:
        asked = ["run", "--url", url, "--only", "configuration/default_encoding", "--only", "views/name_in_tags"]
        assert main([*asked, "--config", str(tmp_path), "--min-asked", "1"]) == 0
    assert "2 of 2 asked" in capsys.readouterr().out
