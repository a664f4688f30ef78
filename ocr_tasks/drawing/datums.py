"""Which single letters of a sheet are datum features, where the strings alone do not tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import combinations

from ocr_tasks.drawing.placed import Spot
from ocr_tasks.drawing.records import Meaning
from ocr_tasks.drawing.sheet import View


def name_datums(
    spots: Sequence[Spot], meanings: Sequence[Meaning], views: Sequence[View], aside: Collection[int]
) -> list[Meaning]:
    """Return MEANINGS with the single letters that feature control frames refer to as datums.

    Items in ASIDE (zones, title block, tables) are none. Where a view bears the letter too, `SECTION A-A`, the two
    letters that stand in line and furthest apart are its cutting line's, and only what is left is a datum.
    """
    referred = {
        letter
        for meaning in meanings
        if meaning.gdt
        for datum in (*meaning.gdt.datums, *(datum for row in meaning.gdt.rows for datum in row.datums))
        for letter in datum.split("-")
    }
    of_views = {letter for view in views for letter in re.findall(r"\b[A-Z]\b", view.name)}
    letters: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        name = spot.text.strip()
        if name in referred and spot.index not in aside and meanings[spot.index].kind == "text":
            letters[name].append(spot)
    datums: set[int] = set()
    for name, found in letters.items():
        datums |= {spot.index for spot in (_beside_cutting_line(found) if name in of_views else found)}
    return [
        Meaning(kind="datum", datum=spot.text.strip(), spans={"datum": (0, len(spot.text))})
        if spot.index in datums
        else meaning
        for spot, meaning in zip(spots, meanings, strict=True)
    ]


def _beside_cutting_line(found: Sequence[Spot]) -> list[Spot]:
    """Return FOUND without the two letters of a cutting line; nothing if there are no more than those two."""
    if len(found) < 3:
        return []
    aligned = [
        (abs(one.centre[0] - other.centre[0]) + abs(one.centre[1] - other.centre[1]), one, other)
        for one, other in combinations(found, 2)
        if min(abs(one.centre[0] - other.centre[0]), abs(one.centre[1] - other.centre[1])) < 0.6 * one.em
    ]
    if not aligned:
        return []
    _, one, other = max(aligned, key=lambda entry: entry[0])
    return [spot for spot in found if spot.index not in (one.index, other.index)]
