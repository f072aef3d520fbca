"""The commands `python -m emulator dictionary check`, `show` and `suggest`."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..configuration.configuration import Configuration
from ..dictionary import Dictionary, Entry
from ..dictionary.registration import sorted_section
from ..releases import DEFAULT_RELEASE, RELEASES, Release
from . import dictionary_report, dictionary_suggest

if TYPE_CHECKING:
    from ..checking import Problem, Severity
    from ..checking.check import Place

WIDTH = 100
INDENT = "    "

#: Exit statuses of `check`; `show` ends with NOTHING_FOUND where it finds nothing.
WARNINGS, ERRORS = 1, 2
NOTHING_FOUND = 1


def add_parsers(command: argparse.ArgumentParser) -> None:
    """Adds the subcommands; each sets `command` to the function that runs it."""
    commands = command.add_subparsers(required=True, metavar="COMMAND")
    checking = commands.add_parser(
        "check",
        help="tell all that is wrong with a configuration's dictionary",
        description="Tell all that is wrong with a configuration's dictionary: errors, with which the server does not "
        "start; warnings, which a user will regret; notes, what one should know of an entry that does what it can. "
        "Exit status: 0, 1 for warnings with --strict, 2 for errors.",
    )
    checking.set_defaults(command=check_command)
    checking.add_argument(
        "files", nargs="+", metavar="FILE", help="Orthanc's JSON configuration, or a folder of such files"
    )
    add_release(checking)
    checking.add_argument("--json", action="store_true", help="print the problems as JSON")
    checking.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings")
    checking.add_argument(
        "--ignore",
        action="append",
        default=[],
        type=code_to_ignore,
        metavar="CODE",
        help="leave out the warnings or notes of this code; repeatable",
    )
    suggesting = commands.add_parser(
        "suggest",
        help='print the lines of "Dictionary" that files need',
        description='Read DICOM files and folders, up to their pixel data, and print the lines of "Dictionary" that '
        "are missing for the private tags found. Exit status: 0, or 2 where a path, a folder or a file could not be "
        "read (files in folders that are no DICOM are told, and count as read), or a configuration.",
    )
    dictionary_suggest.add_arguments(suggesting)
    reporting = commands.add_parser(
        "report",
        help="tell what files will suffer on a server",
        description="Store, view and modify DICOM files in memory, without their pixel data, and tell per creator and "
        "tag what is known of it on a server of the configuration, and what happens to it. Exit status as of suggest.",
    )
    dictionary_report.add_arguments(reporting)
    showing = commands.add_parser("show", help="look up what a server's dictionary knows, and from where")
    showing.set_defaults(command=show_command)
    showing.add_argument(
        "wanted", nargs="?", metavar="NAME or TAG", help='"0029,1010", "0029,10" for any block, a name'
    )
    showing.add_argument("--creator", help="only entries of this private creator")
    showing.add_argument("--group", type=group_number, help="only entries of this group, in hexadecimal digits")
    showing.add_argument("--config", metavar="FILE", help="Orthanc's JSON configuration, whose entries count too")
    showing.add_argument("--json", action="store_true", help="print the entries as JSON")
    add_release(showing)


def add_release(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--release", choices=[*RELEASES], default=DEFAULT_RELEASE, help="the Orthanc release (%(default)s)"
    )


def group_number(text: str) -> int:
    try:
        group = int(text, 16)
    except ValueError:
        group = -1
    if not 0 <= group <= 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text} is no group: write four hexadecimal digits, for example 0029")
    return group


# dictionary check


def code_to_ignore(code: str) -> str:
    """A code of warnings or notes; an error can't be ignored, for the server does not start."""
    from ..checking import SEVERITY_OF

    ignorable = [known for known, severity in SEVERITY_OF.items() if severity != "error"]
    if code in ignorable:
        return code
    why = "an error: the server does not start with it" if code in SEVERITY_OF else "no code"
    similar = get_close_matches(code, ignorable, n=1)
    guess = f" (did you mean {similar[0]}?)" if similar else f"; there are {', '.join(ignorable)}"
    raise argparse.ArgumentTypeError(f"{code} is {why}{guess}")


