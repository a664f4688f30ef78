"""Fits against published table values: ISO 286-2 as printed in tables for workshops, `iso286_published.csv`."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from ocr_tasks.drawing import iso286

with Path(__file__).with_name("iso286_published.csv").open(encoding="utf-8") as file:
    PUBLISHED = list(csv.DictReader(file))

# standard tolerance grades in µm at one size of each main step, IT6, IT7, IT11, IT14 (ISO 286-1 Table 1)
GRADES = {
    2: (6, 10, 60, 250),
    5: (8, 12, 75, 300),
    8: (9, 15, 90, 360),
    16: (11, 18, 110, 430),
    25: (13, 21, 130, 520),
    40: (16, 25, 160, 620),
    65: (19, 30, 190, 740),
    100: (22, 35, 220, 870),
    150: (25, 40, 250, 1000),
    220: (29, 46, 290, 1150),
    300: (32, 52, 320, 1300),
    380: (36, 57, 360, 1400),
    450: (40, 63, 400, 1550),
    600: (44, 70, 440, 1750),
    750: (50, 80, 500, 2000),
    900: (56, 90, 560, 2300),
    1100: (66, 105, 660, 2600),
    1500: (78, 125, 780, 3100),
    1900: (92, 150, 920, 3700),
    2400: (110, 175, 1100, 4400),
    3000: (135, 210, 1350, 5400),
}


def test_published_limit_deviations() -> None:
    assert len(PUBLISHED) > 400
    wrong = []
    for row in PUBLISHED:
        found = iso286.deviations_mm(row["class"], float(row["size_mm"]))
        expected = (float(row["upper_um"]) / 1000, float(row["lower_um"]) / 1000)
        if found is None or found != pytest.approx(expected, abs=1e-9):
            wrong.append((row, found))
    assert wrong == []


@pytest.mark.parametrize("size", GRADES)
def test_standard_tolerance_grades(size: float) -> None:
    assert tuple(iso286.tolerance_um(grade, size) for grade in ("6", "7", "11", "14")) == GRADES[size]


@pytest.mark.parametrize("size", [10, 10.001, 18, 3, 3.001, 500, 500.001])
def test_a_step_includes_its_upper_end(size: float) -> None:
    """10 belongs to 'over 6 to 10', anything more to the next step."""
    step = next(upper for upper in iso286.STEPS_MM if size <= upper)
    assert iso286.tolerance_um("7", size) == iso286.tolerance_um("7", step)


def test_every_grade_of_every_step_is_wider_than_the_one_before() -> None:
    grades = list(iso286.IT_UM)
    for finer, coarser in pairwise(grades):
        for fine, coarse in zip(iso286.IT_UM[finer], iso286.IT_UM[coarser], strict=False):
            assert fine < coarse
    for widths in iso286.IT_UM.values():
        assert list(widths) == sorted(widths)


@pytest.mark.parametrize("letters", ["a", "b", "c", "d", "e", "f", "g", "r", "s", "u", "x", "z", "za", "zb", "zc"])
def test_fundamental_deviations_grow_with_size(letters: str) -> None:
    """The further from zero a letter lies, the further it goes with size; no step of the tables falls out of line."""
    sizes = [size for size in iso286.FINE_STEPS_MM if iso286.deviations_mm(f"{letters}9", size) is not None]
    start = [iso286.deviations_mm(f"{letters}9", size) for size in sizes]
    distance = [abs(pair[0] if letters < "h" else pair[1]) for pair in start if pair is not None]
    assert len(distance) > 20
    assert distance == sorted(distance)


@pytest.mark.parametrize("letters", ["d", "e", "f", "g", "h", "m", "n", "p", "r", "s", "u"])
def test_a_coarse_hole_mirrors_its_shaft(letters: str) -> None:
    """Beyond IT8 a hole is its shaft turned over (ISO 286-1 clause 4.3.2.5); N9 to N16 begin at zero."""
    if letters == "n":
        assert iso286.deviations_mm("N9", 40) == (0.0, -0.062)
        return
    for size in (5.0, 40.0, 120.0, 450.0):
        shaft, hole = (iso286.deviations_mm(f"{name}9", size) for name in (letters, letters.upper()))
        assert shaft is not None and hole is not None
        assert hole == pytest.approx((-shaft[1], -shaft[0]))


@pytest.mark.parametrize("code", ["H", "7", "I7", "L6", "O5", "Q7", "W8", "H19", "hH7", "Js6", "h7x", "", "t6"])
def test_what_is_no_class_has_no_deviations(code: str) -> None:
    assert iso286.deviations_mm(code, 20) is None


@pytest.mark.parametrize("size", [0, -5, 3150.1, 1e9])
def test_sizes_beyond_the_system(size: float) -> None:
    assert iso286.deviations_mm("H7", size) is None
