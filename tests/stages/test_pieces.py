"""Pieces of ink, counted by their outlines, are what labels say."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ocr_tasks.stages.ink import Mask, pieces_of


@settings(deadline=None, max_examples=300)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.sampled_from([0, 255])))
def test_pieces_are_those_of_connected_components(ink: Mask) -> None:
    _, _, labelled, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    assert sorted(pieces_of(ink).tolist()) == sorted(labelled[1:].tolist())


def test_what_stands_in_a_ring_is_a_piece_of_its_own() -> None:
    ink = np.zeros((30, 30), np.uint8)
    cv2.circle(ink, (15, 15), 12, 255, 1)
    ink[14:17, 13:18] = 255
    ring, inside = sorted(pieces_of(ink).tolist())
    assert inside == [13, 14, 5, 3, 15]
    assert ring[:4] == [3, 3, 25, 25]
    assert ring[4] == np.count_nonzero(ink) - 15
