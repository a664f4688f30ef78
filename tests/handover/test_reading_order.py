"""Callouts are gone over view by view, each from top to bottom."""

from hypothesis import given
from hypothesis import strategies as st

from ocr_tasks.handover.reading_order import Box, reading_order

BOXES = st.lists(
    st.tuples(st.floats(0, 900), st.floats(0, 900), st.floats(1, 90), st.floats(1, 30)).map(
        lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
    ),
    max_size=40,
)


def column(left: float, tops: range) -> list[Box]:
    return [(left, float(top), left + 40, top + 10.0) for top in tops]


def test_a_view_is_finished_before_the_next_begins() -> None:
    left, right = column(0, range(0, 90, 30)), column(400, range(5, 95, 30))
    assert reading_order([*right, *left], 60) == [3, 4, 5, 0, 1, 2]


def test_what_stands_across_a_blank_stripe_below_comes_last() -> None:
    views, notes = [*column(0, range(0, 60, 30)), *column(400, range(0, 60, 30))], column(10, range(500, 560, 30))
    assert reading_order([*notes, *views], 60) == [2, 3, 4, 5, 0, 1]


def test_strings_of_one_line_go_from_left_to_right() -> None:
    line = [(80.0, 2.0, 110.0, 12.0), (0.0, 0.0, 30.0, 10.0), (40.0, 4.0, 70.0, 14.0)]
    assert reading_order(line, 60) == [1, 2, 0]


@given(BOXES, st.floats(1, 200))
def test_each_callout_comes_once(boxes: list[Box], gap_px: float) -> None:
    assert sorted(reading_order(boxes, gap_px)) == list(range(len(boxes)))
