"""The command line: a module per subcommand, with its options and the call of what does the work.

It takes from the rooms below, and gives to `python -m conformance` alone. A subcommand is imported when it is asked
for.
"""
