"""The callouts of a drawing: what a person would point at as one requirement, put together from the strings read."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import median

from pydantic import ValidationError

from ocr_tasks.contract import Item, PageRecord, Quad, Result, SheetRecord
from ocr_tasks.drawing.records import DIMENSION_KINDS, Meaning
from ocr_tasks.handover.reading_order import Box, reading_order
from ocr_tasks.quads import bounds, height_of
from ocr_tasks.stages.postprocess.meaning import drawing_meaning

KINDS = DIMENSION_KINDS | {"thread", "gdt", "roughness", "weld", "edge", "datum", "tolerance"}
"""Kinds of meaning that say something about the part by themselves."""

ASIDE = frozenset({"zone", "title_block", "revision", "parts_list"})
"""Kinds of item that belong to the sheet, not to the part."""

FEW_NAMES = 3
_HOLE = re.compile(r"[A-Z]\d{1,3}")
_VIEW = re.compile(
    r"\s*(?:\w+\s+){0,2}(?:VIEW|SECTION|DETAIL|ANSICHT|SCHNITT|EINZELHEIT|VUE|COUPE)(?:\s+\S{1,5}){0,2}\s*",
    re.IGNORECASE,
)

VIEW_GAP_EM = 6.0
"""A blank stripe this many letter heights wide parts two views."""


@dataclass(frozen=True)
class Callout:
    """One requirement with its place. `items` are the strings it stands in, its first line first.

    `meaning` is that of the whole callout; None where nothing but its words is known. `on` is the id of the item that
    a feature control frame hangs on, if that is known.
    """

    page: int
    kind: str
    text: str
    items: tuple[Item, ...]
    meaning: Meaning | None = None
    on: int | None = None

    @property
    def item_ids(self) -> tuple[int, ...]:
        return tuple(item.item_id for item in self.items)

    @property
    def quads(self) -> tuple[Quad, ...]:
        return tuple(item.quad_px for item in self.items)

    @property
    def box(self) -> Box:
        """left, top, right, bottom in page pixels, around all of its strings."""
        boxes = [bounds(quad) for quad in self.quads]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    @property
    def centre(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def zone(self) -> str | None:
        return self.items[0].zone

    @property
    def confidence(self) -> float:
        """That of its least sure string; 1 for text that the file itself holds."""
        return min(item.confidence if item.source == "ocr" else 1.0 for item in self.items)


def callouts(result: Result, *, words: bool = False) -> list[Callout]:
    """Return the callouts of a drawing in reading order, sheet by sheet; a frame follows what it hangs on.

    WORDS: also the strings that say nothing by themselves, such as titles of views and what was not understood.
    """
    layout = _layout(result)
    # on an assembly, `3` points at a row of the parts list
    positions = {cell for row in result.parts_list for name, cell in row.items() if name == "item"}
    found: list[Callout] = []
    for page in result.pages:
        items = [item for item in result.items if item.page == page.page]
        found.extend(_in_order(list(_of_page(page, items, layout, positions, words=words))))
    return found


@dataclass(frozen=True)
class Layout:
    """What belongs together on a drawing, by item ids. `notes` are their texts and lines."""

    hangs_on: Mapping[int, int]
    notes: Sequence[tuple[str, tuple[int, ...]]]
    titles: frozenset[int]


def _layout(result: Result) -> Layout:
    """Return the layout that a result tells. Older results and the database tell none: there it is found again."""
    if result.note_items is None or any(sheet.views is None for sheet in result.sheets):
        meant = drawing_meaning(result.pages, result.items)
        return _laid_out(meant.items, meant.sheets, zip(meant.notes, meant.note_items, strict=True))
    return _laid_out(result.items, result.sheets, zip(result.notes, result.note_items, strict=True))


def _laid_out(
    items: Sequence[Item], sheets: Sequence[SheetRecord], notes: Iterable[tuple[str, tuple[int, ...]]]
) -> Layout:
    return Layout(
        hangs_on={item.item_id: item.hangs_on for item in items if item.hangs_on is not None},
        notes=list(notes),
        titles=frozenset(item for sheet in sheets for view in sheet.views or () for item in view.item_ids),
    )


def main_unit(result: Result) -> str:
    """Return the unit that most sizes of a drawing are in: mm or in."""
    units = Counter(item.meaning.get("unit") for item in result.items if item.meaning)
    return "in" if units["in"] > units["mm"] else "mm"


def _of_page(
    page: PageRecord, items: Sequence[Item], layout: Layout, positions: AbstractSet[str], *, words: bool
) -> Iterator[Callout]:
    by_id = {item.item_id: item for item in items}
    names = positions | _hole_names([item.text.strip() for item in items])
    titles = {
        item.item_id
        for item in items
        if item.item_id in layout.titles or item.text.strip() in names or _VIEW.fullmatch(item.text)
    }
    noted: set[int] = set()
    for text, ids in layout.notes:
        lines = tuple(by_id[each] for each in ids if each in by_id)
        noted.update(ids)
        if lines and lines[0].kind not in ASIDE:
            yield Callout(page.page, "note", _with_stop(text, lines[0].text), lines)
    lower = {item.item_id: layout.hangs_on[item.item_id] for item in items if item.item_id in layout.hangs_on}
    for item in items:
        if item.kind in ASIDE or item.item_id in noted:
            continue
        if item.item_id in titles:
            if words:
                yield Callout(page.page, "text", item.text, (item,))
            continue
        meaning = _meaning(item.meaning)
        if item.item_id in lower:
            if meaning is not None and meaning.kind == "gdt":
                yield Callout(page.page, "gdt", item.text, (item,), meaning, lower[item.item_id])
            elif meaning is not None and meaning.kind == "datum":
                yield Callout(page.page, "datum", item.text, (item,), meaning)
            continue
        if meaning is not None and meaning.kind in KINDS:
            own = [each for each in items if lower.get(each.item_id) == item.item_id and not _stands_alone(each)]
            lines = (item, *own)
            yield Callout(page.page, meaning.kind, _joined(lines), lines, meaning)
        elif item.kind == "note" and not _is_heading(item.text):
            yield Callout(page.page, "note", item.text, (item,), meaning)
        elif words and item.text.strip():
            yield Callout(page.page, "text", item.text, (item,))


def _with_stop(note: str, first_line: str) -> str:
    """Return a numbered note with a stop behind its number, which the list of notes leaves out."""
    number, _, words = note.partition(" ")
    written = first_line.strip()
    return f"{number}. {words}" if written.startswith(number) and written[len(number) :][:1] in tuple(".):") else note


def _meaning(public: Mapping[str, object] | None) -> Meaning | None:
    if public is None:
        return None
    try:
        return Meaning.model_validate(public)
    except ValidationError:
        return None  # of another version's grammar: its words are kept


def _stands_alone(item: Item) -> bool:
    return bool(item.meaning) and item.meaning is not None and item.meaning.get("kind") in ("gdt", "datum")


def _joined(lines: Sequence[Item]) -> str:
    return " ".join(line.text.strip() for line in lines)


def _hole_names(texts: Sequence[str]) -> set[str]:
    """Return the names of holes that stand beside each and in a table: there C3 is no chamfer and R2 no radius."""
    twice = {text for text, times in Counter(texts).items() if times > 1 and _HOLE.fullmatch(text)}
    return twice if len({name for name in twice if name[0] not in "CR"}) >= FEW_NAMES else set()


def _is_heading(text: str) -> bool:
    return text.strip().endswith(":") or len(text.split()) < 2


def _in_order(found: Sequence[Callout]) -> list[Callout]:
    frames: dict[int, list[Callout]] = {}
    heads = []
    carriers = {callout.items[0].item_id for callout in found}
    for callout in found:
        if callout.on is not None and callout.on in carriers:
            frames.setdefault(callout.on, []).append(callout)
        else:
            heads.append(callout)
    if not heads:
        return []
    em = median(min(height_of(quad) for quad in callout.quads) for callout in heads)
    order = reading_order([callout.box for callout in heads], VIEW_GAP_EM * em)
    return [one for index in order for one in (heads[index], *_below(heads[index], frames))]


def _below(callout: Callout, frames: Mapping[int, Sequence[Callout]]) -> list[Callout]:
    return [
        each
        for item in callout.items
        for frame in frames.get(item.item_id, ())
        for each in (frame, *_below(frame, frames))
    ]
