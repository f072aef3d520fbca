"""What operations cost on the emulator and on a server: the operations, the servers, and the table of their seconds.

It takes from `targets` and `files`, and gives to `commands` and to tests/benchmarks.
"""
