"""What goes to and from the storage: the files that a server writes, reads and parses, through its caches.

Measured with the metrics of Orthanc 1.12.7 and 1.13.0; earlier releases tell of the parsed files alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ..threads import lock
from .attachment import Attachment
from .numbered_names import DICOM
from .recent import RecentKeys
from .resource import Resource
from .traffic_rules import TrafficRules

#: A capacity that is never reached.
UNLIMITED = 1 << 60


@lru_cache(maxsize=1024)
def same_size(size: int) -> int:
    """The same number, once for the many files of a series that are of one size: it takes 32 bytes."""
    return size


class Cache:
    """A cache of files of the storage, and how often what was asked for was in it."""

    def __init__(self, capacity: int) -> None:
        self.kept: RecentKeys[object] = RecentKeys(capacity)
        self.hits = 0
        self.misses = 0

    def use(self, key: object, weight: int) -> bool:
        """Whether it was there; now it is, if it is not too heavy."""
        hits, misses, _ = self.kept.use_all([(key, weight)])
        self.hits += hits
        self.misses += misses
        return bool(hits)


class Traffic:
    """Counts of one server since its start; a fork begins anew.

    `cache_size` is MaximumStorageCacheSize in MB: a file that was written or read lately is a hit, and not read again;
    with 0 all is read. Safe to use from several threads.
    """

    def __init__(self, cache_size: int, rules: TrafficRules) -> None:
        self.cache_size = cache_size
        self.rules = rules
        self.caches_files = cache_size > 0
        self.caches_attachments = self.caches_files or rules.caches_attachments_without_limit
        self.storage = Cache(cache_size << 20 if self.caches_files else UNLIMITED)
        self.parsed = Cache(rules.parsed_capacity)
        self.transcoded = Cache(rules.parsed_capacity)
        #: The keys, in the cache of the storage, of what a file was transcoded to.
        self.transcoded_files: dict[str, dict[tuple[str, str], None]] = {}
        self.bytes_read = 0
        self.bytes_written = 0
        self.removed = 0  # files
        self.lock = lock()

    def fork(self) -> Traffic:
        return Traffic(self.cache_size, self.rules)

    # Files that come and go

    def wrote(self, instance: Resource) -> None:
        """Counts the file of a new instance, and what is stored with it."""
        if instance.attachments:
            for number, attachment in instance.attachments.items():
                self.attached(number, attachment)
        else:
            self.put(instance.file_uuid, len(instance.file), len(instance.file), is_cached=self.caches_files)

    def wrote_in_vain(self, instance: Resource, size: int) -> None:
        """Counts a file, of so many bytes, of an instance that is stored already."""
        self.forget_parsed(instance)
        if self.rules.writes_known_files:
            with self.lock:
                self.bytes_written += size
                self.removed += 1

    def attached(self, number: int, attachment: Attachment) -> None:
        """Counts an attachment that is new in the storage."""
        is_cached = self.caches_files if number == DICOM else self.caches_attachments
        cached_size = attachment.size if self.rules.caches_unpacked else attachment.stored_size
        self.put(attachment.uuid, attachment.stored_size, cached_size, is_cached=is_cached)

    def put(self, uuid: str, size: int, cached_size: int, *, is_cached: bool) -> None:
        with self.lock:
            self.bytes_written += size
        if is_cached:
            self.storage.kept.put(uuid, same_size(cached_size + self.rules.overhead))

    def forget(self, resource: Resource) -> None:
        """Takes a resource's files out of the caches: they are deleted."""
        if resource.file_uuid:
            self.forget_parsed(resource)
            self.forget_file(resource.file_uuid)
        for number, attachment in resource.attachments.items():
            if number != DICOM:
                self.forget_file(attachment.uuid)

    def forget_file(self, uuid: str) -> None:
        with self.lock:
            self.removed += 1
            transcoded = self.transcoded_files.pop(uuid, ())
        if self.rules.forgets_deleted:
            for key in (uuid, *transcoded):
                self.storage.kept.discard(key)

    def forget_parsed(self, instance: Resource) -> None:
        if self.rules.forgets_deleted:
            self.parsed.kept.discard(instance.id)

    # Files that are needed

    def read(self, instance: Resource) -> None:
        """Counts that the file of an instance is needed."""
        self.read_all([instance])

    def read_all(self, instances: Sequence[Resource]) -> int:
        """Counts that these files are needed, one after the other; the bytes that they take in the storage."""
        # of 7,000 files in a scan: no call for those that have no other attachment, and lists, not generators
        sizes = [stored_size(one) if one.attachments else len(one.file) for one in instances]
        self.read_files(zip([one.file_uuid for one in instances], sizes, strict=True))
        return sum(sizes)

    def read_files(self, files: Iterable[tuple[object, int]]) -> None:
        overhead = self.rules.overhead
        if self.caches_files:
            weights = ((key, size + overhead) for key, size in files) if overhead else files
            hits, misses, size = self.storage.kept.use_all(weights)
            size -= misses * overhead
        else:
            sizes = [size for _, size in files]
            hits, misses, size = 0, len(sizes), sum(sizes)
        with self.lock:
            self.storage.hits += hits
            self.storage.misses += misses
            self.bytes_read += size

    def read_attachment(self, number: int, attachment: Attachment) -> None:
        """Counts that an attachment is needed as it is, or unpacked."""
        if number != DICOM and self.caches_attachments and not self.caches_files:
            self.storage.use(attachment.uuid, attachment.stored_size + self.rules.overhead)
        else:
            self.read_files([(attachment.uuid, attachment.stored_size)])

    def read_past_cache(self, attachment: Attachment) -> None:
        """Counts a read of what stands in the storage: to check its hash, or to answer it compressed."""
        if self.rules.counts_each_read:
            self.read_files([(attachment.uuid, attachment.stored_size)])
        else:
            with self.lock:
                self.bytes_read += attachment.stored_size

    def read_range(self, attachment: Attachment, start: int, size: int) -> None:
        """Counts that so many bytes of an attachment are needed; without the whole file they are read."""
        if not self.rules.counts_each_read:
            return
        is_known = attachment.uuid in self.storage.kept
        read_before = self.bytes_read
        self.read_files([((attachment.uuid, start, size), size)])
        if is_known:
            self.bytes_read = read_before

    def parse(self, instance: Resource) -> None:
        """Counts that the parsed file of an instance is needed."""
        if not self.is_parsed(instance):
            self.read(instance)

    def is_parsed(self, instance: Resource) -> bool:
        """Whether the parsed file of an instance is in its cache; now it is."""
        key = instance.id if self.rules.forgets_deleted else instance.file_uuid
        with self.lock:
            return self.parsed.use(key, len(instance.file) + self.rules.overhead)

    def decode(self, instance: Resource) -> None:
        """Counts that an image of an instance is needed."""
        if not self.is_parsed(instance) or self.rules.reads_images:
            self.read(instance)

    def transcode(self, instance: Resource, transfer_syntax: str, size: int, *, is_kept: bool = False) -> None:
        """Counts that a file is needed in a transfer syntax, in which it has so many bytes.

        `is_kept` says that it stays in the cache of the storage, where the release has no other for it.
        """
        key = (instance.file_uuid, transfer_syntax)
        weight = size + self.rules.overhead
        with self.lock:
            if self.rules.caches_transcoded:
                is_known = self.transcoded.use(key, weight)
            else:
                is_known = is_kept and self.caches_files and self.keeps_transcoded(key, weight)
        if not is_known:
            self.read(instance)

    def keeps_transcoded(self, key: tuple[str, str], weight: int) -> bool:
        """Whether what a file was transcoded to was in the cache of the storage; now it is, uncounted at first."""
        if key in self.storage.kept:
            return self.storage.use(key, weight)
        self.storage.kept.put(key, weight)
        self.transcoded_files.setdefault(key[0], {})[key] = None
        return False


def stored_size(instance: Resource) -> int:
    """The bytes that the file of an instance takes in the storage."""
    attachment = instance.attachments.get(DICOM)
    return len(instance.file) if attachment is None else attachment.stored_size
