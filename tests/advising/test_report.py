"""What `dictionary report` tells that files suffer, in Python, as a table, as JSON and as a page."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pydicom import dcmread

from emulator import RELEASES
from emulator.advising import report
from emulator.advising.report_page import report_page
from emulator.advising.report_text import report_text
from emulator.commands.command_line import main
from emulator.testing import dicom_bytes

ALL = list(RELEASES)
TAG = ("MYLAB", 0x0011, 0x01)
KNOWN = {"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}


def saved(folder: Path, *files: bytes) -> Path:
    for index, data in enumerate(files):
        (folder / f"{index}.dcm").write_bytes(data)
    return folder


def test_an_unknown_tag_has_no_name_and_is_written_as_un(tmp_path: Path) -> None:
    found = report(saved(tmp_path, dicom_bytes(private={TAG: ("LO", "a")})), releases=ALL)
    (tag,) = found.tags
    assert (tag.tag, tag.creator, tag.state) == ("0011,xx01", "MYLAB", "unknown")
    for one in tag.on.values():
        assert (one.name, one.edit, one.find, one.unknown_blocks) == ("Unknown Tag & Data", "UN", "reads files", [0x10])


def test_a_block_without_its_entry_is_told(tmp_path: Path) -> None:
    second = dicom_bytes(private={("OTHER", 0x0011, 0x02): ("LO", "a"), TAG: ("LO", "b")})
    found = report(saved(tmp_path, dicom_bytes(private={TAG: ("LO", "a")}), second), KNOWN)
    tag = next(one for one in found.tags if one.creator == "MYLAB")
    assert (tag.blocks, tag.state) == ({0x10: 1, 0x11: 1}, "unknown")
    assert tag.on["1.12.7"].unknown_blocks == [0x11]
    (problem,) = [one for one in found.problems if one.what == "entry-of-another-block"]
    assert (problem.tag, problem.files, problem.example) == ("0011,1101", 1, str(tmp_path / "1.dcm"))


def test_another_vr_than_the_entry_s_is_told(tmp_path: Path) -> None:
    found = report(saved(tmp_path, dicom_bytes(private={TAG: ("DS", "1")})), KNOWN)
    (tag,) = found.tags
    assert tag.state == "differs"
    assert "an edit changes DS to LO" in report_text(found)


def test_extra_main_dicom_tags_are_indexed_where_the_release_has_them(tmp_path: Path) -> None:
    configuration = {**KNOWN, "ExtraMainDicomTags": {"Study": ["0011,1001"]}}
    found = report(saved(tmp_path, dicom_bytes(private={TAG: ("LO", "a")})), configuration, releases=ALL)
    finds = {version: one.find for version, one in found.tags[0].on.items()}
    assert finds == {"1.9.1": "reads files", "1.10.1": "reads files"} | dict.fromkeys(
        ALL[2:], "indexed (Study and below)"
    )


def test_orphans_and_odd_creators_are_told(tmp_path: Path) -> None:
    dataset = dcmread(io.BytesIO(dicom_bytes()))
    dataset.add_new(0x00110010, "LO", "")
    dataset.add_new(0x00111001, "LO", "whose?")
    dataset.add_new(0x00131001, "LO", "whose?")
    dataset.save_as(tmp_path / "odd.dcm")
    found = report(tmp_path)
    assert {tag.state for tag in found.tags} == {"orphan"}
    assert {one.what for one in found.problems} >= {"orphaned-element", "unreadable-private-creator"}


def test_names_that_collide_are_told(tmp_path: Path) -> None:
    other = ("MYLAB", 0x0011, 0x02)
    found = report(saved(tmp_path, dicom_bytes(private={TAG: ("LO", "a"), other: ("LO", "b")})))
    (problem,) = [one for one in found.problems if one.what == "simplified-name-collision"]
    assert '"Unknown Tag & Data"' in problem.message


def test_a_file_that_a_server_refuses_is_told(tmp_path: Path) -> None:
    dataset = dcmread(io.BytesIO(dicom_bytes(private={TAG: ("LO", "a")})))
    del dataset.StudyInstanceUID
    dataset.save_as(tmp_path / "refused.dcm")
    found = report(tmp_path)
    assert found.stored == {"1.12.7": 0}
    assert [one.what for one in found.problems] == ["not stored"]


def test_the_modify_of_another_element_leaves_private_tags_alone(tmp_path: Path) -> None:
    found = report(saved(tmp_path, dicom_bytes(private={TAG: ("LO", "a")})), releases=ALL)
    assert all(not one.effects for tag in found.tags for one in tag.on.values())


class Outline(HTMLParser):
    """The tags that are open, what is never closed, and what a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_loads_nothing_and_escapes_what_files_say(tmp_path: Path) -> None:
    creator = "<script>alert(1)</script>"
    found = report(saved(tmp_path, dicom_bytes(private={(creator, 0x0011, 0x01): ("LO", "a")})))
    page = report_page(found)
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert outline.loads == []
    assert "url(" not in page
    assert "<script" not in page
    assert creator in outline.text
    assert "prefers-color-scheme: dark" in page
    assert len(re.findall('class="cell unknown" title=', page)) == 1


def test_the_command_prints_a_table_json_and_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved(tmp_path, dicom_bytes(private={TAG: ("LO", "a")}))
    assert main(["dictionary", "report", str(tmp_path)]) == 0
    assert "0011,xx01  1      LO           -        Unknown Tag & Data" in capsys.readouterr().out
    assert main(["dictionary", "report", str(tmp_path), "--json", "--all-releases"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tags"][0]["releases"]["1.9.1"]["known"] is False
    page = tmp_path / "report.html"
    assert main(["dictionary", "report", str(tmp_path / "0.dcm"), "--html", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_bad_input_ends_in_a_line_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved(tmp_path, dicom_bytes(private={TAG: ("LO", "a")}))
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for command in ("suggest", "report"):
        assert main(["dictionary", command, str(tmp_path / "0.dcm"), str(tmp_path / "missing")]) == 2
        captured = capsys.readouterr()
        assert "missing: there is no such file or folder" in captured.err
        assert "0011" in captured.out
        assert main(["dictionary", command, str(tmp_path / "0.dcm"), "--config", str(broken)]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
