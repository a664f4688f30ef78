"""Truth files with the corrections of a list of doubts, to score with and without: TRUTH_DIR DOUBTS.csv OUT_DIR.

A row of the list: `page` (the truth file's path below TRUTH_DIR), `strings` (their indexes in it, from 0; empty: the
file lacks the string), `truth` (what they say), `correction` (the one string that stands on the sheet instead; empty:
not to be scored), `x0 y0 x1 y1` (its tight ink, in the truth's units, origin top-left; what leans is first turned
about its middle to the nearest right angle; empty: the box around its strings, along the first), `rotation` (of what
has such a box: degrees counter-clockwise; empty: 0), `why`.

What is written has a width and a height as readings do: scored against the truth as it is, it says how far a reader
without fault would come.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ocr_tasks.contract import Quad
from ocr_tasks.quads import around, bounds, corners_of, leaning, middle_of, quad_of, rotated, turned, upright_quad

JOIN = " | "


class StaleDoubt(ValueError):
    """A row is about strings that the truth file does not hold."""


def correct(page: Mapping[str, Any], doubts: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return a page's truth with its doubts resolved. Raises StaleDoubt."""
    texts: list[dict[str, Any] | None] = [dict(text) for text in page["texts"]]
    for doubt in doubts:
        indexes = [int(index) for index in doubt["strings"].split()]
        if not indexes:
            texts.append(_lacking(doubt))
            continue
        found = [page["texts"][index]["text"] if index < len(page["texts"]) else "" for index in indexes]
        if JOIN.join(found) != doubt["truth"]:
            raise StaleDoubt(f"{doubt['page']}: strings {doubt['strings']} are {JOIN.join(found)!r}, not as listed")
        first, *others = indexes
        kept = {name: value for name, value in page["texts"][first].items() if name not in ("parts", "unreliable")}
        if doubt["correction"]:
            box = _box(doubt) if doubt["x0"] else around([page["texts"][index]["quad"] for index in indexes])
            texts[first] = kept | _stands(doubt["correction"], box)
        else:
            texts[first] = kept | {"unreliable": True}
        for index in others:
            texts[index] = None
    return {**page, **_size(page), "texts": [text for text in texts if text is not None]}


def _size(page: Mapping[str, Any]) -> dict[str, float]:
    unit = "pt" if "width_pt" in page else "px"
    return {"width": page[f"width_{unit}"], "height": page[f"height_{unit}"]}


def _lacking(doubt: Mapping[str, str]) -> dict[str, Any]:
    text = doubt["correction"]
    kind = "number" if sum(map(str.isdigit, text)) >= sum(map(str.isalpha, text)) else "text"
    stands = {"kind": kind, "rotation": _rotation(doubt), **_stands(text, _box(doubt))}
    return stands | ({} if text else {"unreliable": True})


def _stands(text: str, quad: Quad) -> dict[str, Any]:
    return {"text": text, "bbox": list(bounds(quad)), "quad": [list(corner) for corner in quad]}


def _box(doubt: Mapping[str, str]) -> Quad:
    level = upright_quad(*(float(doubt[name]) for name in ("x0", "y0", "x1", "y1")))
    lean = leaning(_rotation(doubt))
    read = turned(level, -round((_rotation(doubt) - lean) / 90))
    return quad_of(corners_of(rotated(read, lean, middle_of(read))))


def _rotation(doubt: Mapping[str, str]) -> float:
    return float(doubt["rotation"] or 0)


def main(argv: Sequence[str]) -> int:
    """Write OUT_DIR: the truth files below TRUTH_DIR, corrected."""
    truth_dir, doubts_csv, out_dir = map(Path, argv)
    by_page: dict[str, list[dict[str, str]]] = defaultdict(list)
    with doubts_csv.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_page[row["page"]].append(row)
    for path in sorted(truth_dir.rglob("*.json")):
        name = path.relative_to(truth_dir)
        page = correct(json.loads(path.read_text("utf-8")), by_page.pop(name.as_posix(), ()))
        (out_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (out_dir / name).write_text(json.dumps(page, ensure_ascii=False), "utf-8")
    if by_page:
        raise StaleDoubt(f"no such truth files: {', '.join(by_page)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
