"""Sheets as grey pictures, drawn by PDFium at any resolution."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from ocr_tasks.picture import Gray
from ocr_tasks.samples.emit.pdf import pdf_bytes
from ocr_tasks.samples.page_model import Sheet


def picture(sheet: Sheet, dpi: float) -> Gray:
    """Return SHEET as grey uint8 [height, width], black on white."""
    document = pypdfium2.PdfDocument(pdf_bytes([sheet]))
    try:
        page: Any = document[0]
        bitmap = page.render(scale=dpi / 72.0, grayscale=True)
        return np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width])
    finally:
        document.close()


def png_bytes(grey: Gray | NDArray[np.uint16], dpi: float) -> bytes:
    """Return a grey picture of 8 or 16 bits as PNG that states its resolution."""
    buffer = io.BytesIO()
    Image.fromarray(grey).save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()
