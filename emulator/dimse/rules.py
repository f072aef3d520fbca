"""What differs between releases in this door, as data: what is accepted, and who may ask for what."""

from __future__ import annotations

from dataclasses import dataclass

from ..ruling import Rules

#: The options DicomAlwaysAllow..., by what they allow, with their defaults.
ALWAYS_ALLOWED = {
    "Echo": True,
    "Store": True,
    "Find": False,
    "FindWorklist": False,
    "Get": False,
    "Move": False,
}

#: Storage classes that 1.12.7 accepts and 1.10.1 does not know, by what follows 1.2.840.10008.5.1.4.1.1.
STRANGE_TO_1_10_1 = frozenset("6.3 9.1.4 11.12 66.7 66.8 77.1.8 77.1.9 88.77 481.23 481.24 481.25".split())

#: The same for 1.9.1.
STRANGE_TO_1_9_1 = STRANGE_TO_1_10_1 | frozenset(
    (
        "9.6.2 9.7.1 9.7.2 9.7.3 9.7.4 9.8.1 77.1.7 88.76 91.1 104.4 104.5 200.8 "
        "481.14 481.15 481.16 481.17 481.18 481.19 481.20 481.21 481.22"
    ).split()
)


@dataclass(init=False, eq=False, repr=False)
class DimseRules(Rules):
    """The DICOM network: what is accepted, and who may ask for what."""

    strange_storage_classes: frozenset[str] = STRANGE_TO_1_9_1
    """Storage SOP classes that are refused, without their common root [changed in 1.10.1 and 1.12.7]."""
    orders_transfer_syntaxes: bool = True
    """Of several transfer syntaxes in one context the server's order decides, else the peer's [up to 1.10.1]."""
    moves_for_known_modalities: bool = True
    """DicomAlwaysAllowMove is not known: a C-MOVE needs a modality [only 1.9.1]."""
    worklists_are_finds: bool = True
    """A worklist is allowed by AllowFind, else by AllowFindWorklist [only 1.9.1]."""
    refuses_private_worklist_keys: bool = True
    """A private key in a worklist query fails once a file would match [up to 1.10.1]."""
    prefers_explicit_reports: bool = False
    """A report of storage commitment proposes explicit VR first [1.12.7 on]."""
    most_transfer_syntaxes: int = 50
    """A presentation context with more transfer syntaxes leaves the request unanswered [changed in 1.12.7]."""
    refuses_strange_aets: bool = False
    """A calling AET with control characters or a backslash leaves the request unanswered [1.13.0 on]."""
