"""The padding that the server gives to values when it writes a file anew.

Measured on Orthanc 1.10.1 and 1.12.7 with even and odd values of 21 VRs.
"""

from __future__ import annotations

import re

from .element import UNDECIDED_VRS, Dataset, Element

#: VRs whose values are text padded with a space (PS3.5 section 6.2).
SPACE_PADDED_VRS = frozenset("AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT".split())


#: What the server takes out of a UID wherever it stands; a NUL goes at the end of the last value only.
WHITE_SPACE = re.compile(rb"[ \t\r\n\v\f]")


#: A single UID, padded or not.
PLAIN_UID = re.compile(rb"[0-9.]+\0?")

#: VRs whose values may be written with another padding than they were read.
REPADDED_VRS = SPACE_PADDED_VRS | {"UI"}

#: The end of a text that has more padding than one blank.
MORE_PADDING = (b"\0", b"  ", b"\0 ")


def unique_identifier(value: bytes) -> bytes:
    """The value of a UI, or several, without blanks and padding."""
    return WHITE_SPACE.sub(b"", value).rstrip(b"\0")


def padded(value: bytes, vr: str) -> bytes:
    """A value that was just made, with trailing blanks removed where the VR is text, and of even length."""
    if vr in SPACE_PADDED_VRS:
        value = value.rstrip(b" ")
        return value + b" " * (len(value) % 2)
    return value + b"\0" * (len(value) % 2)


def repadded(value: bytes, vr: str, *, strips_nuls: bool = False) -> bytes:
    """The value of an element that was read and is written again unchanged; what is odd then gets a NUL."""
    value = stripped(value, vr, strips_nuls=strips_nuls)
    return value + b"\0" * (len(value) % 2)


def stripped(value: bytes, vr: str, *, strips_nuls: bool) -> bytes:
    """The value of an element that was read, its trailing blanks as the server writes them.

    `strips_nuls`: trailing NULs of a text go as blanks do (1.13.0). Where a value of odd length stays as it is, the
    writer adds the NUL, behind the bytes in the file's own order.
    """
    if vr == "UI":
        return padded(unique_identifier(value), vr)
    if vr not in SPACE_PADDED_VRS:
        return value
    if strips_nuls:
        return padded(value.rstrip(b" \0"), vr)
    if len(value) % 2 == 0 and value.endswith(b" "):
        return padded(value, vr)
    return value


def shown_bytes(element: Element, *, strips_nuls: bool) -> bytes:
    """The bytes of a value as `/content` gives them: those of a file that is written anew, but for odd words.

    Fragments in an item, an icon's, are none.
    """
    if element.undefined_length:
        return b""
    if UNDECIDED_VRS.get(element.vr, element.vr) == "OW":
        return element.bytes_shown
    return repadded(element.value, element.vr, strips_nuls=strips_nuls)


def repad(dataset: Dataset, *, strips_nuls: bool) -> None:
    """Gives every element of a dataset, and of the items in it, the blanks that the server writes.

    One look tells that a value stays as it is, as nearly all do: it is even and ends with one blank at most.
    """
    changed: list[Element] = []
    for element in dataset.elements.values():
        vr = element.vr
        if vr in REPADDED_VRS:
            value = element.value
            if len(value) & 1 or (value.endswith(MORE_PADDING) if vr != "UI" else PLAIN_UID.fullmatch(value) is None):
                changed.append(element)
        elif element.items is not None:
            for item in element.items:
                repad(item, strips_nuls=strips_nuls)
    for element in changed:
        new = stripped(element.value, element.vr, strips_nuls=strips_nuls)
        if new != element.value and element.items is None and not element.undefined_length:
            dataset.elements[element.tag] = Element(element.tag, element.vr, new)
