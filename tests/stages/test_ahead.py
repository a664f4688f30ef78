"""Pages come in order, one ahead, from a thread; what goes wrong goes wrong in its place."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from drawn import paged

from ocr_tasks.ahead import MEMORY_PAGE, ahead, fetched
from ocr_tasks.contract import EngineInfo, Stage
from ocr_tasks.engines import Box, Gray
from ocr_tasks.errors import ContractError
from ocr_tasks.runner import run_stage
from ocr_tasks.stages.detect import stage as detect
from ocr_tasks.workdir import Workdir


@pytest.mark.parametrize("most", [1, 2, 5])
def test_all_come_in_order_and_no_more_are_loaded_than_may_be(most: int) -> None:
    loaded: list[int] = []
    for done, value in enumerate(ahead(lambda n: loaded.append(n) or n * n, range(7), most)):
        assert value == done * done
        assert len(loaded) <= done + 1 + most
    assert loaded == list(range(7))


def test_the_next_is_loaded_by_a_thread_while_the_first_is_worked_on() -> None:
    second = threading.Event()
    names: list[str] = []

    def load(number: int) -> int:
        names.append(threading.current_thread().name)
        if number == 1:
            second.set()
        return number

    values = ahead(load, [0, 1, 2])
    assert next(values) == 0
    assert second.wait(20)  # nobody has asked for it yet
    assert list(values) == [1, 2]
    assert threading.current_thread().name not in names


def test_what_fails_is_told_when_its_turn_comes() -> None:
    def load(number: int) -> int:
        if number == 2:
            raise ContractError("planted")
        return number

    seen: list[int] = []
    with pytest.raises(ContractError, match="planted"):
        for value in ahead(load, range(4)):
            seen.append(value)
    assert seen == [0, 1]


def test_an_end_before_the_end_is_quiet() -> None:
    values: Iterator[int] = ahead(lambda n: n, range(100))
    assert next(values) == 0
    values.close()  # type: ignore[attr-defined]
    assert not any(thread.name.startswith("ThreadPool") and thread.is_alive() for thread in threading.enumerate())


@pytest.mark.parametrize("size", [0, 1, MEMORY_PAGE, MEMORY_PAGE + 1])
def test_a_fetched_page_is_the_page_itself(size: int) -> None:
    page = np.full((1, size), 7, np.uint8)
    assert fetched(page) is page


class Levels:
    """Sees one box on a page, as wide as the page's grey level."""

    info = EngineInfo(name="levels")

    def detect(self, image: Gray) -> list[Box]:
        width = float(image[0, 0])
        return [Box(((0, 0), (width, 0), (width, 10), (0, 10)), 0.9)]


def drawing(root: Path, name: str, levels: list[int]) -> Workdir:
    pages = []
    for level in levels:
        page = np.full((60, 200), 255, np.uint8)
        page[0, 0] = level
        page[2:9, 2 : level - 2 : 3] = 0
        pages.append(page)
    return paged(root, name, pages)


def test_each_drawing_gets_its_own_pages(tmp_path: Path) -> None:
    works = [drawing(tmp_path, "a", [60, 90]), drawing(tmp_path, "b", []), drawing(tmp_path, "c", [120])]
    reports = run_stage(Stage.DETECT, works, detect.stage(Levels()), Levels.info)
    assert [(report.outcome, report.pages) for report in reports] == [("done", 2), ("done", 0), ("done", 1)]
    widths = [[region.quad_px[1][0] - region.quad_px[0][0] for region in work.regions()] for work in works]
    assert widths[0][0] < widths[0][-1] < widths[2][0]


def test_a_page_that_is_gone_ends_the_stage_after_the_drawings_before_it(tmp_path: Path) -> None:
    works = [drawing(tmp_path, "a", [60]), drawing(tmp_path, "b", [90])]
    (works[1].path / "pages" / "0001.npy").unlink()
    with pytest.raises(ContractError, match="run the stage"):
        run_stage(Stage.DETECT, works, detect.stage(Levels()), Levels.info)
    assert works[0].report(Stage.DETECT) is not None
    assert works[1].report(Stage.DETECT) is None
