"""Strings that were cut, made whole: two readings that are one, and characters beside a reading that none covers.

A detector cuts a value where an extension line crosses it, widely spread lettering at its gaps, and a ⌀ off a number on
a leader. What may belong together is read once more as one line; it is one only if it says what its parts said.
"""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.quads import (
    angle_of,
    around,
    corners_of,
    edges_of,
    height_of,
    middle_in,
    middle_of,
    near,
    places_along,
    width_of,
    within,
)
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.detect.chains import are_parted
from ocr_tasks.stages.ink import Blob, apart_from, blobs_of, ink_of, rulings_of
from ocr_tasks.stages.recognize.crossed import are_cut
from ocr_tasks.stages.recognize.dashes_beside import THICKEST, is_dash
from ocr_tasks.stages.recognize.marks import SIZED, cuts_of
from ocr_tasks.stages.recognize.pin_lines import apart_from_pin
from ocr_tasks.stages.recognize.settling import LEAST, LEAST_OF_ONE
from ocr_tasks.stages.recognize.stacked import DEVIATION
from ocr_tasks.stages.recognize.symbols import with_signs
from ocr_tasks.stages.recognize.underscores import with_underscores

SURE, SURE_OF_NEW, SURE_OF_CUT = 0.85, 0.95, 0.5
"""Every character of the whole must be so sure, one beside what was read before so sure, one at a crossing line so."""
ROUNDS = 3
"""What became longer may go on."""
LEAST_BESIDE = 0.9
"""What reads so surely in the box of a longer string that does not say it is a string of its own."""
GAP, SHARED = 1.2, 1.6
"""Two readings of one string are no further apart than this, in heights, and overlap no more."""
SAYS_TWICE = -0.25
"""Two that overlap by more than this both say the characters where they do."""
OFF_LINE, LEAST_HEIGHT, MOST_HEIGHT = 0.5, 0.45, 1.6
"""One stands no further out of the other's line, and is of such a height."""
PARALLEL_DEG, LONG = 12.0, 2
"""Two readings of more than so many characters run the same way."""
BETWEEN = re.compile(r"[^\s|()\[\]<>]{0,2}")
"""What may be read between two readings that are one string."""
MORE = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿ⌀□±°%:.,\"'()\[\]]{1,6}")
"""What may be read beside a string: no strokes, which ticks and arrows look like."""
STROKE_APART = re.compile(r"[1Iil] .*|.* [1Iil]")
"""A stroke with a gap between it and the string is a dash of a line."""
DEGREES = re.compile(r".*\d[.,]?\d°")
"""A small ring stands at the end of an angle and nowhere else; beside a single digit it may be a hole."""
NUMBER = re.compile(r"\d+[.,]\d+|0")
"""Before what reads like this a bare stroke by itself may be a 1; recognisers are less sure of such. No size is 0."""
POINT = (".", ",")
"""A value of a chain does not end with it."""
SIGN, DEVIATION_VALUE = ("+", "-"), re.compile(r"0?[.,]\d+")
"""Before what reads like this a sign may stand: it is a deviation."""
BRACKETS = str.maketrans("", "", "()[]")
"""They come in pairs, each ends above or below the line, and one is a piece of ink by itself: no circle around it."""
ALIKE = str.maketrans("Oo○Il|", "000111")
"""What reads one way in a piece may read the other way in the whole."""
REACH, FURTHEST = 0.8, 2.4
"""A character beside a string begins no further from it, and the last one no further, in heights."""
WIDE, REACH_OF_WORDS = 0.6, 1.8
"""Beside words whose characters are further from each other than this, in heights, it may begin so many steps away."""
LEAST_CHARACTER, MOST_CHARACTER, SPILL, FEET = 0.5, 1.4, 0.45, 0.3
"""It is of such a height, stands so little out of the line, and reaches so near to its foot."""
WIDEST_BRACKET, MOST_BRACKET = 0.4, 1.8
"""A bracket may be higher than other characters."""
FAINT_LEVEL = 235
"""Thin strokes are as light as this."""
LEAST_DOT, MOST_DOT = 0.06, 0.3
"""A point is of such a size."""
LEAST_RING, MOST_RING, RING_ABOVE = 0.2, 0.55, 0.4
"""The ring of a degree is of such a size, and its middle so far down the line at most."""
LEAST_DASH, MOST_DASH, THICKEST_DASH = 0.25, 0.8, 0.2
"""A minus is so wide and so thick."""
INK_LEVEL = 200
"""A window without a pixel darker than this is empty."""
RULING_ALONG, RULING_ACROSS = 1.2, 1.6
"""Runs of ink so long are no characters."""


