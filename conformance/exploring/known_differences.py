"""Where the emulator is known to answer otherwise than a release: `explore` counts these and does not report them.

An entry is a debt with a reason, not an excuse: what can be mended is mended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..comparing.normalising import NormalEntry


@dataclass(frozen=True)
class Occurrence:
    """A request to which the two targets answered otherwise: the normalised entries of both, and what differs."""

    release: str
    emulator: NormalEntry
    live: NormalEntry
    paths: Sequence[str]

    @property
    def method(self) -> str:
        return str(self.live.get("request", {}).get("method", ""))

    @property
    def route(self) -> str:
        return str(self.live.get("request", {}).get("path", ""))

    @property
    def body(self) -> Any:
        return self.live.get("request", {}).get("json")

    def mentions(self, *words: str) -> bool:
        """Whether the request's body has one of the words."""
        text = json.dumps(self.body)
        return any(word in text for word in words)


@dataclass(frozen=True)
class KnownDifference:
    """`when` tells the occurrences that it stands for.

    `spoils_the_rest` says that the two targets hold different things afterwards, so that no later answer counts.
    """

    reason: str
    when: Callable[[Occurrence], bool] = field(repr=False)
    spoils_the_rest: bool = True


def is_length_of_generated_values(occurrence: Occurrence) -> bool:
    """Whether all that differs is where lengths of generated UIDs, names and numbers show.

    That is the bytes of elements without a VR that hold such, and the lengths of groups of which one does: in files,
    and in the views of tags.
    """
    shown = json_of(occurrence.live)
    named = {tag[:4] for tag, value in shown.items() if "«" in str(value)}
    lengths = {f"answer.json.{group},0000{member}" for group in named for member in ("", ".Value")}
    dataset = occurrence.live.get("answer", {}).get("dicom", {}).get("dataset", [])
    generated = {one["tag"][:4] for one in dataset if "«" in str(one)}
    free = {
        f"answer.dicom.dataset({one['tag']}).value"
        for one in dataset
        if (not one["vr"] and "«uid" in str(one.get("value")))
        or (one["tag"].endswith(",0000") and one["tag"][:4] in generated)
    }
    return bool(occurrence.paths) and set(occurrence.paths) <= free | lengths


def is_order_of_generated_identifiers(occurrence: Occurrence) -> bool:
    """Whether 1.13.0 was asked for several resources, of which some are missing and some have generated identifiers."""
    named = str((occurrence.body or {}).get("Resources")) if isinstance(occurrence.body, dict) else ""
    of_many = occurrence.release == "1.13.0" and occurrence.route in ("/tools/bulk-modify", "/tools/bulk-anonymize")
    return of_many and "«id" in named


def is_end_of_odd_words(occurrence: Occurrence) -> bool:
    """Whether all that differs is on which side of the last byte of words the NUL stands that was put to them."""
    sides = [
        entry.get("answer", {}).get("dicom", {}).get("dataset", []) for entry in (occurrence.emulator, occurrence.live)
    ]
    values = [{f"answer.dicom.dataset({one['tag']}).value": str(one.get("value")) for one in side} for side in sides]
    return bool(occurrence.paths) and all(
        one[:-2] == other[:-2] and "\0" in one[-2:] and one[-2:] == other[-2:][::-1]
        for one, other in ((values[0].get(path, ""), values[1].get(path, "")) for path in occurrence.paths)
    )


def lists_equal_numbers(occurrence: Occurrence) -> bool:
    """Whether instances of one InstanceNumber are listed, of which some have identifiers that were generated."""
    listed = occurrence.live.get("answer", {}).get("json")
    if not occurrence.route.endswith("/instances") or not isinstance(listed, list) or "«id" not in str(listed):
        return False
    numbers = [str(one.get("MainDicomTags", {}).get("InstanceNumber")) for one in listed if isinstance(one, dict)]
    return len(numbers) > len(set(numbers))


def needs_a_codec(occurrence: Occurrence) -> bool:
    """Whether the emulator says that it has no codec: a row of the documented table."""
    is_refused = occurrence.emulator.get("answer", {}).get("status") == 501
    return is_refused and "has no codecs" in str(json_of(occurrence.emulator).get("Details"))


def makes_implicit_copies(occurrence: Occurrence) -> bool:
    """Whether a cascade was to make implicit VR copies that can't be parsed: rows of the documented table."""
    sides = (json_of(occurrence.emulator), json_of(occurrence.live))
    asked = occurrence.body if isinstance(occurrence.body, dict) else sides[0].get("Content", {})
    said = [str(side.get(member)) for side in sides for member in ("Details", "ErrorDetails")]
    is_bad_file = any("Cannot parse an invalid DICOM file" in one for one in said)
    return asked.get("Transcode") == "1.2.840.10008.1.2" and is_bad_file


def json_of(entry: NormalEntry) -> dict[str, Any]:
    """The members of an answer that is an object of JSON."""
    body = entry.get("answer", {}).get("json")
    return body if isinstance(body, dict) else {}


KNOWN_DIFFERENCES: Sequence[KnownDifference] = (
    KnownDifference(
        "1.13.0 treats missing resources as what the first identifier in the alphabet is, which it may have generated",
        is_order_of_generated_identifiers,
    ),
    KnownDifference(
        "lengths of generated values show in group lengths, and in sequences of implicit VR files, compared as bytes",
        is_length_of_generated_values,
        spoils_the_rest=False,
    ),
    KnownDifference(
        "Transcode to implicit VRs of an element in another VR than the dictionary's: copies that can't be read",
        makes_implicit_copies,
    ),
    KnownDifference(
        "words of odd length in a big endian file that /content has shown are copied as they were shown",
        is_end_of_odd_words,
        spoils_the_rest=False,
    ),
    KnownDifference(
        "instances of one InstanceNumber are listed by identifier, which may be a generated one",
        lists_equal_numbers,
        spoils_the_rest=False,
    ),
    KnownDifference("pixel data to or from JPEG and the like: 501, and the server may say why it can't", needs_a_codec),
)


def known_difference(occurrence: Occurrence) -> KnownDifference | None:
    """The entry that stands for an occurrence, None for a new difference."""
    return next((known for known in KNOWN_DIFFERENCES if known.when(occurrence)), None)
