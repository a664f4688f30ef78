"""Of readings that stand in one place those that read best stay."""

from collections.abc import Sequence

import pytest

from ocr_tasks.contract import Reading, Region
from ocr_tasks.quads import rotated, turned, upright_quad
from ocr_tasks.stages.detect.stage import COLUMN, ONE, RIVAL, TEXT
from ocr_tasks.stages.recognize import settling
from ocr_tasks.stages.recognize.settling import settled


def rivalry(line: tuple[str, float], *singles: tuple[str, float]) -> list[str]:
    quad = ((100.0, 300.0), (100.0, 100.0), (130.0, 100.0), (130.0, 300.0))
    regions = [Region(region_id=0, page=1, quad_px=quad, angle_deg=90, score=0.9, kind=TEXT)]
    readings = [Reading(region_id=0, page=1, text=line[0], confidence=line[1], quad_px=quad, engine="x")]
    for k, (text, confidence) in enumerate(singles, start=1):
        y = 100.0 + 50 * k
        small = ((105.0, y), (125.0, y), (125.0, y + 25), (105.0, y + 25))
        regions.append(Region(region_id=k, page=1, quad_px=small, angle_deg=0, score=0.9, kind=RIVAL))
        readings.append(Reading(region_id=k, page=1, text=text, confidence=confidence, quad_px=small, engine="x"))
    return [reading.text for reading in settled(readings, regions)]


def test_a_line_that_reads_well_wins_over_its_characters() -> None:
    assert rivalry(("1.500", 0.97), ("5", 0.6), ("0", 0.6)) == ["1.500"]


def test_characters_below_each_other_win_over_a_line_that_reads_badly() -> None:
    assert rivalry(("NmX", 0.3), ("1", 0.98), ("2", 0.99), ("3", 0.97)) == ["1", "2", "3"]


def column_with(parts: Sequence[tuple[str, float]], column: tuple[str, float]) -> list[str]:
    quad = ((100.0, 200.0), (100.0, 100.0), (130.0, 100.0), (130.0, 200.0))
    whole = Reading(region_id=9, page=1, text=column[0], confidence=column[1], quad_px=quad, engine="x")
    lines = []
    for k, (text, confidence) in enumerate(parts):
        y = 110.0 + 30 * k
        small = ((102.0, y), (128.0, y), (128.0, y + 20), (102.0, y + 20))
        lines.append(Reading(region_id=k, page=1, text=text, confidence=confidence, quad_px=small, engine="x"))
    return [reading.text for reading in settling.with_column(lines, whole)]


def test_a_column_of_characters_that_reads_as_a_value_is_one_string() -> None:
    assert column_with([("5", 0.9), ("8", 0.8)], ("18.55", 0.97)) == ["18.55"]
    assert column_with([("17", 0.46)], ("R7", 0.97)) == ["R7"]
    assert column_with([("17", 0.46)], ("1k", 0.97)) == ["1k"]


def test_a_surer_column_wins_over_pieces_that_overlap() -> None:
    assert column_with([("5", 0.99), ("8.875", 0.85), ("3", 0.99)], ("3.875", 0.99)) == ["3.875"]
    assert column_with([("5", 0.99), ("8.875", 0.95), ("3", 0.99)], ("3.875", 0.99)) == ["5", "8.875", "3"]
    assert column_with([("1", 0.6), ("2", 0.6)], ("2.", 0.99)) == ["1", "2"]


def test_pin_numbers_below_each_other_stay_apart() -> None:
    assert column_with([("1", 0.99), ("2", 0.99)], ("1N", 0.9)) == ["1", "2"]
    assert column_with([("1", 0.99), ("2", 0.99)], ("21", 0.7)) == ["1", "2"]


