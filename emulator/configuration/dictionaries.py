"""The dictionary that a server of a configuration starts with: its tables, and the section "Dictionary" over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ..dictionary import Dictionary
from ..dictionary.external import check_loaded, check_patient_tags, tables_of
from ..dictionary.rules import DictionaryRelease
from ..dictionary.tables import Tables, load, part
from .configuration import Configuration
from .rules import ConfigurationRelease


class StartingRelease(ConfigurationRelease, DictionaryRelease, Protocol):
    """What the start of a server's dictionary asks of a release."""


def dictionary_for(configuration: Configuration, release: StartingRelease) -> Dictionary:
    """The dictionary of a server of this release; raises OrthancError for a file or an entry that it refuses."""
    tables, shown_names = tables_for(configuration, release)
    return Dictionary(
        release.dcmtk_version, configuration.dictionary, release.dictionary, tables=tables, shown_names=shown_names
    )


def tables_for(configuration: Configuration, release: StartingRelease) -> tuple[Tables, Mapping[int, str]]:
    """What a server loads before the section "Dictionary", and the names that it shows in any case.

    DCMDICTPATH replaces the release's own files; ExternalDictionaries replaces both. Raises OrthancError for files that
    the server refuses.
    """
    version = release.dcmtk_version
    if configuration.dictionary_path is not None:
        tables = tables_of(configuration.dictionary_path.split(":"), version)
        check_loaded(tables)
    elif configuration.load_private_dictionary or not release.configuration.heeds_dictionary_options:
        tables = load(version)
    else:
        tables = part(version, "dicom.dic")
    shown_names = release.dictionary.shown_names
    if configuration.external_dictionaries is not None:
        tables, shown_names = tables_of(configuration.external_dictionaries, version), {}
        check_patient_tags(tables)
    return tables, shown_names
