"""The releases of Orthanc that can be emulated: the rules of every room, a file for each release."""

from .release import DEFAULT_RELEASE, RELEASES, Release

__all__ = ["DEFAULT_RELEASE", "RELEASES", "Release"]
