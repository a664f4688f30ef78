"""Page references and labels of a schematic stand by themselves."""

from itertools import pairwise

import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Text
from ocr_tasks.quads import bounds
from ocr_tasks.stages.recognize.marks import around_digits, counted, without_marks

QUAD: Quad = ((0.0, 100.0), (200.0, 100.0), (200.0, 120.0), (0.0, 120.0))


def text(string: str) -> Text:
    """Return a reading whose characters are spread evenly over the line itself, margins aside."""
    places = tuple((10 + 200 * (k + 0.5) / len(string)) / 220 for k in range(len(string)))
    return Text(string, 0.9, (0.9,) * len(string), places)


@pytest.mark.parametrize(
    ("string", "pieces"),
    [
        ("<6> NET_NAME", ["<6>", "NET_NAME"]),
        ("NET_NAME <12,13>", ["NET_NAME", "<12,13>"]),
        ("<6>", ["<6>"]),
        ("A<B", ["A<B"]),
        ("5 <6> 7", ["5 <6> 7"]),
        ("2'-8\"2'-8\"", ["2'-8\"", "2'-8\""]),
        ("3'-0\" 12'-8\"", ["3'-0\"", "12'-8\""]),
        ("10'-6\"", ["10'-6\""]),
        ("2'-8\" x 2'-8\"", ["2'-8\" x 2'-8\""]),
        ("(11.4 mm) (13.4 mm)(25.4 mm)", ["(11.4 mm)", "(13.4 mm)", "(25.4 mm)"]),
        ("(11.4 mm)", ["(11.4 mm)"]),
        ("⌀6 ⌀10 ⌀5", ["⌀6", "⌀10", "⌀5"]),
        ("(⌀6.5) (⌀10.5)", ["(⌀6.5)", "(⌀10.5)"]),
        ("⌀6 THRU ⌀10", ["⌀6 THRU ⌀10"]),
        ("NOTES (1) (2)", ["NOTES (1) (2)"]),
        ("(1) (2)", ["(1) (2)"]),
        ("0.1uF 0.1uF 0.1uF", ["0.1uF"] * 3),
        ("100nF100nF 100nF", ["100nF"] * 3),
        ("10K10K", ["10K", "10K"]),
        ("@FIDUCIAL @FIDUCIAL @FIDUCIAL", ["@FIDUCIAL"] * 3),
        ("1212", ["1212"]),
        ("PWR_FLAG +1V5", ["PWR_FLAG", "+1V5"]),
        ("+1V5 PWR_FLAG", ["+1V5", "PWR_FLAG"]),
        ("BANG BANG", ["BANG BANG"]),
        ("1 1", ["1 1"]),
        ("0.1uF 0.1uF 10uF", ["0.1uF 0.1uF 10uF"]),
    ],
)
def test_a_reference_at_either_end_is_a_string_of_its_own(string: str, pieces: list[str]) -> None:
    assert [piece.text.text for piece in without_marks(text(string), QUAD, 0.5)] == pieces


def test_each_piece_has_the_box_of_its_own_characters() -> None:
    mark, name = (bounds(piece.quad_px) for piece in without_marks(text("<6> NET_NAME"), QUAD, 0.5))
    assert mark == pytest.approx((0, 100, 50, 120), abs=1)
    assert name == pytest.approx((200 * 4 / 12, 100, 200, 120), abs=1)


def apart(left: str, right: str, advances: float) -> Text:
    """Return a reading of two words whose nearest characters are so many advances apart."""
    ends = len(left) - 1 + advances
    middles = [*range(len(left)), len(left) - 1 + advances / 2, *(ends + k for k in range(len(right)))]
    places = tuple((middle + 1) / (middles[-1] + 2) for middle in middles)
    string = f"{left} {right}"
    return Text(string, 0.9, (0.9,) * len(string), places)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("CV20", "EMI@"),
        ("1K_0201_5%", "2"),
        ("2", "0_0201_5%"),
        ("2", "33 0201 5%"),
        ("180 0402 1%", "2"),
        ("2", "100k"),
        ("0.01uF", "1"),
        ("21.45", "□12.45"),
        ("C2", "Y2"),
        ("47", "UD+"),
        ("HD-", "4"),
    ],
)
def test_a_part_its_value_and_its_pins_are_strings_of_their_own(left: str, right: str) -> None:
    assert [piece.text.text for piece in without_marks(apart(left, right, 2.5), QUAD, 0.5)] == [left, right]
    assert [piece.text.text for piece in without_marks(apart(left, right, 1.7), QUAD, 0.5)] == [f"{left} {right}"]


