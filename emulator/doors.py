"""The doors of a server put together: what answers over HTTP beside the REST API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .dicomweb.opening import dicom_web
from .rest.application import Application
from .rest.manners import manners_of
from .scripts.configured import start_scripts
from .threads import lock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .control.door import ControlDoor
    from .control.settings import ControlSettings
    from .http.manners import Manners
    from .rest.request import OrthancRequest
    from .rest.response import Response
    from .server import Server

#: What the paths of the control routes begin with.
CONTROL = "/emulator"


class HttpDoors:
    """The WSGI application of a server: the REST API with the plugin's routes, and the control routes before it.

    `control` says who may use those, None for nobody; the room is imported when one of its paths is asked for.
    `beginning` is what a reset comes back to, None for an empty server.
    """

    def __init__(
        self,
        server: Server,
        control: ControlSettings | None = None,
        *,
        controlled: bool = True,
        beginning: Server | None = None,
        has_sessions: bool = True,
    ) -> None:
        self.server = server
        self.rest = Application(server, (scripted, dicom_web))
        self.settings = control
        self.is_controlled = controlled
        self.beginning = beginning
        self.has_sessions = has_sessions
        self.lock = lock()
        self.made: ControlDoor | None = None
        self.known_manners: tuple[object, object, int, Manners] | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if self.is_controlled and (path == CONTROL or path.startswith(f"{CONTROL}/")):
            return self.control(environ, start_response)
        return self.rest(environ, start_response)

    @property
    def control(self) -> ControlDoor:
        from .control.door import ControlDoor
        from .control.settings import ControlSettings

        with self.lock:
            if self.made is None:
                settings = self.settings or ControlSettings()
                self.made = ControlDoor(
                    self.server, settings, self.beginning, self.session if self.has_sessions else None
                )
            return self.made

    def manners(self) -> Manners:
        """How the web server of a port behaves, as this server was told to."""
        server, known = self.server, self.known_manners
        if (
            known is None
            or known[0] is not server.settings
            or known[1] is not server.release
            or known[2] != server.maximum_body_size
        ):
            manners = manners_of(server)
            known = self.known_manners = (server.settings, server.release, server.maximum_body_size, manners)
        return known[3]

    def session(self, server: Server) -> HttpDoors:
        """What answers for a session's server; it has the scripts of the server around it, and no others."""
        start_scripts(server)
        return HttpDoors(server, self.settings, beginning=server.fork(), has_sessions=False)

    def close(self) -> None:
        """Ends what waits for the server; it answers again all the same."""
        with self.lock:
            made, self.made = self.made, None
        if made is not None:
            made.close()


def http_application(server: Server) -> HttpDoors:
    """The WSGI application of a server."""
    return HttpDoors(server)


def scripted(server: Server, request: OrthancRequest) -> Response | None:
    """The answer of a script's route, None for a path that is none; without a script nothing is imported."""
    if not server.extensions:
        return None
    from .scripts.door import scripted

    return scripted(server, request)
