"""Reconstruct: the main DICOM tags of what is stored, taken from the files again.

Measured on Orthanc 1.9.1 to 1.13.0: see fixtures/measurements/reconstruct.md. Metadata other than the two that speak of
main DICOM tags stay, but for their revisions, no change is noted, and nothing becomes unstable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..dicom.reader import DicomFile
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError, unhandled
from .index import index_parsed
from .level import LEVELS, Level
from .resource import Resource
from .rules import StoreRelease
from .store import Store


class ReconstructionOptions(NamedTuple):
    """What a reconstruct asks for (1.12 on): with `files` each file is stored anew, with `this_level` only the tags
    of the level asked are taken.
    """

    files: bool = False
    this_level: bool = False


def parse_options(body: Any, release: StoreRelease, *, of_all: bool = False) -> ReconstructionOptions:
    """The options of a reconstruct; a body that is None, as one that is no JSON, has none. Raises OrthancError.

    Of all that is stored, every level is reconstructed whatever is asked.
    """
    if body is None or not release.store.reads_reconstruct_options:
        return ReconstructionOptions()
    if not isinstance(body, dict):
        raise unhandled()
    this_level = not of_all and option(body, "LimitToThisLevelMainDicomTags")
    return ReconstructionOptions(option(body, "ReconstructFiles"), this_level)


def option(body: dict[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"The field {name} must contain a Boolean")
    return value


class Reconstruction(NamedTuple):
    """Reconstructs resources of one store; the caller holds its lock.

    `write_file` makes the bytes of a file as the server writes them.
    """

    store: Store
    dictionary: Dictionary
    release: StoreRelease
    read_file: Callable[[Resource], DicomFile]
    write_file: Callable[[DicomFile], bytes]

    def everything(self, options: ReconstructionOptions) -> None:
        """Reconstructs study after study: by identifier, before 1.12 as they arrived."""
        studies = self.store.resources(Level.STUDY)
        if self.release.store.lists_by_identifier:
            studies.sort(key=identifier_of)
        for study in studies:
            self.resource(study, options)

    def resource(self, resource: Resource, options: ReconstructionOptions) -> None:
        """Reconstructs a resource, what is below it and, unless limited to this level, what is above it.

        Each instance gives its tags to all that it belongs to, so that the last has its way: of several the one with
        the highest identifier, before 1.12 the first that arrived. Limited to a level, the one with the lowest alone.
        """
        instances = resource.descendants(Level.INSTANCE)
        if self.release.store.lists_by_identifier:
            instances.sort(key=identifier_of)
        else:
            instances.sort(key=number_of, reverse=True)
        if options.this_level:
            self.take(instances[:1], (resource.level,), options)
        else:
            self.take(instances, LEVELS, options)

    def take(self, instances: Iterable[Resource], levels: Iterable[Level], options: ReconstructionOptions) -> None:
        for instance in instances:
            file = self.read_file(instance)
            new = index_parsed(file, instance.file, self.dictionary, self.release)
            self.store.replace_main_tags(instance, new, levels)
            if self.release.store.counts_readings:
                self.store.count_reading(instance, levels, is_whole=not options.files and not options.this_level)
            if options.files and not options.this_level:
                self.store.replace_file(instance, self.write_file(file))


def identifier_of(resource: Resource) -> str:
    return resource.id


def number_of(resource: Resource) -> int:
    return resource.number
