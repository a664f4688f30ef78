"""What the report is set with on paper: fonts, paragraphs, tables, charts and pictures, by reportlab."""

import base64
from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Circle, Drawing, PolyLine, Rect, String  # type: ignore[import-untyped]
from reportlab.lib.colors import HexColor  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Flowable,
    Image,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

import ocr_tasks
from drawing_etl.report import charts
from drawing_etl.report.pictures import Crop
from drawing_etl.report.wording import shown
from ocr_tasks.files import written

FONTS = Path(ocr_tasks.__file__).parent / "samples" / "fonts"
FACES = {"Sans": "LiberationSans-Regular.ttf", "Signs": "routed-gothic.ttf"}
INK, SOFT, LINE, ACCENT, FILL = map(HexColor, ("#1b2330", "#5a6577", "#d8dee8", "#2b5f9e", "#f4f6f9"))
MARGIN = 16 * mm
FRAME = 6.0
"""What reportlab leaves free inside its frame, in points."""
INSIDE = A4[0] - 2 * MARGIN - 2 * FRAME
ACROSS = 3
"""Pictures side by side."""

BODY = ParagraphStyle("body", fontName="Sans", fontSize=9.5, leading=13.5, textColor=INK, spaceAfter=5)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=8.5, leading=11, spaceAfter=0)
NUMBER = ParagraphStyle("number", parent=CELL, alignment=2)
HEAD = ParagraphStyle("head", parent=CELL, textColor=SOFT)
NUMBER_HEAD = ParagraphStyle("number head", parent=HEAD, alignment=2)
NOTE = ParagraphStyle("note", parent=CELL, textColor=SOFT)
BIG = ParagraphStyle("big", parent=BODY, fontSize=17, leading=20, spaceAfter=0)
TITLE = ParagraphStyle("title", parent=BODY, fontSize=20, leading=25, spaceAfter=2)
SECTION = ParagraphStyle("section", parent=BODY, fontSize=13, leading=17, spaceBefore=16, spaceAfter=4, keepWithNext=1)
PART = ParagraphStyle("part", parent=BODY, fontSize=10.5, leading=14, spaceBefore=8, spaceAfter=2, keepWithNext=1)


def write_paper(title: str, flow: Sequence[Flowable], target: Path) -> Path:
    """Write a PDF in A4 and return its path. The same content gives the same bytes."""
    with written(target) as draft:
        margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
        paper = SimpleDocTemplate(str(draft), pagesize=A4, title=title, lang="en", invariant=1, **margins)
        paper.build(list(flow), onFirstPage=_foot, onLaterPages=_foot)
    return target


def drawn(chart: charts.Chart) -> Drawing:
    """Return a chart as reportlab draws it: y up."""
    scale = INSIDE / charts.WIDTH
    drawing = Drawing(INSIDE, charts.HEIGHT * scale)
    for shape in chart.shapes:
        match shape:
            case charts.Line():
                flat = [value for x, y in shape.points for value in (x * scale, (charts.HEIGHT - y) * scale)]
                colour = {"grid": LINE, "ideal": SOFT, "curve": ACCENT}[shape.style]
                dash = [4, 3] if shape.style == "ideal" else None
                drawing.add(PolyLine(flat, strokeColor=colour, strokeWidth=0.8, strokeDashArray=dash))
            case charts.Bar():
                bottom = (charts.HEIGHT - shape.y - shape.height) * scale
                box = (shape.x * scale, bottom, shape.width * scale, shape.height * scale)
                drawing.add(Rect(*box, fillColor=ACCENT, strokeColor=None))
            case charts.Dot():
                middle = (shape.x * scale, (charts.HEIGHT - shape.y) * scale)
                drawing.add(Circle(*middle, shape.radius * scale, fillColor=ACCENT, strokeColor=None))
            case charts.Label():
                place = (shape.x * scale, (charts.HEIGHT - shape.y) * scale)
                drawing.add(
                    String(*place, shape.text, fontName="Sans", fontSize=8, fillColor=SOFT, textAnchor=shape.anchor)
                )
    return drawing


def tiles(said: Sequence[tuple[str, str]]) -> Table:
    """Return a row of figures, each large with its words below."""
    cells = [[text(value, BIG), text(name, NOTE)] for value, name in said]
    row = Table([cells], colWidths=[INSIDE / len(cells)] * len(cells))
    row.setStyle(TableStyle([("LINEABOVE", (0, 0), (-1, 0), 2, ACCENT), ("VALIGN", (0, 0), (-1, -1), "TOP"), _flush()]))
    return row


def crops(found: Sequence[Crop], said: Sequence[str]) -> list[Flowable]:
    """Return pictures side by side, each with words below."""
    if not found:
        return []
    width = INSIDE / ACROSS
    pictures = [
        [_picture(crop, width - 8), text(words_below, NOTE)] for crop, words_below in zip(found, said, strict=True)
    ]
    pictures += [[]] * (ACROSS - len(pictures))
    table = Table([pictures], colWidths=[width] * ACROSS)
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), _flush()]))
    return [table, Spacer(1, 4)]


def _picture(crop: Crop, width: float) -> Image:
    image = Image(BytesIO(base64.b64decode(crop.data.partition(",")[2])))
    shrink = min(0.5, width / image.imageWidth, 70 / image.imageHeight)
    image.drawWidth, image.drawHeight, image.hAlign = image.imageWidth * shrink, image.imageHeight * shrink, "LEFT"
    return image


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Sequence[int] = (),
    widths: Sequence[float] | None = None,
) -> Table:
    """Return a table; NUMBERS are the columns set flush right, WIDTHS how broad each is beside the others."""
    if widths is None:
        widths = [178 - 30.0 * (len(columns) - 1), *[30.0] * (len(columns) - 1)]
    head = [text(name, NUMBER_HEAD if place in numbers else HEAD) for place, name in enumerate(columns)]
    body = [[text(str(cell), NUMBER if place in numbers else CELL) for place, cell in enumerate(row)] for row in rows]
    table = Table([head, *body], colWidths=[INSIDE * width / sum(widths) for width in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), FILL),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _flush() -> tuple[str, tuple[int, int], tuple[int, int], int]:
    return ("LEFTPADDING", (0, 0), (-1, -1), 0)


def text(said: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Return a stranger's words as a paragraph, cut where they are very long."""
    register()
    return Paragraph(_marked(shown(said, 400)), style)


def _marked(said: str) -> str:
    """Return a stranger's words as a paragraph's markup, each sign in a font that has it.

    A sign that no font has is written as its code, so that nothing goes missing silently.
    """
    parts = []
    for character in said:
        face = next((name for name in FACES if ord(character) in _characters(name)), None)
        plain = escape(character) if face else f"[U+{ord(character):04X}]"
        parts.append(f'<font name="Signs">{plain}</font>' if face == "Signs" else plain)
    return "".join(parts)


@lru_cache(maxsize=4)
def _characters(face: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont as FontFile

    return frozenset({*FontFile(FONTS / FACES[face], lazy=True).getBestCmap(), ord("\n")})


@lru_cache(maxsize=1)
def register() -> None:
    for name, file in FACES.items():
        pdfmetrics.registerFont(TTFont(name, FONTS / file))


def _foot(canvas: Canvas, paper: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont("Sans", 8)
    canvas.setFillColor(SOFT)
    canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, f"page {canvas.getPageNumber()}")
    canvas.restoreState()
