"""The characters of a PDF page's text layer, as PDFium tells them."""

import ctypes
import math
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocr_tasks.contract import Point
from ocr_tasks.sources.text_strings import UPRIGHT, Char

MAX_CHARS = 500_000
"""A page with more is a book of tables or an attack: the rest is not looked at."""

DEVICE_UNITS = 2**24
"""PDFium tells page places in whole device units: so many across a page are fine enough."""

SCAN_COVER = 0.8
DESCENDERS = frozenset("gjpqy,;()[]{}|@Q/⌀∅")
CAP_HEIGHT_EM = 0.72
DESCENT_EM = 0.2


@dataclass(frozen=True)
class PageText:
    """Characters of a page, lengths in points, origin top-left of the page as displayed."""

    chars: tuple[Char, ...]
    width_pt: float
    height_pt: float
    invisible: int
    """Characters drawn in render mode 3 (ISO 32000-1, table 106): not painted."""
    unmapped: int
    """Characters without a usable Unicode value."""
    image_cover: float
    """Share of the page that its largest picture covers."""

    def heights_pt(self) -> list[float]:
        """Heights of digits and capitals, as far as they are upright or turned by quarter turns."""
        return [
            char.below - char.above
            for char in self.chars
            if (char.text.isdigit() or char.text.isupper()) and 0.5 < char.below - char.above < 200
        ]

    def in_pixels(self, width_px: int, height_px: int) -> list[Char]:
        """Return the characters in pixels of the rendered page."""
        return [char.scaled(width_px / self.width_pt, height_px / self.height_pt) for char in self.chars]


def page_text(page: pdfium.PdfPage) -> PageText:
    """Return what the text layer of a page holds; empty for a page without one."""
    width_pt, height_pt = page.get_size()
    placed = _Placement(page, width_pt, height_pt)
    textpage = page.get_textpage()
    try:
        chars: list[Char] = []
        invisible = unmapped = 0
        styles: dict[int, tuple[bool, str]] = {}
        for index in range(min(textpage.count_chars(), MAX_CHARS)):
            if pdfium_c.FPDFText_IsGenerated(textpage, index) == 1:
                continue
            text = _character(textpage, index)
            char = _char(textpage, index, text, placed) if text else None
            if char is None:
                continue
            item = pdfium_c.FPDFText_GetTextObject(textpage, index)
            object_id = ctypes.cast(item, ctypes.c_void_p).value or 0
            if object_id not in styles:
                styles[object_id] = _painted(item), _font_name(item)
            painted, font = styles[object_id]
            unmapped += text == "\ufffd"
            invisible += not painted
            chars.append(replace(char, object_id=object_id, painted=painted, font=font))
    finally:
        textpage.close()
    return PageText(tuple(chars), width_pt, height_pt, invisible, unmapped, _largest_picture(page)[0])


def whole_page_scan_dpi(page: pdfium.PdfPage) -> float | None:
    """Return the resolution of the picture that fills the page, if the page is such a scan."""
    cover, dpi = _largest_picture(page)
    return dpi if cover >= SCAN_COVER else None


class _Placement:
    """Maps PDF user space to points of the page as displayed: crop box and page rotation are PDFium's business."""

    def __init__(self, page: pdfium.PdfPage, width_pt: float, height_pt: float) -> None:
        def device(x: float, y: float) -> Point:
            across, down = ctypes.c_double(), ctypes.c_double()
            pdfium_c.FPDF_DeviceToPage(page, 0, 0, DEVICE_UNITS, DEVICE_UNITS, 0, int(x), int(y), across, down)
            return across.value, down.value

        # Device to page is told in floating point: take that and invert it.
        x0, y0 = device(0, 0)
        xa, ya = device(DEVICE_UNITS, 0)
        xb, yb = device(0, DEVICE_UNITS)
        a, b, c, d = xa - x0, ya - y0, xb - x0, yb - y0
        area = a * d - b * c
        self._origin = (x0, y0)
        usable = math.isfinite(area) and area != 0
        self._inverse = (d / area, -b / area, -c / area, a / area) if usable else (0.0, 0.0, 0.0, 0.0)
        self._size = (width_pt, height_pt)

    def point(self, x: float, y: float) -> Point:
        across, down = x - self._origin[0], y - self._origin[1]
        p, q, r, s = self._inverse
        return (across * p + down * r) * self._size[0], (across * q + down * s) * self._size[1]


