"""The documented contract: a request that writes a private tag which the dictionary does not know gets 400.

Real servers write such a tag as UN, or answer 500 to an unknown name; `unknown_tags="as-release"` does the same. What
passes here has the same outcome on the real server, and no element that it writes is a UN for want of an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..dicom.element import TEXT_VRS, UNSUPPORTED_VR, Dataset, format_tag
from ..dictionary import Dictionary
from ..dictionary.advice import likeliest, line_to_register, looks_alike, quoted
from ..dictionary.contract import contract_error
from ..errors import OrthancError
from .request import ModificationRequest

ITEM_GROUP = 0xFFFE


class Stored(NamedTuple):
    """What a stored file has at a tag that the dictionary does not know."""

    vr: str
    creator: str


#: Looks at what is stored; None for a tag that is not there, or that no creator has.
LookUp = Callable[[int], Stored | None]


def check_tags(
    request: ModificationRequest, dictionary: Dictionary, private_creator: str, stored: LookUp = lambda tag: None
) -> None:
    """Refuses a modification that names a tag which is not in the dictionary.

    `stored` looks at a file, so that the line to register is that of the file.

    A private tag that is written must be known under the request's private creator; one that is removed or kept, or
    the sequence that a path leads through, under any. Raises OrthancError (Unknown DICOM tag, 400) whose details say
    how to mend the request.
    """
    for path in (*request.remove, *request.keep):
        for tag in path.tags():
            check_named(tag, dictionary, stored)
    for path, value in request.replace.items():
        for tag, _ in path.parents:
            check_named(tag, dictionary, stored)
        for tag in (path.tag, *tags_in(value, dictionary)):
            check_written(tag, dictionary, private_creator, stored)


def stored_in(dataset: Dataset, tag: int) -> Stored | None:
    """What a file has at a private tag, in the items of its sequences, too."""
    element, creator = dataset.get(tag), dataset.private_creator(tag)
    if element is not None and creator:
        return Stored("SQ" if element.items is not None else element.vr, creator)
    found = (stored_in(item, tag) for one in dataset for item in one.items or ())
    return next((one for one in found if one is not None), None)


def tags_in(value: Any, dictionary: Dictionary) -> Iterator[int]:
    """The tags in the items of a sequence that a request gives as an array of objects, at any depth."""
    if not isinstance(value, list):
        return
    for item in value:
        if isinstance(item, Mapping):
            for text, inner in item.items():
                yield dictionary.tag(text)
                yield from tags_in(inner, dictionary)


def is_private(tag: int) -> bool:
    return tag & 0x10000 != 0


def is_private_creator(tag: int) -> bool:
    return is_private(tag) and 0x10 <= tag & 0xFFFF <= 0xFF


def is_group_length(tag: int) -> bool:
    return tag & 0xFFFF == 0


def check_named(tag: int, dictionary: Dictionary, stored: LookUp = lambda tag: None) -> None:
    """Refuses a tag that is removed, kept or on the way to another, and that no creator has an entry for."""
    group, element = tag >> 16, tag & 0xFFFF
    if is_group_length(tag) or is_private_creator(tag) or dictionary.find(group, element, None) is not None:
        return
    if not is_private(tag) or not dictionary.creators_of(group, element):
        raise unknown_number(tag, dictionary, None, stored(tag))


def check_written(tag: int, dictionary: Dictionary, private_creator: str, stored: LookUp = lambda tag: None) -> None:
    """Refuses a tag that the server would write as UN, or that would crash it."""
    group, element = tag >> 16, tag & 0xFFFF
    if is_group_length(tag):
        return
    if group == ITEM_GROUP:
        raise contract_error(
            f"Tag {format_tag(tag)} delimits the items of a sequence and makes Orthanc crash; give the sequence as an "
            'array of objects: [{"gggg,eeee": "value"}]'
        )
    if is_private_creator(tag):
        check_creator_element(tag, dictionary, private_creator)
        return
    if not is_private(tag):
        if dictionary.find(group, element, None) is None:
            raise unknown_number(tag, dictionary, None)
        return
    if not private_creator:
        raise missing_creator(tag, dictionary)
    if dictionary.find(group, element, private_creator) is None:
        raise unknown_number(tag, dictionary, private_creator, stored(tag))


def check_creator_element(tag: int, dictionary: Dictionary, private_creator: str) -> None:
    """Refuses a creator element that would be written in a VR in which it reserves nothing.

    A request reserves a block where the creator element itself has an entry under the request's private creator, of a
    VR of text: measured on Orthanc 1.9.1 to 1.13.0.
    """
    group, element = tag >> 16, tag & 0xFFFF
    entry = dictionary.find(group, element, private_creator) if private_creator else None
    if entry is None:
        raise unwritable_creator(tag, dictionary, private_creator)
    if entry.vr not in TEXT_VRS:
        raise contract_error(
            f'Private creator element {format_tag(tag)} has VR {entry.vr} in its entry "{entry.name}": written so, it '
            "reserves no block; register it as LO"
        )


def unwritable_creator(tag: int, dictionary: Dictionary, private_creator: str) -> OrthancError:
    text = format_tag(tag)
    creators = likeliest(dictionary.creators_of(tag >> 16, tag & 0xFFFF), private_creator)
    line = line_to_register(tag, dictionary, private_creator or "CREATOR", name="PrivateCreatorElement")
    if creators:
        advice = f'add "PrivateCreator": "{creators[0]}" to the request, under which the dictionary has it'
        if private_creator and not looks_alike(private_creator, creators[0]):
            advice += f'; or, to reserve the block for "{private_creator}", register it: "Dictionary": {{{line}}}'
    else:
        given = "" if private_creator else ", and give the request that PrivateCreator"
        advice = f'to reserve a block in a request, register its creator element: "Dictionary": {{{line}}}{given}'
    return contract_error(
        f"Private creator element {text} can't be written: without an entry under the request's PrivateCreator Orthanc "
        f"would write it as UN, and then not know the block that it reserves; {advice}; or leave {text} out and upload "
        "files that have the element"
    )


def missing_creator(tag: int, dictionary: Dictionary) -> OrthancError:
    group, element = tag >> 16, tag & 0xFFFF
    creators = dictionary.creators_of(group, element)
    text = format_tag(tag)
    if creators:
        advice = f'add "PrivateCreator" to the request (the dictionary has this tag under {quoted(creators)})'
    else:
        advice = (
            f'add "PrivateCreator" to the request and register the tag in the configuration: '
            f'"Dictionary": {{{line_to_register(tag, dictionary, "CREATOR")}}}'
        )
        if dictionary.find(group, element, None) is not None:
            advice += " (its entry in the dictionary has no creator, and is no help when a tag is written)"
    return contract_error(
        f"Unknown private tag {text}: no PrivateCreator is given, so that Orthanc would write it as UN; {advice}"
    )


def unknown_number(tag: int, dictionary: Dictionary, creator: str | None, stored: Stored | None = None) -> OrthancError:
    """The contract's answer to a number; the line to register is that of what is `stored` where it fits the request."""
    text = format_tag(tag)
    if not is_private(tag):
        return contract_error(
            f"Unknown tag {text}: it is not in the dictionary, so that Orthanc would write it as UN; register it in "
            f'the configuration: "Dictionary": {{"{text}": ["LO", "NameOfTheTag", 1, 1]}}'
        )
    under = "" if creator is None else f' of PrivateCreator "{creator}"'
    if stored is None or creator not in (None, stored.creator) or stored.vr in ("UN", UNSUPPORTED_VR):
        vr, owner = "LO", creator or (stored.creator if stored else "CREATOR")
    else:
        vr, owner = stored.vr, stored.creator
    line = f'in the configuration: "Dictionary": {{{line_to_register(tag, dictionary, owner, vr)}}}'
    there = stored.creator if stored else None
    creators = likeliest(dictionary.creators_of(tag >> 16, tag & 0xFFFF), creator, there)
    if not creators:
        offset = f"group {tag >> 16:04x}, offset {tag & 0xFF:02x}"
        return contract_error(
            f"Unknown private tag {text}{under}: the dictionary has no entry for it ({offset}); register it {line}"
        )
    which = "that" if len(creators) == 1 else "one of them"
    advice = f"the dictionary has it under {quoted(creators)}: did you mean {which}?"
    if there is not None and there not in creators:  # even the right creator has its block elsewhere
        advice += f' In the file the block is that of "{there}".'
    if looks_alike(creator, creators[0]):
        advice += " Capitals and blanks count"
    else:
        advice += f' If it is another tag, of "{owner}", register it {line}'
    return contract_error(f"Unknown private tag {text}{under}: {advice}")
