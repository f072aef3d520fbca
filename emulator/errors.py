"""Orthanc's errors: raised once as OrthancError, turned into JSON in one place, `rest/`."""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class ErrorCode(IntEnum):
    """The error codes of Orthanc that the emulator raises (`OrthancStatus` in an error body).

    The numbers are those that `Orthanc --errors` prints.
    """

    INTERNAL_ERROR = -1
    PLUGIN = 1
    NOT_IMPLEMENTED = 2
    PARAMETER_OUT_OF_RANGE = 3
    NOT_ENOUGH_MEMORY = 4
    BAD_PARAMETER_TYPE = 5
    BAD_SEQUENCE_OF_CALLS = 6
    INEXISTENT_ITEM = 7
    BAD_REQUEST = 8
    NETWORK_PROTOCOL = 9
    INEXISTENT_FILE = 13
    BAD_FILE_FORMAT = 15
    UNKNOWN_RESOURCE = 17
    FULL_STORAGE = 19
    CORRUPTED_FILE = 20
    INEXISTENT_TAG = 21
    READ_ONLY = 22
    INCOMPATIBLE_IMAGE_FORMAT = 23
    INCOMPATIBLE_IMAGE_SIZE = 24
    SHARED_LIBRARY = 25
    UNKNOWN_DICOM_TAG = 27
    BAD_JSON = 28
    CANCELED_JOB = 37
    BAD_RANGE = 41
    DATABASE_CANNOT_SERIALIZE = 42
    REVISION = 43
    FORBIDDEN = 45
    INCOMPATIBLE_CONFIGURATIONS = 47
    SQLITE_RUN_CACHED_STATEMENT = 1009
    SQLITE_STEP_CACHED_STATEMENT = 1010
    SQLITE_PREPARE_CACHED_STATEMENT = 1012
    REGULAR_FILE_EXPECTED = 2006
    NO_SOP_CLASS_OR_INSTANCE = 2014
    NO_PRESENTATION_CONTEXT = 2015
    CANNOT_STORE_INSTANCE = 2018
    CREATE_NOT_STRING = 2019
    CREATE_OVERRIDES_TAG = 2020
    CREATE_USE_CONTENT = 2021
    CREATE_NO_PAYLOAD = 2022
    CREATE_USE_DATA_URI = 2023
    CREATE_BAD_PARENT = 2024
    CREATE_PARENT_IS_INSTANCE = 2025
    CANNOT_EXECUTE_LUA = 2031
    LUA_BAD_OUTPUT = 2033
    NOT_LUA_PREDICATE = 2034
    CANNOT_ORDER_SLICES = 2040
    ALREADY_EXISTING_TAG = 2042
    UNSUPPORTED_MEDIA_TYPE = 3000


