"""The same size in the other unit: `25.4 [1.00]`, `1.00 in (25.4 mm)`, `25.4/1.00`."""

from __future__ import annotations

import re
from typing import Any

from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.records import Dual, Unit
from ocr_tasks.drawing.sizes import agrees, read_length, read_tolerance, settle

_DUAL = re.compile(r"\s*(\[)|\s*(\()(?=[^()]*\))")
_STROKE = re.compile(r"\s*/\s*⌀?\s*(?=[\d.,])")
_SIGN = re.compile(r"\s*⌀?\s*R?")
_CLOSING = re.compile(r"\s*[)\]]")


def read_dual(draft: Draft, at: int) -> int | None:
    """Read the same size in the other unit: `25.4 [1.00]`, `1.00 in (25.4 mm)`, `10 [.394]`."""
    text = draft.folded.text
    opening = _DUAL.match(text, at)
    nominal = draft.fields.get("nominal", draft.fields.get("upper"))
    if (stroke := _STROKE.match(text, at)) and nominal is not None and "dual" not in draft.fields:
        return _dual_after_stroke(draft, at, stroke.end(), float(nominal))
    if not opening or nominal is None or draft.fields.get("unit") not in ("mm", "in") or "dual" in draft.fields:
        return None
    inner = _SIGN.match(text, opening.end())
    size = read_length(text, inner.end() if inner else opening.end())
    if size is None:
        return None
    side = Draft(draft.folded)
    side.put("nominal", size.value, opening.end(), size.end)
    end = read_tolerance(side, size.end, angle=False)
    closing = _CLOSING.match(text, end)
    if closing is None:
        return None
    second = float(side.fields.get("nominal", side.fields.get("upper", 0.0)))
    own: Any = draft.fields["unit"]
    other: Any = "in" if own == "mm" else "mm"
    swapped = "unit" not in draft.spans and size.unit in (None, own)
    if swapped and agrees(second, float(nominal) * (25.4 if other == "in" else 1 / 25.4), size.number.places):
        own, other = other, own  # `1.000 [25.4]`: only the ratio tells which of the two is in inches
    if size.unit not in (None, other):
        return None
    alike = agrees(second, float(nominal) * (25.4 if other == "mm" else 1 / 25.4), size.number.places)
    if not alike and opening[2]:
        return None
    draft.fields["unit"] = own
    side.fields["unit"] = other
    settle(side)
    values = {name: value for name, value in side.fields.items() if name in Dual.model_fields}
    draft.put("dual", Dual(**values), at, closing.end())
    if not alike:
        draft.find("dual_differs", "warning", f"The two units do not agree: {float(nominal):g} and {second:g}.")
    return closing.end()


def _dual_after_stroke(draft: Draft, at: int, begin: int, nominal: float) -> int | None:
    """Read `25.4/1.00`: the second is the first in the other unit, which only their ratio tells."""
    size = read_length(draft.folded.text, begin)
    if size is None or size.number.places < 2 or "unit" in draft.spans:
        return None
    units: tuple[tuple[Unit, Unit, float], ...] = (("mm", "in", 1 / 25.4), ("in", "mm", 25.4))
    for own, other, factor in units:
        if abs(size.value - nominal * factor) <= 0.6 * 10.0**-size.number.places:
            draft.fields["unit"] = own
            draft.put("dual", Dual(nominal=size.value, unit=other), at, size.end)
            return size.end
    return None
