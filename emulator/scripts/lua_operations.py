"""What Lua's callbacks ask to be done once they are over: modify, delete, send. Each gives the next its resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..diagnostics import Diagnostic
from ..dicom.element import format_tag
from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from ..store.level_names import level_named
from ..store.uploads import stored_by
from .asking import ask

if TYPE_CHECKING:
    from ..server import Server


def modify(server: Server, level: str, identifier: str, request: Mapping[str, Any]) -> str:
    """Modifies an instance, or a resource by a job, and gives the new one; raises OrthancError."""
    found = server.store.find(identifier)
    with stored_by("Lua"), server.contract.kept():
        server.tell(unread_creator(server, request))
        if found.level is not Level.INSTANCE:
            asked_for = level_named(level.capitalize(), server.release)
            made: str = server.modifications.modify(asked_for, identifier, request)["ID"]
            return made
        data = server.modifications.modify(Level.INSTANCE, identifier, request)
        stored = server.uploads.add(data)
    return stored.id


def delete(server: Server, identifier: str) -> str:
    """Deletes a resource of any level; raises OrthancError."""
    found = find(server, identifier)
    server.resources.delete(found.level, identifier)
    return ""


def send(server: Server, kind: str, identifier: str, name: str) -> str:
    """Sends a resource to a modality or peer, and gives it; raises OrthancError."""
    ask(server, "POST", f"/{kind}/{name}/store", identifier.encode(), script="Lua")
    return identifier


def find(server: Server, identifier: str) -> Any:
    try:
        return server.store.find(identifier)
    except OrthancError:
        raise OrthancError(ErrorCode.INEXISTENT_ITEM) from None


def unread_creator(server: Server, request: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """What is told of private tags in a request of Lua's, which has no place for their creator."""
    for name in request["Replace"]:
        try:
            tag = server.dictionary.tag(name)
        except OrthancError:
            continue
        if tag & 0x10000:
            yield Diagnostic(
                "creator-not-read",
                "Lua's ModifyInstance has no place for a private creator: the element is written with VR UN",
                "use RestApiPost('/instances/' .. id .. '/modify', ...) with \"PrivateCreator\"",
                format_tag(tag),
            )
