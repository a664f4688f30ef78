"""Shapes that are no text: reproducible, of the size of a line, with ink, and never black all over."""

from random import Random

import numpy as np

from ocr_tasks.training.nothing import shape


def test_shapes_are_grey_pictures_of_a_line() -> None:
    r = Random(1)
    crops = [shape(r) for _ in range(300)]
    assert {crop.dtype for crop in crops} == {np.dtype(np.uint8)}
    assert all(10 <= crop.shape[0] < 50 and crop.shape[1] >= 3 for crop in crops)
    assert np.mean([np.ptp(crop) > 60 for crop in crops]) > 0.85


def test_a_generator_stands_for_the_same_shape() -> None:
    for seed in range(10):
        assert np.array_equal(shape(Random(seed)), shape(Random(seed)))
    assert len({shape(Random(seed)).tobytes() for seed in range(40)}) > 30


def test_paper_stays_paper() -> None:
    """A crop that is black all over teaches nothing."""
    r = Random(2)
    assert np.mean([np.mean(shape(r) < 128) < 0.5 for _ in range(300)]) > 0.85
