"""The order in which a server sorts texts, such as the names of a JSON object's members, or identifiers."""

from __future__ import annotations


def in_bytes(text: str) -> bytes:
    """The key of a text: its bytes in UTF-8, halves of surrogate pairs as they are."""
    return text.encode("utf-8", "surrogatepass")
