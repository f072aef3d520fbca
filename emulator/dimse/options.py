"""The options of the DICOM network in a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..configuration.configuration import count, option
from .rules import ALWAYS_ALLOWED

DEFAULT_PORT = 4242


@dataclass(frozen=True)
class DicomOptions:
    """How a server listens: its AET, whom it checks, and how long it waits (seconds, None for ever)."""

    enabled: bool
    port: int
    aet: str
    checks_called_aet: bool
    checks_host: bool
    always_allowed: Mapping[str, bool]
    timeout: float | None
    maximum_pdu_length: int
    synchronous_move: bool
    case_sensitive_names: bool

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> DicomOptions:
        """Raises OrthancError for an option of the wrong type."""
        timeout = count(options, "DicomScpTimeout", 30)
        return cls(
            enabled=bool(option(options, "DicomServerEnabled", bool, True)),
            port=count(options, "DicomPort", DEFAULT_PORT),
            aet=str(option(options, "DicomAet", str, "ORTHANC")),
            checks_called_aet=bool(option(options, "DicomCheckCalledAet", bool, False)),
            checks_host=bool(option(options, "DicomCheckModalityHost", bool, False)),
            always_allowed={
                name: bool(option(options, f"DicomAlwaysAllow{name}", bool, default))
                for name, default in ALWAYS_ALLOWED.items()
            },
            timeout=float(timeout) or None,
            maximum_pdu_length=count(options, "MaximumPduLength", 16384),
            synchronous_move=bool(option(options, "SynchronousCMove", bool, True)),
            case_sensitive_names=bool(option(options, "CaseSensitivePN", bool, False)),
        )
