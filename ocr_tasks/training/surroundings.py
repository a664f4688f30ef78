"""Draws what stands around text on a drawing: dimension and extension lines, rules, leaders, arrowheads, wires."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from ocr_tasks.training.lettering import CAP, Ink

Margins = tuple[float, float, float, float]
"""How far a crop must go beyond the ink to show a thing, in pixels: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float


def line(canvas: Ink, x0: float, y0: float, x1: float, y1: float, thickness: float, shade: int = 255) -> None:
    ends = [(round(x * 16), round(y * 16)) for x, y in ((x0, y0), (x1, y1))]
    cv2.line(canvas, ends[0], ends[1], shade, max(1, round(thickness)), cv2.LINE_AA, 4)


def wire(canvas: Ink, base: float, thickness: float, r: Random) -> None:
    """Draw the wire that a net's name stands on: at the height of its underscores or just below them."""
    y = base + r.uniform(0.1, 0.5) * CAP
    line(canvas, 0, y, canvas.shape[1], y, thickness * r.uniform(0.4, 1.0), r.choice((255, 255, 170)))


def frame(canvas: Ink, ink: Box, rules: list[float], thickness: float, r: Random) -> None:
    """Draw the frame and the cell walls of a feature control frame, or the box of a datum."""
    gap, sides = r.uniform(0.2, 0.5) * CAP, r.uniform(0.25, 0.5) * CAP
    x0, y0, x1, y1 = ink.x0 - sides, ink.y0 - gap, ink.x1 + sides, ink.y1 + gap
    for y in (y0, y1):
        line(canvas, x0, y, x1, y, thickness)
    for x in (x0, x1, *rules):
        line(canvas, x, y0, x, y1, thickness)


def lines(canvas: Ink, ink: Box, thickness: float, r: Random) -> None:
    """Draw what stands around text: dimension and extension lines, rules, leaders, arrowheads."""
    high, wide = canvas.shape
    thin = thickness * r.uniform(0.4, 1.2)
    shade = r.choice((255, 255, 255, 170, 110))

    def near(low: float = 0.08, far: float = 0.45) -> float:
        return r.uniform(low, far) * CAP

    if r.random() < 0.22:
        y = ink.y1 + near(-0.03 if r.random() < 0.2 else 0.08)
        x0, x1 = 0 if r.random() < 0.8 else ink.x0, wide if r.random() < 0.8 else ink.x1
        line(canvas, x0, y, x1, y, thin, shade)
        if r.random() < 0.35:
            length, half = near(0.4, 1.0), near(0.08, 0.18)
            for tip, way in ((ink.x0 - near(-0.4, 0.4), 1), (ink.x1 + near(-0.4, 0.4), -1)):
                arrowhead(canvas, tip, y, way * length, half, shade)
    if r.random() < 0.08:
        y = ink.y0 - near()
        line(canvas, 0, y, wide, y, thin, shade)
    if r.random() < 0.12:
        x = ink.x0 - near(0.07, 0.6)
        line(canvas, x, 0, x, high, thin, shade)
    if r.random() < 0.12:
        x = ink.x1 + near(0.07, 0.6)
        line(canvas, x, 0, x, high, thin, shade)
    if r.random() < 0.03:
        x = r.choice((ink.x0 + near(0, 0.1), ink.x1 - near(0, 0.1)))
        line(canvas, x, 0, x, high, thin, shade)
    if r.random() < 0.05:
        gap = near(0.12, 0.5)
        cv2.rectangle(
            canvas,
            (int(ink.x0 - gap), int(ink.y0 - gap)),
            (int(ink.x1 + gap), int(ink.y1 + gap)),
            shade,
            max(1, int(thin)),
        )
    if r.random() < 0.1:
        y = (ink.y0 + ink.y1) / 2
        line(canvas, 0, y, ink.x0 - near(0.4, 0.9), y, thin, shade)
        line(canvas, ink.x1 + near(0.4, 0.9), y, wide, y, thin, shade)
    if r.random() < 0.05:
        x = r.choice((ink.x0 - near(0.1, 0.5), ink.x1 + near(0.1, 0.5)))
        line(canvas, x, r.choice((ink.y0, ink.y1)), x + r.uniform(-2, 2) * CAP, r.choice((0, high)), thin, shade)
    if r.random() < 0.04:
        x, y = ink.x0 - near(0.5, 1.0), ink.y1 + near(-0.6, 0.3)
        length, half = r.uniform(0.5, 1.2) * CAP, r.uniform(0.1, 0.2) * CAP
        cv2.fillPoly(canvas, [np.array([(x, y), (x - length, y - half), (x - length, y + half)], np.int32)], shade)
    if r.random() < 0.02:
        x = r.uniform(ink.x0, ink.x1)
        line(canvas, x, 0, x + r.uniform(-0.5, 0.5) * CAP, high, max(2.0, thin * 0.4), 140)


