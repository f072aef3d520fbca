"""What helps at the first contact: errors of tests, of files for tests, and of what can't be copied."""

from __future__ import annotations

import copy
import io
import json
import os
import pickle
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from pydicom import dcmread

from emulator import Emulator
from emulator.testing import dicom, dicom_bytes


@pytest.fixture
def asked() -> Emulator:
    """An emulator that was asked to modify twice."""
    orthanc = Emulator()
    for text in ("first", "second"):
        orthanc.client().post("/studies/nope/modify", json={"Replace": {"StudyDescription": text}, "Keep": ["X"]})
    return orthanc


def test_a_call_that_was_expected_is_shown_beside_the_actual_one(asked: Emulator) -> None:
    wanted = {"Replace": {"StudyDescription": "third"}, "Keep": ANY}
    with pytest.raises(AssertionError) as raised:
        asked.requests.assert_called("POST", "/studies/*/modify", json=wanted)
    lines = [line for line in str(raised.value).splitlines() if not line.startswith("    ?")]
    assert [line.rstrip() for line in lines if line.strip()][:10] == [
        "POST /studies/*/modify with this JSON was never called.",
        "The last call of 2 with this method and path:",
        "  JSON (- expected, + actual):",
        "      {",
        '        "Keep": [',
        '          "X"',
        "        ],",
        '        "Replace": {',
        '    -     "StudyDescription": "third"',
        '    +     "StudyDescription": "second"',
    ]


def test_how_often_and_the_status_are_told_in_words(asked: Emulator) -> None:
    with pytest.raises(AssertionError, match=r"^POST /studies/\*/modify was called twice, not once\."):
        asked.requests.assert_called("POST", "/studies/*/modify", times=1)
    with pytest.raises(AssertionError, match="status: expected 200, actual 400"):
        asked.requests.assert_called("POST", "/studies/*/modify", status=200)
    with pytest.raises(AssertionError, match=r"^GET /x was never called, not 3 times\."):
        asked.requests.assert_called("GET", "/x", times=3)
    with pytest.raises(AssertionError, match="was called twice:"):
        asked.requests.assert_not_called("POST", "*")


def test_a_failed_assert_shows_the_test_and_no_source_of_the_emulator(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(orthanc):
            orthanc.requests.assert_called("POST", "/instances")
        """
    )
    text = pytester.runpytest_subprocess("-p", "no:cacheprovider").stdout.str()
    assert "POST /instances was never called." in text
    assert "exchange.py" not in text


def test_a_typo_in_the_marker_shows_one_line_and_no_frames(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.orthanc(dictionnary={})
        def test_it(orthanc): ...
        """
    )
    text = pytester.runpytest_subprocess("-p", "no:cacheprovider").stdout.str()
    assert "the marker orthanc takes configuration, dictionary, forbid, load, plugin, release, unknown_tags" in text
    assert "pluggy/" not in text
    assert "pytest_settings.py" not in text


# Files for tests


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"private": {("MYLAB", 0x11, 1): ("XX", "a")}}, "'XX' is no VR"),
        ({"private": {("MYLAB", 0x11, 1): ("lo", "a")}}, "did you mean LO?"),
        ({"private": {("MYLAB", 0x11, 0x101): ("LO", "a")}}, "no block holds another"),
        ({"private": {("MYLAB", 0x10, 1): ("LO", "a")}}, "odd group from 0009 to fffd"),
        ({"private": {("", 0x11, 1): ("LO", "a")}}, "a creator is a text of 1 to 64 characters"),
        ({"elements": {0x1001: ("LO", "a")}}, "a tag of a file is 0xggggeeee"),
        ({"elements": {0x00111001: ("L", "a")}}, "'L' is no VR"),
        ({"OtherPatientIDsSequence": [{("MYLAB", 0x11, 1): ("XX", "a")}]}, "'XX' is no VR"),
    ],
)
def test_what_no_valid_file_can_hold_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match="allow_invalid=True") as raised:
        dicom(**arguments)  # type: ignore[arg-type]
    assert message in str(raised.value)


@pytest.mark.parametrize("allow_invalid", [False, True])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"private": {("MYLAB", 0x41, 1): "none"}},
            "private[('MYLAB', 0x0041, 0x01)]: write (VR, value), such as (\"LO\"",
        ),
        ({"private": {("MYLAB", 0x41, 1): "LO"}}, "write (VR, value)"),
        ({"private": {("MYLAB", 0x41, 1): ("LO",)}}, "write (VR, value)"),
        ({"private": {("MYLAB", 0x41, 1): None}}, "write (VR, value)"),
        ({"private": {("MYLAB", 0x41): ("LO", "a")}}, "a private tag is (creator, group, offset), such as"),
        ({"private": {0x00411001: ("LO", "a")}}, "a private tag is (creator, group, offset), such as"),
        ({"private": {("MYLAB", "41", 1): ("LO", "a")}}, "a private tag is (creator, group, offset), such as"),
        ({"private": [("MYLAB", 0x41, 1)]}, "private: write {(creator, group, offset): (VR, value)}"),
        ({"private": {("MYLAB", 0x41, 1): ("SQ", {"PatientID": "P2"})}}, "a sequence is a list of items"),
        ({"elements": {0x00411001: "none"}}, "elements[0x00411001]: write (VR, value)"),
        ({"elements": {"0041,1001": ("LO", "a")}}, "a tag is a number, such as 0x00111001"),
        ({"elements": ["a"]}, "elements: write {0xggggeeee: (VR, value)}"),
        ({"OtherPatientIDsSequence": {"PatientID": "P2"}}, "OtherPatientIDsSequence: a sequence is a list of items"),
        ({"OtherPatientIDsSequence": [7]}, "OtherPatientIDsSequence[0]: a sequence is a list of items"),
        ({"OtherPatientIDsSequence": [{("MYLAB", 0x41, 1): "none"}]}, "0x01)]: write (VR, value)"),
    ],
)
def test_who_writes_another_shape_is_told_what_to_write(
    arguments: dict[str, object], message: str, allow_invalid: bool
) -> None:
    with pytest.raises(TypeError) as raised:
        dicom(**arguments, allow_invalid=allow_invalid)  # type: ignore[arg-type]
    assert message in str(raised.value)


