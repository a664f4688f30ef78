"""General tolerances that a note or the title block states for everything without its own tolerance."""

from __future__ import annotations

import re

from ocr_tasks.drawing.fold import Folded
from ocr_tasks.drawing.numbers import NUMBER, read_number
from ocr_tasks.drawing.records import GeneralTolerance

_ISO_2768 = re.compile(
    r"(?:ISO|DIN|KS\s*B(?:\s*ISO)?)\s*-?\s*2768(?:\s*-\s*T?[12](?!\d))?(?:\s*[-:/ ]\s*|"
    r"\s*)(?P<linear>[fmcvFMCV](?![A-Za-gi-jm-z]{2}))?"
    r"\s*-?\s*(?P<geometric>[HKL](?![A-Za-z]))?"
)
_ISO_22081 = re.compile(rf"ISO\s*22081\b\D{{0,40}}?(?:(?:±|\+\s*/\s*-)\s*(?P<value>{NUMBER}))?")
_HINT = re.compile(r"2768|22081|±|\+\s*/?\s*-")
_PLUS_MINUS = rf"\s*[:=]?\s*(?:±|\+\s*/\s*-|\+-)\s*(?P<value>{NUMBER})\s*(?P<unit>mm|in|\"|°|DEG(?:REES?)?\b)?"
_PLACES = re.compile(
    rf"(?<![\w.,])(?:[X0]{{0,3}}[.,](?P<places>X{{1,5}})|(?P<whole>X{{1,3}}))(?![\w.,]){_PLUS_MINUS}", re.IGNORECASE
)
_ZEROS = re.compile(rf"(?<![\w.,])0[.,](?P<places>0{{1,4}})(?![\w.,]){_PLUS_MINUS}")
_WORDS = ("NO", "ONE", "TWO", "THREE", "FOUR")
_PLACE_WORDS = re.compile(
    rf"\b(?P<word>ONE|TWO|THREE|FOUR|[1-4])\s*-?\s*(?:PL(?:ACE|C)?S?\.?)\s*(?:DEC(?:IMALS?|\.)?)?{_PLUS_MINUS}",
    re.IGNORECASE,
)
_SORTS = re.compile(
    rf"\b(?P<sort>FRACTION(?:S|AL)?|ANG(?:ULAR|LES?|\.)?|WINKEL|LINEAR)\b(?:\s*:?\s*MACH)?{_PLUS_MINUS}",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?:(?:OVER|ÜBER|ABOVE|>)\s*)?(?P<above>{NUMBER})\s*(?:-|~|TO|BIS|UP TO|À|\.\.\.?|…)"
    rf"\s*(?P<to>{NUMBER})(?:\s*mm)?{_PLUS_MINUS}",
    re.IGNORECASE,
)


_BARE_VALUE = rf"\s*:?\s*(?:±|\+\s*/\s*-|\+-)?\s*(?P<value>{NUMBER})\s*(?P<unit>mm|in|\"|°|DEG(?:REES?)?\b)?\s*$"
_BARE_PLACES = re.compile(
    rf"\s*(?P<word>ONE|TWO|THREE|FOUR|[1-4])\s*PLACE\s*DEC(?:IMALS?|\.)?{_BARE_VALUE}", re.IGNORECASE
)
_BARE_SORT = re.compile(rf"\s*(?P<sort>FRACTIONAL|ANGULAR|ANGLES?|LINEAR)(?:\s*:?\s*MACH)?{_BARE_VALUE}", re.IGNORECASE)
_BARE_RANGE = re.compile(rf"\s*(?P<above>{NUMBER})\s*(?:mm)?\s*[xX]\s*(?P<to>{NUMBER})\s*(?:mm)?\s*:{_BARE_VALUE}")
_BARE_ABOVE = re.compile(rf"\s*(?P<from>{NUMBER})\s*(?:mm)?\s*(?:ABOVE|AND OVER)\s*:{_BARE_VALUE}", re.IGNORECASE)
_BARE_BELOW = re.compile(rf"\s*(?P<upto>{NUMBER})\s*(?:mm)?\s*(?:BELOW|AND UNDER)\s*:{_BARE_VALUE}", re.IGNORECASE)


