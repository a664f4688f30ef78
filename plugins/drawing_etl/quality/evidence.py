"""What speaks for a drawing's strings besides themselves: the readings, the text layer, and the ink of the pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from drawing_etl.quality.glyphs import glyphs, says_less, says_more
from drawing_etl.quality.ink import cut_off, ink_map, ink_share, lettering, unread_words
from drawing_etl.quality.numerals import digits, folded, own_digits
from drawing_etl.quality.places import boxes, pairs, turned_back
from ocr_tasks.contract import Item, PageRecord, Quad
from ocr_tasks.errors import ContractError
from ocr_tasks.workdir import Workdir

INK_SHARE = (0.06, 0.97)
"""A string's box holds ink, and paper between its strokes."""

SUPPORTED = 0.7
"""Share of a string's letters and digits that readings at its place must hold; a repair may change a few."""

NUMBER_STRING = re.compile(r"(?=.*\d)[A-Za-z0-9.,+\-−±⌀Ø×°()/□⌴⌵↧'\"]{2,60}")
"""Strings of characters that are one mark of ink each, marks above one another, or the two of inches."""

COUNTED_KINDS = ("dimension", "tolerance", "thread")

ENOUGH_LETTERING = 30
"""Marks of lettering size on a drawing below which their share says nothing."""


class ReadingEvidence(NamedTuple):
    """Items that nothing read at their place supports, and the share of readings at whose place an item stands."""

    unsupported: tuple[int, ...]
    kept: float | None


class InkEvidence(NamedTuple):
    """Items that stand on no ink; of `counted` number strings those with too little text, and those with too much.

    `doubled`: those of too much text whose characters stand apart, so that none can have been overlooked; `cut`: the
    strings beside whose end a letter stands in no string; `words_unread`: words in no string.
    """

    off: tuple[int, ...]
    lettering_read: float | None
    counted: int
    missed: tuple[int, ...]
    invented: tuple[int, ...]
    doubled: tuple[int, ...]
    cut: tuple[int, ...]
    words_unread: int


class _Said(NamedTuple):
    """What a reading or the text layer says at a place."""

    page: int
    quad_px: Quad
    text: str


def by_page(items: Iterable[Item]) -> dict[int, list[Item]]:
    """Return the items of each page that has any."""
    pages: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        pages[item.page].append(item)
    return pages


def against_readings(work: Workdir, items: Sequence[Item]) -> ReadingEvidence:
    """Compare the items with the files that they were made from."""
    readings = _readings(work)
    said_on: dict[int, list[_Said]] = defaultdict(list)
    for said in (*readings, *_text_layer(work)):
        said_on[said.page].append(said)
    unsupported: list[int] = []
    reached: set[int] = set()
    for page, here in by_page(items).items():
        near: dict[int, list[str]] = defaultdict(list)
        places = boxes([item.quad_px for item in here])
        for index, other in pairs(places, boxes([said.quad_px for said in said_on[page]])):
            near[index].append(said_on[page][other].text)
            reached.add(id(said_on[page][other]))
        unsupported += [item.item_id for index, item in enumerate(here) if not _supported(item, near[index])]
    counted = [said for said in readings if len(folded(said.text)) >= 2]
    kept = sum(1 for said in counted if id(said) in reached) / len(counted) if counted else None
    return ReadingEvidence(tuple(unsupported), kept)


def _supported(item: Item, near: Sequence[str]) -> bool:
    """Say whether the strings read at an item's place hold its letters, nearly all, and its digits, all."""
    said = "".join(near)
    own = Counter(_letters(item.raw_text or item.text))
    if (own & Counter(_letters(said))).total() < SUPPORTED * own.total():
        return False
    return own_digits(item.text) <= digits(said)


def _letters(text: str) -> str:
    return "".join(character for character in folded(text) if character.isalnum())


def _readings(work: Workdir) -> list[_Said]:
    """Return what was read, its quads on the rendered page as those of the items are."""
    skew = {preparation.page: preparation.steps.get("deskew", 0.0) for preparation in work.preparations()}
    size = {page.page: (page.width_px, page.height_px) for page in work.pages()}
    return [
        _Said(
            reading.page,
            turned_back(reading.quad_px, *size.get(reading.page, (1, 1)), skew.get(reading.page, 0.0)),
            reading.text + "".join(reading.parts),
        )
        for reading in work.readings()
    ]


def _text_layer(work: Workdir) -> list[_Said]:
    try:
        return [_Said(string.page, string.quad_px, string.text) for string in work.vector_texts()]
    except ContractError:
        return []  # a drawing without a text layer may have no such file


def against_ink(work: Workdir, pages: Sequence[PageRecord], items: Sequence[Item]) -> InkEvidence | None:
    """Compare the items with the ink of the pages; None where the rasters are gone, as in a rerun of the gate alone."""
    off: list[int] = []
    missed: list[int] = []
    invented: list[int] = []
    doubled: list[int] = []
    cut: list[int] = []
    counted = marks = covered = words = 0
    items_on = by_page(items)
    for page in pages:
        try:
            image = work.page_image(page.page)
        except ContractError:
            return None
        here = items_on.get(page.page, [])
        places = boxes([item.quad_px for item in here])
        ink = ink_map(image, page.dpi)
        for item, share in zip(here, ink_share(ink, places), strict=True):
            if not INK_SHARE[0] <= share <= INK_SHARE[1]:
                off.append(item.item_id)
        found = lettering(ink, places)
        marks, covered = marks + found.marks, covered + found.covered
        words += unread_words(found)
        for item in here:
            text = "".join(item.text.split())
            if item.kind in COUNTED_KINDS and not item.parts and cut_off(found, item.quad_px):
                cut.append(item.item_id)
            if item.kind not in COUNTED_KINDS or item.parts or not NUMBER_STRING.fullmatch(text):
                continue
            seen = glyphs(image, item.quad_px)
            if seen is None or ("/" in text and seen.stacked):
                continue  # nothing to count, or lines above one another that the text puts side by side
            counted += 1
            if says_less(text, seen):
                missed.append(item.item_id)
            elif seen.characters < len(text):
                invented.append(item.item_id)
            if says_more(text, seen):
                doubled.append(item.item_id)
    read = covered / marks if marks >= ENOUGH_LETTERING else None
    return InkEvidence(tuple(off), read, counted, tuple(missed), tuple(invented), tuple(doubled), tuple(cut), words)
