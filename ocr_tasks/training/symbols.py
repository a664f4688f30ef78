"""Drawing symbols as strokes, the way CAD programs draw them when their font has none.

Coordinates: cap height 1, x to the right from the symbol's left, y up from the baseline. Shapes after ISO 1101
(geometric tolerances), ISO 129-1 and ASME Y14.5 (dimensions, holes) and ISO 21920-1 (surface texture).
"""

import math
from random import Random

Stroke = list[tuple[float, float]]


def arc(x: float, y: float, radius: float, start: float = 0.0, end: float = 360.0) -> Stroke:
    """Return an arc as a polyline; angles in degrees, counter-clockwise from the right."""
    steps = max(6, int(abs(end - start) / 12))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def arrow(x0: float, y0: float, x1: float, y1: float, head: float = 0.28) -> list[Stroke]:
    """Return a shaft and an open head at its end."""
    angle = math.atan2(y1 - y0, x1 - x0)
    left, right = angle + math.radians(155), angle - math.radians(155)
    return [
        [(x0, y0), (x1, y1)],
        [
            (x1 + head * math.cos(left), y1 + head * math.sin(left)),
            (x1, y1),
            (x1 + head * math.cos(right), y1 + head * math.sin(right)),
        ],
    ]


_LETTERS: dict[str, list[Stroke]] = {
    "M": [[(0, 0), (0, 1), (0.4, 0.3), (0.8, 1), (0.8, 0)]],
    "L": [[(0, 1), (0, 0), (0.6, 0)]],
    "P": [[(0, 0), (0, 1), (0.45, 1), (0.65, 0.87), (0.65, 0.62), (0.45, 0.48), (0, 0.48)]],
    "F": [[(0, 0), (0, 1), (0.65, 1)], [(0, 0.52), (0.5, 0.52)]],
    "T": [[(0, 1), (0.8, 1)], [(0.4, 1), (0.4, 0)]],
    "U": [[(0, 1), (0, 0.25), (0.2, 0), (0.5, 0), (0.7, 0.25), (0.7, 1)]],
    "S": [
        [(0.6, 0.9), (0.45, 1), (0.2, 1), (0, 0.8), (0.1, 0.6), (0.5, 0.4), (0.7, 0.2), (0.5, 0), (0.2, 0), (0, 0.2)]
    ],
    "E": [[(0.65, 1), (0, 1), (0, 0), (0.65, 0)], [(0, 0.52), (0.5, 0.52)]],
}  # fmt: skip
_CIRCLED = dict(zip("ⓂⓁⓅⒻⓉⓊⓈⒺ", "MLPFTUSE", strict=True))

DRAWN = frozenset("⌀□↧⌴⌵⌖⏥⏤○⌭⌓⌒∥⊥∠◎⌯↗⌰⌲⌳±°×▽△√→" + "".join(_CIRCLED))
"""The symbols that `strokes` can draw."""


