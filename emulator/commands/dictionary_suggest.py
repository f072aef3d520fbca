"""The command `python -m emulator dictionary suggest`: the lines of "Dictionary" that files need."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..releases import DEFAULT_RELEASE, RELEASES

if TYPE_CHECKING:
    from ..advising.survey import Survey

#: The exit status where a path that was given, a folder or a file could not be read; all else was.
NOT_ALL_READ = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run)
    add_files(parser)
    parser.add_argument("--both-forms", action="store_true", help="write each entry in full and by offset")
    parser.add_argument("--write", action="store_true", help="merge the lines into the file of --config, comments kept")
    parser.add_argument("--json", action="store_true", help="print lines, and what gets none, as JSON")


def add_files(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which files are read, and for which server."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="DICOM files, and folders of them")
    parser.add_argument("--config", metavar="FILE", help="Orthanc's JSON configuration, or a folder of such files")
    releases = parser.add_mutually_exclusive_group()
    releases.add_argument(
        "--release",
        action="append",
        choices=[*RELEASES],
        help=f"the Orthanc release ({DEFAULT_RELEASE}); several, for lines that all of them take",
    )
    releases.add_argument("--all-releases", action="store_true", help="all of them")
    parser.add_argument(
        "--processes", type=int, default=0, metavar="N", help="how many read at once, 0 for one per core (%(default)s)"
    )


def releases_of(options: argparse.Namespace) -> list[str]:
    return [*RELEASES] if options.all_releases else options.release or [DEFAULT_RELEASE]


def show_progress(what: str = "Reading") -> Callable[[int], None] | None:
    """Writes the number of files read over the last one, where somebody looks."""
    if not sys.stderr.isatty():
        return None
    return lambda read: print(f"\r{what}: {read:,} files", end="", file=sys.stderr, flush=True)


def tell_unread(survey: Survey) -> None:
    """A line for each path that was not read."""
    for unread in survey.unread:
        print(f"orthanc-emulator: {unread}", file=sys.stderr)
    if survey.unread_count > len(survey.unread):
        print(f"orthanc-emulator: and {survey.unread_count - len(survey.unread):,} more", file=sys.stderr)


def run(options: argparse.Namespace) -> int:
    from ..advising import suggest

    if options.write and not options.config:
        print("orthanc-emulator: --write needs --config, the file to write into", file=sys.stderr)
        return NOT_ALL_READ
    source = options.config
    if options.write and not Path(source).exists():
        source = None  # it is made
    progress = show_progress()
    found = suggest(
        options.paths,
        source,
        releases=releases_of(options),
        both_forms=options.both_forms,
        processes=options.processes,
        progress=progress,
    )
    if progress is not None:
        print(file=sys.stderr)
    survey = found.survey
    tell_unread(survey)
    if options.json:
        print(
            json.dumps(
                {
                    "releases": [*found.releases],
                    "files": survey.files,
                    "unread": survey.unread_count,
                    "dictionary": found.dictionary,
                    "lines": [
                        {
                            "key": line.key,
                            "definition": [*line.definition],
                            "evidence": line.evidence,
                            "form": line.form,
                        }
                        for line in found.lines
                    ],
                    "left_out": [vars(one) for one in found.left_out],
                },
                indent=2,
            )
        )
    elif not options.write:
        print(found, end="")
    if options.write and found.lines:
        from ..advising.merging import write_into

        written = write_into(Path(options.config), found.lines, [RELEASES[version] for version in found.releases])
        print(f"{written}: {counted(len(found.lines), 'line')} added", file=sys.stderr)
    for one in found.left_out:
        print(f"no line for {one}", file=sys.stderr)
    print(
        f"{counted(survey.files, 'file')} read, {survey.with_private_tags:,} with private tags, "
        f"{counted(len(survey.tags), 'private tag')}: {counted(len(found.lines), 'line')} to write, "
        f"{len(found.left_out):,} without; {survey.unread_count:,} not read",
        file=sys.stderr,
    )
    return NOT_ALL_READ if survey.failed else 0


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
