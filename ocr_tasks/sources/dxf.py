"""DXF through ezdxf's drawing add-on: each sheet layout, or the model where no sheet is laid out, as a grey raster."""

import logging
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from ezdxf import filemanagement, recover
from ezdxf.addons.drawing.config import (
    BackgroundPolicy,
    ColorPolicy,
    Configuration,
    HatchPolicy,
    ImagePolicy,
    LinePolicy,
    ProxyGraphicPolicy,
)
from ezdxf.addons.drawing.frontend import UniversalFrontend
from ezdxf.addons.drawing.pipeline import RenderPipeline2d
from ezdxf.addons.drawing.properties import Properties, RenderContext
from ezdxf.addons.drawing.recorder import Player, Recorder
from ezdxf.document import Drawing
from ezdxf.fonts import fonts
from ezdxf.layouts.layout import Layout
from ezdxf.lldxf.const import DXFError, DXFStructureError
from ezdxf.math import BoundingBox2d, Matrix44, Vec2

from ocr_tasks.contract import RenderOptions, TextLayer, VectorText
from ocr_tasks.errors import BadDrawing, Rejection
from ocr_tasks.sources import Sheet
from ocr_tasks.sources.dxf_canvas import Canvas
from ocr_tasks.sources.dxf_repairs import repair
from ocr_tasks.sources.resolution import FLOOR_DPI, choose_dpi, too_large
from ocr_tasks.sources.text_strings import Char, strings_of

MAX_FILE_BYTES = 400 * 2**20
MAX_RECORDS = 3_000_000
"""Lines, paths and fills of one sheet, blocks resolved: a sheet with more is no drawing that a person reads."""
MAX_EXTENT = 1e9
"""A sheet that is larger, in its own units, holds a stray entity."""
MARGIN_PX = 40
UNIT_MM = {1: 25.4, 2: 304.8, 4: 1.0, 5: 10.0, 6: 1000.0, 8: 2.54e-5, 9: 0.0254, 10: 914.4, 13: 0.001, 14: 100.0}
"""$INSUNITS (DXF reference, HEADER section): millimetres a unit; others are taken for millimetres."""
PLAUSIBLE_SHEET_MM = (100.0, 2500.0)
A3_LONG_MM = 420.0
CAP_HEIGHT_EM = 0.72


class DxfSource:
    """An open DXF drawing."""

    def __init__(self, document: Drawing) -> None:
        self._document = document
        self._layouts = sheet_layouts(document)

    @property
    def page_count(self) -> int:
        return len(self._layouts)

    def sheet(self, page: int, options: RenderOptions) -> Sheet:
        """Draw a layout, black on white, with a small margin. The resolution follows its lettering, as for a PDF."""
        layout = self._layouts[page - 1]
        player, words = _recorded(self._document, layout)
        box = player.bbox()
        if not box.has_data:
            raise BadDrawing(Rejection.NO_PAGES, "nothing visible is drawn on the sheet: check its layers and export")
        width, height = box.size.x, box.size.y
        if not (math.isfinite(width) and math.isfinite(height)) or max(width, height) > MAX_EXTENT:
            raise BadDrawing(
                Rejection.PAGE_TOO_LARGE, f"the drawing spans {max(width, height):.3g} units: remove what lies far off"
            )
        scale, dpi = _scale(_unit_mm(self._document, layout), box, words, options)
        canvas = Canvas(box.extmin, box.size, pixels_a_unit=scale, dpi=dpi, margin_px=MARGIN_PX)
        player.replay(canvas)
        if not (options.text_layer and words):
            return Sheet(canvas.image(), dpi)
        texts = _strings(words, canvas, page)
        layer = TextLayer(strings=len(texts), trusted=True, reason="the drawing is drawn from these strings")
        return Sheet(canvas.image(), dpi, texts=tuple(texts), layer=layer)


