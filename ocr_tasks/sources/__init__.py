"""Where drawings come from: each reader turns one kind of file into grey sheets, one at a time.

A reader checks everything that it can before it decodes anything: the number of pages, the pixels of each.
Readers run in a child process (`isolation`), since decoders of hostile files crash and hang.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ocr_tasks.contract import RenderOptions, TextLayer, VectorText
from ocr_tasks.picture import Gray
from ocr_tasks.sources.content import SourceKind, kind_by_content


@dataclass(frozen=True)
class Sheet:
    """One rendered page: grey uint8 (height, width), as a person would turn it by the file's own instructions."""

    image: Gray
    dpi: float
    rotation: int = 0
    """Degrees, counter-clockwise, that the file asked for; applied."""
    texts: tuple[VectorText, ...] = ()
    """Strings that the file itself holds, quads in pixels of `image`."""
    layer: TextLayer | None = None


class Source(Protocol):
    """An open drawing."""

    @property
    def page_count(self) -> int: ...

    def sheet(self, page: int, options: RenderOptions) -> Sheet:
        """Render a page, from 1. Raises BadDrawing, before rendering, for a page above `max_page_pixels`."""
        ...


@contextmanager
def open_source(path: Path, options: RenderOptions) -> Iterator[Source]:
    """Open a drawing by what it holds, whatever its name. Raises BadDrawing with a reason for what cannot be read."""
    reader: AbstractContextManager[Source]
    match kind_by_content(path):
        case SourceKind.PDF if options.renderer == "poppler":
            from ocr_tasks.sources.poppler import open_poppler

            reader = open_poppler(path)
        case SourceKind.PDF:
            from ocr_tasks.sources.pdf import open_pdf

            reader = open_pdf(path)
        case SourceKind.RASTER:
            from ocr_tasks.sources.raster import open_raster

            reader = open_raster(path, options.max_pages)
        case SourceKind.DXF:
            from ocr_tasks.sources.dxf import open_dxf

            reader = open_dxf(path)
    with reader as source:
        yield source
