"""What can be changed while a server runs: log levels, what it accepts over DICOM, the servers that it knows.

Nothing of this is DICOM data.
"""

from __future__ import annotations

import copy
import fnmatch
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..configuration.configuration import count, option
from ..errors import ErrorCode, OrthancError
from ..network.modality import Modality, modalities_of
from ..network.peer import Peer, parse_peer, peers_of
from ..network.sop_classes import accepted_sop_classes
from .rules import SystemRelease

#: The categories of the log, each with a level of its own (all releases).
LOG_CATEGORIES = ("dicom", "generic", "http", "jobs", "lua", "plugins", "sqlite")
#: What is in none of them: its level is set with that of the whole log alone.
ALL_ELSE = ""
#: The levels of the log, the quietest first.
LOG_LEVELS = ("default", "verbose", "trace")

#: The options that add transfer syntaxes to AcceptedTransferSyntaxes, or take them away, with what they stand for.
TRANSFER_SYNTAX_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "DeflatedTransferSyntaxAccepted": ("1.2.840.10008.1.2.1.99",),
    "JpegTransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (*range(50, 67), 70)),
    "JpegLosslessTransferSyntaxAccepted": ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"),
    "Jpeg2000TransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 92, 93)),
    "JpipTransferSyntaxAccepted": ("1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.95"),
    "Mpeg2TransferSyntaxAccepted": ("1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.101"),
    "RleTransferSyntaxAccepted": ("1.2.840.10008.1.2.5",),
    "Mpeg4TransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in range(102, 107)),
    "H265TransferSyntaxAccepted": ("1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.108"),
}


def http_request_seconds(options: Mapping[str, Any]) -> int:
    """How long the web server waits for the rest of a request (HttpRequestTimeout); raises OrthancError."""
    seconds = count(options, "HttpRequestTimeout", 30)
    if seconds == 0:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, "Request timeout must be a stricly positive integer")
    return seconds


class Settings:
    """The settings of one server, first those of its configuration; raises OrthancError for one that it refuses."""

    def __init__(self, options: Mapping[str, Any], release: SystemRelease) -> None:
        self.release = release
        self.log_levels: dict[str, str] = dict.fromkeys((*LOG_CATEGORIES, ALL_ELSE), LOG_LEVELS[0])
        self.accepts_unknown_sop_classes = bool(option(options, "UnknownSopClassAccepted", bool, False))
        self.collects_metrics = bool(option(options, "MetricsEnabled", bool, True))
        self.compresses_answers = bool(
            option(options, "HttpCompressionEnabled", bool, release.system.compresses_answers)
        )
        self.transfer_syntaxes = configured_transfer_syntaxes(options, release)
        self.sop_classes = accepted_sop_classes(options, release)
        self.has_explorer = bool(option(options, "OrthancExplorerEnabled", bool, True))
        self.describes_errors = bool(option(options, "HttpDescribeErrors", bool, True))
        self.keeps_connections = bool(option(options, "KeepAlive", bool, True))
        heeds_timeout = release.system.heeds_keep_alive_timeout
        self.keep_alive_seconds = count(options, "KeepAliveTimeout", 1) if heeds_timeout else 1
        self.http_request_seconds = http_request_seconds(options)
        self.stores_modalities = bool(option(options, "DicomModalitiesInDatabase", bool, False))
        self.stores_peers = bool(option(options, "OrthancPeersInDatabase", bool, False))
        self.modalities: dict[str, Modality] = {}
        self.peers: dict[str, Peer] = {}
        self.web_servers = web_servers_of(options, release)
        if not self.stores_modalities:
            self.modalities = modalities_of(options.get("DicomModalities", {}), release)
        if not self.stores_peers:
            self.peers = peers_of(options.get("OrthancPeers", {}), release)

    def take_over(self, former: Settings) -> None:
        """Takes from a former life what is stored in the database."""
        if self.stores_modalities and former.stores_modalities:
            self.modalities = dict(former.modalities)
        if self.stores_peers and former.stores_peers:
            self.peers = dict(former.peers)

    def fork(self) -> Settings:
        """Settings that change on their own from now on."""
        other = copy.copy(self)
        other.log_levels = dict(self.log_levels)
        other.modalities = dict(self.modalities)
        other.peers = dict(self.peers)
        other.web_servers = dict(self.web_servers)
        return other

    @property
    def log_level(self) -> str:
        """The level of the whole log: that of its noisiest category."""
        return max(self.log_levels.values(), key=LOG_LEVELS.index)

    def set_log_level(self, level: str, category: str | None = None) -> None:
        """Sets the level of one category, or of all; raises OrthancError for a word that is none."""
        if level not in LOG_LEVELS:
            details = f'Verbosity can be "default", "verbose" or "trace": {level}'
            raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
        for one in (*LOG_CATEGORIES, ALL_ELSE) if category is None else (category,):
            self.log_levels[one] = level

    def accept_transfer_syntaxes(self, patterns: Any) -> None:
        """Accepts those that fit a pattern with * and ?, or one of several; raises OrthancError for other JSON."""
        self.transfer_syntaxes = matching(patterns, self.release)


def web_servers_of(options: Mapping[str, Any], release: SystemRelease) -> dict[str, Peer]:
    """The servers in the section "DicomWeb"; raises OrthancError for one that the plugin refuses."""
    section = options.get("DicomWeb")
    servers = section.get("Servers", {}) if isinstance(section, Mapping) else {}
    if not isinstance(servers, Mapping):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    return {name: parse_peer(value, release) for name, value in servers.items()}


def configured_transfer_syntaxes(options: Mapping[str, Any], release: SystemRelease) -> tuple[str, ...]:
    """AcceptedTransferSyntaxes (all, without it), with what a further option adds or takes away."""
    accepted = {*matching(options.get("AcceptedTransferSyntaxes", "*"), release)}
    for name, syntaxes in TRANSFER_SYNTAX_OPTIONS.items():
        if name in options:
            accepted = accepted.union(syntaxes) if option(options, name, bool, True) else accepted.difference(syntaxes)
    return tuple(syntax for syntax in release.network.negotiated_transfer_syntaxes if syntax in accepted)


def matching(patterns: Any, release: SystemRelease) -> tuple[str, ...]:
    """The transfer syntaxes of a release that fit a pattern, or one of several."""
    given = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    return fitting(tuple(given), release.network.negotiated_transfer_syntaxes)


@lru_cache(maxsize=64)
def fitting(patterns: tuple[str, ...], syntaxes: tuple[str, ...]) -> tuple[str, ...]:
    expressions = [re.compile(fnmatch.translate(one.replace("[", "[[]"))) for one in patterns]
    return tuple(one for one in syntaxes if any(expression.match(one) for expression in expressions))
