"""Boxes around dimensions and datums, on pictures drawn here."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import turned
from ocr_tasks.stages.postprocess.boxed import is_boxed, may_be_boxed

EM = 40
LEFT, TOP = 200, 150


def paper() -> Gray:
    return np.full((400, 600), 255, np.uint8)


def write(page: Gray, text: str = "68.5") -> Quad:
    """Write TEXT with its top left corner at (LEFT, TOP); return the quad tight to its ink."""
    blank = np.full_like(page, 255)
    cv2.putText(blank, text, (LEFT, TOP + EM), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 0, 4, cv2.LINE_AA)
    rows, columns = np.nonzero(blank < 128)
    page[:] = np.minimum(page, blank)
    left, top, right, bottom = (float(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def box(page: Gray, quad: Quad, gap: int = 12) -> tuple[int, int, int, int]:
    """Draw a box GAP pixels around QUAD; return its left, top, right and bottom."""
    (left, top), _, (right, bottom), _ = ((round(x), round(y)) for x, y in quad)
    edges = (left - gap, top - gap, right + gap, bottom + gap)
    cv2.rectangle(page, edges[:2], edges[2:], 0, 3)
    return edges


def test_a_size_in_a_box_is_boxed_and_one_without_is_not() -> None:
    page = paper()
    quad = write(page)
    assert not is_boxed(page, quad)
    box(page, quad)
    assert is_boxed(page, quad)


def test_the_box_may_be_taken_for_a_part_of_the_string() -> None:
    page = paper()
    left, top, right, bottom = (float(v) for v in box(page, write(page)))
    assert is_boxed(page, ((left, top), (right, top), (right, bottom), (left, bottom)))


def test_a_box_that_stands_on_its_dimension_line_is_one() -> None:
    page = paper()
    quad = write(page)
    *_, bottom = box(page, quad)
    cv2.line(page, (20, bottom), (580, bottom), 0, 3)
    assert is_boxed(page, quad)


@pytest.mark.parametrize("line", ["upper", "wall", "both"])
def test_a_cell_of_a_table_is_no_box(line: str) -> None:
    page = paper()
    quad = write(page)
    left, top, _right, bottom = box(page, quad)
    if line in ("upper", "both"):
        cv2.line(page, (left, top), (580, top), 0, 3)
        cv2.line(page, (left, bottom), (580, bottom), 0, 3)
    if line in ("wall", "both"):
        cv2.line(page, (left, 20), (left, bottom), 0, 3)
    assert not is_boxed(page, quad)


def test_an_open_or_a_much_larger_box_is_none() -> None:
    page = paper()
    quad = write(page)
    _left, top, right, bottom = box(page, quad)
    page[top - 3 : bottom + 4, right - 3 : right + 4] = 255
    assert not is_boxed(page, quad)
    wide = paper()
    quad = write(wide)
    box(wide, quad, gap=90)
    assert not is_boxed(wide, quad)


def test_a_string_that_reads_upwards_is_looked_at_upright() -> None:
    page = paper()
    quad = write(page)
    box(page, quad)
    up = np.ascontiguousarray(np.rot90(page))
    (left, top), _, (right, bottom), _ = ((y, page.shape[1] - x) for x, y in quad)
    standing = ((left, bottom), (right, bottom), (right, top), (left, top))
    assert is_boxed(up, turned(standing, 1)) or is_boxed(up, turned(standing, 3))


@pytest.mark.parametrize(
    ("text", "may"), [("68.5", True), ("A", True), ("SECTION A-A", False), ("⌀12 ±0.1", True), ("7" * 30, False)]
)
def test_only_sizes_and_letters_are_looked_at(text: str, may: bool) -> None:
    assert may_be_boxed(text) is may
