"""How right are the drawings that were loaded? From those that were drawn at random and looked at by a person.

What passes the gate is drawn with a known chance, so what people find there speaks for all that passed. A drawing that
was drawn at a rate r stands for 1/r of them. Drawings that nobody has looked at yet are taken to be like the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from drawing_etl.warehouse.sampling import SampledDrawing

Z = 1.959964
"""Of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Interval:
    """A share, 0..1, with the interval of 95 % around it."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class SampledAccuracy:
    """What the sample says of all drawings that passed the gate; None while no drawn drawing was looked at."""

    drawn: int
    reviewed: int
    drawings_right: Interval | None
    """Drawings on which a person changed nothing."""
    strings_right: Interval | None
    """Of the strings that were loaded or should have been, those that a person left as they are."""


def estimate(sampled: Sequence[SampledDrawing]) -> SampledAccuracy:
    """Return the estimate with its intervals: Wilson's, on the number of drawings or strings that the weights leave.

    The effective number is Kish's, (Σw)²/Σw². Strings of one drawing err together: theirs follows from how much the
    drawings differ (linearised variance of a ratio), and is at least that of the drawings.
    """
    seen = [drawing for drawing in sampled if drawing.action is not None]
    if not seen:
        return SampledAccuracy(len(sampled), 0, None, None)
    weights = [1 / drawing.rate for drawing in seen]
    total = sum(weights)
    drawings = total**2 / sum(weight**2 for weight in weights)
    untouched = sum(w for w, drawing in zip(weights, seen, strict=True) if _wrong(drawing) == 0)
    return SampledAccuracy(
        drawn=len(sampled),
        reviewed=len(seen),
        drawings_right=wilson(untouched / total, drawings),
        strings_right=_strings(seen, weights, drawings),
    )


def wilson(share: float, count: float) -> Interval:
    """Return Wilson's score interval (1927) of a share of COUNT trials, which may be a fraction."""
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    reach = Z * sqrt(share * (1 - share) / count + Z**2 / (4 * count**2)) / (1 + Z**2 / count)
    return Interval(share, max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))


def _strings(seen: Sequence[SampledDrawing], weights: Sequence[float], drawings: float) -> Interval | None:
    counts = [(drawing.strings + drawing.missed, _wrong(drawing)) for drawing in seen]
    strings = sum(w * all_strings for w, (all_strings, _) in zip(weights, counts, strict=True))
    if not strings:
        return None
    share = sum(w * (all_strings - wrong) for w, (all_strings, wrong) in zip(weights, counts, strict=True)) / strings
    effective = drawings
    if 0 < share < 1 and len(seen) > 1:
        squares = sum(
            (w * (all_strings - wrong - share * all_strings)) ** 2
            for w, (all_strings, wrong) in zip(weights, counts, strict=True)
        )
        variance = squares / strings**2 * len(seen) / (len(seen) - 1)
        most = sum(all_strings for all_strings, _ in counts)
        effective = min(most, max(drawings, share * (1 - share) / variance)) if variance else most
    return wilson(share, effective)


def _wrong(drawing: SampledDrawing) -> int:
    """Return how many strings were wrong: of a drawing that the reviewer rejected, all."""
    if drawing.action == "rejected":
        return max(1, drawing.strings + drawing.missed)
    return drawing.wrong + drawing.missed
