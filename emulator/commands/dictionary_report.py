"""The command `python -m emulator dictionary report`: what files will suffer on a server."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .dictionary_suggest import NOT_ALL_READ, add_files, releases_of, show_progress, tell_unread


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(command=run)
    add_files(parser)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--html", metavar="FILE", help="write the report as one page, with a map of the blocks")


def run(options: argparse.Namespace) -> int:
    from ..advising.report import report

    progress = show_progress()
    found = report(
        options.paths,
        options.config,
        releases=releases_of(options),
        processes=options.processes,
        progress=progress,
    )
    if progress is not None:
        print(file=sys.stderr)
    tell_unread(found.survey)
    if options.html:
        from ..advising.report_page import report_page

        Path(options.html).write_text(report_page(found), encoding="utf-8")
    if options.json:
        print(json.dumps(found.to_json(), indent=2))
    elif options.html:
        from ..advising.report_text import summary

        print(summary(found))
    else:
        from ..advising.report_text import report_text

        print(report_text(found))
    return NOT_ALL_READ if found.survey.failed else 0
