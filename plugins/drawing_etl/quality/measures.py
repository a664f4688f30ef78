"""What the gate looks at, measured from one drawing's files. Nothing is judged here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from math import hypot
from statistics import fmean, pstdev

from drawing_etl.quality import numerals
from drawing_etl.quality.evidence import COUNTED_KINDS, against_ink, against_readings, by_page
from drawing_etl.quality.figures import DrawingFigures, ItemFigures, Shares
from drawing_etl.quality.numerals import MM_PER_INCH, folded
from drawing_etl.quality.places import boxes, off_page, pairs, sizes
from drawing_etl.quality.second_reading import SecondOpinion, second_opinion
from ocr_tasks.contract import READING_STAGES, Item, PageRecord, Result
from ocr_tasks.workdir import Workdir

PITCH = (0.2, 1.6)
"""Length of a string by its height and number of characters: lettering from narrow to wide, spaced out or not."""

SAME_PLACE = 0.6
"""Share of the smaller of two boxes that is common to both where they stand at one place."""

FEW_CONFIDENCES = 5
"""Strings read by OCR below which neither mean nor share says something: those that a text layer lacks, mostly."""

ENOUGH_CONFIDENCES = 20
"""Strings read by OCR from which on confidences that are all alike are suspect."""

ENOUGH_NUMBERS = 8
"""Number strings from which on the share of touching characters says something."""

WITH_NUMBERS = ("dimension", "tolerance", "gdt")
"""Kinds whose numbers are written as numbers: a part number may begin with zeros."""

BEYOND = 1.5
"""Views are broken, and a note may name a length elsewhere: only what exceeds the sheet by this factor counts."""


def measure(work: Workdir, *, low_confidence: float) -> DrawingFigures:
    """Measure one drawing that postprocess has finished. A missing or damaged file is a ContractError."""
    result = work.result()
    pages = work.pages()
    items = result.items
    by_ocr = [item for item in items if item.source == "ocr"]  # a string of the text layer is simply there
    confidences = tuple(item.confidence for item in by_ocr)
    errors = _errors_by_item(result)
    second = second_opinion(work, items)
    shares, culprits = _shares(work, result, pages, by_ocr, errors, second, low_confidence)
    fields_read = {name for name, field in result.title_block.items() if field.state == "read"}
    return DrawingFigures(
        drawing_id=work.name,
        items=tuple(_item_figures(items, pages, errors)),
        pages=len(pages),
        strings=len(items),
        confidences=confidences,
        identity_breaks=tuple(_identity_breaks(work, result, pages)),
        mean_confidence=fmean(confidences) if len(confidences) >= FEW_CONFIDENCES else None,
        confidence_spread=pstdev(confidences) if len(confidences) >= ENOUGH_CONFIDENCES else None,
        layer_agreement=result.layer_agreement,
        drawing_number="drawing_number" in fields_read,
        fields_unnamed=0 if fields_read & {"drawing_number", "title"} else len(fields_read),
        shares=shares,
        texts=tuple(item.text for item in items),
        dimensions=tuple(item.text for item in items if item.kind == "dimension"),
        culprits=culprits,
        second_says=second.otherwise,
    )


def _shares(
    work: Workdir,
    result: Result,
    pages: Sequence[PageRecord],
    by_ocr: Sequence[Item],
    errors: Mapping[int, int],
    second: SecondOpinion,
    low_confidence: float,
) -> tuple[Shares, dict[str, tuple[int, ...]]]:
    items = result.items
    sizes_of = [item for item in items if item.kind == "dimension"]
    meant = [item for item in sizes_of if _has_nominal(item)]
    repeated, overlapping = _crowded(items)
    readings = against_readings(work, items)
    ink = against_ink(work, pages, items)
    parts: dict[str, tuple[Sequence[int], int]] = {
        "low_confidence": (_ids(item for item in by_ocr if item.confidence < low_confidence), _enough(by_ocr)),
        "repeated": (repeated, len(items)),
        "overlapping": (overlapping, len(items)),
        "odd_pitch": (_odd_pitch(items), len(items)),
        "nonsense": (_ids(item for item in items if _is_nonsense(item)), len(items)),
        "without_meaning": (_ids(item for item in sizes_of if not _has_nominal(item)), len(sizes_of)),
        "meaning_off": (_meaning_off(meant), len(meant)),
        "unit_mixed": (_unit_mixed(meant), len(meant)),
        "beyond_sheet": (_beyond_sheet(meant, result, pages), len(meant)),
        "error_findings": (_ids(item for item in sizes_of if errors[item.item_id]), len(sizes_of)),
        "read_otherwise": (tuple(second.otherwise), second.read),
    }
    if ink is not None:
        enough = ink.counted if ink.counted >= ENOUGH_NUMBERS else 0
        numbers = sum(item.kind in COUNTED_KINDS and not item.parts for item in items)
        parts |= {
            "marks_missed": (ink.missed, ink.counted),
            "marks_invented": (ink.invented, enough),
            "characters_doubled": (ink.doubled, ink.counted),
            "cut_off": (ink.cut, numbers),
        }
    culprits = {name: tuple(ids) for name, (ids, _) in parts.items()}
    culprits |= {"items_read": readings.unsupported, "on_ink": ink.off if ink is not None else ()}
    shares: dict[str, float | None] = dict.fromkeys(field.name for field in fields(Shares))
    shares |= {name: len(ids) / whole if whole else None for name, (ids, whole) in parts.items()}
    shares["readings_kept"] = readings.kept
    if items:
        shares["items_read"] = 1 - len(readings.unsupported) / len(items)
    if ink is not None:
        shares["ink_read"] = ink.lettering_read
        shares["words_unread"] = ink.words_unread / len(items) if items else None
        shares["on_ink"] = 1 - len(ink.off) / len(items) if items else None
    return Shares(**shares), culprits


def _enough(by_ocr: Sequence[Item]) -> int:
    return len(by_ocr) if len(by_ocr) >= FEW_CONFIDENCES else 0


def _ids(items: Iterable[Item]) -> tuple[int, ...]:
    return tuple(item.item_id for item in items)


def _errors_by_item(result: Result) -> Counter[int]:
    return Counter(
        item_id for finding in result.findings if finding.severity == "error" for item_id in set(finding.item_ids)
    )


def _item_figures(
    items: Sequence[Item], pages: Sequence[PageRecord], errors: Mapping[int, int]
) -> Iterable[ItemFigures]:
    page_of = {page.page: page for page in pages}
    _, heights = sizes([item.quad_px for item in items])
    for item, height, box in zip(items, heights, boxes([item.quad_px for item in items]), strict=True):
        page = page_of.get(item.page)
        yield ItemFigures(
            item_id=item.item_id,
            kind=item.kind,
            page_known=page is not None,
            off_page=float(off_page(box[None, :], page.width_px, page.height_px)[0]) if page else 1.0,
            height_mm=float(height) * MM_PER_INCH / page.dpi if page else None,
            nominal_mm=numerals.nominal_mm(item.meaning),
            limits_spread=numerals.limits_spread(item.meaning),
            impossible_number=(item.kind in WITH_NUMBERS and numerals.impossible(item.text))
            or (item.kind != "title_block" and numerals.has_letters_for_digits(item.text)),
            without_meaning=item.kind == "dimension" and numerals.lacks_meaning(item.text, item.meaning),
            error_findings=errors[item.item_id],
        )


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
    for here in by_page(items).values():
        of = boxes([item.quad_px for item in here])
        for later, earlier in pairs(of, of, SAME_PLACE):
            if later > earlier:
                same = folded(here[later].text) == folded(here[earlier].text)
                (repeated if same else overlapping)[here[later].item_id] = None
    return tuple(repeated), tuple(overlapping)


def _odd_pitch(items: Sequence[Item]) -> tuple[int, ...]:
    """Return the items whose quad is too long or too short for their text (one line of four characters or more)."""
    along, across = sizes([item.quad_px for item in items])
    return _ids(
        item
        for item, length, height in zip(items, along, across, strict=True)
        if not item.parts
        and len(text := folded(item.text)) >= 4
        and not PITCH[0] <= length / max(height, 1e-9) / len(text) <= PITCH[1]
    )


def _has_nominal(item: Item) -> bool:
    return item.meaning is not None and item.meaning.get("nominal") is not None


def _is_nonsense(item: Item) -> bool:
    return numerals.nonsense(item.text) or (item.kind != "title_block" and numerals.disguised(item.text))


def _meaning_off(meant: Sequence[Item]) -> tuple[int, ...]:
    return _ids(item for item in meant if numerals.nominal_is_written(item.text, item.meaning) is False)


def _unit_mixed(meant: Sequence[Item]) -> tuple[int, ...]:
    """Return the lengths in another unit than most of the drawing's, without a sign of it in their text."""
    lengths = [item for item in meant if (item.meaning or {}).get("unit") in ("mm", "in")]
    units = Counter(str((item.meaning or {}).get("unit")) for item in lengths)
    usual = units.most_common(1)[0][0] if units else ""
    return _ids(
        item
        for item in lengths
        if (item.meaning or {}).get("unit") != usual and not numerals.states_its_unit(item.text)
    )


def _beyond_sheet(meant: Sequence[Item], result: Result, pages: Sequence[PageRecord]) -> tuple[int, ...]:
    """Return the lengths that would not fit on their sheet at the scale that it states."""
    scales = {sheet.page: _scale(sheet.scale) for sheet in result.sheets}
    diagonal_mm = {page.page: hypot(page.width_px, page.height_px) * MM_PER_INCH / page.dpi for page in pages}
    return _ids(
        item
        for item in meant
        if (scale := scales.get(item.page)) is not None
        and (length := numerals.nominal_mm(item.meaning)) is not None
        and length * scale > BEYOND * diagonal_mm.get(item.page, float("inf"))
    )


def _scale(text: str | None) -> float | None:
    """Return the factor that `2:1` or `1:5` states."""
    try:
        drawn, real = (float(part) for part in (text or "").split(":"))
    except ValueError:
        return None
    return drawn / real if drawn > 0 and real > 0 else None
