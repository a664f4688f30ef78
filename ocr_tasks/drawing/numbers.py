"""Numbers as drawings write them: decimals with point or comma, fractions, feet and inches, degrees and minutes."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+\.\d+"  # 1,250.00
    r"|\d{1,3}(?:\.\d{3})+,\d+"  # 1.250,00
    r"|\d{1,3}(?:'\d{3})+(?:[.,]\d+)?(?![\d'\"])"  # 1'250, as the Swiss write it
    r"|\d+[.,]\d+"
    r"|(?:\d+[ -])?\d+/\d+(?![\d.,/])"  # 1 1/2
    r"|\d+"
    r"|[.,]\d+)"
)
"""A number without sign. A fraction's whole part is set off by a space or a hyphen."""

_FRACTION = re.compile(r"(?:(\d+)[ -])?(\d+)/(\d+)")
_BINARY = (2, 4, 8, 16, 32, 64, 128, 3)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with how it was written: its decimal places, a missing leading zero, a fraction."""

    value: float
    places: int
    bare_point: bool = False
    fraction: bool = False


def unsigned(text: str) -> str:
    """Return TEXT without the signs and the white space before its number."""
    return re.sub(r"^[\s±+-]+", "", text)


def read_number(text: str) -> Number | None:
    """Return what TEXT, which matched NUMBER, says; None for a fraction that no ruler has (7/0, 16/15, 3/50)."""
    if fraction := _FRACTION.fullmatch(text):
        whole, above, below = int(fraction[1] or 0), int(fraction[2]), int(fraction[3])
        if below not in _BINARY or above >= below:
            return None
        return Number(whole + above / below, 0, fraction=True)
    text = text.replace("'", "")
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "," if comma < point else "."
        text = text.replace(thousands, "")
    decimal = text.replace(",", ".")
    places = len(decimal) - decimal.index(".") - 1 if "." in decimal else 0
    return Number(float(decimal), places, bare_point=text.startswith("."))


def clean(value: float) -> float:
    """Return VALUE without the noise of binary fractions (nine decimals), and never minus zero."""
    return round(value, 9) + 0.0
