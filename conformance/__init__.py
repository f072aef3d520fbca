"""Scenarios that run unchanged against the emulator, a live Orthanc, and recordings of one.

`python -m conformance --help` lists the commands; `scenarios/scenario.py` says what a scenario is. The rooms, from the
highest to the lowest, each of which takes from lower ones alone: `commands`; `reports`; `exploring`, `sweeps`,
`benchmarks` and `recorder`; `targets` and `strategies`; `scenarios`; `comparing`; `asking`; `files`.
"""
