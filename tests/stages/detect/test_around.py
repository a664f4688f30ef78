"""A circle around a string and a line across it are no part of it."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import bounds
from ocr_tasks.stages.detect.around import without_frames
from ocr_tasks.stages.detect.fit import fit_to_ink
from ocr_tasks.stages.ink import Blob


def page() -> Gray:
    return np.full((300, 900), 255, np.uint8)


def write(image: Gray, text: str, x: int, y: int, scale: float = 1.0) -> Quad:
    """Write TEXT with its baseline's left end at (x, y); return its tight box."""
    before = image.copy()
    cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 2, cv2.LINE_AA)
    rows, columns = np.nonzero(image < before)
    return box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def box(left: float, top: float, right: float, bottom: float) -> Quad:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def fitted(image: Gray, quad: Quad, edge: float = 6) -> list[tuple[float, ...]]:
    left, top, right, bottom = bounds(quad)
    boxes = fit_to_ink(image, [Box(box(left - edge, top - edge, right + edge, bottom + edge), 0.9)])
    return sorted(bounds(found.quad_px) for found in boxes)


def alike(found: tuple[float, ...], quad: Quad) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(found, bounds(quad), strict=True))


def test_the_circle_of_a_balloon_is_no_part_of_its_number() -> None:
    image = page()
    number = write(image, "21", 200, 100)
    cv2.circle(image, (219, 89), 34, 0, 2)
    (found,) = fitted(image, box(186, 56, 252, 122))
    assert alike(found, number)


def test_two_balloons_beside_each_other_leave_their_numbers() -> None:
    image = page()
    first, second = write(image, "1", 208, 100), write(image, "2", 278, 100)
    for x in (217, 287):
        cv2.circle(image, (x, 89), 30, 0, 2)
    found = fitted(image, box(187, 59, 317, 119))
    assert [alike(one, quad) for one, quad in zip(found, (first, second), strict=True)] == [True, True]


def test_a_letter_in_a_ring_in_a_line_keeps_its_ring() -> None:
    image = page()
    write(image, "0.3", 100, 100)
    write(image, "M", 182, 99, 0.8)
    cv2.circle(image, (192, 91), 17, 0, 2)
    (found,) = fitted(image, box(100, 76, 210, 106))
    assert found[2] >= 208


def test_what_is_left_of_a_divided_circle_is_no_part_of_the_number_in_it() -> None:
    image = page()
    number = write(image, "8", 210, 100)
    cv2.circle(image, (219, 104), 40, 0, 2)
    cv2.line(image, (100, 108), (400, 108), 0, 3)
    cv2.line(image, (100, 64), (400, 64), 0, 3)
    (found,) = fitted(image, number)
    assert alike(found, number)


@pytest.mark.parametrize("x", range(234, 239))
def test_a_centre_line_through_a_number_does_not_cut_it(x: int) -> None:
    image = page()
    number = write(image, "2500", 200, 100)
    cv2.line(image, (x, 20), (x, 200), 0, 1)
    (found,) = fitted(image, number)
    assert alike(found, number)


def test_cells_whose_ruling_leaves_paper_are_two() -> None:
    image = page()
    first, second = write(image, "25", 200, 100), write(image, "00", 262, 100)
    cv2.line(image, (250, 20), (250, 200), 0, 2)
    found = fitted(image, box(bounds(first)[0], bounds(first)[1], *bounds(second)[2:]))
    assert [alike(one, quad) for one, quad in zip(found, (first, second), strict=True)] == [True, True]


def test_a_word_that_ends_at_a_ruling_is_apart_from_the_next_cell() -> None:
    image = page()
    first, second = write(image, "REVISION", 100, 100), write(image, "VERSION", 262, 100)
    cv2.line(image, (253, 20), (253, 200), 0, 2)
    found = fitted(image, box(bounds(first)[0], bounds(first)[1], *bounds(second)[2:]))
    assert len(found) == 2


def test_what_a_line_leaves_of_a_circle_is_no_part_of_the_word_in_it() -> None:
    arcs = [Blob(88, 29, 159, 96, 378), Blob(179, 29, 250, 96, 379)]
    word = [Blob(113, 28, 143, 70, 487), Blob(148, 28, 183, 71, 589), Blob(191, 28, 227, 70, 653)]
    assert without_frames([*arcs, *word]) == word
    beside = Blob(300, 28, 330, 70, 487)
    assert without_frames([*arcs, *word, beside]) == [*arcs, *word, beside]


def test_the_arrowheads_of_a_dimension_line_are_no_part_of_its_value() -> None:
    image = page()
    value = write(image, "4.7", 200, 100)
    left, _, right, bottom = bounds(value)
    y = round(bottom) + 8
    cv2.line(image, (round(left) - 60, y), (round(right) + 60, y), 0, 2)
    for tip, tail in ((left - 20, left + 8), (right + 20, right - 8)):
        corners = np.array([(tip, y), (tail, y - 6), (tail, y + 6)])
        cv2.fillPoly(image, [np.round(corners).astype(np.int32)], 0, cv2.LINE_AA)
    (found,) = fitted(image, box(left - 4, bounds(value)[1] - 4, right + 4, y + 8), 0)
    assert alike(found, value)


def test_bold_letters_on_a_rule_are_no_arrowheads() -> None:
    image = page()
    cv2.putText(image, "LID", (200, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 0, 9, cv2.LINE_AA)
    rows, columns = np.nonzero(image < 255)
    word = box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    cv2.line(image, (100, round(word[2][1])), (500, round(word[2][1])), 0, 3)
    (found,) = fitted(image, word)
    assert abs(found[0] - word[0][0]) <= 3 and abs(found[2] - word[1][0]) <= 3


@pytest.mark.parametrize("sunk", [0, 14], ids=["a 1", "the end of an extension line"])
def test_a_bar_beside_a_value_that_begins_and_ends_below_it_is_a_line(sunk: int) -> None:
    image = page()
    value = write(image, "2.38", 200, 100)
    left, top, right, bottom = bounds(value)
    x = round(left) - 16
    cv2.line(image, (x, round(top) + sunk), (x, round(bottom) + sunk - 2), 0, 2)
    (found,) = fitted(image, box(left - 20, top, right, bottom + sunk), 2)
    assert alike(found, value) is (sunk > 0)
