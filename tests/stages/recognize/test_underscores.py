"""Underscores that were read as spaces."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.stages.crops import MARGIN
from ocr_tasks.stages.recognize.underscores import NAME, with_underscores

HEIGHT, ADVANCE, LEFT, TOP = 20, 16, 40, 40


def drawn(text: str) -> Gray:
    """Return a page on which a block stands for each character of TEXT, a thin bar for `_`, two of them for `±`."""
    page = np.full((120, 320), 255, np.uint8)
    for k, character in enumerate(text):
        left, right = LEFT + k * ADVANCE + 2, LEFT + (k + 1) * ADVANCE - 2
        if character in "_±":
            cv2.line(page, (left, TOP + HEIGHT + 3), (right, TOP + HEIGHT + 3), 0, 1)
        if character not in "_ ":
            cv2.rectangle(page, (left, TOP), (right, TOP + HEIGHT - 4), 0, 1)
    return page


def read(text: str) -> tuple[Quad, Text]:
    """Return the box of TEXT on its page, and TEXT as if it had been read there."""
    right = LEFT + len(text) * ADVANCE
    edge = MARGIN * HEIGHT
    places = tuple(((k + 0.5) * ADVANCE + edge) / (len(text) * ADVANCE + 2 * edge) for k in range(len(text)))
    quad = ((LEFT, TOP), (right, TOP), (right, TOP + HEIGHT), (LEFT, TOP + HEIGHT))
    return quad, Text(text, 0.9, (0.9,) * len(text), places)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("FW_B_REF", "FW B_REF"),
        ("THE A_B FILE", "THE A B FILE"),
        ("A B", "A B"),
        ("A ±B", "A ±B"),
    ],
)
def test_a_space_that_shows_a_bar_is_an_underscore(shown: str, said: str) -> None:
    quad, text = read(said)
    assert with_underscores(drawn(shown), quad, text).text == shown


@pytest.mark.parametrize("touched", [(), (1, 5, 12, 13)])
def test_dashes_that_run_along_below_are_no_underscores(touched: tuple[int, ...]) -> None:
    quad, text = read("MCU_QUARTZ A")
    page = drawn("MCU QUARTZ A")
    for k in range(0, 24):
        if k not in touched:
            cv2.line(page, (LEFT + k * 8, TOP + HEIGHT + 3), (LEFT + k * 8 + 4, TOP + HEIGHT + 3), 0, 1)
    assert with_underscores(page, quad, text).text == "MCU QUARTZ A"


def test_many_underscores_stay() -> None:
    quad, text = read("A_B_C D_E_F")
    assert with_underscores(drawn("A_B_C_D_E_F"), quad, text).text == "A_B_C_D_E_F"


def on_wire(text: str, wire_px: int = 2) -> Gray:
    """Return a page on which what is drawn of TEXT stands on a wire that its bars lie on."""
    page = drawn(text)
    cv2.line(page, (10, TOP + HEIGHT + 5), (310, TOP + HEIGHT + 5), 0, wire_px)
    return page


def test_a_wire_is_thicker_where_an_underscore_lies_on_it() -> None:
    quad, text = read("FW B_REF 7")
    assert with_underscores(on_wire("FW_B_REF 7"), quad, text).text == "FW_B_REF 7"


def test_a_wire_may_part_a_bar_from_its_line() -> None:
    page = drawn("FW_B")
    cv2.line(page, (10, TOP + HEIGHT), (310, TOP + HEIGHT), 0, 1)
    quad, text = read("FW B")
    assert with_underscores(page, quad, text).text == "FW_B"


def test_an_underscore_that_is_read_with_a_space_is_one() -> None:
    quad, text = read("A_ B")
    assert with_underscores(on_wire("A__B"), quad, text) == text


def test_dots_arrowheads_and_a_bare_wire_are_no_underscores() -> None:
    page = on_wire("A B C")
    cv2.circle(page, (LEFT + 3 * ADVANCE // 2, TOP + HEIGHT + 5), 6, 0, -1)
    quad, text = read("A B C")
    assert with_underscores(page, quad, text) == text


def test_the_next_line_is_no_wire() -> None:
    page = drawn("A B C")
    for left in range(20, 300, 12):
        cv2.line(page, (left, TOP + HEIGHT + 8), (left + 8, TOP + HEIGHT + 8), 0, 2)
    cv2.line(page, (LEFT + ADVANCE, TOP + HEIGHT + 6), (LEFT + 2 * ADVANCE, TOP + HEIGHT + 6), 0, 2)
    quad, text = read("A B C")
    assert with_underscores(page, quad, text) == text


def test_a_line_under_words_is_no_wire() -> None:
    quad, text = read("Touch It")
    assert with_underscores(on_wire("Touch_It"), quad, text) == text


def test_a_broken_line_below_a_string_is_none_of_it() -> None:
    page = drawn("A B C D")
    for left in range(20, 300, 14):
        cv2.line(page, (left, TOP + HEIGHT + 3), (left + 9, TOP + HEIGHT + 3), 0, 1)
    quad, text = read("A B C D")
    assert with_underscores(page, quad, text) == text


def test_the_tops_of_the_next_line_are_no_underscores() -> None:
    page = drawn("A B")
    cv2.rectangle(page, (LEFT + ADVANCE, TOP + HEIGHT + 8), (LEFT + 2 * ADVANCE, TOP + 2 * HEIGHT), 0, 1)
    quad, text = read("A B")
    assert with_underscores(page, quad, text) == text


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("180 0402 1%", True), ("+TYPEC_R DRV1_Q", True), ("⌀45 g6", False), ("45 H7", False), ("FR(40) (REC)", False)],
)
def test_only_names_stand_on_wires(text: str, is_name: bool) -> None:
    assert (NAME.fullmatch(text) is not None) is is_name
