"""Strings laid out in a font: which glyphs and symbol lines stand where, and the exact box of their ink.

Local frame of a layout: millimetres, the baseline's start at (0, 0), x along the baseline, y up.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from ocr_tasks.samples.page_model import Arc, Fill, Glyphs, Line, Placement, Point, Primitive, Quad, arc_points
from ocr_tasks.samples.plotter_font import CHARACTERS
from ocr_tasks.samples.symbols import SYMBOLS


class Box(NamedTuple):
    """An upright box in the local frame, millimetres."""

    x0: float
    y0: float
    x1: float
    y1: float

    def joined(self, other: Box) -> Box:
        """Return the box around both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def moved(self, dx: float, dy: float) -> Box:
        """Return the box moved."""
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)


def _reportlab_fonts() -> Path:
    spec = importlib.util.find_spec("reportlab")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("reportlab is not installed: run `make install`")
    return Path(spec.submodule_search_locations[0]) / "fonts"


PLOTTER = "plotter"
"""The lettering of plotter_font: strokes, so neither a text layer nor TEXT entities."""
_OURS = Path(__file__).parent / "fonts"
FONTS: dict[str, Path] = {
    "routed": _OURS / "routed-gothic.ttf",
    "routed-slanted": _OURS / "routed-gothic-half-italic.ttf",
    "routed-narrow": _OURS / "routed-gothic-narrow.ttf",
    "liberation": _OURS / "LiberationSans-Regular.ttf",
    "vera": _reportlab_fonts() / "Vera.ttf",
    "vera-bold": _reportlab_fonts() / "VeraBd.ttf",
}
"""Fonts by name: ours (fonts/README.md), and those in reportlab's wheel. None needs to be installed."""


class Face:
    """A font's measures, in units of its capital height."""

    def __init__(self, path: Path) -> None:
        self._font = TTFont(path, lazy=True)
        self._cmap: dict[int, str] = self._font.getBestCmap()
        self._glyphs: Any = self._font.getGlyphSet()
        self.cap_units: float = self._bounds(self._cmap[ord("H")])[3]
        self.em_per_cap: float = self._font["head"].unitsPerEm / self.cap_units

    def has(self, character: str) -> bool:
        """Say whether the font has CHARACTER."""
        return ord(character) in self._cmap

    def advance(self, character: str) -> float:
        """Return how far the next character stands."""
        return float(self._glyphs[self._cmap[ord(character)]].width / self.cap_units)

    def ink(self, character: str) -> Box | None:
        """Return the box of a character's ink; None for a space."""
        bounds = self._bounds(self._cmap[ord(character)])
        return None if bounds is None else Box(*(v / self.cap_units for v in bounds))

    def path(self, character: str) -> list[tuple[str, tuple[Point, ...]]]:
        """Return the outline as (moveTo, lineTo, qCurveTo, closePath ..., points)."""
        pen = DecomposingRecordingPen(self._glyphs)
        self._glyphs[self._cmap[ord(character)]].draw(pen)
        steps: list[tuple[str, tuple[Point, ...]]] = []
        for name, raw in pen.value:
            if raw and raw[-1] is None:  # a closed curve without a point on it: it begins between two controls
                (ax, ay), (bx, by) = raw[-2], raw[0]
                start = ((ax + bx) / 2, (ay + by) / 2)
                steps.append(("moveTo", (self._in_caps(start),)))
                raw = (*raw[:-1], start)
            steps.append((name, tuple(self._in_caps(point) for point in raw)))
        return steps

    def _in_caps(self, point: Point) -> Point:
        return (point[0] / self.cap_units, point[1] / self.cap_units)

    def _bounds(self, glyph: str) -> Any:
        pen = BoundsPen(self._glyphs)
        self._glyphs[glyph].draw(pen)
        return pen.bounds


_GLYPH_INSTEAD = {"⌀": "Ø"}
"""What CAD systems write where the symbol is to be a character of the font."""


@cache
def face(name: str) -> Face:
    """Return the font NAME of FONTS, opened once."""
    return Face(FONTS[name])


@dataclass(frozen=True, slots=True)
class Hand:
    """How a string is lettered: font (of FONTS, or PLOTTER), height of a capital, symbols drawn or as characters."""

    font: str = "routed"
    cap_mm: float = 3.5
    drawn_symbols: bool = True
    outlined: bool = False

    def sized(self, cap_mm: float) -> Hand:
        """Return the same hand with another capital height."""
        return replace(self, cap_mm=cap_mm)


@dataclass(frozen=True, slots=True)
class Laid:
    """A string laid out: what to draw, how wide it is, where its ink lies; `parts` are pieces that stand apart."""

    text: str
    primitives: tuple[Primitive, ...]
    advance: float
    ink: Box
    parts: tuple[tuple[str, Box], ...] = ()

    def quad(self, placement: Placement, box: Box | None = None) -> Quad:
        """Return BOX (the ink, if None) on the sheet: top left, top right, bottom right, bottom left as read."""
        x0, y0, x1, y1 = box or self.ink
        a, b, c, d = placement.points([(x0, y1), (x1, y1), (x1, y0), (x0, y0)])
        return (a, b, c, d)


