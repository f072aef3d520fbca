"""What `explore` has found, as text: each difference as a scenario to paste, and a line on the whole."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .printed import answer_text

if TYPE_CHECKING:
    from ..exploring.exploration import Exploration, Finding


SHOWN_PATHS = 6

#: What asks over the DICOM network: such a scenario needs a server that listens there.
OVER_DICOM = ("c_store", "c_find", "c_get", "c_move", "ask_modality")


def described(finding: Finding, number: int, release: str) -> str:
    """A finding as text: a scenario to paste into conformance/scenarios, both answers, and what differs."""
    differences = [f"    {difference}" for difference in finding.differences]
    left_out = len(differences) - SHOWN_PATHS
    over_dicom = any(line.partition("(")[0].rpartition(" ")[2] in OVER_DICOM for line in finding.lines)
    configuration = "EXPLORED_NETWORK" if over_dicom else "EXPLORED"
    lines = [
        f"✗ {number}. {finding.kind}" + ("" if finding.reproduced else "  (it did not come again)"),
        "",
        f'@scenario("What was explored on {release}", configuration={configuration})',
        f"def explored_{number}(session: Session) -> None:",
        textwrap.indent("\n".join(finding.lines), "    "),
        "",
        f"  emulator: {answer_text(finding.emulator)}",
        f"  live:     {answer_text(finding.live)}",
        *differences[:SHOWN_PATHS],
        *([f"    … and {left_out} more"] if left_out > 0 else []),
        "",
    ]
    return "\n".join(lines)


def described_silence(lines: Sequence[str]) -> str:
    """The lines after which a server answered no more, as text."""
    return "\n".join(
        [
            "! the server did not answer the last of these lines, and was started anew:",
            *(f"    {one}" for one in lines),
            "",
        ]
    )


def conclusion(exploration: Exploration) -> str:
    """One line: examples, requests, differences."""
    known = sum(exploration.known.values())
    count = len(exploration.findings)
    differences = f"{count} difference" if count == 1 else f"{count} differences"
    text = f"{exploration.examples} examples, {exploration.requests} requests, {differences}"
    if known:
        text += f" ({known} times a known one)"
    if exploration.silences:
        text += f", {exploration.silences} examples in which the server answered no more"
    if exploration.default_mode:
        text += f", {exploration.passed_over} requests refused for unknown tags"
    return text
