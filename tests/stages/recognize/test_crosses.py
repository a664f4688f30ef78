"""A pin that is not connected: its number, beside a wire that ends in a cross."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import bounds
from ocr_tasks.stages.recognize.crosses import without_cross

EDGE = 8
BOX: Quad = ((100.0, 200.0), (160.0, 200.0), (160.0, 240.0), (100.0, 240.0))
NUMBER = (12, 14, 26, 34)
"""Left, top, right, bottom of the number in the crop."""


def crop_of_pin(*, wire: bool, wire_on_number: bool = False) -> Gray:
    """Return what stands in BOX with its margin: a number, and right of it and lower a cross."""
    crop = np.full((40 + 2 * EDGE, 60 + 2 * EDGE), 255, np.uint8)
    left, top, right, bottom = NUMBER
    cv2.rectangle(crop, (left, top), (right, bottom), 0, 2)
    cv2.line(crop, (42, 28), (62, 48), 0, 2)
    cv2.line(crop, (42, 48), (62, 28), 0, 2)
    if wire:
        crop[38:40, :52] = 0
    if wire_on_number:
        crop[24:26, :20] = 0
    return crop


@pytest.mark.parametrize(("text", "number"), [("7×", "7"), ("7 x", "7"), ("12×", "12")])
def test_a_cross_on_a_wire_is_none_of_the_number(text: str, number: str) -> None:
    read, quad = without_cross(said(text), BOX, crop_of_pin(wire=True), EDGE)
    assert (read.text, read.char_confidences) == (number, (0.9,) * len(number))
    assert read.confidence == pytest.approx(0.9)
    left, top, right, bottom = bounds(quad)
    assert abs(left - (100 + NUMBER[0] - EDGE)) <= 2 and abs(right - (100 + NUMBER[2] - EDGE)) <= 2
    assert abs(top - (200 + NUMBER[1] - EDGE)) <= 2 and abs(bottom - (200 + NUMBER[3] - EDGE)) <= 2


def test_a_cross_before_the_number_is_none_of_it() -> None:
    mirrored = np.ascontiguousarray(crop_of_pin(wire=True)[:, ::-1])
    assert without_cross(said("×7"), BOX, mirrored, EDGE)[0].text == "7"


@pytest.mark.parametrize("crop", [crop_of_pin(wire=False), crop_of_pin(wire=False, wire_on_number=True)])
@pytest.mark.parametrize("text", ["4×", "4X", "2x3"])
def test_a_count_and_what_is_no_number_stay(text: str, crop: Gray) -> None:
    assert without_cross(said(text), BOX, crop, EDGE) == (said(text), BOX)


def said(text: str) -> Text:
    return Text(text, 0.8, tuple(0.9 if character.isdigit() else 0.7 for character in text))
