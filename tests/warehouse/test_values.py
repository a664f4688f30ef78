"""Keys that sort and search, and values that a column can hold."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing_etl.warehouse.values import (
    integer,
    key,
    meaning_columns,
    number,
    number_key,
    ordering,
    revision_order,
    sheet_number,
    stage_order,
    storable,
    storable_json,
)
from ocr_tasks.drawing.parse import parse


@pytest.mark.parametrize(
    "rising",
    [
        ["0.9.0", "0.10.0", "0.10.1", "1.0.0", "10.0"],
        ["A", "B", "Z", "AA", "AB", "BA"],
        ["-", "A", "A1", "A2", "A10", "B"],
        ["00", "1", "02", "9", "010"],
        ["P1", "P2", "P11"],
    ],
)
def test_keys_rise_as_versions_and_revisions_do(rising: list[str]) -> None:
    keys = [ordering(text) for text in rising]
    assert all(earlier < later for earlier, later in itertools.pairwise(keys)), keys


@given(st.integers(min_value=0, max_value=10**30), st.integers(min_value=0, max_value=10**30))
def test_numbers_sort_as_numbers(one: int, other: int) -> None:
    assert (ordering(str(one)) < ordering(str(other))) == (one < other)


@pytest.mark.parametrize(
    ("revision", "scheme"),
    [
        ("B", "letter"),
        ("02", "number"),
        (None, ""),
        ("-", ""),
        ("", ""),
        ("Rev. C", "letter"),
        ("REVISION 4", "number"),
    ],
)
def test_a_revision_has_a_scheme(revision: str | None, scheme: str) -> None:
    assert revision_order(revision)[0] == scheme


def test_the_word_revision_is_no_part_of_it() -> None:
    assert revision_order("Rev. C") == revision_order(" rev:C ") == revision_order("C")
    assert revision_order("REVERSE")[0] == "letter"


def test_drawing_numbers_are_compared_without_their_spacing() -> None:
    assert number_key("de-100 234\n") == number_key("DE-100234") == number_key("ＤＥ-100234")
    assert number_key("  ") is None


@pytest.mark.parametrize(("said", "n"), [("2/3", 2), (" 1 / 1", 1), ("x", None), ("", None), (None, None)])
def test_a_sheet_says_which_it_is(said: str | None, n: int | None) -> None:
    assert sheet_number(said) == n


@given(st.text(alphabet=st.characters(), max_size=50))
def test_any_text_can_be_stored(text: str) -> None:
    assert "\0" not in storable(text).encode("utf-8").decode("utf-8")
    assert len(storable(text)) == len(text)


def test_a_key_is_short_enough_for_an_index() -> None:
    assert len(str(key("⌀" * 10_000)).encode()) < 2_700
    assert key("") is None
    assert key(5) is None


def test_numbers_that_no_column_holds_are_none() -> None:
    assert [number(value) for value in (True, "1", float("nan"), float("inf"), 10**400, None)] == [None] * 6
    assert [integer(value) for value in (True, 1.0, 2**31, None)] == [None] * 4
    assert storable_json({"a": [float("nan"), float("-inf"), 10**301, 1.5, True]}) == {
        "a": [None, None, None, 1.5, True]
    }


@pytest.mark.parametrize(
    ("callout", "columns"),
    [
        ("4x ⌀16.5 H7", {"value_kind": "diameter", "quantity": 4, "nominal": 16.5, "fit": "H7", "unit": "mm"}),
        ("35.36 +0.03/-0.03", {"upper_limit": 35.39, "lower_limit": 35.33, "upper_deviation": 0.03}),
        ("M12x1.5-6H LH", {"thread_size": "M12", "thread_pitch": 1.5, "thread_class": "6H", "thread_hand": "left"}),
        ("⌖|⌀0.3Ⓜ|A|B|C", {"gdt_characteristic": "position", "gdt_zone": "diameter", "gdt_datums": "A|B|C"}),
        ("Ra 3.2", {"roughness_parameter": "Ra", "roughness_value": 3.2}),
        ("2x45°", {"value_kind": "chamfer", "nominal": 2.0, "angle": 45.0}),
        ("(120)", {"reference": True, "nominal": 120.0}),
    ],
)
def test_columns_are_filled_from_what_the_grammar_reads(callout: str, columns: dict[str, object]) -> None:
    filled = meaning_columns(parse(callout, unit="mm").public())
    assert {name: filled[name] for name in columns} == pytest.approx(columns)


def test_a_stage_of_another_version_comes_last_and_breaks_nothing() -> None:
    assert sorted(["load", "vectorize", "render"], key=stage_order) == ["render", "load", "vectorize"]
