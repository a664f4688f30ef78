"""Recognize: what each region says. The lines of all drawings of a batch are read together."""

import re
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence

import numpy as np

from ocr_tasks.contract import Options, Preparation, Quad, Reading, Region
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.engines.at_most import AtMost
from ocr_tasks.quads import angle_of, around, bounds, corners_of, height_of, middle_in, turned, width_of
from ocr_tasks.runner import BatchStage, Done, OnPage
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.crosses import without_cross
from ocr_tasks.stages.detect import COLUMN, FRAMES, LONE, ONE, RIVAL, STACKED, TEXT
from ocr_tasks.stages.frame_reading import MARGIN as FRAME_MARGIN
from ocr_tasks.stages.frame_reading import FrameText, read_frames
from ocr_tasks.stages.hole_signs import may_follow_hole_sign, place_before, with_hole_sign, without_stray_sign
from ocr_tasks.stages.ink import grown
from ocr_tasks.stages.line_ends import without_line_end
from ocr_tasks.stages.lying import lies
from ocr_tasks.stages.marks import Piece, without_marks
from ocr_tasks.stages.running_on import edge_of, without_geometry
from ocr_tasks.stages.stacked import DEVIATION
from ocr_tasks.stages.symbols import with_signs
from ocr_tasks.stages.whole import made_whole
from ocr_tasks.workdir import Workdir

SURE = 0.8
"""A reading less sure than this may be the wrong way round."""
LEAST = 0.5
"""A reading less sure than this is no argument."""
GAIN = 0.1
"""So much surer another way must be."""
SURE_LINE, LONGEST_ADVANCE = 0.9, 2.0
"""A line so sure, with no more than so many heights a character, is what stands there."""
LEAST_WIDTH = 0.4
"""A reading's box is at least so wide, in its heights: the ink of a 1 may be a single stroke."""
UNLIKELY = 0.3
"""So much less sure is a character or two that are neither digit nor capital."""
LEAST_OF_LONE = 0.95
"""A character by itself is one only if so sure: arrows and corners look like letters."""
LEAST_OF_ONE = 0.75
LONE_TEXT = re.compile(r"[0-9A-Z]{1,3}|\d{1,2}\.")
RINGS, NARROW_RING = ("O", "0", "Q", "D", "C"), 0.8
_NUMBER = r"(?:(?:0|[1-9]\d*)[.,]\d+|[.,]\d+|[1-9]\d+)"
VALUE = re.compile(
    rf"[⌀□RⓅ]?\s?{_NUMBER}(?:\s?[±-]\s?{_NUMBER})?°?"
    r"|[A-Z]{1,2}\d{1,4}|\d{1,4}[kKM]|\d{1,4}[pnuµ]F?"  # a part of a schematic and its value
)
"""What a column of characters must read as to be one string."""
EITHER_WAY = re.compile(r"[0168 9.,:±+=HINOSXZ-]+")
"""What reads as well from its other end says nothing about where that is."""
LONG = 2.0
"""A line longer than this, in its heights, is read along its long side."""

NOTHING: Gray = np.zeros((0, 0), np.uint8)


def stage(recognizer: Recognizer) -> BatchStage:
    """Return the stage, bound to its engine."""

    def run(works: Sequence[Workdir], options: Options, on_page: OnPage) -> Iterator[Done]:
        reader = AtMost(recognizer, options.recognize.batch_size)
        began = time.perf_counter()
        every = [work.regions() for work in works]
        regions = [[region for region in found if region.kind not in FRAMES] for found in every]
        framed = [[region for region in found if region.kind in FRAMES] for found in every]
        pages = [crops_of(work, found) for work, found in zip(works, regions, strict=True)]
        flat = [crop for crops in pages for crop in crops]
        sheets = [(k, region.page) for k, found in enumerate(regions) for region in found]
        texts = iter(read(flat, [r for found in regions for r in found], sheets, reader))
        results = [[next(texts) for _ in found] for found in regions]
        frames = iter(
            read_frames(
                [c for work, found in zip(works, framed, strict=True) for c in crops_of(work, found, FRAME_MARGIN)],
                [region.quad_px for found in framed for region in found],
                [FRAMES.index(region.kind) for found in framed for region in found],
                reader,
            )
        )
        frame_texts = [[next(frames) for _ in found] for found in framed]
        share = (time.perf_counter() - began) / max(1, len(flat))
        for k, (work, found, read_texts) in enumerate(zip(works, regions, results, strict=True)):
            readings = [
                Reading(
                    region_id=region.region_id,
                    page=region.page,
                    text=piece.text.text,
                    confidence=piece.text.confidence,
                    char_confidences=piece.text.char_confidences,
                    quad_px=wide_enough(piece.quad_px),
                    engine=reader.info.name,
                )
                for region, crop, (text, quarters) in zip(found, pages[k], read_texts, strict=True)
                for piece in pieces_of(text, region, crop, quarters)
            ]
            lines = with_hole_signs(work, whole_lines(work, settled(readings, found), reader))
            work.write_readings(with_frames(lines, framed[k], frame_texts[k], reader.info.name))
            page_count = len(work.pages())
            for _ in range(page_count):
                on_page()
            yield Done(work, page_count, {"readings": len(readings)}, seconds=share * len(found))

    return run


