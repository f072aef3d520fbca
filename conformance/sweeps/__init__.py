"""Comparisons by the thousand: each asks generated questions of one kind of a server that it starts, and the emulator.

It takes from `attacking` (damaged files), `strategies`, `targets`, `comparing`, `asking` and `files`, and gives to
`commands`, in which each is a subcommand.
"""
