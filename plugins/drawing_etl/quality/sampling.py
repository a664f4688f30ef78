"""How right are the drawings that were loaded? From those that were drawn at random and looked at by a person.

What passes the gate is drawn with a known chance, so what people find there speaks for all that passed. A drawing that
was drawn at a rate r stands for 1/r of them. Drawings that nobody has looked at yet are taken to be like the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import NamedTuple

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
    """Return the estimate with its intervals: Wilson's, on the number of drawings or strings that the weights leave."""
    seen = [drawing for drawing in sampled if drawing.action is not None]
    if not seen:
        return SampledAccuracy(len(sampled), 0, None, None)
    weights = [1 / drawing.rate for drawing in seen]
    untouched = sum(w for w, drawing in zip(weights, seen, strict=True) if _wrong(drawing) == 0)
    whole = [drawing.strings + drawing.missed for drawing in seen]
    right = [strings - _wrong(drawing) for strings, drawing in zip(whole, seen, strict=True)]
    return SampledAccuracy(
        drawn=len(sampled),
        reviewed=len(seen),
        drawings_right=wilson(untouched / sum(weights), effective(weights)),
        strings_right=clustered([Cluster(*one) for one in zip(weights, whole, right, strict=True)]),
    )


def wilson(share: float, count: float) -> Interval:
    """Return Wilson's score interval (1927) of a share of COUNT trials, which may be a fraction."""
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    reach = Z * sqrt(share * (1 - share) / count + Z**2 / (4 * count**2)) / (1 + Z**2 / count)
    return Interval(share, max(0.0, min(share, middle - reach)), min(1.0, max(share, middle + reach)))


def effective(weights: Sequence[float]) -> float:
    """Return how many equal members these weights are worth (Kish 1965)."""
    return sum(weights) ** 2 / sum(weight**2 for weight in weights)


class Cluster(NamedTuple):
    """A drawing: for how many it stands, how many strings it has, and how many of them are right."""

    weight: float
    strings: int
    right: int


def clustered(drawings: Sequence[Cluster]) -> Interval | None:
    """Return the share of strings that are right, None without strings: Wilson's, on the number that is worth as much.

    Strings of one drawing err together: their number follows from how much the drawings differ (linearised variance of
    a ratio), is at least that of the drawings, and one drawing alone counts as one string.
    """
    strings = fsum(each.weight * each.strings for each in drawings)
    if not strings:
        return None
    share = fsum(each.weight * each.right for each in drawings) / strings
    worth = effective([each.weight for each in drawings])
    if 0 < share < 1 and len(drawings) > 1:
        squares = fsum((each.weight * (each.right - share * each.strings)) ** 2 for each in drawings)
        variance = squares / strings**2 * len(drawings) / (len(drawings) - 1)
        most = sum(each.strings for each in drawings)
        worth = min(most, max(worth, share * (1 - share) / variance)) if variance else most
    return wilson(share, worth)


def _wrong(drawing: SampledDrawing) -> int:
    """Return how many strings were wrong: of a drawing that the reviewer rejected, all."""
    if drawing.action == "rejected":
        return max(1, drawing.strings + drawing.missed)
    return drawing.wrong + drawing.missed
