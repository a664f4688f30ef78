"""Signs by their shape, drawn here as CAD draws them: as lines."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray, Text
from ocr_tasks.samples.page_model import Arc, Line, arc_points
from ocr_tasks.samples.symbols import SYMBOLS
from ocr_tasks.stages.recognize.symbols import signs_in, with_signs


def line(width: int = 260, height: int = 60) -> Gray:
    return np.full((height, width), 255, np.uint8)


def with_diameter(image: Gray, x: int, size: int = 40, slope: float = 1.0) -> Gray:
    y, radius = image.shape[0] // 2, size * 3 // 8
    cv2.circle(image, (x, y), radius, 0, 2, cv2.LINE_AA)
    reach = int(radius * 1.3)
    across = int(reach * slope)
    cv2.line(image, (x - across // 2, y + reach), (x + across // 2, y - reach), 0, 2, cv2.LINE_AA)
    return image


def with_text(image: Gray, text: str, x: int) -> Gray:
    cv2.putText(image, text, (x, 46), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 2, cv2.LINE_AA)
    return image


def reading(text: str, places: tuple[float, ...]) -> Text:
    return Text(text, 0.99, (0.99,) * len(text), places)


@pytest.mark.parametrize("slope", [0.7, 1.0, 1.5])
def test_a_ring_with_a_slash_is_a_diameter(slope: float) -> None:
    assert [sign.char for sign in signs_in(with_diameter(line(), 40, slope=slope))] == ["⌀"]


def test_a_hollow_square_is_a_square() -> None:
    image = line()
    cv2.rectangle(image, (20, 15), (50, 45), 0, 2)
    assert [sign.char for sign in signs_in(image)] == ["□"]


@pytest.mark.parametrize("text", ["8", "B", "0", "D", "O", "Q", "6", "9", "%", "@", "&", "R", "A"])
def test_characters_are_no_signs(text: str) -> None:
    assert list(signs_in(with_text(line(), text, 20))) == []


def test_a_slash_that_falls_to_the_right_is_no_diameter() -> None:
    assert list(signs_in(np.ascontiguousarray(with_diameter(line(), 40)[:, ::-1]))) == []


def test_a_ring_whose_slash_falls_is_a_diameter_where_a_q_was_read() -> None:
    falling = with_text(np.ascontiguousarray(with_diameter(line(), 230)[:, ::-1]), "12", 70)
    assert with_signs(falling, reading("Q12", (0.115, 0.32, 0.42))).text == "⌀12"
    letter = with_text(line(), "Q12", 15)
    assert with_signs(letter, reading("Q12", (0.115, 0.22, 0.32))).text == "Q12"


def test_a_dropped_sign_is_put_before_its_number() -> None:
    image = with_text(with_diameter(line(), 30), "12", 70)
    assert with_signs(image, reading("12", (0.32, 0.42))).text == "⌀12"


def test_a_look_alike_is_replaced() -> None:
    image = with_text(with_diameter(line(), 30), "12", 70)
    found = with_signs(image, reading("012", (0.115, 0.32, 0.42)))
    assert found.text == "⌀12"
    assert len(found.char_confidences) == len(found.char_places) == 3


def test_a_sign_between_words_is_found() -> None:
    image = with_text(with_diameter(with_text(line(400), "4x", 5), 100), "5 THRU", 140)
    found = with_signs(image, reading("4x  5 THRU", tuple(np.linspace(0.05, 0.95, 10))))
    assert "⌀5" in found.text.replace(" ", "")


def test_a_reading_without_a_number_stays() -> None:
    text = reading("SECTION", tuple(np.linspace(0.1, 0.9, 7)))
    assert with_signs(with_diameter(line(), 30), text) == text


def with_sign(image: Gray, sign: str, x: int, cap: int = 30) -> Gray:
    for primitive in SYMBOLS[sign].primitives:
        assert isinstance(primitive, Arc | Line)
        points = arc_points(primitive, 0.05) if isinstance(primitive, Arc) else primitive.points
        corners = np.round([(x + a * cap, 46 - b * cap) for a, b in points]).astype(np.int32)
        cv2.polylines(image, [corners], isinstance(primitive, Line) and primitive.closed, 0, 2, cv2.LINE_AA)
    return image


@pytest.mark.parametrize("sign", "↧⌴⌵ⓂⓁⓅⒺ")
def test_a_sign_of_lines_is_known(sign: str) -> None:
    assert [found.char for found in signs_in(with_sign(line(), sign, 20))] == [sign]


def test_a_depth_read_as_a_letter_becomes_its_sign() -> None:
    image = with_text(with_sign(line(), "↧", 20), "12", 70)
    assert with_signs(image, reading("T12", (0.13, 0.32, 0.42))).text == "↧12"


def test_the_point_below_the_arm_of_a_depth_stays() -> None:
    image = with_text(with_sign(line(), "↧", 20), "12", 70)
    assert with_signs(image, reading("T.12", (0.12, 0.17, 0.32, 0.42))).text == "↧.12"


def test_a_letter_before_a_number_stays() -> None:
    for letter in "TVULYI":
        image = with_text(line(), f"{letter}12", 20)
        text = reading(f"{letter}12", (0.12, 0.25, 0.35))
        assert with_signs(image, text) == text


def test_a_counterbore_stands_before_a_diameter_only() -> None:
    image = with_text(with_diameter(with_sign(line(), "⌴", 10), 90), "12", 130)
    assert with_signs(image, reading("012", (0.35, 0.55, 0.65))).text == "⌴⌀12"
    bare = with_text(with_sign(line(), "⌴", 10), "12", 90)
    assert with_signs(bare, reading("12", (0.4, 0.5))).text == "12"


def test_a_circled_letter_before_a_number_is_put_in() -> None:
    image = with_text(with_sign(line(), "Ⓟ", 10), "12", 80)
    assert with_signs(image, reading("P12", (0.11, 0.36, 0.46))).text == "Ⓟ12"
