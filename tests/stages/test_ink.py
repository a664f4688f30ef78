"""Boxes fitted to the ink: tight, whole, apart."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of, bounds, middle_of, rotated, straightened, turned, upright
from ocr_tasks.stages.detect.fit import fit_to_ink
from ocr_tasks.stages.detect.join import joined
from ocr_tasks.stages.detect.stage import with_narrow_upright


def page(height: int = 300, width: int = 900) -> Gray:
    return np.full((height, width), 255, np.uint8)


def write(image: Gray, text: str, x: int, y: int) -> Quad:
    """Write TEXT with its baseline's left end at (x, y); return its tight box."""
    before = image.copy()
    cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    rows, columns = np.nonzero(image < before)
    return box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def loose(quad: Quad, edge: float = 6) -> Box:
    left, top, right, bottom = bounds(quad)
    return Box(box(left - edge, top - edge, right + edge, bottom + edge), 0.9)


def near(quad: Quad, other: Quad, within: float = 3) -> bool:
    return all(abs(a - b) <= within for a, b in zip(bounds(quad), bounds(other), strict=True))


def test_a_loose_box_becomes_tight() -> None:
    image = page()
    quad = write(image, "12.50", 100, 100)
    (fitted,) = fit_to_ink(image, [loose(quad)])
    assert near(fitted.quad_px, quad)


def test_a_character_that_was_cut_off_is_taken_in() -> None:
    image = page()
    quad = write(image, "2.375", 100, 100)
    left, top, right, bottom = bounds(quad)
    (fitted,) = fit_to_ink(image, [Box(box(left - 4, top - 4, right - 20, bottom + 4), 0.9)])
    assert near(fitted.quad_px, quad)


def test_a_dimension_line_below_is_no_part_of_the_value() -> None:
    image = page()
    quad = write(image, "45", 300, 100)
    cv2.line(image, (100, 108), (700, 108), 0, 2)
    (fitted,) = fit_to_ink(image, [loose(quad, 9)])
    assert near(fitted.quad_px, quad)


def test_a_wide_gap_separates_two_strings() -> None:
    image = page()
    first, second = write(image, "10", 100, 100), write(image, "20", 240, 100)
    left, top, _, bottom = bounds(first)
    fitted = fit_to_ink(image, [Box(box(left - 4, top - 4, bounds(second)[2] + 4, bottom + 4), 0.9)])
    assert len(fitted) == 2


def test_a_table_ruling_separates_two_cells() -> None:
    image = page()
    first, second = write(image, "10", 100, 100), write(image, "20", 160, 100)
    cv2.line(image, (151, 20), (151, 200), 0, 2)
    left, top, _, bottom = bounds(first)
    fitted = fit_to_ink(image, [Box(box(left - 4, top - 4, bounds(second)[2] + 4, bottom + 4), 0.9)])
    assert sorted(round(bounds(b.quad_px)[0] / 10) for b in fitted) == [10, 16]


def test_neighbours_keep_their_own_characters() -> None:
    image = page()
    first, second = write(image, "AB", 100, 100), write(image, "CD", 150, 100)
    fitted = fit_to_ink(image, [loose(first, 3), loose(second, 3)])
    assert len(fitted) == 2
    assert near(fitted[0].quad_px, first) != near(fitted[0].quad_px, second)


def test_paper_without_ink_is_no_line() -> None:
    assert fit_to_ink(page(), [loose(box(100, 100, 200, 130))]) == []


def test_a_single_narrow_character_is_upright() -> None:
    line = Box(box(100, 80, 300, 120), 0.9)
    one = Box(upright(box(500, 80, 516, 120)), 0.9)
    word = Box(upright(box(600, 80, 640, 300)), 0.9)
    found = with_narrow_upright([line, one, word])
    assert [round(angle_of(b.quad_px)) for b in found] == [0, 0, 90]


def test_pieces_of_one_line_are_joined() -> None:
    image = page()
    first, second = write(image, "SECTION", 100, 100), write(image, "A-A", 242, 100)
    assert len(joined(image, [Box(first, 0.9), Box(second, 0.9)])) == 1


def test_pieces_with_a_ruling_between_stay_apart() -> None:
    image = page()
    first, second = write(image, "SECTION", 100, 100), write(image, "A-A", 242, 100)
    cv2.line(image, (231, 20), (231, 200), 0, 2)
    assert len(joined(image, [Box(first, 0.9), Box(second, 0.9)])) == 2


def test_lines_below_each_other_stay_apart() -> None:
    image = page()
    first, second = write(image, "FIRST LINE", 100, 100), write(image, "SECOND", 100, 140)
    assert len(joined(image, [Box(first, 0.9), Box(second, 0.9)])) == 2


def test_a_tall_box_reads_from_below() -> None:
    quad = upright(box(100, 100, 120, 300))
    assert quad[0] == (100, 300)
    assert quad[1] == (100, 100)
    assert turned(quad, 4) == quad


def test_a_box_a_little_askew_is_straightened_but_an_oblique_one_stays() -> None:
    askew: Quad = ((100, 100), (160, 104), (158, 134), (98, 130))
    (x0, y0), (x1, y1) = straightened(askew)[:2]
    assert y0 == pytest.approx(y1)
    assert x1 > x0
    oblique: Quad = ((100, 100), (170, 30), (191, 51), (121, 121))
    assert straightened(oblique) == oblique


@pytest.mark.parametrize(("foot", "radius"), [(104, 6), (105, 8)])
def test_what_rulings_leave_of_dots_and_ends_is_no_point_of_the_value(foot: int, radius: int) -> None:
    image = page()
    quad = write(image, "500", 300, 100)
    left, top, right, bottom = bounds(quad)
    cv2.line(image, (200, foot), (500, foot), 0, 2)
    for x in (round(left) - 8, round(right) + 8):
        cv2.line(image, (x, 78), (x, 200), 0, 2)
        cv2.circle(image, (x, foot), radius, 0, -1)
    (fitted,) = fit_to_ink(image, [Box(box(left - 12, top - 6, right + 12, bottom + 6), 0.9)])
    assert near(fitted.quad_px, quad)


def test_a_decimal_point_near_an_underline_stays() -> None:
    image = page()
    quad = write(image, "25.", 300, 100)
    cv2.line(image, (280, 106), (400, 106), 0, 2)
    (fitted,) = fit_to_ink(image, [loose(quad)])
    assert near(fitted.quad_px, quad)


def test_the_stem_of_the_next_letter_is_no_ruling_between_two_pieces_of_a_line() -> None:
    image = page()
    first, second = write(image, "O35", 100, 100), write(image, "H6", 172, 100)
    left, *rest = bounds(second)
    (whole,) = joined(image, [Box(first, 0.9), Box(box(left + 0.6, *rest), 0.9)])
    assert bounds(whole.quad_px)[2] == rest[1]


def test_a_box_is_turned_counter_clockwise_about_a_point() -> None:
    box = ((10.0, 10.0), (50.0, 10.0), (50.0, 20.0), (10.0, 20.0))
    up = rotated(box, 90, (10.0, 10.0))
    assert np.asarray(up) == pytest.approx(np.array([(10, 10), (10, -30), (20, -30), (20, 10)]))
    assert angle_of(rotated(box, 30, (0.0, 0.0))) == pytest.approx(30)
    assert middle_of(rotated(box, 30, middle_of(box))) == pytest.approx(middle_of(box))