def beside(canvas: Ink, ink: Box, thickness: float, r: Random) -> Margins:
    """Draw a stroke beside the text that could be taken for a character, and is none.

    The end of an extension line, alone or with its dimension line and arrowhead; the tick or the arrowhead of a
    dimension line at the text's middle; the edge of a hole. What tells a stroke from a one, a bracket or a slash is
    that it reaches beyond the line of text. Returns the margins that show it, in pixels: left, top, right, bottom.
    """
    thin = max(1.0, thickness * r.uniform(0.4, 1.1))
    leftwards = r.random() < 0.6
    way, end = (-1, ink.x0) if leftwards else (1, ink.x1)
    middle, beyond = (ink.y0 + ink.y1) / 2, r.uniform(0.14, 0.4) * CAP
    length, half = r.uniform(0.4, 1.0) * CAP, r.uniform(0.08, 0.18) * CAP
    gap = r.uniform(0.12, 0.7) * CAP
    x, top, bottom = end + way * gap, 0.0, 0.0
    style = r.random()
    if style < 0.35:
        far = r.uniform(0.2, 1.15) * (ink.y1 - ink.y0)
        if r.random() < 0.5:
            line(canvas, x, 0, x, ink.y0 + far, thin)
            top = beyond
        else:
            line(canvas, x, canvas.shape[0], x, ink.y1 - far, thin)
            bottom = beyond
    elif style < 0.65:
        y = ink.y1 + r.uniform(-0.02, 0.3) * CAP
        far = ink.x0 + ink.x1 - end - way * r.uniform(-0.5, 0.5) * CAP
        if r.random() < 0.7:
            line(canvas, x, 0 if r.random() < 0.7 else middle, x, y + r.choice((0, beyond)), thin)
        line(canvas, x, y, far, y, thin)
        arrowhead(canvas, x, y, -way * length, half)
        top, bottom = r.choice((0.0, beyond)), y - ink.y1 + r.uniform(0.04, 0.3) * CAP
    elif style < 0.8:
        x += way * 0.25 * CAP
        rise, run = r.uniform(0.35, 0.6) * CAP, r.uniform(0.25, 0.5) * CAP
        line(canvas, x - run, middle + rise, x + run, middle - rise, thickness * r.uniform(0.8, 2.2))
        line(canvas, x - way * r.uniform(0, 0.3) * CAP, middle, x + way * 4 * CAP, middle, thin)
        gap += r.uniform(0.3, 0.8) * CAP
    elif style < 0.92:
        # With its head in sight: a bare line would be a minus.
        line(canvas, x, middle, x + way * 4 * CAP, middle, thin)
        arrowhead(canvas, x + way * r.uniform(0, 0.4) * CAP, middle, way * length, half)
        gap += r.uniform(0.5, 1.2) * CAP
    else:
        radius, inside = r.uniform(1.2, 3) * CAP, r.random() < 0.4
        radius = max(radius, ink.x1 - ink.x0) if inside else radius
        centre = (round(x + (-way if inside else way) * radius), round(middle + r.uniform(-0.4, 0.4) * CAP))
        cv2.circle(canvas, centre, round(radius), 255, max(1, round(thin)), cv2.LINE_AA)
        top = bottom = r.uniform(0.3, 0.5) * CAP
    side = gap + r.uniform(0.06, 0.3) * CAP
    return (side, top, -CAP, bottom) if leftwards else (-CAP, top, side, bottom)


def through(canvas: Ink, ink: Box, thickness: float, r: Random) -> Margins:
    """Draw a line of the drawing through the text: an extension or centre line upright, a leader aslant.

    It reaches beyond the text at both ends, which tells it from a one. Returns the margins that show it, in pixels:
    left, top, right, bottom.
    """
    x, middle = r.uniform(ink.x0, ink.x1), (ink.y0 + ink.y1) / 2
    run = 0.0 if r.random() < 0.6 else r.choice((-1, 1)) * r.uniform(0.3, 3) * canvas.shape[0] / 2
    half = canvas.shape[0] / 2
    thin, shade = max(1.0, thickness * r.uniform(0.3, 0.8)), r.choice((255, 255, 180, 120))
    line(canvas, x - run, middle - half, x + run, middle + half, thin, shade)
    beyond = r.uniform(0.12, 0.4) * CAP
    return -CAP, beyond, -CAP, beyond


