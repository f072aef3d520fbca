"""Cross-origin requests: which pages of other servers a browser lets ask (the Fetch standard, section 3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: How long a browser may keep the answer to a preflight, in seconds.
MAXIMUM_AGE = "600"


def with_cors(application: WSGIApplication, origins: tuple[str, ...]) -> WSGIApplication:
    """Lets pages of these origins ask, "*" for any; without origins, the application itself."""
    if not origins:
        return application

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        if not origin or not ("*" in origins or origin in origins):
            return application(environ, start_response)
        headers = [("Access-Control-Allow-Origin", "*")]
        if origin in origins:  # by name: its pages may send passwords, too
            headers = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
            headers.append(("Access-Control-Allow-Credentials", "true"))
        if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
            headers += [
                ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
                ("Access-Control-Allow-Headers", asked or "*"),
                ("Access-Control-Max-Age", MAXIMUM_AGE),
                ("Content-Length", "0"),
            ]
            start_response("204 No Content", headers)
            return [b""]
        headers.append(("Access-Control-Expose-Headers", "*"))

        def begin(status: str, sent: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*sent, *headers], *error)

        return application(environ, begin)

    return answered
