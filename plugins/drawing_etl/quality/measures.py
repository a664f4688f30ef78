"""What the gate looks at, measured from one drawing's files: figures of its strings and of the drawing as a whole.

Nothing is judged here. A figure that does not apply (no text layer, no rasters any more) is None.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, pstdev
from typing import NamedTuple

from drawing_etl.quality.glyphs import glyphs
from drawing_etl.quality.ink import ink_map, ink_share, lettering
from drawing_etl.quality.places import boxes, off_page, pairs, sizes
from ocr_tasks.contract import READING_STAGES, Item, PageRecord, Quad, Result, VectorText
from ocr_tasks.errors import ContractError
from ocr_tasks.workdir import Workdir

MM_PER_INCH = 25.4

INK_SHARE = (0.06, 0.97)
"""A string's box holds ink, and paper between its strokes."""

PITCH = (0.2, 1.6)
"""Length of a string by its height and number of characters: lettering from narrow to wide, spaced out or not."""

SAME_PLACE = 0.6
"""Share of the smaller of two boxes that is common to both where they stand at one place."""

SUPPORTED = 0.7
"""Share of a string's letters and digits that readings at its place must hold; a repair may change a few."""

NUMBER_STRING = re.compile(r"[0-9.,+\-±⌀ØRMxX×°()HhJjKkgf]{2,40}")
"""Strings of characters that are one mark of ink each."""

DECIMAL_SIGNS = ".,"


@dataclass(frozen=True)
class ItemFigures:
    """One string. None: does not apply."""

    item_id: int
    kind: str
    page_known: bool
    off_page: float
    height_mm: float | None
    nominal_mm: float | None
    limits_spread: float | None
    """Upper limit less lower limit, in the callout's unit: negative where they stand the wrong way round."""
    error_findings: int


@dataclass(frozen=True)
class DrawingFigures:
    """One drawing. Shares are 0..1; None: does not apply. `culprits`: figure -> the items that make it up."""

    drawing_id: str
    items: tuple[ItemFigures, ...]
    strings: int
    confidences: tuple[float, ...]
    """Of the strings that OCR read."""
    identity_breaks: tuple[str, ...]
    """Where the result does not belong to this drawing, in words."""
    findings_error: int
    mean_confidence: float | None
    share_low_confidence: float | None
    confidence_spread: float | None
    layer_agreement: float | None
    share_repeated: float | None
    share_overlapping: float | None
    share_on_ink: float | None
    share_ink_read: float | None
    share_marks_missed: float | None
    """Of the number strings, those whose ink has more characters, or more decimal signs, than their text."""
    share_marks_invented: float | None
    """Of the number strings, those whose text has more characters than their ink; touching characters count as one."""
    share_readings_kept: float | None
    share_items_read: float | None
    share_odd_pitch: float | None
    share_without_meaning: float | None
    share_error_findings: float | None
    drawing_number: bool
    pages: int
    texts: tuple[str, ...] = field(default=(), repr=False)
    culprits: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)


def measure(work: Workdir, *, low_confidence: float) -> DrawingFigures:
    """Measure one drawing that postprocess has finished. A missing or damaged file is a ContractError."""
    result = work.result()
    pages = work.pages()
    culprits: dict[str, tuple[int, ...]] = {}
    items = result.items
    by_ocr = [item for item in items if item.source == "ocr"]  # a string of the text layer is simply there
    confidences = tuple(item.confidence for item in by_ocr)
    low = tuple(item.item_id for item in by_ocr if item.confidence < low_confidence)
    culprits["share_low_confidence"] = low
    by_item = _errors_by_item(result)
    dimensions = [item for item in items if _is_dimension(item)]
    contradicted = tuple(item.item_id for item in dimensions if by_item[item.item_id])
    culprits["share_error_findings"] = contradicted
    mute = tuple(item.item_id for item in dimensions if not item.meaning or item.meaning.get("nominal") is None)
    culprits["share_without_meaning"] = mute
    repeated, overlapping = _crowded(items)
    culprits["share_repeated"], culprits["share_overlapping"] = repeated, overlapping
    odd = _odd_pitch(items)
    culprits["share_odd_pitch"] = odd
    unsupported, kept = _against_readings(work, items)
    culprits["share_items_read"] = unsupported
    ink = _against_ink(work, pages, items)
    if ink is not None:
        culprits["share_on_ink"], culprits["share_marks_missed"] = ink.off, ink.missed
        culprits["share_marks_invented"] = ink.invented
    number = result.title_block.get("drawing_number")
    return DrawingFigures(
        drawing_id=work.name,
        items=tuple(_item_figures(items, pages, by_item)),
        strings=len(items),
        confidences=confidences,
        identity_breaks=tuple(_identity_breaks(work, result, pages)),
        findings_error=sum(1 for finding in result.findings if finding.severity == "error"),
        mean_confidence=fmean(confidences) if by_ocr else None,
        share_low_confidence=_share(low, by_ocr),
        # Fewer strings than this may well be alike.
        confidence_spread=pstdev(confidences) if len(by_ocr) >= 20 else None,
        layer_agreement=result.layer_agreement,
        share_repeated=_share(repeated, items),
        share_overlapping=_share(overlapping, items),
        share_on_ink=1 - len(ink.off) / len(items) if ink is not None and items else None,
        share_ink_read=ink.lettering_read if ink is not None else None,
        share_marks_missed=len(ink.missed) / ink.counted if ink is not None and ink.counted else None,
        share_marks_invented=len(ink.invented) / ink.counted if ink is not None and ink.counted else None,
        share_readings_kept=kept,
        share_items_read=1 - len(unsupported) / len(items) if items else None,
        share_odd_pitch=_share(odd, items),
        share_without_meaning=_share(mute, dimensions),
        share_error_findings=_share(contradicted, dimensions),
        drawing_number=number is not None and number.state == "read",
        pages=len(pages),
        texts=tuple(item.text for item in items),
        culprits=culprits,
    )


