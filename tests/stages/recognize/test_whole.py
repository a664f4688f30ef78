"""Strings that were cut are made whole by reading them once more; neighbours stay apart. The engine is the real one."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Gray, Text
from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.quads import around, width_of
from ocr_tasks.stages.recognize.whole import (
    Proposal,
    is_bracketed,
    is_joint,
    is_longer,
    is_one_of_two,
    made_whole,
    pieces_in,
)

BASE = 120


@pytest.fixture(scope="module")
def recognizer() -> OnnxRecognizer:
    return OnnxRecognizer(threads=1)


def page() -> Gray:
    return np.full((240, 700), 255, np.uint8)


def write(image: Gray, text: str, x: int) -> Quad:
    """Write TEXT from X on; the quad is tight to its ink."""
    blank = page()
    cv2.putText(blank, text, (x, BASE), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 0, 2, cv2.LINE_AA)
    np.minimum(image, blank, out=image)
    rows, columns = np.nonzero(blank < 190)
    left, top, right, bottom = (float(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return (left, top), (right, top), (right, bottom), (left, bottom)


def advance(text: str) -> int:
    """Return how wide TEXT is written, in pixels."""
    return int(cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.4, 2)[0][0])


def read(text: str, quad: Quad, confidence: float = 0.99) -> Reading:
    return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="test")


def texts(readings: Sequence[Reading]) -> list[str]:
    return sorted(reading.text for reading in readings)


def test_a_value_that_a_line_cut_in_two_is_one(recognizer: OnnxRecognizer) -> None:
    image = page()
    middle = 100 + advance("97.6")
    readings = [read("97.6", write(image, "97.6", 100)), read("6 h11", write(image, "6 h11", middle))]
    cv2.line(image, (middle, 10), (middle, 230), 0, 1)
    (whole,) = made_whole(image, readings, recognizer)
    assert whole.text.replace(" ", "") == "97.66h11"
    assert width_of(whole.quad_px) == readings[1].quad_px[1][0] - readings[0].quad_px[0][0]


def test_what_a_piece_says_of_a_digit_that_a_line_cuts_goes_with_the_piece(recognizer: OnnxRecognizer) -> None:
    image = page()
    middle = 100 + advance("97.6")
    readings = [read("97.61", write(image, "97.6", 100)), read("6 h11", write(image, "6 h11", middle))]
    cv2.line(image, (middle, 10), (middle, 230), 0, 1)
    assert [text.replace(" ", "") for text in texts(made_whole(image, readings, recognizer))] == ["97.66h11"]


@pytest.mark.parametrize(("runs_on", "whole"), [(88, ["17", "HPD"]), (0, ["HPD_17"])], ids=["a pin's line", "a _"])
def test_a_pins_number_behind_a_name_is_a_string_of_its_own(
    recognizer: OnnxRecognizer, runs_on: int, whole: list[str]
) -> None:
    image = page()
    behind = 100 + advance("HPD")
    readings = [read("HPD", write(image, "HPD", 100)), read("17", write(image, "17", behind + 24))]
    cv2.line(image, (behind, BASE + 3), (behind + 22 + runs_on, BASE + 3), 0, 2)
    assert texts(made_whole(image, readings, recognizer)) == whole


@pytest.mark.parametrize(("dot", "one"), [(0, True), (9, False)], ids=["a plain crossing", "a mark"])
def test_values_that_a_mark_of_their_dimension_line_parts_are_two(dot: int, one: bool) -> None:
    image = page()
    middle = 100 + advance("97")
    parts = read("97", write(image, "97", 100)), read("46", write(image, "46", middle + 2))
    cv2.line(image, (20, BASE + 14), (400, BASE + 14), 0, 2)
    cv2.line(image, (middle, BASE + 6), (middle, 230), 0, 2)
    if dot:
        cv2.circle(image, (middle, BASE + 14), dot, 0, -1)
    whole = Proposal(parts[0].quad_px, parts)
    assert is_one_of_two(image, said("9746"), whole) is one


@pytest.mark.parametrize(("first", "one"), [("97.", True), ("97", False)])
def test_what_ends_with_a_point_goes_on_across_the_mark_of_a_dimension_line(first: str, *, one: bool) -> None:
    image = page()
    middle = 100 + advance(first)
    parts = read(first, write(image, first, 100)), read("46", write(image, "46", middle + 16))
    cv2.line(image, (60, BASE + 14), (340, BASE + 14), 0, 2)
    cv2.line(image, (middle + 8, BASE - 50), (middle + 8, BASE + 80), 0, 2)
    cv2.circle(image, (middle + 8, BASE + 14), 6, 0, -1)
    assert is_one_of_two(image, said(first + "46"), Proposal(parts[0].quad_px, parts)) is one


def test_the_point_between_two_digits_is_read_with_them(recognizer: OnnxRecognizer) -> None:
    image = page()
    readings = [read("8", write(image, "8", 100)), read("2", write(image, "2", 160))]
    write(image, ".", 136)
    assert texts(made_whole(image, readings, recognizer)) == ["8.2"]


def test_two_words_and_two_values_stay_apart(recognizer: OnnxRecognizer) -> None:
    image = page()
    readings = [read("12.5", write(image, "12.5", 100)), read("40.2", write(image, "40.2", 230))]
    assert texts(made_whole(image, readings, recognizer)) == ["12.5", "40.2"]


@pytest.mark.parametrize(
    ("before", "known", "behind"),
    [("1", "2.5", ""), ("", "12.", "5"), ("", "M10x", "1"), (".", "7", ""), ("(", "45", ")"), ("-", "0.2", "")],
)
def test_characters_beside_a_reading_are_taken_in(
    recognizer: OnnxRecognizer, before: str, known: str, behind: str
) -> None:
    image = page()
    whole = write(image, before + known + behind, 100)
    (found,) = made_whole(image, [read(known, write(page(), known, 100 + advance(before)))], recognizer)
    assert found.text == before + known + behind
    assert np.ptp(np.asarray(found.quad_px)[:, 0]) == pytest.approx(width_of(whole), abs=3)


def test_a_word_behind_others_widely_set_is_taken_in(recognizer: OnnxRecognizer) -> None:
    image = page()
    for k, character in enumerate("AXIS TO PIN"):
        if character != " ":
            write(image, character, 60 + 34 * k)
    known = read("AXIS TO", around([write(page(), "A", 60), write(page(), "O", 264)]))
    assert texts(made_whole(image, [known], recognizer)) == ["AXIS TO PIN"]


def test_what_reads_surely_in_the_box_of_a_longer_string_stays(recognizer: OnnxRecognizer) -> None:
    image = page()
    write(image, "12.5", 100)
    known, over_it = read("12.", write(page(), "12.", 100)), write(page(), "2", 100 + advance("1"))
    for text, confidence, left in (("73", 0.99, ["12.5", "73"]), ("73", 0.6, ["12.5"]), ("2", 0.99, ["12.5"])):
        assert texts(made_whole(image, [known, read(text, over_it, confidence)], recognizer)) == left


def test_the_ring_of_an_angle_is_taken_in(recognizer: OnnxRecognizer) -> None:
    image = page()
    quad = write(image, "45", 200)
    right, top = round(quad[1][0]), round(quad[1][1])
    cv2.circle(image, (right + 11, top + 5), 5, 0, 2, cv2.LINE_AA)
    (found,) = made_whole(image, [read("45", quad)], recognizer)
    assert found.text == "45°"


@pytest.mark.parametrize(("other", "whole"), [("--", "85.25"), ("H", "5.25")])
def test_what_reads_as_dashes_covers_no_character(recognizer: OnnxRecognizer, other: str, whole: str) -> None:
    image = page()
    write(image, "85.25", 200)
    known = write(page(), "5.25", 200 + advance("8"))
    over = write(page(), "8", 200)
    found = made_whole(image, [read("5.25", known), read(other, over, 0.55)], recognizer)
    assert whole in texts(found)


def test_a_balloon_a_tick_and_an_arrow_are_no_characters(recognizer: OnnxRecognizer) -> None:
    image = page()
    number = read("7", write(image, "7", 100))
    cv2.circle(image, (113, 105), 40, 0, 2)
    value = read("12.5", write(image, "12.5", 300))
    cv2.line(image, (440, 60), (440, 160), 0, 2)
    cv2.arrowedLine(image, (285, 105), (250, 105), 0, 2, tipLength=0.6)
    assert made_whole(image, [number, value], recognizer) == [number, value]


def test_brackets_one_of_which_a_leader_touches_are_taken_in(recognizer: OnnxRecognizer) -> None:
    image = page()
    _, _, (right, foot), _ = write(image, "(13)", 100)
    cv2.line(image, (round(right) - 5, round(foot) - 5), (round(right) + 70, round(foot) + 70), 0, 2)
    (found,) = made_whole(image, [read("13", write(page(), "13", 100 + advance("(")))], recognizer)
    assert found.text == "(13)"


def test_high_thin_brackets_beside_bold_digits_are_taken_in(recognizer: OnnxRecognizer) -> None:
    image = page()
    cv2.putText(image, "18", (100, BASE), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 0, 7, cv2.LINE_AA)
    quad = ((98.0, 84.0), (158.0, 84.0), (158.0, 123.0), (98.0, 123.0))
    for middle, turn in ((128, 0), (128, 180)):
        cv2.ellipse(image, (middle, 103), (44, 44), turn, -42, 42, 150, 1, cv2.LINE_AA)
    (found,) = made_whole(image, [read("18", quad)], recognizer)
    assert found.text == "(18)"


def proposal(*parts: tuple[str, float, float]) -> Proposal:
    quads: list[Quad] = [((left, 0.0), (right, 0.0), (right, 10.0), (left, 10.0)) for _, left, right in parts]
    readings = tuple(read(text, quad) for (text, _, _), quad in zip(parts, quads, strict=True))
    return Proposal(quads[0], readings)


def said(text: str, confidence: float = 0.99) -> Text:
    places = tuple((k + 0.5) / len(text) for k in range(len(text)))
    return Text(text, confidence, (confidence,) * len(text), places)


@pytest.mark.parametrize(
    ("left", "right", "whole", "one"),
    [
        ("77.", "83", "77.83", True),
        ("GND", "7", "GND_7", True),
        ("o", "203.20", "0203.20", True),
        ("RE176", "4", "RE176 4", False),
        ("7", "7DMIC", "7_7DMIC", False),
        ("10", "29", "10|29", False),
        ("110", "0402 1%", "110 0402 1%", True),
        ("4.6", "-0.2", "4.6-0.2", False),
        ("10", "29", "1029 5", False),
        ("3'-3\"", "2'-4\"", "3'-3\"2'-4\"", False),
    ],
)
def test_two_readings_are_one_if_no_space_is_between(left: str, right: str, whole: str, one: bool) -> None:
    assert is_joint(said(whole), proposal((left, 0, 20), (right, 25, 45))) is one


def test_readings_that_overlap_say_some_characters_twice() -> None:
    overlapping = proposal(("FLOOR", 0, 50), ("OR PLAN", 30, 100))
    assert is_joint(said("FLOOR PLAN"), overlapping)
    assert not is_joint(said("FLOOROR PLAN"), overlapping)
    assert is_joint(said("to 177.80"), proposal(("to", 0, 20), ("○ 177.80", 10, 110)))


@pytest.mark.parametrize(
    ("old", "whole", "confidence", "is_more"),
    [
        ("2", "12", 0.99, True),
        ("3.3", "⌀3.3", 0.99, True),
        ("MODEL", "MODEL.", 0.99, True),
        ("2", "12", 0.9, False),
        ("7", "(7", 0.99, False),
        ("7", "(7)", 0.99, True),
        ("7", "(7)", 0.92, False),
        ("1x(4", "1x(4)", 0.99, True),
        ("7", "7_", 0.99, False),
        ("0.2", "-0.2", 0.99, True),
        ("31", "-31", 0.99, False),
        ("12", "12", 0.99, False),
        ("12", "34", 0.99, False),
        ("TIE", "R TIE", 0.99, True),
        ("200", "200 1", 0.99, False),
        ("PLATE", "i PLATE", 0.99, False),
        ("45", "45°", 0.99, True),
        ("1.5", "1.5°", 0.99, True),
        ("45", "°45", 0.99, False),
        ("0", "0°", 0.99, False),
        ("A", "A°", 0.99, False),
        ("HD", "HD-", 0.99, False),
        ("0.1uF", "0.1uF 0.1uF", 0.99, False),
    ],
)
def test_more_counts_if_it_is_sure_and_no_stroke(old: str, whole: str, confidence: float, is_more: bool) -> None:
    assert is_longer(said(whole, confidence), proposal((old, 0, 20))._replace(apart=True, ends=True)) is is_more


@pytest.mark.parametrize(("other", "is_more"), [("HD", True), ("UD", False)])
def test_a_minus_is_of_a_name_that_the_page_has_with_a_plus(other: str, *, is_more: bool) -> None:
    beside = proposal(("HD", 0, 20))._replace(apart=True)
    assert is_longer(said("HD-"), beside, plus={other}) is is_more


@pytest.mark.parametrize(
    ("old", "apart", "is_more"), [("13.9", True, True), ("13.9", False, False), ("7", True, False), ("0", True, True)]
)
def test_a_bare_stroke_by_itself_before_a_number_may_be_less_sure_of_being_a_1(
    old: str, *, apart: bool, is_more: bool
) -> None:
    text = Text(f"1{old}", 0.9, (0.8,) + (0.99,) * len(old))
    assert is_longer(text, proposal((old, 0, 20))._replace(apart=apart)) is is_more


def test_a_stroke_below_the_end_of_another_one_is_one_piece_by_itself() -> None:
    image = page()
    quad = write(image, "3.9", 200)
    (_, top), _, (_, foot), _ = quad
    for first, last in ((top, foot), (0, top - 9)):
        cv2.line(image, (185, round(first)), (185, round(last)), 0, 2)
    (piece,) = pieces_in(image, quad, -60.0, 0.0)
    assert piece.apart


@pytest.mark.parametrize(
    ("old", "whole", "one"),
    [("4", "(4)", True), ("4", "[4]", True), ("R5", "( R5 )", True), ("4", "4)", False), ("4", "(9)", False)],
)
def test_a_pair_of_brackets_may_be_less_sure_than_one_by_itself(old: str, whole: str, one: bool) -> None:
    assert is_bracketed(said(whole, 0.9), proposal((old, 0, 20))._replace(apart=True, ends=True)) is one


def test_brackets_end_above_or_below_the_line() -> None:
    assert not is_longer(said("(7)"), proposal(("7", 0, 20)))
