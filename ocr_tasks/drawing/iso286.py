"""Limit deviations of the ISO code system for linear sizes (fits), in micrometres, for sizes to 3150 mm.

Source: ISO 286-1:2010, Table 1 (standard tolerance grades IT01 to IT18), Tables 2 and 3 (fundamental deviations of
holes), Tables 4 and 5 (of shafts). A hole's deviation is taken from the shaft's of the same letter by the rules of
the standard's clause 4.3.2.5: with the sign changed, and for K, M, N up to IT8 and P to ZC up to IT7 (sizes over 3
to 500 mm) with Δ = ITn - IT(n-1) added.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

STEPS_MM = (3, 6, 10, 18, 30, 50, 80, 120, 180, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150)
"""Upper ends of the main steps of nominal size; a step includes its upper end."""

FINE_STEPS_MM = (
    *(3, 6, 10, 14, 18, 24, 30, 40, 50, 65, 80, 100, 120, 140, 160, 180, 200, 225, 250, 280, 315, 355, 400, 450, 500),
    *(560, 630, 710, 800, 900, 1000, 1120, 1250, 1400, 1600, 1800, 2000, 2240, 2500, 2800, 3150),
)
"""Upper ends of the intermediate steps, by which the deviations a to c and r to zc go."""


def _row(values: str) -> tuple[float, ...]:
    return tuple(float(value) for value in values.split())


IT_UM = {
    "01": _row("0.3 0.4 0.4 0.5 0.6 0.6 0.8 1 1.2 2 2.5 3 4"),
    "0": _row("0.5 0.6 0.6 0.8 1 1 1.2 1.5 2 3 4 5 6"),
    "1": _row("0.8 1 1 1.2 1.5 1.5 2 2.5 3.5 4.5 6 7 8 9 10 11 13 15 18 22 26"),
    "2": _row("1.2 1.5 1.5 2 2.5 2.5 3 4 5 7 8 9 10 11 13 15 18 21 25 30 36"),
    "3": _row("2 2.5 2.5 3 4 4 5 6 8 10 12 13 15 16 18 21 24 29 35 41 50"),
    "4": _row("3 4 4 5 6 7 8 10 12 14 16 18 20 22 25 28 33 39 46 55 68"),
    "5": _row("4 5 6 8 9 11 13 15 18 20 23 25 27 32 36 40 47 55 65 78 96"),
    "6": _row("6 8 9 11 13 16 19 22 25 29 32 36 40 44 50 56 66 78 92 110 135"),
    "7": _row("10 12 15 18 21 25 30 35 40 46 52 57 63 70 80 90 105 125 150 175 210"),
    "8": _row("14 18 22 27 33 39 46 54 63 72 81 89 97 110 125 140 165 195 230 280 330"),
    "9": _row("25 30 36 43 52 62 74 87 100 115 130 140 155 175 200 230 260 310 370 440 540"),
    "10": _row("40 48 58 70 84 100 120 140 160 185 210 230 250 280 320 360 420 500 600 700 860"),
    "11": _row("60 75 90 110 130 160 190 220 250 290 320 360 400 440 500 560 660 780 920 1100 1350"),
    "12": _row("100 120 150 180 210 250 300 350 400 460 520 570 630 700 800 900 1050 1250 1500 1750 2100"),
    "13": _row("140 180 220 270 330 390 460 540 630 720 810 890 970 1100 1250 1400 1650 1950 2300 2800 3300"),
    "14": _row("250 300 360 430 520 620 740 870 1000 1150 1300 1400 1550 1750 2000 2300 2600 3100 3700 4400 5400"),
    "15": _row("400 480 580 700 840 1000 1200 1400 1600 1850 2100 2300 2500 2800 3200 3600 4200 5000 6000 7000 8600"),
    "16": _row(
        "600 750 900 1100 1300 1600 1900 2200 2500 2900 3200 3600 4000 4400 5000 5600 6600 7800 9200 11000 13500"
    ),
    "17": _row(
        "1000 1200 1500 1800 2100 2500 3000 3500 4000 4600 5200 5700 6300 7000 8000 9000 10500 12500 15000 17500 21000"
    ),
    "18": _row(
        "1400 1800 2200 2700 3300 3900 4600 5400 6300 7200 8100 8900 9700 "
        "11000 12500 14000 16500 19500 23000 28000 33000"
    ),
}
_GRADES = tuple(IT_UM)

# es of shafts a to h (sign changed here: how far below zero), by main steps
_BELOW = {
    "d": _row("20 30 40 50 65 80 100 120 145 170 190 210 230 260 290 320 350 390 430 480 520"),
    "e": _row("14 20 25 32 40 50 60 72 85 100 110 125 135 145 160 170 195 220 240 260 290"),
    "f": _row("6 10 13 16 20 25 30 36 43 50 56 62 68 76 80 86 98 110 120 130 145"),
    "g": _row("2 4 5 6 7 9 10 12 14 15 17 18 20 22 24 26 28 30 32 34 38"),
    "h": (0.0,) * 21,
    # geometric means of c and d, e and f, f and g (clause A.3); only small sizes have them
    "cd": _row("34 46 56 70 85 100"),
    "ef": _row("10 14 18 23 28 35"),
    "fg": _row("4 6 8 10 12 15"),
}
# the same by intermediate steps
_BELOW_FINE = {
    "a": _row(
        "270 270 280 290 290 300 300 310 320 340 360 380 410 460 520 580 660 740 820 920 1050 1200 1350 1500 1650"
    ),
    "b": _row("140 140 150 150 150 160 160 170 180 190 200 220 240 260 280 310 340 380 420 480 540 600 680 760 840"),
    "c": _row("60 70 80 95 95 110 110 120 130 140 150 170 180 200 210 230 240 260 280 300 330 360 400 440 480"),
}
# ei of shafts m to p, by main steps
_ABOVE = {
    "m": _row("2 4 6 7 8 9 11 13 15 17 20 21 23 26 30 34 40 48 58 68 76"),
    "n": _row("4 8 10 12 15 17 20 23 27 31 34 37 40 44 50 56 66 78 92 110 135"),
    "p": _row("6 12 15 18 22 26 32 37 43 50 56 62 68 78 88 100 120 140 170 195 240"),
}
# ei of shafts r to zc by intermediate steps: the index of the first step that has a value, then the values
_ABOVE_FINE = {
    "r": (
        0,
        _row(
            "10 15 19 23 23 28 28 34 34 41 43 51 54 63 65 68 77 80 84 94 98 108 114 126 132 "
            "150 155 175 185 210 220 250 260 300 330 370 400 440 460 550 580"
        ),
    ),
    "s": (
        0,
        _row(
            "14 19 23 28 28 35 35 43 43 53 59 71 79 92 100 108 122 130 140 158 170 190 208 232 252 "
            "280 310 340 380 430 470 520 580 640 720 820 920 1000 1100 1250 1400"
        ),
    ),
    "t": (
        6,
        _row(
            "41 48 54 66 75 91 104 122 134 146 166 180 196 218 240 268 294 330 360 "
            "400 450 500 560 620 680 780 840 960 1050 1200 1350 1500 1650 1900 2100"
        ),
    ),
    "u": (
        0,
        _row(
            "18 23 28 33 33 41 48 60 70 87 102 124 144 170 190 210 236 258 284 315 350 390 435 490 540 "
            "600 660 740 840 940 1050 1150 1300 1450 1600 1850 2000 2300 2500 2900 3200"
        ),
    ),
    "v": (4, _row("39 47 55 68 81 102 120 146 172 202 228 252 284 310 340 385 425 475 530 595 660")),
    "x": (0, _row("20 28 34 40 45 54 64 80 97 122 146 178 210 248 280 310 350 385 425 475 525 590 660 740 820")),
    "y": (5, _row("63 75 94 114 144 174 214 254 300 340 380 425 470 520 580 650 730 820 920 1000")),
    "z": (0, _row("26 35 42 50 60 73 88 112 136 172 210 258 310 365 415 465 520 575 640 710 790 900 1000 1100 1250")),
    "za": (
        0,
        _row("32 42 52 64 77 98 118 148 180 226 274 335 400 470 535 600 670 740 820 920 1000 1150 1300 1450 1600"),
    ),
    "zb": (
        0,
        _row("40 50 67 90 108 136 160 200 242 300 360 445 525 620 700 780 880 960 1050 1200 1300 1500 1650 1850 2100"),
    ),
    "zc": (
        0,
        _row(
            "60 80 97 130 150 188 218 274 325 405 480 585 690 800 900 1000 1150 1250 1350 1550 1700 1900 2100 2400 2600"
        ),
    ),
}
_J_SHAFT = {
    "5": _row("-2 -2 -2 -3 -4 -5 -7 -9 -11 -13 -16 -18 -20"),
    "6": _row("-2 -2 -2 -3 -4 -5 -7 -9 -11 -13 -16 -18 -20"),
    "7": _row("-4 -4 -5 -6 -8 -10 -12 -15 -18 -21 -26 -28 -32"),
    "8": _row("-6"),
}
_J_HOLE = {
    "6": _row("2 5 5 6 8 10 13 16 18 22 25 29 33"),
    "7": _row("4 6 8 10 12 14 18 22 26 30 36 39 43"),
    "8": _row("6 10 12 15 20 24 28 34 41 47 55 60 66"),
}
_K_SHAFT = _row("0 1 1 1 2 2 2 3 3 4 4 4 5")

CLASS = re.compile(
    r"(?:(?:[Cc][Dd]|[Ee][Ff]|[Ff][Gg]|[Jj][Ss]|[Zz][ABCabc])|[A-HJKMNPR-VX-Za-hjkmnpr-vx-z])(?:01|0|1[0-8]|[1-9])"
)
"""A tolerance class: a letter code and a grade, `H7`, `js6`, `zc11`."""


def tolerance_um(grade: str, size_mm: float) -> float | None:
    """Return the width of grade IT`GRADE` ("01", "0", "1" ... "18") at SIZE_MM in µm; None where none is defined."""
    step = _step(STEPS_MM, size_mm)
    values = IT_UM.get(grade)
    return values[step] if values and step is not None and step < len(values) else None


@lru_cache(maxsize=4096)
def deviations_mm(tolerance_class: str, size_mm: float) -> tuple[float, float] | None:
    """Return (upper, lower) limit deviation in mm of a class such as "H7" or "g6" at nominal SIZE_MM.

    None where ISO 286-1 defines no such class at that size, or the text is no class.
    """
    if not CLASS.fullmatch(tolerance_class):
        return None
    letters = tolerance_class.rstrip("0123456789")
    grade = tolerance_class[len(letters) :]
    width = tolerance_um(grade, size_mm)
    if width is None or not (letters.isupper() or letters.islower()):
        return None
    if letters in ("js", "JS"):
        return (width / 2000, -width / 2000)
    limits = _shaft(letters, grade, size_mm, width) if letters.islower() else _hole(letters, grade, size_mm, width)
    return None if limits is None else (round(limits[0] / 1000, 5) + 0.0, round(limits[1] / 1000, 5) + 0.0)


def _shaft(letters: str, grade: str, size_mm: float, width: float) -> tuple[float, float] | None:
    below = _es(letters, size_mm)
    if below is not None:
        return (-below, -below - width)
    lower = _ei(letters, grade, size_mm)
    return None if lower is None else (lower + width, lower)


def _hole(letters: str, grade: str, size_mm: float, width: float) -> tuple[float, float] | None:
    below = _es(letters.lower(), size_mm)
    if below is not None:
        return (below + width, below)
    upper = _upper_of_hole(letters, grade, size_mm)
    return None if upper is None else (upper, upper - width)


def _es(letters: str, size_mm: float) -> float | None:
    """Return how far below zero a shaft of letter a to h begins (its hole: how far above), in µm."""
    if letters in ("a", "b") and size_mm <= 1:
        return None
    if letters in _BELOW:
        return _at(_BELOW[letters], _step(STEPS_MM, size_mm))
    return _at(_BELOW_FINE.get(letters, ()), _step(FINE_STEPS_MM, size_mm))


def _ei(letters: str, grade: str, size_mm: float) -> float | None:
    step = _step(STEPS_MM, size_mm)
    if letters == "j":
        return _at(_J_SHAFT.get(grade, ()), step)
    if letters == "k":
        return _at(_K_SHAFT, step) if grade in ("4", "5", "6", "7") and size_mm <= 500 else 0.0
    if letters in _ABOVE:
        return _at(_ABOVE[letters], step)
    fine = _step(FINE_STEPS_MM, size_mm)
    if letters not in _ABOVE_FINE or fine is None:
        return None
    first, values = _ABOVE_FINE[letters]
    return _at(values, fine - first) if fine >= first else None


def _upper_of_hole(letters: str, grade: str, size_mm: float) -> float | None:
    """Return ES of a hole of letter J to ZC in µm."""
    step = _step(STEPS_MM, size_mm)
    if step is None:
        return None
    rank = _GRADES.index(grade) - 1  # IT0 is 0, IT01 is -1
    if letters == "J":
        return _at(_J_HOLE.get(grade, ()), step)
    if letters == "K":
        if size_mm > 500:
            return 0.0
        if rank > 8:
            return 0.0 if size_mm <= 3 else None
        return -_K_SHAFT[step] + _delta(rank, size_mm)
    if letters in ("M", "N"):
        if letters == "N" and rank > 8 and size_mm <= 500:
            return None if size_mm <= 1 else (-4.0 if size_mm <= 3 else 0.0)
        if letters == "M" and grade == "6" and 250 < size_mm <= 315:
            return -9.0  # the one exception of Table 2
        return -_ABOVE[letters.lower()][step] + (_delta(rank, size_mm) if rank <= 8 else 0.0)
    shaft = _ei(letters.lower(), grade, size_mm)
    return None if shaft is None else -shaft + (_delta(rank, size_mm) if rank <= 7 else 0.0)


def _delta(rank: int, size_mm: float) -> float:
    """Return Δ = ITn - IT(n-1) in µm, which Table 3 gives for grades 3 to 8 and sizes over 3 to 500 mm."""
    if rank < 3 or not 3 < size_mm <= 500:
        return 0.0
    this, finer = tolerance_um(str(rank), size_mm), tolerance_um(str(rank - 1), size_mm)
    return 0.0 if this is None or finer is None else this - finer


def _step(steps: tuple[int, ...], size_mm: float) -> int | None:
    return bisect_left(steps, size_mm) if 0 < size_mm <= steps[-1] else None


def _at(values: tuple[float, ...], step: int | None) -> float | None:
    return values[step] if step is not None and step < len(values) else None
