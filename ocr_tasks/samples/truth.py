"""What a reader must find on a page, in the truth format of the accuracy tools.

Frame: points or pixels, origin at the top left of the page as displayed, y down.

`texts[]`: `text`; `quad`, corners in reading order; `bbox`; `rotation` in degrees counter-clockwise; `kind` (number,
gdt, text, zone); `parts`, the pieces of a stacked tolerance or a feature control frame. And what the string says:
`meaning`, the record of `python -m ocr_tasks parse` (only keys that the string and its sheet settle); `field`, the cell
that it fills (`title`, `revisions.0.date`, `parts_list.2.material`, `notes.1`); `label`, the cell that it heads;
`zone`, where on the sheet it stands; `callout`, the number in `callouts[]` of which it is a row.
`callouts[]`: a hole note or a pair of limits taken together: the indices of its `texts`, and its `meaning`.
`fields`: `title_block` (null: not on this drawing), `revisions`, `parts_list`, `notes`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_tasks.samples.page_model import Point, Sheet, Written

PT_PER_MM = 72.0 / 25.4
MM_PER_INCH = 25.4
Move = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class PageTruth:
    """The strings of a page; `unit` is "pt" or "px". `texts` are JSON objects with a `quad` in that unit."""

    width: float
    height: float
    unit: str
    texts: tuple[dict[str, Any], ...]
    extra: dict[str, Any]

    def json(self, file: str, page: int) -> dict[str, Any]:
        """Return the truth file's content."""
        size = {f"width_{self.unit}": _tidy(self.width), f"height_{self.unit}": _tidy(self.height)}
        head = {"file": file, "page": page, **size, "drawing": "mechanical", "source": "drawing-etl samples"}
        return head | {"texts": [_rounded(t) for t in self.texts]} | self.extra

    def moved(self, move: Move, width: int, height: int) -> PageTruth:
        """Return the truth after the picture went through MOVE, which maps points [n, 2] in pixels."""
        return PageTruth(width, height, "px", tuple(_moved(t, move) for t in self.texts), self.extra)


def in_points(sheet: Sheet) -> PageTruth:
    """Return the truth of SHEET as a PDF page."""
    return _truth(sheet, "pt", PT_PER_MM, sheet.width_mm * PT_PER_MM, sheet.height_mm * PT_PER_MM)


def in_pixels(sheet: Sheet, dpi: float, width_px: int, height_px: int) -> PageTruth:
    """Return the truth of SHEET as a picture of that resolution and size."""
    return _truth(sheet, "px", dpi / MM_PER_INCH, width_px, height_px)


def _truth(sheet: Sheet, unit: str, scale: float, width: float, height: float) -> PageTruth:
    def corners(quad: Sequence[Point]) -> list[list[float]]:
        return [[x * scale, (sheet.height_mm - y) * scale] for x, y in quad]

    def text(written: Written) -> dict[str, Any]:
        item: dict[str, Any] = {"text": written.text, "quad": corners(written.quad), "kind": written.kind}
        if written.parts:
            item["parts"] = [{"text": p.text, "quad": corners(p.quad)} for p in written.parts]
        zone = sheet.zones.of(written.quad) if sheet.zones else None
        if zone:
            item["zone"] = zone
        for name in ("meaning", "field", "label", "callout"):
            value = getattr(written, name)
            if value is not None:
                item[name] = value
        return item

    extra: dict[str, Any] = {"fields": dict(sheet.fields)}
    if sheet.joints:
        extra["callouts"] = [
            {
                "texts": [i for i, w in enumerate(sheet.written) if w.callout == joint.callout],
                "meaning": joint.meaning,
            }
            for joint in sheet.joints
        ]
    return PageTruth(width, height, unit, tuple(text(w) for w in sheet.written), extra)


def _moved(item: dict[str, Any], move: Move) -> dict[str, Any]:
    changed = dict(item)
    changed["quad"] = move(np.asarray(item["quad"], np.float64)).tolist()
    if "parts" in item:
        changed["parts"] = [_moved(part, move) for part in item["parts"]]
    return changed


def _rounded(item: dict[str, Any]) -> dict[str, Any]:
    quad = [[round(float(x), 2), round(float(y), 2)] for x, y in item["quad"]]
    xs, ys = [p[0] for p in quad], [p[1] for p in quad]
    head = {"text": item["text"], "bbox": [min(xs), min(ys), max(xs), max(ys)]}
    tail = {k: v for k, v in item.items() if k not in ("text", "quad", "parts")}
    (ax, ay), (bx, by) = quad[:2]
    body: dict[str, Any] = {"rotation": round(-math.degrees(math.atan2(by - ay, bx - ax)), 1) + 0.0, "quad": quad}
    if "parts" in item:
        body["parts"] = [_rounded(part) for part in item["parts"]]
    return head | body | tail


def _tidy(value: float) -> float:
    return int(value) if value == int(value) else round(value, 2)
