"""The demo, and the fixtures that it and the tests rest on."""

from __future__ import annotations

import io
import re
import runpy
from collections.abc import Mapping
from pathlib import Path

import pytest

from emulator import DEFAULT_RELEASE, RELEASES, Configuration, Emulator
from emulator.commands import demo

FIXTURES = Path(__file__).parents[1] / "fixtures"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def text() -> str:
    output = io.StringIO()
    demo.run(output)
    return output.getvalue()


@pytest.fixture(scope="module")
def steps(text: str) -> Mapping[int, str]:
    """What is printed below each heading, with the lines joined."""
    parts = re.split(r"^(\d)\. ", text, flags=re.MULTILINE)[1:]
    return {int(number): " ".join(part.split()) for number, part in zip(parts[::2], parts[1::2], strict=True)}


@pytest.mark.parametrize(("number", "heading"), list(enumerate((heading for heading, _ in demo.STEPS), start=1)))
def test_every_step_has_its_numbered_heading(text: str, number: int, heading: str) -> None:
    assert f"\n{number}. {heading}\n" in text


@pytest.mark.parametrize(
    ("number", "claim"),
    [
        (1, 'knows all 170 private tags of this GE scanner, and none of the 8 of this AGFA one: those are named "Unk'),
        (2, '"Unknown Tag & Data" has the name "MyLabel"'),
        (3, "none of these 4 answers has one"),
        (4, "a file with 350 for WindowValue; nothing is stored, and the instance keeps its 400"),
        (5, "Every instance of the copy, 4 of 4, carries the value 'REVIEWED'"),
        (5, "The source stays as it was: TRAIN, TRAIN, TEST, TEST"),
        (6, "An unknown tag is stored, and shown with its value 'COMPLETED'"),
        (6, 'register it in the configuration: "Dictionary": {"0019,1093": ["CS", "NameOfTheTag", 1, 1, "AGFA"]}'),
        (6, "the same request works: AgfaStatus is 'CHECKED'"),
        (7, "8 instances are found and 0 files read"),
        (7, "12 are read, one for each of the 12 instances"),
        (7, "the index leaves 8 candidates, and only their files are read: 8"),
    ],
)
def test_a_step_shows(steps: Mapping[int, str], number: int, claim: str) -> None:
    assert claim in steps[number]


def test_the_page_is_plain_and_fits_a_terminal_of_100_columns(text: str) -> None:
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if len(line) > 100] == []


def test_colours_only_on_a_terminal_without_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = Terminal()
    demo.run(coloured)
    assert "\x1b[1;36m\n1. " in coloured.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    demo.run(plain)
    assert "\x1b" not in plain.getvalue()


def test_an_output_that_knows_no_ellipsis() -> None:
    buffer = io.BytesIO()
    output = io.TextIOWrapper(buffer, encoding="ascii")
    demo.run(output)
    output.flush()
    assert b'"Status": "Success", ...}' in buffer.getvalue()


def test_a_claim_that_does_not_hold_ends_the_walk() -> None:
    output = io.StringIO()
    with pytest.raises(demo.ClaimError, match="water flows uphill"):
        demo.Transcript(output).shows("water flows uphill", holds=False)
    assert output.getvalue() == ""


def test_a_refusal_where_none_is_due_ends_the_walk() -> None:
    server = demo.Server(demo.Transcript(io.StringIO()))
    with pytest.raises(demo.ClaimError, match="400 instead of 200"):
        server.ask("POST", "/tools/find", {"Level": "Study"})


# The fixtures


def patterns_of_readme() -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", (FIXTURES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_lists_the_fixtures_and_nothing_else() -> None:
    matched = {pattern: set(FIXTURES.glob(pattern)) for pattern in patterns_of_readme()}
    assert [pattern for pattern, files in matched.items() if not files] == []
    there = {path for path in FIXTURES.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert there - set().union(*matched.values()) == set()


@pytest.mark.parametrize(
    ("fixture", "of_pydicom"),
    [
        ("ct_small.dcm", "CT_small.dcm"),
        ("nm_ge_genie.dcm", "JPEG2000.dcm"),
        ("ct_ge_cardiac.dcm", "dicomdirtests/98892001/CT5N/2062"),
        ("cr_agfa.dcm", "dicomdirtests/77654033/CR1/6154"),
    ],
)
def test_a_file_of_pydicom_is_an_unchanged_copy(fixture: str, of_pydicom: str) -> None:
    import pydicom.data

    original = Path(pydicom.data.__file__).parent / "test_files" / of_pydicom
    if not original.exists():
        pytest.skip(f"this pydicom installs no {of_pydicom}")
    assert (FIXTURES / fixture).read_bytes() == original.read_bytes()


@pytest.mark.parametrize(
    ("name", "private", "unknown"),
    [("ct_small.dcm", 170, 0), ("nm_ge_genie.dcm", 62, 0), ("ct_ge_cardiac.dcm", 96, 30), ("cr_agfa.dcm", 8, 8)],
)
def test_the_private_tags_that_the_readme_counts(name: str, private: int, unknown: int) -> None:
    with Emulator() as orthanc:
        tags = orthanc.tags(orthanc.store(FIXTURES / name).id)
    assert demo.known_private_tags(tags) == (private - unknown, unknown)


def test_the_labelled_series_is_what_its_script_makes(tmp_path: Path) -> None:
    runpy.run_path(str(FIXTURES / "make_labelled_series.py"))["make_series"](tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in (FIXTURES / "labelled_series").iterdir()}


def test_the_labelled_series_is_one_series_with_private_labels() -> None:
    with Emulator(FIXTURES / "orthanc.json") as orthanc:
        stored = orthanc.load(FIXTURES / "labelled_series")
        shown = [orthanc.simplified_tags(instance.id) for instance in stored]
    assert len({instance.parent_series for instance in stored}) == 1
    assert [(tags["MyLabel"], tags["MyCount"]) for tags in shown] == [
        ("TRAIN", "10"),
        ("TRAIN", "20"),
        ("TEST", "30"),
        ("TEST", "40"),
    ]


def test_the_sample_configuration_has_comments_and_is_read() -> None:
    assert "//" in (FIXTURES / "orthanc.json").read_text(encoding="utf-8")
    assert demo.sample_configuration() == Configuration.load(FIXTURES / "orthanc.json", RELEASES[DEFAULT_RELEASE])
    assert "0011,1001" in demo.sample_configuration().dictionary
