"""What the strings of a drawing mean together: `ocr_tasks.drawing` sheet by sheet, put into the records of a result."""

import statistics
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from ocr_tasks.contract import Finding, Item, PageRecord, Point, Quad, SheetRecord, TitleBlockField, ViewRecord
from ocr_tasks.drawing.records import Meaning
from ocr_tasks.drawing.title_block import Field
from ocr_tasks.drawing.understand import ItemMeaning, Placed, SheetMeaning, understand
from ocr_tasks.quads import angle_of, leaning, rotated

KIND_OF_PART = {"title_block": "title_block", "revisions": "revision", "parts": "parts_list", "zone": "zone"}
STATES = {"read": "read", "not_read": "unread", "absent": "absent"}
BETTER = ("absent", "unread", "read")
LETTERS_OF_A_WORD = 4
STRINGS_THAT_TELL = 8
LEAST_SKEW_DEG, MOST_SKEW_DEG = 0.08, 8.0
"""Less is within what quads are exact to; more is a sheet with a slanted view."""
CLEAR_MAJORITY = 0.6


@dataclass
class DrawingMeaning:
    """What is known of a drawing beyond its single strings, collected sheet by sheet."""

    items: list[Item] = field(default_factory=list)
    sheets: list[SheetRecord] = field(default_factory=list)
    title_block: dict[str, TitleBlockField] = field(default_factory=dict)
    revisions: list[dict[str, str]] = field(default_factory=list)
    parts_list: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    note_items: list[tuple[int, ...]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def drawing_meaning(
    pages: Sequence[PageRecord], items: Sequence[Item], boxed: AbstractSet[int] = frozenset()
) -> DrawingMeaning:
    """Return the items with kind, zone and meaning, and what they say together. Item ids stay.

    BOXED are the ids of the items that stand in a box of their own.
    """
    drawing = DrawingMeaning()
    for page in pages:
        of_page = [item for item in items if item.page == page.page]
        quarters = quarters_turned(of_page)
        placed = [
            Placed(
                text=item.text,
                quad_px=as_read(item.quad_px, page, quarters),
                page=item.page,
                boxed=item.item_id in boxed,
            )
            for item in of_page
        ]
        placed = straightened(placed, page)
        size = (page.width_px, page.height_px) if quarters % 2 == 0 else (page.height_px, page.width_px)
        _add(drawing, page, of_page, understand(placed, *size, page.dpi))
    return drawing


def quarters_turned(items: Sequence[Item]) -> int:
    """Return by how many quarters counter-clockwise the sheet lies: the way in which most of its words run.

    Words and not numbers: dimensions run up the sheet as well as along it.
    """
    votes = [0, 0, 0, 0]
    for item in items:
        letters = sum(character.isalpha() for character in item.text)
        if letters >= LETTERS_OF_A_WORD:
            votes[round(item.rotation_deg / 90.0) % 4] += letters
    best = max(range(4), key=votes.__getitem__)
    return best if votes[best] > CLEAR_MAJORITY * sum(votes) else 0


def straightened(placed: Sequence[Placed], page: PageRecord) -> list[Placed]:
    """Return the strings of a sheet as if it lay straight: a scan's rows and columns are told apart only then.

    The skew is that of the longer strings, by their median; it is turned back about the middle of the page.
    """
    skews = [leaning(angle_of(item.quad_px)) for item in placed if len(item.text) >= LETTERS_OF_A_WORD]
    skew = statistics.median(skews) if len(skews) >= STRINGS_THAT_TELL else 0.0
    if not LEAST_SKEW_DEG < abs(skew) < MOST_SKEW_DEG:
        return list(placed)
    middle = page.width_px / 2, page.height_px / 2
    return [item.model_copy(update={"quad_px": rotated(item.quad_px, -skew, middle)}) for item in placed]


def as_read(quad: Quad, page: PageRecord, quarters: int) -> Quad:
    """Return a quad as it stands once the sheet is turned QUARTERS clockwise, so that its words run to the right."""
    width, height = page.width_px, page.height_px

    def turn(point: Point) -> Point:
        x, y = point
        return ((x, y), (height - y, x), (width - x, height - y), (y, width - x))[quarters]

    first, second, third, fourth = (turn(point) for point in quad)
    return (first, second, third, fourth)


def _add(drawing: DrawingMeaning, page: PageRecord, items: Sequence[Item], meant: SheetMeaning) -> None:
    ids = [item.item_id for item in items]
    noted = {index for note in meant.notes for index in note.items}
    for index, (item, single) in enumerate(zip(items, meant.items, strict=True)):
        kind = "note" if index in noted and single.part is None else _kind(single)
        update = {
            "kind": kind,
            "zone": single.zone,
            "meaning": _meaning(single.meaning),
            "hangs_on": None if single.hangs_on is None else ids[single.hangs_on],
        }
        drawing.items.append(item.model_copy(update=update))
    drawing.sheets.append(_sheet(page, meant, ids))
    for name, value in meant.title_block.items():
        _keep(drawing.title_block, name, value, ids)
    drawing.revisions += [row.cells for row in meant.revisions]
    drawing.parts_list += [row.cells for row in meant.parts]
    drawing.notes += [f"{note.number} {note.text}" if note.number else note.text for note in meant.notes]
    drawing.note_items += [tuple(ids[index] for index in note.items) for note in meant.notes]
    drawing.findings += [
        Finding(
            code=finding.code,
            severity=finding.severity,
            message=finding.message,
            item_ids=tuple(ids[index] for index in finding.items),
        )
        for finding in meant.findings
    ]
    for index, single in enumerate(meant.items):
        drawing.findings += [
            Finding(code=own.code, severity=own.severity, message=own.message, item_ids=(ids[index],))
            for own in single.meaning.findings
        ]


def _kind(single: ItemMeaning) -> str:
    return KIND_OF_PART.get(single.part or "", single.kind)


def _meaning(meaning: Meaning) -> dict[str, object] | None:
    """Return the meaning as JSON values; None for a string that means no more than it says."""
    public = meaning.public()
    return None if public.keys() <= {"kind"} and public.get("kind") in ("text", "note") else public


def _sheet(page: PageRecord, meant: SheetMeaning, ids: Sequence[int]) -> SheetRecord:
    sheet = meant.sheet
    return SheetRecord(
        page=page.page,
        size=sheet.size or sheet.stated_size,
        scale=_scale(sheet.scale),
        projection=sheet.projection,
        sheet_of=f"{sheet.number}/{sheet.of}" if sheet.number and sheet.of else None,
        views=tuple(
            ViewRecord(name=view.name, scale=_scale(view.scale), item_ids=tuple(ids[index] for index in view.items))
            for view in sheet.views
        ),
    )


def _scale(scale: float | None) -> str | None:
    if not scale:
        return None
    return f"{scale:g}:1" if scale >= 1 else f"1:{1 / scale:g}"


def _keep(fields: dict[str, TitleBlockField], name: str, value: Field, ids: Sequence[int]) -> None:
    """Keep the best state of a title-block field over the sheets of a drawing, the first sheet's among equals."""
    new = TitleBlockField.model_validate(
        {
            "state": STATES[value.status],
            "value": value.value,
            "item_ids": tuple(ids[index] for index in value.items),
        }
    )
    old = fields.get(name)
    if old is None or BETTER.index(new.state) > BETTER.index(old.state):
        fields[name] = new