def check_command(options: argparse.Namespace) -> int:
    """Checks each configuration by itself; the exit status is that of the worst."""
    from ..checking import check

    told: list[dict[str, Any]] = []
    status = 0
    for file in options.files:
        problems = [one for one in check(file, release=options.release) if one.code not in options.ignore]
        counts = Counter(problem.severity for problem in problems)
        if options.json:
            told.append(problems_as_json(file, options.release, problems, counts))
        else:
            print(check_text(file, options.release, problems))
        warned = WARNINGS if counts["warning"] and options.strict else 0
        status = max(status, ERRORS if counts["error"] else warned)
    if options.json:
        print(json.dumps(told[0] if len(told) == 1 else told, indent=2))
    return status


def problems_as_json(
    file: str, release: str, problems: Sequence[Problem], counts: Mapping[Severity, int]
) -> dict[str, Any]:
    """The problems for machines. `refusals` and `regrets` are deprecated: what 0.1 called errors, and all else."""
    from ..checking.problem import SEVERITIES

    return {
        "file": file,
        "release": release,
        **{f"{severity}s": counts[severity] for severity in SEVERITIES},
        "refusals": counts["error"],
        "regrets": counts["warning"] + counts["note"],
        "problems": [
            {"code": problem.code, "severity": problem.severity}
            | {k: v for k, v in asdict(problem).items() if k != "code"}
            for problem in problems
        ],
    }


def check_text(file: str, release: str, problems: Sequence[Problem]) -> str:
    """The problems for people, one paragraph per entry, and a last line that sums up."""
    from ..checking.problem import SEVERITIES

    counts = Counter(problem.severity for problem in problems)
    paragraphs = [
        entry_text(list(same))
        for _, same in groupby(problems, key=lambda problem: (problem.file, problem.line, problem.key))
    ]
    starts = "does not start" if counts["error"] else "starts"
    told = ", ".join(
        f"{number} {severity}{'' if number == 1 else 's'}" for severity in SEVERITIES if (number := counts[severity])
    )
    summary = wrapped(f"{file}: Orthanc {release} {starts} with this dictionary: {told or 'no problems'}", "")
    return "\n\n".join([*paragraphs, "\n".join(summary)])


def entry_text(problems: Sequence[Problem]) -> str:
    first = problems[0]
    place = ":".join(str(part) for part in (first.file, first.line, first.column) if part is not None)
    lines = [
        ": ".join(part for part in (place, json.dumps(first.key, ensure_ascii=False) if first.key else "") if part)
    ]
    for problem in problems:
        lines += wrapped(f"{problem.severity} {problem.code}: {problem.message}", INDENT)
        lines += wrapped(problem.advice, INDENT + "-> ")
    for instead in dict.fromkeys(problem.instead for problem in problems):
        if instead is not None:
            lines += [f"{INDENT}write:", *(2 * INDENT + line for line in instead.splitlines())]
    return "\n".join(lines)


