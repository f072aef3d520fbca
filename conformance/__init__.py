"""Scenarios that run unchanged against the emulator, a live Orthanc, and recordings of one.

`python -m conformance run --help` says how; `scenario.py` says what a scenario is.
"""
