"""What differs between releases in this room, as data: how a configuration is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..json.rules import JsonRelease
from ..ruling import Rules


@dataclass(init=False, eq=False, repr=False)
class ConfigurationRules(Rules):
    """How a configuration file is found and read, and which options are heeded."""

    # Files

    names_unread_configurations: bool = True
    """ "Details" of a configuration that is no JSON name the file [up to 1.12.7]."""
    expects_regular_files: bool = False
    """A configuration that is not there: 2006, else 13 "Inexistent file" [1.13.0 on]."""

    # Options

    heeds_dictionary_options: bool = False
    """LoadPrivateDictionary and ExternalDictionaries, else both are ignored [1.10.1 on]."""
    names_overwriting_mode: bool = False
    """/system has OverwriteInstancesMode [1.13.0 on]."""
    heeds_maximum_storage_mode: bool = False
    """MaximumStorageMode can be "Reject" [1.12.7 on]."""
    has_server_identifier: bool = False
    """DatabaseServerIdentifier is read [1.10.1 on]."""
    can_be_read_only: bool = False
    """ReadOnly can be true [1.12.7 on]."""
    hides_patients: bool = False
    """PatientLevelEnabled can be false [1.13.0 on]."""


class ConfigurationRelease(JsonRelease, Protocol):
    """What reading a configuration asks of a release."""

    @property
    def configuration(self) -> ConfigurationRules: ...
