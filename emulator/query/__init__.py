"""Queries: constraints -> plan (indexed, then scanned) -> matches, and what it took."""

from .plan import QueryPlan

__all__ = ["QueryPlan"]
