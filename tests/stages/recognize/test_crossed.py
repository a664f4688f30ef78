"""What a line through a string cut is told from what a ruling keeps apart."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray
from ocr_tasks.quads import upright_quad
from ocr_tasks.stages.recognize.crossed import are_cut, closes

FIRST, SECOND = upright_quad(100, 100, 180, 130), upright_quad(192, 100, 300, 130)
LINE_X = 186


def page(top: int = 0, bottom: int = 240) -> Gray:
    """Draw a line between the two pieces from TOP to BOTTOM."""
    image = np.full((240, 400), 255, np.uint8)
    cv2.line(image, (LINE_X, top), (LINE_X, bottom), 0, 1)
    return image


@pytest.mark.parametrize(
    ("whole", "left", "right"),
    [
        ("26.90 (Mark)", "26.90", "(Mark)"),
        ("P0.7x(31-1)=21.0", "P0.7x(31-1)=", "21.0"),
        ("21.0±0.021", "21.0±", "0.021"),
        ("4.23", "4.2", "23"),
        ("17.220(W)", "17.á", "220(W)"),
    ],
)
def test_a_line_through_a_string_cuts_it_in_two(whole: str, left: str, right: str) -> None:
    assert are_cut(page(), whole, (left, FIRST), (right, SECOND))


@pytest.mark.parametrize(
    ("whole", "left", "right"),
    [
        ("12.5 40.2", "12.5", "40.2"),
        ("1 (2", "1", "(2"),
        ("A (B)", "A", "(B)"),
        ("4.235", "4.2", "23"),
        ("3", "", "23"),
    ],
)
def test_two_strings_beside_a_line_stay_two(whole: str, left: str, right: str) -> None:
    assert not are_cut(page(), whole, (left, FIRST), (right, SECOND))


@pytest.mark.parametrize(("top", "bottom"), [(96, 240), (0, 125), (239, 240)])
def test_what_ends_within_the_line_of_text_is_no_crossing_line(top: int, bottom: int) -> None:
    assert not are_cut(page(top=top, bottom=bottom), "26.90 (Mark)", ("26.90", FIRST), ("(Mark)", SECOND))


@pytest.mark.parametrize("second", [upright_quad(220, 100, 300, 130), upright_quad(150, 100, 300, 130)])
def test_pieces_far_apart_or_over_each_other_are_not_cut(second: Quad) -> None:
    assert not are_cut(page(), "26.90 (Mark)", ("26.90", FIRST), ("(Mark)", second))


def test_a_bracket_that_the_second_piece_closes_needs_no_line() -> None:
    assert closes("4.5(PottingArea)", "4.5(Potting", "Area)")
    assert not closes("4.5(Potting(Area", "4.5(Potting", "(Area")
    assert not closes("4.5Area)", "4.5", "Area)")


@pytest.mark.parametrize(
    ("whole", "left", "right"),
    [("5.5", "5", "5"), ("5,5", "5", "5"), ("R2.5", "R2", "5"), ("68,55", "68", ".55"), ("93.75", "93", "8.75")],
)
def test_a_point_or_a_digit_on_the_line_is_of_the_value(whole: str, left: str, right: str) -> None:
    assert are_cut(page(), whole, (left, FIRST), (right, SECOND))
    assert not are_cut(page(110, 120), whole, (left, FIRST), (right, SECOND))


def test_two_numbers_beside_a_line_are_no_third() -> None:
    assert not are_cut(page(), "55", ("5", FIRST), ("5", SECOND))
    assert not are_cut(page(), "1215", ("12", FIRST), ("115", SECOND))
