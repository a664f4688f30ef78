"""Reads what stands in boxes in the direction in which it reads best: a box does not say where its text begins."""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence

import numpy as np

from ocr_tasks.contract import Quad, Region
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.quads import bounds, height_of, middle_of, turned, width_of
from ocr_tasks.stages.crops import MARGIN
from ocr_tasks.stages.detect.stage import COLUMN, LONE, ONE, RIVAL, TEXT
from ocr_tasks.stages.lying import lies
from ocr_tasks.stages.recognize.line_ends import without_line_end
from ocr_tasks.stages.recognize.neighbours import against_neighbours
from ocr_tasks.stages.recognize.running_on import without_geometry
from ocr_tasks.stages.recognize.symbols import with_signs

SURE = 0.8
"""A reading less sure than this may be the wrong way round."""
GAIN = 0.1
"""So much surer another way must be."""
SURE_LINE, LONGEST_ADVANCE = 0.9, 2.0
"""A line so sure, with no more than so many heights a character, is what stands there."""
LEAST_OF_LONE = 0.95
"""A character by itself is one only if so sure: arrows and corners look like letters."""
UNLIKELY = 0.3
"""So much less sure is a character or two that are neither digit nor capital."""
EITHER_WAY = re.compile(r"[0168 9.,:±+=HINOSXZ-]+")
"""What reads as well from its other end says nothing about where that is."""
LEAST_HEADS_DOWN = 2
"""So many long lines of a sheet read down it, or from right to left, where short strings may, too."""
LYING, MAY_LIE = 1.25, 1.1
"""A character that lies on its side is so long, in its heights; what reads as nothing may be one from the second on."""
LONG = 2.0
"""A line longer than this, in its heights, is read along its long side."""
WORD = 1.5
"""One longer than this holds three characters or so: it may also be read along it, and says which way it runs."""
SLOPES_DEG = 15.0
"""A box that slopes more is neither a level nor an upright one of a skewed scan."""

NOTHING: Gray = np.zeros((0, 0), np.uint8)


def read(
    crops: Sequence[Gray], regions: Sequence[Region], sheets: Sequence[Hashable], recognizer: Recognizer
) -> list[tuple[Text, int]]:
    """Return for each crop its best reading and by how many quarters clockwise its box had to be turned for it.

    All are read as their boxes say, but rivals and lone characters only where no line reads surely. Where a reading is
    unsure, the other ways are read too, and the surest reading stays.
    SHEETS says which crops are of one page: where most lines are unsure, the page may stand on its head. On other pages
    a part of a schematic may: its names and values are taken from their other end if they read surely so.
    """
    crops = without_settled(crops, regions, sheets, lines := first_readings(crops, regions, recognizer))
    rest = iter(recognizer.read([crop for k, crop in enumerate(crops) if k not in lines]))
    best = [(lines[k] if k in lines else next(rest), 0) for k in range(len(crops))]
    unsure = unsure_sheets(crops, [text for text, _ in best], sheets)
    upward = run_upward(regions, sheets)
    doubts = [
        (index, quarters)
        for index, (crop, (text, _), region, sheet) in enumerate(zip(crops, best, regions, sheets, strict=True))
        if region.kind != ONE
        for quarters in other_ways(
            crop,
            text,
            either=sheet in unsure or upward[index] or region.kind == TEXT,
            aside=across(region, upward=upward[index]),
            lone=region.kind == LONE,
            proposed=region.kind in (LONE, RIVAL),
        )
    ]
    again = recognizer.read([np.rot90(crops[index], quarters) for index, quarters in doubts])
    for (index, quarters), text in zip(doubts, again, strict=True):
        expected = _is_long(crops[index]) and (upward[index] or sheets[index] in unsure)
        either_way = EITHER_WAY.fullmatch("".join(filter(str.isalnum, text.text)) or "0")
        doubtful = quarters == 2 and not expected and (plausibility(text) < SURE or either_way)
        if not doubtful and plausibility(text) > plausibility(best[index][0]) + GAIN:
            best[index] = (text, quarters)
    families = list(zip(sheets, upward, strict=True))
    for index, quarters, text in read_heads_down(crops, regions, best, families, recognizer):
        best[index] = (text, quarters)
    heads_down = inverted(crops, best, families)
    outvoted = [k for k, family in enumerate(families) if family in heads_down and best[k][1] == 0]
    _read_from_other_end(crops, best, outvoted, recognizer)
    quads = [turned(region.quad_px, quarters) for region, (_, quarters) in zip(regions, best, strict=True)]
    alone = against_neighbours([text for text, _ in best], quads, sheets)
    _read_from_other_end(crops, best, alone, recognizer)
    return [
        (with_signs(level, without_line_end(without_geometry(text, level, MARGIN), level, MARGIN)), quarters)
        for crop, (text, quarters) in zip(crops, best, strict=True)
        for level in (np.rot90(crop, quarters),)
    ]


