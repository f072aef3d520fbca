"""What differs between releases in this room, as data: the servers beside this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ..dicom.transfer_syntaxes import IMPLICIT_LITTLE_ENDIAN, numbered
from ..modification.rules import ModificationRelease
from ..ruling import Rules

#: The transfer syntaxes that can be accepted from the DICOM network, in the order in which they are listed.
NEGOTIATED = (
    IMPLICIT_LITTLE_ENDIAN,
    *numbered("", "1 1.99 2"),
    *numbered("4.", "50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 70 80 81 90 91 92 93 94 95"),
    *numbered("4.", "100 101 102 103 104 105 106 107 108"),
    *numbered("", "5 6.1 6.2"),
)
NEGOTIATED_1_13_0 = (*NEGOTIATED, *numbered("4.", "110 111 112 201 202 203"))

#: What a modality may ask for, as its configuration names it.
MODALITY_PERMISSIONS = (
    "AllowEcho",
    "AllowEventReport",
    "AllowFind",
    "AllowFindWorklist",
    "AllowGet",
    "AllowMove",
    "AllowNAction",
    "AllowStore",
    "AllowTranscoding",
)


@dataclass(init=False, eq=False, repr=False)
class NetworkRules(Rules):
    """How other servers are configured, and what a request to them answers."""

    # Modalities

    modality_permissions: tuple[str, ...] = field(
        default_factory=lambda: tuple(name for name in MODALITY_PERMISSIONS if name != "AllowFindWorklist")
    )
    """Members of a modality's configuration [changed in 1.10.1]."""
    modalities_have_retrieve_method: bool = False
    """RetrieveMethod in a modality's configuration [1.12.7 on]."""
    explains_json_members: bool = False
    """A member of a wrong type in the body for a modality has "Details" [1.12.7 on]."""
    checks_echo_members: bool = False
    """CheckFind of an echo must be a Boolean [1.12.7 on]."""
    worklists_have_members: bool = False
    """The query of find-worklist may be the member Query; a list is unhandled [1.10.1 on]."""

    # Associations

    proposes_what_it_needs: bool = False
    """An association proposes what a request needs, explicit VR first, else always the same [1.12.7 on]."""
    explains_missing_contexts: bool = False
    """Errors tell which SOP class was not accepted, or can't be transcoded [1.12.7 on]."""
    reads_called_aet: bool = False
    """CalledAet of what is sent is heeded [1.12.7 on]."""
    echoes_by_own_aet: bool = False
    """LocalAet of a modality is not heeded by an echo, a worklist, store-straight and commitment [1.13.0 on]."""
    tells_dimse_status: bool = False
    """ErrorPayload has the status of a modality that failed [1.13.0 on]."""
    retrieves_for_local_aet: bool = False
    """Without TargetAet a retrieval moves to the modality's LocalAet, else to DicomAet [1.13.0 on]."""
    numbers_moves: bool = False
    """Messages of C-MOVE are numbered by a counter of the server's, from 1001 on [1.13.0 on]."""
    gets_some_as_success: bool = False
    """A C-GET that failed as a whole (0xA702) counts as success [only 1.12.7]."""
    explains_full_queries: bool = False
    """Full of a retrieval tells names and types of the tags, else numbers [1.10.1 on]."""

    # What can not be reached

    unreachable_modality: str = (
        "Failed to establish association (0006:0317 Peer aborted Association (or never connected); "
        "0006:031c TCP Initialization Error: Connection refused)"
    )
    """The end of the "Details" where a modality can't be reached [changed in 1.10.1 and 1.13.0]."""
    unreachable_peer: str = "libCURL error: Couldn't connect to server"
    """The "Details" where a peer can't be reached; {url} is what was accessed [changed in 1.12.7]."""
    names_source_resources: bool = False
    """The answer about what was sent has Resources [1.13.0 on]."""
    unknown_exports_fail: bool = False
    """An unknown resource sent to another server: an error that depends, else 404 [1.13.0 on]."""

    # Retrievals

    details_retrievals: bool = False
    """A retrieval's answer has "Details" [1.13.0 on]."""
    has_retrieval_jobs: bool = False
    """A move of nothing is a job with an answer, else {} [1.12.7 on]."""

    # What is accepted

    negotiated_transfer_syntaxes: tuple[str, ...] = NEGOTIATED
    """What AcceptedTransferSyntaxes can name, in order [changed in 1.13.0]."""
    proposes_syntaxes_anew: bool = True
    """A file in a syntax that was neither accepted nor asked for before gets another association [up to 1.10.1]."""
    lists_sop_classes: bool = False
    """There is /tools/accepted-sop-classes [1.12.7 on]."""
    knows_later_sop_classes: bool = False
    """Three SOP classes more are known [1.13.0 on]."""
    rejects_sop_classes: bool = False
    """RejectedSopClasses is read [1.13.0 on]."""


class NetworkRelease(ModificationRelease, Protocol):
    """What requests to other servers ask of a release."""

    @property
    def network(self) -> NetworkRules: ...
