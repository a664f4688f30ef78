"""Draws what a detector takes for text on a drawing though it is none: lines, arrowheads, holes, small outlines."""

from collections.abc import Callable
from random import Random

import cv2
import numpy as np

from ocr_tasks.engines import Gray
from ocr_tasks.training.lettering import Ink

FINE = 4
"""Everything is drawn this many times larger than it is cut."""


def shape(r: Random) -> Gray:
    """Return a crop (height, width) without text, 0 black, 255 white."""
    draw = r.choices(tuple(_SHAPES), tuple(_SHAPES.values()))[0]
    high = r.randrange(10, 50)
    wide = int(high * r.choice((1.0, 1.0, r.uniform(0.4, 1.0), r.uniform(1.0, 2.5), r.uniform(1.0, 6.0))))
    canvas = np.zeros((high * FINE, max(3, wide) * FINE), np.uint8)
    draw(canvas, int(r.uniform(2, 10) * high / 24) + 1, r)
    if r.random() < 0.25:
        canvas = _moved(canvas, r)
    size = (canvas.shape[1] // FINE, canvas.shape[0] // FINE)
    return 255 - np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)


def _moved(canvas: Ink, r: Random) -> Ink:
    """Cut a part of the shape off, as a box that does not fit it does."""
    high, wide = canvas.shape
    shift = np.array([[1, 0, r.uniform(-0.5, 0.5) * wide], [0, 1, r.uniform(-0.4, 0.4) * high]], np.float32)
    return np.asarray(cv2.warpAffine(canvas, shift, (wide, high)), np.uint8)


def _segment(canvas: Ink, x0: float, y0: float, x1: float, y1: float, thickness: float) -> None:
    ends = [(round(x * 16), round(y * 16)) for x, y in ((x0, y0), (x1, y1))]
    cv2.line(canvas, ends[0], ends[1], 255, max(1, round(thickness)), cv2.LINE_AA, 4)


def _lines(canvas: Ink, thickness: int, r: Random) -> None:
    """Lines and arcs that pass through, or nothing at all."""
    high, wide = canvas.shape
    for _ in range(r.randrange(0, 5)):
        x, y = r.uniform(0, wide), r.uniform(0, high)
        style = r.random()
        if style < 0.4:
            _segment(canvas, 0, y, wide, y, thickness)
        elif style < 0.6:
            _segment(canvas, x, 0, x, high, thickness)
        elif style < 0.8:
            _segment(canvas, x, 0, x + r.uniform(-0.8, 0.8) * high, high, thickness)
        else:
            radius = int(r.uniform(0.6, 3) * high)
            cv2.circle(canvas, (int(x), int(y + radius)), radius, 255, thickness, cv2.LINE_AA)


def _arrowhead(canvas: Ink, thickness: int, r: Random) -> None:
    """A filled head, often cut by the crop's edge, with its line and the line that it points at."""
    high, wide = canvas.shape
    upright = wide < 0.8 * high or r.random() < 0.2
    if upright:
        high, wide = wide, high
    picture = np.zeros((high, wide), np.uint8)
    long, half = r.uniform(0.5, 1.4) * wide, r.uniform(0.2, 0.6) * high
    tip, y = r.uniform(-0.1, 0.4) * wide, r.uniform(0.3, 0.7) * high
    cv2.fillPoly(picture, [np.array([(tip, y), (tip + long, y - half), (tip + long, y + half)], np.int32)], 255)
    if r.random() < 0.5:
        _segment(picture, tip + long, y, wide, y, thickness * 0.6)
    if r.random() < 0.5:
        _segment(picture, tip, 0, tip, high, thickness * 0.6)
    if r.random() < 0.5:
        picture = picture[::-1, ::-1]
    canvas[:] = picture.T if upright else picture


