"""What is asked: the emulator, servers at a URL, executables that are started, and how scenarios run on them, safely.

It takes from `scenarios`, `comparing`, `asking` and `files`, and gives to the rooms that run something on a server.
What is stored on a server in use is deleted again here (`ownership`), and what it can't be asked is found out here
(`probing`).
"""
