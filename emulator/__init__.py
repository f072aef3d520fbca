"""A pure-Python emulator of how the Orthanc DICOM server treats private tags.

from emulator import Emulator

with Emulator({"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}) as orthanc:
    instance = orthanc.store("fixtures/ct_small.dcm")
    orthanc.tags(instance.id)

In Python a request is a method of `Emulator`; over HTTP it is answered by `Emulator.serve` on a port, and by
`Emulator.intercept`, `httpx_transport` and their like in process. `emulator.testing` has more for tests, and the pytest
plugin gives each test that takes `orthanc` an Emulator. `emulator.diagnostics.CODES` says what a server does silently.
"""

from .configuration.configuration import Configuration
from .diagnostics import Diagnostic
from .emulator import Emulator, Snapshot
from .errors import ErrorCode, OrthancError
from .query import QueryPlan
from .releases import DEFAULT_RELEASE, RELEASES, Release
from .store.level import Level, LevelName
from .store.uploads import StoredInstance

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
