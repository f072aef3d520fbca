"""The SOP classes that a server stores when the DICOM network offers them: `/tools/accepted-sop-classes`.

Measured on Orthanc 1.12.7 and 1.13.0, which list them; older ones take most of them, and list none.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from ..errors import ErrorCode, OrthancError
from .rules import NetworkRelease

#: What all of them begin with.
ROOT = "1.2.840.10008.5.1."

#: The rest of each, by all but its last number (1.12.7).
NUMBERS = {
    "1": "27 29 30",
    "4.1.1": "1 2 3 4 5 6 7 8 9 10 11 20 30 66 67 128 129 130 131",
    "4.1.1.1": "1 2 3",
    "4.1.1.1.1": "1",
    "4.1.1.1.2": "1",
    "4.1.1.1.3": "1",
    "4.1.1.2": "1 2",
    "4.1.1.3": "1",
    "4.1.1.4": "1 2 3 4",
    "4.1.1.6": "1 2 3",
    "4.1.1.7": "1 2 3 4",
    "4.1.1.9": "1",
    "4.1.1.9.1": "1 2 3 4",
    "4.1.1.9.2": "1",
    "4.1.1.9.3": "1",
    "4.1.1.9.4": "1 2",
    "4.1.1.9.5": "1",
    "4.1.1.9.6": "1 2",
    "4.1.1.9.7": "1 2 3 4",
    "4.1.1.9.8": "1",
    "4.1.1.11": "1 2 3 4 5 6 7 8 9 10 11 12",
    "4.1.1.12": "1 2 3",
    "4.1.1.12.1": "1",
    "4.1.1.12.2": "1",
    "4.1.1.13.1": "1 2 3 4 5",
    "4.1.1.14": "1 2",
    "4.1.1.66": "1 2 3 4 5 6 7 8",
    "4.1.1.68": "1 2",
    "4.1.1.77": "1 2",
    "4.1.1.77.1": "1 2 3 4 6 7 8 9",
    "4.1.1.77.1.1": "1",
    "4.1.1.77.1.2": "1",
    "4.1.1.77.1.4": "1",
    "4.1.1.77.1.5": "1 2 3 4 5 6 7 8",
    "4.1.1.78": "1 2 3 4 5 6 7 8",
    "4.1.1.79": "1",
    "4.1.1.80": "1",
    "4.1.1.81": "1",
    "4.1.1.82": "1",
    "4.1.1.88": "1 2 3 4 11 22 33 34 35 40 50 59 65 67 68 69 70 71 72 73 74 75 76 77",
    "4.1.1.90": "1",
    "4.1.1.91": "1",
    "4.1.1.104": "1 2 3 4 5",
    "4.1.1.128": "1",
    "4.1.1.200": "2 8",
    "4.1.1.481": "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25",
    "4.1.1.501": "1 3 4 5 6",
    "4.1.1.501.2": "1 2",
    "4.1.1.601": "1 2 3 4",
    "4.34": "1 7 10",
}

SOP_CLASSES = tuple(f"{ROOT}{above}.{number}" for above, numbers in NUMBERS.items() for number in numbers.split())

#: What later releases add.
LATER_SOP_CLASSES = tuple(f"{ROOT}{rest}" for rest in ("4.1.1.601.5", "4.1.1.9.100.1", "4.1.1.9.100.2"))


def accepted_sop_classes(options: Mapping[str, Any], release: NetworkRelease) -> tuple[str, ...]:
    """The UIDs that AcceptedSopClasses and RejectedSopClasses leave, in order; raises OrthancError for other JSON.

    What AcceptedSopClasses names without wildcards need not be known; only 1.13.0 reads RejectedSopClasses.
    """
    if not release.network.lists_sop_classes:
        return ()
    known = (*SOP_CLASSES, *(LATER_SOP_CLASSES if release.network.knows_later_sop_classes else ()))
    patterns = uids(options, "AcceptedSopClasses", "list") or ["*"]
    rejected = uids(options, "RejectedSopClasses", "set") if release.network.rejects_sop_classes else []
    return chosen(known, tuple(patterns), tuple(rejected))


@lru_cache(maxsize=64)  # most servers have one and the same list: a quarter of what a new one costs
def chosen(known: tuple[str, ...], patterns: tuple[str, ...], rejected: tuple[str, ...]) -> tuple[str, ...]:
    accepted = {uid for uid in known if fits(uid, patterns)} | {uid for uid in patterns if not re.search(r"[*?]", uid)}
    return tuple(sorted(uid for uid in accepted if not fits(uid, rejected)))


def fits(uid: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(uid, pattern.replace("[", "[[]")) for pattern in patterns)


def uids(options: Mapping[str, Any], name: str, kind: str) -> list[str]:
    """The UIDs or patterns in an option; a number counts as its text."""
    value = options.get(name, [])
    if not isinstance(value, list | tuple) or not all(isinstance(uid, str | int) for uid in value):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"Badly formatted {kind} of strings: {name}")
    return [str(uid) for uid in value]
