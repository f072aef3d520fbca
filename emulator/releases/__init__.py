"""The releases of Orthanc that can be emulated, each in a file of its own: the rules of every room."""

from collections.abc import Mapping
from types import MappingProxyType

from .orthanc_1_9_1 import ORTHANC_1_9_1
from .orthanc_1_10_1 import ORTHANC_1_10_1
from .orthanc_1_12_7 import ORTHANC_1_12_7
from .orthanc_1_13_0 import ORTHANC_1_13_0
from .release import Release

#: The releases that can be emulated, oldest first.
RELEASES: Mapping[str, Release] = MappingProxyType(
    {release.version: release for release in (ORTHANC_1_9_1, ORTHANC_1_10_1, ORTHANC_1_12_7, ORTHANC_1_13_0)}
)

DEFAULT_RELEASE = ORTHANC_1_12_7.version


def release_named(version: str) -> Release:
    """The release of this version; raises ValueError, which names those that there are."""
    if version not in RELEASES:
        raise ValueError(f"Orthanc {version} can't be emulated; there are {', '.join(RELEASES)}")
    return RELEASES[version]


__all__ = ["DEFAULT_RELEASE", "RELEASES", "Release", "release_named"]