@pytest.mark.parametrize(("left", "right"), [("10uF", "C14"), ("C45", "4.7n"), ("R12", "10k"), ("4.7k", "R131")])
def test_a_part_and_its_value_are_strings_of_their_own_however_near(left: str, right: str) -> None:
    assert [piece.text.text for piece in without_marks(apart(left, right, 1.7), QUAD, 0.5)] == [left, right]


def test_names_on_one_row_are_strings_of_their_own() -> None:
    read = text("DIG7   DIG3   DIG2")
    kept = [k for k, c in enumerate(read.text) if c != " " or read.text[k - 1] != " "]
    row = Text("DIG7 DIG3 DIG2", 0.9, (0.9,) * len(kept), tuple(read.char_places[k] for k in kept))
    assert [piece.text.text for piece in without_marks(row, QUAD, 0.5)] == ["DIG7", "DIG3", "DIG2"]


@pytest.mark.parametrize(
    ("left", "right"), [("M10", "6H"), ("R5", "TYP"), ("4x", "M3"), ("HOOK_R", "2"), ("A3", "1:10"), ("USB20", "P7")]
)
def test_other_words_stay_together_however_far_apart(left: str, right: str) -> None:
    assert len(without_marks(apart(left, right, 3.0), QUAD, 0.5)) == 1


@pytest.mark.parametrize(("string", "places", "left", "right"), [("2", (0.5,), 88, 112), ("75", (0.45, 0.55), 77, 123)])
def test_a_value_between_its_arrows_has_the_box_of_its_digits(
    string: str, places: tuple[float, ...], left: float, right: float
) -> None:
    value = Text(string, 0.9, (0.9,) * len(string), places)
    assert bounds(around_digits(value, QUAD, 0.5)) == pytest.approx((left, 100, right, 120), abs=1)


@pytest.mark.parametrize("string", ["12.5", "A", "M6"])
def test_what_is_no_short_number_keeps_its_box(string: str) -> None:
    assert around_digits(text(string), QUAD, 0.5) == QUAD


def test_a_number_that_fills_its_box_keeps_it() -> None:
    short: Quad = ((0.0, 100.0), (30.0, 100.0), (30.0, 120.0), (0.0, 120.0))
    assert around_digits(Text("75", 0.9, (0.9, 0.9), (0.35, 0.65)), short, 0.5) == short


def test_what_reads_upwards_may_be_a_column_and_keeps_its_box() -> None:
    tall: Quad = ((0.0, 200.0), (0.0, 0.0), (20.0, 0.0), (20.0, 200.0))
    assert around_digits(Text("2", 0.9, (0.9,), (0.5,)), tall, 0.5) == tall


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 2 3 4", ["1", "2", "3", "4"]),
        ("10 9 8", ["10", "9", "8"]),
        ("13 14", ["13", "14"]),
        ("8 9 1011 12", ["8", "9", "10", "11", "12"]),
        ("2 13 14 15 16", ["2", "13", "14", "15", "16"]),
        ("9 10 11 1", ["9", "10", "11", "1"]),
    ],
)
def test_numbers_that_count_are_strings_of_their_own(text: str, numbers: list[str]) -> None:
    cuts = [0, *counted(text), len(text)]
    assert [text[start:stop].strip() for start, stop in pairwise(cuts)] == numbers


@pytest.mark.parametrize("text", ["1 2", "12 3", "12 34 56", "1 1 1", "10 20 30", "12 50", "3 4 0", "100 101"])
def test_other_numbers_are_not_cut(text: str) -> None:
    assert counted(text) == []
