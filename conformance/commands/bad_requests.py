"""Send thousands of bad requests to a real server and to the emulator, and tell what differs.

    python -m conformance.bad_requests --orthanc Orthanc [--root DIR] [--count 3000] [--seed 1]

Each request meets the same resources. What differs is told once for each route and pair of statuses; what the emulator
answers by a 501 that says what is not emulated is counted. Exit status 1 where the two differ.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ..sweeps.bad_requests.side_by_side import compare
from ..sweeps.lookups import add_server_options


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_server_options(parser)
    parser.add_argument("--count", type=int, default=3000, help="how many requests")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    return int(compare(options.orthanc, options.root, options.count, options.seed) > 0)


if __name__ == "__main__":
    sys.exit(main())
