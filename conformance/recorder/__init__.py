"""Answers of real servers as files of JSON: written, laid out to be read, and read again.

It takes from `targets`, `scenarios` and `comparing`, and gives to `reports` and `commands`. The recordings themselves
are in fixtures/recordings, which an installed package has as `conformance.recordings`.
"""
