"""Commands with more or less than they should have, and responses, as the real servers take them (1.9.1 to 1.13.0)."""

from __future__ import annotations

import socket
import struct
from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.upper_layer.association import Association, AssociationError, Message
from emulator.upper_layer.commands import Field
from emulator.upper_layer.negotiation import Implementation, Proposed, Request

from .clients import ALLOWED, CT, ECHO, STUDY_FIND, STUDY_GET, STUDY_MOVE, image, stored, threads

EXPLICIT = "1.2.840.10008.1.2.1"
STUDY = b"\x08\x00\x52\x00CS\x06\x00STUDY \x20\x00\x0d\x00UI\x04\x009.9\0"

#: The elements of a C-ECHO, by their numbers in group 0000.
ECHO_COMMAND = {0x0002: b"1.2.840.10008.1.1\0", 0x0100: b"\x30\0", 0x0110: b"\1\0", 0x0800: b"\1\1"}


def request(abstract: str, number: int, **further: bytes) -> dict[int, bytes]:
    """The elements of another request, with a data set."""
    uid = abstract.encode() + b"\0" * (len(abstract) % 2)
    common = {0x0002: uid, 0x0100: bytes((number, 0)), 0x0110: b"\1\0", 0x0700: b"\0\0", 0x0800: b"\1\0"}
    return common | {int(name[1:], 16): value for name, value in further.items()}


def encoded(elements: dict[int, bytes], behind: bytes = b"") -> bytes:
    body = b"".join(struct.pack("<HHL", 0, tag, len(value)) + value for tag, value in sorted(elements.items()))
    return struct.pack("<HHLL", 0, 0, 4, len(body)) + body + behind


def answer(address: Any, abstract: str, command: bytes, data: bytes = b"") -> Message | None:
    """The response to the bytes of a command and of a data set, None where the association ends in its place."""
    association = Association(socket.create_connection((address.host, address.port)), 5)
    contexts = (Proposed(abstract, (EXPLICIT,), 1),)
    association.request(Request("ORTHANC", "APP", contexts), Implementation("3.6.7"))
    context = association.contexts[1]
    try:
        pdus = association.fragments(context, command, is_command=True)
        association.send(pdus + (association.fragments(context, data, is_command=False) if data else b""))
        return association.receive()
    except AssociationError:
        return None
    finally:
        association.close()


OTHERS = struct.pack("<HHL", 8, 0x58, 4) + b"1.2\0"

ECHOES = {
    "elements of another group": (encoded(ECHO_COMMAND, OTHERS), True),
    "an unknown element": (encoded({**ECHO_COMMAND, 0x0999: b"ab"}), True),
    "two numbers in one": (encoded({**ECHO_COMMAND, 0x0110: b"\1\0\0\0"}), True),
    "an empty class": (encoded({**ECHO_COMMAND, 0x0002: b""}), True),
    "a number of three bytes": (encoded({**ECHO_COMMAND, 0x0110: b"\1\0\0"}), False),
    "no number": (encoded({tag: value for tag, value in ECHO_COMMAND.items() if tag != 0x0110}), False),
    "an empty number": (encoded({**ECHO_COMMAND, 0x0110: b""}), False),
    "no class": (encoded({tag: value for tag, value in ECHO_COMMAND.items() if tag != 0x0002}), False),
    "nothing of a data set": (encoded({tag: value for tag, value in ECHO_COMMAND.items() if tag != 0x0800}), False),
    "a data set": (encoded({**ECHO_COMMAND, 0x0800: b"\1\0"}), False),
    "a response": (encoded({**ECHO_COMMAND, 0x0100: b"\x30\x80"}), False),
    "no command": (encoded({**ECHO_COMMAND, 0x0100: b"\0\xff"}), False),
    "a C-CANCEL of nothing": (encoded({0x0100: b"\xff\x0f", 0x0800: b"\1\1"}), False),
}


@pytest.mark.parametrize(("command", "is_answered"), ECHOES.values(), ids=ECHOES.keys())
def test_an_odd_c_echo_is_answered_or_ends_the_association(command: bytes, is_answered: bool) -> None:
    with Emulator().serve_dicom() as address:
        response = answer(address, ECHO, command)
        assert (response is not None) is is_answered
        assert answer(address, ECHO, encoded(ECHO_COMMAND)) is not None
    assert threads() == set()


@pytest.mark.parametrize(("abstract", "number"), [(CT, 1), (STUDY_FIND, 0x20), (STUDY_MOVE, 0x21), (STUDY_GET, 0x10)])
def test_a_request_without_a_priority_ends_the_association(abstract: str, number: int) -> None:
    whole = request(abstract, number, _0600=b"NOWHERE ", _1000=b"1.2\0")
    with Emulator(ALLOWED).serve_dicom() as address:
        assert answer(address, abstract, encoded(whole), STUDY) is not None
        del whole[0x0700]
        assert answer(address, abstract, encoded(whole), STUDY) is None


def test_a_destination_of_more_than_16_letters_ends_the_association() -> None:
    with Emulator(ALLOWED).serve_dicom() as address:
        assert answer(address, STUDY_MOVE, encoded(request(STUDY_MOVE, 0x21, _0600=b"A" * 16)), STUDY) is not None
        assert answer(address, STUDY_MOVE, encoded(request(STUDY_MOVE, 0x21, _0600=b"A" * 18)), STUDY) is None


@pytest.mark.parametrize("release", RELEASES)
def test_a_c_get_names_what_the_peer_has_refused_behind_the_command(release: str) -> None:
    orthanc = Emulator(ALLOWED, release=release)
    with orthanc.serve_dicom() as address:
        stored(address, image(1))
        association = Association(socket.create_connection((address.host, address.port)), 5)
        contexts = (Proposed(STUDY_GET, (EXPLICIT,), 1),)  # none for what is to come
        association.request(Request("ORTHANC", "APP", contexts), Implementation("3.6.7"))
        identifier = b"\x08\x00\x52\x00CS\x06\x00STUDY \x20\x00\x0d\x00UI\x08\x001.2.3.1\0"
        command = {
            Field.AFFECTED_SOP_CLASS: STUDY_GET,
            Field.COMMAND: 0x10,
            Field.MESSAGE_ID: 1,
            Field.PRIORITY: 0,
        }
        association.send_message(association.contexts[1], command, identifier)  # type: ignore[arg-type]
        response = association.receive()
        association.close()
    assert response.number(Field.STATUS) == 0xC000
    assert response.number(Field.FAILED) == 1
    assert b"1.2.3.1.1.1" in response.others