def _read_from_other_end(
    crops: Sequence[Gray], best: list[tuple[Text, int]], which: Sequence[int], recognizer: Recognizer
) -> None:
    """Put into BEST what those of CROPS say from their other end, where that is hardly less sure."""
    ways = [(k, (best[k][1] + 2) % 4) for k in which]
    again = recognizer.read([np.rot90(crops[k], quarters) for k, quarters in ways])
    for (k, quarters), text in zip(ways, again, strict=True):
        if text.confidence > best[k][0].confidence - GAIN:
            best[k] = (text, quarters)


def read_heads_down(
    crops: Sequence[Gray],
    regions: Sequence[Region],
    best: Sequence[tuple[Text, int]],
    families: Sequence[tuple[Hashable, bool]],
    recognizer: Recognizer,
) -> Iterator[tuple[int, int, Text]]:
    """Yield short crops in which nothing was read so far, by index, that read down the page or from right to left.

    With their turn in quarters clockwise and what they say. Only long lines say that text of a sheet runs so: where
    there are none an arrow would read as a letter.
    """
    runs = Counter(
        family
        for crop, (text, quarters), family in zip(crops, best, families, strict=True)
        if quarters == 2 and _says_which(crop, text, WORD) and text.confidence >= SURE
    )
    doubts = [
        (k, quarters)
        for k, (crop, region, (text, _), (sheet, upward)) in enumerate(zip(crops, regions, best, families, strict=True))
        for quarters, up in (((2, True),) if upward else ((1, True), (2, False)))
        if runs[sheet, up] >= LEAST_HEADS_DOWN
        and region.kind in (TEXT, RIVAL, COLUMN)
        and 0 < crop.shape[1] <= LONG * crop.shape[0]
        and plausibility(text) < SURE
    ]
    again = recognizer.read([np.rot90(crops[k], quarters) for k, quarters in doubts])
    for (k, quarters), text in zip(doubts, again, strict=True):
        only_so = regions[k].kind == TEXT or not EITHER_WAY.fullmatch(text.text)
        if only_so and plausibility(text) >= LEAST_OF_LONE:
            yield k, quarters, text


def _is_long(crop: Gray, least: float = LONG) -> bool:
    return bool(crop.shape[1] > least * crop.shape[0] > 0)


def _says_which(crop: Gray, text: Text, least: float = LONG) -> bool:
    """Say whether a crop holds a line that reads from one of its ends only, at LEAST so long, in its heights."""
    return _is_long(crop, least) and not EITHER_WAY.fullmatch(text.text)


def first_readings(crops: Sequence[Gray], regions: Sequence[Region], recognizer: Recognizer) -> dict[int, Text]:
    """Return what stands in those crops that are no rival and no lone character, by their index."""
    lines = [k for k, region in enumerate(regions) if region.kind not in (RIVAL, LONE, ONE)]
    return dict(zip(lines, recognizer.read([crops[k] for k in lines]), strict=True))


def without_settled(
    crops: Sequence[Gray], regions: Sequence[Region], sheets: Sequence[Hashable], lines: Mapping[int, Text]
) -> list[Gray]:
    """Return CROPS, empty where a rival or a lone character stands in a line that reads surely: it could not win."""
    sure: dict[Hashable, list[tuple[float, float, float, float]]] = {}
    for k, text in lines.items():
        if regions[k].kind == TEXT and is_sure_line(text, regions[k].quad_px):
            sure.setdefault(sheets[k], []).append(bounds(regions[k].quad_px))
    edges = {sheet: np.array(found) for sheet, found in sure.items()}
    left = list(crops)
    for k, region in enumerate(regions):
        if k not in lines and sheets[k] in edges:
            x, y = middle_of(region.quad_px)
            a, b, c, d = edges[sheets[k]].T
            if ((a <= x) & (x <= c) & (b <= y) & (y <= d)).any():
                left[k] = NOTHING
    return left


