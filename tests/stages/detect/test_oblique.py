"""Rows of characters at a slant are proposed from the ink alone."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of, corners_of, grown, height_of, middle_of, quad_of, upright_quad, width_of
from ocr_tasks.stages.detect.oblique import SLANTS, oblique_rows, rows_at_a_slant
from ocr_tasks.stages.detect.stage import SizedStrokes, slanted_in
from ocr_tasks.stages.ink import strokes_of

LINE_HEIGHT = 22.0
SIDE = 400


def drawn(text: str, slope_deg: float, *, line: bool = False) -> Gray:
    """Return a page with TEXT in its middle, turned counter-clockwise by SLOPE_DEG, LINE: between parts of a line."""
    page = np.full((SIDE, SIDE), 255, np.uint8)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)
    left, right = (SIDE - width) // 2, (SIDE + width) // 2
    cv2.putText(page, text, (left, (SIDE + height) // 2), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    if line:
        for begin, end in ((left - 70, left - 10), (right + 10, right + 70)):
            cv2.line(page, (begin, SIDE // 2), (end, SIDE // 2), 0, 2)
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), slope_deg, 1.0)
    return np.asarray(cv2.warpAffine(page, turn, (SIDE, SIDE), borderValue=(255.0,)), np.uint8)


def rows(page: Gray, *lines: Box) -> list[Box]:
    return oblique_rows(strokes_of(page, round(3 * LINE_HEIGHT)), lines, LINE_HEIGHT)


@pytest.mark.parametrize("slope_deg", [20.0, 45.0, 65.0, -30.0, -60.0])
def test_a_value_at_a_slant_is_proposed_as_it_runs_without_its_dimension_line(slope_deg: float) -> None:
    (box,) = rows(drawn("6582", slope_deg, line=True))
    assert abs(angle_of(box.quad_px) - slope_deg) < 4
    assert middle_of(box.quad_px) == pytest.approx((SIDE / 2, SIDE / 2), abs=4)
    assert height_of(box.quad_px) < 1.3 * LINE_HEIGHT
    assert width_of(box.quad_px) < 4.2 * LINE_HEIGHT


def test_what_runs_down_steeply_is_read_from_below() -> None:
    (box,) = rows(drawn("6582", -76.0))
    assert abs(angle_of(box.quad_px) - 104.0) < 4


def test_level_and_upward_text_is_left_to_lines() -> None:
    assert not rows(drawn("6582", 0.0))
    assert not rows(drawn("6582", 90.0))


def test_what_a_level_line_holds_is_not_proposed_and_what_a_box_as_high_as_long_does_is() -> None:
    page = drawn("65", 45.0)
    assert not rows(page, Box(upright_quad(100, 190, 300, 215), 0.9))
    assert len(rows(page, Box(upright_quad(170, 170, 230, 230), 0.9))) == 1


def test_a_line_that_is_around_the_row_alone_explains_it() -> None:
    page = drawn("6582", 30.0)
    (row,) = rows(page)
    assert not rows(page, row)


def test_the_other_value_of_a_dual_dimension_explains_it_not() -> None:
    page = drawn("6582", 45.0)
    (row,) = rows(page)
    down = np.array([1.0, 1.0]) / np.sqrt(2) * 1.6 * LINE_HEIGHT
    beside = Box(grown(quad_of(corners_of(row.quad_px) + down), 1.5 * LINE_HEIGHT, 0), 0.9)
    assert len(rows(page, beside)) == 1


def test_a_point_parts_no_row_and_two_characters_as_far_apart_are_none() -> None:
    size = 20
    middles = [(100, 100), (112, 88), (136, 64), (148, 52)]
    letters = np.array([(x - size // 2, y - size // 2, size, size, 100) for x, y in middles], np.int32)
    assert [sorted(row) for row in rows_at_a_slant(letters)] == [[0, 1, 2, 3]]
    assert not rows_at_a_slant(letters[1:3])


def test_a_page_full_of_pieces_at_a_slant_is_hatched() -> None:
    grid = [(12 * k, 10 * k + 60 * row, 10, 10, 40) for row in range(30) for k in range(20)]
    assert SLANTS.most_pairs < len(grid)
    assert not rows_at_a_slant(np.array(grid, np.int32))


def test_the_stage_proposes_rows_in_pixels_of_the_page() -> None:
    page = drawn("6582", 30.0)
    strokes = strokes_of(page, round(3 * LINE_HEIGHT))
    lines = [Box(upright_quad(10, 10, 150, 10 + 2 * LINE_HEIGHT), 0.9)]
    (box,) = slanted_in(SizedStrokes(strokes, 1.0), lines, np.array([2.0, 2.0]))
    assert middle_of(box.quad_px) == pytest.approx((SIDE, SIDE), abs=8)
    assert not slanted_in(
        SizedStrokes(strokes, 1.0), [Box(quad_of(np.array([(0, 0), (9, 0), (9, 9), (0, 9)], float)), 0.9)], np.ones(2)
    )
