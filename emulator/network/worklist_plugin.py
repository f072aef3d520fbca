"""The plugin for worklists that all packages of Orthanc ship: whether a configuration loads it, and switches it on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Its file, and how /plugins calls it.
PLUGIN = "libModalityWorklists.so"
NAME = "worklists"
DESCRIPTION = "Serve DICOM modality worklists from a folder with Orthanc."


def section(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Its options: "Worklists"."""
    found = options.get("Worklists", {})
    return found if isinstance(found, Mapping) else {}


def is_loaded(options: Mapping[str, Any]) -> bool:
    """Whether it is among the "Plugins"."""
    plugins = options.get("Plugins", ())
    return isinstance(plugins, list | tuple) and any(str(one).endswith(PLUGIN) for one in plugins)


def is_enabled(options: Mapping[str, Any]) -> bool:
    """Whether it is loaded, and switched on."""
    return is_loaded(options) and section(options).get("Enable") is True
