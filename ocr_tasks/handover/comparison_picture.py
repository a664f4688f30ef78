"""A picture of two revisions on each other: what only the old one has in red, only the new one in green."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import PageRecord, Quad, Result
from ocr_tasks.drawing.frames import SIGN_OF
from ocr_tasks.engines import Gray
from ocr_tasks.handover.balloons import place
from ocr_tasks.handover.callouts import Callout
from ocr_tasks.handover.comparison import Change, Comparison, Kind
from ocr_tasks.handover.laid import Laid
from ocr_tasks.handover.matching import Registration
from ocr_tasks.handover.subject import Subject
from ocr_tasks.handover.tables import shown
from ocr_tasks.overlay import Colour, Picture, lettering

Floats = npt.NDArray[np.float32]

COLOURS: dict[Kind, Colour] = {"removed": (40, 40, 205), "added": (60, 140, 20), "changed": (0, 120, 215)}
LONGEST_PX = 2600
FADE = 0.55
"""How dark lines are that both revisions have."""
LINE_PX = 30
LEGEND_SHARE = 0.42
"""Width of the list of differences beside a page, in widths of the page."""
LONGEST_LINE = 110
PLAIN = str.maketrans(
    {"⌀": "Ø", "⌴": "cbore", "⌵": "csink", "↧": "depth "}
    | {sign: name.replace("_", " ") for name, sign in SIGN_OF.items()}
)
"""Signs that few fonts have, in the list."""


def picture(old: Subject, new: Subject, comparison: Comparison, pages: tuple[int | None, int | None]) -> Picture:
    """Return a pair of pages on each other with the differences boxed and numbered, and the list of them beside."""
    old_page, new_page = (_page(subject.result, number) for subject, number in ((old, pages[0]), (new, pages[1])))
    base = old_page or new_page
    if base is None:
        raise ValueError("a picture needs a page of the old or of the new drawing")
    scale = min(1.0, LONGEST_PX / max(base.width_px, base.height_px))
    size = max(1, round(base.width_px * scale)), max(1, round(base.height_px * scale))
    before = _sized(old.picture(old_page.page) if old_page else None, size)
    after = _sized(new.picture(new_page.page) if new_page else None, size)
    laid = None
    if old_page is not None and new_page is not None:
        where = Registration(old_page, new_page, _strings(old.result, old_page), _strings(new.result, new_page))
        laid = Laid(where, before, after, new_page, scale)
        after = laid.image
    numbered = [(number, change) for number, change in enumerate(comparison.changes, 1) if _on(change, pages)]
    sheet = _layered(before, after, _rewritten(numbered, laid, scale, size))
    strings = [] if old_page is None else [item.quad_px for item in old.result.items if item.page == old_page.page]
    _mark(sheet, numbered, base, laid, scale, strings)
    return np.ascontiguousarray(np.hstack([sheet, _legend(numbered, comparison, size)]))


def _page(result: Result, number: int | None) -> PageRecord | None:
    return next((page for page in result.pages if page.page == number), None)


def _on(change: Change, pages: tuple[int | None, int | None]) -> bool:
    """Return whether a difference is told beside these pages; one of the whole drawing is told beside its first."""
    if change.old_page is None and change.new_page is None:
        return pages[1] == 1 or (pages[1] is None and pages[0] == 1)
    return (change.new_page is not None and change.new_page == pages[1]) or (
        change.new_page is None and change.old_page == pages[0]
    )


def _strings(result: Result, page: PageRecord) -> list[Callout]:
    """Return every string of a page by itself, those of the frame and the title block too."""
    return [Callout(page.page, "text", item.text, (item,)) for item in result.items if item.page == page.page]


def _sized(image: Gray | None, size: tuple[int, int]) -> Gray:
    """Return a page's picture at SIZE (width, height); white where there is none."""
    if image is None:
        return np.full(size[::-1], 255, np.uint8)
    way = cv2.INTER_AREA if image.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(image), size, interpolation=way), np.uint8)


def _alone(before: Gray, after: Gray) -> tuple[Floats, Floats]:
    """Return the ink that only the old page has, and that only the new one has: 0..255."""
    reach = np.ones((5, 5), np.uint8)
    old, new = (np.asarray(255 - image, np.uint8) for image in (before, after))
    near_old, near_new = (np.asarray(cv2.dilate(ink, reach), np.float32) for ink in (old, new))
    gone, come = np.clip(old - near_new, 0, 255), np.clip(new - near_old, 0, 255)
    return gone.astype(np.float32), come.astype(np.float32)


def _rewritten(numbered: Sequence[tuple[int, Change]], laid: Laid | None, scale: float, size: tuple[int, int]) -> Gray:
    """Return where strings differ, 255 inside: there no line of the two is the same by chance."""
    inside: Gray = np.zeros(size[::-1], np.uint8)
    for _, change in numbered:
        now = [laid.quad(quad) if laid is not None else quad for quad in change.new_quads]
        for quad in (*change.old_quads, *now):
            cv2.fillPoly(inside, [np.round(np.asarray(quad) * scale).astype(np.int32)], (255.0,))
    return inside


