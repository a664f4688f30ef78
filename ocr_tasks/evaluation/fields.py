"""`python -m ocr_tasks fields TRUTH --work DIR`: how much of what drawings mean was read right, field by field.

Compares the results that `evaluate TRUTH --work DIR` kept with a truth that says what its strings mean, as that of the
sample drawings does. A string of the truth is the item that overlaps it most; a field is right if its value is the
same, so that a string that was not found costs all of its fields.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ocr_tasks.contract import Item, Result
from ocr_tasks.drawing.records import DIMENSION_KINDS
from ocr_tasks.errors import ContractError
from ocr_tasks.evaluation.command import drawing_id_of
from ocr_tasks.evaluation.confusions import best_pairs, fold
from ocr_tasks.evaluation.truth import NoTruth, TruthPage, truth_pages
from ocr_tasks.quads import scaled
from ocr_tasks.workdir import Workdir

Outcome = Literal["right", "wrong", "missing"]
NEAR = 1e-6
"""Lengths and angles that differ by less are the same."""


class Compared(NamedTuple):
    """One field of the truth: the group and the name of the field, and what became of it."""

    group: str
    field: str
    outcome: Outcome


@dataclass(frozen=True)
class Truth:
    """What one page says, by its truth file. `callouts` are those of several strings, by their indices from the top."""

    texts: Sequence[Mapping[str, Any]]
    callouts: Sequence[Mapping[str, Any]]
    fields: Mapping[str, Any]


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0, or 1 where a page of the truth was not read."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks fields", description=__doc__)
    parser.add_argument("truth", type=Path, help="folder of truth files, searched recursively")
    parser.add_argument("--work", type=Path, required=True, help="folder of workdirs that `evaluate` kept")
    parser.add_argument(
        "--only", default="", metavar="PARTS", help="only pages whose path contains one of PARTS (a,b,c)"
    )
    args = parser.parse_args(argv)
    found: list[Compared] = []
    invented = dimensions = unread = 0
    pages = truth_pages(args.truth, args.only)
    for page in pages:
        try:
            result = Workdir(args.work / drawing_id_of(page)).result()
        except ContractError:
            unread += 1
            continue
        truth = truth_of(args.truth / page.name)
        found += compared(page, truth, result)
        extra, said = invented_dimensions(page, truth, result)
        invented, dimensions = invented + extra, dimensions + said
    _say(table(found))
    _say(f"\n{len(pages) - unread} pages; {invented} of {dimensions} dimensions read are none of the truth's")
    if unread:
        _say(f"{unread} pages have no result below {args.work}: run evaluate with the same --work first")
    return 1 if unread else 0


def truth_of(path: Path) -> Truth:
    """Return what the truth file at PATH says of meanings; a truth of strings alone is refused."""
    data = json.loads(path.read_text(encoding="utf-8"))
    if "fields" not in data:
        raise NoTruth(f"{path} says nothing of fields: take the truth of the sample drawings")
    return Truth(data["texts"], data.get("callouts") or [], data["fields"])


def compared(page: TruthPage, truth: Truth, result: Result) -> list[Compared]:
    """Return every field of a page's truth with what RESULT has of it."""
    items = _items_of(page, truth, result)
    return [
        *_title_block(truth, result),
        *_rows("revisions", truth.fields.get("revisions") or [], result.revisions),
        *_rows("parts list", truth.fields.get("parts_list") or [], result.parts_list),
        *_notes(truth.fields.get("notes") or [], result.notes),
        *_meanings(truth, items),
        *(
            Compared("sheet", "zone", _judged(text["zone"], items[index].zone if index in items else None))
            for index, text in enumerate(truth.texts)
            if text.get("zone") and text.get("kind") != "zone"
        ),
    ]


def invented_dimensions(page: TruthPage, truth: Truth, result: Result) -> tuple[int, int]:
    """Return how many dimensions RESULT has that are none by the truth, and how many it has in all.

    A dimension on a string of which the truth does not say a meaning is one of these.
    """
    heads = [item for item in result.items if item.hangs_on is None]
    said = {item.item_id for item in heads if (item.meaning or {}).get("kind") in DIMENSION_KINDS}
    items = _items_of(page, truth, result)
    lines = {index for callout in truth.callouts for index in callout["texts"]}
    true = {
        item.item_id for index, item in items.items() if truth.texts[index].get("meaning") is not None or index in lines
    }
    return len(said - true), len(said)


