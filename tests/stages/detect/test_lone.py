"""Characters by themselves are proposed from the ink alone."""

import cv2
import numpy as np

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import bounds, upright_quad
from ocr_tasks.stages.detect.lone import bare_ones, lone_characters
from ocr_tasks.stages.detect.stage import SizedStrokes, lone_in
from ocr_tasks.stages.ink import Strokes, strokes_of

LINE_HEIGHT = 22.0


def paper() -> Gray:
    return np.full((300, 400), 255, np.uint8)


def strokes(page: Gray) -> Strokes:
    return strokes_of(page, round(3 * LINE_HEIGHT))


def write(page: Gray, text: str, x: int, y: int) -> None:
    cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)


def test_a_character_beside_a_wire_is_proposed_and_the_wire_is_not() -> None:
    page = paper()
    write(page, "2", 100, 120)
    page[130:132, 50:350] = 0
    (box,) = lone_characters(strokes(page), [], LINE_HEIGHT)
    left, top, right, bottom = bounds(box.quad_px)
    assert 100 <= left < right <= 120
    assert 95 <= top < bottom <= 123


def test_a_turned_character_that_touches_its_wire_is_proposed_and_a_tick_on_it_is_not() -> None:
    page = paper()
    write(page, "2", 100, 120)
    page[121:123, 50:350] = 0
    page[98:121, 200:206] = 0
    turned = np.rot90(page).copy()
    (box,) = lone_characters(strokes(turned), [], LINE_HEIGHT)
    left, top, right, bottom = bounds(box.quad_px)
    assert 95 <= left < right <= 123
    assert 400 - 120 <= top < bottom <= 400 - 100


def test_two_digits_beside_each_other_are_one_and_two_below_each_other_are_not() -> None:
    page = paper()
    write(page, "12", 100, 60)
    write(page, "3", 250, 60)
    write(page, "4", 250, 120)
    assert len(lone_characters(strokes(page), [], LINE_HEIGHT)) == 3


def test_what_a_line_covers_is_not_proposed_again() -> None:
    page = paper()
    write(page, "2", 100, 120)
    line = Box(((90.0, 90.0), (200.0, 90.0), (200.0, 130.0), (90.0, 130.0)), 0.9)
    assert lone_characters(strokes(page), [line], LINE_HEIGHT) == []


def test_dots_arrowheads_and_strokes_are_no_characters() -> None:
    page = paper()
    cv2.circle(page, (60, 60), 3, 0, -1)
    page[100:122, 100:104] = 0
    page[200:220, 200:218] = 0
    assert lone_characters(strokes(page), [], LINE_HEIGHT) == []


def test_an_arrowhead_that_lies_is_no_character_and_a_letter_that_lies_is() -> None:
    page = paper()
    cv2.fillPoly(page, [np.array([[60, 60], [78, 54], [78, 66]], np.int32)], 0)
    assert lone_characters(strokes(page), [], LINE_HEIGHT) == []
    for rows, columns in (
        (slice(100, 102), slice(60, 78)),
        (slice(110, 112), slice(60, 78)),
        (slice(100, 112), slice(60, 62)),
    ):
        page[rows, columns] = 0
    assert len(lone_characters(strokes(page), [], LINE_HEIGHT)) == 1


def test_the_letter_of_a_datum_is_proposed_though_a_box_covers_it_with_its_square() -> None:
    page = paper()
    write(page, "A", 100, 120)
    usual = [Box(upright_quad(20, top, 120, top + 22), 0.9) for top in (200, 230, 260)]
    square, line = upright_quad(93, 90, 127, 126), upright_quad(93, 90, 160, 126)
    for quad, found in ((square, 1), (line, 0)):
        _, characters = lone_in(SizedStrokes(strokes(page), 1.0), [*usual, Box(quad, 0.9)], np.ones(2))
        assert len(characters) == found


def narrow_numbers() -> Gray:
    page = paper()
    for y in (100, 126):
        cv2.ellipse(page, (106, y - 11), (6, 11), 0, 0, 360, 0, 2)
    return page


def test_ordinates_in_a_row_that_a_box_takes_for_one_level_line_are_proposed_and_words_are_not() -> None:
    page = paper()
    for y, number in ((100, "0"), (140, "3"), (180, "6")):
        write(page, number, 100, y)
    row = np.rot90(page).copy()
    near = np.rot90(narrow_numbers()).copy()
    upright = paper()
    write(upright, "0 3 6", 100, 120)
    usual = [Box(upright_quad(20, top, 120, top + 22), 0.9) for top in (10, 35, 60)]
    for sheet, quad, found in (
        (row, upright_quad(70, 278, 185, 302), 3),
        (near, upright_quad(70, 284, 129, 302), 2),
        (upright, upright_quad(95, 95, 205, 125), 0),
    ):
        _, characters = lone_in(SizedStrokes(strokes(sheet), 1.0), [*usual, Box(quad, 0.9)], np.ones(2))
        assert len(characters) == found


