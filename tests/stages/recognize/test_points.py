"""A thick point before the digits is no ⌀; what is a ring, or more than a dot, stays."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.recognize.points import with_points
from ocr_tasks.stages.recognize.symbols import with_signs

HEIGHT, FOOT = 34, 28


def value(digits: str = "560", left: int = 18) -> Gray:
    """Return a line of 20 pixels high digits that begin LEFT, in white."""
    picture = np.full((HEIGHT, 90), 255, np.uint8)
    cv2.putText(picture, digits, (left, FOOT), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2)
    return picture


def read(text: str) -> Text:
    places = tuple((k + 0.5) / len(text) for k in range(len(text)))
    return Text(text, 0.9, (0.9,) * len(text), places)


def with_dot(picture: Gray, middle: tuple[int, int] = (9, FOOT - 2), radius: int = 3) -> Gray:
    cv2.circle(picture, middle, radius, 0, cv2.FILLED)
    return picture


@pytest.mark.parametrize("ring", ["⌀", "$", "*"])
@pytest.mark.parametrize("digits", ["560", "355", "250 D"])
def test_a_thick_dot_is_the_point_of_a_number(digits: str, ring: str) -> None:
    assert with_signs(with_dot(value(digits)), read(ring + digits)).text == "." + digits


def test_a_thick_point_behind_a_bracket() -> None:
    picture = with_dot(value(left=30), (21, FOOT - 2))
    cv2.ellipse(picture, (16, 18), (5, 14), 0, 100, 260, 0, 2)
    text = Text("(⌀560", 0.9, (0.9,) * 5, (0.13, 0.24, 0.4, 0.6, 0.8))
    assert with_signs(picture, text).text == "(.560"


def test_the_gap_behind_a_dot_is_none() -> None:
    text = with_signs(with_dot(value()), read("⌀ 560"))
    assert text.text == ".560"
    assert len(text.char_confidences) == len(text.char_places) == 4


def test_a_ring_is_a_diameter() -> None:
    picture = value()
    cv2.circle(picture, (9, 18), 7, 0, 2)
    cv2.line(picture, (4, 27), (14, 9), 0, 2)
    assert with_points(picture, read("⌀560")).text == "⌀560"


def test_a_piece_of_a_broken_ring_is_no_point() -> None:
    picture = with_dot(value())
    assert with_points(with_dot(picture, (9, 10), 2), read("⌀560")).text == "⌀560"


def test_a_dot_half_way_up_is_no_point() -> None:
    assert with_points(with_dot(value(), (9, 18)), read("⌀560")).text == "⌀560"


def test_nothing_before_the_digits_is_no_point() -> None:
    assert with_points(value(), read("⌀560")).text == "⌀560"
    assert with_points(np.full((HEIGHT, 90), 255, np.uint8), read("⌀560")).text == "⌀560"


def test_a_bar_as_long_as_the_line_holds_no_point() -> None:
    picture = np.full((HEIGHT, 90), 255, np.uint8)
    picture[8:28, 5:85] = 0
    assert with_points(picture, read("⌀560")).text == "⌀560"
