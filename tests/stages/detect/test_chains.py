"""Values of a chain of dimensions part where marks of the dimension line stand, and nowhere else."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import bounds, turned, upright_quad
from ocr_tasks.stages.detect.chains import are_parted, without_chains
from ocr_tasks.stages.detect.fit import fit_to_ink
from ocr_tasks.stages.detect.join import joined

TOP, FOOT, LINE = 100, 122, 130
ENDS = [200, 254, 308, 380]


def page_with(mark: str, *, rise: int = 40, drop: int = 60) -> Gray:
    """Return a page with 25, 36 and 100 above a dimension line; extension lines RISE above it and DROP below it."""
    image = np.full((300, 700), 255, np.uint8)
    for text, left, right in (("25", 200, 254), ("36", 254, 308), ("100", 308, 380)):
        (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)
        cv2.putText(image, text, ((left + right - width) // 2, FOOT), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    cv2.line(image, (190, LINE), (390, LINE), 0, 2)
    for x in ENDS:
        cv2.line(image, (x, LINE - rise), (x, LINE + drop), 0, 2)
        if mark == "tick":
            cv2.line(image, (x - 9, LINE + 9), (x + 9, LINE - 9), 0, 3)
        elif mark == "dot":
            cv2.circle(image, (x, LINE), 6, 0, -1)
        elif mark == "ring":
            cv2.circle(image, (x, LINE), 6, 0, 2)
        elif mark == "arrow":
            for side in (-16, 16):
                tips = np.array([(x, LINE), (x + side, LINE - 4), (x + side, LINE + 4)])
                cv2.fillPoly(image, [tips.astype(np.int32)], 0)
    return image


AROUND = Box(upright_quad(204, TOP - 6, 376, FOOT + 4), 0.9)


@pytest.mark.parametrize("mark", ["tick", "dot", "ring", "arrow"])
def test_values_part_at_the_marks_of_their_dimension_line(mark: str) -> None:
    values = sorted(bounds(box.quad_px) for box in without_chains(page_with(mark), [AROUND]).values)
    assert len(values) == 3
    for (left, top, right, bottom), (begin, end) in zip(values, pairwise(ENDS), strict=True):
        assert begin < left < right < end
        assert abs(top - TOP) <= 3
        assert abs(bottom - FOOT) <= 4


def test_values_part_where_extension_lines_do_not_reach_them() -> None:
    assert len(without_chains(page_with("tick", rise=4), [AROUND]).values) == 3


def test_values_that_run_up_the_page_part() -> None:
    image = np.ascontiguousarray(np.rot90(page_with("dot")))
    left, top, right, bottom = bounds(AROUND.quad_px)
    box = Box(turned(upright_quad(top, 700 - right, bottom, 700 - left), -1), 0.9)
    assert len(without_chains(image, [box]).values) == 3


def test_a_plain_crossing_parts_nothing() -> None:
    assert without_chains(page_with("none"), [AROUND]) == ([AROUND], [])


def test_strokes_no_longer_than_a_character_are_no_extension_lines() -> None:
    assert without_chains(page_with("tick", rise=4, drop=6), [AROUND]) == ([AROUND], [])


@pytest.mark.parametrize(("mark", "pieces"), [("tick", 3), ("none", 1)])
def test_pieces_on_two_sides_of_a_mark_are_not_joined(mark: str, pieces: int) -> None:
    image = page_with(mark, rise=4)
    boxes = [Box(upright_quad(a + 5, TOP - 4, b - 5, FOOT + 3), 0.9) for a, b in pairwise(ENDS)]
    assert len(joined(image, fit_to_ink(image, boxes))) == pieces


def test_nothing_parts_what_no_line_runs_below() -> None:
    assert not are_parted(np.full((300, 700), 255, np.uint8), upright_quad(270, TOP, 280, FOOT))
