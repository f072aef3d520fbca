"""How the control routes of a server are set up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ControlSettings:
    """Who may use the control routes, and what they may read.

    - `remote`: also clients from other machines may, if the server itself admits them.
    - `load_roots`: the folders below which `POST /emulator/load` reads files; without any it reads none.
    - `origins`: the pages of other servers that may ask, as `Origin` spells them; "*" stands for any.
    """

    remote: bool = False
    load_roots: tuple[Path, ...] = ()
    origins: tuple[str, ...] = ()
