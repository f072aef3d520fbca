"""How the web server of a port behaves, by the release and the configuration of the server behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..http.manners import METHODS, Manners

if TYPE_CHECKING:
    from ..server import Server


def manners_of(server: Server) -> Manners:
    """The manners of a server's port; they change with its configuration."""
    settings, rules = server.settings, server.release.rest
    return Manners(
        settings.keeps_connections,
        settings.keep_alive_seconds,
        settings.http_request_seconds,
        server.maximum_body_size,
        METHODS | rules.more_known_methods if rules.more_known_methods else METHODS,
        rules.names_unread_versions,
        rules.reads_methods_first,
        rules.takes_blanks_before_colons,
        rules.takes_chunk_extensions,
        rules.sends_nosniff,
    )
