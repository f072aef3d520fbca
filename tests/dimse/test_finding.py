"""C-FIND: what is found, what is answered, and what is ignored without a word."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import RELEASES, Emulator

from .clients import ALLOWED, DICTIONARY, IMPLICIT, PATIENT_FIND, file_of, found, image, keys


def orthanc_with(release: str = "1.12.7", **options: Any) -> Emulator:
    orthanc = Emulator({**ALLOWED, **options}, release=release)
    orthanc.store(file_of(image(1, label="one")))
    orthanc.store(file_of(image(101, label="two", PatientName="Roe^Jane", StudyDate="20210304", AccessionNumber="A2")))
    return orthanc


def studies(orthanc: Emulator, identifier: Any, **options: Any) -> tuple[list[str], int]:
    identifier.StudyInstanceUID = ""
    with orthanc.serve_dicom() as address:
        answers, status = found(address, identifier, **options)
    return sorted(answer.StudyInstanceUID for answer in answers), status


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ({"PatientName": "doe*"}, ["1.2.3.1"]),
        ({"PatientName": ""}, ["1.2.3.1", "1.2.3.2"]),
        ({"PatientID": "p1"}, []),
        ({"PatientID": "P1"}, ["1.2.3.1"]),
        ({"StudyDate": "20200101-20201231"}, ["1.2.3.1"]),
        ({"StudyDate": "20210101-"}, ["1.2.3.2"]),
        ({"AccessionNumber": ["A1", "A2"]}, ["1.2.3.1", "1.2.3.2"]),
        ({"ModalitiesInStudy": "CT"}, ["1.2.3.1", "1.2.3.2"]),
        ({"ModalitiesInStudy": "MR"}, []),
    ],
)
def test_keys_match_as_on_the_server(release: str, constraint: dict[str, Any], expected: list[str]) -> None:
    assert studies(orthanc_with(release), keys(**constraint)) == (expected, 0x0000)


@pytest.mark.parametrize("release", RELEASES)
def test_what_the_server_refuses_is_unable_to_process(release: str) -> None:
    orthanc = orthanc_with(release)
    for refused in (keys(StudyDate="2020*"), keys(None, PatientID="P1"), keys("NOPE", PatientID="P1")):
        assert studies(orthanc, refused) == ([], 0xC000)


@pytest.mark.parametrize("release", RELEASES)
def test_an_answer_holds_every_key_that_was_asked_for(release: str) -> None:
    asked = keys("study", PatientID="P1", NumberOfStudyRelatedInstances="", PatientComments="", Rows=None)
    with orthanc_with(release, DicomAet="HERE").serve_dicom() as address:
        (answer,), status = found(address, asked)
    assert status == 0
    assert (answer.QueryRetrieveLevel, answer.RetrieveAETitle) == ("study", "HERE")
    assert answer.SpecificCharacterSet == "ISO_IR 100"
    assert int(answer.NumberOfStudyRelatedInstances) == 1
    assert answer.PatientComments == ""
    assert answer["Rows"].value in (None, "")


@pytest.mark.parametrize("release", RELEASES)
def test_a_private_key_filters_in_explicit_vr(release: str) -> None:
    orthanc = orthanc_with(release)
    assert studies(orthanc, keys(label="one")) == (["1.2.3.1"], 0)
    assert studies(orthanc, keys(label="nothing")) == ([], 0)
    orthanc.expect_no_diagnostics("key-ignored").__exit__(None, None, None)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("how", ["as UN", "in implicit VR"])
def test_a_private_key_that_comes_without_its_vr_is_ignored_and_a_diagnostic_says_so(release: str, how: str) -> None:
    identifier = keys(label="nothing", vr="UN" if how == "as UN" else "LO")
    options = {} if how == "as UN" else {"syntaxes": IMPLICIT}
    orthanc = orthanc_with(release)
    assert studies(orthanc, identifier, **options) == (["1.2.3.1", "1.2.3.2"], 0)
    told = [one for one in orthanc.diagnostics if one.code == "key-ignored"]
    assert [one.tag for one in told] == ["0011,1001"]
    assert "a key was ignored by the server: (0011,1001)" in str(told[0])
    registered = orthanc_with(release, Dictionary=DICTIONARY)
    assert studies(registered, identifier, **options) == ([], 0)
    assert not any(one.code == "key-ignored" for one in registered.diagnostics)


def test_a_test_can_forbid_that_a_key_is_ignored() -> None:
    orthanc = orthanc_with()
    with pytest.raises(AssertionError, match="key-ignored 0011,1001"), orthanc.expect_no_diagnostics("key-ignored"):
        studies(orthanc, keys(label="nothing", vr="UN"))


@pytest.mark.parametrize("release", RELEASES)
def test_a_private_key_is_answered_as_un(release: str) -> None:
    with orthanc_with(release).serve_dicom() as address:
        (answer,), _ = found(address, keys(label="", PatientID="P1"))
    assert (answer[0x0011, 0x1001].VR, answer[0x0011, 0x1001].value) == ("UN", b"one\0")


def test_a_query_has_a_plan_as_a_find_has() -> None:
    orthanc = orthanc_with()
    studies(orthanc, keys(label="one"))
    assert orthanc.queries[-1].files_read == 2
    with pytest.raises(AssertionError), orthanc.expect_indexed():
        studies(orthanc, keys(label="one"))


@pytest.mark.parametrize(
    ("release", "count", "status"), [("1.9.1", 1, 0xFE00), ("1.10.1", 1, 0xFE00), ("1.12.7", 2, 0), ("1.13.0", 1, 0)]
)
def test_a_limit_is_what_each_release_makes_of_it(release: str, count: int, status: int) -> None:
    answers, last = studies(orthanc_with(release, LimitFindResults=1), keys())
    assert (len(answers), last) == (count, status)


@pytest.mark.parametrize(("sensitive", "expected"), [(False, ["1.2.3.1"]), (True, [])])
def test_names_are_compared_without_their_case_unless_the_configuration_says_otherwise(
    sensitive: bool, expected: list[str]
) -> None:
    assert studies(orthanc_with(CaseSensitivePN=sensitive), keys(PatientName="DOE^JOHN"))[0] == expected


@pytest.mark.parametrize("release", RELEASES)
def test_all_levels_are_answered_in_both_roots(release: str) -> None:
    orthanc = orthanc_with(release)
    with orthanc.serve_dicom() as address:
        for level, uid in (("PATIENT", "PatientID"), ("SERIES", "SeriesInstanceUID"), ("IMAGE", "SOPInstanceUID")):
            for model in (PATIENT_FIND, "1.2.840.10008.5.1.4.1.2.2.1"):
                answers, status = found(address, keys(level, **{uid: ""}), model)
                assert (len(answers), status) == (2, 0)
                assert all(getattr(answer, uid) for answer in answers)


def test_the_request_is_read_in_its_own_character_set_and_answered_in_the_servers() -> None:
    orthanc = Emulator(ALLOWED)
    orthanc.store(file_of(image(SpecificCharacterSet="ISO_IR 100", PatientName="Müller^Jürgen")))
    with orthanc.serve_dicom() as address:
        (answer,), _ = found(address, keys(SpecificCharacterSet="ISO_IR 192", PatientName="müller*"))
    assert (answer.SpecificCharacterSet, str(answer.PatientName)) == ("ISO_IR 100", "Müller^Jürgen")
