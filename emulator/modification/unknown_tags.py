"""The documented contract: a request that writes a private tag which the dictionary does not know gets 400.

Real servers write such a tag as UN, or answer 500 to an unknown name; `unknown_tags="as-release"` does the same.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from ..dicom.element import format_tag
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from .request import ModificationRequest


def check_tags(request: ModificationRequest, dictionary: Dictionary, private_creator: str) -> None:
    """Refuses a modification that names a tag which is not in the dictionary.

    A private tag that is written must be known under the request's private creator, one that is removed or kept
    under any. Raises OrthancError (Unknown DICOM tag, 400) whose details say how to mend the request.
    """
    for path in (*request.remove, *request.keep):
        if not known_under_any_creator(path.tag, dictionary):
            raise unknown_number(path.tag, None)
    for path, value in request.replace.items():
        for tag in (path.tag, *tags_in(value, dictionary)):
            check_written(tag, dictionary, private_creator)


def tags_in(value: Any, dictionary: Dictionary) -> Iterator[int]:
    """The tags in the items of a sequence that a request gives as an array of objects, at any depth."""
    if not isinstance(value, list):
        return
    for item in value:
        if isinstance(item, Mapping):
            for text, inner in item.items():
                yield dictionary.tag(text)
                yield from tags_in(inner, dictionary)


def is_reserved(tag: int) -> bool:
    """Whether a number needs no entry: group lengths, and the creator elements of odd groups."""
    element = tag & 0xFFFF
    return element == 0 or (tag & 0x10000 != 0 and 0x10 <= element <= 0xFF)


def known_under_any_creator(tag: int, dictionary: Dictionary) -> bool:
    group, element = tag >> 16, tag & 0xFFFF
    if is_reserved(tag) or dictionary.find(group, element, None) is not None:
        return True
    return bool(group % 2 and dictionary.creators_of(group, element))


def check_written(tag: int, dictionary: Dictionary, private_creator: str) -> None:
    group, element = tag >> 16, tag & 0xFFFF
    if is_reserved(tag):
        return
    creator = private_creator if group % 2 else None
    if dictionary.find(group, element, creator or None) is not None:
        return
    if creator == "":
        raise missing_creator(tag, dictionary.creators_of(group, element))
    raise unknown_number(tag, creator)


def missing_creator(tag: int, creators: list[str]) -> OrthancError:
    text = format_tag(tag)
    if creators:
        known = ", ".join(f'"{creator}"' for creator in creators[:5])
        advice = f'add "PrivateCreator" to the request (the dictionary has this tag under {known})'
    else:
        advice = (
            f'add "PrivateCreator" to the request and register the tag in the configuration: '
            f'"Dictionary": {{"{text}": ["LO", "NameOfTheTag", 1, 1, "CREATOR"]}}'
        )
    return contract_error(
        f"Unknown private tag {text}: no PrivateCreator is given, so that Orthanc would write it as UN; {advice}"
    )


def unknown_number(tag: int, creator: str | None) -> OrthancError:
    text = format_tag(tag)
    if not tag & 0x10000:
        return contract_error(
            f"Unknown tag {text}: it is not in the dictionary, so that Orthanc would write it as UN; register it in "
            f'the configuration: "Dictionary": {{"{text}": ["LO", "NameOfTheTag", 1, 1]}}'
        )
    under = "" if creator is None else f' of PrivateCreator "{creator}"'
    offset = f"group {tag >> 16:04x}, offset {tag & 0xFF:02x}"
    return contract_error(
        f"Unknown private tag {text}{under}: the dictionary has no entry for it ({offset}); register it in the "
        f'configuration: "Dictionary": {{"{text}": ["LO", "NameOfTheTag", 1, 1, "{creator or "CREATOR"}"]}}'
    )


def unknown_name(name: str, dictionary: Dictionary) -> OrthancError:
    """The contract's answer to a name that the dictionary does not know."""
    names = (entry.name for entry in dictionary)
    similar = difflib.get_close_matches(name, names, n=1, cutoff=0.8)
    guess = f' (did you mean "{similar[0]}"?)' if similar else ""
    return contract_error(
        f'Unknown tag "{name}": the dictionary has no such name{guess}; write its number as "gggg,eeee", or register '
        f'it in the configuration: "Dictionary": {{"gggg,eeee": ["LO", "{name}", 1, 1, "CREATOR"]}}'
    )


def contract_error(details: str) -> OrthancError:
    return OrthancError(ErrorCode.UNKNOWN_DICOM_TAG, details, http_status=400)
