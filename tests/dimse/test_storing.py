"""C-ECHO and C-STORE: what is stored, what is refused, and that the bytes stay."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from emulator import RELEASES, Emulator

from .clients import CT, ECHO, associated, file_of, image, stored

SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)


@pytest.mark.parametrize("release", RELEASES)
def test_a_private_element_is_stored_as_it_came(release: str) -> None:
    orthanc = Emulator({"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}, release=release)
    with orthanc.serve_dicom() as address:
        assert stored(address, image(label="one")) == [0x0000]
    (instance,) = orthanc.resources("Instance")
    assert orthanc.simplified_tags(instance)["MyLabel"] == "one"
    metadata = orthanc.metadata("Instance", instance)
    assert {name: metadata[name] for name in ("Origin", "RemoteAET", "CalledAET", "RemoteIP")} == {
        "Origin": "DicomProtocol",
        "RemoteAET": "APP",
        "CalledAET": "ORTHANC",
        "RemoteIP": "127.0.0.1",
    }
    orthanc.associations.assert_called("C-STORE", times=1, calling_aet="APP", status=0, uid="1.2.3.1.1.1")


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_data_set_keeps_its_bytes_in_each_transfer_syntax(syntax: str) -> None:
    dataset = image(label="odd")
    dataset.add_new(0x00111002, "UN", b"\x01\x02\x03\x04")
    dataset.file_meta.TransferSyntaxUID = syntax
    sent = file_of(dataset)
    orthanc = Emulator()
    with orthanc.serve_dicom() as address, associated(address, (CT, [syntax])) as association:
        assert association.send_c_store(dcmread_bytes(sent)).Status == 0
    (instance,) = orthanc.resources("Instance")
    kept = orthanc.file(instance)
    marker = b"\x08\x00\x16\x00" if syntax != ExplicitVRBigEndian else b"\x00\x08\x00\x16"
    assert kept[kept.index(marker) :] == sent[sent.index(marker) :]


def dcmread_bytes(data: bytes) -> Dataset:
    import io

    return dcmread(io.BytesIO(data))


@pytest.mark.parametrize(
    ("missing", "status"),
    [
        ("StudyInstanceUID", 0xA700),
        ("SeriesInstanceUID", 0xA700),
        ("PatientID", 0x0000),
    ],
)
@pytest.mark.parametrize("release", RELEASES)
def test_what_lacks_an_identifier_gets_the_status_of_the_release(release: str, missing: str, status: int) -> None:
    orthanc = Emulator(release=release)
    with orthanc.serve_dicom() as address:
        assert stored(address, image(**{missing: None})) == [status]
    assert len(orthanc.resources("Instance")) == (status == 0)


def test_a_command_that_names_another_instance_is_a_mismatch() -> None:
    dataset = image()
    orthanc = Emulator()
    with orthanc.serve_dicom() as address, associated(address, CT) as association:
        context = association.accepted_contexts[0]
        assert sent_with_uid(association, context, dataset, "9.9.9") == 0xA900
    assert orthanc.resources("Instance") == []


def sent_with_uid(association: Any, context: Any, dataset: Dataset, uid: str) -> int:
    """C-STORE with a command that names another instance."""
    from io import BytesIO

    from pynetdicom.dimse_primitives import C_STORE
    from pynetdicom.dsutils import encode

    request = C_STORE()
    request.MessageID, request.Priority = 1, 2
    request.AffectedSOPClassUID, request.AffectedSOPInstanceUID = CT, uid
    del dataset.file_meta
    request.DataSet = BytesIO(encode(dataset, False, True) or b"")
    association._reactor_checkpoint.clear()
    association.dimse.send_msg(request, context.context_id)
    _, response = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    return int(response.Status)


def test_a_full_storage_is_out_of_resources() -> None:
    orthanc = Emulator({"MaximumPatientCount": 1, "MaximumStorageMode": "Reject"}, release="1.13.0")
    with orthanc.serve_dicom() as address:
        assert stored(address, image(1), image(101)) == [0x0000, 0xA700]


@pytest.mark.parametrize(("overwrites", "name"), [(False, "Doe^John"), (True, "Other")])
def test_the_same_instance_again(overwrites: bool, name: str) -> None:
    orthanc = Emulator({"OverwriteInstances": overwrites})
    with orthanc.serve_dicom() as address:
        assert stored(address, image(), image(PatientName="Other")) == [0, 0]
    (instance,) = orthanc.resources("Instance")
    assert orthanc.simplified_tags(instance)["PatientName"] == name


@pytest.mark.parametrize("accepted", [False, True])
def test_an_unknown_class_is_stored_where_the_configuration_says_so(accepted: bool) -> None:
    orthanc = Emulator({"UnknownSopClassAccepted": accepted})
    with orthanc.serve_dicom() as address, associated(address, ECHO, "1.2.3.4.5") as association:
        if accepted:
            assert association.send_c_store(image(SOPClassUID="1.2.3.4.5")).Status == 0
        assert [one.abstract_syntax for one in association.rejected_contexts] == ([] if accepted else ["1.2.3.4.5"])


@pytest.mark.parametrize(
    ("release", "offered", "chosen"),
    [
        ("1.10.1", [ImplicitVRLittleEndian, ExplicitVRLittleEndian], ExplicitVRLittleEndian),
        ("1.12.7", [ImplicitVRLittleEndian, ExplicitVRLittleEndian], ImplicitVRLittleEndian),
        ("1.10.1", [ExplicitVRBigEndian, ImplicitVRLittleEndian], ImplicitVRLittleEndian),
        ("1.13.0", [ExplicitVRBigEndian, ImplicitVRLittleEndian], ExplicitVRBigEndian),
    ],
)
def test_of_several_transfer_syntaxes_old_releases_choose_and_new_ones_take_the_first(
    release: str, offered: list[str], chosen: str
) -> None:
    with Emulator(release=release).serve_dicom() as address, associated(address, (CT, offered)) as association:
        assert association.accepted_contexts[0].transfer_syntax == [chosen]


def test_only_the_accepted_transfer_syntaxes_are_taken_for_storage() -> None:
    orthanc = Emulator({"AcceptedTransferSyntaxes": ["1.2.840.10008.1.2"]})
    with orthanc.serve_dicom() as address, associated(address, ECHO, CT) as association:
        assert [one.abstract_syntax for one in association.accepted_contexts] == [ECHO]
        assert association.send_c_echo().Status == 0
