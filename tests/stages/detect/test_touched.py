"""Geometry that touches a string does not take its characters away, and a line beside it is none of them."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import bounds
from ocr_tasks.stages.detect.around import without_lines_beside
from ocr_tasks.stages.detect.fit import fit_to_ink, seeds_in
from ocr_tasks.stages.ink import Blob, blobs_of


def page_with(text: str) -> tuple[Gray, tuple[int, int, int, int]]:
    """Return a page with TEXT on it and the edges of its ink."""
    image = np.full((300, 900), 255, np.uint8)
    cv2.putText(image, text, (300, 150), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    rows, columns = np.nonzero(image < 255)
    return image, (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)


def fitted(image: Gray, left: float, top: float, right: float, bottom: float) -> list[tuple[float, ...]]:
    quad: Quad = ((left - 6, top - 6), (right + 6, top - 6), (right + 6, bottom + 6), (left - 6, bottom + 6))
    return [bounds(found.quad_px) for found in fit_to_ink(image, [Box(quad, 0.9)])]


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_character_that_a_leader_touches_is_kept(side: str) -> None:
    image, (left, top, right, bottom) = page_with("SHUTTERS")
    x, far = (left + 1, left - 150) if side == "left" else (right - 2, right + 150)
    cv2.line(image, (x, bottom - 6), (far, bottom + 100), 0, 2)
    (found,) = fitted(image, left, top, right, bottom)
    assert found[0] <= left + 3
    assert found[2] >= right - 3


def test_a_line_that_crosses_behind_a_string_is_no_character() -> None:
    image, (left, top, right, bottom) = page_with("30")
    cv2.line(image, (right + 5, bottom + 60), (right + 17, top - 60), 0, 2)
    (found,) = fitted(image, left, top, right + 14, bottom)
    assert found[2] <= right + 8


@pytest.mark.parametrize(("foot", "kept"), [(90, 0), (60, 1)], ids=["goes on below", "ends as a 1 does"])
def test_a_line_that_goes_on_above_and_below_is_no_character(foot: int, kept: int) -> None:
    strokes = np.zeros((100, 200), np.uint8)
    strokes[10:foot, 100:103] = strokes[10:13, 100:170] = 255
    assert len(seeds_in(strokes, blobs_of(strokes), (20, 30, 180, 70))) == kept


def test_a_cross_on_a_wire_is_no_part_of_the_number_above_it_in_a_sloping_box() -> None:
    image, (left, top, right, bottom) = page_with("2")
    x, y = left - 45, bottom + 8
    cv2.line(image, (x - 60, y), (right + 60, y), 0, 2)
    for rise in (-1, 1):
        cv2.line(image, (x - 18, y - 18 * rise), (x + 18, y + 18 * rise), 0, 2)
    middle = ((x + right) / 2 - 4, (y + top) / 2 + 2)
    corners = cv2.boxPoints((middle, (95, 38), -20.0)).tolist()
    quad: Quad = tuple((float(a), float(b)) for a, b in (corners[1], corners[2], corners[3], corners[0]))  # type: ignore[assignment]
    found = [bounds(line.quad_px) for line in fit_to_ink(image, [Box(quad, 0.9)])]
    assert found
    assert all(one[0] > x + 10 for one in found)


def character(left: int, top: int = 20, height: int = 20, width: int = 12) -> Blob:
    return Blob(left, top, left + width, top + height, width * height // 3)


def bar(left: int, top: int, bottom: int) -> Blob:
    return Blob(left, top, left + 2, bottom, 2 * (bottom - top))


WORD = [character(20), character(40), character(60)]


@pytest.mark.parametrize(
    "line",
    [
        [bar(80, 14, 48)],
        [bar(8, 12, 44)],
        [bar(80, 4, 36), bar(80, 38, 40)],
        [bar(8, 15, 19), bar(8, 22, 38), bar(8, 41, 46)],
    ],
    ids=["behind", "before", "a dash and a dot", "dashes"],
)
def test_a_line_beside_a_string_is_none_of_its_characters(line: list[Blob]) -> None:
    assert without_lines_beside([*WORD, *line]) == WORD


@pytest.mark.parametrize(
    "last",
    [
        [bar(80, 20, 40)],
        [bar(80, 19, 41)],
        [bar(80, 11, 14), bar(80, 20, 40)],
        [Blob(80, 14, 86, 48, 60)],
        [character(80, 12, 32)],
        [bar(80, 0, 60)],
    ],
    ids=["1", "l", "i", "bracket", "capital", "far too long: the others are points"],
)
def test_the_last_character_of_a_string_stays(last: list[Blob]) -> None:
    assert without_lines_beside([*WORD, *last]) == [*WORD, *last]


def test_a_bar_alone_stays() -> None:
    assert without_lines_beside([bar(10, 0, 30)]) == [bar(10, 0, 30)]
    assert without_lines_beside([]) == []