def touching(canvas: Ink, ink: Box, thickness: float, r: Random) -> Margins:
    """Draw what touches the text from below, at times from above: a line's end, an arrow's tip, a dimension's dot.

    The text above a dimension line meets them where its lettering is set close. Returns the margins that show it, in
    pixels: left, top, right, bottom.
    """
    above = r.random() < 0.25
    away, edge = (-1, ink.y0) if above else (1, ink.y1)
    x, y = r.uniform(ink.x0, ink.x1), edge - away * r.uniform(-0.05, 0.25) * CAP
    thin, style = max(1.0, thickness * r.uniform(0.4, 1.0)), r.random()
    seen = r.uniform(0.05, 0.4) * CAP
    if style < 0.4:
        lean = r.choice((0.0, 0.0, r.uniform(-1, 1))) * 4 * CAP
        line(canvas, x, y, x + lean, y + away * 4 * CAP, thin)
    elif style < 0.7:
        half = r.uniform(0.1, 0.2) * CAP
        for at in (x, r.uniform(ink.x0, ink.x1))[: r.choice((1, 2))]:
            cv2.circle(canvas, (round(at), round(edge + away * r.uniform(0, 1.2) * half)), round(half), 255, -1)
        line(canvas, 0, edge + away * half, canvas.shape[1], edge + away * half, thin)
    else:
        # An arrowhead that points along the dimension line, or a tick across it.
        level, length, half = (
            edge + away * r.uniform(0.0, 0.2) * CAP,
            r.uniform(0.4, 0.9) * CAP,
            r.uniform(0.08, 0.2) * CAP,
        )
        line(canvas, 0, level, canvas.shape[1], level, thin)
        if r.random() < 0.5:
            arrowhead(canvas, x, level, r.choice((-1, 1)) * length, half)
        else:
            reach = r.uniform(0.2, 0.45) * CAP
            line(canvas, x - reach, level + reach, x + reach, level - reach, thickness * r.uniform(0.7, 1.5))
    return (-CAP, seen, -CAP, -CAP) if above else (-CAP, -CAP, -CAP, seen)


def flag(canvas: Ink, ink: Box, thickness: float, r: Random) -> Margins:
    """Draw the outline of a net's label around its name: a box with a point at one end or at both.

    Returns the margins that show a point, in pixels: left, top, right, bottom.
    """
    gap, middle = r.uniform(0.15, 0.45) * CAP, (ink.y0 + ink.y1) / 2
    top, bottom = ink.y0 - gap, ink.y1 + gap
    point = (bottom - top) / 2 * r.uniform(0.6, 1.1)
    ends = [r.uniform(0.05, 0.5) * CAP for _ in "lr"]
    left, right = r.choice(((True, False), (False, True), (True, True)))
    corners = [
        (ink.x0 - ends[0], top),
        (ink.x1 + ends[1], top),
        *([(ink.x1 + ends[1] + point, middle)] if right else []),
        (ink.x1 + ends[1], bottom),
        (ink.x0 - ends[0], bottom),
        *([(ink.x0 - ends[0] - point, middle)] if left else []),
    ]
    thin = max(1.0, thickness * r.uniform(0.4, 1.1))
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        line(canvas, x0, y0, x1, y1, thin)
    shown = [end + point * r.uniform(0.2, 1.2) for end in ends]
    return shown[0] if left else -CAP, -CAP, shown[1] if right else -CAP, -CAP


def pin(canvas: Ink, ink: Box, thickness: float, r: Random) -> Margins:
    """Draw what a pin's number stands on: a wire, and at times the edge or the zigzag of its component.

    Returns the margins that show it, in pixels: left, top, right, bottom.
    """
    thin, way = max(1.0, thickness * r.uniform(0.4, 1.2)), r.choice((-1, 1))
    y = ink.y1 + r.uniform(0.06, 0.5) * CAP
    x = (ink.x0 if way < 0 else ink.x1) + way * r.uniform(0.15, 1.2) * CAP
    far = 0 if way > 0 else canvas.shape[1]
    line(canvas, far, y, x, y, thin)
    if r.random() < 0.5:
        rise, step = r.choice((-1, 1)) * r.uniform(0.3, 0.6) * CAP, way * r.uniform(0.2, 0.5) * CAP
        for i, (start, end) in enumerate(((0, rise), (rise, -rise), (-rise, rise))):
            at = x + i * step * 1.5
            line(canvas, at, y + start, at + (0.75 if i == 0 else 1.5) * step, y + end, thin)
    else:
        line(canvas, x, 0, x, canvas.shape[0], thin * r.choice((1.0, 1.0, 1.8)))
    side = r.uniform(0.05, 0.6) * CAP
    return side if way < 0 else -CAP, -CAP, side if way > 0 else -CAP, r.choice((-CAP, y - ink.y1 + 0.2 * CAP))


def arrowhead(canvas: Ink, tip: float, y: float, length: float, half: float, shade: int = 255) -> None:
    """Fill an arrowhead whose body lies to the right of its tip, to the left where its length is negative."""
    corners = [(tip, y), (tip + length, y - half), (tip + length, y + half)]
    cv2.fillPoly(canvas, [np.array(corners, np.int32)], shade)
