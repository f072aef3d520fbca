"""What differs between releases in this room, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..modification.rules import ModificationRelease
from ..ruling import Rules


@dataclass(init=False, eq=False, repr=False)
class CreationRules(Rules):
    """What `POST /tools/create-dicom` reads."""

    # Requests

    reads_encapsulate: bool = False
    """ "Encapsulate" of /tools/create-dicom: an image as it is, which takes JPEG alone [1.12.7 on]."""


class CreationRelease(ModificationRelease, Protocol):
    """What creating files asks of a release."""

    @property
    def creation(self) -> CreationRules: ...