def _layered(old: Gray, new: Gray, apart: Gray) -> Picture:
    """Return both as one: common ink grey, ink of the old one alone red, of the new one alone green.

    Inside APART no ink is common.
    """
    gone, come = _alone(old, new)
    gone, come = np.where(apart > 0, 255.0 - old, gone), np.where(apart > 0, 255.0 - new, come)
    both = np.maximum(255.0 - old - gone, 255.0 - new - come) * FADE
    sheet = np.full((*old.shape, 3), 255, np.float32) - both[..., None]
    for ink, colour in ((gone, COLOURS["removed"]), (come, COLOURS["added"])):
        sheet -= ink[..., None] / 255 * (255 - np.asarray(colour, np.float32)) * 0.8
    layered: Picture = np.clip(sheet, 0, 255).astype(np.uint8)
    return layered


def _mark(
    sheet: Picture,
    numbered: Sequence[tuple[int, Change]],
    base: PageRecord,
    laid: Laid | None,
    scale: float,
    strings: Sequence[Quad],
) -> None:
    """Draw a box around each difference and its number beside it, on none of STRINGS."""
    wanted: list[tuple[int, tuple[Quad, ...]]] = []
    colours: dict[int, Colour] = {}
    for number, change in numbered:
        now = tuple(laid.quad(quad) if laid is not None else quad for quad in change.new_quads)
        for quad in change.old_quads:
            _box(sheet, quad, scale, COLOURS["removed" if not now else "changed"], thick=not now)
        for quad in now:
            _box(sheet, quad, scale, COLOURS[change.change], thick=True)
        if quads := now or change.old_quads:
            wanted.append((number, quads))
            colours[number] = COLOURS[change.change]
    own = [quad for _, quads in wanted for quad in quads]
    for tag in place(base, wanted, [*strings, *own], None):
        x, y, radius = (round(value * scale) for value in (*tag.centre, tag.radius))
        foot = round(tag.foot[0] * scale), round(tag.foot[1] * scale)
        cv2.line(sheet, (x, y), foot, colours[tag.number], 1, cv2.LINE_AA)
        cv2.circle(sheet, (x, y), radius, colours[tag.number], -1, cv2.LINE_AA)
        _write(sheet, str(tag.number), (x, y), max(8, round(radius * 1.2)), (255, 255, 255), centred=True)


def _box(sheet: Picture, quad: Quad, scale: float, colour: Colour, *, thick: bool) -> None:
    corners = np.asarray(quad, np.float64) * scale
    middle = corners.mean(0)
    corners += np.sign(corners - middle) * 3
    cv2.polylines(sheet, [np.round(corners * 8).astype(np.int32)], True, colour, 2 if thick else 1, cv2.LINE_AA, 3)


def _write(sheet: Picture, text: str, at: tuple[int, int], size: int, colour: Colour, *, centred: bool = False) -> None:
    """Write TEXT with its upper left corner, or its middle, AT a pixel; what does not fit is cut."""
    ink = lettering(text, size)
    x, y = (at[0] - ink.shape[1] // 2, at[1] - ink.shape[0] // 2) if centred else at
    left, top = max(0, x), max(0, y)
    right, bottom = min(sheet.shape[1], x + ink.shape[1]), min(sheet.shape[0], y + ink.shape[0])
    if right <= left or bottom <= top:
        return
    share = np.asarray(ink[top - y : bottom - y, left - x : right - x], np.float32)[..., None] / 255
    window = sheet[top:bottom, left:right]
    sheet[top:bottom, left:right] = (window * (1 - share) + np.asarray(colour, np.float32) * share).astype(np.uint8)


def _legend(numbered: Sequence[tuple[int, Change]], comparison: Comparison, size: tuple[int, int]) -> Picture:
    """Return the list of differences as a column as high as the page."""
    width, height = max(420, round(size[0] * LEGEND_SHARE)), size[1]
    column = np.full((height, width, 3), 250, np.uint8)
    head = f"Revision {shown(comparison.old_revision or '?')} → {shown(comparison.new_revision or '?')}"
    _write(column, head, (16, 12), 26, (30, 30, 30))
    x = 16
    for kind, colour in COLOURS.items():
        cv2.rectangle(column, (x, 56), (x + 18, 74), colour, -1)
        _write(column, kind, (x + 26, 52), 19, (60, 60, 60))
        x += 130
    top = 96
    for count, (number, change) in enumerate(numbered):
        if top + 2 * LINE_PX > height:
            _write(column, f"and {len(numbered) - count} more", (16, top), 18, (60, 60, 60))
            break
        cv2.rectangle(column, (16, top + 3), (24, top + 21), COLOURS[change.change], -1)
        zone = f"{change.zone}  " if change.zone else ""
        _write(column, f"{number}  {zone}{_told(change)}", (32, top), 18, (40, 40, 40))
        top += LINE_PX
    return column


def _told(change: Change) -> str:
    if change.what in ("title_block", "sheet") and change.fields:
        text = f"{change.fields[0].field}: {change.old or 'none'} → {change.new or 'none'}"
    elif change.what == "general_tolerance" and change.fields:
        text = f"general tolerance: {change.old} → {change.new} ({change.fields[0].new} dimensions)"
    else:
        text = change.sentence.split(" (")[0] if change.change == "changed" else change.sentence
    text = shown(text.replace(" -> ", " → ").translate(PLAIN))
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"
