"""What the ink says: where it is, how much of it is lettering, how many characters a string has."""

import math

import cv2
import numpy as np
import pytest
from good_sheets import quad

from drawing_etl.quality.glyphs import glyphs, says_less, says_more
from drawing_etl.quality.ink import cut_off, ink_map, ink_share, lettering, unread_words
from drawing_etl.quality.places import boxes, off_page, pairs, turned_back
from ocr_tasks.contract import Quad

PAPER = (400, 900)


def written(text: str, scale: float = 1.0, thick: int = 2, paper: int = 255, ink: int = 0) -> tuple[np.ndarray, Quad]:
    """Write a text with gaps between its characters, and return the page and the text's quad."""
    page = np.full(PAPER, paper, dtype=np.uint8)
    x, top, foot = 60, 400, 0
    for character in text:
        (width, height), _ = cv2.getTextSize(character, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
        if character == ".":
            cv2.circle(page, (x + 3, 198), 3, ink, -1)
            x += 12
            continue
        cv2.putText(page, character, (x, 200), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, thick, cv2.LINE_AA)
        x, top, foot = x + width + 2, min(top, 200 - height), 202
    return page, quad(58, top - 1, x - 58, foot - top + 1)


@pytest.mark.parametrize("text", ["125", "12.5", "R4.25", "0.3+0.1", "8"])
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_characters_and_points_are_counted_at_every_turn(text: str, quarters: int) -> None:
    page, place = written(text)
    for _ in range(quarters):
        height, _ = page.shape
        page = np.ascontiguousarray(np.rot90(page, -1))
        a, b, c, d = ((height - 1 - y, x) for x, y in place)
        place = (a, b, c, d)
    seen = glyphs(page, place)
    assert seen is not None and seen.characters == len(text)
    assert seen.points == tuple(place for place, character in enumerate(text) if character == ".")


def test_a_leader_around_a_string_and_a_tail_from_above_leave_its_points_alone() -> None:
    page, (a, b, c, d) = written("15190", scale=2.0, thick=3)
    cv2.circle(page, (round(b[0]) + 9, round(b[1]) + 18), 6, 0, 2)  # a degree sign, not quite at the top
    place = (a, (b[0] + 20, b[1]), (c[0] + 20, c[1]), d)
    leader = [(899, a[1] - 5), (52, a[1] - 5), (46, d[1] + 90)]
    cv2.polylines(page, [np.array(leader, np.int32)], False, 0, 1)
    cv2.line(page, (110, 0), (110, round(a[1] - 9)), 0, 2)
    seen = glyphs(page, place)
    assert seen is not None and (seen.characters, seen.points) == (6, ())


@pytest.mark.parametrize("degrees", [-30, 7, 60])
def test_oblique_strings_are_counted_too(degrees: float) -> None:
    page, place = written("48.75")
    turn = cv2.getRotationMatrix2D((300, 200), degrees, 1.0)
    page = cv2.warpAffine(page, turn, (PAPER[1], PAPER[0]), borderValue=(255,))
    a, b, c, d = ((float(x), float(y)) for x, y in np.asarray(place) @ turn[:, :2].T + turn[:, 2])
    seen = glyphs(page, (a, b, c, d))
    assert seen is not None and (seen.characters, seen.points) == (5, (2,))


def test_lines_through_and_under_a_string_are_no_characters() -> None:
    page, place = written("48.75")
    cv2.line(page, (0, 212), (899, 212), 0, 2)
    cv2.line(page, (52, 0), (52, 399), 0, 2)
    seen = glyphs(page, place)
    assert seen is not None and seen.characters == 5


def test_a_dashed_line_above_a_string_is_no_characters() -> None:
    page, place = written("48.75")
    above = int(place[0][1]) - 3
    for x in range(20, 800, 24):
        cv2.line(page, (x, above), (x + 12, above), 0, 2)
    seen = glyphs(page, place)
    assert seen is not None and (seen.characters, seen.beside) == (5, 0)


def framed(text: str) -> tuple[np.ndarray, Quad]:
    """A basic dimension: a frame around a text, a leader that ends at its corner, the box of all of it."""
    page, place = written(text)
    (left, top), (right, foot) = (int(v) for v in place[0]), (int(v) for v in place[2])
    cv2.rectangle(page, (left - 12, top - 12), (right + 12, foot + 12), 0, 2)
    cv2.line(page, (left - 12, foot + 12), (left - 50, top - 40), 0, 2)
    return page, quad(left - 54, top - 44, right - left + 70, foot - top + 60)


def test_a_frame_around_a_string_and_its_leader_are_no_characters() -> None:
    seen = glyphs(*framed("4102"))
    assert seen is not None and (seen.characters, seen.points) == (4, ())
    assert not says_less("4102", seen) and says_less("402", seen)


def test_a_point_within_a_frame_is_a_point() -> None:
    seen = glyphs(*framed("48.75"))
    assert seen is not None and (seen.characters, seen.points) == (5, (2,))
    assert says_less("4.875", seen) and says_less("4875", seen)


def test_a_character_beside_the_box_is_not_in_it() -> None:
    page, (a, b, c, d) = written("48.75")
    shorter = (a, (b[0] - 22, b[1]), (c[0] - 22, c[1]), d)
    seen = glyphs(page, shorter)
    assert seen is not None and seen.characters == 4


@pytest.mark.parametrize(
    ("ink", "text", "less"),
    [
        ("48.75", "48.75", False),
        ("48.75", "4875", True),
        ("48.75", "4.875", True),
        ("48.75", "57.84", False),  # another number of the same shape: the ink cannot tell
        ("48.75", "8.75", True),
        ("48.75", "148.75", False),  # too much is another matter
        ("48=75", "48+75", True),  # two marks above one another are no plus
        ("48+75", "48+75", False),
        ("30'-0\"", "3'-0\"", True),
        ("30'-0\"", "30'-0\"", False),
    ],
)
def test_a_text_that_leaves_out_what_the_ink_has(ink: str, text: str, less: bool) -> None:
    seen = glyphs(*written(ink))
    assert seen is not None and says_less(text, seen) is less


def test_faint_ink_counts_and_bare_paper_tells_nothing() -> None:
    page, place = written("48.75", paper=225, ink=120)
    seen = glyphs(page, place)
    assert seen is not None and seen.characters == 5
    assert glyphs(np.full(PAPER, 230, dtype=np.uint8), place) is None


@pytest.mark.parametrize(
    "place", [quad(-500, -500, 100, 30), quad(2000, 10, 100, 30), quad(10, 10, 3, 2), quad(10, 10, 0, 0)]
)
def test_a_quad_that_is_not_on_the_page_or_has_no_size_tells_nothing(place: Quad) -> None:
    assert glyphs(np.full(PAPER, 255, dtype=np.uint8), place) is None


def test_ink_is_where_the_page_is_dark() -> None:
    page, place = written("48.75")
    shares = ink_share(ink_map(page, 200), boxes([place, quad(500, 300, 100, 30), quad(5000, 300, 100, 30)]))
    assert shares[0] > 0.1 and shares[1] == 0 and shares[2] == 0


@pytest.mark.parametrize("shape", [(1, 1), (2, 5000), (7, 3)])
def test_tiny_pages_have_a_map(shape: tuple[int, int]) -> None:
    ink = ink_map(np.zeros(shape, dtype=np.uint8), 300)
    assert ink.dark.size >= 1
    found = lettering(ink, boxes([]))
    assert found.marks == 0 and unread_words(found) == 0


def test_lettering_outside_strings_is_counted_as_not_read() -> None:
    page, place = written("48275", scale=1.2)
    ink = ink_map(page, 150)
    assert lettering(ink, boxes([place]))[:2] == (5, 5)
    assert lettering(ink, boxes([]))[:2] == (5, 0)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_word_that_no_string_has_is_counted_at_every_turn(quarters: int) -> None:
    page, _ = written("48275", scale=1.2)
    ink = ink_map(np.ascontiguousarray(np.rot90(page, quarters)), 150)
    assert unread_words(lettering(ink, boxes([]))) == 1
    assert unread_words(lettering(ink, boxes([quad(0, 0, 900, 900)]))) == 0


@pytest.mark.parametrize("across", [False, True])
def test_a_row_of_holes_or_pads_is_no_word(across: bool) -> None:
    page = np.full((400, 400), 255, dtype=np.uint8)
    for k in range(6):
        x, y = (60 + 36 * k, 100) if across else (100, 60 + 36 * k)
        cv2.circle(page, (x, y), 9, 0, 2)
        cv2.rectangle(page, (x + 100 - 8, y + 100 - 11), (x + 100 + 8, y + 100 + 11), 0, 2)
    found = lettering(ink_map(page, 150), boxes([]))
    assert len(found.unread) == 12 and unread_words(found) == 0


def test_a_string_cut_in_half_has_a_letter_beside_its_end() -> None:
    page, (a, b, c, d) = written("48275", scale=1.2)
    half = (a, ((a[0] + b[0]) / 2 - 4, b[1]), ((a[0] + b[0]) / 2 - 4, c[1]), d)
    ink = ink_map(page, 150)
    assert cut_off(lettering(ink, boxes([half])), half)
    assert not cut_off(lettering(ink, boxes([(a, b, c, d)])), (a, b, c, d))
    turned = np.ascontiguousarray(np.rot90(page, -1))
    upright = tuple((page.shape[0] - 1 - y, x) for x, y in half)
    assert cut_off(lettering(ink_map(turned, 150), boxes([upright])), upright)  # type: ignore[list-item, arg-type]


def test_a_leader_that_ends_beside_a_string_is_no_letter() -> None:
    page, place = written("48.75")
    (_, top), (right, foot) = place[0], place[2]
    cv2.line(page, (int(right) + 6, int(top + foot) // 2), (899, 380), 0, 2)
    assert not cut_off(lettering(ink_map(page, 150), boxes([place])), place)


@pytest.mark.parametrize(
    ("ink", "text", "more"),
    [("48.75", "488.75", True), ("48.75", "48.75", False), ("4875", "48.75", False), ("48.75", "8.75", False)],
)
def test_a_text_with_a_character_that_the_ink_has_not(ink: str, text: str, more: bool) -> None:
    page, place = written(ink)
    narrow = cv2.resize(page, None, fx=0.8, fy=1.0, interpolation=cv2.INTER_AREA)
    a, b, c, d = ((0.8 * x, y) for x, y in place)
    seen = glyphs(narrow, (a, b, c, d))
    assert seen is not None and says_more(text, seen) is more


def test_where_characters_touch_or_a_line_runs_through_nothing_is_called_doubled() -> None:
    page, place = written("48.75")
    cv2.line(page, (62, 190), (110, 190), 0, 2)  # joins two characters
    seen = glyphs(page, place)
    assert seen is not None and not seen.apart and not says_more("48.75", seen)
    page, place = written("48.75")
    cv2.line(page, (0, 190), (899, 190), 0, 2)
    seen = glyphs(page, place)
    assert seen is not None and not seen.apart and not says_more("48.75", seen)


def test_pairs_agree_with_a_plain_comparison_whatever_the_band(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    first = boxes([quad(*rng.uniform(0, 90, 2), *rng.uniform(1, 30, 2)) for _ in range(40)])
    second = boxes([quad(*rng.uniform(0, 90, 2), *rng.uniform(1, 30, 2)) for _ in range(30)])
    plain = {
        (i, j)
        for i, a in enumerate(first)
        for j, b in enumerate(second)
        if max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1])) > 0
    }
    monkeypatch.setattr("drawing_etl.quality.places.PAIRS_AT_ONCE", 77)
    assert set(pairs(first, second)) == plain


def test_off_page_is_the_share_of_the_box_outside() -> None:
    outside = off_page(boxes([quad(0, 0, 10, 10), quad(95, 0, 10, 10), quad(300, 0, 10, 10)]), 100, 100)
    assert outside == pytest.approx([0, 0.5, 1])
    assert math.isfinite(off_page(boxes([quad(5, 5, 0, 0)]), 100, 100)[0])


def test_a_reading_on_a_deskewed_page_is_turned_back_to_where_its_ink_was() -> None:
    page = np.full((300, 500), 255, dtype=np.uint8)
    page[100:110, 400:420] = 0
    turn = cv2.getRotationMatrix2D((249.5, 149.5), -4.0, 1.0)  # a skew of 4 degrees counter-clockwise, put right
    straight = cv2.warpAffine(page, turn, (500, 300), borderValue=(255,))
    rows, columns = np.nonzero(straight < 128)
    found = quad(columns.min(), rows.min(), np.ptp(columns), np.ptp(rows))
    centre = np.mean(turned_back(found, 500, 300, 4.0), axis=0)
    assert centre == pytest.approx((409.5, 104.5), abs=1.0)