def wrapped(text: str, indent: str) -> list[str]:
    """A paragraph in lines; what can't be broken, such as a long creator, is left in one piece."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * len(indent) + ("" if indent.strip() else "  "),
        break_long_words=False,
        break_on_hyphens=False,
    )


# dictionary show


def show_command(options: argparse.Namespace) -> int:
    from ..configuration.dictionaries import dictionary_for
    from ..dictionary.search import search

    release = RELEASES[options.release]
    configuration = Configuration.load(options.config, release)
    dictionary = dictionary_for(configuration, release)
    entries = list(search(dictionary, options.wanted, creator=options.creator, group=options.group))
    if options.wanted is None and options.creator is None and options.group is None and options.config:
        entries = [entry for entry in entries if entry.source in ("configuration", "external")]
    places = {} if options.config is None else places_of(options.config, configuration, release)
    if options.json:
        print(json.dumps(shown_as_json(options, dictionary, entries, places), indent=2))
    elif not entries:
        print(nothing_found(options, dictionary))
    else:
        print(table([HEADINGS, *(row(entry, dictionary, places) for entry in entries)]))
        stands_for = meaning(options.wanted, dictionary)
        if stands_for:
            print(f'\nIn modify and find, "{options.wanted}" stands for ({stands_for}).')
    return 0 if entries else NOTHING_FOUND


HEADINGS = ("TAG", "VR", "VM", "NAME", "CREATOR", "FROM")


def row(entry: Entry, dictionary: Dictionary, places: Mapping[Entry, Place]) -> tuple[str, ...]:
    from ..dictionary.search import shown_tag

    source = entry.file or f"{entry.source} {dictionary.dcmtk_version}"
    if entry.source == "configuration":
        place = places[entry]
        source = f"{Path(place.file or '').name}:{place.line}"
    return (shown_tag(entry), entry.vr, entry.vm, entry.name, entry.creator or "", source)


def shown_as_json(
    options: argparse.Namespace, dictionary: Dictionary, entries: Sequence[Entry], places: Mapping[Entry, Place]
) -> dict[str, Any]:
    """The entries for machines; `file` is null for DCMTK's own, `line` for all but those of the configuration."""
    from ..checking.check import Place
    from ..dictionary.search import shown_tag

    nowhere = Place()
    return {
        "release": options.release,
        "dcmtk": dictionary.dcmtk_version,
        "stands_for": meaning(options.wanted, dictionary),
        "entries": [
            {
                "tag": shown_tag(entry),
                "vr": entry.vr,
                "vm": entry.vm,
                "name": entry.name,
                "creator": entry.creator,
                "source": entry.source,
                "file": entry.file or places.get(entry, nowhere).file,
                "line": places.get(entry, nowhere).line,
            }
            for entry in entries
        ],
    }


def table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(one, widths, strict=True)) for one in rows)
    return "\n".join(line.rstrip() for line in lines)


def places_of(config: str, configuration: Configuration, release: Release) -> dict[Entry, Place]:
    """File and line of each entry of the configuration, registered again one by one: a key may be an earlier name."""
    from ..checking.check import Places
    from ..configuration.dictionaries import dictionary_for

    places = Places(config)
    dictionary = dictionary_for(replace(configuration, dictionary={}), release)
    section = sorted_section(configuration.dictionary)
    return {dictionary.register(key, definition): places.of_key(key) for key, definition in section}


def meaning(wanted: str | None, dictionary: Dictionary) -> str | None:
    """The tag "gggg,eeee" that a request means by a name which several entries have, or one by offset; else None."""
    entry = None if wanted is None else dictionary.by_name(wanted)
    if wanted is None or entry is None or (len(dictionary.named(wanted)) == 1 and entry.creator is None):
        return None
    return f"{entry.group:04x},{entry.element:04x}"


def nothing_found(options: argparse.Namespace, dictionary: Dictionary) -> str:
    from ..dictionary.search import search, similar_creators, similar_names

    asked = [
        *([options.wanted] if options.wanted else []),
        *([f'creator "{options.creator}"'] if options.creator is not None else []),
        *([f"group {options.group:04x}"] if options.group is not None else []),
    ]
    lines = [f"Nothing found: {', '.join(asked) or 'the configuration has no entries'}"]
    if options.wanted is not None:
        elsewhere = list(search(dictionary, options.wanted))
        if elsewhere:
            creators = sorted({entry.creator or "no creator" for entry in elsewhere})
            lines.append(f"There are entries of {shortened(creators)}")
        elif names := similar_names(dictionary, options.wanted):
            lines.append(f"Similar names: {', '.join(names)}")
    elif options.creator is not None:
        close = similar_creators(dictionary, options.creator)
        lines += [f"Similar creators: {shortened(close)}"] if close else []
    return "\n".join(lines)


def shortened(names: Sequence[str]) -> str:
    """The first few of some names."""
    shown = ", ".join(f'"{name}"' for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} others"
