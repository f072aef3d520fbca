"""A pure-Python emulator of how the Orthanc DICOM server treats private tags.

from emulator import Emulator

with Emulator({"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}) as orthanc:
    instance = orthanc.store("fixtures/ct_small.dcm")
    orthanc.tags(instance.id)

In Python a request is a method of `Emulator`; over HTTP it is answered by `Emulator.serve` on a port, and by
`Emulator.intercept`, `httpx_transport` and their like in process. `emulator.testing` has more for tests, and the pytest
plugin gives each test that takes `orthanc` an Emulator. `emulator.diagnostics.CODES` says what a server does silently.
"""

from typing import TYPE_CHECKING, Any

from .configuration.configuration import Configuration
from .diagnostics import Diagnostic
from .emulator import Emulator, Snapshot
from .errors import ErrorCode, OrthancError
from .releases import DEFAULT_RELEASE, RELEASES, Release
from .store.level import Level, LevelName
from .store.uploads import StoredInstance

if TYPE_CHECKING:
    from .query.plan import QueryPlan

__all__ = [
    "DEFAULT_RELEASE",
    "RELEASES",
    "Configuration",
    "Diagnostic",
    "Emulator",
    "ErrorCode",
    "Level",
    "LevelName",
    "OrthancError",
    "QueryPlan",
    "Release",
    "Snapshot",
    "StoredInstance",
]


def _asked(name: str) -> Any:
    """`QueryPlan`, imported when it is asked for: few programs name it, or make a query."""
    if name == "QueryPlan":
        from .query.plan import QueryPlan

        return QueryPlan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if not TYPE_CHECKING:  # or a type checker would take any name
    __getattr__ = _asked


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
