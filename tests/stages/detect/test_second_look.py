"""The second look for text that runs up the page, on drawn characters."""

from collections.abc import Callable

import cv2
import numpy as np

from ocr_tasks.contract import EngineInfo
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of, bounds
from ocr_tasks.stages.detect.second_look import (
    LETTERING,
    LONGEST_STROKE,
    Extents,
    Upward,
    chains,
    held_by_lines,
    upward_lines,
)
from ocr_tasks.stages.detect.stage import told_apart
from ocr_tasks.stages.ink import strokes_of

PAPER = 255
LINE = 30.0
"""Height of the page's usual line in these pictures, in pixels."""


class Told:
    """A detector that sees on a mosaic what it is told."""

    info = EngineInfo(name="told")

    def __init__(self, sees: Callable[[Gray], list[Box]] = lambda mosaic: []) -> None:
        self.sees = sees

    def detect(self, image: Gray) -> list[Box]:
        return self.sees(image)


def level(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


USUAL = level(20, 20, 320, 20 + LINE)


def look(page: Gray, found: list[Box], detector: Told, line_height: float = LINE) -> Upward:
    return upward_lines(page, strokes_of(page, round(LONGEST_STROKE * line_height)), found, detector, line_height)


def letters(*extents: tuple[int, int, int, int]) -> Extents:
    return np.array(sorted(extents), np.int32)


def spread_upwards(page: Gray, text: str, left: int, bottom: int, advance: int) -> None:
    """Draw characters that read upwards, as far apart as a plotter sets them."""
    for k, character in enumerate(text):
        glyph = np.full((34, 24), PAPER, np.uint8)
        cv2.putText(glyph, character, (2, 28), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2)
        top = bottom - k * advance
        page[top : top + 24, left : left + 34] = np.rot90(glyph)


def test_characters_above_each_other_are_one_chain_and_others_none() -> None:
    column = [(100, 300, 122, 312), (101, 330, 122, 341), (100, 362, 122, 375)]
    beside, far = (124, 300, 146, 312), (100, 480, 122, 492)
    assert chains(letters(*column, beside, far), LINE, LETTERING.alike, LETTERING) == [(100, 300, 122, 375)]


def test_a_block_of_characters_is_no_chain() -> None:
    block = [(100 + 8 * k, 300 + 25 * row, 118 + 8 * k, 320 + 25 * row) for k in range(8) for row in range(3)]
    assert chains(letters(*block), LINE, LETTERING.alike, LETTERING) == []


def test_an_arrowhead_or_a_circle_below_a_value_is_not_of_its_chain() -> None:
    column = [(100, 300, 122, 312), (101, 330, 122, 341)]
    arrowhead, circle = (108, 350, 115, 375), (80, 230, 145, 295)
    assert chains(letters(*column, arrowhead, circle), LINE, LETTERING.alike, LETTERING) == [(100, 300, 122, 341)]


def test_geometry_wider_than_the_characters_is_not_of_a_column() -> None:
    column, symbol = [(100, 300, 122, 312), (101, 330, 122, 341)], (92, 260, 142, 295)
    strict, loose = LETTERING.alike_in_column, LETTERING.alike
    assert chains(letters(*column, symbol), LINE, strict, LETTERING) == [(100, 300, 122, 341)]
    assert chains(letters(*column, symbol), LINE, loose, LETTERING) == [(92, 260, 142, 341)]


def test_a_value_in_larger_lettering_than_the_usual_line_is_a_column() -> None:
    page = np.full((500, 500), PAPER, np.uint8)
    spread_upwards(page, "375", 100, 300, 30)
    (column,) = look(page, [level(20, 20, 320, 36)], Told()).columns
    assert bounds(column.quad_px)[1] < 264


def test_a_level_line_holds_the_characters_in_it() -> None:
    inside, outside = [(100 + 20 * k, 100, 114 + 20 * k, 122) for k in range(4)], (300, 100, 314, 122)
    found = [level(95, 96, 180, 126)]
    assert held_by_lines(letters(*inside, outside), found, LETTERING).tolist() == [4, 4, 4, 4, 0]
    upward = Box(((100, 126), (100, 20), (130, 20), (130, 126)), 0.9)
    assert not held_by_lines(letters(*inside), [upward], LETTERING).any()


def test_spread_values_side_by_side_are_columns_though_a_level_box_crosses_them() -> None:
    page = np.full((500, 500), PAPER, np.uint8)
    spread_upwards(page, "69", 100, 300, 40)
    spread_upwards(page, "27", 150, 300, 40)
    across = level(98, 296, 186, 328)  # the 6 of the one and the 2 of the other
    found = look(page, [USUAL, across], Told())
    edges = sorted(bounds(column.quad_px) for column in found.columns)
    assert len(edges) == 2
    for (left, top, right, bottom), start in zip(edges, (100, 150), strict=True):
        assert start <= left < right <= start + 34
        assert top < 284 and bottom > 302  # from within the upper to within the lower character
    assert all(angle_of(column.quad_px) == 90 for column in found.columns)


def test_two_values_of_the_second_look_stand_in_place_of_the_one_box_of_the_first() -> None:
    upper, lower, both = (
        Box(((100, bottom), (100, top), (130, top), (130, bottom)), 0.9)
        for top, bottom in ((100, 160), (200, 260), (95, 265))
    )
    assert told_apart([both], [upper, lower]) == ([upper, lower], [])
    assert told_apart([both], [upper]) == ([upper, both], [])


def test_pieces_of_the_second_look_that_overlap_do_not_take_the_place_of_a_box() -> None:
    one, other, crossed = (
        Box(((left, bottom), (left, top), (left + 30, top), (left + 30, bottom)), 0.9)
        for left, top, bottom in ((90, 100, 160), (112, 150, 260), (100, 95, 265))
    )
    assert told_apart([crossed], [one, other]) == ([one, other, crossed], [])


def test_words_of_level_lines_below_each_other_are_no_columns() -> None:
    page = np.full((500, 500), PAPER, np.uint8)
    rows = []
    for k, text in enumerate(("DRAWN", "CHECK", "TITLE")):
        cv2.putText(page, text, (100, 130 + 45 * k), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
        rows.append(level(96, 102 + 45 * k, 215, 136 + 45 * k))
    assert look(page, [USUAL, *rows], Told()).columns == []


def test_the_box_of_large_lettering_is_a_line_though_higher_than_its_cutting() -> None:
    page = np.full((700, 500), PAPER, np.uint8)
    for k in range(3):
        page[400 - 50 * k : 430 - 50 * k, 200:260] = 0

    def roomy(mosaic: Gray) -> list[Box]:
        rows, columns = np.flatnonzero((mosaic < 128).any(1)), np.flatnonzero((mosaic < 128).any(0))
        return [level(columns[0] - 18, rows[0] - 18, columns[-1] + 18, rows[-1] + 18)]

    assert len(look(page, [USUAL], Told(roomy)).lines) == 1


def test_a_box_over_several_cuttings_is_no_line() -> None:
    page = np.full((500, 500), PAPER, np.uint8)
    for left in (100, 200):
        spread_upwards(page, "444", left, 300, 30)

    def over_all(mosaic: Gray) -> list[Box]:
        rows = np.flatnonzero((mosaic < 128).any(1))
        columns = np.flatnonzero((mosaic < 128).any(0))
        high = level(columns[0], rows[0], columns[-1], rows[-1])
        leaning = Box(((0, 10), (80, 30), (75, 50), (-5, 30)), 0.9)
        return [high, leaning]

    assert look(page, [USUAL], Told(over_all)).lines == []


def test_a_box_much_higher_than_the_ink_of_its_cutting_is_no_line() -> None:
    page = np.full((500, 500), PAPER, np.uint8)
    for k in range(4):
        page[300 - 12 * k : 308 - 12 * k, 100:110] = 0
    for around, lines in ((5, 1), (11, 0)):

        def roomy(mosaic: Gray, around: int = around) -> list[Box]:
            rows, columns = np.flatnonzero((mosaic < 128).any(1)), np.flatnonzero((mosaic < 128).any(0))
            return [level(columns[0] - 5, rows[0] - around, columns[-1] + 5, rows[-1] + around)]

        assert len(look(page, [USUAL], Told(roomy), 15.0).lines) == lines
