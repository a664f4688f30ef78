"""Chamfers: `2x45°`, `45° x 2`, `C1`, `1 ±0.1 x 45°`, and what only looks like one, `4X 90°`."""

from __future__ import annotations

import re

from ocr_tasks.drawing.bores import angular_deviations
from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.numbers import NUMBER
from ocr_tasks.drawing.sizes import Size, put_unit, read_angle, read_length, read_tolerance

_I = re.IGNORECASE
_CHAMFER = re.compile(rf"\s*({NUMBER})\s*(?:mm|in|\")?\s*(MAX\.?|MIN\.?)?\s*[xX]\s*(?=\d)")
_CHAMFER_C = re.compile(r"\s*C\s*(?=[\d.,])(?!\d{3,}(?:\s*$|-?[A-Z])|\d+(?:[A-WYZ](?![A-Za-z])|\+[A-Z]|\s*\(1\.\d{4}))")
"""C45E, C45+N, C45 (1.0503), C36000, C101 and C1P are steels, a copper alloy, a capacitor and a pin."""
_CHAMFER_WORD = re.compile(
    r"\s*(?:CHAM(?:FER|F)?\.?|CH\.?(?=\s*\d)|FASE|CHANFREIN|CHAFL[ÁA]N|SMUSSO|모따기|면취)(?![A-Za-z])\s*", _I
)
_BY = re.compile(r"\s*[xX]\s*")
_CHAMFER_TOLERANCE = re.compile(rf"\s*({NUMBER})\s*(?:±|[+-]|\s*-\s*)")
_DIVIDED_CIRCLE = 360.0
_LARGEST_CHAMFER_DEG = 75.0
_SUM = re.compile(r"\s*\(?\s*=")


def read_chamfer(draft: Draft, at: int, unit: str | None) -> int | None:
    """Read `2x45°`, `45° x 2`, `C1`, `CHAMFER 2x45°` at AT. In `4X 45°` the space makes 4 a count."""
    text = draft.folded.text
    begin = at
    word = _CHAMFER_WORD.match(text, at)
    at = word.end() if word else at
    if (toleranced := _toleranced_chamfer(draft, at, unit)) is not None:
        return toleranced
    size: Size | None = None
    angle: Size | None = None
    by: re.Match[str] | None = None
    if letter := _CHAMFER_C.match(text, at):
        size = read_length(text, letter.end())
        end = size.end if size else at
    elif by := _CHAMFER.match(text, at):
        angle = read_angle(text, by.end())
        if angle is not None and _SUM.match(text, angle.end):
            return None  # `8 x 45° = 360°` is eight angles
        if angle is not None and not word and by[1].isdigit() and _divides(int(by[1]), angle.value):
            return None
        counted = by[1].isdigit() and re.search(r"\d[xX]\s+$", text[at : by.end()]) is not None
        size = read_length(text, by.start(1)) if angle is not None and (word or not counted) else None
        end = angle.end if angle else at
    elif (angle := read_angle(text, at)) and (by := _BY.match(text, angle.end)):
        size = read_length(text, by.end())
        end = size.end if size else at
    elif word and angle is None:
        size = read_length(text, at)
        end = size.end if size else at
    if size is None:
        return None
    if angle is None and (letter or word) and (by := _BY.match(text, end)) and (angle := read_angle(text, by.end())):
        end = angle.end
    if word := _CHAMFER_WORD.match(text, end):
        end = word.end()
    draft.fields["kind"] = "chamfer"
    if by is not None and by.lastindex == 2 and by[2]:
        draft.put("maximum" if by[2].startswith("MAX") else "minimum", True, *by.span(2))
    draft.put("nominal", size.value, begin, end)
    draft.fields["angle"] = angle.value if angle else 45.0
    draft.fields["places"] = size.number.places
    put_unit(draft, size, unit)
    if angle is not None and (around := angular_deviations(draft, end)):
        draft.fields["angle_deviations"], end = around
        return end
    return read_tolerance(draft, end, angle=False)


def _toleranced_chamfer(draft: Draft, at: int, unit: str | None) -> int | None:
    """Read `1 ±0.1 x 45°`, `.02-.04 X 45°`: a chamfer with its tolerance between size and angle."""
    text = draft.folded.text
    size = read_length(text, at) if _CHAMFER_TOLERANCE.match(text, at) else None
    if size is None:
        return None
    side = Draft(draft.folded, fields={"kind": "chamfer", "places": size.number.places})
    side.put("nominal", size.value, at, size.end)
    end = read_tolerance(side, size.end, angle=False)
    by = _BY.match(text, end)
    angle = read_angle(text, by.end()) if by and end > size.end else None
    if angle is None:
        return None
    draft.fields.update(side.fields, angle=angle.value)
    draft.spans.update(side.spans)
    draft.findings.extend(side.findings)
    draft.spans.setdefault("nominal", draft.folded.span(at, size.end))
    put_unit(draft, size, unit)
    word = _CHAMFER_WORD.match(text, angle.end)
    return word.end() if word else angle.end


def _divides(count: int, angle_deg: float) -> bool:
    """Return whether COUNT x ANGLE is a circle divided, `6 x 60°`, or an angle that no chamfer has, `4 x 90°`."""
    whole = abs(count * angle_deg - _DIVIDED_CIRCLE) < 1e-9 and angle_deg != 45 and count > 1
    return whole or (count > 1 and angle_deg > _LARGEST_CHAMFER_DEG)
