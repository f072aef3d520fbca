"""Which presentation contexts are accepted, and with which transfer syntax. Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from ..dicom.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from ..network.sop_classes import LATER_SOP_CLASSES, SOP_CLASSES
from ..network.worklist_plugin import is_enabled
from ..upper_layer.negotiation import (
    ABSTRACT_SYNTAX_NOT_SUPPORTED,
    ACCEPTED,
    TRANSFER_SYNTAXES_NOT_SUPPORTED,
    Context,
    Proposed,
    Role,
)
from ..upper_layer.sop_classes import NEVER_STORAGE, SERVICES, WORKLIST_FIND

if TYPE_CHECKING:
    from ..server import Server

STORAGE_ROOT = "1.2.840.10008.5.1.4.1.1."

#: The transfer syntaxes of all that is no storage: explicit VR little endian, else the peer's first.
PLAIN = frozenset({EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN})

#: JPEG wrapped in MIME, which is listed as accepted, and is not.
NOT_NEGOTIATED = frozenset({"1.2.840.10008.1.2.6.1", "1.2.840.10008.1.2.6.2"})


class Acceptor:
    """What one server accepts now."""

    def __init__(self, server: Server) -> None:
        self.rules = server.release.dimse
        settings = server.settings
        self.storage_syntaxes = [one for one in settings.transfer_syntaxes if one not in NOT_NEGOTIATED]
        self.accepts_unknown = settings.accepts_unknown_sop_classes
        self.services = SERVICES | ({WORKLIST_FIND} if answers_worklists(server) else set())
        known = settings.sop_classes if server.release.network.lists_sop_classes else SOP_CLASSES
        self.storage = storage_classes(
            tuple(known), self.rules.strange_storage_classes, server.release.network.knows_later_sop_classes
        )

    def negotiated(self, proposed: Iterable[Proposed]) -> tuple[Context, ...]:
        """What becomes of each context; of several of one number the last that is accepted counts (measured)."""
        found: dict[int, Context] = {}
        for one in proposed:
            context = self.context(one)
            before = found.get(context.number)
            if before is None or before.result != ACCEPTED or context.result == ACCEPTED:
                found[context.number] = context
        return tuple(found.values())

    def context(self, proposed: Proposed) -> Context:
        """What becomes of one context: a result other than 0 refuses it (PS3.8 table 9-18)."""
        offered = proposed.transfer_syntaxes
        syntax: str | None
        if proposed.abstract_syntax in self.services:
            taken = sorted((one for one in offered if one in PLAIN), key=lambda one: one != EXPLICIT_LITTLE_ENDIAN)
            if not taken:
                return refused(proposed, TRANSFER_SYNTAXES_NOT_SUPPORTED)
            syntax = taken[0]
        elif self.is_storage(proposed.abstract_syntax):
            syntax = self.storage_syntax(offered)
        else:
            return refused(proposed, ABSTRACT_SYNTAX_NOT_SUPPORTED)
        if syntax is None:
            return refused(proposed, ABSTRACT_SYNTAX_NOT_SUPPORTED)
        return Context(proposed.number, proposed.abstract_syntax, syntax, ACCEPTED)

    def roles(self, proposed: Mapping[str, Role]) -> dict[str, Role]:
        """The roles that are answered as they were proposed: those of storage classes."""
        return {sop_class: role for sop_class, role in proposed.items() if self.is_storage(sop_class)}

    def is_storage(self, abstract_syntax: str) -> bool:
        if abstract_syntax in self.storage:
            return True
        return self.accepts_unknown and abstract_syntax not in NEVER_STORAGE

    def storage_syntax(self, offered: Iterable[str]) -> str | None:
        found = [one for one in offered if one in self.storage_syntaxes]
        if self.rules.orders_transfer_syntaxes:
            found.sort(key=own_order)
        return found[0] if found else None


@lru_cache(maxsize=16)
def storage_classes(known: tuple[str, ...], strange: frozenset[str], knows_later: bool) -> frozenset[str]:
    """The storage classes that are accepted, which many associations ask for and few servers change."""
    later = () if knows_later else LATER_SOP_CLASSES
    return frozenset(one for one in known if one.removeprefix(STORAGE_ROOT) not in strange).difference(later)


def refused(proposed: Proposed, result: int) -> Context:
    """A context that is refused: whatever was offered, the answer has implicit VR (measured)."""
    return Context(proposed.number, proposed.abstract_syntax, IMPLICIT_LITTLE_ENDIAN, result)


def own_order(syntax: str) -> tuple[bool, bool, list[int]]:
    """Explicit VR little endian, implicit VR, then by the numbers of the UID."""
    return syntax != EXPLICIT_LITTLE_ENDIAN, syntax != IMPLICIT_LITTLE_ENDIAN, [*map(int, syntax.split("."))]


def answers_worklists(server: Server) -> bool:
    """Whether the plugin for worklists, or a script, answers them."""
    return is_enabled(server.configuration.options) or server.extensions.answering("worklist") is not None
