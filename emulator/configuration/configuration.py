"""Orthanc's JSON configuration (a file, or a folder of them, with comments) -> a frozen Configuration.

Measured by starting Orthanc 1.9.1 to 1.13.0 with some 400 configurations.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..dicom.character_sets import DEFAULT_ENCODINGS
from ..dicom.rules import DEFAULT_CODEC
from ..errors import ErrorCode, OrthancError
from ..json.keys import check_keys
from ..json.syntax import JsonSyntaxError, TooDeepError, read
from ..late_pattern import late_pattern
from .option_table import unknown_options
from .plugins import plugin_warnings
from .rules import ConfigurationRelease

ConfigurationSource = Mapping[str, Any] | str | os.PathLike[str] | None

#: DCMTK's variable: the paths of the dictionaries that the server loads in the place of its own, separated by colons.
DICTIONARY_VARIABLE = "DCMDICTPATH"

#: What the server replaces in the text of a file: a name up to a colon or brace, with a default that has no quotes.
VARIABLE = late_pattern(r'\$\{(?P<name>[^:}]*)(?::-(?P<default>[^"}]*))?\}')

#: What an option that is an integer can be.
INTEGERS = range(-(1 << 31), 1 << 31)

#: Options with which a server answers much otherwise, and with which the emulator does not start.
NOT_EMULATED: Mapping[str, bool] = MappingProxyType({"HttpServerEnabled": False})

NOT_JSON = "The configuration file does not follow the JSON syntax"


class ConfigurationFileError(OrthancError):
    """The server's error for a file that it can't read.

    `path` is the file; `line` and `column`, from 1, say where the server noticed, None where it is no matter of JSON.
    """

    def __init__(self, path: Path, error: OrthancError, reason: JsonSyntaxError | None = None) -> None:
        super().__init__(error.code, error.details)
        self.path = path
        self.line = self.column = None
        self.hint = str(path)
        if reason is not None:
            self.line, self.column = reason.line, reason.column
            advice = f": {reason.advice}" if reason.advice else ""
            self.hint = f"{path}, line {reason.line}, column {reason.column}: {reason.message}{advice}"


@dataclass(frozen=True)
class Configuration:
    """The options of a configuration that the emulator heeds; all others are kept in `options` and ignored.

    The defaults are those that `Orthanc --config=FILE` prints, "Name" excepted.
    """

    dictionary: Any = field(default_factory=dict)  # what is no object registers nothing, as on the server
    load_private_dictionary: bool = True
    external_dictionaries: tuple[str, ...] | None = None
    dictionary_path: str | None = None  # the environment's DCMDICTPATH
    default_codec: str = DEFAULT_CODEC  # Python's name of DefaultEncoding
    overwrite_instances: bool = False
    overwrite_if_changed: bool = False  # "IfChanged": only by a file with other bytes
    stable_age: int = 60
    maximum_unpacked_size: int = 1 << 30  # bytes: the emulator's own option EmulatorMaximumUnpackedSize
    limit_find_results: int = 0
    limit_find_instances: int = 0
    storage_access_on_find: str = "Always"
    jobs_history_size: int = 10
    media_archive_size: int = 1
    saves_jobs: bool = True
    server_identifier: str = ""  # DatabaseServerIdentifier; the emulator makes one, too
    concurrent_jobs: int = 2  # 0: one for each processor
    maximum_patient_count: int = 0
    maximum_storage_size: int = 0  # in mebibytes
    rejects_when_full: bool = False  # MaximumStorageMode "Reject"
    maximum_storage_cache_size: int = 128  # MB
    is_read_only: bool = False  # ReadOnly
    hides_patients: bool = False  # PatientLevelEnabled is false
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def overwrites(self) -> bool:
        """Whether an instance that comes again may take the place of the stored one."""
        return self.overwrite_instances or self.overwrite_if_changed

    @property
    def name(self) -> str:
        """ "Name"; raises OrthancError where it is no text, which the server notices only when it is asked for it."""
        return str(option(self.options, "Name", str, "orthanc-emulator"))

    @property
    def logs_exports(self) -> bool:
        """ "LogExportedResources"; raises OrthancError where it is no Boolean, as late as the server does."""
        return bool(option(self.options, "LogExportedResources", bool, False))

    @property
    def streams_archives(self) -> bool:
        """ "SynchronousZipStream"; raises OrthancError where it is no Boolean, as late as the server does."""
        return bool(option(self.options, "SynchronousZipStream", bool, True))

    @property
    def default_private_creator(self) -> str:
        """ "DefaultPrivateCreator"; raises OrthancError where it is no text, as late as the server does."""
        return str(option(self.options, "DefaultPrivateCreator", str, ""))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What no server tells of it: options that nobody reads, with what was meant; plugins that are not emulated."""
        return (*unknown_options(self.options), *plugin_warnings(self.options))

    @classmethod
    def load(cls, source: ConfigurationSource, release: ConfigurationRelease) -> Configuration:
        """Reads a configuration from a mapping, a JSON file or folder or, for None, takes the defaults.

        Raises OrthancError, the release's for this configuration: a ConfigurationFileError, whose `hint` tells place
        and likely reason, for a file that can't be read; for an option of the wrong type, `details` name it. Raises
        TypeError for a key in a mapping that is no text.
        """
        options = {} if source is None else source if isinstance(source, Mapping) else read_options(source, release)
        return cls.from_options(options, release)

    @classmethod
    def from_options(cls, options: Mapping[str, Any], release: ConfigurationRelease) -> Configuration:
        """Takes the options of an already parsed configuration."""
        default = cls()
        check_keys(options, "configuration")
        check_emulated(options)
        return cls(
            maximum_unpacked_size=count(options, "EmulatorMaximumUnpackedSize", default.maximum_unpacked_size),
            load_private_dictionary=option(options, "LoadPrivateDictionary", bool, default.load_private_dictionary),
            default_codec=default_codec(options),
            external_dictionaries=external_dictionaries(options, release),
            dictionary=options.get("Dictionary", {}),
            dictionary_path=os.environ.get(DICTIONARY_VARIABLE),
            limit_find_results=count(options, "LimitFindResults"),
            limit_find_instances=count(options, "LimitFindInstances"),
            overwrite_instances=overwriting(options, release) == "Always",
            overwrite_if_changed=overwriting(options, release) == "IfChanged",
            storage_access_on_find=storage_access(options, default.storage_access_on_find),
            maximum_storage_cache_size=count(options, "MaximumStorageCacheSize", default.maximum_storage_cache_size),
            stable_age=count(options, "StableAge", default.stable_age),
            jobs_history_size=count(options, "JobsHistorySize", default.jobs_history_size),
            media_archive_size=media_archive_size(options, default.media_archive_size),
            server_identifier=server_identifier(options, release),
            saves_jobs=option(options, "SaveJobs", bool, default.saves_jobs),
            concurrent_jobs=count(options, "ConcurrentJobs", default.concurrent_jobs),
            maximum_patient_count=count(options, "MaximumPatientCount"),
            maximum_storage_size=count(options, "MaximumStorageSize"),
            rejects_when_full=storage_mode(options, release) == "Reject",
            is_read_only=release.configuration.can_be_read_only and option(options, "ReadOnly", bool, False),
            hides_patients=release.configuration.hides_patients
            and not option(options, "PatientLevelEnabled", bool, True),
            options=MappingProxyType(dict(options)),
        )


