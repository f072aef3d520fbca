"""An attack on the emulator: damaged files, odd requests and swarms of clients, by the hundred thousand, from a seed.

It takes from `scenarios`, `targets`, `asking` and `files`, and gives to `commands`. Nothing is attacked but emulators
that it makes itself.
"""
