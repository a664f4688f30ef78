"""What OCR read against what is known to stand there: by the file's own trusted text layer, or by a person's review.

Texts are compared as the evaluation compares them (`ocr_tasks.evaluation.confusions.fold`): without white space, with
the spellings that mean the same on a drawing made one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from math import fsum
from typing import Any, Literal

from rapidfuzz.distance import Levenshtein

from drawing_etl.warehouse.values import confidence_bin, key, storable
from ocr_tasks.contract import Item, Result
from ocr_tasks.evaluation.confusions import differences, fold

Truth = Literal["layer", "review"]

NOTHING_READ = -1
"""The confidence bin of a string that OCR did not find."""
LONGEST_CONFUSION = 3
"""Characters of a piece that counts as a confusion: longer ones are other strings, not misread characters."""
MOST_CONFUSIONS = 100
"""Different confusions kept of one drawing, the most frequent first."""


@dataclass(frozen=True, slots=True)
class Check:
    """A string with what OCR read of it. `truth` empty: nothing stands there; `reading` None: nothing was read.

    `exact` may be so although the texts differ: several strings that OCR reads as one are right together.
    """

    kind: str
    truth: str
    reading: str | None
    confidence: float | None
    exact: bool
    edits: int
    item_id: int | None = None

    @property
    def characters(self) -> int:
        return len(fold(self.truth))


def check(kind: str, truth: str, reading: str | None, confidence: float | None, item_id: int | None = None) -> Check:
    """Compare one string with its reading."""
    want, got = fold(truth), fold(reading or "")
    return Check(kind, truth, reading, confidence, want == got, Levenshtein.distance(want, got), item_id)


def layer_checks(result: Result) -> list[Check]:
    """Return the strings of pages with a trusted text layer against what OCR read of them."""
    trusted = {page.page for page in result.pages if page.text_layer is not None and page.text_layer.trusted}
    compared = [
        item
        for item in result.items
        if item.page in trusted and (item.source == "vector" or item.other_text is not None)
    ]
    return [
        each
        for _, place in groupby(compared, key=lambda item: (item.page, item.source, item.other_text))
        for each in _place(list(place))
    ]


def _place(items: Sequence[Item]) -> Iterator[Check]:
    """Compare the strings of one place: neighbours whose other text is the same were read as one."""
    alone = [
        check(item.kind, item.text, item.other_text, item.other_confidence, item.item_id)
        if item.source == "vector"
        else check(item.kind, item.other_text or "", item.text, item.confidence, item.item_id)
        for item in items
    ]
    other = items[0].other_text
    together = other is not None and len(items) > 1 and fold("".join(item.text for item in items)) == fold(other)
    for each in alone:
        yield replace(each, exact=True, edits=0) if together else each


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFigures:
    """Checks of one night, pipeline version, truth, kind and confidence bin together."""

    night: date
    pipeline_version: str
    truth: Truth
    kind: str
    confidence_bin: int
    strings: int
    exact: int
    characters: int
    edits: int
    confidence_sum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDrawing:
    """Checks of one drawing by one truth together."""

    document_id: str
    drawing_id: str
    original_name: str
    drawing_number: str | None
    truth: Truth
    strings: int
    exact: int
    characters: int
    edits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """A piece of text, what it was read as, how often and on how many drawings; empty: nothing."""

    wanted: str
    got: str
    times: int
    drawings: int


def check_rows(checks: Iterable[Check], truth: Truth) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one document, without its id, that count these checks."""
    groups: dict[tuple[str, int], list[Check]] = {}
    confusions: Counter[tuple[str, str]] = Counter()
    for each in checks:
        read = each.reading is not None and each.confidence is not None
        place = confidence_bin(each.confidence or 0.0) if read else NOTHING_READ
        groups.setdefault((key(each.kind) or "text", place), []).append(each)
        if each.reading is not None and not each.exact:
            confusions.update(
                (storable(want), storable(got))
                for want, got in differences(each.truth, each.reading)
                if max(len(want), len(got)) <= LONGEST_CONFUSION
            )
    return {
        "reading_checks": [
            {
                "truth": truth,
                "kind": kind,
                "confidence_bin": place,
                "strings": len(members),
                "exact": sum(member.exact for member in members),
                "characters": sum(member.characters for member in members),
                "edits": sum(member.edits for member in members),
                "confidence_sum": fsum(member.confidence or 0.0 for member in members),
            }
            for (kind, place), members in sorted(groups.items())
        ],
        "reading_confusions": [
            {"truth": truth, "wanted": wanted, "got": got, "times": times}
            for (wanted, got), times in confusions.most_common(MOST_CONFUSIONS)
        ],
    }
