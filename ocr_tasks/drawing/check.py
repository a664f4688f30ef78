"""Contradictions between the items of one sheet. Each finding names the items concerned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ocr_tasks.drawing.placed import Spot
from ocr_tasks.drawing.records import DIMENSION_KINDS, Finding, Meaning
from ocr_tasks.drawing.sheet import Sheet, size_name

_CHAIN_FIT = 0.06
"""How far, as a share, the spacing of two dimensions may differ from what their lengths call for."""


def check_sheet(spots: Sequence[Spot], meanings: Sequence[Meaning], sheet: Sheet, px_per_mm: float) -> list[Finding]:
    """Return the findings between the sheet's items; what one item finds in itself stands in its own meaning.

    PX_PER_MM is the page's resolution.
    """
    findings = [*_units(meanings, sheet), *_sheet_size(sheet), *_datums(spots, meanings)]
    if not sheet.schematic:
        findings.extend(_chains(spots, meanings, sheet, px_per_mm))
    return findings


def _units(meanings: Sequence[Meaning], sheet: Sheet) -> list[Finding]:
    """Sizes that say another unit than the sheet's."""
    if sheet.unit is None:
        return []
    other = [
        index
        for index, meaning in enumerate(meanings)
        if meaning.kind in DIMENSION_KINDS
        and meaning.unit in ("mm", "in")
        and meaning.unit != sheet.unit
        and meaning.dual is None
    ]
    if not other:
        return []
    text = f"The sheet is in {sheet.unit}, but {len(other)} of its sizes are in another unit."
    return [Finding(code="unit_changes", severity="warning", message=text, items=tuple(other))]


def _sheet_size(sheet: Sheet) -> list[Finding]:
    stated, measured = sheet.stated_size, size_name(sheet.width_mm, sheet.height_mm)
    if stated is None or measured is None:
        return []
    if stated.upper().replace("DIN ", "") in (measured, measured.replace("ANSI ", "")):
        return []
    text = f"The sheet says size {stated}, but its page is {measured}."
    return [Finding(code="sheet_size", severity="info", message=text)]


def _datums(spots: Sequence[Spot], meanings: Sequence[Meaning]) -> list[Finding]:
    """Frames that refer to a datum which stands nowhere on the sheet, if any datum does."""
    named = {meaning.datum for meaning in meanings if meaning.datum}
    if not named:
        return []
    named |= {spot.text.strip() for spot in spots}
    findings = []
    for index, meaning in enumerate(meanings):
        if meaning.gdt is None:
            continue
        missing = sorted({letter for datum in meaning.gdt.datums for letter in datum.split("-")} - named)
        if missing:
            text = f"The frame refers to datum {', '.join(missing)}, which the sheet does not name."
            findings.append(Finding(code="datum_unknown", severity="warning", message=text, items=(index,)))
    return findings


def _chains(spots: Sequence[Spot], meanings: Sequence[Meaning], sheet: Sheet, px_per_mm: float) -> list[Finding]:
    """Chains of lengths on one line, whose spacing says that they abut, against the overall length beside them.

    The text of a dimension stands at the middle of its line. Two neighbours of a chain are therefore half the sum of
    their lengths apart, times the scale: where that holds for all neighbours it is a chain, and its sum has to be the
    dimension that is centred on it and as long. Where all spacings agree on another scale, the scale is in question.
    """
    findings: list[Finding] = []
    for turned in (False, True):
        along = 1 if turned else 0
        lengths = [
            spot
            for spot in spots
            if _is_length(meanings[spot.index])
            and (abs(abs(spot.angle_deg) - 90) < 10 if turned else abs(spot.angle_deg) < 10)
        ]
        for line in _lines(lengths, 1 - along):
            for run, px_per_unit in _runs(line, meanings, along):
                findings.extend(_against_overall(run, px_per_unit, lengths, meanings, along))
                findings.extend(_against_scale(run, px_per_unit, meanings, sheet, px_per_mm))
    return findings


