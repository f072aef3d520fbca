"""Attack the emulator with damaged files, odd requests and swarms of clients, for so many minutes.

    python -m conformance attack --minutes 60 --processes 2 --seed 1 --state FOLDER

Every batch is made of the seed, its shard and its number alone, so that a finding can be seen again. With --state the
figures are kept there, and a later call goes on where this one ended. Exit status 1 for any finding.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from emulator.threads import share_one_heap

from ..attacking.attack import Shard
from ..attacking.figures import Figures, told, total
from .progress import clear_progress

LOOK_SECONDS = 2.0


def add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--minutes", type=float, default=2.0, help="how long it takes (default: 2)")
    command.add_argument("--seed", type=int, default=1, help="the same seed attacks the same way (default: 1)")
    command.add_argument("--processes", type=int, default=1, help="how many shards run at once (default: 1)")
    command.add_argument(
        "--over",
        choices=("process", "port", "both"),
        default="both",
        help="in process, over a port, or each third batch over a port (default: both)",
    )
    command.add_argument("--state", type=Path, metavar="FOLDER", help="keep the figures there, and go on from them")
    command.add_argument("--shard", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    if options.minutes <= 0 or options.processes < 1:
        raise ValueError("--minutes must be above 0, --processes at least 1")
    if options.shard is not None:
        share_one_heap()  # as `serve` does
        Shard(options.seed, options.shard, shard_path(options.state, options.shard), options.over).run(
            options.minutes * 60
        )
        return 0
    if options.state is not None:
        options.state.mkdir(parents=True, exist_ok=True)
        return attack(options, options.state)
    with tempfile.TemporaryDirectory(prefix="orthanc-attack-") as folder:
        return attack(options, Path(folder))


def shard_path(folder: Path, number: int) -> Path:
    return folder / f"shard-{number}.json"


def attack(options: argparse.Namespace, folder: Path) -> int:
    """Starts the shards, tells how far they are, and what came of them."""
    command = [sys.executable, "-m", "conformance", "attack", "--state", str(folder), "--over", options.over]
    command += ["--minutes", str(options.minutes), "--seed", str(options.seed), "--shard"]
    started = [subprocess.Popen([*command, str(number)]) for number in range(options.processes)]
    try:
        while any(shard.poll() is None for shard in started):
            time.sleep(LOOK_SECONDS)
            show(figures_in(folder))
    finally:
        for shard in started:
            if shard.poll() is None:
                shard.terminate()
        ended = [shard.wait() for shard in started]
    clear_progress()
    figures = figures_in(folder)
    print(told(figures))
    for finding in figures.findings[:20]:
        print(json.dumps({name: text if name != "body" else text[:200] for name, text in finding.items()}))
    for number, status in enumerate(ended):
        if status:
            print(f"shard {number} ended with status {status}", file=sys.stderr)
    return int(bool(figures.wrong or any(ended)))


def figures_in(folder: Path) -> Figures:
    return total(Figures.read(path) for path in sorted(folder.glob("shard-*.json")))


def show(figures: Figures) -> None:
    """A line on a terminal; elsewhere nothing until the end."""
    if sys.stderr.isatty():
        rate = figures.asked / figures.seconds if figures.seconds else 0.0
        line = f"{figures.asked:,} asked ({rate:,.0f}/s), {figures.swarms:,} swarms, {figures.wrong} wrong"
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
