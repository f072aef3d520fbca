"""`dictionary suggest --write`: lines come into a configuration, and nothing else of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import Emulator
from emulator.advising.merging import CannotMergeError, merged_text, write_into
from emulator.advising.suggestion import Line
from emulator.commands.command_line import main
from emulator.configuration import Configuration
from emulator.releases import RELEASES
from emulator.testing import dicom_bytes

LINE = Line("0011,1001", ["LO", "MyLabel", 1, 1, "MYLAB"], "1 file", "in full")
SECTIONS = [
    "{}",
    "{\n}\n",
    "{ /* nothing */ }",
    '{"Name": "x"}',
    '{\n  "Name": "x" // its name\n}\n',
    '{\n  "Dictionary": {}\n}\n',
    '{\n  "Dictionary": {\n  }\n}\n',
    '{\n  "Dictionary": {\n    // nothing yet\n  }\n}\n',
    '{\n\t"Dictionary": {\n\t\t"0011,02": ["LO", "Other", 1, 1, "MYLAB"] // last\n\t},\n\t"Name": "x"\n}\n',
    '{"Dictionary": {"0011,02": ["LO", "Other", 1, 1, "MYLAB"]}, "Name": "}"}',
    '// "Dictionary": {\n{"A": {"Dictionary": {}}, /* "Dictionary" */ "B": [{"Dictionary": {}}]}',
    '{\r\n  "Dictionary": {\r\n    "0011,02": ["LO", "Other", 1, 1, "MYLAB"]\r\n  }\r\n}\r\n',
    '{"Dictionary": {"0013,01": ["LO", "First", 1, 1, "X"]}, "Dictionary": {"0011,02": ["LO", "B", 1, 1, "MYLAB"]}}',
]


@pytest.mark.parametrize("text", SECTIONS)
def test_a_line_is_added_and_all_else_stays(text: str, tmp_path: Path) -> None:
    path = tmp_path / "orthanc.json"
    path.write_bytes(text.encode())
    before = dict(Configuration.load(path, RELEASES["1.12.7"]).options)
    assert write_into(path, [LINE], [*RELEASES.values()]) == path
    after = dict(Configuration.load(path, RELEASES["1.12.7"]).options)
    section = after.pop("Dictionary")
    assert section == {**before.pop("Dictionary", {}), "0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}
    assert after == before
    written = path.read_bytes().decode()
    kept = iter(written)
    assert all(char in kept for char in text), "something of the file is gone"
    if "\r\n" in text:
        assert written.count("\n") == written.count("\r\n")
    assert [file.name for file in tmp_path.iterdir()] == ["orthanc.json"]


def test_nothing_is_written_into_what_is_no_object(tmp_path: Path) -> None:
    path = tmp_path / "orthanc.json"
    path.write_text("[]")
    with pytest.raises(CannotMergeError, match="nothing was written"):
        write_into(path, [LINE], [RELEASES["1.12.7"]])
    assert path.read_text() == "[]"


def test_no_lines_change_nothing() -> None:
    assert merged_text("{ }", []) == "{ }"


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "orthanc.json"
    (tmp_path / "a.dcm").write_bytes(dicom_bytes(private={("MYLAB", 0x0011, 0x01): ("LO", "a")}))
    assert main(["dictionary", "suggest", str(tmp_path / "a.dcm"), "--write", "--config", str(path)]) == 0
    assert Emulator(path).dictionary.find(0x0011, 0x1001, "MYLAB") is not None
    assert main(["dictionary", "check", str(path), "--strict"]) == 0


def test_the_file_of_a_folder_that_has_the_section_gets_the_lines(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"Name": "x"}')
    (tmp_path / "b.json").write_text('{"Dictionary": {}}')
    assert write_into(tmp_path, [LINE], [RELEASES["1.12.7"]]) == tmp_path / "b.json"
    assert (tmp_path / "a.json").read_text() == '{"Name": "x"}'