#: What `Orthanc --errors` prints for each code (1.12.7).
MESSAGES: dict[ErrorCode, str] = {
    ErrorCode.INTERNAL_ERROR: "Internal error",
    ErrorCode.CANNOT_EXECUTE_LUA: "Cannot execute a Lua command",
    ErrorCode.LUA_BAD_OUTPUT: "The Lua function does not give the expected number of outputs",
    ErrorCode.NOT_LUA_PREDICATE: "The Lua function is not a predicate (only true/false outputs allowed)",
    ErrorCode.PLUGIN: "Error encountered within the plugin engine",
    ErrorCode.SHARED_LIBRARY: "Error while using a shared library (plugin)",
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: "Unsupported media type",
    ErrorCode.NOT_IMPLEMENTED: "Not implemented yet",
    ErrorCode.PARAMETER_OUT_OF_RANGE: "Parameter out of range",
    ErrorCode.NOT_ENOUGH_MEMORY: "The server hosting Orthanc is running out of memory",
    ErrorCode.BAD_PARAMETER_TYPE: "Bad type for a parameter",
    ErrorCode.BAD_SEQUENCE_OF_CALLS: "Bad sequence of calls",
    ErrorCode.INEXISTENT_ITEM: "Accessing an inexistent item",
    ErrorCode.BAD_REQUEST: "Bad request",
    ErrorCode.NETWORK_PROTOCOL: "Error in the network protocol",
    ErrorCode.INEXISTENT_FILE: "Inexistent file",
    ErrorCode.BAD_FILE_FORMAT: "Bad file format",
    ErrorCode.UNKNOWN_RESOURCE: "Unknown resource",
    ErrorCode.FULL_STORAGE: "The file storage is full",
    ErrorCode.READ_ONLY: "Cannot modify a read-only data structure",
    ErrorCode.CORRUPTED_FILE: "Corrupted file (e.g. inconsistent MD5 hash)",
    ErrorCode.INEXISTENT_TAG: "Inexistent tag",
    ErrorCode.INCOMPATIBLE_IMAGE_FORMAT: "Incompatible format of the images",
    ErrorCode.INCOMPATIBLE_IMAGE_SIZE: "Incompatible size of the images",
    ErrorCode.UNKNOWN_DICOM_TAG: "Unknown DICOM tag",
    ErrorCode.BAD_JSON: "Cannot parse a JSON document",
    ErrorCode.BAD_RANGE: "Incorrect range request",
    ErrorCode.DATABASE_CANNOT_SERIALIZE: (
        "Database could not serialize access due to concurrent update, the transaction should be retried"
    ),
    ErrorCode.REVISION: ("A bad revision number was provided, which might indicate conflict between multiple writers"),
    ErrorCode.FORBIDDEN: "Access to a resource is forbidden",
    ErrorCode.INCOMPATIBLE_CONFIGURATIONS: (
        "Your configuration file contains configuration that are mutually incompatible"
    ),
    ErrorCode.CANCELED_JOB: "This job was canceled",
    ErrorCode.SQLITE_RUN_CACHED_STATEMENT: "SQLite: Cannot run a cached statement",
    ErrorCode.SQLITE_STEP_CACHED_STATEMENT: "SQLite: Cannot step over a cached statement",
    ErrorCode.SQLITE_PREPARE_CACHED_STATEMENT: "SQLite: Cannot prepare a cached statement",
    ErrorCode.REGULAR_FILE_EXPECTED: "The specified path does not point to a regular file",
    ErrorCode.NO_SOP_CLASS_OR_INSTANCE: "DicomUserConnection: Unable to find the SOP class and instance",
    ErrorCode.NO_PRESENTATION_CONTEXT: "DicomUserConnection: No acceptable presentation context for modality",
    ErrorCode.CANNOT_STORE_INSTANCE: "Cannot store an instance",
    ErrorCode.CREATE_NOT_STRING: "Only string values are supported when creating DICOM instances",
    ErrorCode.CREATE_OVERRIDES_TAG: "Trying to override a value inherited from a parent module",
    ErrorCode.CREATE_USE_CONTENT: 'Use "Content" to inject an image into a new DICOM instance',
    ErrorCode.CREATE_NO_PAYLOAD: "No payload is present for one instance in the series",
    ErrorCode.CREATE_USE_DATA_URI: "The payload of the DICOM instance must be specified according to Data URI scheme",
    ErrorCode.CREATE_BAD_PARENT: "Trying to attach a new DICOM instance to an inexistent resource",
    ErrorCode.CREATE_PARENT_IS_INSTANCE: (
        "Trying to attach a new DICOM instance to an instance (must be a series, study or patient)"
    ),
    ErrorCode.CANNOT_ORDER_SLICES: "Unable to order the slices of the series",
    ErrorCode.ALREADY_EXISTING_TAG: "Cannot override the value of a tag that already exists",
}

#: The HTTP status of each code where it is not 500 (measured on Orthanc 1.10.1 and 1.12.7).
HTTP_STATUSES: dict[ErrorCode, int] = {
    ErrorCode.PARAMETER_OUT_OF_RANGE: 400,
    ErrorCode.BAD_PARAMETER_TYPE: 400,
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.BAD_FILE_FORMAT: 400,
    ErrorCode.INEXISTENT_ITEM: 404,
    ErrorCode.INEXISTENT_FILE: 404,
    ErrorCode.UNKNOWN_RESOURCE: 404,
    ErrorCode.INEXISTENT_TAG: 404,
    ErrorCode.BAD_RANGE: 416,
    ErrorCode.DATABASE_CANNOT_SERIALIZE: 503,
    ErrorCode.REVISION: 409,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.CREATE_NOT_STRING: 400,
    ErrorCode.CREATE_OVERRIDES_TAG: 400,
    ErrorCode.CREATE_USE_CONTENT: 400,
    ErrorCode.CREATE_NO_PAYLOAD: 400,
    ErrorCode.CREATE_USE_DATA_URI: 400,
    ErrorCode.CREATE_BAD_PARENT: 400,
    ErrorCode.CREATE_PARENT_IS_INSTANCE: 400,
}


class OrthancError(Exception):
    """An error as Orthanc reports it.

    `code` is Orthanc's code, `message` its text, `http_status` the status of the HTTP answer and `details` the
    text of the answer's `Details`, None where the server gives none. `hint` is what the emulator adds for people, and
    `explanation` what it adds to the error's text where a configuration is refused: never part of an answer.
    """

    def __init__(self, code: ErrorCode, details: str | None = None, *, http_status: int | None = None) -> None:
        self.code = code
        self.message = MESSAGES[code]
        self.details = details
        self.hint: str | None = None
        self.explanation = ""
        self.payload: Any = None  # "ErrorPayload" of the answer, from 1.13 on: what a job had done
        self.job_payload: Any = None  # "ErrorPayload" of the job that failed, from 1.13 on: what a modality said
        self.http_status = http_status if http_status is not None else HTTP_STATUSES.get(code, 500)
        super().__init__(f"{self.message}: {details}" if details else self.message)

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text}\n{self.explanation}" if self.explanation else text


def unhandled() -> OrthancError:
    """What the server answers where it was not prepared for a value."""
    return OrthancError(ErrorCode.INTERNAL_ERROR, "An unhandled exception was generated inside the HTTP server")


class StatusOnlyError(OrthancError):
    """An error that the server answers by the HTTP status alone; code and details are for users of Python."""
