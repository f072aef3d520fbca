"""Orthanc 1.9.1, the oldest release that is emulated: the defaults of all rules are its own."""

from __future__ import annotations

from ..annotations.rules import AnnotationRules
from ..archives.rules import ArchiveRules
from ..configuration.rules import ConfigurationRules
from ..creation.rules import CreationRules
from ..dicom.rules import DicomRules, FileRules, TextRules, WebRules
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
from ..scripts.rules import ScriptRules
from ..store.rules import StoreRules
from ..system.rules import SystemRules
from .release import Release

ORTHANC_1_9_1 = Release(
    version="1.9.1",
    dcmtk_version="3.6.5",
    api_version=11,
    json=JsonRules(),
    configuration=ConfigurationRules(),
    dictionary=DictionaryRules(),
    dicom=DicomRules(
        files=FileRules(long_unknown_vrs=frozenset({b"lt", b"ox"})),
        text=TextRules(gb18030_has_plane_2=True),
        web=WebRules(names_unknown=False, shows_empty_binary=True),
    ),
    store=StoreRules(),
    annotations=AnnotationRules(),
    jobs=JobRules(),
    modification=ModificationRules(),
    creation=CreationRules(),
    archives=ArchiveRules(),
    imaging=ImagingRules(),
    query=QueryRules(),
    network=NetworkRules(),
    dimse=DimseRules(),
    system=SystemRules(),
    rest=RestRules(),
    dicomweb=DicomWebRules(
        plus_is_blank_at_last=True,
        jpeg_ls_can_be_named=False,
        rle_type="image/x-dicom-rle",
        tells_failed_parts=False,
        refuses_other_parts=True,
        refuses_bad_streams=True,
        refused_file_is="error",
    ),
    scripts=ScriptRules(),
)