def pieces_of(text: Text, region: Region, crop: Gray, quarters: int) -> list[Piece]:
    """Return what was read in a region whose box was turned QUARTERS clockwise for it, apart from marks beside it."""
    quad = turned(region.quad_px, quarters)
    return without_marks(*without_cross(text, quad, np.rot90(crop, quarters), edge_of(crop, MARGIN)), MARGIN)


def wide_enough(quad: Quad) -> Quad:
    """Return QUAD, wider on both sides where it holds a single stroke."""
    missing = LEAST_WIDTH * height_of(quad) - width_of(quad)
    return grown(quad, missing / 2, 0.0) if missing > 0 else quad


def with_frames(
    lines: Sequence[Reading], regions: Sequence[Region], texts: Sequence[FrameText | None], engine: str
) -> list[Reading]:
    """Return LINES and what was read as feature control frames, without the lines that stand in those."""
    frames = [(region, text) for region, text in zip(regions, texts, strict=True) if text is not None]
    return [
        *(
            line
            for line in lines
            if not any(r.page == line.page and middle_in(line.quad_px, r.quad_px) for r, _ in frames)
        ),
        *(
            Reading(
                region_id=region.region_id,
                page=region.page,
                text=text.text,
                confidence=text.confidence,
                char_confidences=text.char_confidences,
                quad_px=text.quad_px,
                engine=engine,
                parts=text.cells,
            )
            for region, text in frames
        ),
    ]


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
    for column in readings:
        if kind[column.region_id] == COLUMN:
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
        if not inside or worth(inside) <= worth([line]):
            left = [one for one in left if one not in inside]
            kept.append(line)
    return kept + left


def with_column(lines: Sequence[Reading], column: Reading) -> list[Reading]:
    """Return LINES with COLUMN in place of those that stand in it, if it says the same as they do and more.

    Or if it reads as a value, and better than they do, or surer than those that are no single characters.
    """
    if column.confidence < SURE:
        return list(lines)
    parts = [line for line in lines if line.page == column.page and middle_in(line.quad_px, column.quad_px)]
    whole = [
        line
        for line in lines
        if line not in parts and line.page == column.page and middle_in(column.quad_px, line.quad_px)
    ]
    surest = max((part.confidence for part in parts if len(part.text) > 1), default=0.0)
    surer = column.confidence >= SURE_LINE and 0 < surest < column.confidence - GAIN
    better = VALUE.fullmatch(column.text) and (worth(parts) < worth([column]) or surer)
    more = column.confidence >= SURE_LINE and says_all(column, parts)
    if worth(whole) > 0 or not (better or more):
        return list(lines)
    return [*(line for line in lines if line not in parts), column]


def says_all(whole: Reading, parts: Sequence[Reading]) -> bool:
    """Say whether WHOLE reads as its PARTS do, one after the other in its direction, of which one is a word or number.

    Characters that stand above each other by themselves are no string.
    """
    sure = [part for part in parts if part.confidence >= LEAST]
    start, direction = corners_of(whole.quad_px)[0], np.subtract(whole.quad_px[1], whole.quad_px[0])
    along = [float((corners_of(part.quad_px).mean(0) - start) @ direction) for part in sure]
    rest = whole.text
    for _, part in sorted(zip(along, sure, strict=True), key=lambda placed: placed[0]):
        _, found, rest = rest.partition(part.text)
        if not found:
            return False
    return " " not in whole.text and any(len(part.text) > 1 and _same_way(part.quad_px, whole.quad_px) for part in sure)


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
    """Say whether a reading is surely a character or two by themselves; a ring is a hole, not an O."""
    ring = reading.text in RINGS and width_of(reading.quad_px) > NARROW_RING * height_of(reading.quad_px)
    return reading.confidence >= LEAST_OF_LONE and LONE_TEXT.fullmatch(reading.text) is not None and not ring


def is_one(reading: Reading) -> bool:
    """Say whether a bare stroke reads as a 1; recognisers are less sure of such."""
    return reading.confidence >= LEAST_OF_ONE and reading.text == "1"


def worth(readings: Sequence[Reading]) -> float:
    """Return the sum of confidences over characters; those of unsure readings count for nothing."""
    return sum(r.confidence * len(r.text.replace(" ", "")) for r in readings if r.confidence >= LEAST)


