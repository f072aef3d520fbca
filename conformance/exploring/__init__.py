"""Examples drawn by Hypothesis, asked of a server and of the emulator alike, and made small where the answers differ.

It takes from `strategies`, `targets`, `comparing`, `asking` and `files`, and gives to `reports` and `commands`.
"""
