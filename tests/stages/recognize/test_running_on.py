"""Geometry that reads like a character or two is told by its ink, which goes on."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.recognize.running_on import goes_on, without_geometry

MARGIN = 0.2
HEIGHT = 40


def paper() -> Gray:
    """Return a crop of a box 40 high and 30 wide with its margin."""
    return np.full((HEIGHT + 16, 30 + 16), 255, np.uint8)


def half_a_hole() -> Gray:
    crop = paper()
    cv2.circle(crop, (8, 28), 20, 0, 3)
    return crop


def a_character(wire: bool) -> Gray:
    crop = paper()
    cv2.rectangle(crop, (12, 10), (32, 46), 0, 3)
    if wire:
        crop[45:48] = 0
    return crop


def a_vee(shaft: bool) -> Gray:
    crop = paper()
    cv2.polylines(crop, [np.array([(9, 9), (23, 46), (37, 9)])], False, 0, 3)
    if shaft:
        crop[:46, 22:25] = 0
    return crop


def said(text: str, confidence: float) -> Text:
    return Text(text, confidence, (confidence,) * len(text))


def test_ink_that_ends_in_its_box_and_ink_that_goes_on() -> None:
    assert goes_on(half_a_hole(), MARGIN) == 1.0
    assert goes_on(a_character(wire=True), MARGIN) == 1.0
    assert goes_on(a_character(wire=False), MARGIN) == 0.0
    assert goes_on(paper(), MARGIN) == 0.0


@pytest.mark.parametrize(
    ("text", "confidence", "crop", "kept"),
    [
        ("D", 0.93, half_a_hole(), False),
        ("0000", 0.93, half_a_hole(), False),
        ("D", 0.93, a_character(wire=False), True),
        ("4", 0.99, a_character(wire=True), True),
        ("R12", 0.93, a_character(wire=True), True),
        ("V", 1.0, a_vee(shaft=True), False),
        ("V", 1.0, a_vee(shaft=False), True),
        ("4", 1.0, a_vee(shaft=True), True),
    ],
)
def test_a_character_or_two_of_which_the_ink_goes_on_must_be_read_surely(
    text: str, confidence: float, crop: Gray, kept: bool
) -> None:
    assert without_geometry(said(text, confidence), crop, MARGIN).text == (text if kept else "")


def test_a_page_without_a_crop_shows_nothing() -> None:
    assert without_geometry(said("", 0.0), np.zeros((0, 0), np.uint8), MARGIN).text == ""