def whole_lines(work: Workdir, lines: Sequence[Reading], recognizer: Recognizer) -> list[Reading]:
    """Return LINES of a drawing, those of a page together that are one string."""
    return [
        line
        for page, image in images_of(work).items()
        for line in made_whole(image, [line for line in lines if line.page == page], recognizer)
    ]


def with_hole_signs(work: Workdir, lines: Sequence[Reading]) -> list[Reading]:
    """Return LINES, each that begins with a diameter with the ⌴ or ⌵ before it, without what was seen in its place."""
    lines = [without_stray_sign(line) for line in lines]
    doubtful = [k for k, line in enumerate(lines) if may_follow_hole_sign(line)]
    before = [lines[k].model_copy(update={"quad_px": place_before(lines[k].quad_px)}) for k in doubtful]
    crops = crops_of(work, before, 0.0)
    whole = {k: with_hole_sign(lines[k], crop) for k, crop in zip(doubtful, crops, strict=True)}
    signed = [line for k, line in whole.items() if line is not lines[k]]
    return [
        whole.get(k, line)
        for k, line in enumerate(lines)
        if k in whole or not any(w.page == line.page and middle_in(line.quad_px, w.quad_px) for w in signed)
    ]


def crops_of(work: Workdir, regions: Sequence[Region | Reading], margin: float = MARGIN) -> list[Gray]:
    """Return what stands in REGIONS with paper around it, MARGIN in line heights."""
    pages = images_of(work)
    return [cut(pages[region.page], region.quad_px, margin) for region in regions]


def images_of(work: Workdir) -> dict[int, Gray]:
    """Return the prepared image of each page."""
    prepared = {record.page: record for record in work.preparations()}
    return {
        page.page: work.prepared_image(prepared.get(page.page, Preparation(page=page.page))) for page in work.pages()
    }


def read(
    crops: Sequence[Gray], regions: Sequence[Region], sheets: Sequence[Hashable], recognizer: Recognizer
) -> list[tuple[Text, int]]:
    """Return for each crop its best reading and by how many quarters clockwise its box had to be turned for it.

    All are read as their boxes say, but rivals and lone characters only where no line reads surely. Where a reading is
    unsure, the other ways are read too, and the surest reading stays.
    SHEETS says which crops are of one page: where most lines are unsure, the page may stand on its head.
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
            either=sheet in unsure or upward[index],
            upward=upward[index],
            lone=region.kind == LONE,
        )
    ]
    again = recognizer.read([np.rot90(crops[index], quarters) for index, quarters in doubts])
    for (index, quarters), text in zip(doubts, again, strict=True):
        if plausibility(text) > plausibility(best[index][0]) + GAIN:
            best[index] = (text, quarters)
    families = list(zip(sheets, upward, strict=True))
    heads_down = inverted(crops, best, families)
    outvoted = [k for k, family in enumerate(families) if family in heads_down and best[k][1] == 0]
    for index, text in zip(outvoted, recognizer.read([np.rot90(crops[i], 2) for i in outvoted]), strict=True):
        if text.confidence > best[index][0].confidence - GAIN:
            best[index] = (text, 2)
    return [
        (with_signs(turned, without_line_end(without_geometry(text, crop, MARGIN), turned, MARGIN)), quarters)
        for crop, (text, quarters) in zip(crops, best, strict=True)
        for turned in (np.rot90(crop, quarters),)
    ]


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
            x, y = corners_of(region.quad_px).mean(0)
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
        says_which = crop.size and crop.shape[1] > LONG * crop.shape[0] and not EITHER_WAY.fullmatch(text.text)
        if says_which and text.confidence >= SURE:
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


def other_ways(crop: Gray, text: Text, *, either: bool, upward: bool = False, lone: bool = False) -> tuple[int, ...]:
    """Return the turns, in quarters clockwise, that an unsure reading should also be tried at.

    EITHER: a long line may also read from its other end. UPWARD: the box says that the text runs up the page; a short
    one may be level after all. LONE: it is a character by itself; a long one in which nothing is read, a 1 that lies.
    """
    height, width = crop.shape
    if height == 0 or plausibility(text) >= (LEAST_OF_LONE if lone else SURE):
        return ()
    if width > LONG * height and not (lone and not text.text):
        return (2,) if either else ()
    return (1,) if upward else (3,)


def plausibility(text: Text) -> float:
    """Return how sure a reading is, less where it is one or two characters without a digit or a capital.

    A 4 that lies on its side reads as a sign.
    """
    unlikely = 0 < len(text.text) <= 2 and not any(c.isdigit() or c.isupper() for c in text.text)
    return text.confidence - UNLIKELY * unlikely
