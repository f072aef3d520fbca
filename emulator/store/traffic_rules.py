"""What differs between releases in how files go to and from the storage, and through the caches on the way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrafficRules:
    """Measured with the metrics of 1.9.1, 1.10.1, 1.12.7 and 1.13.0 (fixtures/measurements/metrics.md).

    The parsed files are in a cache of `parsed_capacity` bytes; in each cache a file weighs its size and `overhead`.
    """

    parsed_capacity: int = 128 << 20
    overhead: int = 0
    forgets_deleted: bool = True  # what is deleted leaves the caches, else it stays there
    caches_unpacked: bool = True  # a compressed file is in the cache as it is without compression
    writes_known_files: bool = True  # a file that is stored already is written first, and removed again
    parses_headers: bool = False  # /header is told of the parsed file, else the file is read
    reads_images: bool = True  # what is decoded is read each time, whether it is parsed or not
    caches_transcoded: bool = False  # files in other transfer syntaxes have a cache of their own
    counts_each_read: bool = False  # ranges, checks of MD5 hashes and compressed data count as other reads do
    caches_attachments_without_limit: bool = True  # with MaximumStorageCacheSize 0, too, other than DICOM files
