"""An adapter of requests that an emulator answers, without a port."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from .missing import needed
from .urllib3_answers import Asked

with needed("requests", "requests_adapter()"):
    from requests import PreparedRequest
    from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class EmulatorAdapter(HTTPAdapter):
    """For `session.mount(prefix, adapter)`; proxies and certificates do not matter."""

    def __init__(self, application: WSGIApplication, **options: Any) -> None:
        self.application = application
        super().__init__(**options)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        # the manager's pools are asked as any others: urllib3's retries are at work
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **options)
        pools = {"http": InProcessPool, "https": InProcessHttpsPool}
        self.poolmanager.pool_classes_by_scheme = {
            scheme: partial(pool, application=self.application) for scheme, pool in pools.items()
        }

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return self.poolmanager

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:
        return request.path_url


class InProcessConnection(HTTPConnection):
    """A connection that is none: what is requested is answered by the pool's application."""

    application: WSGIApplication
    asked: Asked | None = None
    scheme = "http"

    def connect(self) -> None:
        self.is_verified = True  # else urllib3 warns of an unverified one

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **options: Any) -> None:
        options.pop("chunked", None)
        self.asked = Asked(self.application, method, url, headers or {}, body, options)

    def getresponse(self) -> BaseHTTPResponse:  # type: ignore[override]  # as in urllib3's own 2.0
        assert self.asked is not None
        asked, self.asked = self.asked, None
        return asked.answer(self, self.scheme)


class InProcessHttpsConnection(InProcessConnection, HTTPSConnection):
    """The same for https."""

    scheme = "https"


class InProcessPool(HTTPConnectionPool):
    """A pool whose connections know their application."""

    ConnectionCls = InProcessConnection

    def __init__(self, *arguments: Any, application: WSGIApplication, **options: Any) -> None:
        self.application = application
        super().__init__(*arguments, **options)

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.application = self.application
        return connection


class InProcessHttpsPool(InProcessPool, HTTPSConnectionPool):
    """The same for https."""

    ConnectionCls: Any = InProcessHttpsConnection
