"""Columns without rulings apart, running text whole."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import corners_of, quad_of
from ocr_tasks.stages.detect.gutters import without_gutters

PITCH, ROW = 26, 60
"""Of characters that are all of one width, and of rows, in pixels; capitals are 22 high."""
LABELS = ("300 > X > 150 :", "150 > X > 50 :", "ANGLES :", "BELOW 20mm :", "TRUE POSITION :")
VALUES = ("+ 0.15", "+ 0.10", "+ 1", "+ 0.05", "+ 0.2")


def page(height: int = 500, width: int = 1000) -> Gray:
    return np.full((height, width), 255, np.uint8)


def write(image: Gray, text: str, x: int, y: int, *, pitch: int | None = PITCH) -> Box:
    """Write TEXT with its baseline's left end at (x, y), every character PITCH wide, and return its tight box."""
    before = image.copy()
    pieces = [(text, x)] if pitch is None else [(c, x + k * pitch) for k, c in enumerate(text) if c != " "]
    for piece, left in pieces:
        cv2.putText(image, piece, (left, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    rows, columns = np.nonzero(image < before)
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return Box(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


def whole(image: Gray, rows: Sequence[str], x: int = 60, *, pitch: int | None = PITCH) -> list[Box]:
    return [write(image, text, x, 60 + ROW * k, pitch=pitch) for k, text in enumerate(rows)]


def block() -> tuple[Gray, list[Box]]:
    """Labels that end at one place, as far from their values as their own words are from each other."""
    image = page()
    longest = max(len(label) for label in LABELS)
    rows = [f"{label.rjust(longest)} {value}" for label, value in zip(LABELS, VALUES, strict=True)]
    return image, whole(image, rows)


def starts(boxes: Sequence[Box]) -> set[int]:
    return {round(box.quad_px[0][0]) for box in boxes}


def test_a_block_of_labels_and_values_is_two_columns() -> None:
    image, lines = block()
    pieces = without_gutters(image, lines)
    assert len(pieces) == 2 * len(lines)
    assert {round(box.quad_px[0][0] / PITCH) for box in pieces[1::2]} == {round(60 / PITCH) + 16}
    for line, left, right in zip(lines, pieces[::2], pieces[1::2], strict=True):
        assert (left.quad_px[0], right.quad_px[1]) == (line.quad_px[0], line.quad_px[1])


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_so_it_is_however_it_is_turned(quarters: int) -> None:
    image, lines = block()
    height, width = image.shape
    matrix = {1: ((0, -1), (1, 0)), 2: ((-1, 0), (0, -1)), 3: ((0, 1), (-1, 0))}[quarters]
    shift = {1: (0, width), 2: (width, height), 3: (height, 0)}[quarters]

    def turn(quad: Quad) -> Quad:
        return quad_of(corners_of(quad) @ np.array(matrix) + shift)

    turned = [Box(turn(line.quad_px), 0.9) for line in lines]
    pieces = without_gutters(np.ascontiguousarray(np.rot90(image, quarters)), turned)
    assert len(pieces) == 2 * len(lines)


def test_a_ruling_does_not_end_a_gutter_that_is_sure() -> None:
    image, lines = block()
    cv2.line(image, (0, 60 + 3 * ROW + 18), (999, 60 + 3 * ROW + 18), 0, 2)
    assert len(without_gutters(image, lines)) == 2 * len(lines)


def test_the_colon_before_a_wider_gap_is_no_column() -> None:
    image = page()
    labels = whole(image, [f"{word:>13} :" for word in ("ANGLES", "FLAT", "POSITION", "ROUNDNESS", "CONCENTRICITY")])
    values = [write(image, value, 60 + 17 * PITCH, 60 + ROW * k) for k, value in enumerate(VALUES)]
    assert without_gutters(image, [*labels, *values]) == [*labels, *values]


def test_values_that_begin_at_one_place_behind_ragged_words_are_a_column() -> None:
    image = page()
    labels = ("ONE PLACE DECIMAL", "ANGULAR", "THREE PLACE DECIMALS")
    ends = [write(image, label, 60, 60 + ROW * k, pitch=None).quad_px[1][0] for k, label in enumerate(labels)]
    start = int(max(ends)) + 22
    image = page()
    lines = []
    for k, label in enumerate(labels):
        left = write(image, label, 60, 60 + ROW * k, pitch=None)
        right = write(image, "0.05", start, 60 + ROW * k, pitch=None)
        apart = right.quad_px[0][0] - left.quad_px[1][0]
        lines += [left, right] if apart > 60 else [Box((*_upper(left, right), *_lower(right, left)), 0.9)]
    assert len(lines) < 6
    assert len(without_gutters(image, lines)) == 6


def _upper(left: Box, right: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    return left.quad_px[0], right.quad_px[1]


def _lower(right: Box, left: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    return right.quad_px[2], left.quad_px[3]


def test_words_of_running_text_that_stand_below_each_other_stay_in_their_lines() -> None:
    image = page(width=1300)
    prose = (
        "REMOVE ALL BURRS AND BREAK SHARP EDGES",
        "UNLESS SHOWN OTHERWISE. PARTS ARE TO BE",
        "CLEAN, DRY AND FREE OF OIL, CHIPS AND",
        "SLIGHT OIL IS TO STAY ON EVERY BORED FACE",
        "THE BOX. SHIP IT AS THE ORDER SAYS SO.",
    )
    lines = whole(image, prose)
    assert without_gutters(image, lines) == lines


def test_the_numbers_of_notes_stay_before_their_words() -> None:
    image = page()
    notes = ("8.  REMOVE ALL BURRS.", "9.  PAINT BLACK.", "10. SHIP DRY AND CLEAN.", "11. KEEP FLAT.")
    lines = whole(image, notes)
    assert without_gutters(image, lines) == lines


def test_what_stands_in_the_cells_of_a_table_stays_whole() -> None:
    ranges = (("0.0", "6.35"), ("6.36", "38.10"), ("38.11", "76.2"), ("76.21", "152.40"), ("152.41", "203.20"))
    rows = [f"{low:>6}  to  {high}" for low, high in ranges]
    image = page()
    lines = whole(image, rows)
    assert len(without_gutters(image, lines)) > len(lines)
    for k in range(5):
        cv2.line(image, (40, 78 + ROW * k), (960, 78 + ROW * k), 0, 2)
    assert without_gutters(image, lines) == lines


def test_words_that_happen_to_begin_at_one_place_are_no_column() -> None:
    lines = []
    image = page()
    for k, (words, gap) in enumerate((("BREAK ALL SHARP", 34), ("EDGES NOT SHOWN", 44), ("BURRS ARE TO BE", 54))):
        place = write(image.copy(), words, 60, 60 + ROW * k).quad_px[1][0]
        left = write(image, words, round(640 - gap - place + 60), 60 + ROW * k)
        right = write(image, "REMOVED", 640, 60 + ROW * k)
        lines.append(Box((*_upper(left, right), *_lower(right, left)), 0.9))
    assert without_gutters(image, lines) == lines
