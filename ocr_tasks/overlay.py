"""Draws what was read onto the page: a box a string, coloured by kind, its reading beside it as it runs."""

import importlib.util
import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocr_tasks.contract import DOUBTFUL, Item, Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import corners_of, height_of, width_of
from ocr_tasks.samples.page_model import Arc, Line
from ocr_tasks.samples.symbols import PEN, SYMBOLS

Picture = npt.NDArray[np.uint8]
"""BGR, (height, width, 3)."""
Colour = tuple[int, int, int]

FADE = 0.45
"""How much of the page's own darkness is left, so that the readings stand out."""
FINER = 4
"""Signs are drawn so many times larger and then reduced, so that their strokes are smooth."""
WRONG: Colour = (40, 40, 215)
OTHER: Colour = (120, 120, 120)
COLOURS: dict[str, Colour] = {
    "dimension": (190, 95, 20),
    "diameter": (190, 95, 20),
    "radius": (190, 95, 20),
    "angle": (190, 130, 20),
    "tolerance": (150, 110, 0),
    "fit": (150, 110, 0),
    "thread": (130, 120, 10),
    "chamfer": (150, 140, 30),
    "roughness": (20, 120, 150),
    "gdt": (160, 40, 150),
    "datum": (160, 40, 150),
    "note": (60, 120, 40),
    "text": (60, 120, 40),
    "title": (40, 110, 90),
    "revision": (40, 110, 90),
    "zone": (150, 150, 150),
}
UNSURE_COLOUR: Colour = (0, 130, 235)


class Judged(NamedTuple):
    """A string of a truth in page pixels, and what was read there: None for nothing."""

    text: str
    quad_px: Quad
    reading: str | None
    right: bool


def draw(image: Gray, items: Sequence[Item], *, scale: float = 1.0, truth: Sequence[Judged] | None = None) -> Picture:
    """Return IMAGE, uint8 (height, width), with ITEMS drawn on it; errors against TRUTH in red.

    Quads are in pixels of the page, which is shown times SCALE.
    """
    page = _faded(image)
    for item in items:
        colour = COLOURS.get(item.kind, OTHER) if item.confidence >= DOUBTFUL else UNSURE_COLOUR
        _box(page, item.quad_px, scale, colour, thick=item.confidence >= DOUBTFUL)
        _label(page, item.text, item.quad_px, scale, colour)
    for string in truth or ():
        if not string.right:
            _box(page, _wider(string.quad_px), scale, WRONG, thick=True)
            read = "nothing read" if string.reading is None else string.reading
            _label(page, f"{string.text} ← {read}", string.quad_px, scale, WRONG, below=True)
    return page


def reduced(image: Gray, longest_px: int) -> tuple[Gray, float]:
    """Return a picture whose long side is at most `longest_px`, and the factor it was reduced by."""
    scale = min(1.0, longest_px / max(image.shape))
    if scale == 1.0:
        return np.ascontiguousarray(image), 1.0
    height, width = image.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _faded(image: Gray) -> Picture:
    faded = np.asarray(cv2.convertScaleAbs(image, alpha=FADE, beta=255 * (1 - FADE)), np.uint8)
    return np.asarray(cv2.cvtColor(faded, cv2.COLOR_GRAY2BGR), np.uint8)


def _box(page: Picture, quad: Quad, scale: float, colour: Colour, *, thick: bool) -> None:
    corners = np.round(corners_of(quad) * scale * 8).astype(np.int32)  # eighths of a pixel
    cv2.polylines(page, [corners], True, colour, 2 if thick else 1, cv2.LINE_AA, shift=3)


def _wider(quad: Quad) -> Quad:
    corners = corners_of(quad)
    centre = corners.mean(0)
    edge = 0.25 * height_of(quad)
    sides = corners - centre
    far = centre + sides + np.sign(sides) * edge
    a, b, c, d = ((float(x), float(y)) for x, y in far)
    return (a, b, c, d)


