"""Grey lettering of a clean page becomes dark, and nothing else changes."""

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray
from ocr_tasks.stages.grey_lettering import raised

DPI = 200


def sheet(grey: int, *, rows: int = 6) -> Gray:
    """Lettering in GREY among black lines that it does not touch."""
    page = np.full((401, 603), 255, np.uint8)
    for row in range(rows):
        cv2.putText(page, "DRAWN 12.50", (20, 50 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, grey, 2, cv2.LINE_AA)
    page[::60], page[:, ::300] = 0, 0
    return page


@pytest.mark.parametrize("grey", [150, 192, 216])
def test_grey_lettering_becomes_dark(grey: int) -> None:
    page, pieces = raised(sheet(grey), DPI)
    assert 20 <= pieces <= 6 * 11
    assert np.abs(page.astype(int) - sheet(55)).max() <= 25


def test_black_lettering_and_its_pale_edges_stay() -> None:
    page = sheet(0)
    assert raised(page, DPI) == (page, 0)


def test_what_a_jpeg_leaves_around_black_strokes_stays() -> None:
    page = np.tile(sheet(0), (3, 3))
    _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 25])
    saved = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    assert np.count_nonzero((saved > 140) & (saved < 225)) > 5000
    dark, pieces = raised(saved, DPI)
    assert pieces == 0
    assert dark is saved


def test_a_few_pale_spots_are_no_lettering() -> None:
    page = np.full((400, 600), 255, np.uint8)
    page[50:60, 50:350:80] = 200
    assert raised(page, DPI)[1] == 0


def test_grey_areas_and_long_lines_stay() -> None:
    page = sheet(192)
    page[10:30, 310:590] = 215
    page[395] = 200
    dark, pieces = raised(page, DPI)
    assert pieces > 0
    assert np.array_equal(dark[10:30, 310:590], page[10:30, 310:590])
    assert np.array_equal(dark[395], page[395])


def test_a_texture_is_no_lettering() -> None:
    page = np.full((1200, 1200), 255, np.uint8)
    page[::6, ::6] = page[1::6, ::6] = 200
    assert raised(page, DPI)[1] == 0
    page = np.pad(sheet(192), ((0, 1200), (0, 600)), constant_values=255)
    page[402::4, ::4] = 200
    assert raised(page, DPI)[1] == 0


def test_the_page_that_is_given_is_not_changed() -> None:
    page = sheet(192)
    raised(page, DPI)
    assert np.array_equal(page, sheet(192))
