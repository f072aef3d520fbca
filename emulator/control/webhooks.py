"""Webhooks: what happens is posted to URLs, in the thread of the request and before its answer is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..errors import OrthancError
from ..extensions import Event, Listener
from ..network.peer import Peer
from .members import ControlError, Member
from .route import ControlCall, ControlRoute

if TYPE_CHECKING:
    from ..server import Server

#: How many webhooks a server has.
MOST_WEBHOOKS = 100

#: After so many seconds without an answer a delivery counts as failed.
SECONDS = 5


class Webhook(Listener):
    """One URL that is told of some kinds of events; `failed` counts what did not arrive."""

    def __init__(self, server: Server, number: int, url: str, kinds: Iterable[str]) -> None:
        super().__init__(kinds, self.deliver)
        self.server = server
        self.number = number
        self.url = url
        self.delivered = self.failed = 0

    def deliver(self, event: Event) -> None:
        """Posts an event; a host that is not reached, or an error there, is counted."""
        body = json.dumps({"event": event.kind, "level": event.level, "id": event.id}).encode()
        peer = Peer(self.url, headers={"Content-Type": "application/json"}, timeout=SECONDS)
        try:
            status, _ = self.server.network.web.request(peer, "POST", "", body)
        except OrthancError:
            status = 599
        self.delivered += status < 400
        self.failed += status >= 400

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.number,
            "url": self.url,
            "events": sorted(self.kinds),
            "delivered": self.delivered,
            "failed": self.failed,
        }


def webhooks(server: Server) -> list[Webhook]:
    return [one for one in server.extensions.all if isinstance(one, Webhook)]


def add(call: ControlCall) -> Any:
    server, there = call.controlled.server, webhooks(call.controlled.server)
    if len(there) >= MOST_WEBHOOKS:
        raise ControlError(409, f"There are {MOST_WEBHOOKS} webhooks: delete one first")
    if not call.values["url"].startswith(("http://", "https://")):
        raise ControlError(400, '"url" must begin with http:// or https://', "url")
    number = max((one.number for one in there), default=0) + 1
    try:
        made = Webhook(server, number, call.values["url"], call.values["events"])
    except ValueError as error:
        raise ControlError(400, str(error), "events") from None
    server.extend(made)
    return made.to_json()


def listed(call: ControlCall) -> Any:
    return [one.to_json() for one in webhooks(call.controlled.server)]


def clear(call: ControlCall) -> Any:
    for one in webhooks(call.controlled.server):
        call.controlled.server.drop(one)
    return {}


ROUTES = (
    ControlRoute(
        "POST",
        "/webhooks",
        add,
        'Posts events to a URL from now on: {"event": "StableStudy", "level": "Study", "id": "..."}.',
        (
            Member(
                "url", "text", "where to; hosts are reached by the rule of peers: those of this machine", required=True
            ),
            Member("events", "texts", "which kinds, such as NewInstance, Stored, StableStudy", required=True),
        ),
        answer="The webhook, with what was delivered and what failed",
        status=201,
        statuses={409: f"there are {MOST_WEBHOOKS} webhooks"},
    ),
    ControlRoute("GET", "/webhooks", listed, "The webhooks, with what was delivered.", answer="The webhooks"),
    ControlRoute("DELETE", "/webhooks", clear, "No webhook is told any more."),
)
