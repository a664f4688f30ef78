"""Draws what was read onto the page: a box a string, coloured by kind, its reading beside it as it runs."""

import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocr_tasks.contract import Item, Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import corners_of, height_of, width_of

Picture = npt.NDArray[np.uint8]
"""BGR, (height, width, 3)."""
Colour = tuple[int, int, int]

FADE = 0.45
"""How much of the page's own darkness is left, so that the readings stand out."""
UNSURE = 0.8
"""A reading less sure than this gets a thin box of its own colour."""
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
    """Return IMAGE, uint8 (height, width), times SCALE with ITEMS drawn on it; errors against TRUTH in red.

    Quads are in pixels of the page at scale 1.
    """
    page = _faded(image, scale)
    for item in items:
        colour = COLOURS.get(item.kind, OTHER) if item.confidence >= UNSURE else UNSURE_COLOUR
        _box(page, item.quad_px, scale, colour, thick=item.confidence >= UNSURE)
        _label(page, item.text, item.quad_px, scale, colour)
    for string in truth or ():
        if not string.right:
            _box(page, _wider(string.quad_px), scale, WRONG, thick=True)
            read = "nothing read" if string.reading is None else string.reading
            _label(page, f"{string.text} ← {read}", string.quad_px, scale, WRONG, below=True)
    return page


def _faded(image: Gray, scale: float) -> Picture:
    height, width = (max(1, round(side * scale)) for side in image.shape)
    if (height, width) != image.shape:
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        image = np.asarray(cv2.resize(image, (width, height), interpolation=way), np.uint8)
    faded = (255 - (255 - image.astype(np.float32)) * FADE).astype(np.uint8)
    return np.ascontiguousarray(np.dstack([faded] * 3))


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
    if not text.strip() or width_of(quad) < 1:
        return
    ink = lettering(text[:200], size)
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
    """Return TEXT as white on black, cut to its width."""
    font = _font(_font_for(text), size)
    left, _, right, _ = font.getbbox(text)
    ascent, descent = font.getmetrics()
    picture = Image.new("L", (max(1, int(right - left) + 2), ascent + descent), 0)
    ImageDraw.Draw(picture).text((1 - left, 0), text, fill=255, font=font)
    return np.asarray(picture)


@lru_cache(maxsize=64)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _font_for(text: str) -> Path:
    """Return the first font that has every character of TEXT, or the one that has most."""
    wanted = {ord(c) for c in text if not c.isspace()}
    return min(_coverage(), key=lambda path: len(wanted - _coverage()[path]))


@lru_cache(maxsize=1)
def _coverage() -> dict[Path, frozenset[int]]:
    """Return the fonts that come with the package and its wheels, each with the characters that it has."""
    from fontTools.ttLib import TTFont

    own = Path(__file__).parent / "samples" / "fonts"
    spec = importlib.util.find_spec("reportlab")  # its wheel carries Vera
    wheel = [Path(folder) / "fonts" / "Vera.ttf" for folder in (spec.submodule_search_locations or ())] if spec else []
    paths = [*wheel, *sorted(own.glob("*.ttf"))]
    return {path: frozenset(TTFont(path, lazy=True).getBestCmap()) for path in paths}