def test_a_column_that_says_the_same_as_its_pieces_and_more_is_one_string() -> None:
    def upward(text: str, bottom: float, top: float, confidence: float = 0.99) -> Reading:
        quad = ((100.0, bottom), (100.0, top), (130.0, top), (130.0, bottom))
        return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="x")

    def texts(lines: list[Reading], column: Reading) -> list[str]:
        return [reading.text for reading in settling.with_column(lines, column)]

    pieces = [upward("5", 120, 100), upward("2.87", 200, 125)]
    assert texts(pieces, upward("2.875", 200, 100, 0.97)) == ["2.875"]
    assert texts([upward("7M", 200, 160)], upward("⌀7MAX", 220, 100, 0.97)) == ["⌀7MAX"]
    assert texts(pieces, upward("5.872", 200, 100, 0.97)) == ["5", "2.87"]
    apart = [upward("107.5", 150, 100), upward("108.4", 210, 160)]
    assert texts(apart, upward("108.4 107.5", 210, 100)) == ["107.5", "108.4"]
    assert texts([upward("MIN", 180, 100)], upward("1 MIN", 220, 100, 0.97)) == ["1 MIN"]
    assert texts([upward("PLATE", 180, 100)], upward("i PLATE", 220, 100)) == ["PLATE"]
    assert texts([upward("70", 180, 100)], upward("70/", 220, 100)) == ["70"]


def test_a_rival_that_reads_better_than_the_pieces_of_it_that_were_seen_replaces_them() -> None:
    def placed(text: str, left: float, right: float, confidence: float = 0.99) -> Reading:
        quad = ((left, 10.0), (right, 10.0), (right, 30.0), (left, 30.0))
        return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="x")

    rival, piece, beside = placed("11", 100, 120), placed("1", 112, 120), placed("R7", 130, 160)
    assert settling.with_larger([piece, beside], rival) == [beside, rival]
    assert settling.with_larger([piece, beside], placed("11", 100, 120, 0.4)) == [piece, beside]
    assert settling.with_larger([beside], rival) == [beside]


def lone(text: str, confidence: float, width: float = 12.0) -> bool:
    quad = ((0.0, 0.0), (width, 0.0), (width, 20.0), (0.0, 20.0))
    return settling.is_lone(Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="x"))


def test_a_character_by_itself_must_be_sure_and_no_ring() -> None:
    assert lone("7", 0.99)
    assert lone("12", 0.97)
    assert lone("7", 0.97)
    assert lone("1", 0.99)
    assert not lone("1", 0.97)
    assert not lone("7", 0.9)
    assert not lone("↧", 0.99)
    assert lone("0", 0.99, width=12.0)
    assert not lone("0", 0.99, width=20.0)
    assert lone("D", 0.99, width=18.0)


def test_one_small_letter_may_name_a_dimension() -> None:
    assert lone("e", 0.99)
    assert not lone("em", 0.99)


def test_of_small_words_only_to_stands_by_itself_between_two_numbers() -> None:
    assert lone("to", 0.99)
    assert not lone("on", 0.99)


def test_a_section_is_named_by_one_letter_on_both_sides_of_a_dash() -> None:
    assert lone("A-A", 0.99, width=60.0)
    assert lone("1 - 1", 0.99, width=60.0)
    assert not lone("A-B", 0.99, width=60.0)


@pytest.mark.parametrize(("text", "confidence", "kept"), [("1", 0.8, True), ("1", 0.7, False), ("I", 0.99, False)])
def test_a_bare_stroke_is_a_one_or_nothing(text: str, confidence: float, kept: bool) -> None:
    quad = ((0.0, 0.0), (2.0, 0.0), (2.0, 20.0), (0.0, 20.0))
    region = Region(region_id=0, page=1, quad_px=quad, angle_deg=0, score=1.0, kind=ONE)
    reading = Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="x")
    assert settled([reading], [region]) == ([reading] if kept else [])


