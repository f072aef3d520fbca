"""What a configuration makes of a release when a server starts: its dictionary, its text rules, its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..configuration.configuration import Configuration
from ..dictionary import Dictionary
from ..dictionary.external import check_loaded, check_patient_tags, tables_of
from ..dictionary.tables import Tables, load, part
from ..store.recycling import Limits
from .release import RELEASES, Release


def release_named(version: str) -> Release:
    if version not in RELEASES:
        raise ValueError(f"Orthanc {version} can't be emulated; there are {', '.join(RELEASES)}")
    return RELEASES[version]


def limits_of(configuration: Configuration, release: Release) -> Limits:
    """How much a server of this release and configuration stores."""
    return Limits(
        patients=configuration.maximum_patient_count,
        size=configuration.maximum_storage_size << 20,
        rejects=configuration.rejects_when_full,
        refuses_large_files=release.refuses_large_files,
    )


def with_encoding(release: Release, codec: str) -> Release:
    """The release with the option DefaultEncoding, which is one of the rules by which it reads text."""
    if codec == release.text_rules.default_codec:
        return release
    return replace(release, text_rules=replace(release.text_rules, default_codec=codec))


def with_archive_names(release: Release, options: Mapping[str, Any]) -> Release:
    """The release with the option ZipUseUtf8."""
    if not release.has_utf8_archives or options.get("ZipUseUtf8") is not True:
        return release
    return replace(release, utf8_is_default=True)


def dictionary_for(configuration: Configuration, release: Release) -> Dictionary:
    """The dictionary of a server of this release; raises OrthancError for a file or an entry that it refuses."""
    tables, shown_names = tables_for(configuration, release)
    return Dictionary(
        release.dcmtk_version,
        configuration.dictionary,
        tables=tables,
        shown_names=shown_names,
        names_are_unique=release.names_are_unique,
        registers_long_vrs=release.registers_long_vrs,
        has_other_patient_ids_name=release.has_other_patient_ids_name,
        reads_bare_prefix=release.reads_bare_prefix,
    )


def tables_for(configuration: Configuration, release: Release) -> tuple[Tables, Mapping[int, str]]:
    """What a server loads before the section "Dictionary", and the names that it shows in any case.

    DCMDICTPATH replaces the release's own files; ExternalDictionaries replaces both. Raises OrthancError for files that
    the server refuses.
    """
    version = release.dcmtk_version
    if configuration.dictionary_path is not None:
        tables = tables_of(configuration.dictionary_path.split(":"), version)
        check_loaded(tables)
    elif configuration.load_private_dictionary or not release.heeds_dictionary_options:
        tables = load(version)
    else:
        tables = part(version, "dicom.dic")
    shown_names = release.shown_names
    if configuration.external_dictionaries is not None:
        tables, shown_names = tables_of(configuration.external_dictionaries, version), {}
        check_patient_tags(tables)
    return tables, shown_names
