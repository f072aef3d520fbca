"""What Orthanc 1.12.7 does otherwise than 1.10.1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..dicom.rules import FileRules, TextRules, WebRules
from ..dicom.transfer_syntaxes import ENCAPSULATED_1_12_7, JPIP_HIGH_THROUGHPUT, UNLISTED_1_12_7, transfer_syntaxes
from ..dicomweb.rules import QIDO_TAGS_1_12_7
from ..query.costs import QueryCosts
from ..query.rules import RESPONSE_CONTENT
from ..rest.rules import ATTACHMENT_OPERATIONS
from ..store.rules import METADATA_NAMES, main_tags
from ..system.metric_names import METRICS_1_12_7
from .orthanc_1_10_1 import ORTHANC_1_10_1 as BEFORE

#: The options that /system tells from 1.12.7 on, with their defaults.
DETAILED_SYSTEM_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "CheckRevisions": False,
        "IngestTranscoding": "",
        "MaximumPatientCount": 0,
        "MaximumStorageMode": "Recycle",
        "MaximumStorageSize": 0,
        "ReadOnly": False,
        "StorageCompression": False,
    }
)


ORTHANC_1_12_7 = replace(
    BEFORE,
    version="1.12.7",
    dcmtk_version="3.6.9",
    api_version=27,
    dicom=replace(
        BEFORE.dicom,
        files=FileRules(
            transfer_syntaxes(ENCAPSULATED_1_12_7, JPIP_HIGH_THROUGHPUT),
            unlisted_syntaxes=UNLISTED_1_12_7,
            reads_unprintable_vrs=False,
        ),
        text=TextRules(knows_underscores=True),
        web=WebRules(decides_vrs=True, keeps_decimals=True),
    ),
    json=replace(BEFORE.json, refuses_infinity=False, comments_separate=False),
    configuration=replace(
        BEFORE.configuration,
        heeds_maximum_storage_mode=True,
    ),
    dictionary=replace(
        BEFORE.dictionary,
        has_other_patient_ids_name=True,
    ),
    store=replace(
        BEFORE.store,
        main_dicom_tags=main_tags(study=(0x00080201,), series=(0x00080201, 0x00400244, 0x00400245, 0x00400275)),
        has_labels=True,
        lists_by_identifier=True,
        metadata_numbers_are_unsigned=True,
        equal_indexes_count_once=True,
        stores_main_sequences=True,
        deletions_are_updates=True,
        has_extra_main_dicom_tags=True,
        metadata_names=METADATA_NAMES,
        signs_main_dicom_tags=True,
        instances_are_checked=True,
        full_storage_status=507,
        explains_full_storage=False,
        reads_reconstruct_options=True,
        names_the_invalid_level=True,
    ),
    annotations=replace(
        BEFORE.annotations,
        attachments_check_level=True,
        attaching_to_unknown="unknown",
    ),
    query=replace(
        BEFORE.query,
        costs=QueryCosts(search_ns=0, candidate_us=5, instance_lookup_ns=148, lookup_ns=72),
        limits_candidates=True,
        refuses_tags_far_below=True,
        refuses_sequence_constraints=True,
        lists_match_any_member=True,
        shows_what_it_scanned=True,
        requirement="must be",
        is_extended=True,
        response_content=RESPONSE_CONTENT,
        numbers_have_32_bits=False,
        computes_tags=True,
        modality_wildcards_are_literal=True,
        stars_skip_the_levels_below=True,
        repeats_candidates=False,
        finds_modalities_apart=False,
        answers_access_scans=True,
    ),
    modification=replace(
        BEFORE.modification,
        names_errors_of_writing=True,
        number_lists="lenient",
        has_models=True,
        tags_of_documents=frozenset({0x00420012}),
        has_keep_labels=True,
        explains_removed_identifiers=True,
        guards_parent_identifiers=False,
        checks_overwriting_cascades=True,
        checks_patient_tags=True,
        passes_over_stored_copies=True,
        reconstructs_after_modification=True,
        modifies_by_identifier=True,
        hides_job_details=True,
        counts_failed_instances=True,
        names_parent_resources=True,
        anonymization_profiles=("2008", "2017c", "2021b", "2023b"),
        signs_customized_anonymization=True,
        transcodes_anonymized_instances=True,
        reads_lossy_quality=True,
        missing_sources_are_unknown=True,
        split_explains_foreign=True,
        counts_deletion_of_sources=True,
        copies_in_background=True,
    ),
    creation=replace(
        BEFORE.creation,
        reads_encapsulate=True,
    ),
    archives=replace(
        BEFORE.archives,
        checks_archived_level=True,
        names_archives=True,
        numbers_archived_files=True,
        takes_carets_for_nothing=True,
        posted_series_stand_alone=True,
    ),
    imaging=replace(
        BEFORE.imaging,
        requires_photometric_interpretation=False,
        rounds_rescaled_samples=False,
    ),
    jobs=replace(
        BEFORE.jobs,
        shows_runtime_of_steps=True,
        resubmissions_begin_at_zero=True,
        forgets_job_progress=True,
    ),
    network=replace(
        BEFORE.network,
        lists_sop_classes=True,
        modalities_have_retrieve_method=True,
        explains_json_members=True,
        unreachable_peer="libCURL error: Could not connect to server while accessing {url}",
        checks_echo_members=True,
        has_retrieval_jobs=True,
    ),
    system=replace(
        BEFORE.system,
        system_constants=MappingProxyType(
            {
                "Capabilities": {"HasExtendedChanges": True, "HasExtendedFind": True},
                "DefaultRetrieveMethod": "C-MOVE",
            }
        ),
        system_options=DETAILED_SYSTEM_OPTIONS,
        system_is_detailed=True,
        compresses_answers=False,
        metrics=METRICS_1_12_7,
        warns_of_reads=True,
        logs_threads=True,
    ),
    rest=replace(
        BEFORE.rest,
        error_content_type="text/plain",
        sends_nosniff=True,
        redirect_status=307,
        plus_is_blank_in_paths=True,
        more_known_methods=frozenset({"COPY", "MOVE"}),
        zero_limit_is_none=True,
        boolean_arguments_are_read=True,
        file_is_named_by_identifier=True,
        children_check_level=True,
        deletes_jobs=True,
        retrieves_by_get=True,
        smallest_compressed_answer=2048,
        names_files=True,
        opens_empty_archives=True,
        shows_whole_files=True,
        numbers_metadata=True,
        transcodes_files=True,
        may_hang_in_reconstruction=True,
        finds_no_transcoded_file=True,
        attachment_operations=ATTACHMENT_OPERATIONS,
        attachments_are_named_dcm=False,
        names_attachments=True,
        serves_ranges=True,
        names_the_unknown_tag=True,
        gets_chosen_archives=True,
        tells_absent_frames=False,
        hides_decoding_errors=True,
        names_undecodable_instances=True,
        tag_views_check_level=True,
        retrievals_need_objects=False,
        retrieval_members=(),
        filters_changes=True,
    ),
    dicomweb=replace(
        BEFORE.dicomweb,
        version="1.20",
        leaves_holes=True,
        core_failure_is_plugins=False,
        heeds_forwarding=True,
        reads_accept_lists=True,
        finds_expanded=True,
        qido_tags=QIDO_TAGS_1_12_7,
        passes_accept_on=True,
        shows_encapsulated=True,
        shows_trailing_padding=False,
        names_parents_of_unknown=True,
        has_thumbnails=True,
        tells_sent_resources=True,
        rewrites_native_frames=True,
        frame_numbers_have_no_sign=True,
        default_syntax_is_fixed=False,
        empty_syntax_is_any=False,
        failed_sequence_is_always_there=False,
        part_types_have_parameters=True,
        refused_file_is="failed",
        names_type_of_failures="twice",
    ),
)
