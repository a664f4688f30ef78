"""What stands in a circle by itself is proposed, be it boxed with the circle or touched by it."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import bounds
from ocr_tasks.stages.detect.balloons import in_rings
from ocr_tasks.stages.ink import strokes_of

LINE_HEIGHT = 22.0
MIDDLE = 100


def balloon(text: str, *, radius: int = 30, left: int = 91) -> Gray:
    page = np.full((200, 300), 255, np.uint8)
    cv2.circle(page, (MIDDLE, MIDDLE), radius, 0, 2)
    cv2.putText(page, text, (left, 111), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    return page


def held(page: Gray, lines: list[Box] | None = None) -> list[tuple[float, float, float, float]]:
    strokes = strokes_of(page, round(3 * LINE_HEIGHT))
    return [bounds(box.quad_px) for box in in_rings(strokes, lines or [], LINE_HEIGHT)]


def boxed(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


def test_a_number_in_a_circle_is_proposed_though_a_box_covers_the_circle() -> None:
    ((left, top, right, bottom),) = held(balloon("4"), [boxed(68, 68, 250, 132)])
    assert 88 <= left < right <= 114
    assert 86 <= top < bottom <= 114


def test_a_number_that_touches_its_circle_is_proposed() -> None:
    page = balloon("21", radius=22, left=80)
    count, _ = cv2.connectedComponents((page < 128).astype(np.uint8))
    assert count < 4  # paper, and at least one digit grown together with the circle
    ((left, _, right, _),) = held(page)
    assert right - left > 25


def test_what_a_line_of_its_own_covers_is_not_proposed_again() -> None:
    assert held(balloon("4"), [boxed(88, 86, 114, 114)]) == []


@pytest.mark.parametrize("text", ["", "."])
def test_an_empty_circle_and_a_dot_in_one_hold_nothing(text: str) -> None:
    assert held(balloon(text)) == []


def test_a_square_is_no_ring() -> None:
    page = balloon("4", radius=1)
    page[:] = 255
    cv2.rectangle(page, (70, 70), (130, 130), 0, 2)
    cv2.putText(page, "4", (91, 111), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    assert held(page) == []
