"""Values that read upwards on a page of larger prose have sizes of their own."""

import cv2
import numpy as np

from ocr_tasks.contract import DetectOptions, EngineInfo, PageRecord
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import bounds
from ocr_tasks.stages.detect.own_height import SEVERAL, apart_from_usual, height_upwards
from ocr_tasks.stages.detect.stage import LONE, find
from ocr_tasks.stages.ink import strokes_of

PAPER, PROSE = 255, 40.0
"""Height of a line of prose in these pictures, in pixels."""


def level(left: float, top: float, width: float, height: float = PROSE) -> Box:
    right, bottom = left + width, top + height
    return Box(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


def upwards(left: float, top: float, length: float, height: float) -> Box:
    right, bottom = left + height, top + length
    return Box(((left, bottom), (left, top), (right, top), (right, bottom)), 0.9)


def values(height: float, number: int = SEVERAL) -> list[Box]:
    return [upwards(80.0 * k, 300, 3 * height, height) for k in range(number)]


def test_several_lower_lines_that_read_upwards_have_a_height_of_their_own() -> None:
    prose = [level(0, 50.0 * k, 400) for k in range(5)]
    assert height_upwards([*prose, *values(18)], PROSE) == 18
    assert height_upwards([*prose, *values(18, SEVERAL - 1)], PROSE) == PROSE
    assert height_upwards([*prose, *values(35)], PROSE) == PROSE


def test_higher_lines_that_read_upwards_have_none() -> None:
    assert height_upwards(values(80), PROSE) == PROSE


def test_lines_of_both_sizes_that_read_upwards_have_none() -> None:
    assert height_upwards([*values(18, 5), *values(50, 1)], PROSE) == 18
    assert height_upwards([*values(18, 5), *values(50, 3)], PROSE) == PROSE


def test_a_single_character_that_reads_upwards_tells_no_height() -> None:
    assert height_upwards([upwards(0, 0, 20, 18)] * SEVERAL, PROSE) == PROSE


def test_what_stands_in_prose_is_no_lettering_of_the_drawing() -> None:
    page = np.full((400, 500), PAPER, np.uint8)
    page[20:45, 20:38] = page[200:210, 100:107] = page[300:306, 50:60] = 0
    lines = [level(10, 10, 400), level(90, 195, 60, 20), upwards(45, 280, 60, 20)]
    left = apart_from_usual(strokes_of(page, 80), lines, PROSE)
    assert sorted(left.pieces[:, 0].tolist()) == [50, 100]


class Prose:
    """A detector that sees all lines but the short ones."""

    info = EngineInfo(name="prose")

    def __init__(self, boxes: list[Box]) -> None:
        self.boxes = boxes

    def detect(self, image: Gray) -> list[Box]:
        return self.boxes if image.shape == (1000, 800) else []


def test_a_small_character_that_lies_on_its_side_is_proposed_beside_larger_prose() -> None:
    page = np.full((1000, 800), PAPER, np.uint8)
    boxes = []
    for k in range(6):
        cv2.putText(page, "Supply voltage", (40, 80 + 60 * k), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 0, 2)
        boxes.append(level(34, 44 + 60 * k, 330))
    for k in range(SEVERAL + 1):
        glyphs = np.full((18, 60 if k < SEVERAL else 14), PAPER, np.uint8)
        cv2.putText(glyphs, "37.25" if k < SEVERAL else "7", (2, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1)
        turned = np.rot90(glyphs)
        left = 100 + 120 * k
        page[700 : 700 + turned.shape[0], left : left + 18] = turned
        boxes += [upwards(left - 1, 698, turned.shape[0] + 4, 20)] if k < SEVERAL else []
    record = PageRecord(page=1, width_px=800, height_px=1000, dpi=200, rotation=0, sha256="0" * 64)
    found = dict(find(page, record, Prose(boxes), DetectOptions()))
    places = [bounds(box.quad_px) for box in found[LONE]]
    last = 100 + 120 * SEVERAL
    assert any(last <= left < right <= last + 18 and top >= 700 for left, top, right, _ in places)