def lay(text: str, hand: Hand) -> Laid:
    """Lay TEXT out on one line.

    Raises:
        ValueError: a character is neither in the font nor among the symbols.
    """
    plotted = hand.font == PLOTTER
    symbols = SYMBOLS | CHARACTERS if plotted else SYMBOLS
    primitives: list[Primitive] = []
    boxes: list[Box] = []
    run, run_start, x = "", 0.0, 0.0
    for asked in text:
        character = asked if hand.drawn_symbols or plotted else _GLYPH_INSTEAD.get(asked, asked)
        symbol = symbols.get(character)
        if symbol is not None and (plotted or hand.drawn_symbols or not face(hand.font).has(character)):
            if run.strip():
                primitives.append(Glyphs(run, hand.font, hand.cap_mm, (run_start, 0.0), outlined=hand.outlined))
            drawn = [_scaled(stroke, hand.cap_mm, x) for stroke in symbol.primitives]
            primitives += drawn
            boxes += [ink_of(stroke) for stroke in drawn]
            x += symbol.advance * hand.cap_mm
            run, run_start = "", x
            continue
        if plotted or not face(hand.font).has(character):
            raise ValueError(f"no glyph and no symbol for {character!r} (U+{ord(character):04X}) in font {hand.font}")
        ink = face(hand.font).ink(character)
        if ink is not None:
            boxes.append(Box(*(v * hand.cap_mm for v in ink)).moved(x, 0.0))
        run += character
        x += face(hand.font).advance(character) * hand.cap_mm
    if run.strip():
        primitives.append(Glyphs(run, hand.font, hand.cap_mm, (run_start, 0.0), outlined=hand.outlined))
    if not boxes:
        raise ValueError("nothing to letter: the string is empty or blank")
    return Laid(text, tuple(primitives), x, _around(boxes))


def lay_stacked(main: str, upper: str, lower: str, hand: Hand) -> Laid:
    """Lay MAIN out with two smaller deviations one over the other behind it, as ISO 129-1 and CAD systems do."""
    small = hand.sized(round(hand.cap_mm * 0.7, 3))
    first = lay(main, hand)
    x = first.advance + 0.35 * hand.cap_mm
    primitives = list(first.primitives)
    parts = [(main, first.ink)]
    advance = x
    for text, baseline in ((upper, 0.68), (lower, -0.38)):
        deviation = lay(text, small)
        move = Placement((x, baseline * hand.cap_mm))
        primitives += [move.primitive(p) for p in deviation.primitives]
        parts.append((text, deviation.ink.moved(*move.at)))
        advance = max(advance, x + deviation.advance)
    return Laid(f"{main} {upper}/{lower}", tuple(primitives), advance, _around([box for _, box in parts]), tuple(parts))


def lay_frame(cells: Sequence[str], hand: Hand) -> Laid:
    """Lay out a feature control frame with its boxes (ISO 1101): the frame's lower left corner is (0, 0).

    The ink is that of the cells' characters, without the boxes.
    """
    height = 2.0 * hand.cap_mm
    pen = 0.1 * hand.cap_mm
    x = 0.0
    primitives: list[Primitive] = []
    parts: list[tuple[str, Box]] = []
    for cell in cells:
        laid = lay(cell, hand)
        width = max(height, laid.ink.x1 - laid.ink.x0 + 1.1 * hand.cap_mm)
        middle = (laid.ink.y0 + laid.ink.y1) / 2
        move = Placement((x + (width - laid.ink.x1 - laid.ink.x0) / 2, height / 2 - middle))
        primitives += [move.primitive(p) for p in laid.primitives]
        primitives.append(Line(((x, 0.0), (x + width, 0.0), (x + width, height), (x, height)), pen, closed=True))
        parts.append((cell, laid.ink.moved(*move.at)))
        x += width
    return Laid("|".join(cells), tuple(primitives), x, _around([box for _, box in parts]), tuple(parts))


def ink_of(primitive: Primitive) -> Box:
    """Return the box of a line's, arc's or fill's ink, half its width included."""
    match primitive:
        case Glyphs():
            raise TypeError("the ink of glyphs is known when they are laid out")
        case Fill():
            points, half = primitive.points, 0.0
        case Arc():
            points, half = arc_points(primitive, 0.05), primitive.width_mm / 2
        case Line():
            points, half = primitive.points, primitive.width_mm / 2
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Box(min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)


def _around(boxes: Sequence[Box]) -> Box:
    box = boxes[0]
    for other in boxes[1:]:
        box = box.joined(other)
    return box


def _scaled(primitive: Primitive, factor: float, dx: float) -> Primitive:
    match primitive:
        case Line():
            points = tuple((x * factor + dx, y * factor) for x, y in primitive.points)
            return replace(primitive, points=points, width_mm=primitive.width_mm * factor)
        case Arc():
            (x, y) = primitive.centre
            return replace(
                primitive,
                centre=(x * factor + dx, y * factor),
                radius=primitive.radius * factor,
                width_mm=primitive.width_mm * factor,
            )
        case Fill() | Glyphs():
            raise TypeError("a symbol is made of lines and arcs")
