"""What lies in the inbox: a walk that trusts no name and no file type, and safe reading. Never writes there."""

import errno
import fnmatch
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ocr_tasks.errors import BadDrawing, DrawingEtlError, Rejection

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".dxf"})
CHUNK_BYTES = 2**20
MAX_SOURCE_BYTES = 4 * 2**30
"""No drawing is larger; one that claims to be would only fill the work volume."""

_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CLIMBS = re.compile(r"(^|[/\\])\.\.([/\\]|$)")


class InboxUnavailable(DrawingEtlError):
    """The inbox itself cannot be listed."""


class StillChanging(DrawingEtlError):
    """A file changed while it was read: it waits for the next run."""


class Vanished(DrawingEtlError):
    """A file was listed and is gone."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One regular file with the name of a drawing."""

    path: str
    """Below the inbox, as the file system has it (bytes that are no UTF-8 as surrogates)."""
    size: int
    mtime_ns: int
    arrived_at: datetime
    """Its last change; of its inode, where the file claims to be from the future."""

    @property
    def shown(self) -> str:
        """The path for people, logs and the database: control characters and undecodable bytes escaped."""
        return shown(self.path)

    @property
    def suffix(self) -> str:
        """Lower case, with the dot: one of SUFFIXES."""
        return Path(self.path).suffix.lower()


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a walk found."""

    found: tuple[Found, ...]
    """By path, settled or not."""
    ignored: tuple[tuple[str, str], ...]
    """Path for people and the reason, of what has a drawing's name but is no drawing."""


def scan(inbox: Path, pattern: str, now: datetime) -> Listing:
    """List the drawings below INBOX whose path matches PATTERN, a shell pattern in which `*` also crosses folders.

    Hidden files and folders are passed over: that is how a copy under way is named by most programs.
    Raises InboxUnavailable if the inbox is missing or cannot be listed.
    """
    try:
        os.scandir(inbox).close()
    except OSError as error:
        raise InboxUnavailable(
            f"the inbox {inbox} cannot be listed ({error.strerror}): create the folder or set DRAWING_ETL_INBOX, "
            "and let this user read it"
        ) from error
    wanted = re.compile(fnmatch.translate(pattern), re.IGNORECASE)
    found: list[Found] = []
    ignored: list[tuple[str, str]] = []

    def unlisted(error: OSError) -> None:
        path = os.path.relpath(error.filename, inbox)
        ignored.append((shown(path), f"a folder that cannot be listed ({error.strerror}): let this user read it"))

    for folder, subfolders, names in os.walk(inbox, onerror=unlisted):
        subfolders[:] = sorted(name for name in subfolders if not _hidden(name))
        for name in sorted((*names, *subfolders)):
            path = os.path.relpath(os.path.join(folder, name), inbox)  # noqa: PTH118 - a name may hold any bytes
            if _hidden(name) or Path(name).suffix.lower() not in SUFFIXES or not wanted.match(path):
                continue
            try:
                status = os.lstat(os.path.join(folder, name))  # noqa: PTH118
            except OSError:
                continue  # gone since it was listed
            if (reason := _no_drawing(status.st_mode)) is not None:
                ignored.append((shown(path), reason))
                continue
            found.append(
                Found(
                    path=path,
                    size=status.st_size,
                    mtime_ns=status.st_mtime_ns,
                    arrived_at=_arrival(status, now),
                )
            )
    return Listing(found=tuple(sorted(found, key=lambda file: file.path)), ignored=tuple(ignored))


def _hidden(name: str) -> bool:
    return name.startswith(".") and not name.startswith("..")


def _no_drawing(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return "a link: links are not followed, put the file itself into the inbox"
    if stat.S_ISDIR(mode):
        return "a folder with a drawing's name: what lies in it is taken"
    return "no regular file but a pipe, a socket or a device"


def _arrival(status: os.stat_result, now: datetime) -> datetime:
    changed = datetime.fromtimestamp(min(max(status.st_mtime, 0), 2**33), UTC)
    return changed if changed <= now else datetime.fromtimestamp(status.st_ctime, UTC)


def vet(file: Found) -> None:
    """Raise BadDrawing if the file cannot be taken by its name or size."""
    if shown(file.path) != file.path or _CLIMBS.search(file.path):
        raise BadDrawing(
            Rejection.BAD_NAME,
            f"the name {file.shown!r} holds control characters, bytes that are no UTF-8, or a way out of its folder: "
            "rename the file",
        )
    if file.size > MAX_SOURCE_BYTES:
        raise BadDrawing(
            Rejection.UNSUPPORTED,
            f"the file has {file.size / 2**30:.1f} GB, more than the {MAX_SOURCE_BYTES // 2**30} GB of any drawing: "
            "split it or take it out of the inbox",
        )


def content(inbox: Path, file: Found) -> Iterator[bytes]:
    """Yield the file's bytes.

    Raises BadDrawing if it may not be read, Vanished if it is gone, StillChanging if it is not what was listed.
    Follows no link and waits for no pipe, even one put there since it was listed.
    """
    try:
        handle = os.open(inbox / file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise Vanished(f"{file.shown} is gone") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StillChanging(f"{file.shown} became a link") from error
        raise _unreadable(file, error) from error
    with os.fdopen(handle, "rb") as stream:
        _unchanged(file, os.fstat(handle))
        left = file.size
        while left > 0:
            try:
                chunk = stream.read(min(CHUNK_BYTES, left))
            except OSError as error:
                raise _unreadable(file, error) from error
            if not chunk:
                break
            left -= len(chunk)
            yield chunk
        _unchanged(file, os.fstat(handle))


def _unchanged(file: Found, status: os.stat_result) -> None:
    if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns) or not stat.S_ISREG(status.st_mode):
        raise StillChanging(f"{file.shown} is still changing")


def _unreadable(file: Found, error: OSError) -> BadDrawing:
    return BadDrawing(
        Rejection.UNREADABLE,
        f"{file.shown} cannot be read ({error.strerror}): let this user read it, or copy it into the inbox again",
    )


def sha256_of(inbox: Path, file: Found) -> str:
    """Return the digest of the file's bytes; raises as `content` does."""
    digest = hashlib.sha256()
    for chunk in content(inbox, file):
        digest.update(chunk)
    return digest.hexdigest()


def sha256_of_path(file: Found) -> str:
    """Return the digest that stands for a file whose bytes cannot be had, or whose name must change first."""
    return hashlib.sha256(b"path\0" + os.fsencode(file.path)).hexdigest()


def shown(path: str) -> str:
    """Return PATH with control characters, text-turning characters and undecodable bytes as escapes."""
    return "".join(_escape(char) if _hides(char) else char for char in path)


def _hides(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs") or char in _TURNS_TEXT


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