def strokes(symbol: str, r: Random) -> tuple[list[Stroke], float]:
    """Return the strokes of a symbol and how far it moves the pen. Proportions vary as they do between programs."""
    v = r.uniform
    if symbol in _CIRCLED:
        radius, small = v(0.55, 0.72), v(0.5, 0.68)
        letter = _LETTERS[_CIRCLED[symbol]]
        wide = max(x for stroke in letter for x, _ in stroke)
        inner = [[(radius + (x - wide / 2) * small, 0.5 + (y - 0.5) * small) for x, y in s] for s in letter]
        return [arc(radius, 0.5, radius), *inner], 2 * radius + 0.15
    if symbol == "⌀":
        radius, reach, slant = v(0.33, 0.5), v(0.5, 0.68), math.radians(v(45, 72))
        x, y = math.cos(slant) * reach * r.choice((1, 1, 1, 1, 1, 1, -1)), math.sin(slant) * reach
        return [arc(radius, 0.5, radius), [(radius - x, 0.5 - y), (radius + x, 0.5 + y)]], 2 * radius + v(0.1, 0.3)
    if symbol == "□":
        side, low = v(0.65, 1.0), v(-0.02, 0.12)
        return [[(0, low), (side, low), (side, low + side), (0, low + side), (0, low)]], side + v(0.1, 0.3)
    if symbol == "↧":
        wide, top = v(0.55, 0.9), v(0.85, 1.0)
        shaft = arrow(wide / 2, top, wide / 2, v(-0.05, 0.1), v(0.25, 0.4))
        # Fonts without the sign have a plain arrow for it.
        return [*([[(0, top), (wide, top)]] if r.random() < 0.8 else []), *shaft], wide + 0.2
    if symbol == "⌴":
        wide, high = v(0.9, 1.5), v(0.45, 0.75)
        return [[(0, high), (0, 0), (wide, 0), (wide, high)]], wide + v(0.15, 0.35)
    if symbol == "⌵":
        wide, high = v(0.9, 1.3), v(0.6, 0.9)
        return [[(0, high), (wide / 2, 0), (wide, high)]], wide + v(0.15, 0.3)
    if symbol == "°":
        radius = v(0.12, 0.2)
        return [arc(radius + 0.05, 1 - radius, radius)], 2 * radius + 0.2
    if symbol == "±":
        wide, middle = v(0.5, 0.75), v(0.5, 0.6)
        return [
            [(0, middle), (wide, middle)],
            [(wide / 2, middle - wide / 2), (wide / 2, middle + wide / 2)],
            [(0, 0), (wide, 0)],
        ], wide + v(0.12, 0.3)
    if symbol in "≥≤":
        wide, low, high = v(0.55, 0.9), v(0.15, 0.35), v(0.85, 1.05)
        left, right = (0.0, wide) if symbol == "≥" else (wide, 0)
        bar = [(0.0, 0.0), (wide, 0.0)] if r.random() < 0.7 else [(left, 0.0), (right, (high - low) / 2)]
        return [[(left, high), (right, (low + high) / 2), (left, low)], bar], wide + v(0.2, 0.5)
    if symbol == "×":
        side = v(0.4, 0.7)
        return [[(0, 0.1), (side, 0.1 + side)], [(0, 0.1 + side), (side, 0.1)]], side + v(0.1, 0.3)
    if symbol == "√":
        return [[(0, 0.5), (0.25, 0), (0.8, v(0.95, 1.2)), (v(0.8, 1.6), 1.0)][: r.choice((3, 4))]], 1.0
    return _plain(symbol), v(1.1, 1.35)


def bracket(sign: str, r: Random) -> tuple[list[Stroke], float]:
    """Return the strokes of one of ()[] as narrow stroke fonts have them, and how far it moves the pen."""
    v = r.uniform
    wide, low, high = v(0.08, 0.25), v(-0.3, -0.05), v(1.05, 1.3)
    back, front = (0.0, wide) if sign in "([" else (wide, 0.0)
    if sign in "[]":
        return [[(front, high), (back, high), (back, low), (front, low)]], wide + v(0.1, 0.3)
    bend = v(0.15, 0.35) * (high - low)
    return [[(front, high), (back, high - bend), (back, low + bend), (front, low)]], wide + v(0.1, 0.3)


def zero(r: Random) -> tuple[list[Stroke], float]:
    """Return the strokes of a zero with a bar or a point inside, and how far it moves the pen.

    Narrower than a diameter sign, whose circle is round and whose bar reaches beyond it.
    """
    v = r.uniform
    wide = v(0.45, 0.65)
    oval = [(wide / 2 + (x - 0.5) * wide, y) for x, y in arc(0.5, 0.5, 0.5)]
    if r.random() < 0.25:
        return [oval, [(wide / 2, 0.47), (wide / 2, 0.53)]], wide + v(0.12, 0.3)
    reach, tall = v(0.4, 0.75) * wide / 2, v(0.35, 0.62) / 2
    way = r.choice((1, 1, 1, -1))
    return [oval, [(wide / 2 - way * reach, 0.5 - tall), (wide / 2 + way * reach, 0.5 + tall)]], wide + v(0.12, 0.3)


