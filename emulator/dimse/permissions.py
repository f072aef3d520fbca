"""Who may associate, and ask for what: DicomModalities with what each is allowed, and DicomAlwaysAllow...

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..network.modality import Modality
from .options import DicomOptions
from .rules import DimseRules

#: Why an association is rejected (PS3.8 section 9.3.4): result, source, diagnostic.
CALLED_AET_UNKNOWN = (1, 1, 7)
CALLING_AET_UNKNOWN = (1, 1, 3)


@dataclass(frozen=True)
class Permissions:
    """What a server's modalities may do."""

    options: DicomOptions
    modalities: Mapping[str, Modality]
    rules: DimseRules

    def modality(self, aet: str) -> Modality | None:
        """The first modality with an AET, whose case does not matter."""
        wanted = aet.strip().lower()
        return next((one for one in self.modalities.values() if one.aet.strip().lower() == wanted), None)

    def always(self, what: str) -> bool:
        """Whether everybody may do something."""
        if what == "Move" and self.rules.moves_for_known_modalities:
            return False
        return self.options.always_allowed.get(what, False)

    def rejection(self, called_aet: str, calling_aet: str, host: str) -> tuple[int, int, int] | None:
        """Why an association is rejected, None for one that is accepted."""
        options = self.options
        if options.checks_called_aet and called_aet.strip().lower() != options.aet.strip().lower():
            return CALLED_AET_UNKNOWN
        modality = self.modality(calling_aet)
        if modality is not None:
            # the host is compared as text: "localhost" is not 127.0.0.1 (measured)
            if options.checks_host and modality.configuration["Host"] != host:
                return CALLING_AET_UNKNOWN
            return None
        return None if any(options.always_allowed.values()) else CALLING_AET_UNKNOWN

    def allows(self, calling_aet: str, what: str) -> bool:
        """Whether an AET may do something: "Echo", "Store", "Find", "FindWorklist", "Move", "Get", "NAction"..."""
        if what == "FindWorklist" and self.rules.worklists_are_finds:
            what = "Find"
        if self.always(what):
            return True
        modality = self.modality(calling_aet)
        return modality is not None and bool(modality.configuration.get(f"Allow{what}", True))
