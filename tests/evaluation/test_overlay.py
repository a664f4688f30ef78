"""The overlay: what was read, drawn where it stands."""

import numpy as np
import pytest

from ocr_tasks.contract import Item, Quad
from ocr_tasks.overlay import WRONG, Judged, draw, lettering, reduced

QUAD: Quad = ((100.0, 60.0), (180.0, 60.0), (180.0, 90.0), (100.0, 90.0))


def item(**changes: object) -> Item:
    base = {
        "item_id": 0,
        "page": 1,
        "kind": "dimension",
        "text": "⌀12.5",
        "raw_text": "012.5",
        "quad_px": QUAD,
        "rotation_deg": 0.0,
        "confidence": 0.98,
        "source": "ocr",
        "engine": "test",
    }
    return Item.model_validate(base | changes)


def paper() -> np.ndarray:
    return np.full((200, 300), 255, np.uint8)


def changed(picture: np.ndarray) -> np.ndarray:
    return (picture != 255).any(axis=2)


def test_box_and_reading_stand_where_the_string_is() -> None:
    picture = draw(paper(), [item()])
    assert picture.shape == (200, 300, 3)
    rows, columns = np.nonzero(changed(picture))
    assert columns.min() >= 95
    assert changed(picture)[60, 105:175].all()
    assert changed(picture)[30:58, 100:200].any(), "the reading stands above the box"
    assert rows.max() <= 93


@pytest.mark.parametrize("text", ["⌖|⌀0.3Ⓜ|A|B", "⏥|0.05", "⌴⌀20↧6.5", "∥ ⌭ ◎ ⌰ ⌓ Ⓔ"])
def test_signs_that_no_font_has_are_drawn_as_strokes(text: str) -> None:
    missing = lettering("\U000f0000", 40)
    for sign in text:
        if not sign.isspace():
            picture = lettering(sign, 40)
            assert picture.max() > 200, sign
            assert picture.shape != missing.shape or (picture != missing).any(), f"{sign} is the box of a missing sign"
    assert lettering(text, 40).shape[1] > lettering(text[0], 40).shape[1]


def test_a_wrong_reading_is_red_and_a_right_one_is_not() -> None:
    def is_red(judged: Judged) -> bool:
        picture = draw(paper(), [], truth=[judged])
        return bool((picture == WRONG).all(axis=2).any())

    assert is_red(Judged("⌀12.5", QUAD, "012.5", False))
    assert not is_red(Judged("⌀12.5", QUAD, "⌀12.5", True))


def test_on_a_reduced_page_a_box_stands_where_the_string_is_there() -> None:
    page, scale = reduced(paper(), 150)
    picture = draw(page, [item()], scale=scale)
    assert picture.shape == (100, 150, 3)
    assert changed(picture)[30, 54:86].all()


@pytest.mark.parametrize(
    "quad",
    [
        ((-50.0, -50.0), (20.0, -50.0), (20.0, -20.0), (-50.0, -20.0)),
        ((290.0, 195.0), (390.0, 195.0), (390.0, 225.0), (290.0, 225.0)),
        ((100.0, 100.0), (100.0, 100.0), (100.0, 100.0), (100.0, 100.0)),
        ((60.0, 150.0), (60.0, 20.0), (90.0, 20.0), (90.0, 150.0)),
    ],
)
def test_strings_at_the_edge_turned_or_without_size_are_drawn_or_left_out(quad: Quad) -> None:
    assert draw(paper(), [item(quad_px=quad, text="A" * 500)]).shape == (200, 300, 3)


def test_a_reading_of_two_lines_is_written_on_one() -> None:
    two, one = draw(paper(), [item(text="12.5\n8.3")]), draw(paper(), [item(text="12.5 8.3")])
    assert np.array_equal(two, one)
