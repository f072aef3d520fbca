"""The scenarios, one module per chapter, and in `scenario.py` what a scenario is and how all are found.

The room takes from `asking`, `files` and `comparing`, and gives to every room that runs scenarios or tells of them.
"""
