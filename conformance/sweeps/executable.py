"""The executable that a sweep starts: is it of a release that the emulator knows?"""

from __future__ import annotations

from pathlib import Path

from emulator import RELEASES

from ..targets.live import ExecutableTarget


def release_of(executable: str, root: Path | None) -> str:
    """The release of an executable; ends the process where it is none of the emulator's."""
    target = ExecutableTarget(executable, root)
    target.close()
    return check_release(target.release)


def check_release(release: str) -> str:
    if release not in RELEASES:
        raise SystemExit(f"Orthanc {release} is none of {', '.join(RELEASES)}")
    return release
