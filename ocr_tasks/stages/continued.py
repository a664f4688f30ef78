"""Strings that a wide gap cut in two, put together where only one reading makes sense.

A unit does not stand alone behind a number, nor does `to` between two of them, nor the number of a note before its
words. Everything else that stands apart on a line stays apart.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ocr_tasks.contract import Reading
from ocr_tasks.quads import height_of, width_of
from ocr_tasks.stages.stacked import around, place_in

_NUMBER = r"[\d.,]*\d"
RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], float], ...] = (
    (re.compile(rf"(?:.*\s)?[⌀R±+-]*{_NUMBER}"), re.compile(r"(?:mm|cm|m|µm|in|kg|g)[.)]?"), 1.45),
    (re.compile(rf"[⌀R]?{_NUMBER}"), re.compile(rf"(?:to|TO)(?:\s?[⌀R]?{_NUMBER})?"), 2.0),
    (re.compile(rf"[⌀R]?{_NUMBER}\s?(?:to|TO)"), re.compile(rf"[⌀R]?{_NUMBER}"), 2.0),
    (re.compile(r"\d{1,2}[.)]"), re.compile(r"[A-Z(].*\s.*"), 3.0),
)
"""What the left string reads as whole, what the right one does, and how many heights apart they may be."""
OFF_LINE = 0.35
"""Both stand on one line: their feet this near, in heights."""


class Whole(NamedTuple):
    """A string with the ids of the regions that it is made of, and what was read in them before any repair."""

    reading: Reading
    region_ids: tuple[int, ...]
    raw_text: str


def continued(readings: Sequence[Reading], raw_texts: Sequence[str]) -> list[Whole]:
    """Return READINGS of one page, those together that are one string. RAW_TEXTS: what each was before any repair."""
    strings = [Whole(reading, (reading.region_id,), raw) for reading, raw in zip(readings, raw_texts, strict=True)]
    while (found := _pair(strings)) is not None:
        left, right = (strings[k] for k in found)
        whole = Whole(
            _together(left.reading, right.reading),
            left.region_ids + right.region_ids,
            f"{left.raw_text} {right.raw_text}",
        )
        strings = [whole if string is left else string for string in strings if string is not right]
    return strings


def _pair(strings: Sequence[Whole]) -> tuple[int, int] | None:
    for k, (left, _, _) in enumerate(strings):
        if left.parts:
            continue
        if not any(first.fullmatch(left.text) for first, _, _ in RULES):
            continue
        for j, (right, _, _) in enumerate(strings):
            if j != k and not right.parts and any(_fits(left, right, *rule) for rule in RULES):
                return k, j
    return None


def _fits(left: Reading, right: Reading, first: re.Pattern[str], second: re.Pattern[str], gap: float) -> bool:
    if not first.fullmatch(left.text) or not second.fullmatch(right.text):
        return False
    place = place_in(left.quad_px, right.quad_px)
    apart = place.left - width_of(left.quad_px) / max(height_of(left.quad_px), 1e-6)
    upright = place.bottom - place.top < place.right - place.left + 1.5
    return (
        upright and -0.1 <= apart <= gap and abs(place.bottom - 1) < OFF_LINE and -OFF_LINE < place.top < 1 - OFF_LINE
    )


def _together(left: Reading, right: Reading) -> Reading:
    characters = (*left.char_confidences, *right.char_confidences)
    lengths = (len(left.text), len(right.text))
    confidence = (left.confidence * lengths[0] + right.confidence * lengths[1]) / sum(lengths)
    return left.model_copy(
        update={
            "text": f"{left.text} {right.text}",
            "quad_px": around([left.quad_px, right.quad_px]),
            "confidence": confidence,
            "char_confidences": characters,
        }
    )
