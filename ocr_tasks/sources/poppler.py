"""PDF through poppler's programs (pdf2image): the second renderer. The text layer still comes from PDFium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pdf2image import convert_from_path
from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

from ocr_tasks.contract import RenderOptions
from ocr_tasks.errors import BadDrawing, MachineError, Rejection
from ocr_tasks.sources import Sheet
from ocr_tasks.sources.pdf import PdfSource, open_pdf, page_rotation, sheet_dpi, text_layer
from ocr_tasks.sources.pdf_text import page_text
from ocr_tasks.sources.raster import to_gray


class PopplerSource:
    """An open PDF whose pages poppler renders."""

    def __init__(self, path: Path, pdf: PdfSource) -> None:
        self._path = path
        self._pdf = pdf

    @property
    def page_count(self) -> int:
        return self._pdf.page_count

    def sheet(self, page: int, options: RenderOptions) -> Sheet:
        """Render a page. Raises MachineError without poppler's programs."""
        opened = self._pdf.open_page(page)
        try:
            text = page_text(opened) if options.text_layer else None
            dpi = sheet_dpi(opened, text, options)
            rotation = page_rotation(opened)
        finally:
            opened.close()
        try:
            pictures = convert_from_path(
                self._path,
                dpi=dpi,
                first_page=page,
                last_page=page,
                use_cropbox=True,
                timeout=int(options.timeout_s) + 1,
            )
        except (PDFSyntaxError, PDFPageCountError) as error:
            raise BadDrawing(
                Rejection.CORRUPT, f"poppler cannot render page {page}: export the drawing again"
            ) from error
        except PDFPopplerTimeoutError as error:
            raise BadDrawing(
                Rejection.TIMEOUT, f"poppler took longer than {options.timeout_s:.0f} s for page {page}: use pdfium"
            ) from error
        if not pictures:
            raise BadDrawing(Rejection.CORRUPT, f"poppler gave no picture of page {page}: export the drawing again")
        image = to_gray(pictures[0])
        texts, layer = text_layer(text, image, page) if text else ((), None)
        return Sheet(image, dpi, rotation, texts, layer)


@contextmanager
def open_poppler(path: Path) -> Iterator[PopplerSource]:
    """Open a PDF for poppler. Raises what `open_pdf` raises, and MachineError without poppler's programs."""
    if shutil.which("pdftoppm") is None or shutil.which("pdfinfo") is None:
        raise MachineError("the renderer poppler needs its programs: apt-get install poppler-utils, or use pdfium")
    with open_pdf(path) as pdf:
        yield PopplerSource(path, pdf)
