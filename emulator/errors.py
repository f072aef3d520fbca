"""Orthanc's errors: raised once as OrthancError, turned into JSON in one place, `rest/`."""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """The error codes of Orthanc that the emulator raises (`OrthancStatus` in an error body).

    The numbers are those that `Orthanc --errors` prints.
    """

    INTERNAL_ERROR = -1
    NOT_IMPLEMENTED = 2
    PARAMETER_OUT_OF_RANGE = 3
    BAD_PARAMETER_TYPE = 5
    BAD_SEQUENCE_OF_CALLS = 6
    INEXISTENT_ITEM = 7
    BAD_REQUEST = 8
    BAD_FILE_FORMAT = 15
    UNKNOWN_RESOURCE = 17
    INEXISTENT_TAG = 21
    UNKNOWN_DICOM_TAG = 27
    SQLITE_STEP_CACHED_STATEMENT = 1010
    SQLITE_PREPARE_CACHED_STATEMENT = 1012
    CANNOT_STORE_INSTANCE = 2018
    ALREADY_EXISTING_TAG = 2042


#: What `Orthanc --errors` prints for each code (1.12.7).
MESSAGES: dict[ErrorCode, str] = {
    ErrorCode.INTERNAL_ERROR: "Internal error",
    ErrorCode.NOT_IMPLEMENTED: "Not implemented yet",
    ErrorCode.PARAMETER_OUT_OF_RANGE: "Parameter out of range",
    ErrorCode.BAD_PARAMETER_TYPE: "Bad type for a parameter",
    ErrorCode.BAD_SEQUENCE_OF_CALLS: "Bad sequence of calls",
    ErrorCode.INEXISTENT_ITEM: "Accessing an inexistent item",
    ErrorCode.BAD_REQUEST: "Bad request",
    ErrorCode.BAD_FILE_FORMAT: "Bad file format",
    ErrorCode.UNKNOWN_RESOURCE: "Unknown resource",
    ErrorCode.INEXISTENT_TAG: "Inexistent tag",
    ErrorCode.UNKNOWN_DICOM_TAG: "Unknown DICOM tag",
    ErrorCode.SQLITE_STEP_CACHED_STATEMENT: "SQLite: Cannot step over a cached statement",
    ErrorCode.SQLITE_PREPARE_CACHED_STATEMENT: "SQLite: Cannot prepare a cached statement",
    ErrorCode.CANNOT_STORE_INSTANCE: "Cannot store an instance",
    ErrorCode.ALREADY_EXISTING_TAG: "Cannot override the value of a tag that already exists",
}

#: The HTTP status of each code where it is not 500 (measured on Orthanc 1.10.1 and 1.12.7).
HTTP_STATUSES: dict[ErrorCode, int] = {
    ErrorCode.PARAMETER_OUT_OF_RANGE: 400,
    ErrorCode.BAD_PARAMETER_TYPE: 400,
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.BAD_FILE_FORMAT: 400,
    ErrorCode.INEXISTENT_ITEM: 404,
    ErrorCode.UNKNOWN_RESOURCE: 404,
    ErrorCode.INEXISTENT_TAG: 404,
}


class OrthancError(Exception):
    """An error as Orthanc reports it.

    `code` is Orthanc's code, `message` its text, `http_status` the status of the HTTP answer and `details` the
    text of the answer's `Details`, None where the server gives none. `hint` is what the emulator adds for people, and
    never part of an answer.
    """

    def __init__(self, code: ErrorCode, details: str | None = None, *, http_status: int | None = None) -> None:
        self.code = code
        self.message = MESSAGES[code]
        self.details = details
        self.hint: str | None = None
        self.http_status = http_status if http_status is not None else HTTP_STATUSES.get(code, 500)
        super().__init__(f"{self.message}: {details}" if details else self.message)
