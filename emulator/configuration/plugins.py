"""The plugins of a configuration that the emulator has not: which sections and files ask for one, and what it answers.

A real server without a plugin answers 404 on its routes; one that is asked for and not emulated is told instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Plugin(NamedTuple):
    """A plugin that is not emulated.

    `sections` are the options of the configuration that are its own, `library` is a regular expression of what the
    name of its file contains, in small letters, `routes` are the beginnings of the paths that it answers. `without`
    says what is missing.
    """

    name: str
    sections: tuple[str, ...]
    library: str
    routes: tuple[str, ...] = ()
    without: str = "its routes answer 501"


#: What the emulator does not emulate, by what is asked for most. A plugin that is emulated has no entry.
PLUGINS = (
    Plugin("Orthanc Explorer 2", ("OrthancExplorer2",), "orthancexplorer2", ("/ui",)),
    Plugin("OHIF", ("OHIF",), "orthancohif", ("/ohif",)),
    Plugin("Stone Web viewer", ("StoneWebViewer",), "stonewebviewer", ("/stone-webviewer",)),
    Plugin("Osimis Web viewer", ("OsimisWebViewer",), "osimiswebviewer", ("/osimis-viewer",)),
    Plugin("Web viewer", ("WebViewer",), "orthancwebviewer", ("/web-viewer",)),
    Plugin("VolView", ("VolView",), "orthancvolview", ("/volview",)),
    Plugin("transfers accelerator", ("Transfers",), "orthanctransfers", ("/transfers",)),
    Plugin("whole-slide imaging", ("WholeSlideImaging",), "orthancwsi", ("/wsi",)),
    Plugin("STL", ("STL",), "orthancstl", ("/stl",)),
    Plugin("neuroimaging", ("Neuro",), "orthancneuro", ("/neuro",)),
    Plugin("The Cancer Imaging Archive", ("Tcia",), "orthanctcia", ("/tcia",)),
    Plugin("authorization", ("Authorization", "Authentication", "Keycloak"), "orthancauthorization", ("/auth",)),
    Plugin("folders to serve", ("ServeFolders",), "servefolders"),
    Plugin("Java", ("Java",), "orthancjava", without="no class is loaded"),
    Plugin("GDCM", ("Gdcm",), "orthancgdcm", without="there are no codecs"),
    Plugin("MySQL", ("MySQL",), "mysql", without="it answers as with SQLite"),
    Plugin("ODBC", ("ODBC",), "odbc", without="it answers as with SQLite"),
    Plugin(
        "storage in the cloud",
        ("AwsS3Storage", "AzureBlobStorage", "GoogleCloudStorage", "CloudObjectStorage", "GoogleCloudPlatform"),
        "(awss3|azureblob|googlecloud)storage",
        without="files are kept in memory",
    ),
    Plugin("advanced storage", ("AdvancedStorage",), "advancedstorage", without="files are kept in memory"),
    Plugin("housekeeper", ("Housekeeper",), "housekeeper", ("/housekeeper",), "nothing is reconstructed by itself"),
    Plugin("delayed deletion", ("DelayedDeletion",), "delayeddeletion", ("/delayed-deletion",), "files go at once"),
    Plugin("multitenant DICOM", ("MultitenantDicom",), "multitenantdicom", without="there is one DICOM server"),
    Plugin("indexer of folders", ("Indexer",), "orthancindexer", without="no folder is watched"),
)

#: The options in the section of a plugin that is emulated, with what becomes of each; "" for those that are honoured.
NESTED: Mapping[str, Mapping[str, str]] = {
    "DicomWeb": {
        **dict.fromkeys(
            (
                "Enable EnableWado Host PublicRoot QidoCaseSensitive Root SeriesMetadata "
                "SeriesMetadataExtrapolatedTags Servers Ssl StudiesMetadata StudiesMetadataExtrapolatedTags WadoRoot"
            ).split(),
            "",
        ),
        **dict.fromkeys(
            "EnableMetadataCache MetadataWorkerThreadsCount WadoRsLoaderThreadsCount".split(), "how fast, not what"
        ),
        **dict.fromkeys("StowMaxInstances StowMaxSize".split(), "all instances are sent in one request"),
        "EnablePerformanceLogs": "the emulator writes no log of it",
        "ReadOnly": "it changes no answer of the plugin either",
    },
    "PostgreSQL": {
        "EnableIndex": "",
        **dict.fromkeys(
            (
                "AllowInconsistentChildCounts AutoReconnect ConnectionRetryInterval ConnectionUri Database EnableSsl "
                "EnableStorage EnableVerboseLogs Host HousekeepingInterval IndexConnectionsCount Lock "
                "MaximumConnectionRetries Password Port PrepareIndex Schema TransactionMode UseDynamicConnectionPool "
                "Username"
            ).split(),
            "the emulator opens no database: it keeps all in memory",
        ),
    },
}


def is_asked_for(plugin: Plugin, options: Mapping[str, Any]) -> bool:
    """Whether a configuration asks for a plugin: by a section of it that is not switched off, or by its file."""
    for name in plugin.sections:
        section = options.get(name)
        enabled = section.get("Enable", True) if isinstance(section, Mapping) else section
        if name in options and enabled not in (False, None, ""):
            return True
    paths = options.get("Plugins")
    files = (str(path).rpartition("/")[2].lower() for path in paths) if isinstance(paths, list) else ()
    return any(re.search(plugin.library, file) for file in files)


def asked_for(options: Mapping[str, Any]) -> list[Plugin]:
    """The plugins that a configuration asks for and that are not emulated."""
    return [plugin for plugin in PLUGINS if is_asked_for(plugin, options)]


def plugin_warnings(options: Mapping[str, Any]) -> Iterable[str]:
    """What to tell at the start of what a configuration asks for and nobody answers."""
    for plugin in asked_for(options):
        asking = next((name for name in plugin.sections if name in options), "Plugins")
        yield f'"{asking}" asks for a plugin that is not emulated ({plugin.name}): {plugin.without}'


def plugin_of(path: str, options: Mapping[str, Any]) -> Plugin | None:
    """The plugin, asked for and not emulated, that would answer a path."""
    for plugin in asked_for(options):
        if any(path == route or path.startswith(f"{route}/") for route in routes_of(plugin, options)):
            return plugin
    return None


def routes_of(plugin: Plugin, options: Mapping[str, Any]) -> Iterable[str]:
    """The beginnings of the paths of a plugin; folders to serve have those that the configuration gives them."""
    folders = options.get("ServeFolders")
    if plugin.library == "servefolders" and isinstance(folders, Mapping):
        listed = folders.get("Folders", folders)
        return ["/" + str(name).strip("/") for name in listed] if isinstance(listed, Mapping) else ()
    return plugin.routes
