"""External dictionaries: LoadPrivateDictionary, ExternalDictionaries and DCMDICTPATH.

Every expectation was measured on the real servers; see fixtures/measurements/configuration.md.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import RELEASES, Emulator, OrthancError
from emulator.checking import check
from emulator.dictionary.external import LineError, entry_line
from emulator.dictionary.tables import FOLDERS

ALL = tuple(RELEASES)
LATER = ALL[1:]
FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
GEMS = (0x0009, 0x1001, "GEMS_IDEN_01")
MINE = (0x0011, 0x1001, "MYLAB")
UNKNOWN = "Unknown Tag & Data"


def own_files(release: str) -> list[str]:
    folder = FOLDERS[RELEASES[release].dcmtk_version]
    return [f"{folder}/dicom.dic", f"{folder}/private.dic"]


def server(folder: Path, text: str, release: str = "1.12.7", **options: object) -> Emulator:
    """An emulator with the release's own dictionaries and one more."""
    path = folder / "more.dic"
    path.write_text(text, encoding="utf-8")
    return Emulator({"ExternalDictionaries": [*own_files(release), str(path)], **options}, release=release)


def entries(emulator: Emulator, *tags: tuple[int, int, str | None]) -> list[str]:
    found = (emulator.dictionary.find(*tag) for tag in tags)
    return [UNKNOWN if entry is None else f"{entry.name}/{entry.vr}" for entry in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('(0011,"MYLAB",01)\tLO\tMyLabel\t1\tPrivateTag', '0011,"MYLAB",01\tLO\tMyLabel\t1'),
        ('(0011,"MYLAB",01)\tLO\tMyLabel', '0011,"MYLAB",01\tLO\tMyLabel\t1'),
        ('( 11, "MY LAB" , 0x1001 )\tLO\tMy Label \u00e9\t1 - n', '0011,"MY LAB",1001\tLO\tMyLabel\u00e9\t1-n'),
        ('(10011,"MYLAB",001)\tLOO\tN\t', '0011,"MYLAB",01\tLO\tN\t1'),
        ('(0011,"MYLAB",101)\tlo\tN\t2-1', '0011,"MYLAB",0101\tUN\tN\t2-1'),
        ('(0011,"MYLAB",01,02)\t??\tN\t-1', '0011,"MYLAB",01\tUN\tN\t1'),
        ('(0011-o-0013,"MYLAB",01-U-02)\txs\tN\tn', '0011-o-0013,"MYLAB",01-u-02\txs\tN\t1-n'),
        ("(6000-60ff,3000)\tpi\t\t2-2n", "6000-60FF,3000\tna\t\t2-2n"),
        ("(0010,01-)\tOV\tN\t0", "0010,0001\tOV\tN\t0"),
    ],
)
def test_lines(line: str, expected: str) -> None:
    assert entry_line(line) == expected


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("x", "too few fields"),
        ('(0011,"MYLAB",01) LO MyLabel 1', "too few fields"),
        ('(0011,"MYLAB",01)\tLO\tN\t1\tx\ty', "too many fields"),
        ('0011,"MYLAB",01\tLO\tN\t1', "bad Tag field"),
        ("(0011,MYLAB,01)\tLO\tN\t1", "bad Tag field"),
        ('(0011,"MY"LAB",01)\tLO\tN\t1', "bad Tag field"),
        ('(0011,"MYLAB",xx01)\tLO\tN\t1', "bad Tag field"),
        ('(0011,"MYLAB",01-x-02)\tLO\tN\t1', "bad Tag field"),
        ("(0011)\tLO\tN\t1", "bad Tag field"),
        ('(0011,"MYLAB",01)x\tLO\tN\t1', "bad Tag field"),
        ('(0011,"MYLAB",01)\tZZ\tN\t1', "bad VR field: ZZ"),
        ('(0011,"MYLAB",01)\t\tLO\tN\t1', "bad VM field: N"),
        ('(0011,"MYLAB",01)\tLO\tN\t1-', "bad VM field: 1-"),
        ('(0011,"MYLAB",01)\tLO\tN\t1-2-3', "bad VM field"),
    ],
)
def test_bad_lines(line: str, error: str) -> None:
    with pytest.raises(LineError, match=error):
        entry_line(line)


