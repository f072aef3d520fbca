"""The routes and methods that a configuration takes away: "ReadOnly" and "PatientLevelEnabled".

Measured on 1.12.7 and 1.13.0.
"""

from __future__ import annotations

import re
from typing import Protocol

from .route import Route

#: What a server that is read only does not have; what else would change it is refused by the database.
WRITING = re.compile(
    r"POST /instances|POST /tools/(bulk-delete|invalidate-tags|reconstruct)|PUT /patients/[^/]+/protected|"
    r"(POST|DELETE) /(patients|studies|series|instances)/[^/]+(/reconstruct)?|"
    r"POST /[a-z]+/[^/]+/attachments/[^/]+/(compress|uncompress)|"
    r"(PUT|DELETE) /[a-z]+/[^/]+/(attachments|labels)/[^/]+"
)

#: What a server without the level of patients does not have.
OF_PATIENTS = re.compile(r"/patients(/.*)?")


class Missing(Protocol):
    """The options that matter here."""

    @property
    def is_read_only(self) -> bool: ...

    @property
    def hides_patients(self) -> bool: ...


def methods_left(route: Route, methods: tuple[str, ...], options: Missing) -> tuple[str, ...]:
    """Those of a route's methods that a configuration leaves; none where it takes the route away."""
    if options.hides_patients and OF_PATIENTS.fullmatch(route.path):
        return ()
    if options.is_read_only:
        return tuple(method for method in methods if not WRITING.fullmatch(f"{method} {route.path}"))
    return methods
