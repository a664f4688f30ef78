"""Numbers in strings, and the meanings that should be about them."""

import pytest
from pydantic import JsonValue

from drawing_etl.quality import numerals


@pytest.mark.parametrize("text", ["⌀012.5", "012,5", "4X 02.6", "1.2.5", "12..5", "12.", "016", "40 0/-01"])
def test_what_nobody_writes_is_impossible(text: str) -> None:
    assert numerals.impossible(text)


@pytest.mark.parametrize(
    "text", ["12.5", "0.05", ".250", "0,1", "4X ⌀2.6", "12.5 +0.1/-0.05", "R0.5", "100", "M10x1.5", "35.36±0.03"]
)
def test_what_people_write_is_possible(text: str) -> None:
    assert not numerals.impossible(text)


@pytest.mark.parametrize(
    ("text", "nominal", "written"),
    [
        ("⌀12.5 H7", 12.5, True),
        ("12,5", 12.5, True),
        ("1,250.5", 1250.5, True),
        (".250", 0.25, True),
        ("⌀12.5 H7", 125.0, False),
        ("4x ⌀16", 16.0, True),
        ('1 1/2"', 1.5, None),
        ("5'-6\"", 1676.4, None),
        ("1000 m", 1_000_000.0, None),
    ],
)
def test_a_nominal_is_looked_for_in_its_text(text: str, nominal: float, written: bool | None) -> None:
    assert numerals.nominal_is_written(text, {"nominal": nominal, "unit": "mm"}) is written


def test_an_angle_need_not_be_written_as_it_is_kept() -> None:
    assert numerals.nominal_is_written("45°30'", {"nominal": 45.5, "unit": "deg"}) is None


def test_letters_that_look_like_digits_count_as_digits_of_what_was_read() -> None:
    assert numerals.own_digits("10.5") <= numerals.digits("lO.S")
    assert not numerals.own_digits("10.5") <= numerals.digits("l2.S")


def test_sizes_are_in_millimetres_and_angles_have_none() -> None:
    assert numerals.nominal_mm({"nominal": -2, "unit": "in"}) == pytest.approx(50.8)
    assert numerals.nominal_mm({"nominal": 45, "unit": "deg"}) is None
    assert numerals.nominal_mm({"nominal": True, "unit": "mm"}) is None
    assert numerals.nominal_mm(None) is None


def test_the_spread_of_limits_comes_from_limits_or_deviations() -> None:
    assert numerals.limits_spread({"upper": 10.1, "lower": 9.9}) == pytest.approx(0.2)
    assert numerals.limits_spread({"upper_deviation": -0.1, "lower_deviation": 0.2}) == pytest.approx(-0.3)
    assert numerals.limits_spread({"upper": 10.1}) is None


@pytest.mark.parametrize("text", ["l2.5", "⌀1O.0", "35.S ±0.1"])
def test_letters_in_decimal_numbers_are_seen(text: str) -> None:
    assert numerals.disguised(text)


@pytest.mark.parametrize("text", ["12.5", "A.B", "V1.B", "SB10", "I2C", "ISO 2768-mK", "DE-0.5", ""])
def test_names_are_no_disguised_numbers(text: str) -> None:
    assert not numerals.disguised(text)


@pytest.mark.parametrize("text", ["1O", "l50", "⌀2S4", "4x ⌀1O.5", "12.O", "3I.5", "5B.2", "25 ±O.1"])
def test_letters_among_digits_are_seen(text: str) -> None:
    assert numerals.has_letters_for_digits(text)


@pytest.mark.parametrize(
    "text",
    [
        "SB10",
        "2B",
        "1/4-20 UNC-2B",
        "M10x1.5-6H",
        "B-B",
        "S1",
        "ISO 8015",
        "A1",
        "150",
        "BOLT",
        "Ol",
        "I2C",
        "B2",
        "IO1",
        "SO8",
    ],
)
def test_names_with_digits_are_no_numbers(text: str) -> None:
    assert not numerals.has_letters_for_digits(text)


@pytest.mark.parametrize(
    ("text", "odd"),
    [("#?*ÿ§%&¤", True), ("⌀12.5±0.1", False), ("-----", False), ("⌖|⌀0.3|A", False), ("도면", False), ("#1", False)],
)
def test_nonsense_is_mostly_odd_signs(text: str, odd: bool) -> None:
    assert numerals.nonsense(text) is odd


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12.5", {12.5}),
        ("12,5", {12.5}),
        (".505", {0.505}),
        ("1,250", {1.25, 1250.0}),
        ("1,250.5", {1250.5}),
        ("4x ⌀8,5", {4.0, 8.5}),
        ("1.2.5", set()),
    ],
)
def test_a_comma_is_a_decimal_sign_or_parts_thousands(text: str, numbers: set[float]) -> None:
    assert numerals.numbers_in(text) == numbers


def test_a_number_ten_times_as_large_is_not_written_there() -> None:
    for text, nominal in (("48,2", 482.0), (".505", 5.05), ("12.5", 125.0), ("12.5", 5.0)):
        assert numerals.nominal_is_written(text, {"nominal": nominal, "unit": "mm"}) is False


@pytest.mark.parametrize(
    ("text", "meaning", "lacks"),
    [
        ("12.5", None, True),
        ("4x ⌀12 H7", {"kind": "diameter", "count": 4, "reference": True}, True),
        ("⌀48,2", {"kind": "diameter", "upper": 48.2}, False),
        ("⌀ .5 X 90°", {"kind": "diameter", "countersink": {"angle": 90.0}}, False),
        ("M6 - M8", {"kind": "range", "of": [{"nominal": 6}]}, False),
        ("THRU", {"kind": "depth", "through": True}, False),
    ],
)
def test_a_dimension_with_a_number_means_one(text: str, meaning: dict[str, JsonValue] | None, lacks: bool) -> None:
    assert numerals.lacks_meaning(text, meaning) is lacks
