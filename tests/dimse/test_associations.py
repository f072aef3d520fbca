"""Who may associate, bad input, faults on purpose, and that nothing is left over."""

from __future__ import annotations

import socket
import struct
import threading
from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.dimse.serving import listener

from .clients import (
    ALLOWED,
    CT,
    ECHO,
    STUDY_FIND,
    associated,
    file_of,
    found,
    image,
    keys,
    sent_bytes,
    stored,
    threads,
    wait_until,
)


def reason(association: Any) -> tuple[int, int, int] | None:
    if not association.is_rejected:
        return None
    primitive = association.acceptor.primitive
    return primitive.result, primitive.result_source, primitive.diagnostic


def nobody(**options: Any) -> dict[str, Any]:
    """A configuration that allows nothing to who is not known."""
    return {
        f"DicomAlwaysAllow{what}": False for what in ("Echo", "Store", "Find", "FindWorklist", "Get", "Move")
    } | options


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("options", "calling", "called", "expected"),
    [
        ({}, "ANY", "ANY", None),
        ({"DicomCheckCalledAet": True}, "ANY", "orthanc", None),
        ({"DicomCheckCalledAet": True}, "ANY", "OTHER", (1, 1, 7)),
        (nobody(), "ANY", "ORTHANC", (1, 1, 3)),
        (nobody(DicomModalities={"k": ["KNOWN", "127.0.0.1", 104]}), "known", "ORTHANC", None),
        (
            nobody(DicomModalities={"k": ["KNOWN", "10.0.0.1", 104]}, DicomCheckModalityHost=True),
            "KNOWN",
            "ORTHANC",
            (1, 1, 3),
        ),
    ],
)
def test_who_may_associate(release: str, options: Any, calling: str, called: str, expected: Any) -> None:
    orthanc = Emulator(options, release=release)
    with orthanc.serve_dicom() as address:
        for _ in range(3):  # pynetdicom may see the connection's end before the rejection: an abort to it
            with associated(address, ECHO, calling=calling, called=called) as association:
                found, was_missed = reason(association), association.is_aborted
            if not was_missed:
                break
        assert found == expected
    assert orthanc.associations[-1].outcome == ("released" if expected is None else "rejected")


@pytest.mark.parametrize("release", RELEASES)
def test_a_command_that_is_not_allowed_aborts_the_association(release: str) -> None:
    orthanc = Emulator(release=release)  # a find is not always allowed
    with orthanc.serve_dicom() as address, associated(address, STUDY_FIND) as association:
        responses = list(association.send_c_find(keys(), STUDY_FIND))
        assert not responses[0][0]
        wait_until(lambda: association.is_aborted)
    message = orthanc.associations.assert_called("C-FIND", times=1)
    assert message.status is None


def test_a_modality_is_allowed_what_its_configuration_says() -> None:
    modalities = {"l": {"AET": "LIMITED", "Host": "127.0.0.1", "Port": 104, "AllowFind": False}}
    for calling, allowed in (("LIMITED", False), ("OTHER", False), ("FREE", True)):
        known = {**modalities, "f": ["FREE", "127.0.0.1", 104]}
        orthanc = Emulator({"DicomModalities": known})
        with orthanc.serve_dicom() as address, associated(address, STUDY_FIND, calling=calling) as association:
            (status, _), *_ = association.send_c_find(keys(), STUDY_FIND)
            assert bool(status) is allowed


def associate_request(address: Any) -> bytes:
    """The bytes of a request for an association with one context, CT in explicit VR."""
    from emulator.upper_layer.negotiation import Implementation, Proposed, Request, write_request

    request = Request("ORTHANC", "APP", (Proposed(CT, ("1.2.840.10008.1.2.1",), 1),))
    body = write_request(request, Implementation("3.6.7"))
    return struct.pack(">BBL", 1, 0, len(body)) + body


BAD_BYTES = {
    "HTTP": b"GET / HTTP/1.0\r\n\r\n",
    "a length beyond all": b"\x01\x00\xff\xff\xff\xf0abc",
    "a type that is none": b"\x09\x00\x00\x00\x00\x04abcd",
    "a request that can't be read": b"\x01\x00\x00\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xff",
    "nothing": b"",
}


