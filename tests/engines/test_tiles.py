"""Tiles cover a page exactly once, whatever its size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_tasks.engines.tiles import tiles_of


@settings(deadline=None)
@given(st.integers(1, 700), st.integers(1, 700), st.integers(40, 300), st.integers(0, 39))
def test_inner_parts_cover_the_page_once(height: int, width: int, side: int, overlap: int) -> None:
    seen = np.zeros((height, width), int)
    for tile in tiles_of(height, width, side, overlap):
        seen[tile.inner] += 1
        outer = np.zeros((height, width), bool)[tile.outer]
        assert outer.shape[0] <= side
        assert outer.shape[1] <= side
        assert outer[tile.inner_in_outer].shape == seen[tile.inner].shape
    assert (seen == 1).all()


def test_an_inner_border_is_half_an_overlap_from_the_outer_one() -> None:
    left, right = tiles_of(100, 1000, 600, 100)
    assert left.inner[1].stop == right.inner[1].start
    assert left.outer[1].stop - left.inner[1].stop >= 50
    assert right.inner[1].start - right.outer[1].start >= 50


def test_an_overlap_as_large_as_a_tile_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        list(tiles_of(1000, 1000, 100, 100))
