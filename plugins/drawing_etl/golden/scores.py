"""How a golden drawing was read: its truth against the result, counted. Touches no file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.distance import Levenshtein
from shapely.geometry import Point, Polygon

from drawing_etl.golden.drawings import GoldenDrawing
from drawing_etl.warehouse.golden import GoldenScore
from ocr_tasks.contract import Item, Quad, Result
from ocr_tasks.evaluation.confusions import best_pairs, fold
from ocr_tasks.evaluation.truth import TruthPage
from ocr_tasks.quads import scaled


@dataclass(frozen=True)
class _Counts:
    strings: int = 0
    exact: int = 0
    missed: int = 0
    readings: int = 0
    characters: int = 0
    edits: int = 0

    def __add__(self, other: "_Counts") -> "_Counts":
        return _Counts(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def score(drawing: GoldenDrawing, result: Result | None, measured_at: datetime) -> GoldenScore:
    """Compare a drawing's truth with what was read; None: it was rejected, and every string of it is missed.

    Strings are compared as the accuracy tools do (`fold`). Frame zones and strings that the truth calls unreliable
    count neither as strings nor, where something was read there, as readings.
    """
    counts = _Counts()
    for page in drawing.pages:
        counts += _page(page, result)
    return GoldenScore(
        sha256=drawing.sha256,
        truth_digest=drawing.truth_digest,
        name=drawing.name,
        pages=len(drawing.pages),
        rejected=result is None,
        measured_at=measured_at,
        **{name: getattr(counts, name) for name in _Counts.__dataclass_fields__},
    )


def _page(page: TruthPage, result: Result | None) -> _Counts:
    wanted = [text for text in page.texts if text.counts and fold(text.text)]
    size = next(((p.width_px, p.height_px) for p in result.pages if p.page == page.page), None) if result else None
    read = [item for item in result.items if item.page == page.page and fold(item.text)] if result and size else []
    width, height = size or (1, 1)
    truths = [scaled(text.quad, 1 / page.width, 1 / page.height) for text in wanted]
    readings = [scaled(item.quad_px, 1 / width, 1 / height) for item in read]
    pairs = best_pairs(truths, readings)
    matched = {index: read[other].text for index, other in pairs.items()}
    edits = [Levenshtein.distance(fold(text.text), fold(matched.get(index, ""))) for index, text in enumerate(wanted)]
    return _Counts(
        strings=len(wanted),
        exact=sum(edit == 0 for edit in edits),
        missed=len(wanted) - len(pairs),
        readings=len(pairs) + _beside(page, read, readings, set(pairs.values())),
        characters=sum(len(fold(text.text)) for text in wanted),
        edits=sum(edits),
    )


def _beside(page: TruthPage, read: Sequence[Item], quads: Sequence[Quad], paired: set[int]) -> int:
    """Count the readings that belong to no string of the truth and do not stand where the truth says nothing."""
    across, down = 1 / page.width, 1 / page.height
    silent = [Polygon(scaled(text.quad, across, down)) for text in page.texts if not text.counts]
    return sum(
        1
        for index, _ in enumerate(read)
        if index not in paired and not any(_centre(quads[index]).within(shape.envelope) for shape in silent)
    )


def _centre(quad: Quad) -> Point:
    return Point(sum(x for x, _ in quad) / 4, sum(y for _, y in quad) / 4)
