"""The section "DicomWeb" of a configuration: whether the plugin is there, and where and how it answers.

Measured on Orthanc 1.9.1 to 1.13.0 with the plugin of Debian (1.5, 1.7, 1.20, 1.24).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError

SECTION = "DicomWeb"

#: What stands in the name of the plugin's file, whatever the system.
LIBRARY = "orthancdicomweb"

#: The values of StudiesMetadata and SeriesMetadata.
METADATA_MODES = ("Full", "MainDicomTags", "Extrapolate")

#: VRs that depend on the context: tags that have one of them are strange to the plugin, as private tags are.
UNDECIDED = frozenset({"lt", "ox", "px", "up", "xs", "na"})

#: VRs that are strange to releases before 1.13.0.
LONG_VRS = frozenset({"OV", "SV", "UV"})

#: The options of the section that an emulated server heeds; it takes all others without a word, as the plugin does.
HONOURED = (
    "Enable Root EnableWado WadoRoot Host Ssl PublicRoot QidoCaseSensitive StudiesMetadata SeriesMetadata "
    "StudiesMetadataExtrapolatedTags SeriesMetadataExtrapolatedTags Servers"
)

#: Where the plugin answers unless its option "Root" says otherwise.
DEFAULT_ROOT = "/dicom-web/"


@dataclass(frozen=True)
class WebSettings:
    """How the plugin is set up; `root` begins and ends with a slash, `wado_root` is None without WADO-URI.

    `public_root` stands in the URLs of answers, None where that is `root`.
    """

    is_enabled: bool = True
    root: str = DEFAULT_ROOT
    wado_root: str | None = "/wado"
    host: str = ""
    is_secure: bool = False
    public_root: str | None = None
    is_case_sensitive: bool = False
    studies_metadata: str = "Full"
    series_metadata: str = "Full"
    extrapolated: tuple[int, ...] = ()  # of both lists: either mode uses all


def web_settings(options: Mapping[str, Any], dictionary: Dictionary) -> WebSettings | None:
    """The settings of the plugin, None for a server without it.

    A server has it where the configuration has a section "DicomWeb", or names its file in "Plugins". Raises
    OrthancError for what prevents the server's start.
    """
    section = options.get(SECTION)
    if section is None and not is_loaded(options.get("Plugins")):
        return None
    if not isinstance(section, Mapping):
        section = {}
    root = slashed(value(section, "Root", str, DEFAULT_ROOT))
    public = value(section, "PublicRoot", str, "") if "PublicRoot" in section else ""
    wado_root = "/" + value(section, "WadoRoot", str, "/wado").strip("/")
    modes = {name: metadata_mode(section, name) for name in ("StudiesMetadata", "SeriesMetadata")}
    extrapolated = {tag for name in modes for tag in extrapolated_tags(section, f"{name}ExtrapolatedTags", dictionary)}
    return WebSettings(
        is_enabled=value(section, "Enable", bool, True),
        root=root,
        wado_root=wado_root if value(section, "EnableWado", bool, True) else None,
        host=value(section, "Host", str, ""),
        is_secure=value(section, "Ssl", bool, False),
        public_root=slashed(public) if public else None,
        is_case_sensitive=value(section, "QidoCaseSensitive", bool, False),
        studies_metadata=modes["StudiesMetadata"],
        series_metadata=modes["SeriesMetadata"],
        extrapolated=tuple(sorted(extrapolated)),
    )


def is_loaded(plugins: Any) -> bool:
    """Whether the option "Plugins" names the file of the plugin."""
    return isinstance(plugins, list) and any(LIBRARY in str(path).rpartition("/")[2].lower() for path in plugins)


def slashed(root: str) -> str:
    """A root with one slash at each end."""
    bare = root.strip("/")
    return f"/{bare}/" if bare else "/"


def refused(details: str) -> OrthancError:
    """The server's error for a plugin that does not start."""
    return OrthancError(ErrorCode.SHARED_LIBRARY, details)


def value(section: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    """An option of the section; raises OrthancError for one of another type."""
    found = section.get(name, default)
    if not isinstance(found, kind):
        expected = {bool: "a Boolean", str: "a string"}[kind]
        raise refused(f'The configuration option "{SECTION}.{name}" is not {expected} as expected')
    return found


def metadata_mode(section: Mapping[str, Any], name: str) -> str:
    mode: str = value(section, name, str, METADATA_MODES[0])
    if mode not in METADATA_MODES:
        choices = " or ".join(f'"{one}"' for one in METADATA_MODES)
        raise refused(f'Bad value for option "{name}": Should be either {choices}')
    return mode


def extrapolated_tags(section: Mapping[str, Any], name: str, dictionary: Dictionary) -> tuple[int, ...]:
    """The tags of a list, which the plugin has to know: no private one."""
    tags = set()
    for text in section.get(name) or ():
        tag = known_tag(str(text), dictionary)
        if tag is None:
            raise refused(f'Unknown DICOM tag in option "{name}" of DICOMweb: {text}')
        tags.add(tag)
    return tuple(sorted(tags))


def known_tag(text: str, dictionary: Dictionary) -> int | None:
    """The tag that a text names for the plugin, None where it knows none.

    It knows the standard tags of the dictionary, by keyword or by number ("00100020", "0010,0020", "0010-0020"), but
    for those whose VR depends on the context: no private tag, however it is spelled and registered.
    """
    try:
        tag = dictionary.tag(text[:9] if text[4:5] == "," else text)
    except OrthancError:
        return None
    if tag & 0x10000:
        return None
    if tag & 0xFFFF == 0:
        return 0
    entry = dictionary.find(tag >> 16, tag & 0xFFFF, None)
    if entry is None or entry.vr in UNDECIDED:
        return None
    return None if entry.vr in LONG_VRS and not dictionary.rules.registers_long_vrs else tag