class Proposal(NamedTuple):
    """A box that may hold one string, and the readings in it from left to right."""

    quad_px: Quad
    parts: tuple[Reading, ...]
    apart: bool = False
    """Whether each character beside a part is a piece of ink by itself."""
    ends: bool = False
    """Whether each of them ends above or below the line, and one is a piece of ink by itself."""


class Piece(NamedTuple):
    """Ink along a line that may be a character: from where to where, whether it is all of a connected piece.

    And whether that ends above or below the line, not far from it.
    """

    left: float
    right: float
    apart: bool
    ends: bool


def made_whole(image: Gray, lines: Sequence[Reading], recognizer: Recognizer) -> list[Reading]:
    """Return LINES of one page, those together that are one string. Quads are in pixels of IMAGE."""
    left = list(lines)
    tried: set[Quad] = set()
    for _ in range(ROUNDS):
        fresh = {line.quad_px for line in left} - tried
        if not fresh:
            break
        tried |= fresh
        joined = _accepted(
            image, left, list(pairs(left, fresh)), partial(is_one_of_two, image), recognizer, least=SURE_OF_CUT
        )
        fresh |= {line.quad_px for line in joined} - tried
        beside = list(longer(image, joined, fresh))
        plus = frozenset(line.text[:-1] for line in joined if line.text.endswith("+"))
        left = _accepted(image, joined, beside, partial(is_longer, plus=plus), recognizer, least=LEAST_OF_ONE)
        thin = [proposal for proposal in beside if proposal.ends and proposal.parts[0] in left]
        left = _accepted(image, left, thin, is_bracketed, recognizer, bold=True)
    return left


def _bold(crop: Gray) -> Gray:
    """Return CROP with thin and faint strokes made thick: beside bold characters such brackets are not read."""
    return np.asarray(cv2.erode(np.where(crop < FAINT_LEVEL, np.uint8(0), np.uint8(255)), np.ones((2, 2))), np.uint8)


def _accepted(
    image: Gray,
    lines: Sequence[Reading],
    proposals: Sequence[Proposal],
    is_one: Callable[[Text, Proposal], bool],
    recognizer: Recognizer,
    *,
    bold: bool = False,
    least: float = SURE,
) -> list[Reading]:
    """Return LINES with those of PROPOSALS that read as one in place of what stands there, the longest first.

    What reads surely and is no part of the whole stays: a slanting box may go over it. Every character is at least
    LEAST sure.
    BOLD: read with thin strokes made thick, and with more paper around, since brackets are higher than the line.
    """
    margin = SPILL if bold else MARGIN
    crops = [cut(image, proposal.quad_px, margin) for proposal in proposals]
    crops = [_bold(crop) for crop in crops] if bold else crops
    texts = [
        with_underscores(image, proposal.quad_px, with_signs(crop, text), margin)
        for proposal, crop, text in zip(proposals, crops, recognizer.read(crops), strict=True)
    ]
    accepted = [
        (
            proposal.parts[0].model_copy(
                update={
                    "text": text.text,
                    "confidence": text.confidence,
                    "char_confidences": text.char_confidences,
                    "quad_px": proposal.quad_px,
                }
            ),
            proposal.parts,
        )
        for proposal, text in zip(proposals, texts, strict=True)
        if min(_sure(text), default=0.0) >= least and is_one(text, proposal)
    ]
    kept = list(lines)
    for whole, parts in sorted(accepted, key=lambda one: -len(one[0].text)):
        inside = [line for line in kept if middle_in(line.quad_px, whole.quad_px)]
        if all(len(line.text) < len(whole.text) for line in inside):
            gone = [x for x in inside if x in parts or x.confidence < LEAST_BESIDE or _says(whole, x)]
            kept = [*(line for line in kept if line not in gone), whole]
    return kept


