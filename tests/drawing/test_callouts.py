"""The table of callouts, `callouts.jsonl`: what each string means, written from the standards, field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ocr_tasks.drawing.parse import parse
from ocr_tasks.drawing.records import DIMENSION_KINDS

TABLE = Path(__file__).with_name("callouts.jsonl")
ROWS = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]


def meaning_of(row: dict[str, Any]) -> dict[str, Any]:
    record = parse(row["text"], unit=row.get("unit")).public()
    if "findings" in record:
        record["findings"] = [finding["code"] for finding in record["findings"]]
    return record


def test_the_table_is_large_and_covers_every_kind() -> None:
    assert len(ROWS) >= 1500
    kinds = {row["meaning"]["kind"] for row in ROWS}
    assert kinds >= DIMENSION_KINDS | {"thread", "gdt", "roughness", "datum", "scale", "note", "text", "weld", "edge"}
    assert len({row["meaning"]["gdt"]["characteristic"] for row in ROWS if row["meaning"]["kind"] == "gdt"}) == 14


def test_at_least_99_of_100_fields_are_right() -> None:
    right, total, wrong = 0, 0, []
    for row in ROWS:
        read, expected = meaning_of(row), row["meaning"]
        fields = set(read) | set(expected)
        agree = sum(read.get(field) == expected.get(field) for field in fields)
        right, total = right + agree, total + len(fields)
        if agree < len(fields):
            wrong.append((row["text"], expected, read))
    assert right / total >= 0.99, wrong[:20]


@pytest.mark.parametrize("source", sorted({row["source"] for row in ROWS}))
def test_every_source_reads_whole(source: str) -> None:
    """No standard may be the one that the few errors are all in."""
    wrong = [(row["text"], row["meaning"], meaning_of(row)) for row in ROWS if row["source"] == source]
    wrong = [entry for entry in wrong if entry[1] != entry[2]]
    share = len(wrong) / sum(row["source"] == source for row in ROWS)
    assert share <= 0.03, wrong[:10]


@pytest.mark.parametrize("text", ["5400 x 60", "890 X 74", "0480 x 3000", "36 x 24", "3 x 3"])
def test_a_bare_product_is_no_dimension(text: str) -> None:
    assert parse(text).kind == "text"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("⌀32 0.018/0.002", (32.018, 32.002)),
        ("25 0,33/0,2", (25.33, 25.2)),
        ("⌀32 0.002/0.018", (None, None)),
        ("2 0.5/0.3", (None, None)),
    ],
)
def test_two_small_deviations_without_a_sign_are_above_the_nominal(
    text: str, limits: tuple[float | None, float | None]
) -> None:
    meaning = parse(text)
    assert (meaning.upper, meaning.lower) == limits
