"""A clear ImportError for a library that is not there, or is too old."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needed(library: str, purpose: str) -> Iterator[None]:
    """What imports a library in this context fails, where it is missing, with what to install."""
    try:
        yield
    except ImportError as error:
        raise ImportError(
            f"{purpose} needs {library}: pip install '{library}', or '.[clients]' in a clone of the emulator",
            name=error.name,
        ) from error
