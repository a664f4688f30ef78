"""Every exception that this package raises on purpose.

    DrawingEtlError
    ├── BadDrawing            the drawing's fault: becomes a rejection record, its batch goes on
    └── MachineError          the machine's fault: ends the stage with an exit code, Airflow decides on a retry
        ├── DeviceUnavailable     10  the device asked for is not usable: retrying does not help
        ├── OutOfDeviceMemory     11  too large a batch for the device: retry with a smaller one
        ├── WeightsError          12  weights missing, or not those that their digest names
        ├── ContractError         13  a file between stages is missing, damaged or of another contract version
        └── StorageFull           14  no room left on the work volume

Every message says what happened and what to do about it.
"""

from enum import StrEnum


class Rejection(StrEnum):
    """Why a drawing cannot be read. The values stand in the database: never rename one."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    WRONG_TYPE = "wrong_type"
    UNSUPPORTED = "unsupported"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    PAGE_TOO_LARGE = "page_too_large"
    BAD_NAME = "bad_name"
    UNREADABLE = "unreadable"
    DECODER_CRASH = "decoder_crash"
    TIMEOUT = "timeout"
    FAULT = "fault"


class DrawingEtlError(Exception):
    """Root of this package's exceptions."""


class BadDrawing(DrawingEtlError):
    """A drawing that cannot be read: a typed reason, and a sentence that says what to do."""

    def __init__(self, code: Rejection, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type["BadDrawing"], tuple[Rejection, str]]:
        return type(self), (self.code, self.message)


class MachineError(DrawingEtlError):
    """Trouble with the machine, not with a drawing. `exit_code` tells the operator which."""

    exit_code = 1


class DeviceUnavailable(MachineError):
    """The device asked for is not usable, or is not the device got."""

    exit_code = 10


class OutOfDeviceMemory(MachineError):
    """Even the smallest batch does not fit the device's memory."""

    exit_code = 11


class WeightsError(MachineError):
    """Model weights are missing, or their digest is not the expected one."""

    exit_code = 12


class ContractError(MachineError):
    """A file between stages is missing, damaged, too large or of another contract version."""

    exit_code = 13


class StorageFull(MachineError):
    """The work volume has no room left."""

    exit_code = 14