@given(st.text(alphabet='(0011,"MY)-ou\t LOUSx1n#', max_size=40))
def test_any_line_is_read_or_refused(line: str) -> None:
    with suppress(LineError):
        assert entry_line(line).count("\t") == 3


def test_the_private_dictionary_can_be_left_out() -> None:
    for release in ALL:
        emulator = Emulator({"LoadPrivateDictionary": False}, release=release)
        expected = "FullFidelity/LO" if release == "1.9.1" else UNKNOWN  # 1.9.1 loads it all the same
        assert entries(emulator, GEMS, (0x0018, 0x0015, None)) == [expected, "BodyPartExamined/CS"]


def test_external_dictionaries_replace_all_others(tmp_path: Path) -> None:
    path = tmp_path / "mine.dic"
    path.write_text("# mine\n\n  # too\n" + '(0011,"MYLAB",01)\tLO\tMyLabel\t1\r\n')
    for release in LATER:
        emulator = Emulator({"ExternalDictionaries": [str(path)]}, release=release)
        assert entries(emulator, MINE, GEMS, (0x0010, 0x0020, None)) == ["MyLabel/LO", UNKNOWN, UNKNOWN]
        assert entries(Emulator({"ExternalDictionaries": []}, release=release), MINE, GEMS) == [UNKNOWN, UNKNOWN]
    emulator = Emulator({"ExternalDictionaries": "ignored"}, release="1.9.1")
    assert entries(emulator, MINE, GEMS) == [UNKNOWN, "FullFidelity/LO"]


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("(0018,0015)\tUS\tMyBody\t1", [(0x0018, 0x0015, None)], ["MyBody/US"]),
        ('(0009,"GEMS_IDEN_01",01)\tUS\tMyGems\t1', [GEMS], ["MyGems/US"]),
        ('(0009,"GEMS_IDEN_01",1001)\tUS\tMyGems\t1', [GEMS, (9, 0x1101, GEMS[2])], ["MyGems/US", "FullFidelity/LO"]),
        ("(6000-6010,3000)\tUS\tMyOverlay\t1", [(0x6002, 0x3000, None)], ["MyOverlay/US"]),
        (
            "(6000-6010,0010)\tSS\tA\t1\n(6002,0010)\tUL\tB\t1",
            [(0x6002, 0x10, None), (0x6004, 0x10, None)],
            ["B/UL", "A/SS"],
        ),
        ('(0011-o-0015,"MYLAB",01)\tLO\tWide\t1\n(0011-o-0013,"MYLAB",01)\tUS\tNarrow\t1', [MINE], ["Narrow/US"]),
        ('(0011-o-0013,"MYLAB",01)\tUS\tNarrow\t1\n(0011-o-0015,"MYLAB",01)\tLO\tWide\t1', [MINE], ["Narrow/US"]),
        ('(0011-o-0013,"MYLAB",01)\tUS\tA\t1\n(0011-o-0013,"MYLAB",01)\tLO\tB\t1', [MINE], ["B/LO"]),
        ('(0011,"MYLAB",01-02)\tLO\tEven\t1', [MINE, (0x11, 0x1002, "MYLAB")], [UNKNOWN, "Even/LO"]),
        ('(0011,"MYLAB",1001)\tUS\tFull\t1\n(0011,"MYLAB",01)\tLO\tOffset\t1', [MINE], ["Full/US"]),
        ('(0011,"MYLAB",00-u-02)\tUS\tRange\t1\n(0011,"MYLAB",01)\tLO\tOffset\t1', [MINE], ["Offset/LO"]),
    ],
)
def test_entries_override(
    text: str, tags: list[tuple[int, int, str | None]], expected: list[str], tmp_path: Path
) -> None:
    assert entries(server(tmp_path, text + "\n"), *tags) == expected


