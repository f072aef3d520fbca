"""A release of Orthanc: what each room of the house asks it for.

The defaults of the rules are those of the oldest release; each later one is written in terms of the one before, in a
file of its own. No room compares versions: it asks its rules for a behaviour by name.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..annotations.rules import AnnotationRules
from ..archives.rules import ArchiveRules
from ..configuration.rules import ConfigurationRules
from ..creation.rules import CreationRules
from ..dicom.rules import DicomRules
from ..dicomweb.rules import DicomWebRules
from ..dictionary.rules import DictionaryRules
from ..dimse.rules import DimseRules
from ..imaging.rules import ImagingRules
from ..jobs.rules import JobRules
from ..json.rules import JsonRules
from ..modification.rules import ModificationRules
from ..network.rules import NetworkRules
from ..query.rules import QueryRules
from ..rest.rules import RestRules
from ..ruling import Rules
from ..scripts.rules import ScriptRules
from ..store.rules import StoreRules
from ..system.rules import SystemRules


@dataclass(init=False, eq=False, repr=False)  # nobody compares releases, and to be able to would take time at import
class Release(Rules):
    """One release of Orthanc, as Debian builds it: its names, and the rules of each room."""

    version: str
    dcmtk_version: str
    api_version: int
    json: JsonRules
    configuration: ConfigurationRules
    dictionary: DictionaryRules
    dicom: DicomRules
    store: StoreRules
    annotations: AnnotationRules
    jobs: JobRules
    modification: ModificationRules
    creation: CreationRules
    archives: ArchiveRules
    imaging: ImagingRules
    query: QueryRules
    network: NetworkRules
    dimse: DimseRules
    system: SystemRules
    rest: RestRules
    dicomweb: DicomWebRules
    scripts: ScriptRules

    def __repr__(self) -> str:
        return f"<Release {self.version}>"  # its rules are many, and would fill what shows a default, as pydoc does
