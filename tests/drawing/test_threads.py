"""Thread series against printed tables, and what a callout leaves out filled in from them."""

from __future__ import annotations

import pytest

from ocr_tasks.drawing import threads
from ocr_tasks.drawing.parse import parse
from ocr_tasks.drawing.records import Thread


def thread(text: str) -> Thread:
    found = parse(text).thread
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("size", "pitches"),
    [
        (3, (0.5, 0.35)),
        (6, (1.0, 0.75)),
        (8, (1.25, 1.0, 0.75)),
        (10, (1.5, 1.25, 1.0, 0.75)),
        (12, (1.75, 1.5, 1.25, 1.0)),
        (20, (2.5, 2.0, 1.5, 1.0)),
        (36, (4.0, 3.0, 2.0, 1.5)),
        (64, (6.0, 4.0, 3.0, 2.0, 1.5)),
        (13, ()),
    ],
)
def test_pitches_of_iso_261(size: float, pitches: tuple[float, ...]) -> None:
    assert threads.metric_pitches(size) == pitches


@pytest.mark.parametrize(
    ("text", "drill"),
    [
        ("M3", 2.5),
        ("M5", 4.2),
        ("M8", 6.8),
        ("M10", 8.5),
        ("M12", 10.2),
        ("M20", 17.5),
        ("M8x1", 7.0),
        ("M10x1.25", 8.75),
    ],
)
def test_tap_drills_of_iso_2306(text: str, drill: float) -> None:
    assert thread(text).tap_drill == drill


def test_every_tap_drill_leaves_a_thread() -> None:
    for size in threads.METRIC_COARSE_MM:
        for pitch in threads.metric_pitches(size):
            drill = threads.metric_tap_drill(size, pitch)
            assert size - 1.3 * pitch < drill < size - 0.6 * pitch


@pytest.mark.parametrize(
    ("text", "drill"), [("1/4-20 UNC", 0.201), ("3/8-16 UNC", 0.3125), ("1/2-13 UNC", 0.4219), ("10-32 UNF", 0.159)]
)
def test_inch_tap_drills_are_near_those_of_the_charts(text: str, drill: float) -> None:
    """The charts round to drills that exist: a number, a letter, a sixty-fourth."""
    assert thread(text).tap_drill == pytest.approx(drill, abs=0.006)


@pytest.mark.parametrize(
    ("number", "diameter"), [("0", 0.06), ("4", 0.112), ("6", 0.138), ("8", 0.164), ("10", 0.19), ("12", 0.216)]
)
def test_numbered_sizes(number: str, diameter: float) -> None:
    assert threads.NUMBERED_IN[number] == diameter


@pytest.mark.parametrize(
    ("text", "standard", "pitch"),
    [
        ("M16", "M", 2.0),
        ("5/16 UNC", "UNC", 0.055555556),
        ("#8 UNF", "UNF", 0.027777778),
        ("G3/4", "G", 1.814285714),
        ("Rc1/8", "Rc", 0.907142857),
        ("3/4 NPT", "NPT", 0.071428571),
    ],
)
def test_a_pitch_left_out_comes_from_the_series(text: str, standard: str, pitch: float) -> None:
    found = thread(text)
    assert (found.standard, found.pitch, found.pitch_source) == (standard, pitch, "series")


@pytest.mark.parametrize("text", ["M12x1.4", "M20x4", "1/4-21 UNC", "Tr40x5", "3/8-11 NPT", "1/2-9 UNF"])
def test_a_pitch_that_is_not_in_the_series_is_a_finding(text: str) -> None:
    assert [finding.code for finding in parse(text).findings] == ["pitch_not_standard"]


@pytest.mark.parametrize("text", ["M12", "M12x1.5", "1/4-20 UNC-2B", "Tr40x7", "1/2-14 NPT", "G1/2"])
def test_a_standard_thread_has_no_finding(text: str) -> None:
    assert parse(text).findings == ()


@pytest.mark.parametrize(
    "text", ["R5", "R12", "G", "M", "MODEL M", "G7", "M:2", "SM12", "MM 5", "R1", "S20", "UNC", "NPT"]
)
def test_what_is_no_thread(text: str) -> None:
    assert parse(text).thread is None


@pytest.mark.parametrize(
    ("text", "length"), [("M8x25", 25.0), ("M8x1.25x25", 25.0), ("M3x6", 6.0), ("M6 ↧12", 12.0), ("M6x12 DEEP", 12.0)]
)
def test_lengths_are_told_from_pitches(text: str, length: float) -> None:
    assert thread(text).length == length


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        ("M6x1.0 ↧0.38", "in", 9.652),
        ("M6x1.0 ↧12", "mm", 12.0),
        ("M6x1.0 ↧.38", None, 9.652),
        ("1/4-20 UNC ↧.50", "in", 0.5),
        ("1/4-20 UNC ↧12.7", "mm", 0.5),
        ("1/4-20 UNC ↧12.7 mm", None, 0.5),
    ],
)
def test_a_depth_in_the_sheets_unit_becomes_one_in_the_threads(text: str, unit: str | None, length: float) -> None:
    found = parse(text, unit=unit)
    assert found.thread is not None
    assert (found.thread.length, found.depth) == (length, length)


def test_series_are_consistent() -> None:
    for table in threads.UNIFIED_TPI.values():
        for name in table:
            assert name.startswith("#") or name.replace("_", " ")[0].isdigit()
    for size, fine in threads.METRIC_FINE_MM.items():
        coarse = threads.METRIC_COARSE_MM.get(size)
        assert all(coarse is None or pitch < coarse for pitch in fine), size
        assert list(fine) == sorted(fine, reverse=True)
