"""What a file is, by its first and last bytes."""

import os
from enum import Enum, auto
from pathlib import Path

from ocr_tasks.errors import BadDrawing, ContractError, Rejection

HEAD_BYTES = 4096
TAIL_BYTES = 4096


class SourceKind(Enum):
    """The readers."""

    PDF = auto()
    RASTER = auto()
    DXF = auto()


NAMES = {
    ".pdf": SourceKind.PDF,
    ".tif": SourceKind.RASTER,
    ".tiff": SourceKind.RASTER,
    ".png": SourceKind.RASTER,
    ".jpg": SourceKind.RASTER,
    ".jpeg": SourceKind.RASTER,
    ".dxf": SourceKind.DXF,
}

RASTER_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
OTHERS = (
    (b"AC10", "an AutoCAD DWG drawing: save it as DXF or PDF"),
    (b"PK\x03\x04", "a ZIP archive: unpack it and drop the drawings inside"),
    (b"ISO-10303-21", "a STEP model: export its drawing as PDF"),
    (b"\xd0\xcf\x11\xe0", "an Office or CAD compound file (such as SLDDRW): export the drawing as PDF"),
    (b"GIF8", "a GIF picture: save it as PNG or PDF"),
    (b"BM", "a BMP picture: save it as PNG or PDF"),
    (b"%!PS", "a PostScript file: convert it to PDF"),
    (b"<!DOCTYPE", "a web page, perhaps a failed download: fetch the drawing again"),
    (b"<!doctype", "a web page, perhaps a failed download: fetch the drawing again"),
    (b"<html", "a web page, perhaps a failed download: fetch the drawing again"),
    (b"<svg", "an SVG picture: export it as PDF"),
    (b"\x1f\x8b", "a gzip archive: unpack it"),
    (b"Rar!", "a RAR archive: unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive: unpack it"),
)


def kind_by_content(path: Path) -> SourceKind:
    """Return the reader for a file, from its content alone.

    Raises BadDrawing: unreadable, empty, a type that no reader knows, or a PDF whose end is missing.
    """
    head, tail, size = _ends(path)
    if size == 0:
        raise BadDrawing(Rejection.EMPTY, "the file has no bytes: its export or copy failed, send it again")
    if not head.strip(b"\0"):
        raise BadDrawing(Rejection.CORRUPT, "the file holds only zero bytes: its copy failed, send it again")
    if b"%PDF-" in head[:1024]:
        # A reader can rebuild the table of a PDF whose end is missing, but silently loses what stood there.
        if b"%%EOF" not in tail:
            raise BadDrawing(Rejection.TRUNCATED, "the PDF ends before its end mark: send it again, whole")
        return SourceKind.PDF
    if head.startswith(RASTER_MAGIC):
        return SourceKind.RASTER
    if _is_dxf(head):
        return SourceKind.DXF
    raise _unknown(path, head)


def _ends(path: Path) -> tuple[bytes, bytes, int]:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            tail = file.read(TAIL_BYTES).rstrip(b"\0\r\n\t ")
            if len(tail) < 16 < size:  # padded with zeros, as some archives do
                file.seek(max(0, size - 2**20))
                tail = file.read(2**20).rstrip(b"\0\r\n\t ")[-TAIL_BYTES:]
    except FileNotFoundError as error:
        raise ContractError(f"{path.parent.name}/{path.name} is gone: run the intake again") from error
    except OSError as error:
        raise BadDrawing(
            Rejection.UNREADABLE, f"the file cannot be read ({error.strerror}): give the pipeline's user read access"
        ) from error
    return head, tail, size


def _is_dxf(head: bytes) -> bool:
    if head.startswith(b"AutoCAD Binary DXF"):
        return True
    lines = head.decode("latin-1").lstrip("\ufeffï»¿").split("\n")
    pairs = [line.strip() for line in lines]
    while len(pairs) >= 2 and pairs[0] == "999":  # comments
        pairs = pairs[2:]
    return pairs[:2] == ["0", "SECTION"]


def _unknown(path: Path, head: bytes) -> BadDrawing:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    said = NAMES.get(path.suffix.lower())
    for magic, what in OTHERS:
        if start.startswith(magic):
            code = Rejection.WRONG_TYPE if said else Rejection.UNSUPPORTED
            return BadDrawing(code, f"the file is {what}")
    known = "PDF, TIFF, PNG, JPEG and DXF"
    if said:
        return BadDrawing(
            Rejection.WRONG_TYPE,
            f"named {path.suffix.lower()}, but what it holds is not one of {known}: export it again",
        )
    return BadDrawing(Rejection.UNSUPPORTED, f"not a drawing that can be read: {known} can")