def pairs(lines: Sequence[Reading], fresh: Set[Quad]) -> Iterator[Proposal]:
    """Yield readings two by two, one of them FRESH, that stand beside each other on one line and may be one string."""
    words = [line for line in lines if _is_word(line)]
    edges = edges_of(line.quad_px for line in words)
    for k, line in enumerate(words):
        height = height_of(line.quad_px)
        length = width_of(line.quad_px) / height
        for j in near(edges, edges[k], GAP * height):
            other = words[j]
            if (
                j == k
                or (width_of(other.quad_px), j) > (width_of(line.quad_px), k)
                or not {line.quad_px, other.quad_px} & fresh
            ):
                continue  # the longer one knows better which way the line runs
            place = places_along(line.quad_px, corners_of(other.quad_px)) / height
            (left, top), (right, bottom) = place.min(0), place.max(0)
            behind = left + right > length
            gap = left - length if behind else -right
            goes_on = right > length if behind else left < 0
            on_line = top >= -OFF_LINE and bottom <= 1 + OFF_LINE and LEAST_HEIGHT <= bottom - top <= MOST_HEIGHT
            if goes_on and on_line and -SHARED <= gap <= GAP and _same_way(line, other):
                quad = around([line.quad_px, other.quad_px])
                yield Proposal(quad, (line, other) if behind else (other, line))


def is_joint(text: Text, proposal: Proposal) -> bool:
    """Say whether TEXT is what the two parts say, one behind the other without a space, and would not be cut again."""
    if cuts_of(text):
        return False
    left, right = (_as_said(part.text) for part in proposal.parts)
    said = _as_said(text.text)
    if not said.startswith(left) or not said.endswith(right) or DEVIATION.match(proposal.parts[1].text.strip()):
        return False
    first, second = (part.quad_px for part in proposal.parts)
    gap = (places_along(first, corners_of(second))[:, 0].min() - width_of(first)) / height_of(first)
    twice = len(left) + len(right) - len(said)
    if gap < SAYS_TWICE or twice > 0:
        return bool(gap < 0 < twice <= min(len(left), len(right)))
    filled = [k for k, character in enumerate(text.text) if character != " "]
    between = text.text[filled[len(left) - 1] + 1 : filled[-len(right)]]
    wire = between == "_" and left.isdigit()  # the number of a pin on its wire
    sized = between == " " and re.fullmatch(SIZED, text.text) is not None  # a wire crosses its `_`
    return sized or (BETWEEN.fullmatch(between) is not None and not wire)


def is_one_of_two(image: Gray, text: Text, proposal: Proposal) -> bool:
    """Say whether TEXT is what the two parts of a PROPOSAL on IMAGE say as one string."""
    first, second = ((part.text, part.quad_px) for part in proposal.parts)
    sure = min(_sure(text), default=0.0) >= SURE
    one = (sure and is_joint(text, proposal)) or are_cut(image, text.text, first, second)
    if not one or apart_from_pin(text, proposal.quad_px, image, MARGIN):
        return False
    return first[0].endswith(POINT) or not _in_a_chain(image, first[1], second[1])


def _in_a_chain(image: Gray, first: Quad, second: Quad) -> bool:
    """Say whether a mark of a dimension line parts two readings, of which the SECOND follows the first."""
    gap = places_along(first, corners_of(second))[:, 0].min()
    return are_parted(image, within(first, width_of(first), 0.0, gap, height_of(first)))


