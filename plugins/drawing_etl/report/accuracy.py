"""How right the reader is: what it read against what is known, summed up the ways a reader of the report asks for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TypeVar

from drawing_etl.quality.sampling import Cluster, Interval, clustered
from drawing_etl.warehouse.checks import NOTHING_READ, CheckedDrawing, CheckFigures, Confusion, Truth
from drawing_etl.warehouse.values import BINS

Checks = TypeVar("Checks", CheckFigures, CheckedDrawing)

LONGEST_ENDING = 4
"""Characters that tell the kind of a file, after the last point of its name."""
LEAST_STRINGS = 5
"""A drawing with fewer checked strings is not called one of the worst."""
MOST_WORST = 8
UNKNOWN = Interval(0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Score:
    """Strings of one group against their truth."""

    name: str
    strings: int
    exact: int
    characters: int
    edits: int

    @property
    def rate(self) -> float:
        """Share of strings read exactly, 0..1."""
        return self.exact / self.strings if self.strings else 0.0

    @property
    def cer(self) -> float | None:
        """Character error rate: edits a character of the truth; None where the truth has no character."""
        return self.edits / self.characters if self.characters else None


@dataclass(frozen=True)
class Sureness:
    """Strings whose confidence is in [low, high), and how many of them were right."""

    low: float
    high: float
    strings: int
    exact: int
    stated: float
    """Mean of their confidences."""

    @property
    def rate(self) -> float:
        return self.exact / self.strings


@dataclass(frozen=True)
class WorstDrawing:
    """A drawing whose strings were read worst."""

    drawing: CheckedDrawing
    score: Score


@dataclass(frozen=True)
class Accuracy:
    """What is known of the reader over some runs, by the truth that has most strings."""

    truth: Truth
    whole: Score
    interval: Interval
    """Of the exact rate. Strings of one drawing err together: it follows from how much the drawings differ."""
    drawings: int
    found: int
    """Strings of which something was read."""
    kinds: tuple[Score, ...]
    sources: tuple[Score, ...]
    """By the kind of file."""
    nights: tuple[Score, ...]
    versions: tuple[Score, ...]
    sureness: tuple[Sureness, ...]
    """Of the strings of which something was read; bins without any are left out."""
    calibration_error: float | None
    """Mean distance of stated confidence and true rate, weighted by strings."""
    worst: tuple[WorstDrawing, ...]
    confusions: tuple[Confusion, ...]


def accuracy_of(
    figures: Sequence[CheckFigures], drawings: Sequence[CheckedDrawing], confusions: Sequence[Confusion]
) -> Accuracy | None:
    """Sum up the checks of some runs; None where nothing was checked.

    Text layers judge every string of the drawings that have one. Reviews judge what was doubted, so they are taken only
    where no drawing has a trusted layer.
    """
    truth: Truth = "layer" if any(each.truth == "layer" for each in figures) else "review"
    figures = [each for each in figures if each.truth == truth and each.strings]
    drawings = [each for each in drawings if each.truth == truth and each.strings]
    if not figures:
        return None
    whole = _score("all", figures)
    sureness = _sureness(figures)
    return Accuracy(
        truth=truth,
        whole=whole,
        interval=clustered([Cluster(1.0, each.strings, each.exact) for each in drawings]) or UNKNOWN,
        drawings=len(drawings),
        found=sum(each.strings for each in sureness),
        kinds=tuple(sorted(_by(figures, lambda each: each.kind), key=lambda score: -score.strings)),
        sources=tuple(sorted(_by(drawings, _file_kind), key=lambda score: -score.strings)),
        nights=_by(figures, lambda each: each.night.isoformat()),
        versions=_by(figures, lambda each: each.pipeline_version),
        sureness=sureness,
        calibration_error=_calibration_error(sureness),
        worst=_worst(drawings),
        confusions=tuple(confusions),
    )


def _score(name: str, members: Iterable[CheckFigures | CheckedDrawing]) -> Score:
    counts = [(each.strings, each.exact, each.characters, each.edits) for each in members]
    strings, exact, characters, edits = (sum(column) for column in zip(*counts, strict=True))
    return Score(name, strings, exact, characters, edits)


def _by(members: Sequence[Checks], name_of: Callable[[Checks], str]) -> tuple[Score, ...]:
    groups: dict[str, list[Checks]] = defaultdict(list)
    for each in members:
        groups[name_of(each)].append(each)
    return tuple(_score(name, groups[name]) for name in sorted(groups))


def _file_kind(drawing: CheckedDrawing) -> str:
    _, dot, ending = drawing.original_name.rpartition(".")
    known = ending.lower() if dot and ending.isalnum() and len(ending) <= LONGEST_ENDING else "unknown"
    return {"tif": "tiff", "jpeg": "jpg"}.get(known, known)


def _sureness(figures: Sequence[CheckFigures]) -> tuple[Sureness, ...]:
    bins: dict[int, list[CheckFigures]] = defaultdict(list)
    for each in figures:
        if each.confidence_bin != NOTHING_READ:
            bins[each.confidence_bin].append(each)
    return tuple(
        Sureness(
            low=place / BINS,
            high=(place + 1) / BINS,
            strings=sum(each.strings for each in bins[place]),
            exact=sum(each.exact for each in bins[place]),
            stated=fsum(each.confidence_sum for each in bins[place]) / sum(each.strings for each in bins[place]),
        )
        for place in sorted(bins)
    )


def _calibration_error(sureness: Sequence[Sureness]) -> float | None:
    strings = sum(each.strings for each in sureness)
    if not strings:
        return None
    return fsum(each.strings * abs(each.rate - each.stated) for each in sureness) / strings


def _worst(drawings: Sequence[CheckedDrawing]) -> tuple[WorstDrawing, ...]:
    scored = [
        WorstDrawing(each, _score(each.original_name, [each]))
        for each in drawings
        if each.strings >= LEAST_STRINGS and each.exact < each.strings
    ]
    return tuple(sorted(scored, key=lambda worst: (worst.score.rate, -worst.score.strings))[:MOST_WORST])
