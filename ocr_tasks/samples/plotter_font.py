"""A single-stroke lettering of this project's own, as pen plotters and CAD stroke fonts write: no glyphs, only lines.

Proportions after ISO 3098-2 type B. Unit: a tenth of a capital's height; the baseline is y = 0. A character is its
strokes, apart by `;`, each the points that the pen visits; `~` makes a curve of them, `@` a closed one.
"""

from __future__ import annotations

from ocr_tasks.samples.page_model import Line, Point
from ocr_tasks.samples.symbols import PEN, Symbol

_GAP = 2.6
_SPACE = 5.0
_BOWL = "@0,0 0,7 5.4,7 5.4,0"
_STROKES: dict[str, str] = {
    "0": "@0,0 0,10 6,10 6,0",
    "1": "0.5,7.8 3,10 3,0",
    "2": "~0,7.5 0,10 6,10 6,5.5 0,0;0,0 6,0",
    "3": "~0,9 1,10 6,10 6,5.3 2.5,5.3;~2.5,5.3 6,5.3 6,0 1,0 0,1",
    "4": "4.5,0 4.5,10 0,3 6,3",
    "5": "5.5,10 1,10 0.5,5.5;~0.5,5.5 2,6.3 6,6.3 6,0 1,0 0,1",
    "6": "~5.5,9 4.5,10 0,10 0,3;@0,0 0,6 6,6 6,0",
    "7": "0,10 6,10 2,0",
    "8": "@0.5,5.3 0.5,10 5.5,10 5.5,5.3;@0,0 0,5.3 6,5.3 6,0",
    "9": "~0.5,1 1.5,0 6,0 6,7;@0,4 0,10 6,10 6,4",
    "A": "0,0 3.5,10 7,0;1.2,3.4 5.8,3.4",
    "B": "3.5,0 0,0 0,10 3.5,10;~3.5,10 6,10 6,5.4 3.5,5.4;0,5.4 3.5,5.4;~3.5,5.4 6.6,5.4 6.6,0 3.5,0",
    "C": "~6.5,8 6.5,10 0,10 0,0 6.5,0 6.5,2",
    "D": "3,0 0,0 0,10 3,10;~3,10 6.5,10 6.5,0 3,0",
    "E": "6,0 0,0 0,10 6,10;0,5.3 4.5,5.3",
    "F": "0,0 0,10 6,10;0,5.3 4.5,5.3",
    "G": "~6.5,8 6.5,10 0,10 0,0 6.5,0 6.5,2.5;6.5,2.5 6.5,4.8 3.8,4.8",
    "H": "0,0 0,10;6.5,0 6.5,10;0,5.3 6.5,5.3",
    "I": "0,0 0,10",
    "J": "~0,2.5 0,0 5,0 5,3;5,3 5,10",
    "K": "0,0 0,10;6.2,10 0,4;2.2,6.1 6.5,0",
    "L": "0,10 0,0 5.5,0",
    "M": "0,0 0,10 4,3.5 8,10 8,0",
    "N": "0,0 0,10 6.5,0 6.5,10",
    "O": "@0,0 0,10 7,10 7,0",
    "P": "0,0 0,10 3.5,10;~3.5,10 6.3,10 6.3,4.8 3.5,4.8;3.5,4.8 0,4.8",
    "Q": "@0,0 0,10 7,10 7,0;4.5,2 7,-0.8",
    "R": "0,0 0,10 3.5,10;~3.5,10 6.3,10 6.3,4.8 3.5,4.8;3.5,4.8 0,4.8;3.5,4.8 6.5,0",
    "S": "~6.2,8.3 6,10 0.3,10 0.3,5.6 3.3,5.2 6.6,4.8 6.6,0 0,0 0,1.9",
    "T": "0,10 7,10;3.5,10 3.5,0",
    "U": "0,10 0,3;~0,3 0,0 6.6,0 6.6,3;6.6,3 6.6,10",
    "V": "0,10 3.5,0 7,10",
    "W": "0,10 2.2,0 4.5,7.5 6.8,0 9,10",
    "X": "0,0 6.5,10;0,10 6.5,0",
    "Y": "0,10 3.3,5 6.6,10;3.3,5 3.3,0",
    "Z": "0,10 6.3,10 0,0 6.3,0",
    "a": f"{_BOWL};5.4,7 5.4,0",
    "b": f"{_BOWL};0,10 0,0",
    "c": "~5,5.6 4.8,7 0,7 0,0 4.8,0 5,1.4",
    "d": f"{_BOWL};5.4,10 5.4,0",
    "e": "0,3.7 5.3,3.7;~5.3,3.7 5.3,7 0,7 0,0 4.7,0 5.1,1.3",
    "f": "~4,9.6 3.7,10 1.5,10 1.5,8;1.5,8 1.5,0;0,7 3.5,7",
    "g": f"{_BOWL};5.4,7 5.4,0;~5.4,0 5.4,-3 1,-3 0.4,-2",
    "h": "0,10 0,0;~0,4.5 0.6,7 5.2,7 5.2,4.5;5.2,4.5 5.2,0",
    "i": "0,7 0,0;0,9.3 0,10",
    "j": "1.8,7 1.8,-1;~1.8,-1 1.8,-3 0,-3;1.8,9.3 1.8,10",
    "k": "0,10 0,0;4.8,7 0,2.6;1.8,4.3 5,0",
    "l": "0,10 0,0",
    "m": "0,7 0,0;~0,4.8 0.5,7 4.2,7 4.2,4.8;4.2,4.8 4.2,0;~4.2,4.8 4.7,7 8.4,7 8.4,4.8;8.4,4.8 8.4,0",
    "n": "0,7 0,0;~0,4.5 0.6,7 5.2,7 5.2,4.5;5.2,4.5 5.2,0",
    "o": "@0,0 0,7 5.6,7 5.6,0",
    "p": f"{_BOWL};0,7 0,-3",
    "q": f"{_BOWL};5.4,7 5.4,-3",
    "r": "0,7 0,0;~0,4.5 0.8,7 2.6,7 3.3,6.9",
    "s": "~4.6,5.9 4.4,7 0.3,7 0.3,3.9 2.5,3.6 4.9,3.3 4.9,0 0.2,0 0,1.2",
    "t": "1.5,9.5 1.5,2;~1.5,2 1.5,0 3,0 3.8,0.2;0,7 3.6,7",
    "u": "0,7 0,2.5;~0,2.5 0,0 4.6,0 5.2,2.5;5.2,7 5.2,0",
    "v": "0,7 2.7,0 5.4,7",
    "w": "0,7 1.8,0 3.8,6 5.8,0 7.6,7",
    "x": "0,0 5,7;0,7 5,0",
    "y": "0,7 2.7,0;5.4,7 2.7,0 1.4,-3",
    "z": "0,7 4.8,7 0,0 4.8,0",
    "ß": "0,0 0,7.5;~0,7.5 0,10 4.8,10 4.8,6 2.5,5.6;~2.5,5.6 5.4,5.4 5.4,0 2,0",
    "µ": "0,7 0,-3;~0,2.5 0,0 4.6,0 5.2,2.5;5.2,7 5.2,0",
    ".": "0,0 0,0.4",
    ",": "0.7,0.6 0,-1.6",
    ":": "0,0.8 0,1.2;0,5.6 0,6",
    ";": "0.7,0.6 0,-1.6;0.7,5.6 0.7,6",
    "-": "0,4.5 4,4.5",
    "+": "0,4.5 5,4.5;2.5,2 2.5,7",
    "±": "0,5.5 5,5.5;2.5,3 2.5,8;0,1.2 5,1.2",
    "=": "0,3.3 5,3.3;0,6 5,6",
    "/": "0,-1 5,11",
    "(": "~2,11.5 0,9.5 0,0.5 2,-1.5",
    ")": "~0,11.5 2,9.5 2,0.5 0,-1.5",
    "[": "2,11.5 0,11.5 0,-1.5 2,-1.5",
    "]": "0,11.5 2,11.5 2,-1.5 0,-1.5",
    "°": "@0,7.2 0,10.2 3,10.2 3,7.2",
    "'": "0,10 0,7.5",
    '"': "0,10 0,7.5;1.8,10 1.8,7.5",
    "&": "6.5,0 1.2,7.2;~1.2,7.2 1,10 4.6,10 4.4,7.4 0,4.6 0,0 5,0 6.3,4",
    "%": "0,0 7,10;@0,7 0,10 3,10 3,7;@4,0 4,3 7,3 7,0",
}
_DOTTED = {"Ä": "A", "Ö": "O", "Ü": "U", "ä": "a", "ö": "o", "ü": "u"}


