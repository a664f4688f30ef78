"""The render stage over a batch: files, reports, and what a crash leaves behind."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import drawn
import numpy as np
import pytest
from PIL import Image

from ocr_tasks.contract import Options, Progress, RenderOptions, Stage
from ocr_tasks.errors import BadDrawing, Rejection
from ocr_tasks.runner import Done, run_stage
from ocr_tasks.sources.isolation import Answer, Limits, run_isolated
from ocr_tasks.stages import render
from ocr_tasks.workdir import Workdir


def test_a_batch_is_rendered_in_child_processes_and_reported(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    good = drawn.workdir(tmp_path, drawn.pdf(tmp_path / "in/good.pdf", [drawn.frame] * 2))
    locked = drawn.workdir(tmp_path, drawn.pdf(tmp_path / "in/locked.pdf", password="x"))
    Image.fromarray(drawn.sheet_with_lines()).save(tmp_path / "in/scan.tif", dpi=(200, 200))
    scan = drawn.workdir(tmp_path, tmp_path / "in/scan.tif")
    told: list[Progress] = []
    reports = run_stage(Stage.RENDER, [good, locked, scan], render.stage(2), None, told.append)
    assert [report.outcome for report in reports] == ["done", "rejected", "done"]
    assert reports[1].rejection is not None
    assert reports[1].rejection.code == Rejection.ENCRYPTED
    assert [report.pages for report in reports] == [2, 0, 1]
    assert told[-1].drawings_done == 3
    assert told[-1].pages_done == 3
    for page in good.pages():
        image = good.page_image(page.page)
        assert image.shape == (page.height_px, page.width_px)
        assert image.dtype == np.uint8
    assert {text.page for text in good.vector_texts()} == {1, 2}
    assert scan.vector_texts() == []
    assert scan.pages()[0].dpi == 200
    assert not (locked.path / "pages.jsonl").exists()


def test_a_rerun_renders_nothing_and_other_options_render_again(tmp_path: Path) -> None:
    source = drawn.pdf(tmp_path / "a.pdf")
    work = drawn.workdir(tmp_path, source)
    run_stage(Stage.RENDER, [work], render.stage(1), None)
    first = (work.path / "pages.jsonl").stat().st_mtime_ns
    run_stage(Stage.RENDER, [work], render.stage(1), None)
    assert (work.path / "pages.jsonl").stat().st_mtime_ns == first
    drawn.workdir(tmp_path, source, Options(render=RenderOptions(dpi=100)))
    run_stage(Stage.RENDER, [work], render.stage(1), None)
    assert work.pages()[0].dpi == 100


def test_the_same_file_renders_to_the_same_bytes(tmp_path: Path) -> None:
    source = drawn.pdf(tmp_path / "a.pdf")
    works = [Workdir(tmp_path / name) for name in ("one", "two")]
    for work in works:
        render.render(work, source, RenderOptions())
    assert works[0].pages() == works[1].pages()
    assert works[0].vector_texts() == works[1].vector_texts()


def half_way(job: Sequence[str], on_page: Callable[[], None]) -> Answer:
    """Write a first page, then die as a decoder does."""
    work = Workdir(Path(job[0]))
    work.write_page_image(1, drawn.sheet_with_lines(100, 100))
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}


def test_a_crash_half_way_leaves_nothing_that_a_rerun_would_believe(tmp_path: Path) -> None:
    work = drawn.workdir(tmp_path, drawn.pdf(tmp_path / "a.pdf", [drawn.frame] * 2))

    def crashing(works: Sequence[Workdir], options: Options, on_page: Callable[[], None]) -> Iterator[Done]:
        for ended in run_isolated(half_way, [[str(one.path)] for one in works], Limits(20), side_by_side=1):
            yield Done(works[ended.key], 0, ended.answer, ended.rejected)

    (report,) = run_stage(Stage.RENDER, [work], crashing, None)
    assert report.rejection is not None
    assert report.rejection.code == Rejection.DECODER_CRASH
    assert not (work.path / "pages.jsonl").exists()


def test_only_the_pages_asked_for_are_rendered(tmp_path: Path) -> None:
    work = Workdir(tmp_path / "w")
    render.render(work, drawn.pdf(tmp_path / "a.pdf", [drawn.frame] * 3), RenderOptions(pages=(3, 1)))
    assert [page.page for page in work.pages()] == [1, 3]


def test_pages_that_are_too_large_together_are_rejected_and_leave_no_raster(tmp_path: Path) -> None:
    source = drawn.pdf(tmp_path / "a.pdf", [drawn.frame] * 60)
    options = RenderOptions(dpi=36, max_page_pixels=130_000)
    with pytest.raises(BadDrawing, match="together") as rejected:
        render.render(Workdir(tmp_path / "direct"), source, options)
    assert rejected.value.code == Rejection.PAGE_TOO_LARGE
    work = drawn.workdir(tmp_path, source, Options(render=options))
    (report,) = run_stage(Stage.RENDER, [work], render.stage(1), None)
    assert report.outcome == "rejected"
    assert not (work.path / "pages").exists()


def test_a_drawing_without_pages_is_rejected() -> None:
    with pytest.raises(BadDrawing):
        render._wanted(0, RenderOptions())
