"""Confidence against the share of strings that is right: by bins, as a table and as a picture (SVG)."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BINS = 10
WIDTH, HEIGHT = 560, 400
LEFT, TOP, SIDE_X, SIDE_Y = 60, 20, 470, 320
"""Where the picture's plane begins, and its size, in pixels."""
COLOURS = ("#888", "#0b5fa5")


class Bin(NamedTuple):
    """Strings of about the same confidence: what it is on average, the share that is right, and how many they are."""

    stated: float
    right: float
    strings: int


def bins_of(sure: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> list[Bin]:
    """Return BINS of equal width without the empty ones; SURE and RIGHT (0 or 1) are by string."""
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    groups = [place == k for k in np.unique(place)]
    return [Bin(float(sure[here].mean()), float(right[here].mean()), int(here.sum())) for here in groups]


def error_of(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far confidence and share are apart, over all strings."""
    return sum(each.strings * abs(each.stated - each.right) for each in bins) / sum(each.strings for each in bins)


def table(bins: Sequence[Bin]) -> str:
    """Return a line a bin, and the expected calibration error."""
    lines = [f"{'stated':>8}{'right':>8}{'strings':>9}"]
    lines += [f"{each.stated:>8.3f}{each.right:>8.3f}{each.strings:>9}" for each in bins]
    total = sum(each.strings for each in bins)
    return "\n".join([*lines, f"expected calibration error {error_of(bins):.4f}, {total} strings"])


def plot(curves: Mapping[str, Sequence[Bin]]) -> str:
    """Return CURVES, by what they are of, in one picture: a dot for each bin, larger where it has more strings."""
    shapes = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for percent in range(0, 101, 20):
        x, y = _at(percent / 100, percent / 100)
        shapes.append(f'<line x1="{LEFT}" x2="{LEFT + SIDE_X}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        shapes.append(f'<text x="{LEFT - 8}" y="{y}" dy="4" text-anchor="end">{percent} %</text>')
        shapes.append(f'<text x="{x}" y="{TOP + SIDE_Y + 20}" text-anchor="middle">{percent} %</text>')
    (x1, y1), (x2, y2) = _at(0, 0), _at(1, 1)
    shapes.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#999" stroke-dasharray="5 4"/>')
    for number, (name, bins) in enumerate(curves.items()):
        colour = COLOURS[number]
        dots = [_at(each.stated, each.right) for each in bins]
        line = " ".join(f"{x},{y}" for x, y in dots)
        shapes.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), each in zip(dots, bins, strict=True):
            radius = 1 + 1.85 * math.log10(each.strings)
            title = f"{each.strings} strings, {each.stated:.3f} stated, {each.right:.3f} right"
            shapes.append(f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="{colour}"><title>{title}</title></circle>')
        shapes.append(f'<circle cx="{LEFT + 20}" cy="{TOP + 14 + 22 * number}" r="5" fill="{colour}"/>')
        shapes.append(f'<text x="{LEFT + 32}" y="{TOP + 18 + 22 * number}">{name}</text>')
    middle_x, middle_y = LEFT + SIDE_X / 2, TOP + SIDE_Y / 2
    shapes.append(
        f'<text x="{middle_x}" y="{HEIGHT - 14}" text-anchor="middle">how sure the reading is said to be</text>'
    )
    shapes.append(
        f'<text transform="translate(14 {middle_y}) rotate(-90)" text-anchor="middle">share that is right</text>'
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return "\n".join([f'{head} font-size="13" fill="#222">', *shapes, "</svg>"]) + "\n"


def _at(stated: float, right: float) -> tuple[str, str]:
    return f"{LEFT + stated * SIDE_X:.1f}", f"{TOP + (1 - right) * SIDE_Y:.1f}"