def _smooth(points: list[Point], closed: bool) -> list[Point]:
    """Return POINTS with their corners cut three times (Chaikin's algorithm); an open curve keeps its ends."""
    for _ in range(3):
        pairs = list(zip(points, points[1:] + (points[:1] if closed else []), strict=False))
        cut = [(a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])) for a, b in pairs for share in (0.25, 0.75)]
        points = cut if closed else [points[0], *cut, points[-1]]
    return points


def _line(stroke: str) -> Line:
    points: list[Point] = []
    for pair in stroke.lstrip("~@").split():
        x, y = pair.split(",")
        points.append((float(x) / 10, float(y) / 10))
    closed = stroke.startswith("@")
    if stroke[0] in "~@":
        points = _smooth(points, closed)
    return Line(tuple(points), PEN, closed=closed)


def _symbol(strokes: str) -> Symbol:
    lines = tuple(_line(stroke) for stroke in strokes.split(";"))
    return Symbol(lines, max(x for line in lines for x, _ in line.points) + _GAP / 10)


def _with_dots(base: str) -> str:
    strokes = _STROKES[base]
    width = max(
        float(pair.split(",")[0]) for pair in strokes.replace(";", " ").replace("~", "").replace("@", "").split()
    )
    height = 11.4 if base.isupper() else 8.8
    left, right = width / 2 - 1.3, width / 2 + 1.3
    return f"{strokes};{left},{height} {left},{height + 0.4};{right},{height} {right},{height + 0.4}"


CHARACTERS: dict[str, Symbol] = {
    **{character: _symbol(strokes) for character, strokes in _STROKES.items()},
    **{dotted: _symbol(_with_dots(base)) for dotted, base in _DOTTED.items()},
    " ": Symbol((), _SPACE / 10),
}
"""Every character of the lettering, in units of a capital's height."""
