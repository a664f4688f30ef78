"""ISO 2768 against its printed tables, and general tolerances as blocks and notes state them."""

from __future__ import annotations

import pytest

from ocr_tasks.drawing import iso2768
from ocr_tasks.drawing.fold import fold
from ocr_tasks.drawing.general import read_general, read_general_row
from ocr_tasks.drawing.inherit import inherit
from ocr_tasks.drawing.parse import parse

# ISO 2768-1 Table 1: one size of each range, then f, m, c, v (None where the table has a dash)
TABLE_1 = [
    (2, (0.05, 0.1, 0.2, None)),
    (5, (0.05, 0.1, 0.3, 0.5)),
    (20, (0.1, 0.2, 0.5, 1.0)),
    (100, (0.15, 0.3, 0.8, 1.5)),
    (300, (0.2, 0.5, 1.2, 2.5)),
    (800, (0.3, 0.8, 2.0, 4.0)),
    (1500, (0.5, 1.2, 3.0, 6.0)),
    (3000, (None, 2.0, 4.0, 8.0)),
]
TABLE_2 = [(2, (0.2, 0.2, 0.4, 0.4)), (5, (0.5, 0.5, 1.0, 1.0)), (20, (1.0, 1.0, 2.0, 2.0))]
# Table 3 in minutes
TABLE_3 = [
    (8, (60, 60, 90, 180)),
    (30, (30, 30, 60, 120)),
    (100, (20, 20, 30, 60)),
    (200, (10, 10, 15, 30)),
    (500, (5, 5, 10, 20)),
]


@pytest.mark.parametrize(("size", "row"), TABLE_1)
def test_lengths(size: float, row: tuple[float | None, ...]) -> None:
    assert tuple(iso2768.linear_mm(name, size) for name in "fmcv") == row


@pytest.mark.parametrize(("size", "row"), TABLE_2)
def test_radii_and_chamfers(size: float, row: tuple[float, ...]) -> None:
    assert tuple(iso2768.broken_edge_mm(name, size) for name in "fmcv") == row


@pytest.mark.parametrize(("size", "row"), TABLE_3)
def test_angles(size: float, row: tuple[int, ...]) -> None:
    assert tuple(iso2768.angular_deg(name, size) for name in "fmcv") == tuple(minutes / 60 for minutes in row)


@pytest.mark.parametrize(
    ("size", "expected"), [(0.49, None), (0.5, 0.1), (3, 0.1), (6, 0.1), (6.01, 0.2), (4000, 2.0), (4001, None)]
)
def test_a_range_includes_its_upper_end(size: float, expected: float | None) -> None:
    assert iso2768.linear_mm("m", size) == expected


@pytest.mark.parametrize(
    ("text", "linear", "geometric"),
    [
        ("ISO 2768-mK", "m", "K"),
        ("ISO2768-m", "m", None),
        ("DIN ISO 2768 - f", "f", None),
        ("ISO 2768-1-c", "c", None),
        ("DIN ISO 2768-T1-m", "m", None),
        ("Allgemeintoleranzen nach ISO 2768-mH", "m", "H"),
        ("GENERAL TOLERANCES TO ISO 2768-MK", "m", "K"),
        ("일반공차 ISO 2768-m", "m", None),
    ],
)
def test_statements_of_iso_2768(text: str, linear: str | None, geometric: str | None) -> None:
    rows = read_general(fold(text))
    assert [(row.linear, row.geometric) for row in rows] == (
        [(linear, geometric)] if linear or geometric or "olera" in text else []
    )


@pytest.mark.parametrize("text", ["ISO 9001", "25 ±0.1", "⌀20 H7", "2768", "ISO 8015", "3.5±0.05 (2X)", "M8 x 1.25"])
def test_what_states_no_general_tolerance(text: str) -> None:
    assert read_general(fold(text)) == ()


def test_a_whole_block_in_one_string() -> None:
    rows = read_general(fold("X ±0.5  X.X ±0.2  X.XX ±0.05  ANGLES ±1°"))
    assert [(row.places, row.applies_to, row.upper_deviation) for row in rows] == [
        (0, "linear", 0.5),
        (1, "linear", 0.2),
        (2, "linear", 0.05),
        (None, "angular", 1.0),
    ]


@pytest.mark.parametrize(
    ("text", "above", "to", "value"),
    [
        ("300 X 150 : 0.15", 150.0, 300.0, 0.15),
        ("20mm BELOW : 0.05", 0.0, 20.0, 0.05),
        ("300 ABOVE : 0.20", 300.0, None, 0.2),
    ],
)
def test_rows_of_a_block_without_their_sign(text: str, above: float, to: float | None, value: float) -> None:
    assert [(row.above, row.to, row.upper_deviation) for row in read_general_row(fold(text))] == [(above, to, value)]


@pytest.mark.parametrize("text", ["12 24", "ANGLES", "DETAIL 2", "300 X 150", "THREE PLACE DECIMAL"])
def test_rows_that_state_nothing(text: str) -> None:
    assert read_general_row(fold(text)) == ()


def test_a_size_beside_something_that_was_not_understood_inherits_nothing() -> None:
    general = read_general(fold("GENERAL TOLERANCES ISO 2768-mK"))
    misread = parse("⌀52 ⌀0.2")
    assert misread.unread
    assert inherit(misread, general, "mm").upper is None
    assert inherit(parse("⌀52"), general, "mm").upper == 52.3


def test_an_angle_under_iso_2768_gets_no_limits_but_is_told_of_them() -> None:
    general = read_general(fold("GENERAL TOLERANCES ISO 2768-mK"))
    angle = inherit(parse("30°"), general, "mm")
    assert (angle.upper, angle.inherited) == (None, None)
    (finding,) = angle.findings
    assert finding.code == "angle_by_side"
    assert finding.severity == "info"
    assert "ISO 2768-mK" in finding.message
    assert "±5' to ±1°" in finding.message
    assert inherit(parse("30° ±1°"), general, "mm").findings == ()
    assert inherit(parse("[30°]"), general, "mm").findings == ()
    stated = (*general, *read_general(fold("ANGLES ±0.5°")))
    assert inherit(parse("30°"), stated, "mm").upper == 30.5
