"""Sheets as PDF: vector lines, embedded fonts, the same bytes on every run."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pdfencrypt import StandardEncryption  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from ocr_tasks.samples.lettering import FONTS, face
from ocr_tasks.samples.page_model import DASHES_MM, Arc, Fill, Glyphs, Line, Primitive, Sheet

PT_PER_MM = 72.0 / 25.4


def pdf_bytes(sheets: Sequence[Sheet], title: str = "", password: str | None = None) -> bytes:
    """Return a PDF of SHEETS, one page each; with PASSWORD, encrypted so that it opens with it alone (128 bit RC4)."""
    buffer = io.BytesIO()
    encrypt = StandardEncryption(password, ownerPassword=password + "-owner", strength=128) if password else None
    canvas: Any = Canvas(buffer, pageCompression=1, invariant=1, encrypt=encrypt)
    canvas.setTitle(title)
    canvas.setCreator("drawing-etl samples")
    for sheet in sheets:
        canvas.setPageSize((sheet.width_mm * PT_PER_MM, sheet.height_mm * PT_PER_MM))
        canvas.scale(PT_PER_MM, PT_PER_MM)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        for primitive in sheet.primitives():
            _draw(canvas, primitive)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Any, primitive: Primitive) -> None:
    match primitive:
        case Line():
            canvas.setLineWidth(primitive.width_mm)
            canvas.setDash(list(DASHES_MM[primitive.dash]))
            path = canvas.beginPath()
            path.moveTo(*primitive.points[0])
            for point in primitive.points[1:]:
                path.lineTo(*point)
            if primitive.closed:
                path.close()
            canvas.drawPath(path)
        case Arc():
            canvas.setLineWidth(primitive.width_mm)
            canvas.setDash(list(DASHES_MM[primitive.dash]))
            (x, y), r = primitive.centre, primitive.radius
            path = canvas.beginPath()
            path.arc(x - r, y - r, x + r, y + r, primitive.start_deg, primitive.end_deg - primitive.start_deg)
            canvas.drawPath(path)
        case Fill():
            path = canvas.beginPath()
            path.moveTo(*primitive.points[0])
            for point in primitive.points[1:]:
                path.lineTo(*point)
            path.close()
            canvas.drawPath(path, stroke=0, fill=1)
        case Glyphs():
            canvas.saveState()
            canvas.translate(*primitive.origin)
            canvas.rotate(primitive.angle_deg)
            if primitive.outlined:
                _outlines(canvas, primitive)
            else:
                _text(canvas, primitive)
            canvas.restoreState()


def _text(canvas: Any, run: Glyphs) -> None:
    if run.font not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(run.font, str(FONTS[run.font])))
    canvas.setFont(run.font, run.cap_mm * face(run.font).em_per_cap)
    canvas.drawString(0.0, 0.0, run.text)


def _outlines(canvas: Any, run: Glyphs) -> None:
    font = face(run.font)
    path = canvas.beginPath()
    x = 0.0
    for character in run.text:
        current = (0.0, 0.0)
        for name, raw in font.path(character):
            points = [(px * run.cap_mm + x, py * run.cap_mm) for px, py in raw]
            if name == "moveTo":
                path.moveTo(*points[0])
            elif name == "lineTo":
                path.lineTo(*points[0])
            elif name == "qCurveTo":
                for control, end in _quadratics(points):
                    path.curveTo(*_towards(current, control), *_towards(end, control), *end)
                    current = end
            elif name == "closePath":
                path.close()
            if points:
                current = points[-1]
        x += font.advance(character) * run.cap_mm
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)


def _quadratics(points: list[tuple[float, float]]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return (control, end) of each curve in a TrueType spline: ends between two controls are implied."""
    *controls, last = points
    pairs = []
    for i, control in enumerate(controls):
        following = controls[i + 1] if i + 1 < len(controls) else None
        end = last if following is None else ((control[0] + following[0]) / 2, (control[1] + following[1]) / 2)
        pairs.append((control, end))
    return pairs


def _towards(start: tuple[float, float], control: tuple[float, float]) -> tuple[float, float]:
    """Return the cubic control point that a quadratic's CONTROL stands for, next to START."""
    return (start[0] + 2 / 3 * (control[0] - start[0]), start[1] + 2 / 3 * (control[1] - start[1]))


def truncated(data: bytes, share: float = 0.6) -> bytes:
    """Return the first SHARE of a file, as an interrupted copy leaves it."""
    return data[: math.floor(len(data) * share)]
