"""Call every public method of two clients on the emulator and on a real server, and tell what differs.

    python -m conformance.client_methods --orthanc Orthanc [--root DIR] [--only pyorthanc] [--record FOLDER]

What methods are left out, and why, stands in LEFT_OUT of the tables of calls. Exit status 1 where the two differ.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..comparing.differences import shown, value_differences
from ..sweeps.client_methods.run import CLIENTS, calls, on_emulator, on_server, version, write
from ..sweeps.lookups import add_server_options, release_of


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_server_options(parser)
    parser.add_argument("--only", choices=[*CLIENTS], help="this client alone")
    parser.add_argument("--name", default="", help="only calls with this in their names")
    parser.add_argument("--record", type=Path, metavar="FOLDER", help="write what the server's outcomes are, too")
    options = parser.parse_args(arguments)
    release = release_of(options.orthanc, options.root)
    different = 0
    for client in [options.only] if options.only else CLIENTS:
        names = [name for name in calls(client) if options.name in name]
        real = dict(on_server(client, options.orthanc, options.root, names))
        if options.record:
            print(write(options.record, release, client, real))
        differing = 0
        for name, found in on_emulator(client, release, names):
            differences = [*value_differences("", real[name], found)]
            differing += bool(differences)
            for path, right, wrong in differences[:5]:
                print(f"{client}: {name}: {path}: {shown(right)} on Orthanc, {shown(wrong)} on the emulator")
        print(
            f"{client} {version(client)}: {len(names)} calls on Orthanc {release} and the emulator, {differing} differ"
        )
        different += differing
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main())
