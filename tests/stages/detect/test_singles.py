"""Single characters stand level; what stands in a slanted row does not."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import angle_of
from ocr_tasks.stages.detect.singles import singles_level

PAPER: Gray = np.full((200, 300), 255, np.uint8)


def leaning(left: float, top: float, width: float, height: float, slope_deg: float) -> Box:
    """Return a box about (LEFT, TOP) that leans by SLOPE_DEG, clockwise."""
    corners = cv2.boxPoints(((left, top), (width, height), slope_deg))
    a, b, c, d = ((float(x), float(y)) for x, y in corners[[1, 2, 3, 0]])
    return Box((a, b, c, d), 0.9)


def page(text: str, slope_deg: float) -> Gray:
    """Draw TEXT, 20 pixels high, with its middle at (100, 100), leaning by SLOPE_DEG, clockwise."""
    image = PAPER.copy()
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.95, 2)
    cv2.putText(image, text, (100 - width // 2, 100 + height // 2), cv2.FONT_HERSHEY_SIMPLEX, 0.95, 0, 2, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((100, 100), -slope_deg, 1.0)
    return np.asarray(cv2.warpAffine(image, turn, image.shape[::-1], borderValue=255.0), np.uint8)


def test_a_character_leans_only_beside_a_line_that_leans_as_much() -> None:
    seven, oblique = leaning(100, 100, 20, 26, 15), leaning(190, 140, 120, 26, 15)
    level, upright_line = singles_level([seven, leaning(190, 140, 120, 26, 0)], PAPER)
    assert abs(angle_of(level.quad_px)) < 0.01
    assert abs(angle_of(upright_line.quad_px)) < 0.01
    assert [box.quad_px for box in singles_level([seven, oblique], PAPER)] == [seven.quad_px, oblique.quad_px]


@pytest.mark.parametrize("slope_deg", [-60, -45, -30, 30, 45, 60])
@pytest.mark.parametrize("found_deg", [0, 90])
def test_two_characters_lean_as_they_stand_whichever_way_their_box_does(slope_deg: int, found_deg: int) -> None:
    (box,) = singles_level([leaning(100, 100, 42, 34, slope_deg + found_deg)], page("R5", slope_deg))
    assert angle_of(box.quad_px) == pytest.approx(-slope_deg, abs=0.1)


@pytest.mark.parametrize(
    ("text", "slope_deg", "box_deg"),
    [("7", 30, 30), ("R5", 0, 30), ("R5", 3, 12)],
    ids=["one character", "a level row", "hardly leaning"],
)
def test_what_stands_in_no_slanted_row_is_level(text: str, slope_deg: int, box_deg: int) -> None:
    (box,) = singles_level([leaning(100, 100, 42, 34, box_deg)], page(text, slope_deg))
    assert angle_of(box.quad_px) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("end", [(115, 140), (88, 113)], ids=["along both", "beside the first"])
def test_a_leader_along_two_characters_is_no_third(end: tuple[int, int]) -> None:
    image = page("R5", 45)
    cv2.line(image, (60, 85), end, 0, 2, cv2.LINE_AA)
    (box,) = singles_level([leaning(100, 100, 42, 34, 45)], image)
    assert angle_of(box.quad_px) == pytest.approx(-45, abs=0.1)