def test_numbers_that_a_box_takes_for_one_upward_line_are_proposed_and_upward_text_is_not() -> None:
    page = paper()
    for k, digit in enumerate("456"):
        write(page, digit, 100, 60 + 30 * k)  # as close as the lines of notes
    upward = Box(((95.0, 170.0), (95.0, 30.0), (125.0, 30.0), (125.0, 170.0)), 0.9)
    assert len(lone_characters(strokes(page), [], LINE_HEIGHT, doubtful=[upward])) == 3
    assert lone_characters(strokes(page), [upward], LINE_HEIGHT) == []
    close = paper()
    for k in range(3):
        close[60 + 27 * k : 82 + 27 * k, 100:102] = 0
        close[60 + 27 * k : 62 + 27 * k, 100:116] = 0
    assert lone_characters(strokes(close), [], LINE_HEIGHT, doubtful=[upward]) == []


def test_the_point_behind_the_number_of_a_note_belongs_to_it() -> None:
    page = paper()
    write(page, "4", 100, 120)
    page[117:121, 124:128] = 0
    (box,) = lone_characters(strokes(page), [], LINE_HEIGHT)
    assert bounds(box.quad_px)[2] == 128


def test_the_number_of_a_pin_that_stands_on_its_wire_is_proposed_and_geometry_between_lines_is_not() -> None:
    page = paper()
    write(page, "2", 100, 120)
    page[121:123, 50:350] = 0
    (box,) = lone_characters(strokes(page), [], LINE_HEIGHT)
    left, top, right, bottom = bounds(box.quad_px)
    assert 100 <= left < right <= 120
    assert 95 <= top < bottom <= 123
    part = paper()
    for row in (100, 117):
        part[row : row + 2, 50:350] = 0
    cv2.line(part, (120, 102), (148, 117), 0, 2)
    assert lone_characters(strokes(part), [], LINE_HEIGHT) == []


def stroke(page: Gray, x: int, y: int, height: int = 24) -> None:
    page[y : y + height, x : x + 2] = 0


def test_a_bare_stroke_in_a_balloon_and_in_a_cell_may_be_a_one() -> None:
    page = paper()
    cv2.circle(page, (100, 100), 28, 0, 1)
    stroke(page, 100, 88)
    cv2.rectangle(page, (150, 200), (240, 250), 0, 1)
    stroke(page, 200, 213)
    found = bare_ones(strokes(page), [], LINE_HEIGHT)
    assert sorted(bounds(box.quad_px) for box in found) == [(100, 88, 102, 112), (200, 213, 202, 237)]


def test_strokes_among_geometry_are_no_ones() -> None:
    page = paper()
    for y in (20, 54, 88):  # the dashes of a hidden line
        stroke(page, 50, y)
    for x in (120, 128, 136):  # hatching
        stroke(page, x, 60)
    page[150, 100:200] = 0
    stroke(page, 150, 152)  # a mark on an edge
    page[100:200, 300:302] = 0  # the end of a centre line
    stroke(page, 300, 215)
    stroke(page, 350, 60, height=60)
    assert bare_ones(strokes(page), [], LINE_HEIGHT) == []


def test_a_stroke_is_no_one_where_nothing_encloses_it_or_more_than_it_is_enclosed() -> None:
    page = paper()
    stroke(page, 50, 60)
    for x in (200, 220):
        stroke(page, x, 80)
    cv2.rectangle(page, (180, 60), (240, 125), 0, 1)
    stroke(page, 320, 62)  # in the upper part of a pocket
    cv2.rectangle(page, (290, 50), (350, 140), 0, 1)
    assert bare_ones(strokes(page), [], LINE_HEIGHT) == []


def test_a_dash_of_a_line_that_goes_on_beyond_its_enclosure_is_no_one() -> None:
    page = paper()
    cv2.rectangle(page, (180, 90), (220, 130), 0, 1)
    for y in (64, 98, 136):
        stroke(page, 200, y, height=22)
    assert bare_ones(strokes(page), [], LINE_HEIGHT) == []


def test_a_stroke_that_a_line_covers_is_not_proposed_again() -> None:
    page = paper()
    stroke(page, 200, 100)
    cv2.circle(page, (201, 112), 28, 0, 1)
    line = Box(((150.0, 95.0), (210.0, 95.0), (210.0, 130.0), (150.0, 130.0)), 0.9)
    assert len(bare_ones(strokes(page), [], LINE_HEIGHT)) == 1
    assert bare_ones(strokes(page), [line], LINE_HEIGHT) == []
