"""The fixtures of `query_servers`, for every test here."""

from tests.query.query_servers import hospital, serve

__all__ = ["hospital", "serve"]
