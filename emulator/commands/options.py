"""`python -m emulator options`: what the emulator does with each option of Orthanc's configuration."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..configuration import Configuration
from ..configuration.option_table import State, all_options, nested_options, told_options
from ..releases import DEFAULT_RELEASE, RELEASES, Release
from ..spelling import what_was_meant

#: The exit status where the configuration has options that nobody reads.
UNKNOWN_OPTIONS = 1


#: The options that not all releases read, with the rule that says so.
READ_BY: Mapping[str, Callable[[Release], bool]] = {
    "AcceptedSopClasses": lambda release: release.network.lists_sop_classes,
    "CheckRevisions": lambda release: release.annotations.has_revisions,
    "DatabaseServerIdentifier": lambda release: release.configuration.has_server_identifier,
    "ExternalDictionaries": lambda release: release.configuration.heeds_dictionary_options,
    "ExtraMainDicomTags": lambda release: release.store.has_extra_main_dicom_tags,
    "LoadPrivateDictionary": lambda release: release.configuration.heeds_dictionary_options,
    "MaximumStorageMode": lambda release: release.configuration.heeds_maximum_storage_mode,
    "RejectedSopClasses": lambda release: release.network.rejects_sop_classes,
    "ZipUseUtf8": lambda release: release.archives.has_utf8_archives,
}


def is_read(name: str, release: Release) -> bool:
    return READ_BY[name](release) if name in READ_BY else True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `python -m emulator options`."""
    parser.set_defaults(command=run)
    parser.add_argument("configuration", nargs="?", metavar="FILE", help="only the options in this configuration")
    parser.add_argument("--release", choices=[*RELEASES], default=DEFAULT_RELEASE, help="that reads it (%(default)s)")


def run(options: argparse.Namespace) -> int:
    names: Iterable[str] = all_options()
    given: Mapping[str, Any] = {}
    if options.configuration:
        given = Configuration.load(options.configuration, RELEASES[options.release]).options
        names = sorted(given)
    status = 0
    for name in names:
        state, reason = told_options().get(name, (State.UNKNOWN, "no option that Orthanc documents"))
        if state is State.HONOURED and not is_read(name, RELEASES[options.release]):
            state, reason = State.WITHOUT_EFFECT, f"Orthanc {options.release} does not read it"
        if state is State.UNKNOWN:
            status = UNKNOWN_OPTIONS
            meant = what_was_meant(name, told_options())
            reason += f': did you mean "{meant}"?' if meant else ""
        print(f"{name:36} {state.value:15} {reason}".rstrip())
    for name, state, reason in nested_options(given):
        print(f"{name:36} {state.value:15} {reason}".rstrip())
    return status
