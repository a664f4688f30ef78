"""Numbered notes as a list, in order, with the lines that each runs over."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr_tasks.drawing.pieces import DATE
from ocr_tasks.drawing.placed import Spot
from ocr_tasks.drawing.records import Record

_NUMBERED = re.compile(
    r"^\s*(?P<number>[A-Z]?\d{1,2}|[a-z])\s*[.):]\s*(?P<text>\D.*)$|^\s*(?P<dashed>\d{1,2})\s+-\s+(?P<rest>\D.*)$",
    re.DOTALL,
)
_DATE = re.compile(rf"\s*{DATE}\s*")
"""`3. März 2020` begins as a note does."""


class Note(Record):
    """One note: its number as written (None for a line that stands alone), its text, the items it was read from."""

    number: str | None = None
    text: str
    items: tuple[int, ...]


def find_notes(spots: Sequence[Spot]) -> list[Note]:
    """Return the numbered notes among the upright SPOTS of one page, column by column, top to bottom.

    A line that follows a note closely, begins no further left than the number and is not numbered itself continues it.
    """
    upright = sorted((spot for spot in spots if spot.upright), key=lambda spot: (spot.box[1], spot.box[0]))
    starts = [
        (spot, match) for spot in upright if (match := _NUMBERED.match(spot.text)) and not _DATE.fullmatch(spot.text)
    ]
    begins = {spot.index for spot, _ in starts}
    taken: set[int] = set()
    found: list[tuple[float, float, Note]] = []
    for spot, match in starts:
        lines = [spot]
        for other in upright:
            if other.index in begins or other.index in taken or other.box[1] <= lines[-1].box[1]:
                continue
            gap = other.box[1] - lines[-1].box[3]
            if gap > 1.2 * spot.em:
                break
            indent = other.box[0] - spot.box[0]
            if (
                -0.5 * spot.em <= indent <= 6 * spot.em
                and 0.6 < other.em / spot.em < 1.6
                and len(other.text.strip()) > 3
            ):
                lines.append(other)
        taken.update(line.index for line in lines)
        text = " ".join([(match["text"] or match["rest"]).strip(), *(line.text.strip() for line in lines[1:])])
        note = Note(number=match["number"] or match["dashed"], text=text, items=tuple(line.index for line in lines))
        found.append((spot.box[0], spot.box[1], note))
    return [note for _, _, note in sorted(found, key=lambda entry: (round(entry[0] / 200), entry[1]))]
