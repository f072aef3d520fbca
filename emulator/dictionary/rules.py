"""What differs between releases in this room, as data: which entries can be registered, and what a name stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from ..ruling import Rules

OTHER_PATIENT_IDS = 0x00101000  # in the tables it is RETIRED_OtherPatientIDs

#: The names that the views show whatever the dictionary says: one retired attribute has kept its old name.
SHOWN_NAMES: Mapping[int, str] = MappingProxyType({OTHER_PATIENT_IDS: "OtherPatientIDs"})

#: The names that 1.9.1 has built in (measured by renaming every tag of dicom.dic).
SHOWN_NAMES_1_9_1: Mapping[int, str] = MappingProxyType(
    {
        **SHOWN_NAMES,
        0x00080018: "SOPInstanceUID",
        0x00080050: "AccessionNumber",
        0x00100010: "PatientName",
        0x00100020: "PatientID",
        0x00181090: "CardiacNumberOfImages",
        0x0020000D: "StudyInstanceUID",
        0x0020000E: "SeriesInstanceUID",
        0x00200013: "InstanceNumber",
        0x00200032: "ImagePositionPatient",
        0x00200037: "ImageOrientationPatient",
        0x00201002: "ImagesInAcquisition",
        0x00280008: "NumberOfFrames",
        0x00540081: "NumberOfSlices",
        0x00541330: "ImageIndex",
    }
)


@dataclass(init=False, eq=False, repr=False)
class DictionaryRules(Rules):
    """Which entries can be registered, and what a name stands for."""

    # Names

    shown_names: Mapping[int, str] = field(default_factory=lambda: SHOWN_NAMES_1_9_1)
    """Names of standard tags that are shown whatever the dictionary says [changed in 1.10.1]."""
    has_other_patient_ids_name: bool = False
    """ "OtherPatientIDs" is a name that a request may use [1.12.7 on]."""
    reads_bare_prefix: bool = True
    """ "0x,10" is the tag (0000,0010), by the C library of the distribution [up to 1.12.7]."""

    # Registration

    names_are_unique: bool = True
    """A registered name, rather than a tag, must be free [only 1.9.1]."""
    registers_long_vrs: bool = False
    """OD, OL, OV, SV, UC, UR and UV can be registered [1.13.0 on]."""


class DictionaryRelease(Protocol):
    """What a dictionary asks of a release."""

    @property
    def version(self) -> str: ...

    @property
    def dcmtk_version(self) -> str: ...

    @property
    def dictionary(self) -> DictionaryRules: ...
