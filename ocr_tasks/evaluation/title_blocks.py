"""`python -m ocr_tasks title-blocks LABELS PAGES`: how many fields of title blocks are read right.

LABELS is a table of page, half, field, string: what the title block of a page says; an empty string says that its label
stands there with nothing beside it. PAGES is a folder of one JSON a page, truth files or what `evaluate --out` wrote.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ocr_tasks.drawing.placed import Placed
from ocr_tasks.drawing.title_block import Field
from ocr_tasks.drawing.understand import understand
from ocr_tasks.errors import ContractError
from ocr_tasks.evaluation.confusions import fold

POINTS_AN_INCH = 72.0


class Judged(NamedTuple):
    """A labelled field: HALF of the labels, its name, whether it says something, and whether it was read so."""

    half: str
    field: str
    filled: bool
    right: bool


def main(argv: Sequence[str]) -> int:
    """Run the command; return 0, or 1 where a labelled page is not there."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks title-blocks", description=__doc__)
    parser.add_argument("labels", type=Path, help="CSV of page, half, field, string")
    parser.add_argument("pages", type=Path, help="folder of one JSON a page")
    args = parser.parse_args(argv)
    labels = list(labelled(args.labels))
    judged, missing = [], set()
    for page in dict.fromkeys(label["page"] for label in labels):
        path = args.pages / f"{page}.json"
        if not path.is_file():
            missing.add(page)
            continue
        read = title_block_of(path)
        judged += [judge(label, read) for label in labels if label["page"] == page]
    _say(table(judged))
    if missing:
        _say(f"\n{len(missing)} labelled pages are not below {args.pages}")
    return 1 if missing else 0


def labelled(path: Path) -> Iterator[dict[str, str]]:
    """Give the rows of a table of labels. Raises ContractError for another table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"page", "half", "field", "string"} <= set(rows.fieldnames or ()):
            raise ContractError(f"{path} is no table of page, half, field, string")
        yield from rows


def title_block_of(path: Path) -> dict[str, Field]:
    """Return the title block that the strings of one page file make up."""
    data = json.loads(path.read_text(encoding="utf-8"))
    width, height = (
        float(data.get(name, data.get(f"{name}_pt", data.get(f"{name}_px")))) for name in ("width", "height")
    )
    items = [Placed(text=text["text"], quad_px=text["quad"]) for text in data["texts"]]
    return understand(items, width, height, POINTS_AN_INCH).title_block


def judge(label: dict[str, str], read: dict[str, Field]) -> Judged:
    """Return whether READ says of one field what its label says, spellings and white space aside."""
    field = read.get(label["field"])
    value = (field.value or "") if field is not None else ""
    return Judged(label["half"], label["field"], bool(label["string"]), _key(value) == _key(label["string"]))


def _key(text: str) -> str:
    return fold(text).casefold().replace("of", "/")


def table(judged: Sequence[Judged]) -> str:
    """Return the shares right by half, for values and for blanks, and by field for values, as Markdown tables."""
    lines = ["| half | values right | of | share | blanks left blank | of |", "|---|---|---|---|---|---|"]
    for half in dict.fromkeys(one.half for one in judged):
        own = [one for one in judged if one.half == half]
        values, blanks = [one.right for one in own if one.filled], [one.right for one in own if not one.filled]
        share = sum(values) / len(values) if values else 0.0
        lines.append(f"| {half} | {sum(values)} | {len(values)} | {share:.3f} | {sum(blanks)} | {len(blanks)} |")
    lines += ["", "| field | values right | of |", "|---|---|---|"]
    right: Counter[str] = Counter(one.field for one in judged if one.filled and one.right)
    total = Counter(one.field for one in judged if one.filled)
    lines += [f"| {field} | {right[field]} | {count} |" for field, count in total.most_common()]
    return "\n".join(lines)


def _say(line: str) -> None:
    print(line, flush=True, file=sys.stdout)  # noqa: T201
