"""Dashes of a line are no characters; ones are, also several below each other and beside a line."""

import numpy as np
import pytest

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import upright_quad
from ocr_tasks.stages.detect.dashes import without_dashes
from ocr_tasks.stages.detect.stage import lines_of_text
from ocr_tasks.stages.ink import strokes_of

LINE_HEIGHT = 20.0
PAIR = Box(upright_quad(96, 96, 122, 114), 1.0)
"""Around the second of each of two columns."""


def bars(*, count: int, length: int, gap: int, lying: bool = False) -> Gray:
    """Draw two columns of COUNT upright strokes, the second of each at (100, 100) and (115, 100); LYING: two rows."""
    page = np.full((300, 300), 255, np.uint8)
    for across in (100, 115):
        for k in range(count):
            start = 100 + (k - 1) * (length + gap)
            page[start : start + length, across : across + 2] = 0
    return np.ascontiguousarray(page.T) if lying else page


def kept(page: Gray, *, lying: bool = False) -> list[Box]:
    box = Box(upright_quad(96, 96, 114, 122), 1.0) if lying else PAIR
    return without_dashes([box], strokes_of(page, round(3 * LINE_HEIGHT)), LINE_HEIGHT)


@pytest.mark.parametrize("lying", [False, True])
def test_two_dashes_beside_each_other_in_two_hidden_lines_are_not_looked_at(lying: bool) -> None:
    assert not kept(bars(count=6, length=12, gap=5, lying=lying), lying=lying)


@pytest.mark.parametrize(("count", "gap"), [(1, 5), (2, 5), (6, 16)])
def test_ones_by_themselves_and_in_rows_of_a_table_are_kept(count: int, gap: int) -> None:
    assert kept(bars(count=count, length=12, gap=gap)) == [PAIR]


def test_a_character_among_dashes_is_kept() -> None:
    page = bars(count=6, length=12, gap=5)
    page[100:112, 106:112] = 0
    assert kept(page) == [PAIR]


def test_dashes_in_another_line_are_not_counted() -> None:
    page = bars(count=1, length=12, gap=5)
    page[117:200, 130:132] = 255
    for k in range(5):
        page[117 + 17 * k : 129 + 17 * k, 106:108] = 0
    assert kept(page) == [PAIR]


def test_an_empty_box_is_kept() -> None:
    assert kept(np.full((300, 300), 255, np.uint8)) == [PAIR]


def test_words_of_small_lettering_that_runs_together_are_kept() -> None:
    page = np.full((300, 300), 255, np.uint8)
    for left in (50, 94, 138):
        page[100:109, left : left + 38] = 0
    words = Box(upright_quad(48, 98, 180, 111), 1.0)
    assert without_dashes([words], strokes_of(page, 200), LINE_HEIGHT) == [words]


def test_a_dash_that_a_detector_takes_for_a_line_of_text_is_none() -> None:
    page = bars(count=6, length=12, gap=5)
    text = Box(upright_quad(20, 200, 90, 220), 1.0)
    page[202:218, 22:88:8] = 0
    strokes, back = strokes_of(page, round(3 * LINE_HEIGHT)), np.array([2.0, 2.0])
    dashes, words = (Box(tuple((2 * x, 2 * y) for x, y in box.quad_px), 1.0) for box in (PAIR, text))
    assert lines_of_text(strokes, [dashes, words], back) == [words]
    assert lines_of_text(strokes, [], back) == []
