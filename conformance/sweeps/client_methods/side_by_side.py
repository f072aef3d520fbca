"""The calls of the clients on the emulator and on a real server: what differs is printed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...comparing.differences import shown, value_differences
from ..executable import release_of
from .run import calls, on_emulator, on_server, version, write


def compare(orthanc: str, root: Path | None, clients: Iterable[str], part: str, record: Path | None) -> int:
    """Prints what differs, of the calls with a text in their names; the number of calls that differ.

    With `record` the server's outcomes are written to that folder, too.
    """
    release = release_of(orthanc, root)
    different = 0
    for client in clients:
        names = [name for name in calls(client) if part in name]
        real = dict(on_server(client, orthanc, root, names))
        if record:
            print(write(record, release, client, real))
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
    return different
