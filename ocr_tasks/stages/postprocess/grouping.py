"""Readings put together as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ocr_tasks.contract import PageRecord, Quad, Reading
from ocr_tasks.quads import angle_of, bounds, height_of, width_of
from ocr_tasks.stages.postprocess.confidence import calibrated
from ocr_tasks.stages.postprocess.continued import Whole, continued
from ocr_tasks.stages.postprocess.names import with_underscores
from ocr_tasks.stages.postprocess.sections import with_letters_twice
from ocr_tasks.stages.recognize.spelling import spelt
from ocr_tasks.stages.recognize.stacked import Stack, stacks

LEAST_CONFIDENCE, LEAST_OF_SHORT = 0.6, 0.75
"""Below it a reading is taken for geometry that was seen as text; arrows and crosses make one or two characters."""
SHORT = 2
RINGS = ("0", "O")
SURE_ZERO, UPRIGHT_ZERO = 0.97, (0.5, 0.75)
"""An upright ring that is read so surely and so much narrower than high is a 0: holes seen askew lie on their sides."""
ORDINATES, SAME_HEIGHT, IN_LINE = 2, (0.75, 1.33), 0.35
"""So many numbers at least, of the ring's height, that begin, end or have their middle so nearly in line with it."""
LIKE_HEIGHT, SURE_WORD = (0.4, 1.6), 0.8
NEAR_BESIDE, NEAR_ABOVE = 6.0, 2.0
"""Near, in heights of the ring."""
CERTAIN = 1.0
"""What a text layer says."""


@dataclass(frozen=True)
class Grouped:
    """One string as a person reads it, of one or several readings; `confidence`: how probably it is right."""

    text: str
    raw_text: str
    quad_px: Quad
    confidence: float
    char_confidences: tuple[float, ...]
    parts: tuple[str, ...]
    region_ids: tuple[int, ...]
    engine: str


def group(readings: Sequence[Reading], page: PageRecord) -> list[Grouped]:
    """Return the strings of one page: each in the spelling of drawings, stacked tolerances as one."""
    likely = [reading for reading in readings if reading.page == page.page and is_text(reading)]
    tells = (is_zero, has_text_near, is_of_ordinates)
    found = [r for r in likely if not is_ring(r) or any(tell(r, likely) for tell in tells)]
    read = with_letters_twice(with_underscores([_spelt(reading) for reading in found]))
    whole = continued(read, [reading.text for reading in found])
    stacked = list(stacks([string.reading for string in whole]))
    taken = {k for stack in stacked for k in stack.members}
    alone = [_alone(string) for k, string in enumerate(whole) if k not in taken]
    return alone + [_together(stack, whole) for stack in stacked]


def _spelt(reading: Reading) -> Reading:
    """Return a reading in the spelling of drawings; one that is made of parts has it already."""
    return reading if reading.parts else reading.model_copy(update={"text": spelt(reading.text).strip()})


def is_text(reading: Reading) -> bool:
    """Say whether a reading is sure enough to be text at all; one or two signs by themselves are geometry."""
    text = reading.text.replace(" ", "")
    short = len(text) <= SHORT and not reading.parts
    if short and reading.confidence < CERTAIN and not any(character.isalnum() for character in text):
        return False
    return bool(text) and reading.confidence >= (LEAST_OF_SHORT if short else LEAST_CONFIDENCE)


def is_ring(reading: Reading) -> bool:
    """Say whether a reading is a lone 0 or O that was seen, not written in a text layer: a hole looks the same."""
    return reading.text.strip() in RINGS and reading.confidence < CERTAIN


def is_zero(ring: Reading, others: Sequence[Reading]) -> bool:
    """Say whether a ring is surely a 0 though no text is near: the number of a revision in its triangle.

    Slotted holes look like it, but come several.
    """
    height = height_of(ring.quad_px)
    slender = UPRIGHT_ZERO[0] < width_of(ring.quad_px) / max(height, 1e-6) < UPRIGHT_ZERO[1]
    sure = ring.text.strip() == "0" and ring.confidence >= SURE_ZERO and not is_turned(ring)
    return (
        slender
        and sure
        and not any(
            other is not ring and is_ring(other) and max(_gaps(ring, other)) < NEAR_BESIDE * height for other in others
        )
    )


