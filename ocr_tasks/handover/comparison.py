"""Two revisions of a drawing, compared: what was added, removed and changed, field by field."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from ocr_tasks.contract import DOUBTFUL, PageRecord, Quad, Record, Result
from ocr_tasks.drawing.records import Meaning
from ocr_tasks.handover.callouts import Callout, callouts
from ocr_tasks.handover.matching import Pair, Registration, family, match, own_fields, page_pairs, said

Kind = Literal["added", "removed", "changed"]
What = Literal[
    "sheet",
    "title_block",
    "revision",
    "parts_list",
    "general_tolerance",
    "dimension",
    "gdt",
    "thread",
    "roughness",
    "weld",
    "edge",
    "datum",
    "note",
    "text",
]


class FieldChange(Record):
    """One field of a meaning, in words; None: it was or is not there."""

    field: str
    old: str | None
    new: str | None


class Change(Record):
    """One difference. Pages and quads (pixels of their page) are those of the old and of the new drawing.

    `doubtful`: one of the two readings is unsure, so that the difference may be one of reading only.
    """

    what: What
    change: Kind
    old: str | None = None
    new: str | None = None
    fields: tuple[FieldChange, ...] = ()
    zone: str | None = None
    old_page: int | None = None
    new_page: int | None = None
    old_quads: tuple[Quad, ...] = ()
    new_quads: tuple[Quad, ...] = ()
    doubtful: bool = False

    @property
    def sentence(self) -> str:
        """The difference in words: `24 ±0.1 -> 25 ±0.1 (nominal 24 -> 25)`."""
        if self.change != "changed":
            return (self.new if self.change == "added" else self.old) or ""
        fields = ", ".join(f"{each.field} {each.old or 'none'} -> {each.new or 'none'}" for each in self.fields)
        both = f"{self.old or 'none'} -> {self.new or 'none'}"
        return f"{both} ({fields})" if fields and self.what not in ("title_block", "note", "text") else both


class Comparison(Record):
    """All differences between two revisions. `same` counts the callouts that say the same on both."""

    old_revision: str | None
    new_revision: str | None
    same: int
    changes: tuple[Change, ...]
    pages: tuple[tuple[int | None, int | None], ...]

    def count(self, kind: Kind) -> int:
        """Return how many differences are of one kind."""
        return sum(change.change == kind for change in self.changes)


def compare(old: Result, new: Result) -> Comparison:
    """Return what differs between two revisions: the sheets and their tables, then the callouts in reading order."""
    before, after = callouts(old, words=True), callouts(new, words=True)
    pages = page_pairs(_contents(old, before), _contents(new, after))
    found = [pair for old_page, new_page in pages for pair in _pairs(old, new, before, after, old_page, new_page)]
    place = {id(callout): index for index, callout in enumerate(after)}
    found.sort(key=lambda pair: place.get(id(pair.new), len(after)))
    changes = [change for pair in found if (change := _of_pair(pair)) is not None]
    told = [
        *_sheets(old, new, pages),
        *_title_block(old, new),
        *_rows("revision", old.revisions, new.revisions, ("revision",)),
        *_rows("parts_list", old.parts_list, new.parts_list, ("item", "part_number", "description")),
        *_general(found),
    ]
    both = sum(pair.old is not None and pair.new is not None for pair in found)
    return Comparison(
        old_revision=_field(old, "revision"),
        new_revision=_field(new, "revision"),
        same=both - sum(change.change == "changed" for change in changes),
        changes=(*told, *sorted(changes, key=lambda change: change.what == "text")),
        pages=tuple(pages),
    )


def _contents(result: Result, found: Sequence[Callout]) -> dict[int, Counter[str]]:
    """Return what stands on each page."""
    return {page.page: Counter(said(each) for each in found if each.page == page.page) for page in result.pages}


def _pairs(
    old: Result,
    new: Result,
    before: Sequence[Callout],
    after: Sequence[Callout],
    old_page: int | None,
    new_page: int | None,
) -> list[Pair]:
    these = [callout for callout in before if callout.page == old_page]
    those = [callout for callout in after if callout.page == new_page]
    if old_page is None or new_page is None:
        return [*(Pair(callout, None) for callout in these), *(Pair(None, callout) for callout in those)]
    where = Registration(_page(old, old_page), _page(new, new_page), these, those)
    return match(these, those, where)


def _page(result: Result, number: int) -> PageRecord:
    return next(page for page in result.pages if page.page == number)


def _of_pair(pair: Pair) -> Change | None:
    """Return the difference between two callouts; None if they say the same."""
    one, other = pair.old, pair.new
    either = other or one
    if either is None or (one is not None and other is not None and said(one) == said(other)):
        return None
    if (one is None or other is None) and _is_noise(either):
        return None
    return Change.model_validate(
        {
            "what": family(either.kind),
            "change": "added" if one is None else "removed" if other is None else "changed",
            "old": one.text if one else None,
            "new": other.text if other else None,
            "fields": tuple(_fields(one.meaning, other.meaning)) if one and other else (),
            "zone": either.zone,
            "old_page": one.page if one else None,
            "new_page": other.page if other else None,
            "old_quads": one.quads if one else (),
            "new_quads": other.quads if other else (),
            "doubtful": any(callout is not None and callout.confidence < DOUBTFUL for callout in (one, other)),
        }
    )


def _is_noise(callout: Callout) -> bool:
    """Return whether a string alone is more likely dirt than text: unsure, or one sign that means nothing."""
    return callout.kind == "text" and (callout.confidence < DOUBTFUL or len(callout.text.strip()) < 2)


def _fields(old: Meaning | None, new: Meaning | None) -> Iterator[FieldChange]:
    before, after = (_flat(own_fields(meaning)) if meaning is not None else {} for meaning in (old, new))
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield FieldChange(field=name.replace("_", " "), old=before.get(name), new=after.get(name))


def _flat(value: Mapping[str, object], above: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            flat.update(_flat(inner, f"{above}{name} "))
        elif isinstance(inner, list):
            flat[above + name] = " ".join(map(str, inner))
        else:
            flat[above + name] = f"{inner:.6g}" if isinstance(inner, float) else str(inner)
    return flat


# --- the sheets as a whole ---


def _sheets(old: Result, new: Result, pages: Sequence[tuple[int | None, int | None]]) -> Iterator[Change]:
    before, after = ({sheet.page: sheet for sheet in result.sheets} for result in (old, new))
    for one, other in pages:
        if one is None or other is None:
            change: Kind = "added" if one is None else "removed"
            yield Change(
                what="sheet",
                change=change,
                old=f"sheet {one}" if one else None,
                new=f"sheet {other}" if other else None,
                old_page=one,
                new_page=other,
            )
            continue
        for name in ("size", "scale", "projection"):
            was, now = getattr(before.get(one), name, None), getattr(after.get(other), name, None)
            if was != now and (was or now):
                field = FieldChange(field=name, old=was, new=now)
                yield Change(what="sheet", change="changed", old=was, new=now, fields=(field,), new_page=other)


def _title_block(old: Result, new: Result) -> Iterator[Change]:
    for name in dict.fromkeys((*old.title_block, *new.title_block)):
        was, now = _field(old, name), _field(new, name)
        if _folded(was) == _folded(now):
            continue
        states = [result.title_block[name].state for result in (old, new) if name in result.title_block]
        yield Change(
            what="title_block",
            change="added" if was is None else "removed" if now is None else "changed",
            old=was,
            new=now,
            fields=(FieldChange(field=name.replace("_", " "), old=was, new=now),),
            doubtful="unread" in states,
            **_places(old, new, name),
        )


def _places(old: Result, new: Result, name: str) -> dict[str, Any]:
    """Return where the values of a title-block field stand."""
    found: dict[str, Any] = {}
    for side, result in (("old", old), ("new", new)):
        ids = result.title_block[name].item_ids if name in result.title_block else ()
        items = [item for item in result.items if item.item_id in ids]
        found |= {f"{side}_page": items[0].page if items else None, f"{side}_quads": tuple(i.quad_px for i in items)}
    return found


def _field(result: Result, name: str) -> str | None:
    field = result.title_block.get(name)
    return field.value if field is not None and field.state == "read" else None


def _folded(value: str | None) -> str:
    return "".join((value or "").casefold().split())


def _rows(
    what: What, old: Sequence[Mapping[str, str]], new: Sequence[Mapping[str, str]], keys: Sequence[str]
) -> Iterator[Change]:
    """Give the rows of a table that differ; a row of the same key, in the first of KEYS that both have, is changed."""
    left = [row for row in old if _row_key(row) not in {_row_key(other) for other in new}]
    for row in new:
        if _row_key(row) in {_row_key(other) for other in old}:
            continue
        was = next((other for other in left if _same_key(other, row, keys)), None)
        if was is not None:
            left.remove(was)
        fields = tuple(
            FieldChange(field=name.replace("_", " "), old=(was or {}).get(name), new=row.get(name))
            for name in dict.fromkeys((*(was or {}), *row))
            if _folded((was or {}).get(name)) != _folded(row.get(name))
        )
        old_text = _row_text(was) if was is not None else None
        yield Change(
            what=what,
            change="changed" if was is not None else "added",
            old=old_text,
            new=_row_text(row),
            fields=fields if was is not None else (),
        )
    for row in left:
        yield Change(what=what, change="removed", old=_row_text(row))


def _row_key(row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, _folded(value)) for name, value in row.items() if value.strip()))


def _same_key(one: Mapping[str, str], other: Mapping[str, str], keys: Sequence[str]) -> bool:
    for key in keys:
        if key in one and key in other:
            return _folded(one[key]) == _folded(other[key])
    return False


def _row_text(row: Mapping[str, str]) -> str:
    return " | ".join(value for value in row.values() if value.strip())


def _general(pairs: Sequence[Pair]) -> Iterator[Change]:
    """Give one difference for all dimensions that are the same but for the limits that they have from elsewhere."""
    found: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        if pair.old is None or pair.new is None or said(pair.old) != said(pair.new):
            continue
        if (one := pair.old.meaning) is None or (other := pair.new.meaning) is None:
            continue
        if (one.upper, one.lower) != (other.upper, other.lower) and (one.inherited or other.inherited):
            found[one.inherited or "none", other.inherited or "none"] += 1
    for (was, now), times in found.most_common():
        field = FieldChange(field="dimensions with other limits", old=None, new=str(times))
        yield Change(what="general_tolerance", change="changed", old=was, new=now, fields=(field,))