def longer(image: Gray, lines: Sequence[Reading], fresh: Set[Quad]) -> Iterator[Proposal]:
    """Yield each FRESH reading with the characters beside it, at either end, that no reading covers."""
    words = [line for line in lines if _is_word(line)]
    edges = edges_of(line.quad_px for line in words)
    for k, line in enumerate(words):
        if line.quad_px not in fresh:
            continue
        height, length = height_of(line.quad_px), width_of(line.quad_px)
        beside = (words[j] for j in near(edges, edges[k], FURTHEST * height) if j != k)
        others = [word.quad_px for word in beside if any(c.isalnum() for c in word.text)]  # dashes cover nothing
        before, behind = (
            [
                piece
                for piece in pieces_in(image, line.quad_px, start, start + FURTHEST * height)
                if not _covered(place := within(line.quad_px, piece.left, 0.0, piece.right, height), others)
                and not (piece.right - piece.left <= THICKEST * height and is_dash(image, line.quad_px, place))
            ]
            for start in (-FURTHEST * height, length)
        )
        step = length / len(line.text)
        wide = " " in line.text and step > WIDE * height
        reach = REACH_OF_WORDS * step if wide else REACH * height
        left = grown([Piece(-piece.right, -piece.left, piece.apart, piece.ends) for piece in before], 0.0, reach)
        right = grown(behind, length, reach)
        for first, last in ((left, right), (left, None), (None, right)) if left and right else ((left, right),):
            low, high = -first.right if first else 0.0, last.right if last else length
            if first or last:
                new = [piece for piece in (first, last) if piece]
                apart = all(piece.apart for piece in new)
                ends = all(piece.ends for piece in new) and any(piece.apart for piece in new)
                yield Proposal(within(line.quad_px, low, 0.0, high, height), (line,), apart, ends)


def pieces_in(image: Gray, quad: Quad, start: float, stop: float) -> list[Piece]:
    """Return what of the ink from START to STOP along the line in QUAD may be characters, from left to right.

    Of ink that runs on far out of the line only what stands on it counts: geometry may cross a character.
    """
    height = height_of(quad)
    window = cut(image, within(quad, start, -SPILL * height, stop, (1 + SPILL) * height))
    if window.size == 0 or window.min() >= INK_LEVEL:
        return []
    ink = ink_of(window)
    rulings = rulings_of(ink, along=round(RULING_ALONG * height), across=round(RULING_ACROSS * height))
    strokes = apart_from(ink, rulings)
    top, foot = SPILL * height, window.shape[0] - SPILL * height
    blobs = blobs_of(strokes)
    whole = [blob for blob in blobs if blob.top > 0 and blob.bottom < window.shape[0]]
    found = [(blob, True, True) for blob in whole]
    for blob in blobs:
        if blob in whole:
            continue
        part = np.ascontiguousarray(strokes[round(top) : round(foot), blob.left : blob.right])
        pieces = (piece.moved(blob.left, round(top)) for piece in blobs_of(part))
        ends = blob.top > 0 or blob.bottom < window.shape[0]
        found += [(piece, False, ends) for piece in pieces if not any(other.holds(piece) for other in whole)]
    return sorted(
        Piece(start + blob.left, start + blob.right, apart, ends)
        for blob, apart, ends in found
        if blob.left > 0 and blob.right < window.shape[1]  # all of it is in sight
        if (_is_character(blob, height) and blob.bottom > foot - FEET * height)
        or (apart and (_is_dash(blob, height) or _is_degree(blob, height)))
    )


def _is_character(blob: Blob, height: float) -> bool:
    """Say whether a piece of ink may be a character or a point of a line of HEIGHT."""
    longest = max(blob.width, blob.height)
    is_point = LEAST_DOT * height <= longest <= MOST_DOT * height
    is_bracket = blob.width <= WIDEST_BRACKET * height and blob.height <= MOST_BRACKET * height
    return is_point or (LEAST_CHARACTER * height <= blob.height and (longest <= MOST_CHARACTER * height or is_bracket))


def _is_dash(blob: Blob, height: float) -> bool:
    """Say whether a piece of ink beside a line of HEIGHT may be a minus."""
    middle = (blob.top + blob.bottom) / 2 / height - SPILL
    flat = blob.height <= THICKEST_DASH * height and LEAST_DASH * height <= blob.width <= MOST_DASH * height
    return flat and LEAST_DASH < middle < 1 - LEAST_DASH


