"""Makes crops as a detector cuts them from a drawing: text among lines, loosely or tightly cut, clean or worn."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.engines import Gray
from ocr_tasks.training.dimensions import CHARACTERISTICS, number
from ocr_tasks.training.lettering import CAP, Drawn, Ink, Lettering
from ocr_tasks.training.nothing import shape
from ocr_tasks.training.strings import invent, note
from ocr_tasks.training.surroundings import Box, Margins, beside, flag, frame, line, lines, pin, through, touching, wire

Floats = npt.NDArray[np.float32]

NOTHING = "nothing"
"""The kind of a crop that holds no text, or text upside down: to be read as the empty string."""

NOTHINGS = 0.11
"""Share of crops without text."""
SIDEWAYS = 0.012
"""Share of crops of text that lies on its side, or of a character that stands on its head."""
BESIDE = 0.1
"""Share of crops in which a stroke of the drawing stands beside the text."""
CROSSED = 0.07
"""Share of longer strings that a line of the drawing goes through."""
TOUCHED = 0.06
"""Share of longer strings that a line's end, an arrowhead or a dot touches."""
FLAGS = 0.2
"""Share of the names of nets that stand in a label's outline."""
PINS = 0.3
"""Share of lone characters that stand on a wire, as the numbers of pins do."""

_STILL_READ_WHEN_CUT = set("0234568ABDHKLMNRSUVWXZbdhkmnuwxz")

LONGEST = 44
LONGEST_NOTE = 90
"""Longer strings are cut, at a word where there is one; one note in eight may be long."""

