"""The symbols of technical drawings as lines, as CAD systems draw them that find no glyph in the font.

Unit: the height of a capital letter; the baseline is y = 0. Proportions after ISO 7083 and ASME Y14.5 appendix C.
"""

from __future__ import annotations

from dataclasses import dataclass

from ocr_tasks.samples.page_model import Arc, Line, Point, Primitive

PEN = 0.1
"""Stroke width, in capital heights."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Strokes and the width up to the next character."""

    primitives: tuple[Primitive, ...]
    advance: float


def _lines(*paths: tuple[Point, ...]) -> tuple[Primitive, ...]:
    return tuple(Line(path, PEN) for path in paths)


def _circle(x: float, y: float, radius: float) -> Arc:
    return Arc((x, y), radius, 0.0, 360.0, PEN)


def _arrow(tail: Point, tip: Point) -> tuple[Primitive, ...]:
    x, y = tip
    return _lines((tail, tip), ((x - 0.32, y - 0.1), tip, (x - 0.1, y - 0.32)))


def _ringed(*paths: tuple[Point, ...]) -> Symbol:
    return Symbol((_circle(0.7, 0.5, 0.66), *_lines(*paths)), 1.5)


SYMBOLS: dict[str, Symbol] = {
    "⌀": Symbol((_circle(0.55, 0.5, 0.4), *_lines(((0.2, -0.1), (0.9, 1.1)))), 1.2),
    "□": Symbol((Line(((0.1, 0.05), (0.95, 0.05), (0.95, 0.9), (0.1, 0.9)), PEN, closed=True),), 1.2),
    "↧": Symbol(
        _lines(((0.1, 1.0), (0.9, 1.0)), ((0.5, 1.0), (0.5, 0.0)), ((0.25, 0.35), (0.5, 0.0), (0.75, 0.35))), 1.1
    ),
    "⌴": Symbol(_lines(((0.1, 0.75), (0.1, 0.1), (1.3, 0.1), (1.3, 0.75))), 1.5),
    "⌵": Symbol(_lines(((0.1, 0.9), (0.7, 0.05), (1.3, 0.9))), 1.5),
    "⏤": Symbol(_lines(((0.1, 0.5), (1.4, 0.5))), 1.5),
    "⏥": Symbol((Line(((0.1, 0.1), (1.0, 0.1), (1.5, 0.9), (0.6, 0.9)), PEN, closed=True),), 1.6),
    "○": Symbol((_circle(0.6, 0.5, 0.5),), 1.2),
    "⌭": Symbol((_circle(0.75, 0.5, 0.36), *_lines(((0.1, -0.05), (0.6, 1.05)), ((0.9, -0.05), (1.4, 1.05)))), 1.5),
    "⌒": Symbol((Arc((0.75, 0.1), 0.65, 0.0, 180.0, PEN),), 1.5),
    "⌓": Symbol((Arc((0.75, 0.1), 0.65, 0.0, 180.0, PEN), *_lines(((0.1, 0.1), (1.4, 0.1)))), 1.5),
    "∥": Symbol(_lines(((0.1, -0.1), (0.7, 1.1)), ((0.6, -0.1), (1.2, 1.1))), 1.3),
    "⊥": Symbol(_lines(((0.1, 0.0), (1.3, 0.0)), ((0.7, 0.0), (0.7, 1.1))), 1.4),
    "∠": Symbol(_lines(((1.3, 0.0), (0.1, 0.0), (1.2, 0.9))), 1.4),
    "⌖": Symbol((_circle(0.7, 0.5, 0.4), *_lines(((0.05, 0.5), (1.35, 0.5)), ((0.7, -0.15), (0.7, 1.15)))), 1.4),
    "◎": Symbol((_circle(0.7, 0.5, 0.6), _circle(0.7, 0.5, 0.32)), 1.4),
    "⌯": Symbol(_lines(((0.3, 0.9), (1.0, 0.9)), ((0.1, 0.5), (1.2, 0.5)), ((0.3, 0.1), (1.0, 0.1))), 1.3),
    "↗": Symbol(_arrow((0.1, 0.0), (1.0, 1.0)), 1.1),
    "⌰": Symbol(
        (*_arrow((0.1, 0.1), (0.9, 1.1)), *_arrow((0.8, 0.1), (1.6, 1.1)), *_lines(((0.1, 0.1), (0.8, 0.1)))), 1.7
    ),
    "Ⓜ": _ringed(((0.42, 0.15), (0.42, 0.85), (0.7, 0.4), (0.98, 0.85), (0.98, 0.15))),
    "Ⓛ": _ringed(((0.5, 0.85), (0.5, 0.15), (0.95, 0.15))),
    "Ⓟ": _ringed(((0.5, 0.15), (0.5, 0.85), (0.85, 0.85), (0.93, 0.67), (0.85, 0.48), (0.5, 0.48))),
    "Ⓔ": _ringed(((0.92, 0.85), (0.5, 0.85), (0.5, 0.15), (0.92, 0.15)), ((0.5, 0.5), (0.85, 0.5))),
}