def is_of_ordinates(ring: Reading, others: Sequence[Reading]) -> bool:
    """Say whether a slender ring is the 0 of ordinates: as high as the numbers that it is in line with, however far.

    Level ones stand below each other, those that run up the page beside each other; a 0 looks the same from its side.
    """
    left, top, right, bottom = bounds(ring.quad_px)
    width, height = sorted((right - left, bottom - top))
    lies = right - left > bottom - top
    if ring.confidence < SURE_WORD or width > UPRIGHT_ZERO[1] * height:
        return False
    numbers = [r for r in others if is_turned(r) == lies and sum(c.isdigit() for c in r.text) > 1]
    like = [r for r in numbers if SAME_HEIGHT[0] < height_of(r.quad_px) / height < SAME_HEIGHT[1]]
    places = [bounds(r.quad_px)[lies::2] for r in like]
    start, end = (top, bottom) if lies else (left, right)
    offsets = [(a - start, b - end, (a + b - start - end) / 2) for a, b in places]
    return sum(min(map(abs, offset)) < IN_LINE * height for offset in offsets) >= ORDINATES


def has_text_near(ring: Reading, others: Sequence[Reading]) -> bool:
    """Say whether text in like lettering stands near a ring, as it does near a 0 or an O; holes have none.

    A word stands beside or above it, as in a title block; a number anywhere around, as an ordinate or a deviation.
    Near a ring that lies on its side it is turned, too: a round hole seen askew looks like such a ring.
    """
    height, lies = height_of(ring.quad_px), is_turned(ring)
    for other in others:
        if lies and not is_turned(other):
            continue
        if not LIKE_HEIGHT[0] < height_of(other.quad_px) / height < LIKE_HEIGHT[1] or other.confidence < SURE_WORD:
            continue
        across, down = _gaps(ring, other)
        around = max(across, down) < NEAR_BESIDE * height
        if around and not is_ring(other) and any(character.isdigit() for character in other.text):
            return True
        beside = (down == 0 and around) or (across == 0 and down < NEAR_ABOVE * height)
        if beside and sum(character.isalpha() for character in other.text) > 1:
            return True
    return False


def _gaps(one: Reading, other: Reading) -> tuple[float, float]:
    """Return how far two readings are apart along the page and up it, 0 where they overlap."""
    left, top, right, bottom = bounds(one.quad_px)
    a, b, c, d = bounds(other.quad_px)
    return max(0.0, a - right, left - c), max(0.0, b - bottom, top - d)


def is_turned(reading: Reading) -> bool:
    """Say whether a reading runs up or down the page rather than along it."""
    return abs(abs(angle_of(reading.quad_px)) - 90) < 45


def _alone(string: Whole) -> Grouped:
    reading = string.reading
    return Grouped(
        text=reading.text,
        raw_text=string.raw_text,
        quad_px=reading.quad_px,
        confidence=calibrated(reading.confidence, reading.text, reading.engine),
        char_confidences=reading.char_confidences,
        parts=reading.parts,
        region_ids=string.region_ids,
        engine=reading.engine,
    )


def _together(stack: Stack, whole: Sequence[Whole]) -> Grouped:
    members = [whole[k] for k in stack.members]
    readings = [member.reading for member in members]
    return Grouped(
        text=stack.text,
        raw_text=" ".join(member.raw_text for member in members),
        quad_px=stack.quad,
        confidence=min(calibrated(reading.confidence, reading.text, reading.engine) for reading in readings),
        char_confidences=(),
        parts=stack.parts,
        region_ids=tuple(region for member in members for region in member.region_ids),
        engine=readings[0].engine,
    )
