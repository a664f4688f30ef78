"""The title block: which string is the drawing number, the material, the revision, ... by label and place.

A value stands below its label, to its right, or in the same string; a signature table has its dates and names under
column headings. A field whose label is not on the sheet is `absent`; one whose label is there with nothing readable
beside it is `not_read`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from ocr_tasks.drawing.labels import FIELDS, field_of, split_label
from ocr_tasks.drawing.pieces import DATE, TIME, Piece, pieces_of
from ocr_tasks.drawing.placed import Spot, same_row
from ocr_tasks.drawing.records import Record
from ocr_tasks.drawing.sheet import page_of, stated_unit

Status = Literal["read", "not_read", "absent"]


class Field(Record):
    """One field of the title block: its value as written, and the items of value and label."""

    status: Status
    value: str | None = None
    items: tuple[int, ...] = ()
    label: int | None = None


_DATE = re.compile(rf"{DATE}{TIME}|\d{{1,2}}/\d{{4}}|\d{{1,2}}[A-Za-zéû]{{3,9}}\d{{2,4}}|\d{{4}}년.*")
_SCALE = re.compile(r"\d+(?:[.,]\d+)?\s*[:/]\s*\d+(?:[.,]\d+)?|\d[.,]\d+|NTS|N\.?T\.?S\.?|NONE|FULL", re.IGNORECASE)
_SIZE = re.compile(r"[A-E]\d?|A\d\s*[HV]?|ANSI [A-E]|DIN A\d", re.IGNORECASE)
_WEIGHT = re.compile(
    r"(?:[~≈]|ca\.?|approx\.?)?\s*[\d.,]+\s*(?:kgs?|gr?|lb[sm]?|#|t|oz|kilograms?|grams?|pounds?)?", re.IGNORECASE
)
_MATERIAL_NUMBER = re.compile(r"[012]\.\d{4}(?!\d)|\d{4}$|\d{3}[LH]$|[A-Z]-?\d{2,3}\b")
"""`1.4301` (EN 10027-2), `6061`, `4140`, `316L`, `C45`, `A36`, `F-114`."""
_UNIT = re.compile(r"mm|cm|m|inch(?:es)?|in\.?|\"|millimet(?:er|re)s?", re.IGNORECASE)
_COMPANY = re.compile(r"\b(?:INC|LTD|LLC|GMBH|CORP|S\.?A\.?R\.?L|AG|KG|PLC|B\.?V)\b\.?|㈜|주식회사", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[-–—_.\s]*|N/?A|X+", re.IGNORECASE)


def _looks(pattern: re.Pattern[str]) -> Callable[[str], float]:
    return lambda text: 0.0 if pattern.fullmatch(text.strip()) else 9.0


def _code(text: str) -> float:
    """A drawing number has a digit, few words, and no unit."""
    text = text.strip()
    if not any(sign.isdigit() for sign in text):
        return 3.0 if re.fullmatch(r"[\w.-]{3,40}", text) else 8.0
    if len(text) < 3 or _DATE.fullmatch(text) or _SCALE.fullmatch(text):
        return 8.0
    return 1.5 * max(0, len(text.split()) - 2)


def _revision(text: str) -> float:
    text = text.strip()
    if re.fullmatch(r"[A-Z]{1,2}|\d{1,3}|[A-Za-z]?\d+(?:\.\d+){0,2}|-|[A-Z]\d?", text):
        return 0.0
    return 9.0


def _words(text: str) -> float:
    letters = sum(sign.isalpha() for sign in text)
    if letters < 2 or _SCALE.fullmatch(text.strip()) or _DATE.fullmatch(text.strip()) or page_of(text):
        return 9.0
    return 0.0


def _person(text: str) -> float:
    text = text.strip()
    if (
        _COMPANY.search(text)
        or any(sign.isdigit() for sign in text)
        or not 2 <= len(text) <= 40
        or len(text.split()) > 4
    ):
        return 9.0
    return 0.0 if _words(text) == 0.0 else 9.0


def _weight(text: str) -> float:
    return 0.0 if _WEIGHT.fullmatch(text.strip()) else 9.0


def _material(text: str) -> float:
    text = text.strip()
    if _MATERIAL_NUMBER.match(text):
        return 0.0
    if page_of(text) or _DATE.fullmatch(text) or _SCALE.fullmatch(text) or _weight(text) == 0.0:
        return 9.0
    return 0.0 if sum(sign.isalpha() for sign in text) >= 2 or re.search(r"\d{4}", text) else 9.0


def _tolerance(text: str) -> float:
    return 0.0 if re.search(r"ISO|DIN|±|\+/-|toleran", text, re.IGNORECASE) else 9.0


_COST: dict[str, Callable[[str], float]] = {
    "drawing_number": _code,
    "part_number": _code,
    "title": _words,
    "revision": _revision,
    "date": _looks(_DATE),
    "drawn_by": _person,
    "checked_by": _person,
    "approved_by": _person,
    "material": _material,
    "finish": _words,
    "weight": _weight,
    "scale": _looks(_SCALE),
    "sheet": lambda text: 0.0 if page_of(text) or re.fullmatch(r"\s*\d{1,3}\s*", text) else 9.0,
    "general_tolerance": _tolerance,
    "company": _words,
    "unit": _looks(_UNIT),
    "size": _looks(_SIZE),
    "projection": lambda text: 0.0 if re.search(r"angle|methode|dièdre|각법", text, re.IGNORECASE) else 9.0,
    "file_name": lambda text: 0.0 if re.fullmatch(r"[\w .\\/:-]{3,80}", text) else 9.0,
    "model": _words,
    "other": lambda text: 2.0,
}
ALIKE = 1.35
"""Lines of one lettering differ less in height: boxes end at the ink, and only some have a letter below the foot."""
_HIGHEST_COST = 7.5
CLAIMED = 2.0
"""What costs less as the value of `Rev.` is no sheet size: an `A3` right below it."""
_Label = tuple[str, Piece]


@dataclass(frozen=True)
class _Pair:
    cost: float
    field: str
    label: Piece
    value: Piece


def read_title_block(spots: Sequence[Spot], taken: Collection[int] = ()) -> dict[str, Field]:
    """Return every field of `FIELDS` for the SPOTS of one page, those in TAKEN (tables, notes, zones) left out.

    Labels and values are paired at the least total distance, each value once; distances are in label heights.
    """
    free = pieces_of([spot for spot in spots if spot.upright and spot.index not in taken and spot.text.strip()])
    found: dict[str, Field] = {}
    labels: list[_Label] = []
    whole: list[tuple[str, str, Piece]] = []
    values: list[Piece] = []
    for piece in free:
        if (field := field_of(piece.text)) is not None:
            labels.append((field, piece))
        elif (pair := split_label(piece.text)) is not None and _COST[pair[0]](pair[1]) < 5:
            whole.append((*pair, piece))
        else:
            values.append(piece)
    block = _block([*labels, *((field, piece) for field, _, piece in whole)])
    labels = [(field, piece) for field, piece in labels if piece.index in block]
    used: set[int] = set()
    _unlabelled(values, used, labels, found)
    _signature_table(labels, values, found, used)
    pairs = [
        _Pair(cost, field, label, value)
        for field, label in labels
        for value in values
        if value.index not in used and (cost := _cost(field, label, value, labels)) < _HIGHEST_COST
    ]
    answered: set[int] = set()
    for pair_ in sorted(pairs, key=lambda pair_: pair_.cost):
        if pair_.label.index in answered or pair_.value.index in used:
            continue
        answered.add(pair_.label.index)
        used.add(pair_.value.index)
        text, items = _continued(pair_, values, used, labels)
        _keep(found, pair_.field, Field(status="read", value=text, items=items, label=pair_.label.items[0]))
    labelled = {field: piece.items[0] for field, piece in labels}
    for field, value, piece in whole:
        if piece.index in block and field != "other":
            _keep(found, field, Field(status="read", value=value, items=piece.items, label=piece.items[0]))
    if "drawing_number" not in found:
        for stand_in in ("part_number", "file_name"):
            if stand_in in found and "drawing_number" not in labelled:
                found["drawing_number"] = found[stand_in]
                break
    return {
        field: found.get(field)
        or (Field(status="not_read", label=labelled[field]) if field in labelled else Field(status="absent"))
        for field in FIELDS
    }


def _keep(found: dict[str, Field], field: str, value: Field) -> None:
    if value.value is not None and _PLACEHOLDER.fullmatch(value.value) and field != "revision":
        return
    found.setdefault(field, value)


def _block(labels: Sequence[_Label]) -> set[int]:
    """Return the labels that stand together with others: a title block has at least three, close to one another."""
    near: set[int] = set()
    for _, spot in labels:
        reach = 40 * spot.em
        company = [
            other
            for _, other in labels
            if abs(other.centre[0] - spot.centre[0]) < reach and abs(other.centre[1] - spot.centre[1]) < reach / 2
        ]
        if len({other.text for other in company}) >= 3:
            near.add(spot.index)
    return near


def _cost(field: str, label: Spot, value: Spot, labels: Sequence[_Label]) -> float:
    """Return how badly VALUE suits as the value of LABEL, in label heights and penalties; large for not at all."""
    em = label.em
    left, _, right, bottom = label.box
    value_left, value_top, value_right, _ = value.box
    if not 0.5 < value.em / em < 6:
        return 99.0
    suits = _COST[field](value.text)
    level = same_row(label, value) or abs(label.centre[1] - value.centre[1]) < 0.9 * max(em, value.em)
    if level and value_left >= right - 0.5 * em:
        gap = (value_left - right) / em
        if gap > 14 or _between(label, value, labels, row=True):
            return 99.0
        return suits + 0.35 * gap + 0.3
    down = (value_top - bottom) / em
    if -0.6 <= down <= 5:
        shift = (value_left - left) / em
        inside = value_left <= right + 12 * em and value_right >= left - 1.5 * em
        if not inside or shift < -4 or _between(label, value, labels, row=False):
            return 99.0
        aslant = max(0.0, value_left - right) / em  # wholly to the right of its label: rather of the one in its own row
        return suits + 0.7 * max(0.0, down) + 0.12 * (abs(shift) + aslant)
    return 99.0


def _between(label: Spot, value: Spot, labels: Sequence[_Label], *, row: bool) -> bool:
    """Return whether another label stands between LABEL and VALUE and claims it."""
    for _, other in labels:
        if other.index == label.index:
            continue
        if row:
            if (
                same_row(label, other)
                and label.box[2] <= other.box[0]
                and other.box[2] <= value.box[0] + 0.5 * label.em
            ):
                return True
        elif (
            label.box[3] <= other.centre[1] <= value.box[1] + 0.3 * label.em
            and other.box[0] < value.box[2]
            and other.box[2] > value.box[0]
        ):
            return True
    return False


def _continued(
    pair: _Pair, values: Sequence[Piece], used: set[int], labels: Sequence[_Label]
) -> tuple[str, tuple[int, ...]]:
    """Return the value with the lines right below it in the same size: titles and materials run over several lines."""
    parts = [pair.value]
    if (
        pair.field in ("title", "material", "finish", "company", "drawing_number", "general_tolerance")
        and pair.value.box[1] > pair.label.box[1]
    ):
        grown = True
        while grown:
            grown = False
            last = parts[-1]
            for other in values:
                if other.index in used or not 1 / ALIKE < other.em / last.em < ALIKE:
                    continue
                gap = (other.box[1] - last.box[3]) / last.em
                aligned = min(abs(other.box[0] - last.box[0]), abs(other.centre[0] - last.centre[0])) < 1.2 * last.em
                if (
                    -0.1 <= gap < (1.5 if pair.field == "general_tolerance" else 0.9)
                    and aligned
                    and _COST[pair.field](other.text) < 3
                    and not _between(last, other, labels, row=False)
                ):
                    parts.append(other)
                    used.add(other.index)
                    grown = True
                    break
    joint = "; " if pair.field == "general_tolerance" else " "
    return joint.join(part.text.strip() for part in parts), tuple(item for part in parts for item in part.items)


def _unlabelled(values: Sequence[Piece], used: set[int], labels: Sequence[_Label], found: dict[str, Field]) -> None:
    """Read what says itself what it is, inside the block: a sheet size (`A3`), a projection method, page n of m, the
    unit in a note, the date in the row of who drew it.
    """
    if not labels:
        return
    left, right = min(label.box[0] for _, label in labels), max(label.box[2] for _, label in labels)
    top, bottom = min(label.box[1] for _, label in labels), max(label.box[3] for _, label in labels)
    em = max(label.em for _, label in labels)
    named = {field for field, _ in labels}
    for value in values:
        x, y = value.centre
        inside = left - 3 * em < x < right + 12 * em and top - 6 * em < y < bottom + 6 * em
        if value.index in used or not inside:
            continue
        text = value.text.strip()
        sorts = (
            ("size", re.fullmatch(r"(?:DIN\s*)?A[0-4]", text) and not _is_revision(value, labels)),
            (
                "projection",
                re.search(r"(?:first|third|1st|3rd)[\s-]*angle|projektionsmethode|제?[13]각법", text, re.IGNORECASE),
            ),
            ("sheet", page_of(text) and " " in text),
            (
                "date",
                _DATE.fullmatch(text) and any(_beside(label, value) for field, label in labels if field == "drawn_by"),
            ),
            ("unit", stated_unit(text)),
        )
        for field, says_so in sorts:
            if says_so and field not in found and field not in named:
                used.add(value.index)
                found[field] = Field(status="read", value=stated_unit(text) or text, items=value.items)


def _is_revision(value: Piece, labels: Sequence[_Label]) -> bool:
    return any(field == "revision" and _cost(field, label, value, labels) < CLAIMED for field, label in labels)


def _beside(label: Piece, value: Piece) -> bool:
    return same_row(label, value) and value.box[0] > label.box[2]


_NAMES = ("name", "nom", "nombre", "nome", "이름")
_DATES = ("date", "datum", "fecha", "data")


def _signature_table(
    labels: Sequence[_Label], values: Sequence[Piece], found: dict[str, Field], used: set[int]
) -> None:
    """Read a table with rows DRAWN, CHECKED, APPROVED and columns NAME, DATE: the crossing is the value."""
    heads = {spot.text.strip().casefold(): spot for _, spot in labels}
    name_head = next((heads[name] for name in _NAMES if name in heads), None)
    date_head = next((heads[name] for name in _DATES if name in heads), None)
    if name_head is None or date_head is None or not same_row(name_head, date_head):
        return
    for field, label in labels:
        if field not in ("drawn_by", "checked_by", "approved_by") or label.centre[1] <= name_head.centre[1]:
            continue
        if (label.centre[1] - name_head.centre[1]) / label.em > 14:
            continue
        for value in values:
            if value.index in used or not same_row(label, value) or value.box[0] < label.box[2] - label.em:
                continue
            if abs(value.centre[0] - date_head.centre[0]) < abs(value.centre[0] - name_head.centre[0]):
                if _COST["date"](value.text) < 1:
                    used.add(value.index)
                    if field == "drawn_by":
                        _keep(
                            found,
                            "date",
                            Field(status="read", value=value.text.strip(), items=value.items, label=date_head.items[0]),
                        )
            elif _person(value.text) < 1 and field not in found:
                used.add(value.index)
                found[field] = Field(status="read", value=value.text.strip(), items=value.items, label=label.items[0])
