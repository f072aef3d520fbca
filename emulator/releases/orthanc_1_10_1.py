"""What Orthanc 1.10.1 does otherwise than 1.9.1."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ..dicom.rules import FileRules, WebRules
from ..dictionary.rules import SHOWN_NAMES
from ..dimse.rules import STRANGE_TO_1_10_1
from ..network.rules import MODALITY_PERMISSIONS
from ..rest.rules import ATTACHMENT_OPERATIONS
from .orthanc_1_9_1 import ORTHANC_1_9_1 as BEFORE

ORTHANC_1_10_1 = replace(
    BEFORE,
    version="1.10.1",
    dcmtk_version="3.6.7",
    api_version=16,
    dicom=replace(
        BEFORE.dicom,
        files=FileRules(),
        web=WebRules(),
    ),
    configuration=replace(
        BEFORE.configuration,
        heeds_dictionary_options=True,
        has_server_identifier=True,
    ),
    dictionary=replace(
        BEFORE.dictionary,
        shown_names=SHOWN_NAMES,
        names_are_unique=False,
    ),
    store=replace(
        BEFORE.store,
        refuses_large_files=True,
        full_storage_is_failure=False,
    ),
    annotations=replace(
        BEFORE.annotations,
        has_revisions=True,
        missing_deletions_are_errors=True,
        attaching_to_unknown="ignored",
    ),
    query=replace(
        BEFORE.query,
        has_formats=True,
        folds_all_letters=True,
    ),
    modification=replace(
        BEFORE.modification,
        refuses_copies_without_text_uids=False,
        replaces_attribute_tags=True,
        replaces_numbers_by_context=True,
        empties_values=True,
        refuses_empty_pixel_data=True,
        replaces_content=True,
        tags_of_documents=frozenset({0x00080016}),
        explains_wrong_sop_uids=False,
        reads_tag_paths=True,
        describes_cascades=True,
        anonymization_profiles=("2008", "2017c", "2021b"),
        anonymizes_items=True,
        maps_patient_ids=True,
        splits_instances=True,
    ),
    archives=replace(
        BEFORE.archives,
        streams_archives=True,
        shows_archive_sizes=True,
        names_job_archives=True,
    ),
    imaging=replace(
        BEFORE.imaging,
        reads_black_and_white=True,
        palette_bits=(8, 8),
        reads_wide_palettes=True,
        scales_default_window=False,
        least_slope=0.0001,
        windows_need_both=True,
    ),
    jobs=replace(
        BEFORE.jobs,
        shows_job_error_details=True,
        estimates_by_progress=True,
        begins_cascades_once=False,
        forgets_job_errors=False,
    ),
    network=replace(
        BEFORE.network,
        modality_permissions=MODALITY_PERMISSIONS,
        unreachable_modality="TCP Initialization Error: Connection refused",
        worklists_have_members=True,
        explains_full_queries=True,
    ),
    dimse=replace(
        BEFORE.dimse,
        strange_storage_classes=STRANGE_TO_1_10_1,
        moves_for_known_modalities=False,
        worklists_are_finds=False,
    ),
    system=replace(
        BEFORE.system,
        system_options=MappingProxyType({"CheckRevisions": False}),
    ),
    rest=replace(
        BEFORE.rest,
        decodes_arguments=False,
        reads_plus_signs=True,
        shows_main_tags_in_forms=True,
        has_numpy=True,
        has_attachment_info=True,
        has_bulk_operations=True,
        archives_skip_incomplete_files=True,
        explains_compressions=True,
        attachment_operations=(*ATTACHMENT_OPERATIONS, "uuid"),
        missing_attachments_vary=False,
        redirects_unsupported_images=False,
        explains_picture_errors=False,
        heeds_status_of_parts=False,
        names_unread_versions="1.0",
        reads_methods_first=False,
        takes_blanks_before_colons=True,
        header_reads="the DICOM file",
        retrievals_need_objects=True,
        retrieval_members=("TargetAet", "Timeout", "Full", "Simplify"),
    ),
    dicomweb=replace(
        BEFORE.dicomweb,
        version="1.7",
        plus_is_blank_at_last=False,
        shows_encapsulated=False,
        renders_preview=True,
        jpeg_ls_can_be_named=True,
        rle_type="image/dicom-rle",
        tells_failed_parts=True,
        refuses_other_parts=False,
        refuses_bad_streams=False,
        refused_file_is="left out",
        no_image=(500, 1),
    ),
    scripts=replace(
        BEFORE.scripts,
        plugin_version="4.0",
        has_error_codes=True,
        deletes_in_silence=False,
        calls_cstore_filter=True,
    ),
)
