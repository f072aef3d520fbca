"""Anonymization: the profiles, what a request changes of them, the identifiers, the copies."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from emulator import RELEASES, Emulator, OrthancError
from emulator.modification.profiles import profiles
from tests.modification.modified_files import LABEL, dicom, server

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def item(**elements: Any) -> Dataset:
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def anonymized(orthanc: Emulator, source: Dataset, **request: Any) -> Dataset:
    answer = orthanc.anonymize("Instance", orthanc.store(source).id, request)
    return dcmread(BytesIO(answer))


def test_each_tag_has_one_fate_in_a_profile() -> None:
    assert [*profiles()] == ["2008", "2017c", "2021b", "2023b"]
    for profile in profiles().values():
        assert not profile.removed & profile.emptied
        assert not profile.renewed & (profile.removed | profile.emptied)


@pytest.mark.parametrize("release", RELEASES)
def test_default_profile(release: str) -> None:
    source = dicom(
        *LABEL, (0x00080050, "SH", "ACCESSION"), (0x00080080, "LO", "INSTITUTION"), (0x60003000, "OW", b"ab")
    )
    made = anonymized(server(release), source)
    assert made.AccessionNumber == ""
    assert "InstitutionName" not in made
    assert (0x0011, 0x0010) not in made
    assert (0x0011, 0x1001) not in made
    assert made[0x60003000].value == b"ab"
    assert made.PatientName == "Anonymized1"
    assert UUID.match(made.PatientID)
    assert made.PatientIdentityRemoved == "YES"
    version = RELEASES[release].modification.anonymization_profiles[-1]
    assert made.DeidentificationMethod == f"Orthanc {release} - PS 3.15-{version} Table E.1-1 Basic Profile"


@pytest.mark.parametrize(("release", "version"), [("1.9.1", "2021b"), ("1.10.1", "2023b"), ("1.13.0", "2024a")])
def test_unknown_profile(release: str, version: str) -> None:
    with pytest.raises(OrthancError, match=f"Unknown specific version of the DICOM standard: {version}"):
        anonymized(server(release), dicom(), DicomVersion=version)


@pytest.mark.parametrize(("release", "method"), [("1.10.1", None), ("1.12.7", "Orthanc 1.12.7")])
def test_private_tags_are_kept_on_request(release: str, method: str | None) -> None:
    made = anonymized(server(release), dicom(*LABEL), KeepPrivateTags=True)
    assert made[0x00111001].value == "old"
    assert made.get("DeidentificationMethod") == method


def test_kept_and_replaced_private_tags_stand_without_their_creator() -> None:
    orthanc = server("1.12.7", unknown_tags="reject")
    assert anonymized(orthanc, dicom(*LABEL), Keep=["0011,1001"]).get_item(0x00111001).value == b"old "
    made = anonymized(orthanc, dicom(*LABEL), Replace={"0011,1001": "new"}, PrivateCreator="MYLAB")
    assert made.get_item(0x00111001).value == b"new "
    assert 0x00110010 not in made


def test_unknown_private_tag_is_refused() -> None:
    orthanc = server("1.12.7", unknown_tags="reject")
    with pytest.raises(OrthancError, match='add "PrivateCreator"'):
        anonymized(orthanc, dicom(*LABEL), Replace={"0011,1001": "new"})


@pytest.mark.parametrize(("release", "name"), [("1.9.1", "HOSPITAL"), ("1.10.1", None), ("1.13.0", None)])
def test_items_are_anonymized_from_1_10_on(release: str, name: str | None) -> None:
    inner = item(InstitutionName="HOSPITAL", ReferencedSOPInstanceUID="1.2.9.1.1.1")
    made = anonymized(server(release), dicom((0x00540016, "SQ", [inner])))
    assert made[0x00540016][0].get("InstitutionName") == name
    assert made[0x00540016][0].ReferencedSOPInstanceUID == made.SOPInstanceUID


def test_paths_keep_and_replace_in_items() -> None:
    inner = item(InstitutionName="HOSPITAL", AccessionNumber="ACCESSION")
    request = {"Keep": ["0054,0016[0].0008,0080"], "Replace": {"0054,0016[*].0008,0050": "A"}}
    made = anonymized(server(), dicom((0x00540016, "SQ", [inner])), **request)[0x00540016][0]
    assert (made.InstitutionName, made.AccessionNumber) == ("HOSPITAL", "A")


@pytest.mark.parametrize(("release", "details"), [("1.12.7", None), ("1.13.0", "ErrorCode_InternalError")])
def test_element_of_unknown_representation_cannot_be_emptied(release: str, details: str | None) -> None:
    with pytest.raises(OrthancError) as error:
        anonymized(server(release), dicom((0x0072006D, "UN", b"ab")))
    assert error.value.http_status == 500
    assert (error.value.details or "").startswith(details or "")


@pytest.mark.parametrize("release", RELEASES)
def test_references_follow_the_copies_of_a_patient(release: str) -> None:
    orthanc = server(release)
    for instance, other in (("1", "2"), ("2", "1")):
        reference = (0x00081155, "UI", f"1.2.9.{other}.1.{other}")
        stored = orthanc.store(dicom(reference, study=f"1.2.9.{instance}", instance=instance))
    answer = orthanc.anonymize("Patient", stored.parent_patient)
    copies = [
        dcmread(BytesIO(orthanc.file(instance)))
        for instance in orthanc.resources("Instance")
        if orthanc.resource("Instance", instance).get("AnonymizedFrom")
    ]
    assert len(copies) == 2
    assert copies[0].ReferencedSOPInstanceUID == copies[1].SOPInstanceUID
    assert copies[1].ReferencedSOPInstanceUID == copies[0].SOPInstanceUID
    assert copies[0].PatientID == copies[1].PatientID
    assert orthanc.resource("Patient", answer["ID"])["AnonymizedFrom"] == stored.parent_patient


def test_series_goes_to_a_new_patient() -> None:
    orthanc = server()
    stored = orthanc.store(dicom())
    answer = orthanc.anonymize("Series", stored.parent_series, {"KeepSource": False})
    assert answer["IsAnonymization"] is True
    assert orthanc.resources("Patient") == [answer["PatientID"]]
    assert answer["PatientID"] != stored.parent_patient


@pytest.mark.parametrize(("release", "refused"), [("1.9.1", True), ("1.10.1", True), ("1.12.7", False)])
def test_old_releases_want_a_new_patient_id(release: str, refused: bool) -> None:
    orthanc, request = server(release), {"Keep": ["PatientID"], "Force": True}
    if refused:
        with pytest.raises(OrthancError, match="PatientID is required to be modified"):
            anonymized(orthanc, dicom(), **request)
    else:
        assert anonymized(orthanc, dicom(), **request).PatientID == "PID"