def test_it_is_written_where_it_is_wanted() -> None:
    orthanc = Emulator()
    assert "0011,0100" in orthanc.tags(
        orthanc.store(dicom_bytes(elements={0x00110100: ("LO", "x")}, allow_invalid=True)).id
    )


def test_items_are_datasets_too() -> None:
    item = dcmread(io.BytesIO(dicom_bytes(PatientID="P2")))
    assert dicom(OtherPatientIDsSequence=[{"PatientID": "P2"}]).OtherPatientIDsSequence[0].PatientID == item.PatientID


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ((0x41, 0x1001), 'here "0041,1001"'),
        (0x00411001, 'here "0041,1001"'),
        (("0041", "1001"), 'such as "0011,1001"'),
        (None, 'such as "0011,1001"'),
    ],
)
def test_a_tag_in_numbers_is_no_key(key: Any, told: str) -> None:
    entry = ["LO", "MyLabel", 1, 1, "MYLAB"]
    orthanc = Emulator()
    study = orthanc.store(dicom()).parent_study
    with pytest.raises(TypeError, match=f"^configuration: a key is a text, {told}, not "):
        Emulator({"Dictionary": {key: entry}})
    with pytest.raises(TypeError, match=f"^configuration: a key is a text, {told}, not "):
        orthanc.restart({"Dictionary": {key: entry}})
    with pytest.raises(TypeError, match=f"^find: a key is a text, {told}, not "):
        orthanc.find("Study", {key: "text"})
    with pytest.raises(TypeError, match=f"^modify: a key is a text, {told}, not "):
        orthanc.modify("Study", study, {"Replace": {"OtherPatientIDsSequence": [{key: "text"}]}})
    with pytest.raises(TypeError, match=f"^create: a key is a text, {told}, not "):
        orthanc.create({"Tags": {key: "text"}})
    assert orthanc.resources("Study") == [study]


# What is stored


def test_an_open_file_is_stored(tmp_path: Path) -> None:
    data = dicom_bytes(PatientID="P1")
    (tmp_path / "one.dcm").write_bytes(data)
    orthanc = Emulator()
    with (tmp_path / "one.dcm").open("rb") as file:
        stored = orthanc.store(file)
        assert not file.closed
    assert orthanc.file(stored.id) == data
    assert orthanc.store(io.BytesIO(data)).id == stored.id


@pytest.mark.parametrize("source", [None, [b""], 7, {}, io.StringIO("text")])
def test_what_can_not_be_stored_is_told(source: Any) -> None:
    orthanc = Emulator()
    told = rf"takes bytes, a path, a binary file or a pydicom Dataset, not {type(source).__name__}$"
    with pytest.raises(TypeError, match=told):
        orthanc.store(source)
    assert orthanc.resources("Instance") == []


# urllib.request


def test_urllib_request_is_intercepted() -> None:
    orthanc = Emulator()
    with orthanc.intercept("http://orthanc.hospital:8042/below") as url:
        data = dicom_bytes(PatientID="P1")
        request = urllib.request.Request(f"{url}/instances", data, {"Content-Type": "application/dicom"}, method="POST")
        with urllib.request.urlopen(request) as answer:
            stored = json.load(answer)
            assert (answer.status, answer.headers["Content-Type"], answer.url) == (
                200,
                "application/json; charset=utf-8",
                f"{url}/instances",
            )
        with urllib.request.urlopen(f"{url}/instances/{stored['ID']}/file") as answer:
            assert answer.read() == data
        with pytest.raises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(f"{url}/nope")
        assert (raised.value.code, json.load(raised.value)["HttpStatus"]) == (404, 404)
        raised.value.close()
        orthanc.fail_next("disconnect")
        with pytest.raises(ConnectionError):
            urllib.request.urlopen(f"{url}/system")
    assert orthanc.requests[0].method == "POST"


# Threads, forks, copies


def test_an_emulator_is_neither_pickled_nor_deep_copied() -> None:
    for copied in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError, match=r"use fork\(\) or snapshot\(\)"):
            copied(Emulator())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_a_copy_of_its_own(tmp_path: Path) -> None:
    orthanc = Emulator()
    orthanc.store(dicom(PatientID="P1"))
    child = os.fork()
    if not child:
        status = 1
        try:
            orthanc.store(dicom(PatientID="P2"))
            status = 0 if len(orthanc.resources("Patient")) == 2 else 1
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert len(orthanc.resources("Patient")) == 1


def test_threads_store_and_find_at_once() -> None:
    orthanc = Emulator()
    errors: list[BaseException] = []

    def use(number: int) -> None:
        try:
            for one in range(20):
                stored = orthanc.store(dicom(PatientID=f"P{number}", instance=one))
                assert stored.id in orthanc.find("Instance", {"PatientID": f"P{number}"})
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(orthanc.resources("Instance")) == 80