def test_with_a_section_of_the_configuration(tmp_path: Path) -> None:
    text = '(0011,"MYLAB",01)\tLO\tOffset\t1\n'
    section = {"0011,01": ["US", "Conf", 1, 1, "MYLAB"]}
    with pytest.raises(OrthancError, match=r"Cannot register twice the tag \(0011,0001\)"):
        server(tmp_path, text, Dictionary=section)
    full = '(0011,"MYLAB",1001)\tLO\tFull\t1\n'
    assert entries(server(tmp_path, full, Dictionary=section), (0x11, 0x1101, "MYLAB")) == ["Conf/US"]


def test_files_that_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OrthancError, match="Inexistent file") as caught:
        server(tmp_path, 'x\n(0011,"MYLAB",01)\tZZ\tA\t1\n')
    hint = caught.value.hint or ""
    assert int(caught.value.code) == 13
    assert "more.dic, line 1: too few fields" in hint
    assert "more.dic, line 2: bad VR field: ZZ" in hint
    with pytest.raises(OrthancError, match="Inexistent file") as caught:
        Emulator({"ExternalDictionaries": ["nowhere.dic"]})
    assert caught.value.hint == "cannot open nowhere.dic: No such file or directory"
    for line in ("(0010,0010)\tLO\tPatientName\t1", "(0010,0020)\tSH\tPatientID\t1"):
        with pytest.raises(OrthancError, match="Internal error"):
            server(tmp_path, line)


def test_the_check_names_the_file_that_has_a_tag(tmp_path: Path) -> None:
    (tmp_path / "mine.dic").write_text('(0011,"MYLAB",01)\tLO\tOffset\t1\n')
    path = str(tmp_path / "mine.dic")
    section = {"0011,01": ["US", "Conf", 1, 1, "MYLAB"]}
    problems = check({"ExternalDictionaries": [*own_files("1.12.7"), path], "Dictionary": section})
    assert [problem.code for problem in problems] == ["tag-taken"]
    assert problems[0].advice == f'leave it out: {path} has the tag already, as LO "Offset"'


def test_types() -> None:
    for wrong in (None, 5, "x", {}, [5]):
        with pytest.raises(OrthancError, match="List of strings expected in field: ExternalDictionaries") as caught:
            Emulator({"ExternalDictionaries": wrong})
        assert int(caught.value.code) == 15


def test_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.dic").write_text('(0011,"MYLAB",01)\tLO\tMyLabel\t1\n')
    for release in ALL:
        standard = own_files(release)[0]
        monkeypatch.setenv("DCMDICTPATH", f"{standard}:mine.dic")
        emulator = Emulator(release=release)
        assert entries(emulator, MINE, GEMS) == ["MyLabel/LO", UNKNOWN]
        monkeypatch.setenv("DCMDICTPATH", "mine.dic")
        with pytest.raises(OrthancError, match="The DICOM dictionary has not been correctly read"):
            Emulator(release=release)
        monkeypatch.setenv("DCMDICTPATH", f"{standard}:")
        with pytest.raises(OrthancError, match="Inexistent file"):
            Emulator(release=release)


def test_shown_names(tmp_path: Path) -> None:
    tag = (0x0010, 0x1000, None)
    assert Emulator().dictionary.name(*tag) == "OtherPatientIDs"
    assert server(tmp_path, "").dictionary.name(*tag) == "RETIRED_OtherPatientIDs"


def test_external_dictionaries_are_read_once() -> None:
    configuration = {"ExternalDictionaries": [*own_files("1.12.7"), str(FIXTURES / "dictionaries/mylab.dic")]}
    first = Emulator(configuration)
    again = Emulator(configuration)
    assert again.dictionary.tables is first.dictionary.tables
    assert entries(first, MINE, (0x13, 0x1111, "MYLAB"), GEMS) == ["MyLabel/LO", "MyMeasurement/DS", "FullFidelity/LO"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    assert entries(server(tmp_path, '(0011,"MYLAB",01)\tLO\tA\t1\n'), MINE) == ["A/LO"]
    assert entries(server(tmp_path, '(0011,"MYLAB",01)\tUS\tLonger\t1\n'), MINE) == ["Longer/US"]
