"""What a random sample of reviewed drawings says of all that were loaded."""

import random

import pytest

from drawing_etl.quality.sampling import estimate, wilson
from drawing_etl.warehouse import SampledDrawing


def sampled(
    wrong: int = 0, *, strings: int = 100, rate: float = 0.02, action: str | None = "approved", missed: int = 0
) -> SampledDrawing:
    if action == "approved" and wrong + missed:
        action = "corrected"
    return SampledDrawing(
        run_id="night",
        document_id="d",
        rate=rate,
        strings=strings,
        action=action,  # type: ignore[arg-type]
        wrong=wrong,
        missed=missed,
    )


def test_without_a_review_there_is_no_estimate() -> None:
    nothing = estimate([sampled(action=None)] * 3)
    assert (nothing.drawn, nothing.reviewed, nothing.drawings_right, nothing.strings_right) == (3, 0, None, None)
    assert estimate([]).drawn == 0


@pytest.mark.parametrize(
    ("share", "count", "low", "high"),
    # R: prop.test(x, n, correct = FALSE)$conf.int
    [(0.9, 10, 0.5958, 0.9821), (1.0, 10, 0.7225, 1.0), (0.0, 10, 0.0, 0.2775), (0.5, 100, 0.4038, 0.5962)],
)
def test_the_interval_is_wilsons(share: float, count: float, low: float, high: float) -> None:
    found = wilson(share, count)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_strings_and_drawings_are_counted() -> None:
    found = estimate([sampled(0), sampled(0), sampled(4), sampled(missed=1), sampled(action=None)])
    assert (found.drawn, found.reviewed) == (5, 4)
    assert found.drawings_right is not None and found.drawings_right.share == 0.5
    assert found.strings_right is not None and found.strings_right.share == pytest.approx(396 / 401)
    assert found.strings_right.low < 396 / 401 < found.strings_right.high


def test_a_rejected_drawing_is_all_wrong() -> None:
    found = estimate([sampled(0), sampled(action="rejected")])
    assert found.strings_right is not None and found.strings_right.share == 0.5


def test_a_drawing_drawn_at_a_lower_rate_stands_for_more() -> None:
    found = estimate([sampled(0, rate=0.1), sampled(50, rate=0.01)])
    assert found.strings_right is not None and found.strings_right.share == pytest.approx(1 - 50 * 100 / (110 * 100))
    assert found.drawings_right is not None and found.drawings_right.share == pytest.approx(10 / 110)


def test_strings_of_one_drawing_err_together() -> None:
    spread = estimate([sampled(2) for _ in range(50)])
    lumped = estimate([sampled(0) for _ in range(49)] + [sampled(100)])
    assert spread.strings_right is not None and lumped.strings_right is not None
    assert spread.strings_right.share == lumped.strings_right.share == pytest.approx(0.98)
    assert lumped.strings_right.low < 0.92 < 0.96 < spread.strings_right.low


def test_nine_in_ten_and_more_of_the_intervals_hold_the_truth() -> None:
    dice = random.Random(3)
    population = [sampled(dice.choice([0, 0, 0, 1, 2, 12])) for _ in range(20_000)]
    truth = 1 - sum(drawing.wrong for drawing in population) / (100 * len(population))
    held = 0
    for _ in range(200):
        found = estimate(dice.sample(population, 80)).strings_right
        assert found is not None
        held += found.low <= truth <= found.high
    assert held >= 180
