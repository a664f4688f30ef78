"""Are these figures worse than the accepted ones? A paired test over the drawings that both have.

The test is the one-sided sign-flip permutation test of the mean difference: were the two readers equally good, each
drawing's difference could as well have the other sign (Fisher's randomisation test for pairs).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawing_etl.quality.thresholds import GoldenThresholds
from drawing_etl.warehouse.golden import GoldenRun, GoldenScore

EXACT_UP_TO = 14
"""Differing drawings up to which every pattern of signs is tried."""

PATTERNS = 20_000
"""Random patterns of signs beyond that."""

ROUNDING = 1e-9


@dataclass(frozen=True)
class Compared:
    """One figure of two readers over the same drawings, higher is better; shares 0..1."""

    before: float
    now: float
    p_value: float
    """How likely a drop at least as large would be, were both equally good."""
    required: float
    """The least that is no significant drop."""
    worst: tuple[str, ...]
    """The drawings that lost most."""

    @property
    def dropped(self) -> bool:
        return self.now < self.required - ROUNDING


@dataclass(frozen=True)
class Comparison:
    """A reader against the baseline."""

    drawings: int
    """Those that both have with the same truth."""
    gone: tuple[str, ...]
    """Drawings of the baseline that the set has no more, or with another truth."""
    exact: Compared
    """Strings of the truth that were read exactly."""
    right: Compared
    """Readings that are exactly what stands there."""

    @property
    def dropped(self) -> bool:
        return self.exact.dropped or self.right.dropped


class NothingInCommon(Exception):
    """Too few drawings of the baseline are still in the set: nothing can be compared."""


def compare(now: GoldenRun, before: GoldenRun, limits: GoldenThresholds) -> Comparison:
    """Compare over the drawings that both runs have. Raises NothingInCommon if those are too few."""
    earlier = {(score.sha256, score.truth_digest): score for score in before.scores}
    pairs = [(earlier[key], score) for score in now.scores if (key := (score.sha256, score.truth_digest)) in earlier]
    kept = {score.sha256 for _, score in pairs}
    gone = tuple(score.name for score in before.scores if score.sha256 not in kept)
    if not pairs or len(pairs) < limits.min_share_kept * len(before.scores):
        raise NothingInCommon(
            f"the golden set has {len(pairs)} of the {len(before.scores)} drawings that the baseline was accepted on "
            f"(others are gone, or their truth was changed: {', '.join(gone[:5])}). Remedy: put them back, or accept "
            "a new baseline: python -m drawing_etl promote --accept-drop REASON"
        )
    return Comparison(
        drawings=len(pairs),
        gone=gone,
        exact=_compared(pairs, lambda score: score.exact_share, limits),
        right=_compared(pairs, lambda score: score.right_share, limits),
    )


def _compared(
    pairs: Sequence[tuple[GoldenScore, GoldenScore]], of: Callable[[GoldenScore], float], limits: GoldenThresholds
) -> Compared:
    before = np.array([of(old) for old, _ in pairs])
    drops = before - np.array([of(new) for _, new in pairs])
    by_chance = chance_drops(drops)
    p_value = float(np.mean(by_chance >= drops.mean() - ROUNDING))
    allowed = min(limits.max_drop, max(limits.min_drop, _largest_tolerated(by_chance, limits.significance)))
    order = np.argsort(-drops, kind="stable")
    worst = tuple(pairs[index][1].name for index in order[:3] if drops[index] > 0)
    mean = float(before.mean())
    return Compared(mean, mean - float(drops.mean()), p_value, mean - allowed, worst)


def chance_drops(drops: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean drop under each pattern of signs, (patterns,): all of them where few drawings differ."""
    differing = np.abs(drops[np.abs(drops) > ROUNDING])
    count = len(differing)
    if count <= EXACT_UP_TO:
        signs = 1.0 - 2.0 * (np.arange(2**count)[:, None] >> np.arange(count) & 1)
    else:
        signs = np.random.default_rng(0).choice((-1.0, 1.0), size=(PATTERNS, count))
        signs[0] = np.sign(drops[np.abs(drops) > ROUNDING])  # what was seen is one of the patterns
    means: npt.NDArray[np.float64] = signs @ differing / len(drops)
    return means


def _largest_tolerated(by_chance: npt.NDArray[np.float64], significance: float) -> float:
    """Return the largest drop that chance alone reaches with at least that probability."""
    ordered = np.sort(by_chance)[::-1]
    reached = np.searchsorted(-ordered, -ordered + ROUNDING, side="right") / len(ordered)
    return float(ordered[reached >= significance][0])
