"""Queries: constraints -> plan (indexed, then scanned) -> matches, and what it took."""