@contextmanager
def open_dxf(path: Path) -> Iterator[DxfSource]:
    """Open a DXF drawing, ASCII or binary, of any version that ezdxf reads. Raises BadDrawing."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise too_large_file(path.stat().st_size)
    _load_fonts()
    logging.getLogger("ezdxf").setLevel(logging.ERROR)
    try:
        document = _document(path)
        repair(document)
        source = DxfSource(document)
    except BadDrawing:
        raise
    except (DXFError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError) as error:
        if not _has_end(path):
            raise BadDrawing(Rejection.TRUNCATED, "the DXF ends before its EOF mark: send it again, whole") from error
        raise BadDrawing(Rejection.CORRUPT, "the DXF's structure is damaged: save it again from the CAD") from error
    if not _has_end(path):
        raise BadDrawing(Rejection.TRUNCATED, "the DXF ends before its EOF mark: send it again, whole")
    if source.page_count == 0:
        raise BadDrawing(Rejection.NO_PAGES, "the DXF holds no entity: export the drawing again")
    yield source


def _document(path: Path) -> Drawing:
    try:
        return filemanagement.readfile(path)
    except DXFStructureError:
        document, _ = recover.readfile(path)  # takes what many programs write against the rules; no binary DXF
        return document


def too_large_file(size: int) -> BadDrawing:
    """Return the rejection of a DXF that is too long to be taken apart in memory."""
    return BadDrawing(
        Rejection.PAGE_TOO_LARGE,
        f"a DXF of {size / 2**20:.0f} MB, above the limit of {MAX_FILE_BYTES / 2**20:.0f} MB: send the sheet as PDF",
    )


def sheet_layouts(document: Drawing) -> list[Layout]:
    """Return the paper layouts that hold a frame or anything else of their own, in tab order; else the model.

    A layout that is nothing but windows on the model shows what the model shows, or less.
    """
    papers = [document.layouts.get(name) for name in document.layouts.names_in_taborder() if name != "Model"]
    drawn = [paper for paper in papers if any(entity.dxftype() != "VIEWPORT" for entity in paper)]
    if drawn:
        return drawn
    model = document.modelspace()
    return [model] if len(model) else []


class _Word(NamedTuple):
    """A piece of text as it is drawn: lower left, lower right and upper left of its capitals, in layout units."""

    text: str
    begin: Vec2
    end: Vec2
    above: Vec2


class _Listening(RenderPipeline2d):
    """Keeps each piece of text that passes by on its way to being drawn as outlines."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.words: list[_Word] = []

    def draw_text(
        self, text: str, transform: Matrix44, properties: Properties, cap_height: float, dxftype: str = "TEXT"
    ) -> None:
        super().draw_text(text, transform, properties, cap_height, dxftype)
        font = self.text_engine.get_font(properties.font or self.default_font_face)
        width = font.text_width_ex(text, cap_height)
        matrix = self.clipping_portal.transform_matrix(transform.copy())  # of the viewport, if in one
        begin, end, above = (
            Vec2(corner) for corner in matrix.transform_vertices([(0, 0, 0), (width, 0, 0), (0, cap_height, 0)])
        )
        self.words.append(_Word(text, begin, end, above))


