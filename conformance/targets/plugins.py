"""The plugins that a scenario's configuration needs: where an installation of Orthanc has them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: By option, the file of the plugin that heeds it, without the end that differs between systems.
LIBRARIES: Mapping[str, str] = {"DicomWeb": "libOrthancDicomWeb", "PythonScript": "libOrthancPython"}

#: Where distributions put plugins, below the root of their installation.
FOLDERS = ("usr/share/orthanc/plugins", "usr/local/share/orthanc/plugins", "usr/lib/orthanc", "usr/local/lib/orthanc")


def with_plugins(configuration: Mapping[str, Any], root: Path | None) -> Mapping[str, Any]:
    """The configuration with the paths of the plugins that it needs in "Plugins", as seen from below `root`.

    Raises MissingPluginError.
    """
    needed = [name for option, name in LIBRARIES.items() if option in configuration]
    if not needed or "Plugins" in configuration:
        return configuration
    return {**configuration, "Plugins": [plugin_path(name, root) for name in needed]}


def plugin_path(name: str, root: Path | None) -> str:
    inside = Path("/") if root is None else root
    for folder in FOLDERS:
        for path in sorted((inside / folder).glob(f"{name}.*")):
            return f"/{path.relative_to(inside)}"
    raise MissingPluginError(name)


class MissingPluginError(Exception):
    """A plugin that is not installed beside the executable."""

    def __init__(self, name: str) -> None:
        super().__init__(f"needs the plugin {name}, which is not installed beside the executable")
