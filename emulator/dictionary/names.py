"""Which of several entries a name stands for.

Found on 1.9.1 to 1.13.0: with all 166 names that private.dic defines several times, and with names that were registered
several times. The server takes the first entry of its hash table, whose order this is.
"""

from __future__ import annotations

from .entry import Entry

BUCKETS = 2011


def precedence(entry: Entry) -> tuple[int, int]:
    """Of the entries with one name the server takes the one for which this is least, of equal ones the first.

    Standard tags go first, then those of repeating groups and ranges, then private ones.
    """
    if entry.repeating:
        return 1, 0
    return 2 * (entry.group % 2), bucket(entry)


def bucket(entry: Entry) -> int:
    """The place of an entry in the server's hash table."""
    tag = entry.group << 16 | entry.element
    return (tag ^ creator_hash(entry.creator or "")) % BUCKETS


def creator_hash(creator: str) -> int:
    """32 bits: the bytes of the creator, sign-extended as in C, each shifted by one byte more than the one before."""
    result = 0
    for index, byte in enumerate(creator.encode("utf-8", errors="replace"), start=1):
        signed = byte - 0x100 if byte > 0x7F else byte
        result ^= signed << 8 * (index % 4) & 0xFFFFFFFF
    return result
