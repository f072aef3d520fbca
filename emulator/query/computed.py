"""The tags that the server answers from what it counts, not from files: ModalitiesInStudy and its like.

Measured on Orthanc 1.12.7 and 1.13.0; 1.9.1 and 1.10.1 know ModalitiesInStudy alone, and look for the others in files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from ..dicom.element import Dataset, plain_text
from ..errors import ErrorCode, OrthancError
from ..store.level import Level
from ..store.resource import Resource

MODALITIES_IN_STUDY = 0x00080061
MODALITY = 0x00080060
SOP_CLASS_UID = 0x00080016
SOP_CLASSES_IN_STUDY = 0x00080062

FILE_META_GROUP = 0x0002

#: Tags that no resource has on servers that compute tags: RetrieveAETitle and RetrieveURL.
NEVER_THERE = frozenset({0x00080054, 0x00081190})


class ReadDataset(Protocol):
    """Gives the dataset of an instance."""

    def __call__(self, instance: Resource, /) -> Dataset: ...


def counts(level: Level) -> Callable[[Resource, ReadDataset], str]:
    return lambda resource, _: str(len(resource.descendants(level)))


def modalities(study: Resource, _: ReadDataset) -> str:
    return distinct(series.main_tags.get(MODALITY) for series in study.descendants(Level.SERIES))


def sop_class(instance: Resource, read_dataset: ReadDataset) -> str | None:
    element = read_dataset(instance).get(SOP_CLASS_UID)
    return None if element is None else plain_text(element.value)


def sop_classes(study: Resource, read_dataset: ReadDataset) -> str:
    return distinct(sop_class(instance, read_dataset) for instance in study.descendants(Level.INSTANCE))


def distinct(texts: Iterable[str | None]) -> str:
    """The texts without repetition, in alphabetical order, as one multi-valued text."""
    return "\\".join(sorted({text for text in texts if text}))


#: Each computed tag, with the level whose resources have it and how its text is made.
COMPUTED: dict[int, tuple[Level, Callable[[Resource, ReadDataset], str | None]]] = {
    SOP_CLASS_UID: (Level.INSTANCE, sop_class),
    0x00080056: (Level.INSTANCE, lambda *_: "ONLINE"),  # InstanceAvailability
    MODALITIES_IN_STUDY: (Level.STUDY, modalities),
    SOP_CLASSES_IN_STUDY: (Level.STUDY, sop_classes),
    0x00201200: (Level.PATIENT, counts(Level.STUDY)),  # NumberOfPatientRelatedStudies
    0x00201202: (Level.PATIENT, counts(Level.SERIES)),
    0x00201204: (Level.PATIENT, counts(Level.INSTANCE)),
    0x00201206: (Level.STUDY, counts(Level.SERIES)),  # NumberOfStudyRelatedSeries
    0x00201208: (Level.STUDY, counts(Level.INSTANCE)),
    0x00201209: (Level.SERIES, counts(Level.INSTANCE)),  # NumberOfSeriesRelatedInstances
}


def is_computed(tag: int, level: Level) -> bool:
    """Whether a server that computes tags reads no file for this one.

    Raises OrthancError (Parameter out of range) for SOPClassesInStudy of instances, as the server does.
    """
    if tag == SOP_CLASSES_IN_STUDY and level is Level.INSTANCE:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    if tag == SOP_CLASS_UID:
        return level is Level.INSTANCE
    return tag in COMPUTED or tag in NEVER_THERE or tag >> 16 == FILE_META_GROUP


def computed_text(tag: int, resource: Resource, read_dataset: ReadDataset) -> str | None:
    """The text of a computed tag, None where the resource's level does not have it."""
    level, text = COMPUTED.get(tag, (None, None))
    if text is None or level is not resource.level:
        return None
    return text(resource, read_dataset)
