"""Crops at once: as an option says, or as the free memory of the device holds."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from drawn import paged

from ocr_tasks.contract import (
    EngineInfo,
    Options,
    RecognizeOptions,
    Region,
    Stage,
)
from ocr_tasks.engines import Gray, Text
from ocr_tasks.engines.at_most import AtMost
from ocr_tasks.engines.line_batches import BYTES_A_LINE_PIXEL, line_pixels
from ocr_tasks.engines.ppocr import BATCH_PIXELS
from ocr_tasks.runner import run_stage
from ocr_tasks.stages.recognize import stage as recognize
from ocr_tasks.workdir import Workdir


class Measures:
    """Reads a crop as its width, and notes what it is given at once."""

    info = EngineInfo(name="measures")

    def __init__(self) -> None:
        self.given: list[list[int]] = []

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        self.given.append([crop.shape[1] for crop in crops])
        return [Text(str(crop.shape[1]), 0.9, (0.9,) * len(str(crop.shape[1]))) for crop in crops]


def crops(*widths: int) -> list[Gray]:
    return [np.full((10, width), 255, np.uint8) for width in widths]


@pytest.mark.parametrize("most", [0, 1, 2, 3, 100])
def test_readings_are_those_of_the_crops_however_many_at_once(most: int) -> None:
    measures = Measures()
    texts = AtMost(measures, most).read(crops(30, 500, 20, 400, 10))
    assert [text.text for text in texts] == ["30", "500", "20", "400", "10"]
    assert max(map(len, measures.given)) <= (most or 5)


def test_crops_of_like_shape_go_together() -> None:
    measures = Measures()
    AtMost(measures, 2).read(crops(30, 500, 20, 400))
    assert measures.given == [[20, 30], [400, 500]]


def test_empty_crops_and_no_crops_are_passed_on() -> None:
    measures = Measures()
    assert AtMost(measures, 2).read([]) == []
    assert len(AtMost(measures, 1).read([np.zeros((0, 0), np.uint8), *crops(10)])) == 2


def drawing(root: Path, lines: int, most: int) -> Workdir:
    """A page with lines of text below each other, each 100 pixels wide."""
    page = np.full((40 * lines + 40, 200), 255, np.uint8)
    work = paged(root, "0", [page], Options(recognize=RecognizeOptions(batch_size=most)))
    work.write_regions(
        [
            Region(
                region_id=k,
                page=1,
                quad_px=((20, 40 * k + 20), (120, 40 * k + 20), (120, 40 * k + 40), (20, 40 * k + 40)),
                angle_deg=0.0,
                score=1.0,
                kind="text",
            )
            for k in range(lines)
        ]
    )
    return work


@pytest.mark.parametrize(("most", "together"), [(0, 7), (3, 3)])
def test_the_option_reaches_the_engine(tmp_path: Path, most: int, together: int) -> None:
    measures, work = Measures(), drawing(tmp_path, 7, most)
    run_stage(Stage.RECOGNIZE, [work], recognize.stage(measures), measures.info)
    assert max(map(len, measures.given)) == together
    assert len(work.readings()) == 7


def test_a_batch_follows_from_the_free_memory_of_the_gpu() -> None:
    line = 48 * 320
    assert line_pixels("cpu", lambda: 0, 10**9) == BATCH_PIXELS
    assert line_pixels("cuda", lambda: None, 10**9) == BATCH_PIXELS
    assert line_pixels("cuda", lambda: 100 * line * BYTES_A_LINE_PIXEL, 10**9) == 60 * line
    assert line_pixels("cuda", lambda: 10**15, 10**9) == 10**9
    assert line_pixels("cuda", lambda: 0, 10**9) == 1


def test_two_processes_on_one_gpu_each_take_of_what_the_other_leaves() -> None:
    """Both see the memory that is free when they begin; together they stay within it, whoever comes first."""
    free = 10**9
    for _ in range(2):
        free -= line_pixels("cuda", lambda: free, 10**12) * BYTES_A_LINE_PIXEL  # noqa: B023
        assert free > 0
