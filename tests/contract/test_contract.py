"""The records and the command line that every side of the pipeline relies on."""

import pytest
from pydantic import ValidationError

from ocr_tasks.contract import Progress, Stage, Verdict, stage_argv


def test_a_progress_line_reads_back() -> None:
    told = Progress(stage=Stage.DETECT, drawings_done=3, drawings=12, pages_done=14, pages=40)
    assert Progress.parse(f"[2026-11-20] INFO - {told.line()}\n") == told


@pytest.mark.parametrize("line", ["", "progress", "progress sing: 1 of 2 drawings, 3 of 4 pages", "render 1/2"])
def test_other_lines_are_no_progress(line: str) -> None:
    assert Progress.parse(line) is None


def test_the_argv_is_the_same_for_every_launcher() -> None:
    assert stage_argv(Stage.DETECT, ["0" * 16], work_root="/w", device="cuda") == [
        *("-m", "ocr_tasks", "detect", "--device", "cuda", "--work", "/w", "0" * 16)
    ]
    assert stage_argv(Stage.DETECT, [], work_root="/w", threads=2, batch_parts=4, image="sha256:1") == [
        *("-m", "ocr_tasks", "detect", "--device", "cpu", "--threads", "2", "--batch-parts", "4"),
        *("--image", "sha256:1", "--work", "/w"),
    ]


@pytest.mark.parametrize(
    ("version", "readable"), [("1.0", True), ("1.2", True), ("1.3", False), ("2.0", False), ("0.9", False)]
)
def test_another_major_or_a_newer_minor_is_refused(version: str, readable: bool) -> None:
    fields = {"contract": version, "drawing_id": "0" * 16, "outcome": "pass"}
    if readable:
        assert Verdict.model_validate(fields).outcome == "pass"
    else:
        with pytest.raises(ValidationError, match="not readable here"):
            Verdict.model_validate(fields)