def test_of_a_line_and_the_characters_in_it_the_side_that_reads_better_stays() -> None:
    def placed(text: str, confidence: float, top: float, bottom: float) -> Reading:
        quad = ((10.0, top), (30.0, top), (30.0, bottom), (10.0, bottom))
        return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="x")

    pins = [placed("1", 0.99, 0, 20), placed("2", 0.99, 40, 60), placed("3", 0.98, 80, 100)]
    bad, good = placed("-6", 0.55, 0, 100), placed("37,00", 0.99, 0, 100)
    assert [reading.text for reading in settling.with_lone([bad], pins)] == ["1", "2", "3"]
    assert [reading.text for reading in settling.with_lone([good], pins)] == ["37,00"]
    assert [reading.text for reading in settling.with_lone([], pins)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("line", "columns", "kept"),
    [
        (("28", 0.83), [("18", 0.99), ("21", 0.99)], ["18", "21"]),
        (("28", 0.95), [("18", 0.99), ("21", 0.99)], ["28"]),
        (("28", 0.83), [("18", 0.99), ("21", 0.7)], ["28"]),
        (("28", 0.83), [("18", 0.99)], ["28"]),
    ],
)
def test_two_turned_ordinates_win_over_a_level_line_that_holds_both_and_reads_badly(
    line: tuple[str, float], columns: list[tuple[str, float]], kept: list[str]
) -> None:
    places = [
        upright_quad(100, 100, 150, 128),
        *(turned(upright_quad(left, 100, left + 20, 126), 3) for left in (100, 130)),
    ]
    regions, readings = [], []
    for k, ((text, confidence), quad) in enumerate(zip([line, *columns], places, strict=False)):
        kind = COLUMN if k else TEXT
        regions.append(Region(region_id=k, page=1, quad_px=quad, angle_deg=0, score=0.9, kind=kind))
        readings.append(Reading(region_id=k, page=1, text=text, confidence=confidence, quad_px=quad, engine="x"))
    assert [reading.text for reading in settled(readings, regions)] == kept


@pytest.mark.parametrize(("quarters", "kept"), [(3, ["A0"]), (0, ["A", "0"])])
def test_a_turned_line_wins_over_characters_that_say_the_same_its_way(quarters: int, kept: list[str]) -> None:
    places = [
        turned(upright_quad(100, 100, 120, 130), 3),
        turned(upright_quad(100, 116, 120, 130), quarters),
        turned(upright_quad(100, 100, 120, 114), quarters),
    ]
    readings = [
        Reading(region_id=k, page=1, text=text, confidence=confidence, quad_px=quad, engine="x")
        for k, (text, confidence, quad) in enumerate(zip(("A0", "A", "0"), (0.97, 0.99, 0.99), places, strict=True))
    ]
    assert [reading.text for reading in settling.with_lone(readings[:1], readings[1:])] == kept


def at_a_slant(text: str, confidence: float, extent: tuple[float, float, float, float], slope_deg: float) -> Reading:
    quad = rotated(upright_quad(*extent), slope_deg, (200.0, 200.0))
    return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="x")


def beside_a_slanted_row(loose: tuple[str, float], *, high: float, confidence: float = 0.99) -> list[str]:
    """Return what stays of a reading in a box HIGH pixels high around arrows to the left and `298` at a slant."""
    around = at_a_slant(*loose, (100, 200 - high / 2, 230, 200 + high / 2), 10.0)
    row = at_a_slant("298", confidence, (175, 190, 225, 210), 21.0)
    return [line.text for line in settling.with_column([around], row)]


def test_a_row_at_a_slant_takes_the_place_of_a_box_around_it_and_its_dimension_line() -> None:
    assert beside_a_slanted_row(("29°", 0.77), high=50) == ["298"]
    assert beside_a_slanted_row(("29", 0.97), high=50) == ["298"]


def test_a_box_hardly_higher_than_a_row_or_that_says_more_stays() -> None:
    assert beside_a_slanted_row(("29°", 0.77), high=25) == ["29°"]
    assert beside_a_slanted_row(("298 H7", 0.97), high=50) == ["298 H7"]
    assert beside_a_slanted_row(("29°", 0.77), high=50, confidence=0.75) == ["29°"]


def test_a_line_beside_a_slanted_row_is_not_around_it() -> None:
    row = at_a_slant("81", 0.99, (185, 190, 215, 210), 45.0)
    beside = at_a_slant("[3.189]", 0.99, (140, 215, 260, 235), 45.0)
    assert [line.text for line in settling.with_column([beside], row)] == ["[3.189]", "81"]