def _share(part: Sequence[object], whole: Sequence[object]) -> float | None:
    return len(part) / len(whole) if whole else None


def _is_dimension(item: Item) -> bool:
    return item.kind == "dimension"


def _errors_by_item(result: Result) -> Counter[int]:
    return Counter(
        item_id for finding in result.findings if finding.severity == "error" for item_id in set(finding.item_ids)
    )


# --- one string ------------------------------------------------------------------------------------------------------


def _item_figures(items: Sequence[Item], pages: Sequence[PageRecord], errors: Counter[int]) -> Iterable[ItemFigures]:
    by_page = {page.page: page for page in pages}
    _, heights = sizes([item.quad_px for item in items])
    for item, height, box in zip(items, heights, boxes([item.quad_px for item in items]), strict=True):
        page = by_page.get(item.page)
        outside = off_page(box[None, :], page.width_px, page.height_px)[0] if page else 1.0
        yield ItemFigures(
            item_id=item.item_id,
            kind=item.kind,
            page_known=page is not None,
            off_page=float(outside),
            height_mm=float(height) * MM_PER_INCH / page.dpi if page else None,
            nominal_mm=_nominal_mm(item),
            limits_spread=_limits_spread(item),
            error_findings=errors[item.item_id],
        )


def _number(item: Item, key: str) -> float | None:
    value = (item.meaning or {}).get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _nominal_mm(item: Item) -> float | None:
    nominal, unit = _number(item, "nominal"), (item.meaning or {}).get("unit")
    if nominal is None or unit == "deg":
        return None
    return abs(nominal) * (MM_PER_INCH if unit == "in" else 1.0)


def _limits_spread(item: Item) -> float | None:
    for upper, lower in (("upper", "lower"), ("upper_deviation", "lower_deviation")):
        high, low = _number(item, upper), _number(item, lower)
        if high is not None and low is not None:
            return high - low
    return None


# --- the drawing -----------------------------------------------------------------------------------------------------


def _identity_breaks(work: Workdir, result: Result, pages: Sequence[PageRecord]) -> Iterable[str]:
    """Say where the result, the manifest, the pages and the reports do not belong together."""
    manifest = work.manifest()
    if manifest.drawing_id != work.name or not manifest.sha256.startswith(work.name):
        yield "the manifest is of another drawing"
    if result.drawing_id != work.name:
        yield f"the result is of drawing {result.drawing_id[:16]}"
    if [page.page for page in result.pages] != [page.page for page in pages]:
        yield f"the result has {len(result.pages)} pages, the drawing {len(pages)}"
    for stated, rendered in zip(result.pages, pages, strict=False):
        if stated.sha256 != rendered.sha256:
            yield f"page {rendered.page} of the result is not the page that was rendered"
    finished = None
    for stage in READING_STAGES:
        report = work.report(stage)
        if report is None or report.outcome != "done":
            yield f"stage {stage} has not finished"
            continue
        if finished is not None and report.finished_at < finished:
            yield f"stage {stage} is older than the stage before it"
        finished = report.finished_at


