"""What one can regret of an entry's private creator."""

from __future__ import annotations

from .mending import LARGEST_CREATOR, plain_creator
from .regret import PLACEHOLDER, Registration, Regret, Section, alike


def creator_impossible(one: Registration, section: Section) -> Regret | None:
    creator = one.entry.creator
    if creator is None:
        return None
    reasons = (
        ("is longer than 64 characters, the most that a creator can have", len(creator) > LARGEST_CREATOR),
        ("has a backslash, which separates values; a creator is one value", "\\" in creator),
        ("has control characters, which no creator can have", any(ord(char) < 32 for char in creator)),
        ("ends with blanks, which the server strips from the creators of files", creator != creator.rstrip(" ")),
        ("begins with blanks: a file whose creator does not is another's", creator != creator.lstrip(" ")),
        (
            "is not ASCII: the server compares bytes, and files in another character set than UTF-8 have others",
            not creator.isascii(),
        ),
    )
    reason = next((text for text, applies in reasons if applies), None)
    if reason is None:
        return None
    repair = {"creator": plain_creator(creator) or PLACEHOLDER} if creator.isascii() else {}  # another one's, without ö
    return Regret(
        "creator-impossible",
        f'the creator "{printable(creator)}" {reason}',
        "write the creator as the files have it, without padding",
        repair,
    )


def printable(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def creator_alike(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.creator is None:
        return None
    others = section.creators.get((entry.group, alike(entry.creator)), set()) - {entry.creator}
    others = {other for other in others if is_plain(other)}  # what is wrong with one that is not is told of it
    if not others:
        return None
    other = min(others)
    known = section.dictionary.find(entry.group, entry.element, other) is not None
    return Regret(
        "creator-alike",
        f'"{entry.creator}" and "{other}" both have entries in group {entry.group:04x}; to the server they are two',
        f'if they are one, write "{other}"; case and inner blanks matter'
        + (": the element has an entry then" if known else ""),
    )


def is_plain(creator: str) -> bool:
    return creator == plain_creator(creator)
