"""Boxes as large as a view are no lines."""

from ocr_tasks.engines import Box
from ocr_tasks.stages.detect.stage import without_areas


def box(width: float, height: float) -> Box:
    return Box(((0.0, 0.0), (width, 0.0), (width, height), (0.0, height)), 0.9)


def test_an_area_is_dropped_and_a_large_title_stays() -> None:
    lines = [box(200, 20), box(150, 22), box(90, 20)]
    title, section, area, sheet = box(1500, 300), box(200, 200), box(900, 800), box(3150, 2100)
    assert without_areas([*lines, title, section, area, sheet]) == [*lines, title, section]
    assert without_areas([area]) == [area]