@pytest.mark.parametrize("data", BAD_BYTES.values(), ids=BAD_BYTES.keys())
def test_bytes_that_are_no_association_close_the_connection(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    orthanc = Emulator()
    with orthanc.serve_dicom() as address:
        if data:
            assert sent_bytes(address, data) == b""
        else:
            socket.create_connection((address.host, address.port)).close()
        with associated(address, ECHO) as association:
            assert association.send_c_echo().Status == 0
    assert not any(record.exc_info for record in caplog.records if record.name.startswith("emulator"))
    assert threads() == set()


BAD_MESSAGES = {
    "a fragment that lies about its length": struct.pack(">BBLLBB", 4, 0, 10, 0xFFFFFFF0, 1, 3) + b"abcd",
    "an odd fragment": struct.pack(">BBLLBB", 4, 0, 9, 5, 1, 3) + b"abc",
    "a context that was not accepted": struct.pack(">BBLLBB", 4, 0, 8, 4, 7, 3) + b"ab",
    "a command that is none": struct.pack(">BBLLBB", 4, 0, 16, 12, 1, 3) + b"\xff" * 10,
    "a data set without a command": struct.pack(">BBLLBB", 4, 0, 8, 4, 1, 2) + b"ab",
    "a second request": b"\x01\x00\x00\x00\x00\x04abcd",
}


@pytest.mark.parametrize("data", BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
def test_messages_that_are_none_abort_the_association(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    orthanc = Emulator()
    with orthanc.serve_dicom() as address:
        answer = sent_bytes(address, associate_request(address) + data)
        assert answer[0] == 2
        assert answer.endswith(b"\x07\x00\x00\x00\x00\x04\x00\x00\x00\x00")
        with associated(address, ECHO) as association:
            assert association.send_c_echo().Status == 0
    assert not any(record.exc_info for record in caplog.records if record.name.startswith("emulator"))
    assert orthanc.resources("Instance") == []


def test_data_before_an_association_is_answered_by_an_abort() -> None:
    with Emulator().serve_dicom() as address:
        for kind in (4, 5):
            assert sent_bytes(address, struct.pack(">BBL", kind, 0, 4) + bytes(4)) == bytes.fromhex(
                "07000000000400000000"
            )


@pytest.mark.parametrize("release", RELEASES)
def test_a_data_set_that_can_not_be_parsed_aborts_and_stores_nothing(release: str) -> None:
    from emulator.upper_layer.commands import Field, Kind, encode_command

    command = encode_command(
        {
            Field.AFFECTED_SOP_CLASS: CT,
            Field.COMMAND: Kind.C_STORE,
            Field.MESSAGE_ID: 1,
            Field.PRIORITY: 0,
            Field.DATA_SET_TYPE: 1,
            Field.AFFECTED_SOP_INSTANCE: "1.2.3",
        }
    )
    whole = file_of(image())
    for body in (b"garbage!", whole[whole.index(b"\x08\x00\x16\x00") :][:-3] + b"\0"):
        data = struct.pack(">BBLLBB", 4, 0, len(command) + 6, len(command) + 2, 1, 3) + command
        data += struct.pack(">BBLLBB", 4, 0, len(body) + 6, len(body) + 2, 1, 2) + body
        orthanc = Emulator(release=release)
        with orthanc.serve_dicom() as address:
            answer = sent_bytes(address, associate_request(address) + data)
        assert answer.endswith(b"\x07\x00\x00\x00\x00\x04\x00\x00\x00\x00")
        assert orthanc.resources("Instance") == []
        assert orthanc.associations[-1].messages[-1].status is None


def test_an_association_that_does_nothing_is_aborted_after_the_time_out() -> None:
    orthanc = Emulator({"DicomScpTimeout": 1})
    with orthanc.serve_dicom() as address:
        answer = sent_bytes(address, associate_request(address))
        assert answer.endswith(b"\x07\x00\x00\x00\x00\x04\x00\x00\x00\x00")


def test_a_hundred_associations_at_once_lose_nothing_and_leave_no_thread() -> None:
    before = threading.active_count()
    orthanc = Emulator()
    with orthanc.serve_dicom() as address:
        requests = [socket.create_connection((address.host, address.port)) for _ in range(100)]
        for connection in requests:
            connection.sendall(associate_request(address))
        for connection in requests:
            connection.settimeout(10)
            assert connection.recv(1) == b"\x02"
        results: list[list[int]] = []
        workers = [
            threading.Thread(target=lambda number=number: results.append(stored(address, image(number))))
            for number in range(1, 11)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert results == [[0]] * 10
    for connection in requests:
        connection.close()
    assert len(orthanc.resources("Instance")) == 10
    assert threads() == set()
    wait_until(lambda: threading.active_count() <= before)


# Faults on purpose


def test_an_association_can_be_rejected_on_purpose() -> None:
    orthanc = Emulator()
    orthanc.fail_next_association("reject")
    with orthanc.serve_dicom() as address:
        with associated(address, ECHO) as association:
            wait_until(lambda: association.is_rejected)  # pynetdicom may say so a moment after it has returned
        with associated(address, ECHO) as association:
            assert association.send_c_echo().Status == 0


def test_a_command_can_be_answered_with_a_status_on_purpose() -> None:
    orthanc = Emulator()
    orthanc.fail_next_association(0xA700, command="C-STORE", times=2)
    with orthanc.serve_dicom() as address:
        assert stored(address, image(1), image(1), image(1)) == [0xA700, 0xA700, 0x0000]
    assert len(orthanc.resources("Instance")) == 1
    orthanc.associations.assert_called("C-STORE", times=2, status=0xA700)


@pytest.mark.parametrize("failure", ["abort", "drop"])
def test_an_association_can_be_cut_off_between_two_answers(failure: Any) -> None:
    orthanc = Emulator(ALLOWED)
    for number in (1, 101, 201):
        orthanc.store(file_of(image(number)))
    orthanc.fail_next_association(failure, command="C-FIND", after=2)
    with orthanc.serve_dicom() as address, associated(address, STUDY_FIND) as association:
        responses = list(association.send_c_find(keys(), STUDY_FIND))
    assert [bool(status) for status, _ in responses] == [True, True, False]
    assert orthanc.associations[-1].outcome == "aborted"


def test_an_answer_can_be_delayed_and_the_end_of_the_listener_does_not_wait_for_it() -> None:
    orthanc = Emulator(ALLOWED)
    orthanc.fail_next_association(None, command="C-FIND", delay=60)
    with orthanc.serve_dicom() as address:
        worker = threading.Thread(target=found, args=(address, keys()), daemon=True)
        worker.start()
        wait_until(lambda: not orthanc.server.association_faults.pending)
    worker.join(timeout=40)  # pynetdicom may see the end only when its own 10 s are over
    assert not worker.is_alive()


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (("nope",), {}),
        ((0,), {}),
        (("reject",), {"command": "C-STORE"}),
        (("abort",), {"command": "C-NOPE"}),
        (("abort",), {"times": 0}),
        ((None,), {}),
    ],
)
def test_a_fault_that_can_not_be_is_refused(arguments: Any, options: Any) -> None:
    with pytest.raises(ValueError, match=r"must|is rejected|a status"):
        Emulator().fail_next_association(*arguments, **options)


def test_the_log_tells_what_was_said() -> None:
    orthanc = Emulator()
    with orthanc.serve_dicom() as address:
        stored(address, image(1), calling="SENDER")
    assert str(orthanc.associations) == ("SENDER (127.0.0.1) to ORTHANC: released\n    C-STORE 1.2.3.1.1.1 -> 0x0000")
    orthanc.associations.assert_not_called("C-FIND")
    with pytest.raises(AssertionError, match="C-STORE was called 2 times, but 1 times"):
        orthanc.associations.assert_called("C-STORE", times=2)
    with pytest.raises(AssertionError, match="C-STORE was called 1 times"):
        orthanc.associations.assert_not_called("C-STORE")
    orthanc.associations.clear()
    assert len(orthanc.associations) == 0


def test_without_an_emulator_a_listener_rejects() -> None:
    with listener(None) as door, associated(door.address, ECHO) as association:
        assert reason(association) == (2, 3, 1)


def test_a_port_in_use_is_an_error() -> None:
    with (
        Emulator().serve_dicom() as address,
        pytest.raises(OSError, match="in use"),
        Emulator().serve_dicom(port=address.port),
    ):
        pass


def test_nothing_of_the_network_is_imported_before_it_is_asked_for() -> None:
    import subprocess
    import sys

    names = "[name for name in sys.modules if 'pynetdicom' in name or '.dimse.l' in name]"
    source = f"import emulator, sys; emulator.Emulator(); print({names})"
    assert subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout == "[]\n"
