"""Whole sheets against the truth that the sample maker writes beside them: what their strings mean, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from ocr_tasks.drawing.placed import Placed
from ocr_tasks.drawing.understand import SheetMeaning, understand
from ocr_tasks.samples.random_sheets import make_sheet
from ocr_tasks.samples.truth import PageTruth, in_points

SEEDS = (300, 301, 303, 304, 305, 306, 307, 308)


@cache
def _truth(seed: int) -> PageTruth:
    return in_points(make_sheet(seed))


def _as_written(text: str) -> str:
    return text


def _without_blanks(text: str) -> str:
    """What some readers make of a line."""
    return "".join(text.split())


def pages(spell: Callable[[str], str]) -> list[tuple[PageTruth, SheetMeaning]]:
    truths = [_truth(seed) for seed in SEEDS]
    return [
        (
            truth,
            understand(
                [Placed(text=spell(text["text"]), quad_px=text["quad"]) for text in truth.texts],
                truth.width,
                truth.height,
                72.0,
            ),
        )
        for truth in truths
    ]


@pytest.fixture(scope="module", params=[_as_written, _without_blanks], ids=["as_written", "without_blanks"])
def read(request: pytest.FixtureRequest) -> list[tuple[PageTruth, SheetMeaning]]:
    return pages(request.param)


def test_title_blocks(read: list[tuple[PageTruth, SheetMeaning]]) -> None:
    score: Counter[bool] = Counter()
    for truth, sheet in read:
        for field, value in truth.extra["fields"]["title_block"].items():
            if field in sheet.title_block:
                score[_folded(sheet.title_block[field].value or "") == _folded(value or "")] += 1
    assert score[True] > 100
    assert score[False] <= 0.02 * score.total()


def test_zones_tables_and_notes(read: list[tuple[PageTruth, SheetMeaning]]) -> None:
    for truth, sheet in read:
        fields = truth.extra["fields"]
        assert [item.zone for item, text in zip(sheet.items, truth.texts, strict=True) if text.get("zone")] == [
            text["zone"] for text in truth.texts if text.get("zone")
        ]
        assert len(sheet.revisions) == len(fields.get("revisions") or [])
        assert len(sheet.parts) == len(fields.get("parts_list") or [])
        for row, expected in zip(sheet.parts, fields.get("parts_list") or [], strict=True):
            assert {_folded(str(value)) for value in expected.values() if value} <= set(
                map(_folded, row.cells.values())
            )
        written = [_folded(note.text) for note in sheet.notes]
        assert all(any(_folded(note).endswith(text) for text in written) for note in fields.get("notes") or [])


def test_meanings_of_strings_and_of_callouts_on_several_lines(read: list[tuple[PageTruth, SheetMeaning]]) -> None:
    score: Counter[bool] = Counter()
    for truth, sheet in read:
        rows = {index for callout in truth.extra.get("callouts", []) for index in callout["texts"]}
        expected = [(callout["texts"][0], callout["meaning"]) for callout in truth.extra.get("callouts", [])]
        expected += [
            (index, text["meaning"])
            for index, text in enumerate(truth.texts)
            if text.get("meaning") and not text.get("field") and index not in rows
        ]
        for index, meaning in expected:
            found = sheet.items[index].meaning.public()
            for name, value in meaning.items():
                if name != "basic":  # its box is drawn, not written
                    score[_same(value, found.get(name))] += 1
    assert score[True] > 400
    assert score[False] <= 0.01 * score.total()


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _same(want: Any, got: Any) -> bool:
    if isinstance(want, dict):
        return isinstance(got, dict) and all(_same(value, got.get(name)) for name, value in want.items())
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(map(_same, want, got))
    if isinstance(want, float):
        return isinstance(got, int | float) and got == pytest.approx(want, abs=1e-6)
    return bool(want == got)
