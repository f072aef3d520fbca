"""How far a server's requests go: by default to this machine alone, since a test must not send data to a hospital."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Which hosts are reached: those of this machine, none, or any.
Scope = Literal["loopback", "none", "any"]
SCOPES: tuple[Scope, ...] = ("loopback", "none", "any")


@dataclass(frozen=True)
class Reach:
    """Which hosts a server reaches; raises ValueError for another word. No name is looked up."""

    scope: Scope = "loopback"

    def __post_init__(self) -> None:
        if self.scope not in SCOPES:
            raise ValueError(f"network must be one of {', '.join(map(repr, SCOPES))}, not {self.scope!r}")

    def allows(self, host: str) -> bool:
        """Whether a host, an address or a name, is reached; of names "localhost" alone is of this machine."""
        if self.scope != "loopback":
            return self.scope == "any"
        name = host.strip("[]").rstrip(".").lower()
        if name == "localhost" or name.endswith(".localhost"):
            return True
        from ipaddress import ip_address  # seldom asked, and 3 ms of each start

        try:
            return ip_address(name).is_loopback
        except ValueError:
            return False