SQUARED = frozenset("OQD0A")
"""The characters that `squared` can draw."""


def squared(character: str, r: Random) -> tuple[list[Stroke], float]:
    """Return the strokes of a capital as lettering without curves has it, and how far it moves the pen.

    An O is a box whose corners are hardly cut, a D one with its right corners cut, a zero one that is narrower or has a
    bar inside; an A has a flat top.
    """
    v = r.uniform
    wide = v(0.42, 0.75) * (0.85 if character == "0" else 1.0)
    near = 0.0 if character == "D" else v(0.0, 0.12)
    far = v(0.12, 0.25) if character == "D" else v(0.15, 0.25) if character == "0" else near
    if character == "A":
        cut = v(0.05, 0.25)
        top = [(0, 0), (0, 1 - cut), (cut, 1), (wide - cut, 1), (wide, 1 - cut), (wide, 0)]
        return [top, [(0, 0.45), (wide, 0.45)]], wide + v(0.15, 0.3)
    left = far if character == "0" else near
    box = [
        (left, 0), (wide - far, 0), (wide, far), (wide, 1 - far), (wide - far, 1), (left, 1), (0, 1 - left), (0, left),
        (left, 0),
    ]  # fmt: skip
    inside: list[Stroke] = []
    if character == "Q":
        inside = [[(0.6 * wide, 0.3), (wide * 1.1, -0.1)]]
    elif character == "0" and r.random() < 0.5:
        inside = [[(0.1 * wide, 0.1), (0.9 * wide, 0.9)]]
    return [box, *inside], wide + v(0.15, 0.3)


def _plain(symbol: str) -> list[Stroke]:
    """Return symbols that hardly vary."""
    match symbol:
        case "⌖":
            return [arc(0.5, 0.5, 0.33), [(0, 0.5), (1, 0.5)], [(0.5, 0), (0.5, 1)]]
        case "⏥":
            return [[(0, 0.15), (0.3, 0.85), (1.1, 0.85), (0.8, 0.15), (0, 0.15)]]
        case "⏤":
            return [[(0, 0.5), (1, 0.5)]]
        case "○":
            return [arc(0.45, 0.5, 0.45)]
        case "⌭":
            return [arc(0.5, 0.5, 0.27), [(0.02, 0.05), (0.42, 0.95)], [(0.58, 0.05), (0.98, 0.95)]]
        case "⌓":
            return [[*arc(0.5, 0.2, 0.5, 0, 180), (1, 0.2)]]
        case "⌒":
            return [arc(0.5, 0.2, 0.5, 0, 180)]
        case "∥":
            return [[(0.1, 0), (0.5, 1)], [(0.5, 0), (0.9, 1)]]
        case "⊥":
            return [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]]
        case "∠":
            return [[(0.9, 0.8), (0, 0), (1, 0)]]
        case "◎":
            return [arc(0.5, 0.5, 0.5), arc(0.5, 0.5, 0.27)]
        case "⌯":
            return [[(0.2, 0.8), (0.8, 0.8)], [(0, 0.5), (1, 0.5)], [(0.2, 0.2), (0.8, 0.2)]]
        case "↗":
            return arrow(0.1, 0, 0.8, 1)
        case "⌰":
            return [*arrow(0.1, 0, 0.5, 0.95), *arrow(0.6, 0, 1.0, 0.95), [(0.1, 0), (0.6, 0)]]
        case "⌲":
            return [[(0, 0), (0, 0.8), (1, 0.4), (0, 0)], [(-0.1, 0.4), (1.1, 0.4)]]
        case "⌳":
            return [[(0, 0), (1, 0), (0, 0.7), (0, 0)]]
        case "▽":
            return [[(0, 0.85), (1, 0.85), (0.5, 0), (0, 0.85)]]
        case "△":
            return [[(0, 0), (1, 0), (0.5, 0.85), (0, 0)]]
        case "→":
            return arrow(0, 0.5, 1, 0.5)
    raise KeyError(symbol)