def _painted(item: object) -> bool:
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(item)
    return bool(mode != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


def _font_name(item: object) -> str:
    buffer = ctypes.create_string_buffer(128)
    font = pdfium_c.FPDFTextObj_GetFont(item)
    length = int(pdfium_c.FPDFFont_GetBaseFontName(font, buffer, len(buffer))) if font else 0
    return buffer.value.decode("utf-8", "replace") if 0 < length <= len(buffer) else ""


def _character(textpage: pdfium.PdfTextPage, index: int) -> str | None:
    """Return the character, U+FFFD for one that says nothing, None for one to leave out."""
    value = int(pdfium_c.FPDFText_GetUnicode(textpage, index))
    if pdfium_c.FPDFText_IsHyphen(textpage, index) == 1:
        return "-"  # at a line's end PDFium replaces it by a mark of its own
    if value in (0x0D, 0x0A, 0xFEFF, 0xAD):
        return None
    if value < 0x20 or 0x7F <= value < 0xA0 or 0xD800 <= value < 0xE000 or 0xE000 <= value < 0xF900 or value > 0x10FFFF:
        return "\ufffd"
    return chr(value)


def _char(textpage: pdfium.PdfTextPage, index: int, text: str, placed: _Placement) -> Char | None:
    matrix = pdfium_c.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    if not pdfium_c.FPDFText_GetMatrix(textpage, index, matrix):
        return None
    if not pdfium_c.FPDFText_GetCharOrigin(textpage, index, x, y):
        return None
    nominal = float(pdfium_c.FPDFText_GetFontSize(textpage, index))
    origin = placed.point(x.value, y.value)
    ahead = placed.point(x.value + matrix.a, y.value + matrix.b)
    up = placed.point(x.value + matrix.c, y.value + matrix.d)
    along = (ahead[0] - origin[0], ahead[1] - origin[1])
    length = math.hypot(*along)
    size = nominal * math.hypot(up[0] - origin[0], up[1] - origin[1])
    if not (math.isfinite(length) and math.isfinite(size) and length > 0 and size > 0):
        return None
    direction = (along[0] / length, along[1] / length)
    char = Char(text, origin, direction, size, 0.0, 0.0, -CAP_HEIGHT_EM * size, 0.0)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
    loose = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(textpage, index, loose)
    if min(abs(direction[0]), abs(direction[1])) < UPRIGHT:  # upright or a quarter turn: boxes are tight
        ink = [char.local(placed.point(px, py)) for px, py in ((left.value, bottom.value), (right.value, top.value))]
        (a0, b0), (a1, b1) = ink
        cell = [char.local(placed.point(loose.left, loose.bottom)), char.local(placed.point(loose.right, loose.top))]
        advance = max(cell[0][0], cell[1][0])
        return char.with_extent(advance, min(a0, a1), max(a0, a1), min(b0, b1), max(b0, b1))
    below = DESCENT_EM * size if text in DESCENDERS else 0.0
    across = _width_of_turned(loose, direction, size)
    return char.with_extent(across, 0.05 * across, 0.95 * across, -CAP_HEIGHT_EM * size, below)


def _width_of_turned(box: pdfium_c.FS_RECTF, direction: Point, size: float) -> float:
    """Return a character's advance from the upright box around it, turned: w from w|c| + h|s| and w|s| + h|c|."""
    wide, tall = abs(float(box.right - box.left)), abs(float(box.top - box.bottom))
    c, s = abs(direction[0]), abs(direction[1])
    if abs(c - s) < 0.25:  # near 45 degrees the two say the same: take the usual height of a cell
        return min(max((wide + tall) / (c + s) - 1.2 * size, 0.2 * size), 1.2 * size)
    width = (wide * c - tall * s) / (c * c - s * s)
    return min(max(width, 0.2 * size), 1.2 * size)


def _largest_picture(page: pdfium.PdfPage) -> tuple[float, float]:
    """Return (share of the page covered, dots an inch) of the page's largest picture; (0, 0) without one."""
    width_pt, height_pt = page.get_size()
    best = (0.0, 0.0)
    for item in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        try:
            left, bottom, right, top = item.get_bounds()
            wide_px, tall_px = item.get_px_size()
        except pdfium.PdfiumError:
            continue
        wide, tall = right - left, top - bottom
        if wide <= 0 or tall <= 0:
            continue
        cover = min(wide * tall / (width_pt * height_pt), 1.0)
        # A picture turned by a quarter has its sides swapped: the areas compare either way.
        dpi = 72.0 * math.sqrt(wide_px * tall_px / (wide * tall))
        best = max(best, (cover, dpi))
    return best
