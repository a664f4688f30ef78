"""A value that dots or arrowheads touch is read without them. The engine is the real one."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Region
from ocr_tasks.engines import Gray, Text
from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.stages.detect.stage import COLUMN, TEXT
from ocr_tasks.stages.recognize.solids import with_values_cleared, without_solids

MARGIN = 0.2
LOST = Text("6Q", 0.97, (0.99, 0.95))


@pytest.fixture(scope="module")
def recognizer() -> OnnxRecognizer:
    return OnnxRecognizer(threads=1)


def sixty(*, dots: bool, stroke: int = 2) -> Gray:
    """Return `60` with paper around it, and with two dots on its foot as at the ends of a short dimension line."""
    crop = np.full((56, 80), 255, np.uint8)
    cv2.ellipse(crop, (24, 36), (11, 11), 0, 0, 360, 0, stroke, cv2.LINE_AA)
    cv2.ellipse(crop, (33, 36), (20, 27), 0, 180, 270, 0, stroke, cv2.LINE_AA)
    cv2.ellipse(crop, (56, 28), (11, 19), 0, 0, 360, 0, stroke, cv2.LINE_AA)
    if dots:
        for x in (32, 56):
            cv2.circle(crop, (x, 50), 14, 0, -1, cv2.LINE_AA)
    return crop


def region(kind: str) -> Region:
    quad = ((0.0, 0.0), (80.0, 0.0), (80.0, 40.0), (0.0, 40.0))
    return Region(region_id=0, page=1, quad_px=quad, angle_deg=0.0, score=1.0, kind=kind)


@pytest.mark.parametrize(
    ("kind", "first", "expected"),
    [(COLUMN, LOST, "60"), (TEXT, LOST, "6Q"), (COLUMN, Text("50", 0.99, (0.99, 0.99)), "50")],
)
def test_only_a_column_that_reads_as_no_value_is_read_without_dots(
    recognizer: OnnxRecognizer, kind: str, first: Text, expected: str
) -> None:
    ((text, quarters),) = with_values_cleared([(first, 0)], [sixty(dots=True)], [region(kind)], recognizer, MARGIN)
    assert (text.text, quarters) == (expected, 0)


def test_bold_strokes_stay_and_dots_go() -> None:
    assert without_solids(sixty(dots=False, stroke=6), MARGIN) is None
    cleared = without_solids(sixty(dots=True), MARGIN)
    assert cleared is not None
    assert np.mean(cleared < 128) < np.mean(sixty(dots=False) < 128)