_ALSO_READ_SIDEWAYS = set("013CDEHIMNOQSUVWXZcmnosuvwxz.,:;|+-=%/<>*\"'")
"""Characters that look like others, or like a sign, once they are turned by 90 degrees."""
_NEVER_READ_UPSIDE_DOWN = set("347ABFGJKRTY")
_TURNS_INTO_OTHER_TEXT = set("0123456789oOxXsSzZHINlpdqbunwmyMWUZ-.,:;|+=%/ ()[]<>'\"±°⌀□○◎×⊥∥⌖~_*#&@{}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A crop with what it says."""

    crop: Gray
    text: str
    kind: str


def make(lettering: Lettering, seed: int, index: int) -> Sample:
    """Return sample `index` of the endless list that `seed` stands for."""
    r = Random(f"{seed}:{index}")
    kind, text = invent(r)
    if kind == "note" and r.random() < 0.12:
        text = _shortened(f"{text} {note(r)} {note(r)}", LONGEST_NOTE)
    else:
        text = _shortened(text, LONGEST)
    if r.random() < NOTHINGS:
        return Sample(_worn(shape(r), r), "", NOTHING)
    face = lettering.pick(r, text)
    # Underscores are lost where the lettering is small; stacked deviations are small.
    largest = 12 if ("_" in text or kind in ("deviation", "single")) and r.random() < 0.5 else 38
    tall = float(np.exp(r.uniform(np.log(6.5), np.log(largest))))
    thickness = max(r.uniform(0.05, 0.17) * CAP, r.uniform(0.8, 1.3) * CAP / tall)
    drawn = lettering.write(text, face, r, thickness)
    boxed = kind == "frame" or (kind == "cell" and (text in CHARACTERISTICS or r.random() < 0.6))
    crop = _placed(drawn, text, kind, boxed, lettering, r, tall, thickness)
    if quarters := _wrong_way(text, kind, r):
        return Sample(_worn(np.ascontiguousarray(np.rot90(crop, quarters)), r), "", NOTHING)
    return Sample(_worn(crop, r), text.replace("|", " ") if kind == "row" else text, kind)


def _wrong_way(text: str, kind: str, r: Random) -> int:
    """Return by how many quarters the crop is turned so that it no longer says anything; 0 for most."""
    if r.random() < 0.02 and sum(c not in _TURNS_INTO_OTHER_TEXT for c in text) >= 3:
        return 2
    if kind == "single":
        if text in _NEVER_READ_UPSIDE_DOWN and r.random() < 0.08:
            return 2
        if len(text) == 1 and text not in _ALSO_READ_SIDEWAYS and r.random() < 0.12:
            return r.choice((1, 3))
    elif r.random() < SIDEWAYS and sum(c not in _ALSO_READ_SIDEWAYS for c in text) >= 2:
        return r.choice((1, 3))
    return 0


def _shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    cut = text.rfind(" ", 0, longest)
    return text[: cut if cut > longest // 2 else longest].rstrip()


def _margins(r: Random, text: str) -> tuple[float, float, float, float]:
    """Return how far the crop goes beyond the ink, in cap heights: left, top, right, bottom.

    Wide characters at an end may be cut into; a thin one would leave nothing to read.
    """
    low, high = r.choices(((-0.04, 0.12), (0.08, 0.4), (0.3, 0.75)), (35, 50, 15))[0]
    near, far = r.choices(((-0.03, 0.15), (0.08, 0.5), (0.4, 1.3)), (35, 50, 15))[0]
    left, right = (
        r.uniform(-0.14, -0.02) if end in _STILL_READ_WHEN_CUT and r.random() < 0.07 else r.uniform(near, far)
        for end in (text[0], text[-1])
    )
    return left, r.uniform(low, high), right, r.uniform(low, high)


def _ink_box(drawn: Drawn, text: str, rows: npt.NDArray[np.int64], wide: int, edge: int, r: Random) -> Box:
    """Return the box that a detector gives the ink: its extent, or the height of its line."""
    ink = Box(edge, edge + rows[0], edge + wide, edge + rows[-1] + 1)
    if "_" in text and r.random() < 0.4:
        # A detector follows the letters: the underscores lie at the crop's lower edge, or are cut through.
        return Box(ink.x0, ink.y0, ink.x1, ink.y1 - r.uniform(0.2, 0.8) * 0.1 * CAP)
    if ink.y1 - ink.y0 < 0.55 * CAP or r.random() < 0.3:
        # A detector, or a row of a table, gives a lone dash or point the height of its line.
        return Box(ink.x0, min(ink.y0, edge + drawn.top), ink.x1, max(ink.y1, edge + drawn.base))
    return ink


def _placed(
    drawn: Drawn, text: str, kind: str, boxed: bool, lettering: Lettering, r: Random, tall: float, thickness: float
) -> Gray:
    """Return the text among lines, cut out and brought to `tall` pixels of cap height: 0 black, 255 white."""
    columns = np.flatnonzero(drawn.ink.any(0))
    rows = np.flatnonzero(drawn.ink.any(1))
    if not columns.size:
        return np.full((24, 24), 255, np.uint8)
    edge = 2 * CAP
    canvas = np.pad(drawn.ink[:, columns[0] : columns[-1] + 1], ((edge, edge), (edge, edge)))
    ink = _ink_box(drawn, text, rows, columns[-1] + 1 - columns[0], edge, r)
    left, top, right, bottom = (m * CAP for m in _margins(r, text))
    if kind == "single" and r.random() < 0.25:
        left, right = (r.uniform(0.2, 1.2) * CAP for _ in "lr")
    if "_" in text and r.random() < 0.25:
        wire(canvas, edge + drawn.base, thickness, r)
    if kind == "row":
        for x in drawn.rules:
            line(
                canvas, edge + x - columns[0], 0, edge + x - columns[0], canvas.shape[0], thickness * r.uniform(0.4, 1)
            )
        lines(canvas, ink, thickness, r)
    elif boxed:
        frame(canvas, ink, [edge + x - columns[0] for x in drawn.rules], thickness, r)
        left, right = max(left, 0.3 * CAP), max(right, 0.3 * CAP)
    else:
        lines(canvas, ink, thickness, r)
        chance = r.random()
        least: Margins = (-CAP, -CAP, -CAP, -CAP)
        if chance < BESIDE:
            least = beside(canvas, ink, thickness, r)
        elif len(text) > 2 and chance < BESIDE + CROSSED:
            least = through(canvas, ink, thickness, r)
        elif len(text) > 1 and chance < BESIDE + CROSSED + TOUCHED:
            least = touching(canvas, ink, thickness, r)
        elif kind == "net" and text[0].isalpha() and chance > 1 - FLAGS:
            least = flag(canvas, ink, thickness, r)
        elif kind == "single" and chance < BESIDE + PINS:
            least = pin(canvas, ink, thickness, r)
        left, top, right, bottom = (max(m, n) for m, n in zip((left, top, right, bottom), least, strict=True))
    box = Box(ink.x0 - left, ink.y0 - top, ink.x1 + right, ink.y1 + bottom)
    if r.random() < 0.12:
        _neighbour(canvas, box, lettering, r, thickness)
    return _cut(canvas, box, tall / CAP, r)


def _neighbour(canvas: Ink, box: Box, lettering: Lettering, r: Random, thickness: float) -> None:
    """Let the edge of another string peek into the crop from above or below."""
    text = number(r)
    other = lettering.write(text, lettering.pick(r, text), r, thickness)
    rows = np.flatnonzero(other.ink.any(1))
    columns = np.flatnonzero(other.ink.any(0))
    if not rows.size:
        return
    ink = other.ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    seen = int(r.uniform(0.03, 0.22) * CAP)
    y = int(box.y0) + seen - ink.shape[0] if r.random() < 0.5 else int(box.y1) - seen
    x = int(r.uniform(box.x0 - 0.5 * ink.shape[1], box.x1))
    y0, x0 = max(y, 0), max(x, 0)
    y1, x1 = min(y + ink.shape[0], canvas.shape[0]), min(x + ink.shape[1], canvas.shape[1])
    if y1 > y0 and x1 > x0:
        part = canvas[y0:y1, x0:x1]
        np.maximum(part, ink[y0 - y : y1 - y, x0 - x : x1 - x], out=part)


def _cut(canvas: Ink, box: Box, scale: float, r: Random) -> Gray:
    """Turn a little, squeeze, cut and bring to size."""
    squeeze = r.uniform(0.75, 1.15) if r.random() < 0.35 else 1.0
    angle = r.gauss(0, 1.2) if r.random() < 0.25 else 0.0
    angle = max(-3.0, min(3.0, angle)) * min(1.0, 6 * CAP / max(box.x1 - box.x0, 1.0))
    centre = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    matrix = cv2.getRotationMatrix2D(centre, angle, 1.0)
    if angle:
        turned = cv2.warpAffine(canvas, matrix, (canvas.shape[1], canvas.shape[0]), flags=cv2.INTER_LINEAR)
        canvas = np.asarray(turned, np.uint8)
    x0, y0 = max(int(box.x0), 0), max(int(box.y0), 0)
    part = canvas[y0 : max(int(box.y1), y0 + 4), x0 : max(int(box.x1), x0 + 4)]
    size = (max(3, round(part.shape[1] * scale * squeeze)), max(6, round(part.shape[0] * scale)))
    return 255 - np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)


def _worn(crop: Gray, r: Random) -> Gray:
    """Give the crop its paper and ink, and for a part of the crops what scanners, faxes and JPEG do to them."""
    state = np.random.default_rng(r.getrandbits(32))
    ink = r.choice((0, 0, 0, r.randrange(0, 140)))
    paper = r.choice((255, 255, 255, r.randrange(190, 256)))
    picture: Floats = ink + crop.astype(np.float32) * np.float32((paper - ink) / 255)
    high, wide = crop.shape
    if r.random() < 0.22:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), r.uniform(0.3, 0.03 * high + 0.35)), np.float32)
    if r.random() < 0.08:
        small = cv2.resize(picture, (max(4, int(wide * 0.65)), max(6, int(high * 0.65))), interpolation=cv2.INTER_AREA)
        picture = np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_LINEAR), np.float32)
    if r.random() < 0.08:
        picture = picture + np.linspace(r.uniform(-50, 0), r.uniform(0, 50), wide, dtype=np.float32)
    if r.random() < 0.12:
        picture = picture + state.normal(0, r.uniform(2, 22), picture.shape).astype(np.float32)
    if r.random() < 0.025 and high >= 16:
        picture = _faxed(picture, r)
    if r.random() < 0.1:
        level = ink + (paper - ink) * r.uniform(0.35, 0.75)
        picture = np.where(picture > level, 255.0, 0.0).astype(np.float32)
        if r.random() < 0.4:
            picture[state.random(picture.shape) < 0.006] = 0.0
    finished = np.clip(picture, 0, 255).astype(np.uint8)
    if r.random() < 0.12:
        _, packed = cv2.imencode(".jpg", finished, [cv2.IMWRITE_JPEG_QUALITY, r.randrange(25, 90)])
        finished = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return 255 - finished if r.random() < 0.012 else finished


def _faxed(picture: Floats, r: Random) -> Floats:
    """Return the picture with half as many rows as columns in each length, as a fax at standard resolution has it."""
    high, wide = picture.shape
    few = cv2.resize(picture, (wide, round(high * r.uniform(0.5, 0.65))), interpolation=cv2.INTER_AREA)
    level = picture.min() + np.ptp(picture) * r.uniform(0.45, 0.75)
    return np.asarray(cv2.resize(np.where(few > level, 255.0, 0.0).astype(np.float32), (wide, high)), np.float32)
