"""What differs between releases in this room, as data: what can be asked, what is read, how it is ordered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ..ruling import Rules
from ..store.rules import StoreRelease
from .costs import QueryCosts

#: What ResponseContent may name.
RESPONSE_CONTENT = frozenset(
    {
        "Attachments",
        "Children",
        "IsStable",
        "Labels",
        "MainDicomTags",
        "Metadata",
        "Parent",
        "RequestedTags",
        "Status",
    }
)


@dataclass(init=False, eq=False, repr=False)
class QueryRules(Rules):
    """What a find may ask, where each constraint is decided, and in which order answers come."""

    # Members of a request

    requirement: str = "should be"
    """The wording of errors about the members of a body [changed in 1.12.7]."""
    is_extended: bool = False
    """RequestedTags, ResponseContent, OrderBy, MetadataQuery, Labels, Parent... are read [1.12.7 on]."""
    response_content: frozenset[str] = frozenset()
    """What ResponseContent may name [changed in 1.12.7 and 1.13.0]."""
    has_formats: bool = False
    """The members Short and Full of a find are read [1.10.1 on]."""
    numbers_have_32_bits: bool = True
    """A Limit or Since beyond is an internal error [up to 1.10.1]."""

    # Constraints

    folds_all_letters: bool = False
    """Case is folded for all letters of Unicode, else for those of ASCII alone [1.10.1 on]."""
    main_tags_fold_all_letters: bool = False
    """The database folds the case of all letters, else of ASCII alone."""
    lists_match_any_member: bool = False
    """ "A\\B" finds a stored "A\\C" in a file [1.12.7 on]."""
    refuses_sequence_constraints: bool = False
    """A text asked of a sequence is an error, once a file has it [1.12.7 on]."""
    refuses_tags_far_below: bool = False
    """A main DICOM tag two levels below the one asked is an SQLite error [1.12.7 on]."""
    stars_skip_the_levels_below: bool = False
    """ "*" on a main DICOM tag of a lower level narrows no candidates [1.12.7 on]."""
    modality_wildcards_are_literal: bool = False
    """ "C*" as ModalitiesInStudy asks for the modality "C*" [1.12.7 on]."""
    none_of_no_labels_is_unlabelled: bool = False
    """LabelsConstraint "None" without Labels finds what has no label at all [1.13.0 on]."""

    # Candidates and order

    limits_candidates: bool = False
    """Limit cuts the candidates before files are read [1.12.7 on]."""
    repeats_candidates: bool = True
    """A candidate counts once per resource of a lower level that matches [up to 1.10.1]."""
    joins_decide_order: bool = False
    """What the server does not sort comes as the database joins it (PostgreSQL)."""
    samples_by_identifier: bool = False
    """The instance with the lowest id stands for a resource, else the first."""
    finds_modalities_apart: bool = True
    """Finds with ModalitiesInStudy have an order and a Since of their own [up to 1.10.1]."""

    # What is told

    shows_what_it_scanned: bool = False
    """The tags that were scanned or computed count as RequestedTags [1.12.7 on]."""
    computes_tags: bool = False
    """ModalitiesInStudy, NumberOfStudyRelatedInstances, ... are answered without a file [1.12.7 on]."""
    answers_access_scans: bool = False
    """StorageAccessOnFind "Answers" reads files as "Always" does [1.12.7 on]."""

    # C-FIND of the DICOM network

    identifiers_look_below: bool = False
    """A main DICOM tag of a lower level narrows what a C-FIND finds, else it finds nothing [1.12.7 on]."""
    identifiers_are_limited: bool = True
    """LimitFindResults and LimitFindInstances are heeded by a C-FIND [1.9.1 and 1.10.1 and 1.13.0]."""
    identifiers_tell_limit: bool = True
    """Answers of a C-FIND that are cut end with the status 0xFE00 (where they are limited) [up to 1.12.7]."""
    identifiers_leave_out_lower_levels: bool = True
    """A C-FIND whose keys are main DICOM tags alone answers those of a lower level empty [up to 1.10.1]."""
    identifiers_complete_sequences: bool = False
    """A C-FIND answers a sequence that a file lacks, empty [1.12.7 on]."""
    identifiers_refuse_sequences: bool = False
    """A C-FIND whose key is no sequence fails where a file has a sequence there [1.12.7 on]."""
    identifiers_return_sequences: bool = True
    """A C-FIND answers a sequence [1.9.1 and 1.10.1 and 1.13.0]."""
    identifiers_ignore_timezone: bool = False
    """TimezoneOffsetFromUTC is no constraint of a C-FIND [1.12.7 on]."""
    identifiers_ignore_creators: bool = False
    """A private creator is no constraint of a C-FIND [1.13.0 on]."""

    # Look-ups

    lookup_trims_and_folds: bool = True
    """A look-up trims the text asked for and folds its case [up to 1.12.7]."""

    # The database

    has_extended_find: bool = True
    """The database itself takes the members of a find that 1.12 added."""
    costs: QueryCosts = field(default_factory=QueryCosts)
    """The database's part in QueryPlan.estimate [changed in 1.12.7 and 1.13.0]."""


class QueryRelease(StoreRelease, Protocol):
    """What queries ask of a release."""

    @property
    def query(self) -> QueryRules: ...