def is_sure_line(text: Text, quad: Quad) -> bool:
    """Say whether a line reads surely, with as many characters as its length lets expect."""
    characters = len(text.text.replace(" ", ""))
    wide = width_of(quad) > LONGEST_ADVANCE * characters * height_of(quad)
    return text.confidence >= SURE_LINE and characters > 1 and not wide


def unsure_sheets(crops: Sequence[Gray], texts: Sequence[Text], sheets: Sequence[Hashable]) -> set[Hashable]:
    """Return the sheets on which most of the long lines read badly, three at least."""
    lines: dict[Hashable, list[bool]] = {}
    for crop, text, sheet in zip(crops, texts, sheets, strict=True):
        if crop.size and crop.shape[1] > LONG * crop.shape[0]:
            lines.setdefault(sheet, []).append(text.confidence < SURE)
    return {sheet for sheet, unsure in lines.items() if sum(unsure) >= 3 and 2 * sum(unsure) > len(unsure)}


def inverted(
    crops: Sequence[Gray], best: Sequence[tuple[Text, int]], families: Sequence[tuple[Hashable, bool]]
) -> set[tuple[Hashable, bool]]:
    """Return the families (lines of one sheet and one direction) whose long lines mostly read from their other end.

    6 and 9 read well either way: the lines around them decide. A family that says nothing clear follows the other
    one of its sheet: the page stands on its head.
    """
    votes: dict[tuple[Hashable, bool], list[bool]] = {family: [] for family in families}
    for crop, (text, quarters), family in zip(crops, best, families, strict=True):
        if _says_which(crop, text) and text.confidence >= SURE:
            votes[family].append(quarters == 2)
    turned, stands = (
        {family for family, turns in votes.items() if (said := turns.count(way)) >= 3 and 3 * said > 2 * len(turns)}
        for way in (True, False)
    )
    return turned | {(sheet, upward) for sheet, upward in votes if (sheet, not upward) in turned} - stands


def run_upward(regions: Sequence[Region], sheets: Sequence[Hashable]) -> list[bool]:
    """Return for each region whether it runs up its sheet, which may lie on its side."""
    lines: dict[Hashable, list[Quad]] = {}
    for region, sheet in zip(regions, sheets, strict=True):
        if region.kind == TEXT:
            lines.setdefault(sheet, []).append(region.quad_px)
    lying = {sheet for sheet, quads in lines.items() if lies(quads)}
    off = [region.angle_deg - 90 * (sheet in lying) for region, sheet in zip(regions, sheets, strict=True)]
    return [abs(abs((angle + 180) % 360 - 180) - 90) < 30 for angle in off]


def across(region: Region, *, upward: bool) -> int:
    """Return by how many quarters clockwise a box is turned for text that runs across it and not on its head.

    UPWARD: the box runs up its sheet. Across one that slopes upward, text slopes downward.
    """
    angle_deg = (region.angle_deg + 180) % 360 - 180
    if SLOPES_DEG < abs(angle_deg) < 90 - SLOPES_DEG:
        return 1 if angle_deg > 0 else 3
    return 1 if upward else 3


def other_ways(
    crop: Gray, text: Text, *, either: bool, aside: int = 3, lone: bool = False, proposed: bool = False
) -> tuple[int, ...]:
    """Return the turns, in quarters clockwise, that an unsure reading should also be tried at.

    EITHER: a long line or a word may also read from its other end. ASIDE: the turn at which a short one runs across
    its box. LONE: it is a character by itself; a long one in which nothing is read, a 1 that lies. PROPOSED: only ink
    says that something may stand here; a character on its side is longer than high.
    """
    height, width = crop.shape
    if height == 0 or plausibility(text) >= (LEAST_OF_LONE if lone else SURE):
        return ()
    if width > LONG * height and not (lone and not text.text):
        return (2,) if either else ()
    if proposed and width < (LYING if text.text else MAY_LIE) * height:
        return ()
    return (aside, 2) if either and width > WORD * height and not proposed else (aside,)


def plausibility(text: Text) -> float:
    """Return how sure a reading is, less where it is one or two characters without a digit or a capital.

    A 4 that lies on its side reads as a sign.
    """
    unlikely = 0 < len(text.text) <= 2 and not any(c.isdigit() or c.isupper() for c in text.text)
    return text.confidence - UNLIKELY * unlikely
