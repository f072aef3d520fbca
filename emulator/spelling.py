"""What somebody meant who misspelt a name."""

from __future__ import annotations

from collections.abc import Iterable


def what_was_meant(name: str, known: Iterable[str]) -> str | None:
    """The name that another is like, None where it is like none of those that are known; case does not matter."""
    from difflib import get_close_matches  # most processes never need it

    by_lower = {one.lower(): one for one in known}
    similar = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.8)
    return by_lower[similar[0]] if similar else None
