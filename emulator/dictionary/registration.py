"""The rules by which the server takes or refuses an entry of the configuration's "Dictionary".

Measured by starting Orthanc 1.9.1 to 1.13.0 with several hundred sections; the first error stops the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..errors import ErrorCode, OrthancError
from .entry import Entry

#: The VRs that an entry may have on every release.
ALLOWED_VRS = frozenset("AE AS AT CS DA DS DT FD FL IS LO LT OB OF OW PN SH SL SQ SS ST TM UI UL UN US UT".split())

#: The VRs with long values: on releases that refuse them, these without saying why ...
SILENTLY_REFUSED_VRS = frozenset({"OD", "OL", "UC", "UR"})

#: ... and these as if they were none.
LONG_VRS = SILENTLY_REFUSED_VRS | {"OV", "SV", "UV"}

#: Odd groups that can hold no private element (PS3.5 section 7.8: groups 1, 3, 5, 7 and ffff).
FORBIDDEN_GROUPS = frozenset({1, 3, 5, 7, 0xFFFF})

LARGEST_MULTIPLICITY = 0xFFFFFFFF

#: What a number in a definition can be at all; beyond, it is read as a real number, which a definition may not have.
INTEGERS = range(-(1 << 63), 1 << 63)

#: Why an entry is refused, for people and for `Dictionary.check`.
Cause = Literal[
    "entry-shape",
    "unknown-tag",
    "unknown-vr",
    "multiplicity",
    "creator-group",
    "tag-taken",
    "name-taken",
]

DEFINITION = '["VR", "Name", minimum, maximum, "Creator"], for example ["LO", "MyLabel", 1, 1, "MYLAB"]'


class RefusedEntryError(OrthancError):
    """The server's error for one line of the section "Dictionary", with what the emulator adds.

    `key` is the line's key as written, `cause` why it is refused, `advice` what to do about it.
    """

    def __init__(self, key: str, cause: Cause, error: OrthancError, advice: str) -> None:
        super().__init__(error.code, error.details)
        self.key, self.cause, self.advice = key, cause, advice
        self.hint = f'in the entry "{key}" of "Dictionary": {advice}'


def entry_from_configuration(
    key: str, definition: Any, tag: int | OrthancError, *, registers_long_vrs: bool = False
) -> Entry:
    """The entry that a line `key: definition` of the section "Dictionary" registers.

    `definition` is `[VR, name, minimum, maximum, creator]`, of which the last three may be left out; `tag` is
    what the key means, or the error that it is; `registers_long_vrs` is the release's. The checks come in the
    server's order. Raises RefusedEntryError.
    """
    vr, name, minimum, maximum, creator = checked_definition(key, definition)
    if isinstance(tag, OrthancError):
        raise RefusedEntryError(
            key,
            "unknown-tag",
            tag,
            'write the tag as "gggg,eeee", for example "0011,1001", or a name of the dictionary',
        )
    group, element = tag >> 16, tag & 0xFFFF
    check_value_representation(key, vr, minimum, maximum, registers_long_vrs=registers_long_vrs)
    if minimum == 0 or (maximum != 0 and maximum < minimum):
        raise RefusedEntryError(
            key,
            "multiplicity",
            OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE),
            "the multiplicity must be at least 1, and its maximum at least its minimum (or 0 for any number); "
            f"write {DEFINITION}",
        )
    if creator and (group % 2 == 0 or group in FORBIDDEN_GROUPS):
        raise RefusedEntryError(
            key,
            "creator-group",
            OrthancError(
                ErrorCode.PARAMETER_OUT_OF_RANGE,
                f"Trying to register private tag ({group:04x},{element:04x}), but it must have an odd group >= 0x0009",
            ),
            "choose an odd group from 0009 to fffd, or leave the private creator out",
        )
    vm_max = maximum or None
    return Entry(
        group=group,
        upper_group=group,
        group_parity="any",
        element=element,
        upper_element=element,
        element_parity="any",
        creator=creator or None,
        vr=vr,
        name=name,
        vm=multiplicity_text(minimum, vm_max),
        vm_min=minimum,
        vm_max=vm_max,
        source="configuration",
    )


def checked_definition(key: str, definition: Any) -> tuple[str, str, int, int, str]:
    """VR, name, minimum, maximum and creator of a definition whose types and length are right.

    Without a minimum it is 0, which is refused later; without a maximum there is none.
    """
    types = (str, str, int, int, str)
    well_formed = (
        isinstance(definition, list | tuple)
        and 2 <= len(definition) <= len(types)
        and all(type(value) is kind for value, kind in zip(definition, types, strict=False))
        and all(number in INTEGERS for number in definition[2:4])
    )
    if not well_formed:
        error = OrthancError(ErrorCode.BAD_FILE_FORMAT, f"The definition of the '{key}' dictionary entry is invalid.")
        raise RefusedEntryError(key, "entry-shape", error, f"write {DEFINITION}")
    optional: list[Any] = [0, 0, ""]
    optional[: len(definition) - 2] = definition[2:]
    vr, name, (minimum, maximum, creator) = definition[0], definition[1], optional
    return vr, name, minimum, maximum, creator


def check_value_representation(key: str, vr: str, minimum: int, maximum: int, *, registers_long_vrs: bool) -> None:
    """Refuses what is no VR, then numbers that are no multiplicity at all, then VRs that the release can't register."""
    allowed = ALLOWED_VRS | LONG_VRS if registers_long_vrs else ALLOWED_VRS
    advice = f'"{vr}" is no VR that can be registered; write one of {" ".join(sorted(allowed))}'
    if vr not in allowed | SILENTLY_REFUSED_VRS:
        details = f"Unsupported value representation encountered: {vr}"
        raise RefusedEntryError(key, "unknown-vr", OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details), advice)
    for number in (minimum, maximum):
        if not 0 <= number <= LARGEST_MULTIPLICITY:
            raise RefusedEntryError(
                key,
                "multiplicity",
                OrthancError(ErrorCode.INTERNAL_ERROR, "LargestInt out of UInt range"),
                f"a multiplicity lies between 0 and {LARGEST_MULTIPLICITY}, not at {number}",
            )
    if vr not in allowed:
        raise RefusedEntryError(key, "unknown-vr", OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE), advice)


def multiplicity_text(minimum: int, maximum: int | None) -> str:
    if minimum == maximum:
        return str(minimum)
    return f"{minimum}-{'n' if maximum is None else maximum}"


def sorted_section(section: Any) -> list[tuple[str, Any]]:
    """The lines of a section "Dictionary" in the order in which the server registers them: that of their keys.

    A section that is no object registers nothing.
    """
    if not isinstance(section, Mapping):
        return []
    return sorted(section.items(), key=lambda line: line[0].encode("utf-8"))
