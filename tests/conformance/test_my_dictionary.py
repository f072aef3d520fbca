"""`run --only my_dictionary`: an administrator's own entries, one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.commands.command_line import main
from conformance.scenarios.my_dictionary import scenarios_of
from conformance.targets.emulated import EmulatorTarget
from emulator import Emulator
from emulator.releases import RELEASES

VRS = "AE AS AT CS DA DS DT FD FL IS LO LT OB OF OW PN SH SL SQ SS ST TM UI UL UN US UT".split()
SECTION: dict[str, Any] = {
    **{f"0013,{number:02x}": [vr, f"Ward{vr}", 1, 1, "WARD"] for number, vr in enumerate(VRS, 1)},
    "0011,1003": ["LO", "WardFull", 1, 1, "WARD"],
    "0011-1105": ["LO", "WardFree", 1, 1],
    "00110007": ["LO", "WardEight", 1, 1, "WARD"],
    "0010,9999": ["LO", "NotPrivate", 1, 1],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orthanc.json"
    path.write_text("// the ward's\n" + json.dumps({"Dictionary": SECTION, "HttpPort": 1}), encoding="utf-8")
    return path


def run(configuration: dict[str, Any], file: Path) -> int:
    served = Emulator({**configuration, "StableAge": 600}, release="1.12.7", unknown_tags="as-release")
    with served.serve() as url:
        status = main(["run", "--url", url, "--config", str(file), "--only", "my_dictionary"])
    assert served.statistics()["CountPatients"] == 0
    return status


def test_a_server_with_the_entries_does_what_they_are_there_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run({"Dictionary": SECTION}, file) == 0
    printed = capsys.readouterr().out
    count = len(SECTION) - 1  # a standard tag is none of his own
    assert f"my_dictionary {count} of {count} asked" in printed
    lines = {line.split(":")[0]: line for line in printed.splitlines() if line.startswith('"')}
    assert lines['"0013,0b"'].split()[-6:] == ["✓"] * 6  # LO
    assert lines['"0013,1a"'].split()[-6:] == ["✓", "·", "✓", "✓", "✓", "✓"]  # US: no query is made of it
    assert "its block" in printed


def test_a_server_that_was_not_started_again_is_found_out(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    without = {key: entry for key, entry in SECTION.items() if key != "0013,0b"}
    assert run({"Dictionary": without}, file) == 1
    printed = capsys.readouterr().out.splitlines()
    (place,) = (number for number, line in enumerate(printed) if line.startswith('"0013,0b"'))
    assert printed[place].split()[-1] == "✗"
    assert "the server does not know it: was it started with this configuration" in printed[place + 1]
    assert sum(line.split()[-1:] == ["✗"] for line in printed if line.startswith('"')) == 1


def test_what_to_write_stands_below_an_entry(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run({"Dictionary": SECTION}, file)
    assert 'write: "0011-1105": ["LO", "WardFree", 1, 1, "MYLAB"]' in capsys.readouterr().out


@pytest.mark.parametrize("release", RELEASES)
def test_no_entry_ends_a_scenario(release: str) -> None:
    for one in scenarios_of(SECTION):
        outcome = EmulatorTarget(release).run(one)
        assert outcome.stopped is None, one.title


def test_it_needs_a_dictionary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orthanc.json").write_text("{}")
    for more in ([], ["--config", str(tmp_path)]):
        assert main(["run", "--url", "http://127.0.0.1:1", "--only", "my_dictionary", *more]) == 2
        assert 'there is no "Dictionary" in it' in capsys.readouterr().err
