"""`python -m conformance`."""

import sys

from .commands.command_line import main

sys.exit(main())