def read_general(folded: Folded) -> tuple[GeneralTolerance, ...]:
    """Return the general tolerances that the text states, in order; empty if it states none.

    Understands ISO 2768-1/-2 (`ISO 2768-mK`), ISO 22081, rows of an ASME block by decimal places (`.XX ±.01`,
    `TWO PLACE DECIMAL ±.01`), `ANGULAR ±1°`, `FRACTIONAL ±1/32`, and rows by range (`6-30 ±0.2`).
    """
    text = folded.text
    if not _HINT.search(text):
        return ()
    if match := _ISO_2768.search(text):
        linear, geometric = match["linear"], match["geometric"]
        if linear or geometric or re.search(r"toleran", text, re.IGNORECASE):
            return (GeneralTolerance(standard="ISO 2768", linear=linear and linear.lower(), geometric=geometric),)
    if match := _ISO_22081.search(text):
        value = _value(match["value"])
        return (GeneralTolerance(standard="ISO 22081", upper_deviation=value, lower_deviation=_minus(value)),)
    found: list[tuple[int, GeneralTolerance]] = []
    for pattern in (_PLACES, _ZEROS, _PLACE_WORDS, _SORTS, _RANGE):
        for match in pattern.finditer(text):
            if (row := _row(match)) is not None:
                found.append((match.start(), row))
    return tuple(row for _, row in sorted(found, key=lambda pair: pair[0]))


def read_general_row(folded: Folded) -> tuple[GeneralTolerance, ...]:
    """Return the general tolerance that one row of a tolerance block states, its cells joined by blanks.

    Here the ± may be missing, since many blocks set it as a drawn sign or in the heading: `TWO PLACE DECIMAL .01`,
    `ANGLES : 1`, `300 X 150 : 0.15`, `20mm BELOW : 0.05`, `300 ABOVE : 0.20`.
    """
    text = folded.text
    if len(text) > 120:
        return ()
    found = []
    for pattern in (_BARE_PLACES, _BARE_SORT, _BARE_RANGE, _BARE_ABOVE, _BARE_BELOW):
        match = pattern.match(text)
        if match and (row := _row(match)) is not None:
            found.append(row)
    return tuple(found)


def _row(match: re.Match[str]) -> GeneralTolerance | None:
    groups = match.groupdict()
    value = _value(groups["value"])
    if value is None:
        return None
    unit = {"mm": "mm", "in": "in", '"': "in"}.get(groups["unit"] or "", "deg" if groups["unit"] else None)
    both = {"upper_deviation": value, "lower_deviation": _minus(value), "unit": unit}
    if groups.get("sort"):
        sort = groups["sort"].lower()
        if sort.startswith("frac"):
            return GeneralTolerance(applies_to="fractional", **(both | {"unit": unit or "in"}))
        if sort.startswith(("ang", "winkel")):
            return GeneralTolerance(applies_to="angular", **(both | {"unit": "deg"}))
        return GeneralTolerance(applies_to="linear", **both)
    if groups.get("above"):
        above, to = _value(groups["above"]), _value(groups["to"])
        if above is None or to is None or above == to:
            return None
        return GeneralTolerance(above=min(above, to), to=max(above, to), applies_to="linear", **both)
    if groups.get("from"):
        return GeneralTolerance(above=_value(groups["from"]), applies_to="linear", **both)
    if groups.get("upto"):
        return GeneralTolerance(above=0.0, to=_value(groups["upto"]), applies_to="linear", **both)
    places = 0
    if groups.get("places"):
        places = len(groups["places"])
    elif groups.get("word"):
        word = groups["word"].upper()
        places = int(word) if word.isdigit() else _WORDS.index(word)
    if unit == "deg":
        return GeneralTolerance(places=places, applies_to="angular", **both)
    return GeneralTolerance(places=places, applies_to="linear", **both)


def _value(text: str | None) -> float | None:
    number = read_number(text) if text else None
    return number.value if number else None


def _minus(value: float | None) -> float | None:
    return None if value is None else -value
