"""`python -m emulator releases`: the releases that can be emulated, and what differs between two of them."""

from __future__ import annotations

import argparse
import json
import textwrap
from itertools import groupby, pairwise

from ..releases import DEFAULT_RELEASE, RELEASES
from ..releases.differences import Difference, changed_value, differences

#: What the rooms are about, as a person who plans an upgrade calls it.
ROOMS = {
    "json": "JSON",
    "configuration": "Configuration",
    "dictionary": "Dictionary",
    "dicom": "DICOM files",
    "store": "Storage, main DICOM tags, resources",
    "annotations": "Metadata, attachments, labels",
    "jobs": "Jobs",
    "modification": "Modify and anonymize",
    "creation": "Create",
    "archives": "Archives and media",
    "imaging": "Images",
    "query": "Queries",
    "network": "Modalities and peers",
    "system": "System, access, log, metrics",
    "rest": "REST",
    "dicomweb": "DICOMweb",
    "scripts": "scripts",
    "dimse": "The DICOM network",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run)
    parser.add_argument("--diff", nargs=2, choices=[*RELEASES], metavar=("BEFORE", "AFTER"), help="what differs")
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def run(options: argparse.Namespace) -> int:
    if options.diff:
        before, after = (RELEASES[version] for version in options.diff)
        found = differences(before, after)
        print(
            json.dumps([one.to_json() for one in found], indent=1) if options.json else diff_text(options.diff, found)
        )
        return 0
    print(json.dumps(table(), indent=1) if options.json else table_text())
    return 0


def table() -> list[dict[str, object]]:
    """The releases, oldest first, each with the number of rules that it has otherwise than the one before."""
    counts = {after.version: len(differences(before, after)) for before, after in pairwise(RELEASES.values())}
    return [
        {
            "Version": one.version,
            "ApiVersion": one.api_version,
            "Dcmtk": one.dcmtk_version,
            "IsDefault": one.version == DEFAULT_RELEASE,
            "ChangedRules": counts.get(one.version),
        }
        for one in RELEASES.values()
    ]


def table_text() -> str:
    lines = []
    for row in table():
        changed = "" if row["ChangedRules"] is None else f"{row['ChangedRules']} rules differ from the one before"
        default = " (default)" if row["IsDefault"] else ""
        line = f"{row['Version']!s:8} API {row['ApiVersion']!s:4} DCMTK {row['Dcmtk']!s:7} {changed}{default}"
        lines.append(line.rstrip())
    older, newer = [*RELEASES][-2:]
    return "\n".join([*lines, "", f"What differs: python -m emulator releases --diff {older} {newer}"])


def diff_text(versions: tuple[str, str], found: list[Difference]) -> str:
    """The differences for people: by room and group, what holds now and what no more."""
    before, after = versions
    lines = [f"From {before} to {after}: {len(found)} rules differ."]
    for room, of_room in groupby(found, key=lambda one: one.room):
        lines += ["", f"{ROOMS[room]}"]
        for group, of_group in groupby(of_room, key=lambda one: one.said.group):
            lines += [f"  {group}"] if group else []
            for one in of_group:
                lines += rule_lines(one)
    return "\n".join(lines)


def rule_lines(one: Difference) -> list[str]:
    """A rule: "+" for what holds from now on, "-" for what no longer does, "~" for a value that is another."""
    if isinstance(one.before, bool) and isinstance(one.after, bool):
        lines = textwrap.wrap(one.said.text, 108, initial_indent="+ " if one.after else "- ", subsequent_indent="  ")
    else:
        lines = textwrap.wrap(one.said.text, 108, initial_indent="~ ", subsequent_indent="  ")
        lines += textwrap.wrap(changed_value(one.before, one.after), 108, initial_indent="  ", subsequent_indent="    ")
    shown = f"; scenario {one.scenario}" if one.scenario else ""
    return [f"    {line}" for line in [*lines, f"  ({one.name}{shown})"]]
