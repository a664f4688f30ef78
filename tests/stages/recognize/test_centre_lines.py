"""Dashes of a line that runs along a value are told from its signs."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import upright_quad, width_of
from ocr_tasks.stages.crops import MARGIN
from ocr_tasks.stages.recognize.centre_lines import on_centre_line

QUAD: Quad = upright_quad(150, 60, 270, 90)
MIDDLE = 75


def sheet(*lines: tuple[int, int, int]) -> Gray:
    """Draw lines across from and to, each at a height."""
    page = np.full((150, 420), 255, np.uint8)
    for start, stop, y in lines:
        cv2.line(page, (start, y), (stop, y), 0, 1)
    return page


def read(text: str) -> Text:
    """Say that TEXT was read in the box, its characters evenly apart."""
    edge = MARGIN * 30
    places = (edge + (np.arange(len(text)) + 0.5) * 120 / len(text)) / (120 + 2 * edge)
    return Text(text, 0.7, (0.7,) * len(text), tuple(places.tolist()))


def told(text: str, page: Gray) -> str | None:
    piece = on_centre_line(read(text), QUAD, page, MARGIN)
    return None if piece is None else piece.text.text


THROUGH = ((20, 80, MIDDLE), (86, 400, MIDDLE))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-10.57", "10.57"),
        ("- -32:62--", "32.62"),
        ("M6x0.75 -", "M6x0.75"),
        ("⏤4x ⌀3.3", "4x ⌀3.3"),
        ("⌀13-H7-", "⌀13 H7"),
        ("--(24)---", "(24)"),
        ("1:1", "1.1"),
    ],
)
def test_dashes_of_a_line_along_a_value_are_no_signs(text: str, value: str) -> None:
    assert told(text, sheet(*THROUGH)) == value


def test_what_is_left_is_as_long_as_its_characters() -> None:
    piece = on_centre_line(read("--12--"), QUAD, sheet(*THROUGH), MARGIN)
    assert piece is not None
    assert width_of(piece.quad_px) == pytest.approx(40, abs=1)


@pytest.mark.parametrize(
    "page",
    [
        sheet(),
        sheet((20, 150, MIDDLE)),
        sheet((20, 150, 65), (270, 400, 85)),
        sheet(*((20, 400, y) for y in range(66, 82))),
    ],
    ids=["no line", "on one side", "two heights", "a bar"],
)
def test_a_minus_stays_where_no_line_runs_along(page: Gray) -> None:
    assert told("-10.57", page) is None


@pytest.mark.parametrize("text", ["A - A", "10.57", "SECTION -", "12-15", "--", ""])
def test_what_is_no_value_with_dashes_stays(text: str) -> None:
    assert told(text, sheet(*THROUGH)) is None
