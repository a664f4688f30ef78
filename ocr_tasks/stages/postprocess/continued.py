"""Strings that a wide gap cut in two, put together where only one reading makes sense.

A unit does not stand alone behind a number, nor a tolerance with ± on its line, nor does `to` or `>` between two of
them, nor the number of a note before its words, nor a sentence of a note before the next one, nor `SECTION` before its
letters or a scale in brackets behind them. Everything else that stands apart on a line stays apart.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ocr_tasks.contract import Reading
from ocr_tasks.quads import around, bounds, height_of, width_of
from ocr_tasks.stages.recognize.stacked import place_in

_NUMBER = r"[\d.,]*\d"
RULES: tuple[tuple[re.Pattern[str], re.Pattern[str], float], ...] = (
    (re.compile(rf"(?:.*\s)?[⌀R±+-]*{_NUMBER}"), re.compile(r"(?:mm|cm|m|µm|in|kg|g)[.)]?"), 1.45),
    (re.compile(rf"(?:.*[x×]\s?)?[⌀R]?{_NUMBER}°?"), re.compile(rf"±\s?{_NUMBER}°?"), 0.9),
    (re.compile(rf"[⌀R]?{_NUMBER}"), re.compile(rf"(?:to|TO)(?:\s?[⌀R]?{_NUMBER})?"), 2.0),
    (re.compile(rf"[⌀R]?{_NUMBER}\s?(?:to|TO)"), re.compile(rf"[⌀R]?{_NUMBER}"), 2.0),
    (re.compile(rf"{_NUMBER}\s?[<>≤≥]"), re.compile(r"\w.*"), 2.0),
    (re.compile(r".*\w"), re.compile(rf"[<>≤≥]\s?{_NUMBER}[^<>]*"), 2.0),
    (re.compile(r"\d{1,2}[.)]"), re.compile(r"[A-Z(].*\s.*"), 3.0),
    (re.compile(r"(?:\S+\s){2,}\S*[A-Za-z%)]{2}[.)]"), re.compile(r"[A-Z]\w+(?:\s\S+){2,}"), 2.0),
    (
        re.compile(r"(?:SECTION|DETAIL|VIEW|SCHNITT|EINZELHEIT|ANSICHT|COUPE|DÉTAIL|VUE)"),
        re.compile(r"([A-Z])(?:\s?-\s?\1)?"),
        2.0,
    ),
    (
        re.compile(r"(?:\w+\s)?([A-Z])(?:\s?-\s?\1)?"),
        re.compile(rf"\({_NUMBER}\s?:\s?{_NUMBER}\)"),
        1.5,
    ),
)
"""What the left string reads as whole, what the right one does, and how many heights apart they may be."""
FURTHEST = max(gap for _, _, gap in RULES)
OFF_LINE = 0.35
"""Both stand on one line: their feet this near, in heights."""


class Whole(NamedTuple):
    """A string with the ids of the regions that it is made of, and what was read in them before any repair."""

    reading: Reading
    region_ids: tuple[int, ...]
    raw_text: str


def continued(readings: Sequence[Reading], raw_texts: Sequence[str]) -> list[Whole]:
    """Return READINGS of one page, those together that are one string. RAW_TEXTS: what each was before any repair."""
    pieces = [
        _Piece(Whole(reading, (reading.region_id,), raw)) for reading, raw in zip(readings, raw_texts, strict=True)
    ]
    behind = {left: _behind(left, pieces) for left in pieces if left.left_of}
    while (found := _first_pair(pieces, behind)) is not None:
        left, right = (piece.whole for piece in found)
        whole = _Piece(
            Whole(
                _together(left.reading, right.reading),
                left.region_ids + right.region_ids,
                f"{left.raw_text} {right.raw_text}",
            )
        )
        pieces = [whole if piece is found[0] else piece for piece in pieces if piece is not found[1]]
        behind = {piece: rights - {*found} for piece, rights in behind.items() if piece not in found}
        for piece, rights in behind.items():
            rights |= _behind(piece, [whole])
        behind[whole] = _behind(whole, pieces)
    return [piece.whole for piece in pieces]


class _Piece:
    """A string with the rules, by index, whose left and whose right side it reads as."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        text, sides = whole.reading.text, () if whole.reading.parts else RULES
        self.left_of = {k for k, (first, _, _) in enumerate(sides) if first.fullmatch(text)}
        self.right_of = {k for k, (_, second, _) in enumerate(sides) if second.fullmatch(text)}
        self.bounds = bounds(whole.reading.quad_px)


def _behind(left: _Piece, pieces: Sequence[_Piece]) -> set[_Piece]:
    """Return those of PIECES that continue LEFT."""
    quad = left.whole.reading.quad_px
    (x, y), reach = quad[1], (1 + FURTHEST) * height_of(quad)
    return {
        right
        for right in pieces
        if right.bounds[0] - reach <= x <= right.bounds[2] + reach
        and right.bounds[1] - reach <= y <= right.bounds[3] + reach
        and right is not left
        and (rules := left.left_of & right.right_of)
        and _is_next(left.whole.reading, right.whole.reading, max(RULES[k][2] for k in rules))
    }


def _first_pair(pieces: Sequence[_Piece], behind: Mapping[_Piece, set[_Piece]]) -> tuple[_Piece, _Piece] | None:
    """Return the first piece that another one continues, and the first that does."""
    left = next((piece for piece in pieces if behind.get(piece)), None)
    return None if left is None else (left, next(piece for piece in pieces if piece in behind[left]))


def _is_next(left: Reading, right: Reading, gap: float) -> bool:
    """Say whether RIGHT stands behind LEFT on its line, no more than GAP heights of it apart."""
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
