"""The command line: `python -m emulator serve`, `demo`, `explain`, `dictionary`, `options`, `routes` and `releases`."""
