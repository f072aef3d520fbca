"""What an emulator saw, as the text that ends the report of a failed test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..emulator import Emulator

#: How many of each are told, the last ones.
TOLD_REQUESTS = 10
TOLD_ASSOCIATIONS = 10
TOLD_DIAGNOSTICS = 10
TOLD_QUERIES = 5


def summary(emulator: Emulator) -> str:
    """What is stored, the last requests with their answers, associations, diagnostics and query plans."""
    mode = "reject" if emulator.server.rejects_unknown_tags else "as-release"
    lines = [f'{emulator!r}, unknown_tags="{mode}"']
    if emulator.requests:
        lines.append(emulator.requests.summary(TOLD_REQUESTS))
    lines += told("association", [*emulator.associations], TOLD_ASSOCIATIONS)
    lines += told("diagnostic", [*emulator.diagnostics], TOLD_DIAGNOSTICS)
    lines += told("quer", [*emulator.queries], TOLD_QUERIES, endings=("y", "ies"))
    return "\n".join(lines)


def told(what: str, things: Sequence[Any], most: int, *, endings: tuple[str, str] = ("", "s")) -> list[str]:
    """The last things with a heading that counts them; nothing where there are none."""
    if not things:
        return []
    left_out = f", the last {most} of them" if len(things) > most else ""
    return [f"{len(things)} {what}{endings[len(things) != 1]}{left_out}:", *map(str, things[-most:])]
