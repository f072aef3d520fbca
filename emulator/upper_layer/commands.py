"""Command sets (PS3.7 section 6.3 and annex E): always implicit VR little endian, one element a field."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum


class Field(IntEnum):
    """The fields of a command that are read or written, by the element in group 0000."""

    AFFECTED_SOP_CLASS = 0x0002
    REQUESTED_SOP_CLASS = 0x0003
    COMMAND = 0x0100
    MESSAGE_ID = 0x0110
    RESPONDED_TO = 0x0120
    MOVE_DESTINATION = 0x0600
    PRIORITY = 0x0700
    DATA_SET_TYPE = 0x0800
    STATUS = 0x0900
    AFFECTED_SOP_INSTANCE = 0x1000
    REQUESTED_SOP_INSTANCE = 0x1001
    EVENT_TYPE = 0x1002
    ACTION_TYPE = 0x1008
    REMAINING = 0x1020
    COMPLETED = 0x1021
    FAILED = 0x1022
    WARNING = 0x1023
    MOVE_ORIGINATOR = 0x1030
    MOVE_ORIGINATOR_MESSAGE = 0x1031


FIELDS: dict[int, Field] = {int(field): field for field in Field}


class Kind(IntEnum):
    """The requests, as Command Field has them; a response has the bit RESPONSE, too (PS3.7 section E.1)."""

    C_STORE = 0x0001
    C_GET = 0x0010
    C_FIND = 0x0020
    C_MOVE = 0x0021
    C_ECHO = 0x0030
    N_EVENT_REPORT = 0x0100
    N_ACTION = 0x0130
    C_CANCEL = 0x0FFF

    @property
    def title(self) -> str:
        """How the standard spells it: "C-STORE"."""
        return self.name.replace("_", "-")


LONGEST_AET = 16

RESPONSE = 0x8000
NO_DATA_SET = 0x0101
DATA_SET = 0x0001

UIDS = frozenset[int](
    {
        Field.AFFECTED_SOP_CLASS,
        Field.REQUESTED_SOP_CLASS,
        Field.AFFECTED_SOP_INSTANCE,
        Field.REQUESTED_SOP_INSTANCE,
    }
)
TEXTS = UIDS | {Field.MOVE_DESTINATION, Field.MOVE_ORIGINATOR}

#: What requests of several kinds must have.
USUAL = (Field.MESSAGE_ID, Field.AFFECTED_SOP_CLASS, Field.DATA_SET_TYPE)

#: What a request of each kind must have (measured: without one of them the association is aborted).
REQUIRED: dict[Kind, tuple[Field, ...]] = {
    Kind.C_ECHO: USUAL,
    Kind.C_STORE: (*USUAL, Field.PRIORITY, Field.AFFECTED_SOP_INSTANCE),
    Kind.C_FIND: (*USUAL, Field.PRIORITY),
    Kind.C_MOVE: (*USUAL, Field.PRIORITY, Field.MOVE_DESTINATION),
    Kind.C_GET: (*USUAL, Field.PRIORITY),
    Kind.C_CANCEL: (Field.RESPONDED_TO, Field.DATA_SET_TYPE),
    Kind.N_ACTION: (Field.MESSAGE_ID, Field.REQUESTED_SOP_CLASS, Field.ACTION_TYPE),
    Kind.N_EVENT_REPORT: (Field.MESSAGE_ID, Field.AFFECTED_SOP_CLASS, Field.EVENT_TYPE),
}

Command = dict[Field, int | str]


class BadCommandError(ValueError):
    """The bytes are no command set."""


def encode_command(command: Command) -> bytes:
    """The bytes of a command set, its group length first."""
    body = b"".join(element(field, value) for field, value in sorted(command.items()))
    return struct.pack("<HHLL", 0, 0, 4, len(body)) + body


def failed_instances(uids: Sequence[str]) -> bytes:
    """Group 0008 behind the command set of a response: (0008,0058), the instances that could not be sent (measured).

    PS3.4 section C.4.3.1.3.2 has the list in a data set.
    """
    if not uids:
        return b""
    data = "\\".join(uids).encode("ascii", "replace")
    data += b"\0" * (len(data) % 2)
    body = struct.pack("<HHL", 0x0008, 0x0058, len(data)) + data
    return struct.pack("<HHLL", 0x0008, 0, 4, len(body)) + body


def element(field: Field, value: int | str) -> bytes:
    if isinstance(value, int):
        data = struct.pack("<H", value)
    else:
        data = value.encode("ascii", "replace")
        data += (b"\0" if field in UIDS else b" ") * (len(data) % 2)
    return struct.pack("<HHL", 0, field, len(data)) + data


def decode_command(data: bytes) -> tuple[Command, bytes]:
    """The fields of a command set that are known, and the elements of other groups; raises BadCommandError.

    A number without a value counts as not there. A server puts the list of what failed behind the command set.
    """
    command: Command = {}
    others = bytearray()
    position = 0
    while position < len(data):
        if position + 8 > len(data):
            raise BadCommandError("an element is cut short")
        group, number, length = struct.unpack_from("<HHL", data, position)
        position += 8
        value = data[position : position + length]
        if len(value) != length:
            raise BadCommandError(f"element ({group:04x},{number:04x}) with {len(value)} of {length} bytes")
        position += length
        if group:
            others += data[position - length - 8 : position]
            continue
        field = FIELDS.get(number)
        if field is not None and number in TEXTS:
            command[field] = text(field, value)
        elif field is not None and value:
            command[field] = unsigned(value)
    return command, bytes(others)


def text(field: Field, value: bytes) -> str:
    found = value.rstrip(b" \0").decode("ascii", "replace")
    if not found and field == Field.AFFECTED_SOP_INSTANCE:
        raise BadCommandError(f"(0000,{field:04x}) is empty")
    if field == Field.MOVE_DESTINATION and len(found) > LONGEST_AET:
        raise BadCommandError(f"an AET of {len(found)} letters")
    return found


def unsigned(value: bytes) -> int:
    if len(value) % 2:
        raise BadCommandError(f"a number of {len(value)} bytes")
    return int.from_bytes(value[:2], "little")  # of several numbers the first counts
