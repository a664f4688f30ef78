"""What a better reading holds is no string of its own."""

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.stages.postprocess.repeats import without_repeats


def reading(text: str, left: float, top: float, right: float, bottom: float, confidence: float = 0.9) -> Reading:
    return placed(text, ((left, top), (right, top), (right, bottom), (left, bottom)), confidence)


def placed(text: str, quad: Quad, confidence: float = 0.9) -> Reading:
    return Reading(region_id=0, page=1, text=text, confidence=confidence, char_confidences=(), quad_px=quad, engine="e")


def left_of(*readings: Reading) -> list[str]:
    return [kept.text for kept in without_repeats(readings)]


def test_the_last_digit_of_an_upward_value_is_no_string() -> None:
    value = placed("18.55", ((100.0, 200.0), (100.0, 80.0), (130.0, 80.0), (130.0, 200.0)))
    assert left_of(reading("5", 101, 78, 129, 100, 0.98), value) == ["18.55"]


def test_of_two_boxes_around_one_number_the_surer_reading_stays() -> None:
    assert left_of(reading("35", 10, 10, 40, 30, 0.8), reading("35", 8, 11, 41, 29, 0.95)) == ["35"]
    assert without_repeats([reading("36", 10, 10, 40, 30, 0.8), reading("35", 8, 11, 41, 29, 0.95)])[0].text == "35"


def test_neighbours_whose_boxes_touch_both_stay() -> None:
    assert left_of(reading("1.305", 0, 0, 100, 20), reading("7.1", 70, 14, 120, 34)) == ["1.305", "7.1"]


def test_a_digit_half_beside_the_line_that_ends_with_it_is_a_repeat_and_another_digit_is_not() -> None:
    line = reading("N6", 0, 0, 40, 30)
    assert left_of(line, reading("6", 30, 0, 60, 30)) == ["N6"]
    assert left_of(line, reading("7", 30, 0, 60, 30)) == ["N6", "7"]


def test_lines_within_the_letters_of_a_stamp_stay() -> None:
    assert left_of(reading("PRELIMINARY", 0, 0, 2000, 200), reading("R5", 500, 80, 560, 110)) == ["PRELIMINARY", "R5"]


def test_an_oblique_line_repeats_nothing_that_only_its_bounds_cover() -> None:
    oblique = placed("⌀12.5 THRU", ((0.0, 300.0), (300.0, 0.0), (320.0, 20.0), (20.0, 320.0)))
    assert left_of(oblique, reading("7", 20, 20, 34, 40)) == ["⌀12.5 THRU", "7"]
