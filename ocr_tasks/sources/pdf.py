"""PDF through PDFium (pypdfium2): grey pages and the file's own text layer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocr_tasks.contract import RenderOptions, TextLayer, VectorText
from ocr_tasks.errors import BadDrawing, Rejection
from ocr_tasks.picture import Gray
from ocr_tasks.sources import Sheet
from ocr_tasks.sources.colours import legible, needs_colour
from ocr_tasks.sources.layer_trust import judge, ruling_crosses
from ocr_tasks.sources.lettering import ENOUGH, LOOK_DPI, letter_heights_px
from ocr_tasks.sources.pdf_text import PageText, page_text, whole_page_scan_dpi
from ocr_tasks.sources.resolution import FLOOR_DPI, HIGHEST_DPI, bounded_dpi, choose_dpi
from ocr_tasks.sources.text_strings import strings_of

COLOUR_DPI = 72
"""Resolution at which a page is searched for colours."""


class PdfSource:
    """An open PDF."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self._document = document

    @property
    def page_count(self) -> int:
        return len(self._document)

    def sheet(self, page: int, options: RenderOptions) -> Sheet:
        """Render a page on white, with its annotations and form fields; the text layer if it is asked for."""
        opened = self.open_page(page)
        try:
            text = page_text(opened) if options.text_layer else None
            dpi = sheet_dpi(opened, text, options)
            image = rendered(opened, dpi)
            texts, layer = text_layer(text, image, page) if text else ((), None)
            return Sheet(image, dpi, page_rotation(opened), texts, layer)
        finally:
            opened.close()

    def open_page(self, page: int) -> pdfium.PdfPage:
        """Return a page, from 1. Raises BadDrawing if its object is damaged."""
        try:
            return self._document[page - 1]
        except pdfium.PdfiumError as error:
            raise BadDrawing(Rejection.CORRUPT, f"page {page} of the PDF is damaged: export it again") from error


@contextmanager
def open_pdf(path: Path) -> Iterator[PdfSource]:
    """Open a PDF. Raises BadDrawing: encrypted, damaged, without pages."""
    handle = pdfium_c.FPDF_LoadDocument(os.fsencode(path), None)
    if not handle:
        raise _why_not(pdfium_c.FPDF_GetLastError())
    document = pdfium.PdfDocument(handle)
    try:
        if len(document) == 0:
            raise BadDrawing(Rejection.NO_PAGES, "the PDF has no pages: export the drawing again")
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()
        yield PdfSource(document)
    finally:
        document.close()


def rendered(page: pdfium.PdfPage, dpi: float) -> Gray:
    """Return a page drawn by PDFium, dark on light, uint8 (height, width), with annotations and form fields."""
    with _drawn(page, min(dpi, COLOUR_DPI)) as small:
        coloured = needs_colour(small)
    with _drawn(page, dpi, grayscale=True) as picture:
        grey = picture.copy()
    if not coloured:
        return grey
    with _drawn(page, dpi) as colour:
        height, width = grey.shape
        return legible(height, width, lambda top, bottom: (colour[top:bottom], grey[top:bottom]))


@contextmanager
def _drawn(page: pdfium.PdfPage, dpi: float, *, grayscale: bool = False) -> Iterator[npt.NDArray[np.uint8]]:
    """Lend a page drawn by PDFium on white: red, green and blue, or grey."""
    white = (255, 255, 255, 255)
    bitmap = page.render(scale=dpi / 72.0, rev_byteorder=True, grayscale=grayscale, fill_color=white)
    try:
        yield bitmap.to_numpy()
    finally:
        bitmap.close()


def sheet_dpi(page: pdfium.PdfPage, text: PageText | None, options: RenderOptions) -> int:
    """Return the resolution for a page: asked for, or that of the scan that fills it, or by its lettering.

    The lettering's height is told by the text layer, or looked up in a small picture of the page where there is no
    layer (TEXT None: it is not to be looked at).
    """
    width_pt, height_pt = page.get_size()
    limit = options.max_page_pixels
    if options.dpi is not None:
        return bounded_dpi(width_pt, height_pt, options.dpi, asked=True, max_pixels=limit)
    if (scan := whole_page_scan_dpi(page)) is not None:
        wanted = int(min(max(scan, FLOOR_DPI), HIGHEST_DPI))
    elif text is not None and len(heights_pt := text.heights_pt()) >= ENOUGH:
        wanted = choose_dpi(heights_pt)
    else:
        look_dpi = bounded_dpi(width_pt, height_pt, LOOK_DPI, asked=False, max_pixels=limit)
        wanted = choose_dpi([height * 72.0 / look_dpi for height in letter_heights_px(rendered(page, look_dpi))])
    return bounded_dpi(width_pt, height_pt, wanted, asked=False, max_pixels=limit)


def text_layer(text: PageText, image: Gray, page: int) -> tuple[tuple[VectorText, ...], TextLayer | None]:
    """Return the strings of a page's text layer in pixels of `image`, and what they are worth. No text: no layer."""
    if not text.chars:
        return (), None
    height, width = image.shape
    strings = strings_of(text.in_pixels(width, height), page, ruled=partial(ruling_crosses, image))
    return tuple(strings), judge(strings, text, image)


def page_rotation(page: pdfium.PdfPage) -> int:
    """Return the turn that the page asks for, in degrees counter-clockwise; renderers apply it."""
    clockwise: int = page.get_rotation()
    return -clockwise % 360


def _why_not(code: int) -> BadDrawing:
    if code == pdfium_c.FPDF_ERR_PASSWORD:
        return BadDrawing(Rejection.ENCRYPTED, "the PDF asks for a password: export it without one")
    if code == pdfium_c.FPDF_ERR_SECURITY:
        return BadDrawing(
            Rejection.ENCRYPTED, "the PDF is protected by an unknown scheme: export it without protection"
        )
    return BadDrawing(Rejection.CORRUPT, "the PDF's structure is damaged: export it again")
