"""What differs between releases in how files go to and from the storage, and through the caches on the way."""

from __future__ import annotations

from dataclasses import dataclass

from ..ruling import Rules


@dataclass(init=False, frozen=True)
class TrafficRules(Rules):
    """Measured with the metrics of 1.9.1, 1.10.1, 1.12.7 and 1.13.0 (fixtures/measurements/metrics.md).

    The parsed files are in a cache of `parsed_capacity` bytes; in each cache a file weighs its size and `overhead`.
    """

    parsed_capacity: int = 128 << 20
    """The capacity of the cache of parsed files, in bytes [changed in 1.13.0]."""
    overhead: int = 0
    """What a file weighs in a cache beside its size, in bytes [changed in 1.13.0]."""
    forgets_deleted: bool = True
    """What is deleted leaves the caches, else it stays there [up to 1.12.7]."""
    caches_unpacked: bool = True
    """A compressed file is in the cache as it is without compression [up to 1.12.7]."""
    writes_known_files: bool = True
    """A file that is stored already is written first, and removed again [up to 1.12.7]."""
    parses_headers: bool = False
    """/header is told of the parsed file, else the file is read [1.13.0 on]."""
    reads_images: bool = True
    """What is decoded is read each time, whether it is parsed or not [up to 1.12.7]."""
    caches_transcoded: bool = False
    """Files in other transfer syntaxes have a cache of their own [1.13.0 on]."""
    counts_each_read: bool = False
    """Ranges, checks of MD5 hashes and compressed data count as other reads do [1.13.0 on]."""
    caches_attachments_without_limit: bool = True
    """Attachments other than DICOM files are cached with MaximumStorageCacheSize 0, too [up to 1.12.7]."""
