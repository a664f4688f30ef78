"""Large thin lettering is proposed from the ink alone: section letters and the titles of their views."""

import cv2
import numpy as np

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of, bounds
from ocr_tasks.stages.detect.large import large_rows
from ocr_tasks.stages.ink import strokes_of

LINE_HEIGHT = 22.0


def paper() -> Gray:
    return np.full((300, 500), 255, np.uint8)


def write(page: Gray, text: str, x: int, y: int, scale: float = 2.4) -> None:
    cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 1)


def rows(page: Gray, lines: list[Box] | None = None) -> list[tuple[float, float, float, float]]:
    strokes = strokes_of(page, round(4 * LINE_HEIGHT))
    return [bounds(box.quad_px) for box in large_rows(strokes, lines or [], LINE_HEIGHT)]


def test_a_section_letter_is_proposed_and_one_of_the_usual_height_is_not() -> None:
    page = paper()
    write(page, "A", 50, 150)
    write(page, "A", 350, 150, scale=1.0)
    ((left, top, right, bottom),) = rows(page)
    assert 45 <= left < right <= 105
    assert 90 <= top < bottom <= 155


def test_two_letters_with_a_dash_between_are_one_row() -> None:
    page = paper()
    write(page, "A-A", 50, 150)
    ((left, _, right, _),) = rows(page)
    assert left < 60
    assert right > 165


def test_letters_that_read_upwards_are_proposed_upwards() -> None:
    page = paper()
    write(page, "A-A", 50, 150)
    write(page, "F", 300, 150)
    across = sorted((left, right) for left, _, right, _ in rows(page))
    raised = strokes_of(np.ascontiguousarray(np.rot90(page)), round(4 * LINE_HEIGHT))
    upward = large_rows(raised, [], LINE_HEIGHT)
    assert [angle_of(box.quad_px) for box in upward] == [90, 90]
    extents = [bounds(box.quad_px) for box in upward]
    assert sorted((page.shape[1] - bottom, page.shape[1] - top) for _, top, _, bottom in extents) == across


def test_letters_apart_or_on_two_lines_are_rows_of_their_own() -> None:
    page = paper()
    write(page, "A", 50, 150)
    write(page, "F", 300, 150)
    write(page, "C", 120, 260)
    assert len(rows(page)) == 3


def test_what_a_line_covers_what_a_ruling_touches_and_bare_strokes_are_not_proposed() -> None:
    page = paper()
    write(page, "A", 50, 150)
    write(page, "E", 200, 150)
    page[152:154, 190:480] = 0
    page[100:150, 400:403] = 0
    line = Box(((40.0, 90.0), (120.0, 90.0), (120.0, 160.0), (40.0, 160.0)), 0.9)
    assert rows(page, [line]) == []


def test_a_filled_shape_is_no_letter() -> None:
    page = paper()
    cv2.fillPoly(page, [np.array([(100, 150), (125, 95), (150, 150)])], 0)
    assert rows(page) == []
