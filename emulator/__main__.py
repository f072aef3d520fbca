"""`python -m emulator`: serve, demo, dictionary, explain and routes."""

import sys

from .commands.command_line import main

if __name__ == "__main__":
    sys.exit(main())
