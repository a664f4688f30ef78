"""What stands beside a string in a schematic and is none of it: page references, `<6> EDP_AUXP`, and other labels.

A part's name, its value, the variant it is fitted in (`EMI@`) and the numbers of its pins are strings of their own, be
they on one line: `C45  1uF`. So are two dimensions: `21.45  □12.45`.
"""

import re
from collections.abc import Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Text
from ocr_tasks.quads import angle_of, height_of, width_of, within

LEADING = re.compile(r"<\d+(?:\s?,\s?\d+)*>(?=\s*[^\s<>])")
TRAILING = re.compile(r"(?<=[^\s<>])\s*(<\d+(?:\s?,\s?\d+)*>)$")

_PART, _VALUE = r"[A-Z]{1,3}\d{1,4}", r"\d+(?:[.,]\d+)?(?:[pnuµ][FH]?|[kKM])"
_PIN, _NAME = r"\d{1,2}", r"(?:(?=\S*\d)\S*_\S*|[A-Z]{1,4}[+-])"
_VARIANT = r"[A-Z]+@"
SIZED = r"\d[\d.]*[A-Z]?[ _]\d{4}[ _]\d[\d.]*[A-Z%]\S*"
"""What a part is worth, how large it is and how near to that: `180_0402_1%`, its `_` be they seen or not."""
_NUMBER = r"[⌀□R]?\d+[.,]\d+"
LABELS = re.compile(
    rf"(?:{_PART} (?={_VARIANT}$)|{_PIN} (?=(?:{_NAME}|{_VALUE}|{SIZED})$)"
    rf"|(?:{_NAME}|{_VALUE}|{SIZED}) (?={_PIN}$)|{_NUMBER} (?={_NUMBER}$))"
)
VALUED = re.compile(rf"{_PART} (?={_VALUE}$)|{_VALUE} (?={_PART}$)")
"""A part and its value, be they near: neither goes on in the other."""
FEET = re.compile(r"(?:\d+'-)?\d+\"\s?(?=\d+'-\d+\"$)|\d+'-\d+\"\s?(?=\d+\"$)")
"""Two dimensions in feet and inches, be they near: each ends with its inches."""
FLAG = re.compile(r"PWR_FLAG (?=\S)|\S+ (?=PWR_FLAG$)")
"""What says that a net is fed, and the name of the net or of a part: KiCad's flag is no part of either."""
DIMENSIONS = re.compile(r"(?:\([⌀R]?\d+[.,]\d+ ?(?:mm|in|\"|°)?\) ?){2,}|⌀\d+(?:[.,]\d+)?(?: ⌀\d+(?:[.,]\d+)?)+")
"""Dimensions in brackets and diameters, be they near: none goes on in the next."""
NAMES = re.compile(r"[A-Z]{1,4}\d{1,2}(?: [A-Z]{1,4}\d{1,2})+")
"""Names of dimensions or pins on one row, all of one length."""
REPEATED = re.compile(rf"(?=\S{{2}})(?:(\S*\d\S*)(?: \1)+|(\S*\w\S*)(?: \2){{2,}}|({_VALUE})(?: ?\3)+)")
"""The value of parts that stand side by side, the name of three of a kind: words say little twice, and never thrice."""
COUNTED, IN_COUNT = re.compile(r"\d+(?: \d+)+"), 3
"""Numbers of pins, or of the columns of a grid: so many, or two of two digits, each one more or less than the last."""
FIRST = re.compile(r"(?<!^)\(|(?<!^)(?<!\()⌀")
"""What the second and the next of them begin with."""
DIGITS, DIGIT, BARE = re.compile(r"\d{1,2}"), 0.6, 0.8
"""A digit ends so far from its middle, in heights; a box that goes on further than that by so much holds more."""
LEVEL_DEG = 45.0
APART = 1.9
"""From the last character of a label to the first of the next it is further than this, in advances of characters."""


class Piece(NamedTuple):
    """A part of a line and where it stands."""

    text: Text
    quad_px: Quad


def without_marks(text: Text, quad: Quad, margin: float) -> list[Piece]:
    """Return TEXT, read in QUAD with MARGIN line heights around it, in pieces from left to right: marks are apart."""
    if not (cuts := cuts_of(text)):
        return [Piece(text, quad)]
    return [piece_of(text, quad, margin, start, stop) for start, stop in pairwise([0, *cuts, len(text.text)])]