def _recorded(document: Drawing, layout: Layout) -> tuple[Player, list[_Word]]:
    """Return what is drawn on a layout, in its units, and the text among it."""
    recorder = _BoundedRecorder()
    listening = _Listening(recorder)
    config = Configuration(
        color_policy=ColorPolicy.BLACK,
        background_policy=BackgroundPolicy.WHITE,
        line_policy=LinePolicy.ACCURATE,
        hatch_policy=HatchPolicy.NORMAL,
        image_policy=ImagePolicy.IGNORE,  # pictures lie in other files: none is opened on a drawing's word
        proxy_graphic_policy=ProxyGraphicPolicy.SHOW,
        hatching_timeout=5.0,
    )
    random.seed(0)  # ezdxf shifts each hatch a little by chance: one drawing is to give the same pixels every time
    try:
        UniversalFrontend(RenderContext(document), listening, config=config).draw_layout(layout)
    except (DXFError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        raise BadDrawing(
            Rejection.CORRUPT, f"the DXF cannot be drawn ({type(error).__name__}): save it again from the CAD"
        ) from error
    except RecursionError as error:
        raise BadDrawing(Rejection.CORRUPT, "a block of the DXF holds itself: save it again from the CAD") from error
    return recorder.player(), listening.words


class _BoundedRecorder(Recorder):
    """Gives up on a drawing that unfolds without end (blocks of blocks of blocks)."""

    def store(self, record: object, properties: object) -> None:
        if len(self.records) >= MAX_RECORDS:
            raise BadDrawing(
                Rejection.PAGE_TOO_LARGE, f"more than {MAX_RECORDS} lines on one sheet: split it, or send it as PDF"
            )
        super().store(record, properties)  # type: ignore[arg-type]


def _unit_mm(document: Drawing, layout: Layout) -> float:
    """Return millimetres a unit: of paper (plot paper units: 0 inches, 1 millimetres), or of the model."""
    if layout.is_any_paperspace:
        return 25.4 if layout.dxf.get("plot_paper_units", 1) == 0 else 1.0
    return UNIT_MM.get(document.header.get("$INSUNITS", 0), 1.0)


def _scale(unit_mm: float, box: BoundingBox2d, words: Sequence[_Word], options: RenderOptions) -> tuple[float, float]:
    """Return (pixels a drawing unit, dots an inch of the sheet): the dpi that the lettering needs.

    A model as large as no sheet (a plant in metres) is taken to be drawn on a sheet whose long side is that of A3.
    """
    width, height = box.size.x, box.size.y
    longest = max(width, height)
    if not PLAUSIBLE_SHEET_MM[0] <= longest * unit_mm <= PLAUSIBLE_SHEET_MM[1]:
        unit_mm = A3_LONG_MM / longest
    heights_pt = [word.above.distance(word.begin) * unit_mm / 25.4 * 72.0 for word in words]
    dpi = options.dpi or choose_dpi([height for height in heights_pt if 0.5 < height < 200])

    def pixels(at: float) -> float:
        per_unit = at / 25.4 * unit_mm
        return float((width * per_unit + 2 * MARGIN_PX + 2) * (height * per_unit + 2 * MARGIN_PX + 2))

    while options.dpi is None and pixels(dpi) > options.max_page_pixels and dpi > FLOOR_DPI:
        dpi = max(int(dpi * 0.95), FLOOR_DPI)
    if pixels(dpi) > options.max_page_pixels:
        what = f"a sheet of {width * unit_mm:.0f} x {height * unit_mm:.0f} mm at {dpi} dpi"
        raise too_large(what, options.max_page_pixels)
    return dpi / 25.4 * unit_mm, float(dpi)


def _strings(words: Sequence[_Word], canvas: Canvas, page: int) -> list[VectorText]:
    """Return the text as strings in pixels of the canvas: words on one line joined, as in the text layer of a PDF."""
    chars = []
    for word in words:
        begin, end, above = (canvas.place(corner) for corner in (word.begin, word.end, word.above))
        width, cap = math.dist(begin, end), math.dist(begin, above)
        if not (math.isfinite(width) and width > 0 and math.isfinite(cap) and cap > 0):
            continue
        direction = ((end[0] - begin[0]) / width, (end[1] - begin[1]) / width)
        plain = "".join(letter if letter.isprintable() else " " for letter in word.text)
        chars.append(Char(plain, begin, direction, cap / CAP_HEIGHT_EM, width, 0.0, -cap, 0.0, width))
    return strings_of(chars, page)


def _has_end(path: Path) -> bool:
    with path.open("rb") as file:
        binary = file.read(18) == b"AutoCAD Binary DXF"
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 64))
        tail = file.read(64)
    return b"EOF" in tail if binary else tail.decode("latin-1").split()[-1:] == ["EOF"]


@lru_cache(maxsize=1)
def _load_fonts() -> None:
    """Letter with the drafting font that comes along, not with fonts of this machine: the same on each machine."""
    fonts.font_manager.clear()
    with resources.as_file(resources.files("ocr_tasks.samples") / "fonts") as folder:
        fonts.font_manager.build([str(folder)], support_dirs=False)
        fonts.font_manager.add_synonyms({"routed-gothic.ttf": "Arial.ttf"}, reverse=False)
