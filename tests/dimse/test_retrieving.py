"""C-MOVE and C-GET: to whom files go, and what is said of each."""

from __future__ import annotations

from typing import Any

import pytest
from pynetdicom import build_role, evt

from emulator import RELEASES, Emulator

from .clients import ALLOWED, CT, STUDY_GET, STUDY_MOVE, Receiver, associated, file_of, image, keys, wait_until


def orthanc_with(receiver: Receiver | None = None, release: str = "1.12.7", count: int = 3, **options: Any) -> Emulator:
    modalities = {} if receiver is None else {"dest": [receiver.aet, "127.0.0.1", receiver.port]}
    # before 1.10 only a known modality may move, whatever is allowed
    modalities["app"] = ["APP", "127.0.0.1", 1]
    orthanc = Emulator({**ALLOWED, "DicomModalities": modalities, **options}, release=release)
    for number in range(1, count + 1):
        orthanc.store(file_of(image(number, label=f"label {number}")))
    return orthanc


def moved(orthanc: Emulator, identifier: Any, destination: str = "DEST") -> list[tuple[Any, ...]]:
    with orthanc.serve_dicom() as address, associated(address, STUDY_MOVE) as association:
        return [counts(status) for status, _ in association.send_c_move(identifier, destination, STUDY_MOVE)]


def counts(status: Any) -> tuple[Any, ...]:
    names = ("Remaining", "Completed", "Failed", "Warning")
    return status.Status, *(getattr(status, f"NumberOf{name}Suboperations", None) for name in names)


@pytest.mark.parametrize("release", RELEASES)
def test_a_study_is_moved_with_a_response_for_each_instance(release: str) -> None:
    with Receiver() as receiver:
        responses = moved(orthanc_with(receiver, release), keys(StudyInstanceUID="1.2.3.1"))
    assert responses == [(0xFF00, 2, 1, 0, 0), (0xFF00, 1, 2, 0, 0), (0x0000, None, 3, 0, 0)]
    labels = sorted(one[0x0011, 0x1001].value for one in receiver.received)
    assert labels == ["label 1", "label 2", "label 3"]
    first = receiver.requests[0]
    assert (first.MoveOriginatorApplicationEntityTitle, first.MoveOriginatorMessageID) == ("APP", 1)
    assert [one.MessageID for one in receiver.requests] == [1, 2, 3]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("identifier", "destination"),
    [
        (keys(StudyInstanceUID="1.2.3.1"), "NOWHERE"),
        (keys(StudyInstanceUID="1.2.3.1"), "APP"),
        (keys(StudyInstanceUID="9.9"), "DEST"),
        (keys(StudyInstanceUID="1.2.*"), "DEST"),
        (keys(PatientID="P1"), "DEST"),
        (keys("NOPE", StudyInstanceUID="1.2.3.1"), "DEST"),
    ],
)
def test_what_can_not_be_moved_is_unable_to_process(release: str, identifier: Any, destination: str) -> None:
    with Receiver() as receiver:
        assert moved(orthanc_with(receiver, release), identifier, destination) == [(0xC000, None, 0, 0, 0)]
    assert receiver.received == []


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("identifier", "count"),
    [
        (keys("PATIENT", PatientID="P1"), 3),
        (keys("SERIES", SeriesInstanceUID="1.2.3.1.1"), 3),
        (keys("IMAGE", SOPInstanceUID="1.2.3.1.1.2"), 1),
        (keys(None, SOPInstanceUID="1.2.3.1.1.2"), 1),
        (keys("STUDY", AccessionNumber="A1"), 3),
        (keys("IMAGE", SOPInstanceUID=["1.2.3.1.1.2", "9.9"]), 1),
    ],
)
def test_what_is_named_is_moved(release: str, identifier: Any, count: int) -> None:
    with Receiver() as receiver:
        *_, last = moved(orthanc_with(receiver, release), identifier, "dest")
    assert last == (0x0000, None, count, 0, 0)


def test_a_destination_that_fails_ends_the_move() -> None:
    with Receiver(status=0xA700) as receiver:
        assert moved(orthanc_with(receiver), keys(StudyInstanceUID="1.2.3.1")) == [(0xC000, None, 0, 0, 0)]
    assert len(receiver.received) == 1


def test_a_warning_counts_as_done() -> None:
    with Receiver(status=0xB000) as receiver:
        *_, last = moved(orthanc_with(receiver), keys(StudyInstanceUID="1.2.3.1"))
    assert last == (0x0000, None, 3, 0, 0)


def test_a_move_that_is_not_waited_for_is_a_job() -> None:
    with Receiver() as receiver:
        orthanc = orthanc_with(receiver, SynchronousCMove=False)
        *_, last = moved(orthanc, keys(StudyInstanceUID="1.2.3.1"))
        assert last == (0x0000, None, 3, 0, 0)
        wait_until(lambda: len(receiver.received) == 3)
    (job,) = orthanc.jobs
    assert (job.kind, job.content["Description"], job.content["MoveOriginatorAET"]) == (
        "DicomModalityStore",
        "C-MOVE",
        "APP",
    )


def got(
    orthanc: Emulator, identifier: Any, statuses: list[int] | None = None
) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """The responses to a C-GET, and what came; `statuses` are what the client answers to each, 0 for all others."""
    received: list[Any] = []
    answers = iter(statuses or [])

    def take(event: Any) -> int:
        received.append(event.dataset)
        return next(answers, 0)

    with (
        orthanc.serve_dicom() as address,
        associated(
            address,
            STUDY_GET,
            CT,
            ext_neg=[build_role(CT, scp_role=True)],
            evt_handlers=[(evt.EVT_C_STORE, take)],
        ) as association,
    ):
        return [counts(status) for status, _ in association.send_c_get(identifier, STUDY_GET)], received


@pytest.mark.parametrize("release", RELEASES)
def test_a_study_is_got_on_the_same_association(release: str) -> None:
    responses, received = got(orthanc_with(release=release), keys(StudyInstanceUID="1.2.3.1"))
    assert responses == [
        (0xFF00, 2, 1, 0, 0),
        (0xFF00, 1, 2, 0, 0),
        (0xFF00, 0, 3, 0, 0),
        (0x0000, None, 3, 0, 0),
    ]
    assert sorted(one[0x0011, 0x1001].value for one in received) == ["label 1", "label 2", "label 3"]


@pytest.mark.parametrize(
    ("statuses", "last"), [([0xA700], (0xB000, None, 2, 1, 0)), ([0xA700] * 3, (0xA702, None, 0, 3, 0))]
)
def test_what_the_client_refuses_is_counted(statuses: list[int], last: tuple[Any, ...]) -> None:
    responses, _ = got(orthanc_with(), keys(StudyInstanceUID="1.2.3.1"), statuses)
    assert responses[-1] == last


@pytest.mark.parametrize("release", RELEASES)
def test_a_get_without_a_level_or_of_something_unknown_is_unable_to_process(release: str) -> None:
    for identifier in (keys(None, StudyInstanceUID="1.2.3.1"), keys(StudyInstanceUID=["1.2.3.1", "9.9"])):
        assert got(orthanc_with(release=release), identifier)[0] == [(0xC000, None, 0, 0, 0)]