def cuts_of(text: Text) -> list[int]:
    """Return the indices at which the second of the strings in a reading begins, and the next ones."""
    if len(text.char_places) != len(text.text):
        return []
    if DIMENSIONS.fullmatch(text.text):
        return [found.start() for found in FIRST.finditer(text.text)]
    if (found := REPEATED.fullmatch(text.text)) is not None:
        word = next(filter(None, found.groups()))
        return [again.start() for again in re.finditer(re.escape(word), text.text)][1:]
    if COUNTED.fullmatch(text.text) and (cuts := counted(text.text)):
        return cuts
    if NAMES.fullmatch(text.text) and len({len(name) for name in text.text.split()}) == 1:
        return [k + 1 for k, c in enumerate(text.text) if c == " " and _are_apart(text, k + 1)]
    cut = _cut_of(text)
    return [] if cut is None else [cut]


def counted(text: str) -> list[int]:
    """Return where the second number begins, and the next ones, in digits and spaces that count up or down by one.

    The space before a number of two digits may be lost, or the first and the last number cut off. Empty without one.
    """
    words = text.split()
    for size, step in product((1, 2), (1, -1)):
        if starts := _starts(text, int(words[0][:size]), step):
            pair = len(starts) == len(words) == 2 and min(map(len, words)) == 2
            if pair or len(starts) >= IN_COUNT:
                return starts[1:]
    whole = any(_is_count(some) for some in (words[1:], words[:-1], words[1:-1]))
    return [k + 1 for k, c in enumerate(text) if c == " "] if whole else []


def _is_count(words: Sequence[str]) -> bool:
    return len(words) >= IN_COUNT and {int(b) - int(a) for a, b in pairwise(words)} in ({1}, {-1})


def _starts(text: str, number: int, step: int) -> list[int]:
    """Return where the numbers of TEXT begin if they are NUMBER and those that follow STEP by STEP; empty if not."""
    starts: list[int] = []
    place = 0
    while place < len(text):
        begin = place + (text[place] == " ")
        lost = starts and begin == place and number < 10
        if lost or not text.startswith(str(number), begin):
            return []
        starts.append(begin)
        place, number = begin + len(str(number)), number + step
    return starts


def _cut_of(text: Text) -> int | None:
    """Return the index at which the second of two strings begins, None if a reading is one."""
    for certain in (LEADING, FEET, FLAG, VALUED):
        if (found := certain.match(text.text)) is not None:
            return found.end()
    if (found := TRAILING.search(text.text)) is not None:
        return found.start(1)
    found = LABELS.match(text.text)
    return found.end() if found is not None and _are_apart(text, found.end()) else None


def _are_apart(text: Text, cut: int) -> bool:
    """Say whether the characters before and behind the space that ends at CUT are further apart than words are."""
    steps = [b - a for a, b in pairwise(text.char_places)]
    return text.char_places[cut] - text.char_places[cut - 2] > APART * float(np.median(steps))


def around_digits(text: Text, quad: Quad, margin: float) -> Quad:
    """Return QUAD no longer than one or two digits need, read with MARGIN line heights around it: arrows stand there.

    What reads up or down the page may be a column of numbers, and is left as it is.
    """
    digits = DIGITS.fullmatch(text.text) and len(text.char_places) == len(text.text)
    if not digits or abs(angle_of(quad)) > LEVEL_DEG:
        return quad
    width, height = width_of(quad), height_of(quad)
    places = places_of(text, quad, margin)
    left, right = places[0] - DIGIT * height, places[-1] + DIGIT * height
    if left < BARE * height and right > width - BARE * height:
        return quad
    return within(quad, max(0.0, left), 0.0, min(width, right), height)


def places_of(text: Text, quad: Quad, margin: float) -> list[float]:
    """Return how far along QUAD, in pixels, each character of TEXT stands, read with MARGIN line heights around it."""
    edge = margin * height_of(quad)
    return [place * (width_of(quad) + 2 * edge) - edge for place in text.char_places]


def piece_of(text: Text, quad: Quad, margin: float, start: int, stop: int) -> Piece:
    """Return the characters from START to STOP of TEXT, read in QUAD with MARGIN line heights around it."""
    while stop > start and text.text[stop - 1] == " ":
        stop -= 1
    while start < stop and text.text[start] == " ":
        start += 1
    width, height = width_of(quad), height_of(quad)
    places = places_of(text, quad, margin)
    steps = [b - a for a, b in pairwise(places)]
    half = float(np.median(steps)) / 2
    left = 0.0 if start == 0 else max(0.0, places[start] - half)
    right = width if stop == len(places) else min(width, places[stop - 1] + half)
    return Piece(text.part(start, stop), within(quad, left, 0.0, right, height))