def _is_length(meaning: Meaning) -> bool:
    return meaning.kind == "linear" and bool(meaning.nominal) and meaning.unit in ("mm", "in") and not meaning.count


def _nominal(meaning: Meaning) -> float:
    return meaning.nominal or 0.0


def _lines(spots: Sequence[Spot], across: int) -> list[list[Spot]]:
    lines: list[list[Spot]] = []
    for spot in sorted(spots, key=lambda spot: spot.centre[across]):
        if lines and abs(lines[-1][-1].centre[across] - spot.centre[across]) < 0.35 * spot.em:
            lines[-1].append(spot)
        else:
            lines.append([spot])
    return [sorted(line, key=lambda spot: spot.centre[1 - across]) for line in lines if len(line) > 1]


def _runs(line: Sequence[Spot], meanings: Sequence[Meaning], along: int) -> list[tuple[list[Spot], float]]:
    """Return the runs of at least three neighbours with one ratio of spacing to length, with that ratio (px a unit)."""
    runs: list[tuple[list[Spot], float]] = []
    run: list[Spot] = []
    ratios: list[float] = []
    for before, after in pairwise(line):
        spacing = after.centre[along] - before.centre[along]
        ratio = spacing / ((_nominal(meanings[before.index]) + _nominal(meanings[after.index])) / 2)
        if run and abs(ratio - median(ratios)) > _CHAIN_FIT * abs(median(ratios)):
            runs.append((run, median(ratios)))
            run, ratios = [], []
        run = run or [before]
        run.append(after)
        ratios.append(ratio)
    if run:
        runs.append((run, median(ratios)))
    return [(run, ratio) for run, ratio in runs if len(run) >= 3]


def _against_overall(
    run: Sequence[Spot], px_per_unit: float, lengths: Sequence[Spot], meanings: Sequence[Meaning], along: int
) -> list[Finding]:
    parts = [_nominal(meanings[spot.index]) for spot in run]
    total = sum(parts)
    begin = run[0].centre[along] - parts[0] / 2 * px_per_unit
    end = run[-1].centre[along] + parts[-1] / 2 * px_per_unit
    middle = (begin + end) / 2
    inside = {spot.index for spot in run}
    for other in lengths:
        overall = _nominal(meanings[other.index])
        if (
            other.index in inside
            or overall <= 1.02 * max(parts)
            or abs(other.centre[along] - middle) > 0.02 * (end - begin)
            or not 0.85 < overall / total < 1.15
        ):
            continue
        distance = abs(other.centre[1 - along] - run[0].centre[1 - along])
        if distance > 12 * other.em:
            continue
        slack = 0.51 * sum(10.0 ** -(meanings[spot.index].places or 0) for spot in run)
        if not math.isclose(total, overall, abs_tol=min(slack, 0.002 * total)):
            text = (
                f"The chain {' + '.join(f'{part:g}' for part in parts)} is {total:g}, but {overall:g} stands over it."
            )
            return [
                Finding(
                    code="chain_sum",
                    severity="warning",
                    message=text,
                    items=(*(spot.index for spot in run), other.index),
                )
            ]
    return []


def _against_scale(
    run: Sequence[Spot], px_per_unit: float, meanings: Sequence[Meaning], sheet: Sheet, px_per_mm: float
) -> list[Finding]:
    if len(run) < 4 or sheet.scale is None or px_per_mm <= 0:
        return []
    unit_mm = 25.4 if meanings[run[0].index].unit == "in" else 1.0
    drawn = px_per_unit / unit_mm / px_per_mm
    known = [sheet.scale, *(view.scale for view in sheet.views if view.scale)]
    if any(abs(drawn / scale - 1) < 0.1 for scale in known):
        return []
    text = f"The drawn lengths are at {drawn:.3g} to 1, but the sheet states a scale of {sheet.scale:g}."
    return [Finding(code="scale_differs", severity="info", message=text, items=tuple(spot.index for spot in run))]
