"""The cells of a title block, cut out of its strings.

A detector joins what stands close together (`SCALE UNIT`, `Feb-19-25 1.000`) and separates what stands apart
(`1` `OF` `3`, `2,6` `kg`). Pieces undo both where the contents say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr_tasks.drawing.labels import field_of
from ocr_tasks.drawing.placed import Quad, Spot, same_row

DATE = (
    r"(?:(?:19|20)\d{2}[-./]\d{1,2}[-./]\d{1,2}|(?:19|20)\d{2}\. \d{1,2}\. \d{1,2}\.?"
    r"|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})"
    r"|\d{1,2}(?:[-. ]|\. )[A-Za-zäéû]{3,10}[-. ,]{1,2}(?:\d{4}|\d{2})|\d{1,2} de [a-zç]{4,10} del? \d{4}"
    r"|[A-Za-zéû]{3,9}[-. ]\d{1,2}(?:-|[., ]{1,2})(?:\d{4}(?!\d|\.\d)|\d{2}))"
)
TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
_TYPED = re.compile(
    rf"(?P<date>(?<![\d/.-]){DATE}{TIME})|(?P<scale>(?<![\d:])\d{{1,3}}\s*:\s*\d{{1,4}}(?![\d:]))"
    r"|(?P<weight>(?:(?:[~≈]|\bca\.)\s*)?(?<![\d.,])\d+(?:[.,]\d+)?\s*(?:kg|lbs?|#)(?![A-Za-z]))|(?P<page>(?<![\d/])\d{1,3}/\d{1,3}(?![\d/]))|(?P<kg>^kg\b)"
)
_LABELLED = re.compile(r"(?:(?<=\s)|^)[A-Z][A-Za-z. ]{2,14}\s*:\s*")


@dataclass(frozen=True)
class Piece(Spot):
    """A cell's text with its place. `index` is the piece's own; `items` are the sheet's items that it comes from."""

    items: tuple[int, ...] = ()


def pieces_of(spots: Sequence[Spot]) -> list[Piece]:
    """Return the cells that upright SPOTS hold, in the same order."""
    cut = [part for spot in spots for part in _cut(spot)]
    joined = _join_labels(_join_rows(cut))
    return [Piece(index, text, quad, items) for index, (text, quad, items) in enumerate(joined)]


_Part = tuple[str, Quad, tuple[int, ...]]


def _cut(spot: Spot) -> list[_Part]:
    text = spot.text.strip()
    ends = _label_cuts(text) or _value_cuts(text)
    bounds = [0, *ends, len(text)]
    parts = [(text[a:b], a, b) for a, b in pairwise(bounds) if text[a:b].strip()]
    return [(part.strip(), _slice(spot.quad_px, a / len(text), b / len(text)), (spot.index,)) for part, a, b in parts]


def _label_cuts(text: str) -> list[int]:
    """Return where to cut a string of two labels, `SCALE UNIT`, or two labelled values, `SCALE: 1:2 WEIGHT: 2 kg`."""
    if len(text) <= 40 and field_of(text) is None:
        for middle in range(3, len(text) - 2):
            if field_of(text[:middle].strip()) and field_of(text[middle:].strip()):
                return [middle]
    labelled = [match.start() for match in _LABELLED.finditer(text) if field_of(match[0].strip(" :")) is not None]
    return [start for start in labelled if start] if len(labelled) > 1 else []


def _value_cuts(text: str) -> list[int]:
    """Return where to cut a string in which a date, scale, weight or page number stands beside something else."""
    if len(text) > 60 or _LABELLED.match(text) or field_of(text.split(" ")[0]) is not None:
        return []
    cuts: set[int] = set()
    for match in _TYPED.finditer(text):
        cuts |= {match.start(), match.end()}
    return sorted(cut for cut in cuts if 0 < cut < len(text))


def _slice(quad: Quad, start: float, end: float) -> Quad:
    """Return the part of QUAD from the share START to the share END of its reading direction."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad

    def along(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
        return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)

    top, bottom = ((x0, y0), (x1, y1)), ((x3, y3), (x2, y2))
    return (along(*top, start), along(*top, end), along(*bottom, end), along(*bottom, start))


def _join_rows(parts: list[_Part]) -> list[_Part]:
    """Join `1` `OF` `3`, and a number with the `kg` to its right."""
    gone: set[int] = set()
    joined: dict[int, _Part] = {}
    spots = [Spot(index, text, quad) for index, (text, quad, _) in enumerate(parts)]
    for middle in spots:
        word = middle.text.casefold()
        if word not in ("of", "von", "sur", "kg"):
            continue
        row = [other for other in spots if other.index != middle.index and same_row(middle, other)]
        left = [
            other for other in row if re.fullmatch(r"\d+(?:[.,]\d+)?", other.text) and other.box[2] <= middle.box[0] + 1
        ]
        right = [other for other in row if re.fullmatch(r"\d{1,3}", other.text) and other.box[0] >= middle.box[2] - 1]
        before = min(left, key=lambda other: middle.box[0] - other.box[2], default=None)
        after = min(right, key=lambda other: other.box[0] - middle.box[2], default=None)
        reach = 14 * middle.em
        if before is None or middle.box[0] - before.box[2] > reach:
            continue
        group = [before, middle]
        if word != "kg":
            if after is None or after.box[0] - middle.box[2] > reach:
                continue
            group.append(after)
        text = " ".join(part.text for part in group)
        items = tuple(item for part in group for item in parts[part.index][2])
        joined[before.index] = (text, _hull(group), items)
        gone |= {part.index for part in group[1:]}
    return [joined.get(index, part) for index, part in enumerate(parts) if index not in gone]


def _join_labels(parts: list[_Part]) -> list[_Part]:
    """Join a label that runs over two lines, `Units unless` / `specified`."""
    spots = [Spot(index, text, quad) for index, (text, quad, _) in enumerate(parts)]
    gone: set[int] = set()
    joined: dict[int, _Part] = {}
    for upper in spots:
        if len(upper.text) > 30:
            continue
        for lower in spots:
            near = 0 <= lower.box[1] - upper.box[1] < 2.2 * upper.em and abs(lower.box[0] - upper.box[0]) < 2 * upper.em
            if (
                lower.index != upper.index
                and near
                and field_of(f"{upper.text} {lower.text}")
                and not field_of(lower.text)
            ):
                joined[upper.index] = (
                    f"{upper.text} {lower.text}",
                    _hull([upper, lower]),
                    (*parts[upper.index][2], *parts[lower.index][2]),
                )
                gone.add(lower.index)
    return [joined.get(index, part) for index, part in enumerate(parts) if index not in gone]


def _hull(spots: Sequence[Spot]) -> Quad:
    left, top = min(spot.box[0] for spot in spots), min(spot.box[1] for spot in spots)
    right, bottom = max(spot.box[2] for spot in spots), max(spot.box[3] for spot in spots)
    return ((left, top), (right, top), (right, bottom), (left, bottom))
