"""What is usual for a batch, from the batches before."""

from dataclasses import replace

import pytest

from drawing_etl.quality.history import ANYTHING, usual
from drawing_etl.quality.thresholds import HistoryThresholds
from drawing_etl.warehouse import BatchRates

BATCH = BatchRates(
    drawings=10,
    pages=20,
    strings=1000,
    mean_confidence=0.95,
    share_low=0.05,
    agreement=None,
    diameter_share=0.3,
    rejected_share=0.0,
    quarantined_share=0.1,
)
RULES = HistoryThresholds(batches=30, min_batches=8, max_deviations=6.0, min_tolerance=0.1)


def test_too_few_batches_bound_nothing() -> None:
    bounds = usual([BATCH] * 7, RULES)
    assert (bounds["usual_mean_confidence_min"], bounds["usual_mean_confidence_max"]) == ANYTHING


def test_a_figure_that_never_applied_bounds_nothing() -> None:
    assert usual([BATCH] * 30, RULES)["usual_agreement_min"] == ANYTHING[0]


def test_batches_all_alike_allow_the_least_tolerance() -> None:
    bounds = usual([BATCH] * 30, RULES)
    assert bounds["usual_mean_confidence_min"] == pytest.approx(0.85)
    assert bounds["usual_strings_per_page_min"] == pytest.approx(45)  # a tenth of 50


def test_one_odd_batch_does_not_widen_the_bounds() -> None:
    odd = replace(BATCH, mean_confidence=0.1)
    bounds = usual([*[BATCH] * 29, odd], RULES)
    assert bounds["usual_mean_confidence_min"] == pytest.approx(0.85)


def test_batches_that_vary_allow_their_own_spread() -> None:
    varied = [replace(BATCH, mean_confidence=0.80 + 0.01 * index) for index in range(11)]
    # median 0.85, median absolute deviation 0.03, six robust deviations of 1.4826 times that
    assert usual(varied, RULES)["usual_mean_confidence_min"] == pytest.approx(0.85 - 6 * 1.4826 * 0.03)


def test_a_reader_that_drops_the_diameter_sign_is_unlike_the_batches_before() -> None:
    bounds = usual([BATCH] * 30, RULES)
    assert bounds["usual_diameter_share_min"] == pytest.approx(0.2)
    assert bounds["usual_quarantined_share_max"] == pytest.approx(0.2)
    assert "usual_quarantined_share_min" not in bounds  # a better reader is not stopped


def test_only_the_newest_batches_count() -> None:
    old = replace(BATCH, mean_confidence=0.5)
    assert usual([*[BATCH] * 30, *[old] * 100], RULES)["usual_mean_confidence_min"] == pytest.approx(0.85)