def _round(canvas: Ink, thickness: int, r: Random) -> None:
    """A hole, a counterbore, a thread, a screw head, a hole seen aslant; full or dashed, with centre lines."""
    high, wide = canvas.shape
    centre, radius = (wide // 2, high // 2), int(min(wide, high) / 2 * r.uniform(0.5, 1.05))
    # An upright ellipse would be a zero, an open ring a C.
    axes, turn = (radius, int(radius * r.choice((1.0, 1.0, 1.0, r.uniform(0.35, 0.9))))), r.randrange(-50, 50)
    shares = (1.0, r.uniform(0.3, 0.85), r.uniform(0.15, 0.3))[: r.choices((1, 2, 3), (50, 40, 10))[0]]
    dashed = len(shares) > 1 and r.random() < 0.3
    for share in shares:
        ring = tuple(max(1, int(a * share)) for a in axes)
        whole = share == 1.0 or r.random() < 0.6
        spans = [(0, 360 if whole else 270)]
        if dashed:
            spans = [(a, a + 60) for a in range(r.randrange(90), 450, 90)]
        for begin, end in spans:
            cv2.ellipse(canvas, centre, ring, turn, begin, end, 255, thickness, cv2.LINE_AA)
    if r.random() < 0.1:
        cv2.circle(canvas, centre, max(2, int(radius * 0.7)), 255, -1, cv2.LINE_AA)
    style = r.random()
    if style < 0.2:
        _segment(canvas, 0, centre[1], wide, centre[1], thickness * 0.6)
    if 0.1 < style < 0.3:
        _segment(canvas, centre[0], 0, centre[0], high, thickness * 0.6)
    elif 0.3 < style < 0.42:
        reach = radius * r.uniform(0.5, 1.1)
        for way in (-1, 1):
            x, y = reach * 0.7, reach * 0.7 * way
            _segment(canvas, centre[0] - x, centre[1] - y, centre[0] + x, centre[1] + y, thickness * 0.8)


def _cornered(canvas: Ink, thickness: int, r: Random) -> None:
    """A slot, a pocket, a square hole, a nut, a profile that is open at a side."""
    high, wide = canvas.shape
    style = r.random()
    x0, y0 = r.uniform(0.02, 0.3) * wide, r.uniform(0.02, 0.3) * high
    x1, y1 = wide - r.uniform(0.02, 0.3) * wide, high - r.uniform(0.02, 0.3) * high
    if style < 0.35:
        cv2.rectangle(canvas, (int(x0), int(y0)), (int(x1), int(y1)), 255, thickness)
        if r.random() < 0.4:
            inner = (int((x1 - x0) * 0.3), int((y1 - y0) * 0.3))
            cv2.ellipse(canvas, (wide // 2, high // 2), inner, 0, 0, 360, 255, thickness, cv2.LINE_AA)
    elif style < 0.65:
        step = r.uniform(0.1, 0.35) * (x1 - x0)
        bottom, lip = r.choice((y1, high)), r.choice((0.0, step))
        outline = [(x0, bottom), (x0 + lip, y0), (x1 - lip, y0), (x1, bottom)]
        if r.random() < 0.5:
            outline = [(x0 - step, bottom), (x0, bottom), (x0, y0), (x1, y0), (x1, bottom), (x1 + step, bottom)]
        cv2.polylines(canvas, [np.array(outline, np.int32)], False, 255, thickness, cv2.LINE_AA)
        if high == wide:
            canvas[:] = np.rot90(canvas, r.randrange(4))
    else:
        sides, turn, size = r.choice((3, 4, 6, 6, 8)), r.uniform(0, 6.3), min(high, wide) / 2 * r.uniform(0.6, 1)
        angles = turn + np.arange(sides) * 2 * np.pi / sides
        corners = np.stack((wide / 2 + size * np.cos(angles), high / 2 + size * np.sin(angles)), 1)
        cv2.polylines(canvas, [corners.astype(np.int32)], True, 255, thickness, cv2.LINE_AA)


def _tangle(canvas: Ink, thickness: int, r: Random) -> None:
    """A part seen small: a handful of lines and arcs that hang together."""
    high, wide = canvas.shape
    spots = [(r.uniform(0, wide), r.uniform(0, high)) for _ in range(r.randrange(4, 9))]
    thin = max(1, int(thickness * 0.7))
    cv2.polylines(canvas, [np.array(spots, np.int32)], r.random() < 0.6, 255, thin, cv2.LINE_AA)
    shift = np.array([r.uniform(0.05, 0.25) * high, r.uniform(-0.25, -0.05) * high])
    cv2.polylines(canvas, [(np.array(spots) + shift).astype(np.int32)], False, 255, thin, cv2.LINE_AA)
    for x, y in spots[: r.randrange(4)]:
        cv2.circle(canvas, (int(x), int(y)), max(2, int(r.uniform(0.05, 0.3) * high)), 255, thin, cv2.LINE_AA)


def _cross(canvas: Ink, thickness: int, r: Random) -> None:
    """A centre mark by itself."""
    high, wide = canvas.shape
    x, y, thin = wide / 2, high / 2, max(1.0, thickness * 0.5)
    reach = min(high, wide) / 2 * r.uniform(0.5, 1.1)
    _segment(canvas, x - reach, y, x + reach, y, thin)
    _segment(canvas, x, y - reach * r.uniform(0.8, 1.2), x, y + reach * r.uniform(0.8, 1.2), thin)


def _bars(canvas: Ink, thickness: int, r: Random) -> None:
    """A heavy stroke aslant, as of an architect's dimension line, or a row of round pads."""
    high, wide = canvas.shape
    if wide <= 1.5 * high:
        lean = r.uniform(0.2, 0.5) * high * r.choice((-1, 1))
        _segment(canvas, wide / 2 - lean, high, wide / 2 + lean, 0, r.uniform(0.1, 0.3) * high)
        return
    radius = r.uniform(0.25, 0.4) * high
    for i in range(max(2, int(wide / (2.4 * radius)))):
        spot = (int((i + 0.6) * 2.4 * radius), high // 2)
        cv2.circle(canvas, spot, int(radius), 255, r.choice((-1, thickness, 2 * thickness)), cv2.LINE_AA)


def _hatch(canvas: Ink, thickness: int, r: Random) -> None:
    """Section lines, or the teeth of a thread."""
    high, wide = canvas.shape
    step, lean = r.uniform(0.15, 0.7) * high, r.choice((-1.0, 1.0)) * r.uniform(0.2, 1.2) * high
    thin = max(1, int(thickness * 0.6))
    for i in range(-3, int(wide / step) + 4):
        _segment(canvas, i * step, high, i * step + lean, 0, thin)


def _blot(canvas: Ink, thickness: int, r: Random) -> None:
    """A filled corner or edge without a sharp outline."""
    high, wide = canvas.shape
    spots = np.array([(r.uniform(-0.2, 1.2) * wide, r.uniform(-0.2, 1.2) * high) for _ in range(4)], np.int32)
    cv2.fillConvexPoly(canvas, cv2.convexHull(spots), 255)
    canvas[:] = cv2.GaussianBlur(canvas, (0, 0), r.uniform(0.05, 0.25) * high)


_SHAPES: dict[Callable[[Ink, int, Random], None], float] = {
    _lines: 22,
    _arrowhead: 12,
    _round: 34,
    _cornered: 14,
    _tangle: 8,
    _hatch: 6,
    _blot: 5,
    _cross: 5,
    _bars: 5,
}
"""What draws each kind of shape, and its share."""
