"""A minus is a part of its number; the end of a line beside it is not."""

import cv2
import numpy as np

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.recognize.line_ends import without_line_end


def read(text: str) -> Text:
    places = tuple(k / len(text) for k in range(len(text)))
    return Text(text, 0.9, tuple(0.8 if k == 0 else 0.95 for k in range(len(text))), places)


def crop_of(written: str, line_from: int | None, paper: int = 2) -> Gray:
    """Write a number on paper, perhaps with a line that ends PAPER before it, and cut it out with paper around."""
    page = np.full((120, 400), 255, np.uint8)
    cv2.putText(page, written, (150, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    rows, columns = np.nonzero(page < 128)
    left, top, right, bottom = int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
    if line_from is not None:
        cv2.line(page, (line_from, (top + bottom) // 2), (left - paper, (top + bottom) // 2), 0, 2)
    return cut(page, ((left, top), (right, top), (right, bottom), (left, bottom)), MARGIN)


def test_the_end_of_a_dimension_line_is_no_minus() -> None:
    text = without_line_end(read("-3300"), crop_of("3300", line_from=20), MARGIN)
    assert (text.text, len(text.char_confidences), len(text.char_places)) == ("3300", 4, 4)
    assert text.confidence == 0.95


def test_a_minus_in_the_box_stays() -> None:
    assert without_line_end(read("-3300"), crop_of("-3300", line_from=None), MARGIN).text == "-3300"
    assert without_line_end(read("-0.1"), crop_of("-0.1", line_from=20), MARGIN).text == "-0.1"


def test_a_minus_with_paper_behind_it_stays_even_beside_the_box() -> None:
    assert without_line_end(read("-3300"), crop_of("3300", line_from=137, paper=4), MARGIN).text == "-3300"


def test_other_text_is_left_alone() -> None:
    crop = crop_of("3300", line_from=20)
    assert without_line_end(read("-A3"), crop, MARGIN).text == "-A3"
    assert without_line_end(read("3300"), crop, MARGIN).text == "3300"