def server_identifier(options: Mapping[str, Any], release: ConfigurationRelease) -> str:
    """DatabaseServerIdentifier, "" where the emulator makes one; raises OrthancError where it is no text."""
    return (
        str(option(options, "DatabaseServerIdentifier", str, "")) if release.configuration.has_server_identifier else ""
    )


def media_archive_size(options: Mapping[str, Any], default: int) -> int:
    """How many archives that jobs made are kept; raises OrthancError for none, as all releases do."""
    value = count(options, "MediaArchiveSize", default)
    if value == 0:
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
    return value


def option(options: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    """The value of an option, its default where it is absent; raises OrthancError for a value of another type."""
    value = options.get(name, default)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        expected = {str: "a string", bool: "a Boolean (true or false)", int: "an integer"}[kind]
        raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE, f'The configuration option "{name}" must be {expected}')
    return value


def count(options: Mapping[str, Any], name: str, default: int = 0) -> int:
    """The value of an option that counts, its default where it is absent; raises OrthancError below 0."""
    value = option(options, name, int, default)
    if value not in INTEGERS:
        raise OrthancError(ErrorCode.INTERNAL_ERROR, "LargestInt out of Int range")
    if value < 0:
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE, f'The configuration option "{name}" must be a positive integer'
        )
    return int(value)


def check_emulated(options: Mapping[str, Any]) -> None:
    """Refuses (501) what is not emulated and would change answers, which an app might not notice."""
    for name, value in NOT_EMULATED.items():
        if option(options, name, bool, not value) is value:
            details = f'The emulator does not emulate "{name}": {str(value).lower()}'
            raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details, http_status=501)


def storage_access(options: Mapping[str, Any], default: str) -> str:
    """The value of StorageAccessOnFind; raises OrthancError for one that the server does not know."""
    value = str(option(options, "StorageAccessOnFind", str, default))
    if value not in ("Always", "Never", "Answers"):
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            f'Configuration option "StorageAccessOnFind" should be "Always", "Never" or "Answers": {value}',
        )
    return value


