"""What a page needs is measured on it; a clean one is left alone."""

from pathlib import Path

import cv2
import drawn
import numpy as np
import pytest

from ocr_tasks.contract import Options, PreprocessOptions, Stage, Switch
from ocr_tasks.engines.array_devices import HostDevice
from ocr_tasks.engines.cupy_preprocess import ArrayPreprocessor
from ocr_tasks.engines.opencv import OpenCvPreprocessor, prepare_page, turned, without_specks
from ocr_tasks.engines.page_measures import darkest_of_cells, measure, skew_deg
from ocr_tasks.runner import run_stage
from ocr_tasks.stages.preprocess import GREY_LETTERING, NO_CONNECTS, pages_of, preprocess, stage

STEPS = ("clahe", "blur", "threshold", "opening", "sharpen", "deskew")
AUTO = PreprocessOptions()
OFF = PreprocessOptions(**dict.fromkeys(STEPS, "off"))


def noisy(page: drawn.Gray, deviation: float) -> drawn.Gray:
    grain = np.random.default_rng(3).normal(0, deviation, page.shape)
    return np.clip(page * 0.75 + 40 + grain, 0, 255).astype(np.uint8)


def shaded(page: drawn.Gray, darkest: float) -> drawn.Gray:
    light = np.linspace(darkest, 1.0, page.shape[1])[None, :]
    return (page * light).astype(np.uint8)


def test_a_clean_page_needs_nothing() -> None:
    prepared = prepare_page(drawn.sheet_with_lines(), AUTO)
    assert prepared.image is None
    assert prepared.steps == {}
    assert prepared.why["noise"] == 0
    assert (prepared.why["paper"], prepared.why["ink"]) == (255, 0)


def test_an_empty_page_needs_nothing() -> None:
    assert prepare_page(np.full((800, 900), 255, np.uint8), AUTO).image is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 5000), (64, 64), (2000, 7)])
def test_pages_of_odd_shapes_are_measured(shape: tuple[int, int]) -> None:
    page = np.random.default_rng(1).integers(0, 255, shape, np.uint8)
    on = PreprocessOptions(**dict.fromkeys(STEPS, "on"))
    assert prepare_page(page, AUTO).why
    image = prepare_page(page, on).image
    assert image is not None
    assert image.shape == shape


@pytest.mark.parametrize("degrees", [-3.7, -0.8, 0.4, 1.5, 4.6])
def test_skew_is_found_and_undone(degrees: float) -> None:
    page = drawn.sheet_with_lines()
    skewed = turned(page, degrees)
    assert skew_deg(skewed, 5.0) == pytest.approx(degrees, abs=0.06)
    prepared = prepare_page(skewed, AUTO)
    assert prepared.steps["deskew"] == pytest.approx(degrees, abs=0.06)
    assert prepared.image is not None
    assert abs(skew_deg(prepared.image, 5.0)) < 0.06


