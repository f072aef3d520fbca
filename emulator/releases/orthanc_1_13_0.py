"""What Orthanc 1.13.0 does otherwise than 1.12.7."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..dicom.rules import META_VRS, FileRules, TextRules, WebRules
from ..dicom.transfer_syntaxes import ENCAPSULATED_1_13_0, JPIP_HIGH_THROUGHPUT, UNLISTED_1_13_0, transfer_syntaxes
from ..modification.rules import PamDetails
from ..network.rules import NEGOTIATED_1_13_0
from ..query.costs import QueryCosts
from ..query.rules import RESPONSE_CONTENT
from ..store.traffic_rules import TrafficRules
from ..system.metric_names import METRICS_1_13_0
from .orthanc_1_12_7 import DETAILED_SYSTEM_OPTIONS
from .orthanc_1_12_7 import ORTHANC_1_12_7 as BEFORE

#: What /system says of 1.13.0, as Debian builds it, beside what can be configured.
SYSTEM_CONSTANTS_1_13_0: Mapping[str, Any] = MappingProxyType(
    {
        "Capabilities": {
            "HasExtendedChanges": True,
            "HasExtendedFind": True,
            "HasKeyValueStores": True,
            "HasQueues": True,
            "HasReserveQueueValue": True,
        },
        "PatientLevelEnabled": True,
        "Performance": {
            "ConcurrentJobs": 2,
            "DicomParserCacheSize": 256,
            "DicomParserMemoryCapacity": 256,
            "DicomParserThreadsCount": 2,
            "DicomThreadsCount": 4,
            "HttpThreadsCount": 50,
            "MaximumStorageCacheSize": 0,
            "SequentialDicomReaderThreadsCount": 4,
            "StorageLoaderThreadsCount": 4,
            "StorageMemoryCapacity": 512,
            "TranscoderCacheSize": 256,
            "TranscoderMemoryCapacity": 256,
            "TranscoderThreadsCount": 4,
        },
        "ThirdPartyPatches": [],
        "ThirdPartyVersions": {
            "boost": "1.92.0",
            "civetweb": "1.16.0",
            "dcmtk": "3.7.0",
            "jsoncpp": "1.9.8",
            "libcurl": "8.23.0-rc3",
            "libjpeg": "6.2",
            "libpng": "1.6.59",
            "lua": "5.3.6",
            "openssl": "3.6.5",
            "protobuf": "3.21.12",
            "pugixml": "1.16.0",
            "sqlite": "3.53.4",
            "zlib": "1.3.2",
        },
    }
)


ORTHANC_1_13_0 = replace(
    BEFORE,
    version="1.13.0",
    dcmtk_version="3.7.0",
    api_version=31,
    dicom=replace(
        BEFORE.dicom,
        files=FileRules(
            transfer_syntaxes=transfer_syntaxes(ENCAPSULATED_1_13_0, JPIP_HIGH_THROUGHPUT),
            unlisted_syntaxes=UNLISTED_1_13_0,
            meta_vrs=META_VRS | {"OV", "SV", "UV"},
            reads_unprintable_vrs=False,
            word_sizes={"AT": 4, "OD": 8, "OF": 4, "OL": 4, "OV": 8},
        ),
        text=TextRules(
            strips_nuls=True,
            shows_words=True,
            shows_all_attribute_tags=True,
            splits_before_decoding=True,
            knows_underscores=True,
        ),
        web=WebRules(decides_vrs=True, keeps_decimals=True, is_complete=True),
    ),
    json=replace(BEFORE.json, maximum_depth=256, refuses_control_characters=True, explains_large_integers=True),
    configuration=replace(
        BEFORE.configuration,
        names_unread_configurations=False,
        expects_regular_files=True,
        names_overwriting_mode=True,
        hides_patients=True,
    ),
    dictionary=replace(
        BEFORE.dictionary,
        registers_long_vrs=True,
        reads_bare_prefix=False,
    ),
    store=replace(
        BEFORE.store,
        counts_readings=True,
        shows_patient_protection=True,
        traffic=TrafficRules(
            parsed_capacity=256 << 20,
            overhead=24,
            forgets_deleted=False,
            caches_unpacked=False,
            writes_known_files=False,
            parses_headers=True,
            reads_images=False,
            caches_transcoded=True,
            counts_each_read=True,
            caches_attachments_without_limit=False,
        ),
        stores_tags_twice=True,
    ),
    annotations=replace(
        BEFORE.annotations,
        counts_revisions=True,
        revisions_may_have_blanks=True,
        checks_md5_on_reading=True,
    ),
    query=replace(
        BEFORE.query,
        identifiers_are_limited=True,
        identifiers_tell_limit=False,
        identifiers_return_sequences=True,
        identifiers_ignore_creators=True,
        costs=QueryCosts(search_ns=0, candidate_us=5, instance_lookup_ns=82),
        none_of_no_labels_is_unlabelled=True,
        response_content=RESPONSE_CONTENT | {"IsProtected"},
        lookup_trims_and_folds=False,
    ),
    modification=replace(
        BEFORE.modification,
        compresses_pixels_alone=True,
        refuses_short_group_lengths=False,
        rewrites_untranscoded_files=True,
        checks_syntax_before_file=True,
        replaces_attribute_tag_lists=True,
        number_lists="strict",
        has_long_integers=True,
        reads_words=True,
        explains_odd_words=True,
        refuses_empty_pixel_data=False,
        png_details="ErrorCode_NotImplemented triggered from PngReader.cpp:195",
        jpeg_details="ErrorCode_NotImplemented triggered from JpegReader.cpp:63",
        pam_details=PamDetails(
            kind="ErrorCode_NotImplemented triggered from PamReader.cpp:92",
            maximum="ErrorCode_NotImplemented triggered from PamReader.cpp:68",
            colour_maximum="ErrorCode_NotImplemented triggered from PamReader.cpp:87",
            deep_colour="ErrorCode_NotImplemented triggered from ParsedDicomFile.cpp:1320",
            numbers="PAM header values exceed reasonable limits",
        ),
        places_internal_errors=True,
        has_high_throughput_syntaxes=True,
        transcodes_before_editing=True,
        explains_transcoding=False,
        names_missing_patient_tags=True,
        names_source_resources=True,
        unknown_cascades_are_out_of_range=True,
        explains_wrong_dicom_version=True,
        unknown_element_details="ErrorCode_InternalError triggered from FromDcmtkBridge.cpp:4357",
        negative_qualities_are_bad_types=True,
        bulk_goes_by_first=True,
        bulk_delete_wants_array=True,
    ),
    archives=replace(
        BEFORE.archives,
        hyphenates_archive_names=True,
        has_utf8_archives=True,
        rewrites_archived_files=True,
        leaves_out_untranscodable_files=True,
        shows_lossy_quality=True,
    ),
    imaging=replace(
        BEFORE.imaging,
        trims_frame_counts=True,
        explains_image_errors=True,
        reads_any_palette=True,
        draws_deep_colors_in_gray=True,
        orders_below_zero=False,
    ),
    jobs=replace(
        BEFORE.jobs,
        shows_job_user_data=True,
    ),
    network=replace(
        BEFORE.network,
        negotiated_transfer_syntaxes=NEGOTIATED_1_13_0,
        unreachable_modality="TCP Initialization Error: Operation now in progress",
        names_source_resources=True,
        unknown_exports_fail=True,
        details_retrievals=True,
        knows_later_sop_classes=True,
        rejects_sop_classes=True,
        echoes_by_own_aet=True,
        tells_dimse_status=True,
        retrieves_for_local_aet=True,
        numbers_moves=True,
        gets_some_as_success=False,
    ),
    dimse=replace(BEFORE.dimse, refuses_strange_aets=True),
    system=replace(
        BEFORE.system,
        system_constants=SYSTEM_CONSTANTS_1_13_0,
        system_options=MappingProxyType(
            {**DETAILED_SYSTEM_OPTIONS, "DicomDefaultRetrieveMethod": "C-MOVE", "StoreMD5ForAttachments": True}
        ),
        has_default_user=False,
        checks_passwords=True,
        metrics=METRICS_1_13_0,
        reads_ranges=True,
    ),
    rest=replace(
        BEFORE.rest,
        decodes_arguments=True,
        refuses_damaged_members=True,
        streams_gzip=True,
        indexes_from_the_end=False,
        trims_indexes=True,
        trims_picture_arguments=True,
        explains_bad_blocks=True,
        may_hang_in_reconstruction=False,
        finds_no_transcoded_file=False,
        statistics_of_unknown_are_zero=True,
        ranges_are_strict=True,
        cleans_file_names=True,
        names_undecodable_instances=False,
    ),
    dicomweb=replace(
        BEFORE.dicomweb,
        version="1.24",
        leaves_holes=False,
        explains_core_calls=True,
        reads_multipart_xml=True,
        empties_binary_in_items=True,
        renders_documents=True,
        renders_deep_colors=True,
        shows_streams_as_bulk=True,
        absent_pixel_data_is_bad_request=True,
        no_image=(415, 3000),
    ),
    scripts=replace(
        BEFORE.scripts,
        plugin_version="7.1",
        tells_stored_again=False,
        numbers_later_vrs=True,
        more_lua_functions=("DeleteKeyValue", "GetKeyValue", "SetStableStatus", "StoreKeyValue"),
        none_is_empty=True,
        cstore_filter_gives_status=True,
    ),
)
