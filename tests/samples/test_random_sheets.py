"""Random sheets: different, repeatable, legible, and their truth agrees with the project's own grammar."""

from functools import cache
from typing import Any

import pytest

from ocr_tasks.drawing.iso286 import deviations_mm
from ocr_tasks.drawing.parse import parse
from ocr_tasks.samples.legibility import crossed, outside, overlapping
from ocr_tasks.samples.random_sheets import make_sheet as fresh_sheet
from ocr_tasks.samples.standards import FITS, deviations_um
from ocr_tasks.samples.truth import in_points

SEEDS = range(100, 110)
make_sheet = cache(fresh_sheet)
CONTEXT = {"unit", "basic"}
"""What the sheet says and a string alone does not."""


def test_a_seed_whose_parts_fit_no_sheet_takes_others() -> None:
    assert not overlapping(fresh_sheet(402))


def test_a_seed_gives_the_same_sheet_again() -> None:
    assert fresh_sheet(SEEDS[0]) == make_sheet(SEEDS[0])


def test_seeds_give_different_sheets() -> None:
    texts = {tuple(w.text for w in make_sheet(seed).written) for seed in SEEDS}
    assert len(texts) == len(SEEDS)


def test_strings_neither_touch_nor_leave_the_sheet() -> None:
    crossings = 0
    for seed in SEEDS:
        sheet = make_sheet(seed)
        assert not overlapping(sheet)
        assert not outside(sheet)
        crossings += len(crossed(sheet))
    assert crossings <= 3, "here and there a line runs through a dimension, as on real sheets"


@pytest.mark.parametrize("code", FITS)
@pytest.mark.parametrize("size", [2.0, 5.0, 8.0, 16.0, 25.0, 40.0, 65.0, 100.0, 150.0])
def test_printed_deviations_are_those_of_iso_286(code: str, size: float) -> None:
    computed = deviations_mm(code, size)
    assert computed == pytest.approx(tuple(um / 1000 for um in deviations_um(code, size)))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_grammar_reads_what_the_sheet_means(seed: int) -> None:
    wrong = []
    for item in in_points(make_sheet(seed)).texts:
        meaning = item.get("meaning")
        if meaning and meaning.get("kind") not in ("note", "datum", None):
            got = parse(item["text"]).public()
            wrong += [
                (item["text"], key, value, got.get(key))
                for key, value in meaning.items()
                if key not in CONTEXT and not _same(value, got.get(key))
            ]
    assert not wrong


def _same(want: Any, got: Any) -> bool:
    if isinstance(want, dict):
        return isinstance(got, dict) and all(_same(value, got.get(key)) for key, value in want.items())
    if isinstance(want, float):
        return isinstance(got, int | float) and got == pytest.approx(want, abs=1e-6)
    return bool(want == got)
