"""The paired test: what is a drop by chance, and what is not."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from golden_drawings import MOMENT

from drawing_etl.golden.comparison import NothingInCommon, chance_drops, compare
from drawing_etl.quality import Thresholds
from drawing_etl.quality.thresholds import GoldenThresholds
from drawing_etl.warehouse import GoldenRun, GoldenScore

LIMITS = GoldenThresholds(significance=0.05, min_drop=0.005, max_drop=0.03, min_share_kept=0.5)
STRINGS = 1000


def run(*exact: int, right: int = 0) -> GoldenRun:
    scores = tuple(
        GoldenScore(
            sha256=f"{number:02}",
            truth_digest="t",
            name=f"d{number}.pdf",
            pages=1,
            strings=STRINGS,
            exact=count,
            missed=0,
            readings=STRINGS + right,
            characters=9000,
            edits=0,
            rejected=False,
            measured_at=MOMENT,
        )
        for number, count in enumerate(exact)
    )
    return GoldenRun(
        golden_run_id="x",
        reader_key="r",
        pipeline_version="1",
        engines={},
        weights_digest="w",
        measured_at=MOMENT,
        scores=scores,
    )


def test_the_patterns_of_few_drawings_are_all_patterns() -> None:
    drops = np.array([0.1, -0.02, 0.0, 0.05])
    plain = sorted(
        sum(s * d for s, d in zip(signs, (0.1, 0.02, 0.05), strict=True)) / 4 for signs in product((-1, 1), repeat=3)
    )
    assert sorted(chance_drops(drops)) == pytest.approx(plain)


def test_many_drawings_give_the_normal_tail() -> None:
    rng = np.random.default_rng(5)
    drops = rng.normal(0, 0.01, 200)
    chance = chance_drops(drops)
    assert chance.std() == pytest.approx(np.sqrt((drops**2).sum()) / 200, rel=0.05)
    assert chance[0] == pytest.approx(drops.mean())


def test_the_same_figures_are_no_drop() -> None:
    same = compare(run(*[900] * 20), run(*[900] * 20), LIMITS)
    assert not same.dropped and same.exact.p_value == 1.0 and same.exact.worst == ()
    assert same.exact.required == pytest.approx(0.895)


def test_a_small_drop_on_every_drawing_is_significant() -> None:
    dropped = compare(run(*[890] * 20), run(*[900] * 20), LIMITS)
    assert dropped.exact.dropped and dropped.exact.p_value < 0.001
    assert dropped.exact.now < dropped.exact.required < dropped.exact.before
    assert dropped.exact.worst == ("d0.pdf", "d1.pdf", "d2.pdf")


def test_as_much_up_as_down_is_no_drop() -> None:
    mixed = [900 + (60 if k % 2 else -70) for k in range(20)]
    assert not compare(run(*mixed), run(*[900] * 20), LIMITS).dropped


def test_a_drop_below_the_least_is_never_one_and_above_the_most_always() -> None:
    assert not compare(run(*[897] * 20), run(*[900] * 20), LIMITS).dropped  # certain, but 0.003
    one_lost = compare(run(*[900] * 19, 0), run(*[900] * 20), LIMITS)
    assert one_lost.exact.p_value == 0.5 and one_lost.exact.dropped  # 0.045 lost on one drawing of twenty


def test_more_false_readings_are_a_drop_though_as_much_is_read() -> None:
    noisy = compare(run(*[900] * 20, right=100), run(*[900] * 20), LIMITS)
    assert noisy.right.dropped and not noisy.exact.dropped and noisy.dropped


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_is_where_the_test_turns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    limits = replace_limits(min_drop=0.0, max_drop=1.0)
    before = rng.integers(700, 1000, 12)
    now = np.clip(before + rng.integers(-40, 30, 12), 0, STRINGS)
    compared = compare(run(*map(int, now)), run(*map(int, before)), limits).exact
    assert compared.dropped is (compared.p_value < 0.05)


def replace_limits(**changes: float) -> GoldenThresholds:
    return LIMITS.model_copy(update=changes)


def test_equally_good_readers_are_called_worse_as_seldom_as_the_file_says() -> None:
    rng = np.random.default_rng(1)
    limits = replace_limits(min_drop=0.0, max_drop=1.0)
    called = 0
    for _ in range(300):
        before = rng.integers(700, 900, 10)
        now = before + rng.integers(-30, 31, 10)
        called += compare(run(*map(int, now)), run(*map(int, before)), limits).exact.dropped
    assert 3 <= called <= 27  # 15 expected at most


def test_drawings_that_are_gone_or_were_relabelled_are_left_out_and_named() -> None:
    before, now = run(*[900] * 4), run(*[900] * 4)
    relabelled = replace(now.scores[1], truth_digest="another")
    kept = replace(now, scores=(now.scores[0], relabelled, now.scores[2]))
    compared = compare(kept, before, LIMITS)
    assert compared.drawings == 2 and set(compared.gone) == {"d1.pdf", "d3.pdf"}


def test_a_set_that_is_mostly_another_says_nothing() -> None:
    before = run(*[900] * 4)
    with pytest.raises(NothingInCommon, match=r"1 of the 4 drawings.*--accept-drop"):
        compare(replace(before, scores=before.scores[:1]), before, LIMITS)
    with pytest.raises(NothingInCommon):
        compare(replace(before, scores=()), before, LIMITS)


def test_the_limits_that_ship_are_these() -> None:
    assert Thresholds.load().golden == LIMITS