def _items_of(page: TruthPage, truth: Truth, result: Result) -> dict[int, Item]:
    """Return the item of each of the truth's strings, by its index; those that were not found are left out."""
    if len(result.pages) != 1:
        raise ContractError(f"{len(result.pages)} pages were read where one was asked for: a fault of render")
    width, height = result.pages[0].width_px, result.pages[0].height_px
    truths = [scaled(text.quad, 1 / page.width, 1 / page.height) for text in page.texts]
    pairs = best_pairs(truths, [scaled(item.quad_px, 1 / width, 1 / height) for item in result.items])
    by_id = {item.item_id: item for item in result.items}
    return {index: _head(result.items[at], by_id) for index, at in pairs.items()}


def _head(item: Item, by_id: Mapping[int, Item]) -> Item:
    """Return the item that a deviation or limit belongs to, whose meaning holds it; frames have their own."""
    if item.hangs_on is None or (item.meaning or {}).get("kind") in ("gdt", "datum"):
        return item
    return by_id.get(item.hangs_on, item)


def _title_block(truth: Truth, result: Result) -> Iterator[Compared]:
    for name, value in truth.fields["title_block"].items():
        field = result.title_block.get(name)
        if field is None and name not in result.title_block:
            continue  # the result knows no such field
        read = field.value if field is not None else None
        if value is None:
            yield Compared("title block", "not on the drawing", "right" if not read else "wrong")
        else:
            yield Compared("title block", name, _judged(value, read))


def _rows(group: str, wanted: Sequence[Mapping[str, Any]], read: Sequence[Mapping[str, str]]) -> Iterator[Compared]:
    """Compare tables cell by cell, rows in order; a cell is right if its row has its text."""
    for index, row in enumerate(wanted):
        cells = set(map(fold, read[index].values())) if index < len(read) else set()
        for name, value in row.items():
            if value:
                yield Compared(group, name, "right" if fold(str(value)) in cells else ("wrong" if cells else "missing"))


def _notes(wanted: Sequence[str], read: Sequence[str]) -> Iterator[Compared]:
    lines = [fold(note) for note in read]
    for note in wanted:
        yield Compared("notes", "text", "right" if any(line.endswith(fold(note)) for line in lines) else "missing")


def _meanings(truth: Truth, items: Mapping[int, Item]) -> Iterator[Compared]:
    lines = {index for callout in truth.callouts for index in callout["texts"]}
    wanted = [(callout["texts"][0], callout["meaning"]) for callout in truth.callouts]
    wanted += [
        (index, text["meaning"])
        for index, text in enumerate(truth.texts)
        if text.get("meaning") and not text.get("field") and not text.get("label") and index not in lines
    ]
    for index, meaning in wanted:
        read = (items[index].meaning or {"kind": items[index].kind}) if index in items else {}
        for name, value in _flat(meaning):
            yield Compared("callouts", name, _judged(value, _at(read, name)))


def _flat(meaning: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in meaning.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


def _at(meaning: Mapping[str, Any], name: str) -> Any:
    value: Any = meaning
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _judged(want: Any, got: Any) -> Outcome:
    if got is None or got == "":
        return "missing"
    return "right" if _same(want, got) else "wrong"


def _same(want: Any, got: Any) -> bool:
    if isinstance(want, bool) or isinstance(got, bool):
        return bool(want is got)
    if isinstance(want, int | float):
        return isinstance(got, int | float) and abs(want - got) <= NEAR
    if isinstance(want, str):
        return isinstance(got, str) and fold(want).casefold() == fold(got).casefold()
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(map(_same, want, got))
    if isinstance(want, dict):
        return isinstance(got, dict) and all(_same(value, got.get(name)) for name, value in want.items())
    return bool(want == got)


def table(found: Sequence[Compared]) -> str:
    """Return the share right by group and field as lines of a Markdown table."""
    counts: dict[tuple[str, str], dict[Outcome, int]] = defaultdict(lambda: {"right": 0, "wrong": 0, "missing": 0})
    for group, field, outcome in found:
        counts[group, field][outcome] += 1
        counts[group, "**all**"][outcome] += 1
    lines = ["| group | field | of | right | share | wrong | missing |", "|---|---|---|---|---|---|---|"]
    for group in dict.fromkeys(group for group, _ in counts):
        rows = [(field, tally) for (of_group, field), tally in counts.items() if of_group == group]
        for field, tally in sorted(rows, key=lambda row: -sum(row[1].values())):
            total = sum(tally.values())
            share = f"{tally['right'] / total:.3f}"
            cells = (group, field, total, tally["right"], share, tally["wrong"], tally["missing"])
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _say(line: str) -> None:
    print(line, flush=True, file=sys.stdout)  # noqa: T201
