"""What is drawn around text: in sight in the crop, and clear of the characters unless it crosses them."""

from random import Random

import numpy as np

from ocr_tasks.training.lettering import CAP, Ink
from ocr_tasks.training.surroundings import Box, Margins, beside, flag, pin, through, touching

INK = Box(3 * CAP, 3 * CAP, 6 * CAP, 4 * CAP)
"""Where the text stands on the canvas of these tests."""


def canvas() -> Ink:
    return np.zeros((7 * CAP, 9 * CAP), np.uint8)


def text_of(drawn: Ink) -> Ink:
    return drawn[int(INK.y0) : int(INK.y1), int(INK.x0) : int(INK.x1)]


def seen(drawn: Ink, margins: Margins) -> Ink:
    """Return the part of the canvas that a crop with at least these margins shows."""
    left, top, right, bottom = (max(margin, 0) for margin in margins)
    return drawn[int(INK.y0 - top) : int(INK.y1 + bottom), int(INK.x0 - left) : int(INK.x1 + right)]


def test_a_stroke_beside_the_text_is_in_sight_and_leaves_the_text_alone() -> None:
    for seed in range(80):
        drawn = canvas()
        margins = beside(drawn, INK, 6, Random(seed))
        assert text_of(drawn).mean() < 0.05 * 255
        assert seen(drawn, margins).any()


def test_a_line_through_the_text_reaches_beyond_it_above_and_below() -> None:
    for seed in range(80):
        drawn = canvas()
        _, top, _, bottom = through(drawn, INK, 6, Random(seed))
        assert min(top, bottom) > 0.1 * CAP
        assert text_of(drawn).any()
        assert drawn[int(INK.y0 - top)].any()
        assert drawn[int(INK.y1 + bottom) - 1].any()


def test_lines_cross_the_text_upright_and_aslant() -> None:
    columns = []
    for seed in range(80):
        drawn = canvas()
        through(drawn, INK, 6, Random(seed))
        columns.append(int(text_of(drawn).any(0).sum()))
    assert 20 <= sum(count <= 8 for count in columns) <= 65


def test_a_pin_stands_on_its_wire() -> None:
    for seed in range(80):
        drawn = canvas()
        pin(drawn, INK, 6, Random(seed))
        assert text_of(drawn).mean() < 0.02 * 255
        assert drawn[int(INK.y1) : int(INK.y1 + CAP), int(INK.x0) : int(INK.x1)].any(0).all()


def test_what_touches_the_text_leaves_its_far_half_alone_and_is_in_sight() -> None:
    half = int((INK.y1 - INK.y0) / 2)
    reached = []
    for seed in range(80):
        drawn = canvas()
        margins = touching(drawn, INK, 6, Random(seed))
        above = margins[1] > 0
        text = text_of(drawn)
        far, near = (text[half:], text[:half]) if above else (text[:half], text[half:])
        assert not far.any()
        reached.append(near.any())
        shown = seen(drawn, margins)
        assert (shown[0] if above else shown[-1]).any() or shown.any(1).sum() > 0.05 * CAP
    assert sum(reached) > 20


def test_the_outline_of_a_label_goes_all_around_its_name_and_mostly_shows_its_point() -> None:
    shown = 0
    for seed in range(80):
        drawn = canvas()
        margins = flag(drawn, INK, 4, Random(seed))
        assert text_of(drawn).mean() < 0.02 * 255
        assert drawn[: int(INK.y0), int(INK.x0) : int(INK.x1)].any(0).all()
        assert drawn[int(INK.y1) :, int(INK.x0) : int(INK.x1)].any(0).all()
        assert max(margins[0], margins[2]) > 0.1 * CAP
        shown += bool(seen(drawn, margins).any())
    assert shown > 50
