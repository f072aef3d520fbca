"""What the server holds, and what time it has: reset, snapshots, the clock, and files that are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import OrthancError
from ..store.level import LEVELS, Level
from ..store.loading import load_files
from .members import ControlError, Member
from .route import ControlCall, ControlRoute


def counts(call: ControlCall) -> dict[str, Any]:
    store = call.controlled.server.store
    return {level.plural: store.count(level) for level in LEVELS}


def reset(call: ControlCall) -> Any:
    call.controlled.reset()
    return counts(call)


def keep(call: ControlCall) -> Any:
    call.controlled.keep(call.values["name"])
    return {"name": call.values["name"], **counts(call)}


def snapshots(call: ControlCall) -> Any:
    return [*call.controlled.snapshots]


def restore(call: ControlCall) -> Any:
    """As `Emulator.restore`: requests, queries and diagnostics stay, pending faults are called off."""
    call.controlled.server.return_to(call.controlled.snapshot(call.path["name"]))
    call.controlled.events.publish("reset", {})
    return counts(call)


def forget(call: ControlCall) -> Any:
    call.controlled.snapshot(call.path["name"])
    del call.controlled.snapshots[call.path["name"]]
    return {}


def advance(call: ControlCall) -> Any:
    call.controlled.server.advance(call.values["seconds"])
    return {"now": call.controlled.server.store.clock()}


def load(call: ControlCall) -> Any:
    """Stores files and folders of the machine, all of them or none."""
    controlled = call.controlled
    if not controlled.settings.load_roots:
        raise ControlError(403, 'No folder may be read: start with "--load-root FOLDER", or post files to /instances')
    paths = [allowed_path(text, controlled.settings.load_roots) for text in call.values["paths"]]
    server = controlled.server
    with server.store.lock, server.store.apart():
        before, told = server.fork(), [*server.diagnostics]
        try:
            stored = load_files(paths, server.uploads.add)
        except (OrthancError, OSError) as error:
            server.restore(before)
            server.diagnostics.clear()
            for diagnostic in told:
                server.diagnostics.append(diagnostic)
            status = error.http_status if isinstance(error, OrthancError) else 404
            raise ControlError(400 if status < 500 else status, f"Nothing was loaded: {error}", "paths") from None
    return {"instances": [one.id for one in stored]}


def allowed_path(text: str, roots: tuple[Path, ...]) -> Path:
    """A path, relative to the first folder that has it, below one of the folders, links followed.

    Raises ControlError (403) for any other.
    """
    if "\0" not in text:
        for root in roots:
            path = (root / text).resolve()
            if path.is_relative_to(root.resolve()) and path.exists():
                return path
    listed = ", ".join(map(str, roots))
    raise ControlError(403, f"{text[:200]!r} is no file or folder below {listed} (--load-root)", "paths")


def tree(call: ControlCall) -> Any:
    from werkzeug.wrappers import Response

    from ..files.tree import tree as tree_of

    server = call.controlled.server
    with server.store.reading:
        text = tree_of(server.store, server.files if call.values["private"] else None)
    return Response(text.encode("utf-8", "backslashreplace"), content_type="text/plain; charset=utf-8")


def health(call: ControlCall) -> Any:
    server = call.controlled.server
    return {
        "status": "ok",
        "release": server.release.version,
        "unknown_tags": "reject" if server.rejects_unknown_tags else "as-release",
        "name": server.configuration.name,
        "instances": server.store.count(Level.INSTANCE),
    }


NO_SNAPSHOT = {404: "There is no such snapshot"}

ROUTES = (
    ControlRoute("GET", "/health", health, "Whether it answers, for container probes; nobody needs a password for it."),
    ControlRoute(
        "POST",
        "/reset",
        reset,
        "Holds again what it held in the beginning (`--load`, or nothing): faults, requests, queries, diagnostics, "
        "marks and held jobs are gone, the clock goes back. Snapshots stay.",
        answer="How much is stored now",
    ),
    ControlRoute("GET", "/snapshots", snapshots, "The names of the snapshots.", answer="Names"),
    ControlRoute(
        "POST",
        "/snapshots",
        keep,
        "Keeps what is stored now under a name (`Emulator.snapshot`); one of that name is replaced.",
        (Member("name", "text", "what `restore` calls it", required=True),),
        answer="The name, and how much is stored",
        status=201,
        statuses={409: "There are 100 snapshots"},
    ),
    ControlRoute(
        "POST",
        "/snapshots/<name>/restore",
        restore,
        "Holds again what it held at a snapshot (`Emulator.restore`), any number of times; the clock goes back, too, "
        "and pending faults are called off.",
        answer="How much is stored now",
        statuses=NO_SNAPSHOT,
    ),
    ControlRoute("DELETE", "/snapshots/<name>", forget, "Forgets a snapshot.", statuses=NO_SNAPSHOT),
    ControlRoute(
        "POST",
        "/clock/advance",
        advance,
        "Moves the clock forward (`Emulator.advance`): studies become stable, dates change.",
        (Member("seconds", "number", "how far", required=True),),
        answer="The time, in seconds since the epoch",
    ),
    ControlRoute(
        "POST",
        "/load",
        load,
        "Stores the DICOM files at paths, all of them or none (`Emulator.load`); only below a folder of `--load-root`.",
        (
            Member(
                "paths", "texts", "files and folders, absolute or relative to a folder of --load-root", required=True
            ),
        ),
        answer="The identifiers of the instances",
        statuses={403: "The path is below no folder of `--load-root`"},
    ),
    ControlRoute(
        "GET",
        "/tree",
        tree,
        "What is stored as text, a line for each resource (`Emulator.tree`).",
        (Member("private", "boolean", "whether private tags are told", True),),
        answer="Text",
    ),
)