def _is_degree(blob: Blob, height: float) -> bool:
    """Say whether a piece of ink beside a line of HEIGHT may be the ring of a degree."""
    small = all(LEAST_RING * height <= side <= MOST_RING * height for side in (blob.width, blob.height))
    return small and (blob.top + blob.bottom) / 2 / height - SPILL < RING_ABOVE


def grown(pieces: Sequence[Piece], end: float, reach: float) -> Piece | None:
    """Return those of PIECES as one that follow END, one behind the other, each within REACH; None without any."""
    taken: list[Piece] = []
    high = end
    for piece in sorted(pieces):
        if high - reach < piece.left <= high + reach and piece.right > high:
            taken.append(piece)
            high = piece.right
    if not taken:
        return None
    return Piece(end, high, all(piece.apart for piece in taken), all(piece.ends for piece in taken))


def is_longer(text: Text, proposal: Proposal, plus: Set[str] = frozenset()) -> bool:
    """Say whether TEXT is what the part says and surely more, before or behind it, and would not be cut again.

    A minus behind a name is of it if the page has the name with a plus, too: PLUS are such names.
    """
    if cuts_of(text):
        return False
    old, said, sure = _as_said(proposal.parts[0].text), _as_said(text.text), _sure(text)
    plain = text.text.replace(" ", "")
    if "°" in plain and "°" not in proposal.parts[0].text and not DEGREES.fullmatch(plain):
        return False
    if STROKE_APART.fullmatch(text.text) and not STROKE_APART.fullmatch(proposal.parts[0].text):
        return False
    for start in range(len(said) - len(old) + 1):
        stop = start + len(old)
        new, sure_of_new = plain[:start] + plain[stop:], min([*sure[:start], *sure[stop:]], default=0.0)
        bare_one = new == "1" and start == 1 and proposal.apart and NUMBER.fullmatch(old)
        surely = sure_of_new >= (LEAST_OF_ONE if bare_one else SURE_OF_NEW) and min(sure[start:stop]) >= SURE
        if said[start:stop] != old or not surely:
            continue
        if new in SIGN and start == 1 and DEVIATION_VALUE.fullmatch(old):
            return proposal.apart
        if new == "-" and start == 0 and proposal.parts[0].text in plus:
            return proposal.apart
        if MORE.fullmatch(new):
            return new.translate(BRACKETS) == new or (proposal.ends and _in_pairs(plain))
    return False


def is_bracketed(text: Text, proposal: Proposal) -> bool:
    """Say whether a proposal reads as its part does, in brackets: a pair may be less sure than other characters."""
    plain, inner = text.text.replace(" ", ""), proposal.parts[0].text.replace(" ", "")
    bare = plain.translate(BRACKETS)
    return bare == inner.translate(BRACKETS) and (plain in (f"({inner})", f"[{inner}]") or is_longer(text, proposal))


def _in_pairs(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("[") == text.count("]")


def _says(whole: Reading, part: Reading) -> bool:
    return _as_said(part.text) in _as_said(whole.text)


def _as_said(text: str) -> str:
    return text.replace(" ", "").translate(ALIKE)


def _sure(text: Text) -> list[float]:
    return [sure for character, sure in zip(text.text, text.char_confidences, strict=True) if character != " "]


def _is_word(line: Reading) -> bool:
    return line.confidence >= LEAST and bool(line.text.strip()) and not line.parts


def _same_way(a: Reading, b: Reading) -> bool:
    off = abs((angle_of(a.quad_px) - angle_of(b.quad_px) + 180) % 360 - 180)
    return off < PARALLEL_DEG or min(len(a.text), len(b.text)) <= LONG


def _covered(quad: Quad, others: Sequence[Quad]) -> bool:
    middle = middle_of(quad)
    return any(cv2.pointPolygonTest(corners_of(other).astype(np.float32), middle, False) >= 0 for other in others)
