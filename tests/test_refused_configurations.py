"""What a refused configuration, and one with options that nobody reads, tell where they are given."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from emulator import Emulator, OrthancError
from emulator.commands.command_line import main

BAD = '{\n  "Dictionary": {\n    "0011,1001": ["LX", "MyLabel", 1, 1, "MYLAB"]\n  }\n}\n'
EXPLAINED = (
    "Parameter out of range: Unsupported value representation encountered: LX\n"
    '  {place}the entry "0011,1001" of "Dictionary" (unknown-vr): "LX" is no VR that can be registered; write one of '
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OF OW PN SH SL SQ SS ST TM UI UL UN US UT"
)


def test_the_error_tells_entry_line_and_advice(tmp_path: Path) -> None:
    path = tmp_path / "orthanc.json"
    path.write_text(BAD)
    with pytest.raises(OrthancError) as raised:
        Emulator(path)
    assert str(raised.value) == EXPLAINED.format(place=f"{path}:3:5, ")
    with pytest.raises(OrthancError) as raised:
        Emulator({"Dictionary": {"0011,1001": ["LX", "MyLabel", 1, 1, "MYLAB"]}})
    assert str(raised.value) == EXPLAINED.format(place="")


def test_the_server_s_own_words_stay_as_they_are() -> None:
    with pytest.raises(OrthancError) as raised:
        Emulator({"Dictionary": {"0011,1001": ["lo", "MyLabel", 1, 1, "MYLAB"]}})
    error = raised.value
    assert (error.message, error.details) == (
        "Parameter out of range",
        "Unsupported value representation encountered: lo",
    )
    assert '    write:\n      "0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]' in str(error)


def test_all_refused_entries_are_told_up_to_a_few() -> None:
    section = {f"0011,10{number:02x}": ["LX", f"My{number}", 1, 1, "MYLAB"] for number in range(8)}
    with pytest.raises(OrthancError, match="and 3 more entries"):
        Emulator({"Dictionary": section})


def test_a_file_that_is_no_json_tells_the_line(tmp_path: Path) -> None:
    path = tmp_path / "orthanc.json"
    path.write_text('{\n  "Name": "x"\n  "Dictionary": {}\n}')
    with pytest.raises(OrthancError, match=r"line 3, column 3: .*a comma is missing"):
        Emulator(path)


def test_an_option_of_the_wrong_type_tells_its_place(tmp_path: Path) -> None:
    path = tmp_path / "orthanc.json"
    path.write_text('{\n  "StableAge": "60"\n}')
    with pytest.raises(OrthancError, match=f"{path}:2:3"):
        Emulator(path)


def test_a_restart_explains_too() -> None:
    orthanc = Emulator()
    with pytest.raises(OrthancError, match='the entry "0011,1001" of "Dictionary"'):
        orthanc.restart({"Dictionary": {"0011,1001": ["LX", "MyLabel", 1, 1, "MYLAB"]}})


def test_the_marker_explains_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.orthanc(dictionary={"0011,1001": ["LX", "MyLabel", 1, 1, "MYLAB"]})
        def test_it(orthanc): ...
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    text = result.stdout.str()
    assert 'the entry "0011,1001" of "Dictionary" (unknown-vr)' in text
    assert "emulator/server.py" not in text, "the frames of the emulator are of no use"


def test_the_marker_tells_the_line_of_a_file(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("orthanc.json").write_text(BAD)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.orthanc(configuration="orthanc.json")
        def test_it(orthanc): ...
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['*orthanc.json:3:5, the entry "0011,1001"*'])


def test_the_command_tells_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orthanc.json"
    path.write_text(BAD)
    assert main(["serve", "--config", str(path), "--port", "0"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f'{path}:3:5, the entry "0011,1001"' in line


UNKNOWN = {"Dictionnary": {}, "StableAge": 5, "DicomWeb": {}, "Nonsense": 1, "overwriteinstances": True}
TOLD = (
    'Orthanc has no option "Dictionnary", and ignores it: did you mean "Dictionary"?',
    'Orthanc has no option "Nonsense", and ignores it: no release documents it, nor is it a plugin\'s that is known',
    'Orthanc has no option "overwriteinstances", and ignores it: did you mean "OverwriteInstances"?',
)


def test_options_that_nobody_reads_are_told_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "emulator.configuration"):
        orthanc = Emulator(UNKNOWN)
    assert orthanc.warnings == TOLD
    assert caplog.messages == [*TOLD]
    assert Emulator().warnings == ()


def test_the_command_options_fails_for_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orthanc.json"
    path.write_text('{"Dictionnary": {}, "PostgreSQL": {}}')
    assert main(["options", str(path)]) == 1
    assert 'did you mean "Dictionary"?' in capsys.readouterr().out
    path.write_text('{"PostgreSQL": {}, "Dictionary": {}, "Worklists": {}}')
    assert main(["options", str(path)]) == 0