@pytest.mark.parametrize("shape", [(1, 1), (7, 3), (12, 20), (101, 57)])
def test_a_page_is_reduced_to_the_darkest_of_its_cells(shape: tuple[int, int]) -> None:
    page = np.random.default_rng(4).integers(0, 256, shape, np.uint8)
    for step in (1, 2, 3):
        if step <= min(shape):
            small = darkest_of_cells(page, step)
            assert small.shape == (shape[0] // step, shape[1] // step)
            for (row, column), level in np.ndenumerate(small):
                assert level == page[row * step : (row + 1) * step, column * step : (column + 1) * step].min()


def test_a_quarter_turn_is_no_skew() -> None:
    assert skew_deg(np.rot90(drawn.sheet_with_lines()), 5.0) == 0


def test_lines_that_are_meant_to_slope_are_no_skew() -> None:
    page = drawn.sheet_with_lines()
    for k in range(8):
        cv2.line(page, (150, 150 + 80 * k), (1100, 190 + 80 * k), (0,), 2)
    assert skew_deg(page, 5.0) == 0


def test_grain_is_measured_and_smoothed() -> None:
    page = noisy(drawn.sheet_with_lines(), 9)
    assert measure(page, 0).noise == pytest.approx(9, rel=0.15)
    prepared = prepare_page(page, AUTO)
    assert "blur" in prepared.steps
    assert prepared.image is not None
    assert measure(prepared.image, 0).noise < 5


def test_faint_ink_is_strengthened() -> None:
    page = (200 - (255 - drawn.sheet_with_lines()) * 0.25).astype(np.uint8)
    prepared = prepare_page(page, AUTO)
    assert "clahe" in prepared.steps
    assert prepared.image is not None
    assert measure(prepared.image, 0).contrast > 1.3 * measure(page, 0).contrast


def test_uneven_light_is_evened() -> None:
    page = shaded(drawn.sheet_with_lines(), 0.35)
    prepared = prepare_page(page, AUTO)
    assert "clahe" in prepared.steps
    assert prepared.image is not None
    assert measure(prepared.image, 0).unevenness < 20


def test_a_soft_picture_is_sharpened() -> None:
    page = cv2.GaussianBlur(drawn.sheet_with_lines(), (0, 0), 3)
    assert "sharpen" not in prepare_page(page, PreprocessOptions(clahe="off")).steps  # drawn so: no camera has no grain
    page = noisy(page, 1.5)
    prepared = prepare_page(page, PreprocessOptions(clahe="off"))
    assert "sharpen" in prepared.steps
    assert prepared.image is not None
    steepest = [float(np.percentile(np.abs(np.diff(image.astype(int))), 99.5)) for image in (page, prepared.image)]
    assert steepest[1] > steepest[0]


@pytest.mark.parametrize("band_rows", [1024, 100])
def test_specks_go_and_thin_lines_stay(band_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr_tasks.engines.opencv.BAND_ROWS", band_rows)
    page = drawn.sheet_with_lines()
    page[100, 200:900] = 0  # a line of one pixel
    dirty = page.copy()
    places = np.random.default_rng(5).integers(80, 800, (600, 2))
    empty = cv2.erode(page, np.ones((9, 9), np.uint8)) == 255
    for row, column in places:
        if empty[row, column]:
            dirty[row, column] = 0
    assert (dirty != page).sum() > 200
    clean = without_specks(dirty, 2)
    assert (clean == page).all()
    assert "opening" in prepare_page(dirty, AUTO).steps


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("switch", ["on", "off"])
def test_a_switch_decides_over_the_measurement(step: str, switch: Switch) -> None:
    page = shaded(noisy(turned(drawn.sheet_with_lines(), 2.0), 9), 0.4)
    base = OFF if switch == "on" else AUTO
    steps = prepare_page(page, base.model_copy(update={step: switch})).steps
    assert (step in steps) == (switch == "on")
    if switch == "on":
        assert set(steps) == {step}


def test_what_was_done_is_written_and_what_was_not_is_not(tmp_path: Path) -> None:
    images = [drawn.sheet_with_lines(), turned(drawn.sheet_with_lines(), 2.0)]
    work = drawn.paged(tmp_path, "0", images)
    done = preprocess(work, OpenCvPreprocessor().prepare(pages_of([work]), AUTO))
    clean, skewed = work.preparations()
    assert (clean.file, clean.steps) == (None, {})
    assert skewed.file == "prepared/0002.npy"
    assert done.counts == {"changed_pages": 1}
    assert (work.prepared_image(clean) == images[0]).all()
    assert work.prepared_image(skewed).shape == images[1].shape
    assert sorted(path.name for path in (work.path / "prepared").iterdir()) == ["0002.npy"]


def test_each_drawing_gets_its_own_pages_also_where_they_are_repaired_together(tmp_path: Path) -> None:
    blurred = Options(preprocess=OFF.model_copy(update={"blur": "on"}))
    works = [
        drawn.paged(tmp_path, digit, [np.full((60, 80), grey, np.uint8) for grey in greys], blurred)
        for digit, greys in (("a", [10, 20]), ("b", []), ("c", [30]))
    ]
    engine = ArrayPreprocessor(HostDevice())
    reports = run_stage(Stage.PREPROCESS, works, stage(engine), engine.info)
    assert [(report.outcome, report.pages) for report in reports] == [("done", 2), ("done", 0), ("done", 1)]
    levels = [[int(work.prepared_image(one)[0, 0]) for one in work.preparations() if one.file] for work in works]
    assert levels == [[10, 20], [], [30]]


def test_the_crosses_of_unconnected_pins_are_taken_off_a_page_that_needs_no_repair(tmp_path: Path) -> None:
    sheet = drawn.sheet_with_lines()
    sheet[300:500, 300:600] = 255
    cv2.line(sheet, (400, 400), (440, 400), 0, 2)
    cv2.line(sheet, (434, 394), (446, 406), 0, 2)
    cv2.line(sheet, (434, 406), (446, 394), 0, 2)
    work = drawn.paged(tmp_path, "0", [sheet])
    preprocess(work, OpenCvPreprocessor().prepare(pages_of([work]), OFF))
    (preparation,) = work.preparations()
    assert preparation.steps == {NO_CONNECTS: 1.0}
    assert work.prepared_image(preparation)[390:410, 442:450].min() == 255


def test_grey_lettering_is_made_dark_on_a_page_that_is_drawn_and_left_on_one_with_grain(tmp_path: Path) -> None:
    sheet = drawn.sheet_with_lines()
    sheet[300:500, 300:900] = 255
    cv2.putText(sheet, "D R A W N   B Y", (320, 400), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 200, 2)
    grain = np.random.default_rng(1).normal(0, 12, sheet.shape)
    grainy = np.clip(sheet - 20 + grain, 0, 255).astype(np.uint8)
    work = drawn.paged(tmp_path, "0", [sheet, grainy])
    preprocess(work, OpenCvPreprocessor().prepare(pages_of([work]), OFF))
    drawn_page, scanned = work.preparations()
    assert drawn_page.steps[GREY_LETTERING] >= 7
    assert work.prepared_image(drawn_page)[370:410, 320:700].min() < 80
    assert GREY_LETTERING not in scanned.steps
