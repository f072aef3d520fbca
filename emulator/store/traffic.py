"""What goes to and from the storage: the files that a server writes and reads, through its cache.

Measured with the metrics of Orthanc 1.12.7 and 1.13.0.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from ..recent import Recent
from .resource import Resource


class Traffic:
    """Counts of one server since its start; a fork begins anew.

    `cache_size` is MaximumStorageCacheSize in MB: a file that was written or read lately is a hit, and not read again.
    Safe to use from several threads.
    """

    def __init__(self, cache_size: int) -> None:
        self.cache_size = cache_size
        self.cached: Recent[str, bool] = Recent(cache_size << 20)
        self.hits = 0
        self.misses = 0
        self.bytes_read = 0
        self.bytes_written = 0
        self.lock = threading.Lock()

    def fork(self) -> Traffic:
        return Traffic(self.cache_size)

    def wrote(self, instance: Resource, size: int) -> None:
        """Counts a file that came; one that is not kept is written and removed again."""
        with self.lock:
            self.bytes_written += size
        if size == len(instance.file):
            self.cached.put(instance.file_uuid, True, size)

    def read(self, instance: Resource) -> None:
        """Counts that the file of an instance is needed."""
        self.read_all([instance])

    def read_all(self, instances: Sequence[Resource]) -> None:
        """Counts that these files are needed, one after the other."""
        if not instances:
            return
        hits, misses, size = self.cached.use_all(((one.file_uuid, len(one.file)) for one in instances), True)
        with self.lock:
            self.hits += hits
            self.misses += misses
            self.bytes_read += size

    def forget(self, instances: Iterable[Resource]) -> None:
        """Takes deleted files out of the cache."""
        for instance in instances:
            self.cached.discard(instance.file_uuid)