def storage_mode(options: Mapping[str, Any], release: ConfigurationRelease) -> str:
    """The value of MaximumStorageMode; raises OrthancError for one that the server does not know."""
    if not release.configuration.heeds_maximum_storage_mode:
        return "Recycle"
    value = str(option(options, "MaximumStorageMode", str, "Recycle"))
    if value not in ("Recycle", "Reject"):
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            f'Configuration option "MaximumStorageMode" should be "Recycle" or "Reject": {value}',
        )
    return value


def overwriting(options: Mapping[str, Any], release: ConfigurationRelease) -> str:
    """OverwriteInstances as the mode that it has become: "Never", "IfChanged" or "Always"; raises OrthancError."""
    value = options.get("OverwriteInstances", False)
    if isinstance(value, bool) or not release.configuration.names_overwriting_mode:
        return "Always" if option(options, "OverwriteInstances", bool, False) else "Never"
    if not isinstance(value, str):
        return "Never"
    if value not in ("Never", "IfChanged", "Always"):
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, f'Unrecognized value for "OverwriteInstances": {value}')
    return value


def default_codec(options: Mapping[str, Any]) -> str:
    """Python's codec for DefaultEncoding, whose case does not matter; raises OrthancError for an unknown one."""
    encoding = option(options, "DefaultEncoding", str, "Latin1")
    codec = DEFAULT_ENCODINGS.get(encoding.lower())
    if codec is None:
        error = OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE)
        error.hint = f'"DefaultEncoding" is {encoding!r}: write one of {", ".join(map(str.title, DEFAULT_ENCODINGS))}'
        raise error
    return codec


def external_dictionaries(options: Mapping[str, Any], release: ConfigurationRelease) -> tuple[str, ...] | None:
    """The paths in ExternalDictionaries, None without this option, or where the release has none."""
    name = "ExternalDictionaries"
    if name not in options or not release.configuration.heeds_dictionary_options:
        return None
    paths = options[name]
    if not isinstance(paths, list | tuple) or not all(isinstance(path, str) for path in paths):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"List of strings expected in field: {name}")
    return tuple(paths)


# Files


def read_options(source: str | os.PathLike[str], release: ConfigurationRelease) -> dict[str, Any]:
    """The options in a file, or in all files of a folder.

    An option that stands in two files is an error; within one file the last counts. Raises ConfigurationFileError.
    """
    path = Path(source)
    options: dict[str, Any] = {}
    for file in files_of(path):
        for name, value in read_file(file, release).items():
            if name in options:
                details = f'The configuration section "{name}" is defined in 2 different configuration files'
                raise ConfigurationFileError(file, OrthancError(ErrorCode.BAD_FILE_FORMAT, details))
            options[name] = value
    return options


def files_of(path: Path) -> list[Path]:
    """The files of a configuration: itself, or those in a folder that are called .json, in upper or lower case.

    Folders in the folder are passed over; a link without its file is kept, and can't be read.
    """
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.name.lower().endswith(".json") and not file.is_dir())


def read_file(path: Path, release: ConfigurationRelease) -> dict[str, Any]:
    """The options in one file, with the environment's variables in it; raises ConfigurationFileError."""
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise unreadable(path, error, release) from None
    try:
        options = read(substituted(text, path), release.json)
    except TooDeepError as error:
        raise ConfigurationFileError(path, OrthancError(ErrorCode.INTERNAL_ERROR, error.message), error) from None
    except JsonSyntaxError as error:
        raise ConfigurationFileError(path, not_json(path, release), error) from None
    if not isinstance(options, dict):
        refused = ConfigurationFileError(path, not_json(path, release))
        refused.hint = f"{path}: a configuration is an object: write it in braces"
        raise refused
    return options


def not_json(path: Path, release: ConfigurationRelease) -> OrthancError:
    details = f"{NOT_JSON}: {path}" if release.configuration.names_unread_configurations else NOT_JSON
    return OrthancError(ErrorCode.BAD_JSON, details)


def unreadable(path: Path, error: OSError, release: ConfigurationRelease) -> ConfigurationFileError:
    if release.configuration.expects_regular_files:
        details = f"Not a regular file or file not found: {path}"
        refused = OrthancError(ErrorCode.REGULAR_FILE_EXPECTED, details)
    else:
        refused = OrthancError(ErrorCode.INEXISTENT_FILE, f"Inexistent path to configuration: {path}")
    result = ConfigurationFileError(path, refused)
    result.hint = f"cannot read {path}: {error.strerror}"
    return result


def substituted(text: str, path: Path) -> str:
    """A file's text with `${NAME}` and `${NAME:-default}` replaced, in strings, keys and comments alike.

    A variable that is not set is empty without a default; what replaces it is not searched again.
    """

    def value(found: re.Match[str]) -> str:
        if not found["name"]:
            raise ConfigurationFileError(path, OrthancError(ErrorCode.INTERNAL_ERROR))
        return os.environ.get(found["name"], found["default"] or "")

    return VARIABLE.sub(value, text) if "${" in text else text
