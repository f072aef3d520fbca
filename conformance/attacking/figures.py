"""What an attack has found so far, kept in a file, so that it can go on after an interruption."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

#: Growth of a process's memory, in bytes, that is told as a fault: what bounded caches may still take.
GROWTH = 8 << 20


@dataclass
class Figures:
    """The counts of one shard: `batches` are those that are done, `findings` what is wrong, to be seen again."""

    batches: int = 0
    uploads: int = 0
    accepted: int = 0
    requests: int = 0
    messages: int = 0  # bytes on a socket that may be no request
    swarms: int = 0
    tracebacks: int = 0
    failures: int = 0  # answers that say that the emulator failed
    broken: int = 0  # no answer, or one that is no HTTP
    slow: int = 0  # over 2 s, twice
    lost: int = 0  # acknowledged writes that are not there, and other contradictions
    first_memory: int = 0  # bytes, after the first batches
    last_memory: int = 0
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.uploads + self.requests + self.messages

    @property
    def wrong(self) -> int:
        return self.tracebacks + self.failures + self.broken + self.slow + self.lost + self.has_grown

    @property
    def has_grown(self) -> bool:
        return self.last_memory - self.first_memory > GROWTH

    @classmethod
    def read(cls, path: Path) -> Figures:
        """Those of a file, none where there is none."""
        if not path.exists():
            return cls()
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})

    def write(self, path: Path) -> None:
        """Writes them at once: whoever reads sees the old or the new."""
        new = path.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)), encoding="utf-8")
        os.replace(new, path)


def total(all_figures: Iterable[Figures]) -> Figures:
    """The sum of shards; memory is that of the one that has grown most."""
    summed = Figures()
    growth = -1
    for one in all_figures:
        for name in ("batches", "uploads", "accepted", "requests", "messages", "swarms"):
            setattr(summed, name, getattr(summed, name) + getattr(one, name))
        for name in ("tracebacks", "failures", "broken", "slow", "lost"):
            setattr(summed, name, getattr(summed, name) + getattr(one, name))
        for status, count in one.statuses.items():
            summed.statuses[status] = summed.statuses.get(status, 0) + count
        summed.findings += one.findings
        summed.seconds = max(summed.seconds, one.seconds)
        if one.last_memory - one.first_memory > growth:
            growth = one.last_memory - one.first_memory
            summed.first_memory, summed.last_memory = one.first_memory, one.last_memory
    return summed


def memory() -> int:
    """The bytes of memory that this process needs now, 0 where that can't be seen.

    What is free is given back to the system first: glibc keeps it, in pieces, and looks as if it grew.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def told(figures: Figures) -> str:
    """The figures in some lines."""
    megabytes = f"{figures.first_memory >> 20} to {figures.last_memory >> 20} MiB"
    by_status = ", ".join(f"{status}: {count:,}" for status, count in sorted(figures.statuses.items()))
    return "\n".join(
        (
            f"{figures.uploads:,} damaged uploads ({figures.accepted:,} taken), {figures.requests:,} odd requests, "
            f"{figures.messages:,} connections of odd bytes, {figures.swarms:,} swarms of eight clients, "
            f"in {figures.seconds:,.0f} s",
            f"  tracebacks:                     {figures.tracebacks}",
            f"  answers that the emulator failed: {figures.failures}",
            f"  no answer, or none of HTTP:     {figures.broken}",
            f"  answers over 2 s:               {figures.slow}",
            f"  lost writes, contradictions:    {figures.lost}",
            f"  memory of a process:            {megabytes}{', it has grown' if figures.has_grown else ''}",
            f"  statuses: {by_status}",
        )
    )