def _crowded(items: Sequence[Item]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the items that repeat an earlier one at its place, and those that lie over an earlier, different one."""
    repeated: dict[int, None] = {}
    overlapping: dict[int, None] = {}
    for page_items in _by_page(items):
        of = boxes([item.quad_px for item in page_items])
        for later, earlier in pairs(of, of, SAME_PLACE):
            if later > earlier:
                same = folded(page_items[later].text) == folded(page_items[earlier].text)
                (repeated if same else overlapping)[page_items[later].item_id] = None
    return tuple(repeated), tuple(overlapping)


def _by_page(items: Iterable[Item]) -> Iterable[list[Item]]:
    pages: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        pages[item.page].append(item)
    return pages.values()


def _odd_pitch(items: Sequence[Item]) -> tuple[int, ...]:
    """Return the items whose quad is too long or too short for their text (one line of four characters or more)."""
    along, across = sizes([item.quad_px for item in items])
    return tuple(
        item.item_id
        for item, length, height in zip(items, along, across, strict=True)
        if not item.parts
        and len(text := folded(item.text)) >= 4
        and not PITCH[0] <= length / max(height, 1e-9) / len(text) <= PITCH[1]
    )


def folded(text: str) -> str:
    """Return TEXT without white space and in one form of each character, for comparison only."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _against_readings(work: Workdir, items: Sequence[Item]) -> tuple[tuple[int, ...], float | None]:
    """Return the items that nothing read at their place supports, and the share of readings that reach the items."""
    readings = [
        _Said(reading.page, reading.quad_px, reading.text + "".join(reading.parts)) for reading in work.readings()
    ]
    layer = [_Said(string.page, string.quad_px, string.text) for string in _vector_texts(work)]
    by_page: dict[int, list[_Said]] = defaultdict(list)
    for said in (*readings, *layer):
        by_page[said.page].append(said)
    unsupported: list[int] = []
    reached: set[int] = set()
    for page_items in _by_page(items):
        on_page = by_page[page_items[0].page]
        letters: dict[int, Counter[str]] = defaultdict(Counter)
        places = boxes([item.quad_px for item in page_items])
        for index, near in pairs(places, boxes([said.quad_px for said in on_page])):
            letters[index].update(_letters(on_page[near].text))
            reached.add(id(on_page[near]))
        for index, item in enumerate(page_items):
            own = Counter(_letters(item.raw_text or item.text))
            if (own & letters[index]).total() < SUPPORTED * own.total():
                unsupported.append(item.item_id)
    counted = [said for said in readings if len(folded(said.text)) >= 2]
    kept = sum(1 for said in counted if id(said) in reached) / len(counted) if counted else None
    return tuple(unsupported), kept


class _Said(NamedTuple):
    """What a reading or the text layer says at a place."""

    page: int
    quad_px: Quad
    text: str


def _vector_texts(work: Workdir) -> list[VectorText]:
    try:
        return work.vector_texts()
    except ContractError:
        return []  # a drawing without a text layer may have no such file


def _letters(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


class _Ink(NamedTuple):
    """What the pages themselves say of the items."""

    off: tuple[int, ...]
    lettering_read: float | None
    counted: int
    missed: tuple[int, ...]
    invented: tuple[int, ...]


def _against_ink(work: Workdir, pages: Sequence[PageRecord], items: Sequence[Item]) -> _Ink | None:
    """Compare the items with the ink of the pages; None where the rasters are gone."""
    off: list[int] = []
    missed: list[int] = []
    invented: list[int] = []
    counted = marks = covered = 0
    on_page: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        on_page[item.page].append(item)
    for page in pages:
        try:
            image = work.page_image(page.page)
        except ContractError:
            return None  # thrown away already: a rerun of the gate alone
        ink = ink_map(image, page.dpi)
        here = on_page[page.page]
        places = boxes([item.quad_px for item in here])
        for item, share in zip(here, ink_share(ink, places), strict=True):
            if not INK_SHARE[0] <= share <= INK_SHARE[1]:
                off.append(item.item_id)
        found = lettering(ink, places)
        marks, covered = marks + found.marks, covered + found.covered
        for item in here:
            text = "".join(item.text.split())
            if item.parts or not NUMBER_STRING.fullmatch(text):
                continue
            seen = glyphs(image, item.quad_px)
            if seen is None:
                continue
            counted += 1
            if seen.characters > len(text) or seen.points > sum(text.count(sign) for sign in DECIMAL_SIGNS):
                missed.append(item.item_id)
            elif seen.characters < len(text):
                invented.append(item.item_id)
    # A nearly blank drawing says nothing about how much of it was read.
    read = covered / marks if marks >= 30 else None
    return _Ink(tuple(off), read, counted, tuple(missed), tuple(invented))