def _label(page: Picture, text: str, quad: Quad, scale: float, colour: Colour, *, below: bool = False) -> None:
    """Write TEXT along the reading direction of QUAD, above it (or below), no longer than the quad is."""
    size = int(np.clip(height_of(quad) * scale * 0.75, 9, 40))
    line = " ".join(text.split())[:200]  # the layout of lines refuses their ends
    if not line or width_of(quad) < 1:
        return
    ink = lettering(line, size)
    corners = corners_of(quad) * scale
    along = (corners[1] - corners[0]) / max(width_of(quad) * scale, 1e-6)
    down = (corners[3] - corners[0]) / max(height_of(quad) * scale, 1e-6)
    shrink = min(1.0, 1.6 * width_of(quad) * scale / ink.shape[1]) if not below else 1.0
    start = corners[3] + 2 * down if below else corners[0] - (ink.shape[0] + 2) * down
    matrix = np.array([[along[0] * shrink, down[0], start[0]], [along[1] * shrink, down[1], start[1]]])
    ends = matrix @ np.array([(0, 0, 1), (ink.shape[1], 0, 1), (0, ink.shape[0], 1), (*ink.shape[::-1], 1)], float).T
    left, top = np.clip(np.floor(ends.min(1)).astype(int), 0, None)
    right, bottom = np.minimum(np.ceil(ends.max(1)).astype(int) + 1, page.shape[1::-1])
    if right <= left or bottom <= top:
        return
    matrix[:, 2] -= (left, top)
    mask = cv2.warpAffine(ink, matrix, (int(right - left), int(bottom - top)), flags=cv2.INTER_LINEAR)
    share = np.asarray(mask, np.float32)[:, :, None] / 255
    window = page[top:bottom, left:right]
    page[top:bottom, left:right] = (window * (1 - share) + np.array(colour, np.float32) * share).astype(np.uint8)


@lru_cache(maxsize=4096)
def lettering(text: str, size: int) -> Gray:
    """Return TEXT as white on black, cut to its width.

    What the font of most of it lacks is set in another one, or drawn as CAD systems draw it (`samples.symbols`).
    """
    main = _font(_font_for(text), size)
    ascent, descent = main.getmetrics()
    cap = -main.getbbox("H", anchor="ls")[1]
    runs = [(face, "".join(characters)) for face, characters in groupby(text, key=lambda c: _face(c, _font_for(text)))]
    widths = [
        sum(SYMBOLS[sign].advance for sign in run) * cap if face is None else _font(face, size).getlength(run)
        for face, run in runs
    ]
    picture = Image.new("L", (max(1, math.ceil(sum(widths)) + 2), ascent + descent), 0)
    x = 1.0
    for (face, run), width in zip(runs, widths, strict=True):
        if face is not None:
            ImageDraw.Draw(picture).text((x, ascent), run, fill=255, font=_font(face, size), anchor="ls")
        else:
            picture.paste(_signs(run, cap, picture.height, ascent), (round(x), 0))
        x += width
    return np.asarray(picture)


@lru_cache(maxsize=64)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _font_for(text: str) -> Path:
    """Return the first font that has every character of TEXT, or the one that has most."""
    wanted = {ord(c) for c in text if not c.isspace()}
    return min(_coverage(), key=lambda path: len(wanted - _coverage()[path]))


def _face(character: str, main: Path) -> Path | None:
    """Return the font to set a character in: MAIN if that has it or none has; None for a sign drawn as strokes."""
    if ord(character) in _coverage()[main] or character.isspace():
        return main
    if (other := next((path for path, known in _coverage().items() if ord(character) in known), None)) is not None:
        return other
    return None if character in SYMBOLS else main


def _signs(signs: str, cap: float, height: int, baseline: int) -> Image.Image:
    """Return signs drawn as strokes beside each other, white on black; CAP, HEIGHT and BASELINE in pixels."""
    whole = sum(SYMBOLS[sign].advance for sign in signs) * cap
    size = (max(1, math.ceil(whole)), height)
    picture = Image.new("L", (size[0] * FINER, size[1] * FINER), 0)
    pen = ImageDraw.Draw(picture)
    left = 0.0
    for sign in signs:

        def place(point: tuple[float, float], left: float = left) -> tuple[float, float]:
            return (left + point[0] * cap) * FINER, (baseline - point[1] * cap) * FINER

        for stroke in SYMBOLS[sign].primitives:
            width = max(1, round(PEN * cap * FINER))
            if isinstance(stroke, Line):
                points = [*stroke.points, stroke.points[0]] if stroke.closed else list(stroke.points)
                pen.line([place(point) for point in points], fill=255, width=width, joint="curve")
            elif isinstance(stroke, Arc):
                (x, y), radius = stroke.centre, stroke.radius
                box = (*place((x - radius, y + radius)), *place((x + radius, y - radius)))
                pen.arc(box, -stroke.end_deg, -stroke.start_deg, fill=255, width=width)  # clockwise, as y is down
        left += SYMBOLS[sign].advance * cap
    return picture.resize(size, Image.Resampling.BOX)


@lru_cache(maxsize=1)
def _coverage() -> dict[Path, frozenset[int]]:
    """Return the fonts that come with the package and its wheels, each with the characters that it has."""
    from fontTools.ttLib import TTFont

    own = Path(__file__).parent / "samples" / "fonts"
    spec = importlib.util.find_spec("reportlab")  # its wheel carries Vera
    wheel = [Path(folder) / "fonts" / "Vera.ttf" for folder in (spec.submodule_search_locations or ())] if spec else []
    paths = [*wheel, *sorted(own.glob("*.ttf"))]
    return {path: frozenset(TTFont(path, lazy=True).getBestCmap()) for path in paths}
