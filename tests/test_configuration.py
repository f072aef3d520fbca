"""Configuration files: what the four releases read, and the errors with which they refuse the rest.

Every expectation was measured by starting the real servers; see fixtures/measurements/configuration.md.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import DEFAULT_RELEASE, RELEASES, Emulator, OrthancError
from emulator.configuration.configuration import Configuration, ConfigurationFileError, read_options
from emulator.errors import ErrorCode
from emulator.json.lenient import parse_text
from emulator.json.syntax import DEFAULT_RULES, JsonRules, JsonSyntaxError, read

ALL = tuple(RELEASES)
OLD, NEW = ALL[:2], ALL[2:]
LAST = RELEASES["1.13.0"]
DEFAULT = RELEASES[DEFAULT_RELEASE]
FIXTURES = Path(__file__).parent.parent / "fixtures"
DEBIAN = Path("/etc/orthanc/orthanc.json")

VALUE = "Syntax error: value, object or array expected."
NAME = "Missing '}' or object member name"
COLON = "Missing ':' after object member name"
COMMA = "Missing ',' or '}' in object declaration"
ELEMENT = "Missing ',' or ']' in array declaration"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('// c\n/* d */{"a":/*x*/1// y\n}', {"a": 1}),
        ('{"a":1,}', {"a": 1}),
        ('{"a":1, // c\n}', {"a": 1}),
        ("[1,2, ]", [1, 2]),
        ("{} trailing", {}),
        ('{"a":1}{"a":2}', {"a": 1}),
        ('{"a":1,"a":{"b":2}}', {"a": {"b": 2}}),
        ('{"a":1} /* x', {"a": 1}),
        ("[+1,01,1.,-,-.5,1E5]", [1.0, 1, 1.0, 0, -0.5, 1e5]),
        (r'["é\/\n\u0041\uD834\uDD1E"]', ["é/\nA\U0001d11e"]),
        (r'["\uDD1E"]', ["\ufffd"]),
        ("[" * 100 + "]" * 100, None),
    ],
)
def test_read(text: str, value: Any) -> None:
    assert value is None or read(text) == value
    assert read(text) == parse_text(text, DEFAULT_RULES)


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("", VALUE, 1, 1),
        (" \n", VALUE, 2, 1),
        ('{"a":1 # y\n}', COMMA, 1, 8),
        ('{"a":1,,"b":2}', NAME, 1, 8),
        ('{"a":1\n"b":2}', COMMA, 2, 1),
        ('{"a":1\r"b":2}', COMMA, 2, 1),
        ('{"a":1\r\n"b":2}', COMMA, 2, 1),
        ('{"a":1', COMMA, 1, 7),
        ("{'a':1}", NAME, 1, 2),
        ("{5:1}", NAME, 1, 2),
        ('{"a" 1}', COLON, 1, 6),
        ('{"a"/*c*/:1}', COLON, 1, 5),
        ('{"a":}', VALUE, 1, 6),
        ("[,]", VALUE, 1, 2),
        ("[/*c*/]", VALUE, 1, 7),
        ("[1 2]", ELEMENT, 1, 4),
        ("[1,2}", ELEMENT, 1, 5),
        ("[[]", ELEMENT, 1, 4),
        ('{"a":"b}', VALUE, 1, 6),
        ("[True]", VALUE, 1, 2),
        ("[NaN]", VALUE, 1, 2),
        ("[0x10]", ELEMENT, 1, 3),
        ("[.5]", VALUE, 1, 2),
        ("[1e]", "'1e' is not a number.", 1, 2),
        ("[+-1]", "'+' is not a number.", 1, 2),
        (r'["\q"]', "Bad escape sequence in string", 1, 5),
        (r'["\ud800b"]', "additional six characters expected to parse unicode surrogate pair.", 1, 9),
        ("{\u00a0}", NAME, 1, 2),
    ],
)
def test_syntax_errors(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(JsonSyntaxError) as caught:
        read(text)
    assert (caught.value.message, caught.value.line, caught.value.column) == (message, line, column)


def test_rules_of_releases() -> None:
    assert read('{"a":1 /*c*/ "X" "b":2}', JsonRules(comments_separate=True)) == {"a": 1, "b": 2}
    for text, rules in (
        ('["a\tb"]', JsonRules(refuses_control_characters=True)),
        ("[1e999]", JsonRules(refuses_infinity=True)),
        ("[" * 256 + "]" * 256, JsonRules(maximum_depth=255)),
    ):
        read(text)
        with pytest.raises(JsonSyntaxError):
            read(text, rules)


@given(st.text(alphabet="{}[]:,\"\\/*\n 01-+.eEtrufalsn#'é", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(JsonSyntaxError):
        read(text)


@pytest.mark.skipif(not DEBIAN.exists(), reason="Debian's orthanc is not installed")
def test_the_configuration_of_debian() -> None:
    assert Configuration.load(DEBIAN, DEFAULT).options["DicomPort"] == 4242


def test_the_example_of_the_guide() -> None:
    for release in RELEASES.values():
        with pytest.raises(ConfigurationFileError) as caught:
            read_options(FIXTURES / "guide_dictionary.json", release)
        error = caught.value
        assert error.code is ErrorCode.BAD_JSON
        assert (error.line, error.column) == (6, 5)
        assert error.hint is not None
        assert "guide_dictionary.json, line 6, column 5: " + COMMA in error.hint
        assert "a comma is missing after [" in error.hint
        assert "line 5" in error.hint


def test_a_missing_brace_is_looked_for(tmp_path: Path) -> None:
    text = (FIXTURES / "guide_dictionary.json").read_text(encoding="utf-8").replace("1, 1 ]\n", "1, 1 ],\n", 1)
    (tmp_path / "orthanc.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationFileError, match="Cannot parse") as caught:
        read_options(tmp_path / "orthanc.json", DEFAULT)
    assert caught.value.hint is not None
    assert "a } is missing: { (line 4, column 18)" in caught.value.hint


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_is_merged(tmp_path: Path) -> None:
    written(tmp_path, b='{"Name":"b"}', a='{"StableAge":1}')
    (tmp_path / "c.JSON").write_text('{"Xyz":[1]}')
    (tmp_path / ".json").write_text('{"Hidden":1}')
    (tmp_path / "d.conf").write_text("nonsense")
    (tmp_path / "e.json").mkdir()
    assert read_options(tmp_path, DEFAULT) == {"Name": "b", "StableAge": 1, "Xyz": [1], "Hidden": 1}


def test_an_option_in_two_files(tmp_path: Path) -> None:
    with pytest.raises(OrthancError, match='section "Xyz" is defined in 2 different configuration files') as caught:
        read_options(written(tmp_path, a='{"Xyz":1}', b='{"Xyz":1}'), DEFAULT)
    assert caught.value.code is ErrorCode.BAD_FILE_FORMAT


def test_what_is_no_configuration(tmp_path: Path) -> None:
    missing = tmp_path / "nope.json"
    codes = []
    for release in RELEASES.values():
        with pytest.raises(ConfigurationFileError) as caught:
            read_options(missing, release)
        codes.append(int(caught.value.code))
    assert codes == [13, 13, 13, 2006]
    with pytest.raises(ConfigurationFileError) as caught:
        read_options(written(tmp_path, a="[]") / "a.json", LAST)
    assert (int(caught.value.code), caught.value.details) == (
        28,
        "The configuration file does not follow the JSON syntax",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a${FOO}b", "afoob"),
        ("x${NOPE}y", "xy"),
        ("${NOPE:-dflt}", "dflt"),
        ("${FOO:-dflt}", "foo"),
        ("${EMPTY:-dflt}", ""),
        ("${NOPE-dflt}", ""),
        ("$FOO", "$FOO"),
        ("$${FOO}", "$foo"),
        ("${NOPE:-${FOO}}", "${FOO}"),
        ("${REFERENCE}", "${FOO}"),
        ("${NOPE:=x}", "${NOPE:=x}"),
        ("${NOPE:-b:-c}", "b:-c"),
        ("${{FOO}}", "}"),
        ("${ FOO }", ""),
        ('${NOPE:-\\"q\\"}', '${NOPE:-"q"}'),
        ("${OUT}", "a"),
    ],
)
def test_environment(text: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FOO": "foo", "EMPTY": "", "REFERENCE": "${FOO}", "OUT": 'a","Xyz":"b'}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NOPE", raising=False)
    assert read_options(written(tmp_path, a=f'{{"Name":"{text}"}}') / "a.json", DEFAULT)["Name"] == expected


def test_environment_beside_strings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "Name")
    monkeypatch.setenv("NUMBER", "42")
    text = '\ufeff{"${KEY}":"x","LimitFindResults":${NUMBER}}'
    assert Configuration.load(written(tmp_path, a=text) / "a.json", DEFAULT).limit_find_results == 42
    with pytest.raises(OrthancError, match="Internal error"):
        read_options(written(tmp_path, a='{"a":"${}"}') / "a.json", DEFAULT)


BOOLEAN = "must be a Boolean (true or false)"


@pytest.mark.parametrize(
    ("name", "value", "code", "details"),
    [
        ("StableAge", "10", 5, "must be an integer"),
        ("StableAge", -1, 3, "must be a positive integer"),
        ("StableAge", 5_000_000_000, -1, "LargestInt out of Int range"),
        ("LimitFindResults", 1.0, 5, "must be an integer"),
        ("StorageAccessOnFind", "always", 3, 'should be "Always", "Never" or "Answers": always'),
        ("LoadPrivateDictionary", None, 5, BOOLEAN),
        ("DefaultEncoding", 5, 5, "must be a string"),
        ("DefaultEncoding", "ISO_IR 100", 3, ""),
    ],
)
def test_wrong_values(name: str, value: Any, code: int, details: str) -> None:
    for release in ALL:
        with pytest.raises(OrthancError) as caught:
            Emulator({name: value}, release=release)
        assert int(caught.value.code) == code
        assert details in (caught.value.details or "")


def test_overwriting_is_a_mode_on_the_last_release() -> None:
    for release in ALL[:3]:
        with pytest.raises(OrthancError, match='"OverwriteInstances" must be a Boolean'):
            Emulator({"OverwriteInstances": "Always"}, release=release)
    assert Emulator({"OverwriteInstances": "Always"}, release=ALL[3]).server.configuration.overwrite_instances
    assert not Emulator({"OverwriteInstances": 5}, release=ALL[3]).server.configuration.overwrite_instances
    with pytest.raises(OrthancError, match='Unrecognized value for "OverwriteInstances": never'):
        Emulator({"OverwriteInstances": "never"}, release=ALL[3])


def test_options_that_are_read_late() -> None:
    emulator = Emulator({"Name": 5, "DefaultPrivateCreator": None})
    with pytest.raises(OrthancError, match='"Name" must be a string'):
        _ = emulator.server.configuration.name
    with pytest.raises(OrthancError, match='"DefaultPrivateCreator" must be a string'):
        _ = emulator.server.configuration.default_private_creator


def test_default_encoding() -> None:
    from pydicom.dataset import Dataset

    from conformance.files.datasets import SECONDARY_CAPTURE, to_bytes

    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = SECONDARY_CAPTURE, "1.2.3.4"
    dataset.PatientID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "P", "1.2", "1.2.3"
    dataset.PatientName = "NAME"
    data = to_bytes(dataset).replace(b"NAME", "\u0434\u044f".encode())
    for encoding, expected in {"Utf8": "\u0434\u044f", "Latin1": "\u0434\u044f".encode().decode("latin-1")}.items():
        emulator = Emulator({"DefaultEncoding": encoding})
        assert emulator.simplified_tags(emulator.store(data).id)["PatientName"] == expected
