"""General tolerances applied to the dimensions that have none of their own, marked with where they come from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ocr_tasks.drawing import iso2768
from ocr_tasks.drawing.numbers import clean
from ocr_tasks.drawing.records import DIMENSION_KINDS, Finding, GeneralTolerance, Meaning


def inherit(meaning: Meaning, general: Sequence[GeneralTolerance], unit: str | None) -> Meaning:
    """Return MEANING with limits from the sheet's GENERAL tolerances, or MEANING itself if none applies.

    Reference and basic dimensions, limits, MAX and MIN take none (ISO 2768-1 clause 1; ASME Y14.5 clause 5.1.1).
    UNIT is the sheet's; a row without its own unit is in it.
    """
    if (
        meaning.kind not in DIMENSION_KINDS
        or meaning.nominal is None
        or meaning.upper is not None
        or meaning.lower is not None
        or meaning.reference
        or meaning.basic
        or meaning.hole
        or meaning.shaft
        or meaning.unread  # it may be the tolerance that was not understood
    ):
        return meaning
    for row in general:
        deviation = _deviation(meaning, row, unit)
        if deviation is not None:
            upper, lower = deviation
            return meaning.model_copy(
                update={
                    "upper_deviation": clean(upper),
                    "lower_deviation": clean(lower),
                    "upper": clean(meaning.nominal + upper),
                    "lower": clean(meaning.nominal + lower),
                    "inherited": describe(row),
                }
            )
    by_side = next((row for row in general if row.standard == "ISO 2768" and row.linear), None)
    if meaning.kind == "angle" and by_side is not None:
        return meaning.model_copy(update={"findings": (*meaning.findings, _by_shorter_side(by_side))})
    return meaning


def _by_shorter_side(row: GeneralTolerance) -> Finding:
    """Say that Table 3 goes by the length of the angle's shorter side, which no string tells: no limits are guessed."""
    widest, narrowest = (iso2768.angular_deg(row.linear or "", side) or 0.0 for side in (1.0, 1000.0))
    limits = f"±{60 * narrowest:g}' to ±{widest:g}°"
    return Finding(
        code="angle_by_side",
        severity="info",
        message=f"{describe(row)} gives this angle {limits} by the length of its shorter side.",
    )


def describe(row: GeneralTolerance) -> str:
    """Return a general tolerance in words that name its source: `ISO 2768-mK`, `2 decimal places`, `over 6 to 30`."""
    if row.standard:
        return f"{row.standard}-{row.linear or ''}{row.geometric or ''}".rstrip("-")
    if row.above is not None:
        return f"general tolerance over {row.above:g}" + (f" to {row.to:g}" if row.to is not None else "")
    if row.places is not None:
        return f"general tolerance, {row.places} decimal places"
    return f"general tolerance, {row.applies_to or 'all'}"


def _deviation(meaning: Meaning, row: GeneralTolerance, unit: str | None) -> tuple[float, float] | None:
    """Return (upper, lower) deviation of a row for a dimension, in the dimension's unit; None if it does not apply."""
    nominal = meaning.nominal
    if nominal is None:
        return None
    angle = meaning.kind == "angle"
    if row.standard == "ISO 2768" and row.linear and angle:
        return None  # Table 3 goes by the shorter side, which the string does not tell
    if row.standard == "ISO 2768" and row.linear:
        to_mm = 25.4 if meaning.unit == "in" else 1.0
        broken = meaning.kind == "chamfer"
        table = iso2768.broken_edge_mm if broken else iso2768.linear_mm
        value = table(row.linear, nominal * to_mm)
        return None if value is None else (value / to_mm, -value / to_mm)
    if row.upper_deviation is None or row.lower_deviation is None:
        return None
    if angle != (row.applies_to == "angular"):
        return None
    if row.applies_to == "fractional":
        return None  # only for sizes written as fractions, which carry no places
    if row.places is not None and row.places != meaning.places:
        return None
    if not (row.above or 0.0) < nominal <= (math.inf if row.to is None else row.to):
        return None
    if angle:
        return (row.upper_deviation, row.lower_deviation)
    own = row.unit or unit or meaning.unit
    factor = 1.0 if own == meaning.unit else (25.4 if own == "in" else 1 / 25.4)
    return (row.upper_deviation * factor, row.lower_deviation * factor)
