"""The runner: what is done is skipped, a bad drawing is a record, machine trouble stops the stage and loses nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn import paged

from ocr_tasks.code_digest import code_digest
from ocr_tasks.contract import EngineInfo, Options, Progress, RenderOptions, Stage
from ocr_tasks.errors import BadDrawing, DeviceUnavailable, Rejection
from ocr_tasks.runner import BatchStage, Done, OnPage, each, run_stage
from ocr_tasks.workdir import Workdir

ENGINE = EngineInfo(name="fake", weights={"a.onnx": "1"})


class Recording:
    """A stage that counts what it was asked for, and fails where it is told to."""

    def __init__(self, bad: str = "", broken: str = "") -> None:
        self.seen: list[str] = []
        self.bad, self.broken = bad * 16, broken * 16

    def process(self, work: Workdir, options: Options, on_page: OnPage) -> Done:
        self.seen.append(work.name)
        if work.name == self.bad:
            raise BadDrawing(Rejection.TRUNCATED, "the file ends early: send it again")
        if work.name == self.broken:
            raise DeviceUnavailable("no GPU: ask for --device cpu")
        on_page()
        return Done(work, 1, {"strings": 2.0})

    @property
    def stage(self) -> BatchStage:
        return each(self.process)


def test_each_drawing_gets_a_report_and_a_second_run_does_nothing(tmp_path: Path) -> None:
    works = [paged(tmp_path, digit) for digit in "abc"]
    first, second = Recording(), Recording()
    told: list[Progress] = []
    reports = run_stage(Stage.DETECT, works, first.stage, ENGINE, told.append)
    assert [report.outcome for report in reports] == ["done"] * 3
    assert reports[0].engine == ENGINE
    assert reports[0].counts == {"strings": 2.0}
    assert (told[-1].drawings_done, told[-1].drawings, told[-1].pages_done) == (3, 3, 3)
    run_stage(Stage.DETECT, works, second.stage, ENGINE)
    assert first.seen == [work.name for work in works]
    assert second.seen == []


@pytest.mark.parametrize("change", ["weights", "options", "earlier options"])
def test_other_weights_or_options_run_again(tmp_path: Path, change: str) -> None:
    work = paged(tmp_path, "a")
    run_stage(Stage.DETECT, [work], Recording().stage, ENGINE)
    engine = ENGINE
    if change == "weights":
        engine = EngineInfo(name="fake", weights={"a.onnx": "2"})
    elif change == "options":
        work = paged(tmp_path, "a", options=Options.model_validate({"detect": {"engine": "other"}}))
    else:
        work = paged(tmp_path, "a", options=Options(render=RenderOptions(dpi=150)))
    again = Recording()
    run_stage(Stage.DETECT, [work], again.stage, engine)
    assert again.seen == [work.name]


def test_a_bad_drawing_is_a_record_and_later_stages_skip_it(tmp_path: Path) -> None:
    works = [paged(tmp_path, digit) for digit in "abc"]
    reports = run_stage(Stage.RENDER, works, Recording(bad="b").stage, None)
    assert [report.outcome for report in reports] == ["done", "rejected", "done"]
    rejection = reports[1].rejection
    assert rejection is not None
    assert (rejection.code, rejection.stage) == (Rejection.TRUNCATED, Stage.RENDER)
    later = Recording()
    reports = run_stage(Stage.DETECT, works, later.stage, ENGINE)
    assert [report.outcome for report in reports] == ["done", "skipped", "done"]
    assert later.seen == ["a" * 16, "c" * 16]


def test_a_drawing_at_which_the_program_fails_is_a_record_that_says_where(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    works = [paged(tmp_path, digit) for digit in "abc"]

    def divide(work: Workdir, options: Options, on_page: OnPage) -> Done:
        return Done(work, 1 // (work.name[0] != "b"), {})

    reports = run_stage(Stage.POSTPROCESS, works, each(divide), None)
    assert [report.outcome for report in reports] == ["done", "rejected", "done"]
    rejection = reports[1].rejection
    assert rejection is not None and rejection.code == Rejection.FAULT
    assert "ZeroDivisionError in test_runner.py:" in rejection.message
    assert "return Done(work, 1 //" in caplog.text


def test_drawings_that_are_processed_together_go_on_past_the_one_at_which_the_program_fails(tmp_path: Path) -> None:
    batches: list[str] = []

    def enlarge(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        batches.append("".join(work.name[0] for work in works))
        crops = [np.zeros((int(work.name[0] != "c"), 4), np.uint8) for work in works]
        for work, crop in zip(works, crops, strict=True):
            cv2.resize(crop, None, fx=2, fy=2)
            yield Done(work, 1, {})

    reports = run_stage(Stage.RECOGNIZE, [paged(tmp_path, digit) for digit in "abcd"], enlarge, None)
    assert [report.outcome for report in reports] == ["done", "done", "rejected", "done"]
    assert reports[2].rejection is not None and reports[2].rejection.code == Rejection.FAULT
    assert batches == ["abcd", "c", "d"]  # what was finished together is not done again


def test_a_stage_that_fails_after_its_last_drawing_is_told(tmp_path: Path) -> None:
    def close(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        yield from (Done(work, 1, {}) for work in works)
        raise ValueError("the planted fault")

    with pytest.raises(ValueError, match="the planted fault"):
        run_stage(Stage.RECOGNIZE, [paged(tmp_path, digit) for digit in "ab"], close, None)


def test_memory_that_gives_out_is_no_fault_of_the_program(tmp_path: Path) -> None:
    def enlarge(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        cv2.resize(np.zeros((8, 8), np.uint8), (2**30, 2**20))
        yield from (Done(work, 1, {}) for work in works)

    with pytest.raises(cv2.error, match="Insufficient memory"):
        run_stage(Stage.RECOGNIZE, [paged(tmp_path, digit) for digit in "ab"], enlarge, None)


def test_machine_trouble_is_raised_and_the_rerun_goes_on_from_there(tmp_path: Path) -> None:
    works = [paged(tmp_path, digit) for digit in "abc"]
    with pytest.raises(DeviceUnavailable):
        run_stage(Stage.DETECT, works, Recording(broken="b").stage, ENGINE)
    assert works[0].report(Stage.DETECT) is not None
    assert works[1].report(Stage.DETECT) is None
    rerun = Recording()
    run_stage(Stage.DETECT, works, rerun.stage, ENGINE)
    assert rerun.seen == ["b" * 16, "c" * 16]


def test_drawings_with_other_options_are_run_apart(tmp_path: Path) -> None:
    batches: list[list[str]] = []

    def stage(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        batches.append([work.name[0] for work in works])
        yield from (Done(work, 1, {}) for work in works)

    works = [
        paged(tmp_path, digit, options=Options(render=RenderOptions(dpi=dpi)))
        for digit, dpi in zip("abcd", (150, 200, 150, 200), strict=True)
    ]
    reports = run_stage(Stage.RENDER, works, stage, None)
    assert batches == [["a", "c"], ["b", "d"]]
    assert [report.outcome for report in reports] == ["done"] * 4


def test_a_report_says_which_code_ran(tmp_path: Path) -> None:
    (report,) = run_stage(Stage.RENDER, [paged(tmp_path, "a")], Recording().stage, None)
    assert report.code == code_digest()


def test_the_digest_of_the_code_is_of_what_reads(tmp_path: Path) -> None:
    def digest(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        code_digest.cache_clear()
        return code_digest(tmp_path)

    first = digest("stages/detect.py", "GAP = 3")
    assert digest("samples/parts.py", "x = 1") == digest("stages/notes.md", "words") == first
    assert digest("stages/detect.py", "GAP = 4") != first
    assert digest("stages/detect.py", "GAP = 3") == first
    assert digest("weights/signs.npz", "learnt") != first
