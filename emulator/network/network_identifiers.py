"""How the identifiers look that requests to other servers name."""

from __future__ import annotations

import re

#: How Orthanc's identifiers look.
IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{8}){4}\Z")
