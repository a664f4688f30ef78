"""A sheet is read whichever way it lies: turned by quarters, with the values that run up it. The engines are real."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn import paged

from ocr_tasks.contract import Options, Quad
from ocr_tasks.engines import Box, Gray
from ocr_tasks.engines.ppocr_onnx import OnnxDetector, OnnxRecognizer
from ocr_tasks.quads import bounds, corners_of, quad_of
from ocr_tasks.stages.detect import stage as detect
from ocr_tasks.stages.lying import laid, lies, raised, turns_to_stand
from ocr_tasks.stages.recognize import stage as recognize

NOTES = (
    "BREAK SHARP EDGES",
    "ALL DIMENSIONS IN MILLIMETRES",
    "REMOVE BURRS AND CLEAN",
    "MATERIAL STEEL S235",
    "SCALE 1:2 SHEET",
)
VALUES = ("125.4", "60.25", "16.09")


def sheet() -> Gray:
    """Notes across the sheet and values that run up it, as a person sees them."""
    page = np.full((900, 1100), 255, np.uint8)
    for k, note in enumerate(NOTES):
        cv2.putText(page, note, (250, 120 + 90 * k), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 2, cv2.LINE_AA)
    for k, value in enumerate(VALUES):
        upright = np.full((60, 160), 255, np.uint8)
        cv2.putText(upright, value, (15, 42), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 2, cv2.LINE_AA)
        page[600:760, 300 + 200 * k : 360 + 200 * k] = np.rot90(upright)
    return page


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_sheet_is_read_whichever_way_it_lies(tmp_path: Path, quarters: int) -> None:
    work = paged(tmp_path, "0", [np.ascontiguousarray(np.rot90(sheet(), quarters))])
    detect.detect(work, OnnxDetector(threads=1), Options().detect)
    list(recognize.stage(OnnxRecognizer(threads=1))([work], Options(), lambda: None))
    assert {reading.text for reading in work.readings()} >= {*NOTES, *VALUES}


def box(length: float, *, up: bool) -> Quad:
    along = np.array([0.0, -1.0] if up else [1.0, 0.0]) * length
    down = np.array([10.0, 0.0] if up else [0.0, 10.0])
    start = np.array([500.0, 500.0])
    (a, b, c, d) = ((float(x), float(y)) for x, y in (start, start + along, start + along + down, start + down))
    return a, b, c, d


def test_a_sheet_lies_where_most_of_its_long_lines_run_up_it() -> None:
    assert lies([box(100, up=True)] * 6 + [box(100, up=False)] * 3)
    assert not lies([box(100, up=True)] * 6 + [box(100, up=False)] * 5)
    assert not lies([box(100, up=True)] * 4)  # a few values
    assert not lies([box(20, up=True)] * 50 + [box(100, up=False)] * 3)  # short ones say nothing
    assert not lies([])


@pytest.mark.parametrize("quarters", [1, -1])
def test_a_box_of_a_raised_page_goes_back_to_its_ink(quarters: int) -> None:
    page = np.full((90, 200), 255, np.uint8)
    page[20:60, 30:40] = 0  # runs up the page
    rows, columns = np.nonzero(raised(page, quarters) == 0)
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    level: Quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    back = corners_of(laid(Box(level, 1.0), 200, 90, quarters).quad_px)
    assert bounds(quad_of(back)) == (30, 20, 40, 60)
    assert (back[1] - back[0]).tolist() == [0, 40 * quarters]  # clockwise: it read upwards


@pytest.mark.parametrize("quarters", [1, -1])
def test_a_sheet_is_raised_with_its_title_block_at_the_lower_right(quarters: int) -> None:
    page = np.full((600, 800), 255, np.uint8)
    page[480:590, 500:790] = 0
    lying = np.rot90(page, -quarters)
    rows, columns = np.nonzero(lying == 0)
    x, y = float(columns.mean()), float(rows.mean())
    block: Quad = ((x - 5, y - 5), (x + 5, y - 5), (x + 5, y + 5), (x - 5, y + 5))
    assert turns_to_stand([block], lying.shape[1], lying.shape[0]) == quarters
