"""Stacked tolerances by layout, in any direction of reading."""

import math

import pytest

from ocr_tasks.contract import PageRecord, Quad, Reading
from ocr_tasks.stages.postprocess.grouping import group

PAGE = PageRecord(page=1, width_px=2000, height_px=2000, dpi=200, sha256="0" * 64)


def placed(*strings: tuple[str, float, float, float, float], angle_deg: float = 0.0) -> list[Reading]:
    """Readings from text, left, top, width, height; the whole turned counter-clockwise about (1000, 1000)."""
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))

    def turn(x: float, y: float) -> tuple[float, float]:
        return 1000 + (x - 1000) * cos + (y - 1000) * sin, 1000 - (x - 1000) * sin + (y - 1000) * cos

    readings = []
    for k, (text, x, y, width, height) in enumerate(strings):
        quad: Quad = (turn(x, y), turn(x + width, y), turn(x + width, y + height), turn(x, y + height))
        readings.append(Reading(region_id=k, page=1, text=text, confidence=0.9, quad_px=quad, engine="test"))
    return readings


@pytest.mark.parametrize("angle_deg", [0, 90, 30, -45])
def test_two_small_deviations_beside_the_value(angle_deg: float) -> None:
    readings = placed(
        ("38.3", 100, 100, 80, 30), ("+0.2", 185, 88, 50, 20), ("0", 185, 118, 12, 20), angle_deg=angle_deg
    )
    (string,) = group(readings, PAGE)
    assert string.text == "38.3 +0.2/0"
    assert string.parts == ("38.3", "+0.2", "0")
    assert set(string.region_ids) == {0, 1, 2}


@pytest.mark.parametrize("angle_deg", [0, 90])
def test_a_lone_zero_flush_right_below_a_long_deviation(angle_deg: float) -> None:
    value, upper = ("⌀110.0", 100, 100, 95, 22), ("+0.05", 206, 90, 58, 16)
    flush = placed(value, upper, ("0", 253, 112, 11, 16), angle_deg=angle_deg)
    assert [string.text for string in group(flush, PAGE)] == ["⌀110.0 +0.05/0"]
    loose = placed(value, upper, ("0", 244, 112, 11, 16), angle_deg=angle_deg)
    assert sorted(string.text for string in group(loose, PAGE)) == ["+0.05", "0", "⌀110.0"]


@pytest.mark.parametrize("angle_deg", [0, 90])
def test_two_deviations_without_sign_are_small_and_the_greater_one_stands_above(angle_deg: float) -> None:
    def strings(upper: str, lower: str, height: float) -> list[str]:
        rows = (upper, 190, 90, 55, height), (lower, 190, 92 + height, 55, height)
        return sorted(s.text for s in group(placed(("⌀32", 100, 100, 80, 30), *rows, angle_deg=angle_deg), PAGE))

    assert strings("0.018", "0.002", 20) == ["⌀32 0.018/0.002"]
    assert strings("0.002", "0.018", 20) == ["0.002", "0.018", "⌀32"]
    assert strings("0.018", "0.002", 25) == ["0.002", "0.018", "⌀32"]


def test_deviations_that_the_value_s_box_reaches_into_leave_it_no_point() -> None:
    readings = placed(("414.688.", 100, 100, 90, 30), ("+0.2", 180, 88, 50, 20), ("+0.05", 180, 118, 60, 20))
    assert [string.text for string in group(readings, PAGE)] == ["414.688 +0.2/+0.05"]


@pytest.mark.parametrize("angle_deg", [0, 90])
def test_the_lower_deviation_on_the_line_of_the_value(angle_deg: float) -> None:
    readings = placed(("⌀20 h9 -0,05", 100, 100, 200, 30), ("0", 240, 66, 15, 30), angle_deg=angle_deg)
    assert [string.text for string in group(readings, PAGE)] == ["⌀20 h9 0/-0,05"]


def test_the_upper_deviation_on_the_line_of_the_value() -> None:
    readings = placed(("G4 +0,011", 100, 100, 150, 30), ("+0,006", 165, 134, 85, 30))
    assert [string.text for string in group(readings, PAGE)] == ["G4 +0,011/+0,006"]


def test_a_deviation_far_away_stays_alone() -> None:
    readings = placed(("38.3", 100, 100, 80, 30), ("+0.2", 400, 88, 50, 20), ("-0.1", 400, 118, 50, 20))
    assert sorted(string.text for string in group(readings, PAGE)) == ["+0.2", "-0.1", "38.3"]


def test_limits_above_each_other_stay_two_strings() -> None:
    readings = placed(("16.00", 100, 100, 80, 30), ("15.50", 100, 135, 80, 30))
    assert sorted(string.text for string in group(readings, PAGE)) == ["15.50", "16.00"]


def test_geometry_taken_for_text_is_left_out() -> None:
    (unsure,) = placed(("lI", 100, 100, 20, 30))
    assert group([unsure.model_copy(update={"confidence": 0.2})], PAGE) == []


def test_the_raw_reading_is_kept_beside_a_repair() -> None:
    (string,) = group(placed(("RO.5", 100, 100, 60, 30)), PAGE)
    assert (string.text, string.raw_text) == ("R0.5", "RO.5")
