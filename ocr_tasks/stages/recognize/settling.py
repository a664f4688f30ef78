"""Settles what stands where several readings do: a line or its characters, a column or what it crosses."""

import re
from collections.abc import Sequence

import numpy as np

from ocr_tasks.contract import Quad, Reading, Region
from ocr_tasks.quads import angle_of, around, bounds, height_of, middle_in, middle_of, stands_in, width_of
from ocr_tasks.stages.detect.stage import COLUMN, LONE, ONE, RIVAL, STACKED
from ocr_tasks.stages.recognize.directions import GAIN, LEAST_OF_LONE, SURE, SURE_LINE
from ocr_tasks.stages.recognize.stacked import DEVIATION

LEAST = 0.5
"""A reading less sure than this is no argument."""
LEAST_OF_ONE, SURE_ONE = 0.75, 0.98
"""Bare strokes read as a 1 from the first on, and hardly above the second: one by itself is mostly a dash."""
LOOSE = 1.5
"""A box so much higher than that of the characters in it holds more than them."""
LONE_TEXT = re.compile(r"[0-9A-Z]{1,3}|[a-z]|to|\d{1,2}\.|([A-Z]{1,2}|\d{1,2}) ?[-–—] ?\1")
RINGS, NARROW_RING = ("O", "0", "Q"), 0.8
_NUMBER = r"(?:(?:0|[1-9]\d*)[.,]\d+|[.,]\d+|[1-9]\d+)"
VALUE = re.compile(
    rf"[⌀□RⓅ]?\s?{_NUMBER}(?:\s?[±-]\s?{_NUMBER})?°?"
    r"|[A-Z]{1,2}\d{1,4}|\d{1,4}[kKM]|\d{1,4}[pnuµ]F?"  # a part of a schematic and its value
)
"""What a column of characters must read as to be one string."""


def settled(readings: Sequence[Reading], regions: Sequence[Region]) -> list[Reading]:
    """Return READINGS with each rivalry settled: of a line and of its rivals the side that reads better stays.

    A side's worth is the sum of its characters' confidences.
    """
    kind = {region.region_id: region.kind for region in regions}
    rivals = [reading for reading in readings if kind[reading.region_id] == RIVAL]
    kept: list[Reading] = []
    for line in readings:
        if kind[line.region_id] in (RIVAL, COLUMN, STACKED, LONE, ONE):
            continue
        challengers = [rival for rival in rivals if rival.page == line.page and middle_in(rival.quad_px, line.quad_px)]
        if worth(challengers) > worth([line]):
            kept += challengers
        else:
            kept.append(line)
    for rival in rivals:
        kept = with_larger(kept, rival)
    columns = [reading for reading in readings if kind[reading.region_id] == COLUMN]
    kept = [line for line in kept if not is_across(line, columns)]
    for column in columns:
        kept = with_column(kept, column)
    stacked = list({r.region_id: r for r in readings if kind[r.region_id] == STACKED}.values())
    for value, upper, lower in zip(stacked[::3], stacked[1::3], stacked[2::3], strict=True):
        kept = with_stack(kept, value, upper, lower)
    alone = {LONE: is_lone, ONE: is_one}
    return with_lone(kept, [r for r in readings if (rule := alone.get(kind[r.region_id])) and rule(r)])


def with_larger(lines: Sequence[Reading], rival: Reading) -> list[Reading]:
    """Return LINES with RIVAL in place of those that stand in it, if it reads better than they do."""
    parts = [line for line in lines if line.page == rival.page and middle_in(line.quad_px, rival.quad_px)]
    if not parts or rival in parts or worth([rival]) <= worth(parts):
        return list(lines)
    return [*(line for line in lines if line not in parts), rival]


def with_lone(lines: Sequence[Reading], characters: Sequence[Reading]) -> list[Reading]:
    """Return LINES and CHARACTERS by themselves; of a line and the characters within it the side that reads better."""
    kept, left = [], list(characters)
    for line in lines:
        inside = [one for one in left if one.page == line.page and middle_in(one.quad_px, line.quad_px)]
        if not inside or worth(inside) <= worth([line]) or says_the_same(line, inside):
            left = [one for one in left if one not in inside]
            kept.append(line)
    return kept + left


def says_the_same(line: Reading, inside: Sequence[Reading]) -> bool:
    """Say whether a sure line reads as several characters INSIDE it do, and in their direction: they are one string."""
    several = len(inside) > 1 and line.confidence >= SURE_LINE
    said = "".join(one.text for one in in_order_along(line.quad_px, inside))
    return several and line.text.replace(" ", "") == said and all(_same_way(o.quad_px, line.quad_px) for o in inside)


def is_across(line: Reading, columns: Sequence[Reading]) -> bool:
    """Say whether a line that reads badly is a row of ordinates: several of COLUMNS in it read surely, as values."""
    if line.confidence >= SURE_LINE:
        return False
    _, y = middle_of(line.quad_px)
    left, _, right, _ = bounds(line.quad_px)
    crossing = 0
    for column in columns:
        a, b, c, d = bounds(column.quad_px)
        crosses = column.page == line.page and left < (a + c) / 2 < right and b < y < d
        crossing += bool(crosses and column.confidence >= SURE_LINE and VALUE.fullmatch(column.text))
    return crossing > 1


