"""Crosses on the ends of wires go, with nothing of what else looks like them."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray
from ocr_tasks.stages.no_connects import crosses_of, without_crosses

DPI, ARM = 300.0, 7


def page() -> Gray:
    return np.full((300, 400), 255, np.uint8)


def cross(image: Gray, x: int, y: int, arm: int = ARM) -> None:
    cv2.line(image, (x - arm, y - arm), (x + arm, y + arm), 0, 2)
    cv2.line(image, (x - arm, y + arm), (x + arm, y - arm), 0, 2)


def pin(image: Gray, y: int, number: str) -> None:
    """Draw the edge of a part, a pin with its number above, and the cross on the end of its wire."""
    cv2.line(image, (100, 0), (100, 299), 0, 4)
    cv2.line(image, (100, y), (132, y), 0, 2)
    cv2.putText(image, number, (104, y - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 2)
    cross(image, 132, y)


@pytest.mark.parametrize("turns", range(4))
def test_a_cross_on_the_end_of_a_wire_is_found_however_it_runs(turns: int) -> None:
    image = page()
    cv2.line(image, (100, 150), (132, 150), 0, 2)
    cross(image, 132, 150)
    assert len(crosses_of(np.ascontiguousarray(np.rot90(image, turns)), DPI)) == 1


@pytest.mark.parametrize("off", [0, 1])
def test_so_is_one_of_thin_strokes_that_cross_between_pixels(off: int) -> None:
    image = page()
    cv2.line(image, (100, 150), (132, 150), 0, 2)
    cv2.line(image, (132 - ARM, 150 - ARM), (132 + ARM, 150 + ARM), 0, 1)
    cv2.line(image, (132 - ARM + off, 150 + ARM), (132 + ARM + off, 150 - ARM), 0, 1)
    clear, count = without_crosses(image, DPI)
    assert count == 1
    assert clear[:, 135:].min() == 255


def test_the_number_of_the_pin_and_its_wire_stay() -> None:
    image = page()
    pin(image, 150, "7")
    clear, count = without_crosses(image, DPI)
    assert count == 1
    assert (clear[:, :118] == image[:, :118]).all()
    assert clear[:, 135:].min() == 255


def test_a_page_without_crosses_is_left_as_it_is() -> None:
    image = page()
    cv2.putText(image, "X 4X8", (50, 100), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
    clear, count = without_crosses(image, DPI)
    assert count == 0
    assert clear is image


@pytest.mark.parametrize("arm", [2, 40])
def test_a_cross_is_of_the_size_of_characters(arm: int) -> None:
    image = page()
    cv2.line(image, (0, 150), (200, 150), 0, 2)
    cross(image, 200, 150, arm)
    assert crosses_of(image, DPI) == []


def test_a_crossing_of_wires_and_a_cross_by_itself_stay() -> None:
    image = page()
    cross(image, 60, 60)
    cv2.line(image, (100, 150), (300, 150), 0, 2)
    cross(image, 200, 150)
    cv2.circle(image, (300, 150), 6, 0, -1)
    assert crosses_of(image, DPI) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (20, 20)])
def test_pages_of_odd_shapes_are_searched(shape: tuple[int, int]) -> None:
    assert crosses_of(np.zeros(shape, np.uint8), DPI) == []
