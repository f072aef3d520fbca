"""The releases that the emulator knows, and which of them stands for another."""

from __future__ import annotations

DEFAULT_RELEASE = "1.12.7"


def known_releases() -> list[str]:
    from emulator.releases import RELEASES

    return sorted(RELEASES, key=version)


def known_release(release: str) -> str:
    if release not in known_releases():
        raise ValueError(f"The emulator does not know release {release}; it knows {', '.join(known_releases())}")
    return release


def nearest_release(release: str) -> str:
    """The newest release that the emulator knows and that is not newer than this one; else its oldest."""
    older = [one for one in known_releases() if version(one) <= version(release)]
    return older[-1] if older else known_releases()[0]


def version(release: str) -> tuple[int, ...]:
    """The numbers of a release, for comparison; a development version ("mainline") counts as the newest."""
    parts = release.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (999,)