def with_column(lines: Sequence[Reading], column: Reading) -> list[Reading]:
    """Return LINES with COLUMN in place of those that stand in it, if it says the same as they do and more.

    Or if it reads as a value, and better than they do, or surer than those that are no single characters. A line much
    higher than the column that says no more is one of them: its box holds a dimension line, too.
    """
    if column.confidence < SURE:
        return list(lines)
    here = [line for line in lines if line.page == column.page]
    loose = [line for line in here if stands_in(column.quad_px, line.quad_px) and _is_loose(line, column)]
    parts = [line for line in here if line in loose or stands_in(line.quad_px, column.quad_px)]
    whole = [line for line in here if line not in parts and stands_in(column.quad_px, line.quad_px)]
    surest = max((part.confidence for part in parts if len(part.text) > 1), default=0.0)
    surer = column.confidence >= SURE_LINE and 0 < surest < column.confidence - GAIN
    better = VALUE.fullmatch(column.text) and (worth(parts) < worth([column]) or surer)
    more = column.confidence >= SURE_LINE and says_all(column, parts)
    tight = bool(loose) and column.confidence >= SURE_LINE and worth(parts) < worth([column])
    if worth(whole) > 0 or not (better or more or tight):
        return list(lines)
    return [*(line for line in lines if line not in parts), column]


def _is_loose(line: Reading, column: Reading) -> bool:
    return height_of(line.quad_px) > LOOSE * height_of(column.quad_px) and len(line.text) <= len(column.text)


def says_all(whole: Reading, parts: Sequence[Reading]) -> bool:
    """Say whether WHOLE reads as its PARTS do, one after the other in its direction, of which one is a word or number.

    Characters that stand above each other by themselves are no string. Signs alone are no more: arrowheads look like
    such. Where a gap is, two strings may stand behind each other, unless a number is new: `1 MIN`.
    """
    sure = [part for part in parts if part.confidence >= LEAST]
    rest, more = whole.text, ""
    for part in in_order_along(whole.quad_px, sure):
        before, found, rest = rest.partition(part.text)
        if not found:
            return False
        more += before
    more = (more + rest).strip()
    if " " in whole.text:
        goes_on = any(character.isdigit() for character in more)
    else:
        goes_on = not more or any(character.isalnum() for character in more)
    return goes_on and any(len(part.text) > 1 and _same_way(part.quad_px, whole.quad_px) for part in sure)


def in_order_along(quad: Quad, readings: Sequence[Reading]) -> list[Reading]:
    """Return READINGS as their middles follow each other along QUAD."""
    direction = np.subtract(quad[1], quad[0])
    return sorted(readings, key=lambda reading: float(np.dot(middle_of(reading.quad_px), direction)))


def _same_way(a: Quad, b: Quad) -> bool:
    return abs((angle_of(a) - angle_of(b) + 180) % 360 - 180) < 20


def with_stack(lines: Sequence[Reading], value: Reading, upper: Reading, lower: Reading) -> list[Reading]:
    """Return LINES with a value and its two deviations in place of what stands there, if that is how they read.

    A deviation of which the value's box holds only the beginning is the line that begins there.
    """
    parts = (value, *(_deviation_at(row, lines) or row for row in (upper, lower)))
    deviations = all(DEVIATION.match(row.text.strip()) and row.confidence >= SURE for row in parts[1:])
    if not deviations or not any(c.isdigit() for c in value.text) or value.confidence < SURE:
        return list(lines)
    place = around([part.quad_px for part in parts])
    return [*(line for line in lines if line.page != value.page or not middle_in(line.quad_px, place)), *parts]


def _deviation_at(row: Reading, lines: Sequence[Reading]) -> Reading | None:
    """Return the line that covers a row and reads as a deviation, None without."""
    covering = (line for line in lines if line.page == row.page and middle_in(row.quad_px, line.quad_px))
    return next((line for line in covering if DEVIATION.match(line.text.strip())), None)


def is_lone(reading: Reading) -> bool:
    """Say whether a reading is surely a character or two by themselves; a ring is a hole, not an O.

    Dimensions of packages are named by small letters, too; `to` stands between two numbers.
    """
    ring = reading.text in RINGS and width_of(reading.quad_px) > NARROW_RING * height_of(reading.quad_px)
    least = SURE_ONE if reading.text == "1" else LEAST_OF_LONE
    return reading.confidence >= least and LONE_TEXT.fullmatch(reading.text) is not None and not ring


def is_one(reading: Reading) -> bool:
    """Say whether a bare stroke that stands where a character is to be expected reads as a 1."""
    return reading.confidence >= LEAST_OF_ONE and reading.text == "1"


def worth(readings: Sequence[Reading]) -> float:
    """Return the sum of confidences over characters; those of unsure readings count for nothing."""
    return sum(r.confidence * len(r.text.replace(" ", "")) for r in readings if r.confidence >= LEAST)
