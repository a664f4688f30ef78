"""Which callout of one revision is which of the other: by what they say, and by where they stand."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from ocr_tasks.contract import PageRecord
from ocr_tasks.drawing.records import DIMENSION_KINDS, Meaning
from ocr_tasks.handover.callouts import Callout

T = TypeVar("T")
Point = tuple[float, float]
Floats = npt.NDArray[np.float64]

MM_PER_INCH = 25.4
SAME_SIZE = 0.03
"""Sheets whose sides differ by less, as a share, are the same sheet; otherwise one is stretched over the other."""
NEIGHBOURS = 3
SHIFT_MM, MOST_SHIFTS = 1.0, 7
NEAR_MM, FAR_MM = 12.0, 60.0
"""A callout that changed its words moves less than the first; one of several alike, less than the second."""
ALIKE_PAGES = 0.2
"""Pages of other numbers are one page that moved if they share more, as a share of what stands on both."""
MOST_WORDS = 1000
"""Characters of a text that are looked at."""
SIMILAR_WORDS = 60.0
"""Of 100: notes that are more alike are one note that changed."""
LIMITS = ("upper", "lower", "upper_deviation", "lower_deviation", "inherited")
NOT_SAID = {"findings", "spans", "unread", "places"}
_NUMBER = re.compile(r"^\s*(?:[A-Z]?\d{1,2}|[a-z])\s*[.):]\s*")


@dataclass(frozen=True)
class Pair:
    """A callout of the old revision and the one of the new that it became; None where there is none."""

    old: Callout | None
    new: Callout | None


def family(kind: str) -> str:
    """Return what a person would call a callout of KIND; only callouts of one family can be one another."""
    return "dimension" if kind in DIMENSION_KINDS or kind == "tolerance" else kind


def said(callout: Callout) -> str:
    """Return what a callout says, the same for two spellings of one meaning and for inherited limits of any size."""
    meaning = callout.meaning
    if meaning is None or meaning.unread or callout.kind in ("note", "text"):
        return "words " + "".join(words(callout).casefold().split()).rstrip(".")
    return "means " + json.dumps(own_fields(meaning), sort_keys=True)


def words(callout: Callout) -> str:
    """Return the words of a callout; those of a note without its number."""
    return _NUMBER.sub("", callout.text) if callout.kind == "note" else callout.text


def own_fields(meaning: Meaning) -> dict[str, object]:
    """Return what a callout means by itself: without limits that it has from elsewhere."""
    leave_out = NOT_SAID | (set(LIMITS) if meaning.inherited else set())
    return {name: value for name, value in meaning.public().items() if name not in leave_out}


def page_pairs(old: Mapping[int, Counter[str]], new: Mapping[int, Counter[str]]) -> list[tuple[int | None, int | None]]:
    """Return which page of OLD is which of NEW, by page number, from what is said on each; None: there is none.

    The pages that share most become a pair first; where little is shared, the same number decides.
    """
    found = [(-1.0, 0, page, page) for page, its in old.items() if its and new.get(page) == its]
    settled = {page for *_, page in found}
    for one, its in old.items():
        for other, theirs in new.items():
            if one in settled or other in settled:
                continue
            total = (its | theirs).total()
            alike = (its & theirs).total() / total if total else 0.0
            if alike > ALIKE_PAGES or one == other:
                found.append((-alike, abs(one - other), one, other))
    pairs = dict(_taken([(one, other) for _, _, one, other in sorted(found)]))
    taken = set(pairs.values())
    gone: list[tuple[int | None, int | None]] = [(one, pairs.get(one)) for one in old]
    return gone + [(None, other) for other in new if other not in taken]


class Registration:
    """Where on the old page what stands on the new one belongs, also where a view has moved. All in mm.

    The frame is that of the old sheet. Callouts that say the same on both pages tell how far the strings around them
    moved.
    """

    def __init__(
        self, old_page: PageRecord, new_page: PageRecord, old: Iterable[Callout], new: Iterable[Callout]
    ) -> None:
        self.old_mm = MM_PER_INCH / old_page.dpi
        across = old_page.width_px * self.old_mm / new_page.width_px
        down = old_page.height_px * self.old_mm / new_page.height_px
        same = MM_PER_INCH / new_page.dpi
        if abs(across / same - 1) < SAME_SIZE and abs(down / same - 1) < SAME_SIZE:
            across = down = same
        self.new_mm = across, down
        before, after = _by_saying(old), _by_saying(new)
        pairs = [
            (self.of_old(was.centre), self.unmoved(now.centre))
            for key in sorted(before.keys() & after.keys())
            if len(before[key]) == len(after[key])
            for was, now in zip(before[key], after[key], strict=True)
        ]
        anchors = np.asarray(pairs, np.float64).reshape(-1, 2, 2)
        self._now, self._back = anchors[:, 1], anchors[:, 0] - anchors[:, 1]

    def of_old(self, point_px: Point) -> Point:
        """Return a pixel of the old page in mm."""
        return point_px[0] * self.old_mm, point_px[1] * self.old_mm

    def unmoved(self, point_px: Point) -> Point:
        """Return a pixel of the new page in mm, as it lies on its own sheet."""
        return point_px[0] * self.new_mm[0], point_px[1] * self.new_mm[1]

    def of_new(self, point_px: Point) -> Point:
        """Return where a pixel of the new page belongs on the old one, with what stands around it."""
        x, y = self.unmoved(point_px)
        dx, dy = self.shifts_at(np.array([(x, y)]))[0].tolist()
        return x + dx, y + dy

    def shifts_at(self, points: Floats) -> Floats:
        """Return how far back, in mm, what stands around each point (n, 2) of the new sheet has moved: (n, 2)."""
        moved = np.zeros((len(points), 2))
        if not len(self._now):
            return moved
        few = min(NEIGHBOURS, len(self._now))
        for start in range(0, len(points), 1000):  # so that the distances of a noisy page fit into memory
            apart = np.hypot(*(points[start : start + 1000, None] - self._now[None]).transpose(2, 0, 1))
            near = np.argsort(apart, axis=1, kind="stable")[:, :few]
            moved[start : start + 1000] = np.median(self._back[near], axis=1)
        return moved

    def shifts(self) -> list[Point]:
        """Return the ways, in mm, in which whole views moved back, no move first, then the most frequent."""
        groups: dict[Point, list[Point]] = {}
        for x, y in self._back.tolist():
            groups.setdefault((round(x / SHIFT_MM), round(y / SHIFT_MM)), []).append((x, y))
        ranked = sorted(groups.values(), key=len, reverse=True)
        middles = [(median(x for x, _ in group), median(y for _, y in group)) for group in ranked if len(group) > 1]
        return [(0.0, 0.0), *(shift for shift in middles if math.hypot(*shift) > SHIFT_MM / 2)][:MOST_SHIFTS]


def match(old: Sequence[Callout], new: Sequence[Callout], where: Registration) -> list[Pair]:
    """Return the callouts of two pages in pairs: those that say the same first, then those that stand at one place."""
    was, now = [where.of_old(one.centre) for one in old], [where.of_new(one.centre) for one in new]
    left_old, left_new = set(range(len(old))), set(range(len(new)))

    def same(reach_mm: float, one: int, other: int) -> float | None:
        apart = math.dist(was[one], now[other])
        return apart if apart < reach_mm else None

    def changed(one: int, other: int) -> float | None:
        if family(old[one].kind) != family(new[other].kind):
            return None
        apart = math.dist(was[one], now[other])
        if old[one].kind in ("note", "text"):
            alike = fuzz.ratio(words(old[one])[:MOST_WORDS], words(new[other])[:MOST_WORDS])
            return 100 - alike + min(apart, 20.0) / 2 if alike > SIMILAR_WORDS else None
        if apart > (NEAR_MM if old[one].kind == new[other].kind else NEAR_MM / 3):
            return None
        return apart + (100 - fuzz.ratio(old[one].text[:MOST_WORDS], new[other].text[:MOST_WORDS])) / 10

    pairs: list[tuple[int, int]] = []
    these, those = _places(old), _places(new)
    for key in sorted(these.keys() & those.keys()):
        reach_mm = math.inf if len(these[key]) == len(those[key]) else FAR_MM
        pairs += _cheapest(these[key], those[key], partial(same, reach_mm))
    left_old -= {one for one, _ in pairs}
    left_new -= {other for _, other in pairs}
    pairs += _cheapest(sorted(left_old), sorted(left_new), changed)
    left_old -= {one for one, _ in pairs}
    left_new -= {other for _, other in pairs}
    return [
        *(Pair(old[one], new[other]) for one, other in pairs),
        *(Pair(old[one], None) for one in sorted(left_old)),
        *(Pair(None, new[other]) for other in sorted(left_new)),
    ]


def _places(callouts: Sequence[Callout]) -> dict[tuple[str, str], list[int]]:
    """Return the indices of callouts by family and by what they say."""
    found: dict[tuple[str, str], list[int]] = {}
    for index, callout in enumerate(callouts):
        found.setdefault((family(callout.kind), said(callout)), []).append(index)
    return found


def _cheapest(
    left: Sequence[int], right: Sequence[int], cost: Callable[[int, int], float | None]
) -> list[tuple[int, int]]:
    priced = ((cost(one, other), one, other) for one in left for other in right)
    ranked = sorted((price, one, other) for price, one, other in priced if price is not None)
    return list(_taken((one, other) for _, one, other in ranked))


def _taken(pairs: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """Return the pairs whose members were not in a pair before."""
    lefts: set[T] = set()
    rights: set[T] = set()
    kept = []
    for left, right in pairs:
        if left not in lefts and right not in rights:
            lefts.add(left)
            rights.add(right)
            kept.append((left, right))
    return kept


def _by_saying(callouts: Iterable[Callout]) -> dict[str, list[Callout]]:
    """Return the callouts of a page by what they say, those that say the same in the order of their places."""
    found: dict[str, list[Callout]] = {}
    for callout in sorted(callouts, key=lambda each: (round(each.centre[0] / 50), each.centre[1])):
        found.setdefault(said(callout), []).append(callout)
    return found
