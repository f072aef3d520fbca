"""The rules by which the server takes or refuses an entry of the configuration's "Dictionary".

Measured by starting Orthanc 1.9.1 to 1.13.0 with several hundred sections; the first error stops the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import ErrorCode, OrthancError
from .entry import Entry

#: The VRs that an entry may have.
ALLOWED_VRS = frozenset("AE AS AT CS DA DS DT FD FL IS LO LT OB OF OW PN SH SL SQ SS ST TM UI UL UN US UT".split())

#: VRs that the server knows and yet refuses, without saying why.
REFUSED_VRS = frozenset({"OD", "OL", "UC", "UR"})

#: Odd groups that can hold no private element (PS3.5 section 7.8: groups 1, 3, 5, 7 and ffff).
FORBIDDEN_GROUPS = frozenset({1, 3, 5, 7, 0xFFFF})

LARGEST_MULTIPLICITY = 0xFFFFFFFF


def entry_from_configuration(key: str, definition: Any, tag: int | OrthancError) -> Entry:
    """The entry that a line `key: definition` of the section "Dictionary" registers.

    `definition` is `[VR, name, minimum, maximum, creator]`, of which the last three may be left out; `tag` is
    what the key means, or the error that it is. The checks come in the server's order. Raises OrthancError.
    """
    vr, name, minimum, maximum, creator = checked_definition(key, definition)
    if isinstance(tag, OrthancError):
        raise tag
    group, element = tag >> 16, tag & 0xFFFF
    check_value_representation(key, vr)
    if minimum == 0 or (maximum != 0 and maximum < minimum):
        raise refusal(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            None,
            f"{key}: the multiplicity must be at least 1, and its maximum at least its minimum (or 0 for any number)",
        )
    if creator and (group % 2 == 0 or group in FORBIDDEN_GROUPS):
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            f"Trying to register private tag ({group:04x},{element:04x}), but it must have an odd group >= 0x0009",
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
    """VR, name, minimum, maximum and creator of a definition whose types and length are right."""
    types = (str, str, int, int, str)
    well_formed = (
        isinstance(definition, list | tuple)
        and 2 <= len(definition) <= len(types)
        and all(type(value) is kind for value, kind in zip(definition, types, strict=False))
    )
    if not well_formed:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"The definition of the '{key}' dictionary entry is invalid.")
    optional: list[Any] = [0, 1, ""]
    optional[: len(definition) - 2] = definition[2:]
    vr, name, (minimum, maximum, creator) = definition[0], definition[1], optional
    for number in (minimum, maximum):
        if not 0 <= number <= LARGEST_MULTIPLICITY:
            raise refusal(ErrorCode.INTERNAL_ERROR, None, "LargestInt out of UInt range")
    return vr, name, minimum, maximum, creator


def check_value_representation(key: str, vr: str) -> None:
    if vr in ALLOWED_VRS:
        return
    if vr in REFUSED_VRS:
        raise refusal(ErrorCode.PARAMETER_OUT_OF_RANGE, None, f"{key}: the VR {vr} can't be registered")
    raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f"Unsupported value representation encountered: {vr}")


def refusal(code: ErrorCode, details: str | None, hint: str) -> OrthancError:
    """An error for which the server prints `details`, and to which the emulator adds a hint."""
    error = OrthancError(code, details)
    error.hint = hint
    return error


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
