"""The size part of a callout: a prefix sign, a number with its unit, a fit, deviations or limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from ocr_tasks.drawing import iso286
from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.numbers import NUMBER, Number, clean, read_number, unsigned
from ocr_tasks.drawing.records import Limits

LengthUnit = Literal["mm", "in"]
_UNIT = (
    r"""(?:"|''|(?:mm|cm|m|in\.?|inch(?:es)?|µm|μm|MM|CM|IN\.?|INCH(?:ES)?|millimet(?:er|re)s?)"""
    r"""(?=[xX]\s*\d|[^A-Za-z0-9]|$))"""
)
UNIT = re.compile(rf"\s*({_UNIT})")
VALUE = re.compile(rf"\s*({NUMBER})")
_FEET = re.compile(
    r"""\s*(\d+)'(?!'|\d{3}(?![\d'"]))\s*-?\s*"""
    r"""(?:(\d+(?:[ -]\d+/\d+)?|\d+/\d+)(?![.,]?\d)\s*("|''|(?!\s*['/]))|(?![\d.]))"""
)
_DEGREES = re.compile(
    rf"\s*({NUMBER})\s*(?:°|[Dd][Ee][Gg](?:REES?|rees?)?\.?(?![A-Za-z]))(?:\s*(\d+(?:[.,]\d+)?)\s*'(?!'))?"
    rf"(?:\s*(\d+(?:[.,]\d+)?)\s*(?:\"|''))?"
)
_PART = r"\d+(?:[.,]\d+)?"
_ARC = rf"(?:{_PART}\s*°(?:\s*{_PART}\s*'(?!'))?(?:\s*{_PART}\s*(?:\"|''))?|{_PART}\s*'(?!'))"
_PLUS_MINUS = r"(?:±|\+\s*/\s*-|\+-|-/\+)"
_SYMMETRIC = re.compile(rf"\s*\(?\s*{_PLUS_MINUS}\s*({NUMBER})")
_PAIR = re.compile(
    rf"\s*(?P<open>[(\[])?\s*(?P<first>[+-]\s*{NUMBER}|[+-]?\s*0(?:[.,]0+)?(?![\d.,]))\s*(?:°|mm|\"|in)?\s*(?:\)\s*\(|[/;|\s]|,(?=\s*[+-]))\s*"
    rf"(?P<second>[+-]\s*{NUMBER}|[+-]?\s*0(?:[.,]0+)?(?![\d.,]))\s*(?:°|mm|\"|in)?\s*(?(open)[)\]]|)"
)
_ANGLES = re.compile(
    rf"\s*\(?\s*(?P<first>[+-]\s*{_ARC}|0°?)\s*(?:[/;|\s]\s*)?(?P<second>[+-]\s*{_ARC}|0°?(?!\d))\s*\)?|\s*(?P<only>[+-]\s*{_ARC})"
)
_JOINED_PAIR = re.compile(rf"\s*(?P<first>\+\s*{NUMBER})\s*(?P<second>-\s*{NUMBER})")
_UNSIGNED_PAIR = re.compile(r"\s+(?P<first>0?[.,]\d+)\s*/\s*(?P<second>0?[.,]\d+)(?![\d.,])")
_TIMES_DEVIATION = 10
"""A nominal is at least so many times its upper deviation that has lost its sign, or never had one."""
_ONE_SIDED = re.compile(rf"\s*(?P<first>[+-]\s*{NUMBER})(?!\s*[/+])")
_SECOND_LIMIT = re.compile(rf"\s*(?P<joint>/|~|-|\.\.\.|…|[Tt][Oo]\b|÷|\n)\s*(?P<again>S?⌀|R)?\s*(?P<size>{NUMBER})")
_NO_MORE = r"(?:(?![A-Za-z0-9])|(?=0/[+-]))"
_FIT = re.compile(
    rf"\s*\(?\s*({iso286.CLASS.pattern}){_NO_MORE}(?:\s*[/-]\s*({iso286.CLASS.pattern})(?![A-Za-z0-9]))?\s*\)?"
)
_LOST_BLANK = re.compile(r"\s*(\d+(?:[.,]\d+)?)(?=0/[+-]\s*[\d.,])")
_SIGN_OF_KIND = {"diameter": "⌀", "spherical_diameter": "S⌀", "radius": "R"}
_INCH_DEVIATION = re.compile(
    r"\s*\(?\s*(?:±|\+\s*/\s*-|[+-])\s*(?:[.](?P<decimals>\d+)|(?P<fraction>\d+/\d+))(?![\d.])"
)
_TO_MM = {"cm": 10.0, "m": 1000.0, "µm": 0.001, "μm": 0.001}


@dataclass(frozen=True, slots=True)
class Size:
    """A value read at one place: the number, its unit if one is written, and where it ends."""

    number: Number
    unit: Literal["mm", "in", "deg"] | None
    end: int
    factor: float = 1.0

    @property
    def value(self) -> float:
        return clean(self.number.value * self.factor)


def read_unit(text: str, at: int) -> tuple[LengthUnit | None, float, int]:
    """Return the unit written at AT (mm or in), the factor to it, and where it ends; (None, 1, AT) if none is."""
    match = UNIT.match(text, at)
    if not match:
        return None, 1.0, at
    unit = match[1].lower().rstrip(".")
    if unit.startswith("in") or unit in ('"', "''"):
        return "in", 1.0, match.end()
    return "mm", _TO_MM.get(unit, 1.0), match.end()


def read_angle(text: str, at: int) -> Size | None:
    """Return the angle at AT, in decimal degrees: `30°`, `30°15'`, `12° 30' 20"`, `45 DEG`."""
    match = _DEGREES.match(text, at)
    if not match or (number := read_number(match[1])) is None:
        return None
    value = number.value
    if match[2]:
        value += float(match[2].replace(",", ".")) / 60
    if match[3]:
        value += float(match[3].replace(",", ".")) / 3600
    return Size(Number(value, number.places), "deg", match.end())


def read_length(text: str, at: int) -> Size | None:
    """Return the length at AT: decimal, fraction, feet and inches (in inches), with the unit that follows it."""
    match = VALUE.match(text, at)
    if not match:
        return None
    if feet := _FEET.match(text, at):
        inches = read_number(feet[2]) if feet[2] else Number(0.0, 0)
        if inches is not None:
            return Size(Number(int(feet[1]) * 12 + inches.value, 0, fraction=True), "in", feet.end())
    if lost := _LOST_BLANK.match(text, at):  # `420/-0.2` is 42 with 0 above -0.2: no size ends in a stroke
        number = read_number(lost[1])
        return None if number is None else Size(number, None, lost.end())
    number, end = read_number(match[1]), match.end()
    if number is None:  # 16/15 is no fraction: only what stands before the stroke
        end = match.start(1) + re.match(r"\d+", match[1]).end()  # type: ignore[union-attr]
        number = read_number(text[match.start(1) : end])
        if number is None:
            return None
    unit, factor, after = read_unit(text, end)
    return Size(number, unit, after, factor)


def inch_style(number: Number) -> bool:
    """Return whether NUMBER is written as ASME Y14.5 clause 4.3.2 writes inches only: no zero before the point."""
    return number.bare_point or number.fraction


def put_unit(draft: Draft, size: Size, unit: str | None) -> None:
    """Set the unit of the nominal SIZE: the one written, else the sheet's UNIT, else by how it is written."""
    if size.unit is not None:
        draft.fields["unit"] = size.unit
        draft.spans["unit"] = draft.spans["nominal"]
    else:
        draft.fields["unit"] = unit or ("in" if inch_style(size.number) or _inch_deviations(draft, size) else "mm")


def _inch_deviations(draft: Draft, size: Size) -> bool:
    """Return whether what follows SIZE is as only inches are toleranced: `1.250 ±.005`, `1 ±1/64`.

    ASME Y14.5 clause 4.3.2: size and tolerance with the same decimal places, no zero before the point.
    """
    match = _INCH_DEVIATION.match(draft.folded.text, size.end)
    if match is None:
        return False
    return bool(match["fraction"]) or (size.number.places >= 2 and len(match["decimals"]) == size.number.places)


def agrees(value: float, expected: float, places: int) -> bool:
    """Return whether a size and the same in the other unit agree, within 2 % or its last of PLACES."""
    return abs(value - expected) <= max(0.02 * expected, 0.6 * 10.0**-places)


def read_tolerance(draft: Draft, at: int, *, angle: bool) -> int:
    """Read a fit, deviations or a second limit after the nominal that DRAFT holds; return where reading stopped."""
    text = draft.folded.text
    if not angle and (fit := _FIT.match(text, at)) and _is_fit(draft, fit, at):
        draft.put("fit", fit[1] + (f"/{fit[2]}" if fit[2] else ""), *fit.span(1))
        at = fit.end()
    at = _deviations(draft, at, angle=angle)
    if "upper_deviation" not in draft.fields and "fit" not in draft.fields:
        at = _second_limit(draft, at, angle=angle)
    return at


def _is_fit(draft: Draft, fit: re.Match[str], at: int) -> bool:
    """Return whether a letter and number after a nominal are a fit, and not `(X4)`, the number of places, or `3V3`."""
    if fit[1][0] in "xX" and ((len(fit[1]) == 2 and fit[1][1] in "1234") or "(" in fit[0]):
        return False
    if draft.fields.get("kind") in ("radius", "spherical_radius", "chamfer") or fit[1] in ("R1", "R2", "R3", "R4"):
        return False
    nominal = draft.fields.get("nominal")
    glued = fit.start(1) == at and draft.fields.get("kind") == "linear" and nominal is not None
    return not glued or iso286.deviations_mm(fit[1], float(nominal or 0.0)) is not None


def _deviations(draft: Draft, at: int, *, angle: bool) -> int:
    text = draft.folded.text
    if match := _SYMMETRIC.match(text, at):
        size = read_angle(text, match.start(1)) if angle else None
        minutes = (
            re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*'").match(text, match.start(1)) if angle and size is None else None
        )
        if minutes:
            value, end = float(minutes[1].replace(",", ".")) / 60, minutes.end()
        else:
            size = size or read_length(text, match.start(1))
            if size is None:
                return at
            value, end = size.value, size.end
            if angle and size.unit == "in":  # ±30" are seconds of arc
                value /= 3600
        if "(" in text[at : match.start(1)]:
            end = _close(text, end)
        _put_deviations(draft, value, -value, at, end)
        return end
    if angle and (match := _ANGLES.match(text, at)) and not _is_second_angle(draft, text, at):
        _angular_deviations(draft, match)
        return match.end()
    match = _PAIR.match(text, at) or _JOINED_PAIR.match(text, at) or _unsigned_pair(draft, at)
    if match:
        first, second = _signed(match["first"]), _signed(match["second"])
        if first is not None and second is not None:
            if first < second:
                draft.find(
                    "deviations_reversed",
                    "error",
                    f"The deviations stand the wrong way round: {first:g} over {second:g}.",
                )
            elif first == second:
                draft.find("deviations_equal", "error", f"Both deviations are {first:g}: no room is left between them.")
            _put_deviations(draft, max(first, second), min(first, second), *match.span())
            return match.end()
    if match := _ONE_SIDED.match(text, at):
        deviation = _signed(match["first"])
        limit = re.search(r"\d\s*$", text[:at]) is not None and text[match.start("first")] == "-"
        beyond = limit and deviation is not None and -deviation >= float(draft.fields.get("nominal", 0.0)) > 0
        whole = limit and not re.search(r"[.,]", match["first"]) and not draft.fields.get("places") and not angle
        if beyond or (whole and text[at : at + 1] == "-"):
            return at  # 1-64 is no size of 1 that may be 63 below zero, 10011-101 is a number with a dash
        if (
            deviation is not None
            and not (limit and _looks_like_limit(draft, abs(deviation)))
            and not (angle and _is_second_angle(draft, text, at))
        ):
            end = read_unit(text, match.end())[2] if not angle else match.end()
            if angle and text[end : end + 1] == "°":
                end += 1
            _put_deviations(draft, max(deviation, 0.0), min(deviation, 0.0), *match.span())
            draft.find("one_deviation", "info", "Only one deviation is written; the other is taken as zero.")
            return end
    return at


def _is_second_angle(draft: Draft, text: str, at: int) -> bool:
    """Return whether `44° - 46°` is meant, a pair of limits, and not an angle with one deviation."""
    joint = re.compile(r"\s*-\s*").match(text, at)
    other = read_angle(text, joint.end()) if joint else None
    return other is not None and _looks_like_limit(draft, other.value)


def _angular_deviations(draft: Draft, match: re.Match[str]) -> None:
    """Put the deviations of an angle that are angles themselves: `+0°30'/-0°15'`, `+30'/0`."""
    values = [_arc(match[name]) for name in ("first", "second", "only") if match[name]]
    if len(values) == 1:
        values.append(0.0)
        draft.find("one_deviation", "info", "Only one deviation is written; the other is taken as zero.")
    elif values[0] < values[1]:
        draft.find(
            "deviations_reversed",
            "error",
            f"The deviations stand the wrong way round: {values[0]:g} over {values[1]:g}.",
        )
    _put_deviations(draft, max(values), min(values), *match.span())


def _arc(text: str) -> float:
    """Return degrees of `+0°30'`, `-15'`, `0`."""
    degrees = read_angle(text, re.match(r"[+-]?\s*", text).end())  # type: ignore[union-attr]
    digits = re.sub(r"[^\d.,]", "", text).replace(",", ".")
    value = degrees.value if degrees else float(digits) / (60 if "'" in text else 1)
    return -value if text.startswith("-") else value


def _looks_like_limit(draft: Draft, other: float) -> bool:
    """Return whether `NOMINAL-OTHER` is a pair of limits rather than a nominal with one deviation."""
    nominal = float(draft.fields.get("nominal", 0.0))
    return nominal > 0 and 0.5 < other / nominal < 10


def _second_limit(draft: Draft, at: int, *, angle: bool) -> int:
    text = draft.folded.text
    match = _SECOND_LIMIT.match(text, at)
    if not match:
        return at
    other = read_angle(text, match.start("size")) if angle else None
    other = other or read_length(text, match.start("size"))
    nominal = draft.fields.get("nominal")
    if other is None or nominal is None:
        return at
    if match["again"] and (_SIGN_OF_KIND.get(str(draft.fields.get("kind"))) != match["again"] or angle):
        return at
    if match["again"] and not 0.9 < other.value / (nominal or 1) < 1.1:
        return at  # `⌀8/⌀10` are two sizes, `⌀25.000/⌀25.021` the limits of one
    least = 0.2 if draft.fields.get("kind") == "radius" else 0.5
    if match["joint"] in "/-\n" and not (nominal > 0 and least < other.value / nominal < 10):
        return at
    whole = other.number.places == 0 and not draft.fields.get("places") and draft.fields.get("kind") == "linear"
    if other.value == nominal or (match["joint"] in "/-" and whole and other.unit is None and not angle):
        return at  # 31/34 is page 31 of 34, 2-3 may be anything
    if match["joint"] == "/" and nominal < other.value:
        draft.find(
            "limits_reversed", "warning", f"The limits stand the wrong way round: {nominal:g} over {other.value:g}."
        )
    if not angle and draft.fields.get("kind") == "linear" and (degrees := read_angle(text, match.start("size"))):
        other = degrees  # `44-46°`
        draft.fields["kind"] = "angle"
    if other.unit is not None and "unit" not in draft.spans:
        draft.fields["unit"] = other.unit
    start = draft.spans.pop("nominal")
    del draft.fields["nominal"]
    end = draft.folded.span(*match.span("size"))
    larger, smaller = max(nominal, other.value), min(nominal, other.value)
    draft.fields.update(upper=larger, lower=smaller)
    draft.spans.update(upper=start, lower=end) if nominal >= other.value else draft.spans.update(upper=end, lower=start)
    return other.end


def _put_deviations(draft: Draft, upper: float, lower: float, start: int, end: int) -> None:
    written = draft.folded.text[start:end]
    draft.deviation_places = max((len(part) for part in re.findall(r"[.,](\d+)", written)), default=0)
    draft.put("upper_deviation", clean(upper), start, end)
    draft.put("lower_deviation", clean(lower), start, end)


def _unsigned_pair(draft: Draft, at: int) -> re.Match[str] | None:
    """Match two deviations above the nominal that are written without a sign, `⌀32 0.018/0.002`."""
    match = _UNSIGNED_PAIR.match(draft.folded.text, at)
    first, second = (_signed(match["first"]), _signed(match["second"])) if match else (None, None)
    if first is None or second is None or not second < first < draft.fields.get("nominal", 0.0) / _TIMES_DEVIATION:
        return None
    return match


def _signed(text: str) -> float | None:
    number = read_number(unsigned(text))
    if number is None:
        return None
    return -number.value if text.lstrip().startswith("-") else number.value


def _close(text: str, at: int) -> int:
    closing = re.compile(r"\s*[)\]]").match(text, at)
    return closing.end() if closing else at


def settle(draft: Draft) -> None:
    """Fill in limits from nominal and deviations, deviations from the fit, and check one against the other."""
    fields = draft.fields
    nominal = fields.get("nominal")
    if nominal is None:
        return
    fit = fields.get("fit")
    if fit is not None:
        _settle_fit(draft, str(fit), float(nominal))
    if "upper_deviation" in fields and "upper" not in fields:
        fields["upper"] = clean(nominal + fields["upper_deviation"])
        fields["lower"] = clean(nominal + fields["lower_deviation"])
        for limit in ("upper", "lower"):
            if f"{limit}_deviation" in draft.spans:
                draft.spans[limit] = draft.spans[f"{limit}_deviation"]
        if fields["lower"] < 0 <= nominal and fields.get("kind") != "angle" and nominal > 0:
            draft.find("negative_limit", "warning", f"The lower limit {fields['lower']:g} is below zero.")
    if fields.get("maximum") and "upper" not in fields:
        fields["upper"] = nominal
    if fields.get("minimum") and "lower" not in fields:
        fields["lower"] = nominal


def _settle_fit(draft: Draft, fit: str, nominal: float) -> None:
    fields = draft.fields
    to_mm = 25.4 if fields.get("unit") == "in" else 1.0
    pair = fit.split("/")
    known = [iso286.deviations_mm(code, nominal * to_mm) for code in pair]
    for code, found in zip(pair, known, strict=True):
        if found is None:
            draft.find("unknown_fit", "warning", f"ISO 286 has no class {code} at {nominal:g}.")
    if len(pair) == 2:
        for code, found in zip(pair, known, strict=True):
            role = "hole" if code[0].isupper() else "shaft"
            if found is not None:
                upper, lower = (clean(nominal + deviation / to_mm) for deviation in found)
                fields[role] = Limits(upper=upper, lower=lower)
        return
    expected = known[0]
    if expected is None:
        return
    upper, lower = clean(expected[0] / to_mm), clean(expected[1] / to_mm)
    if "upper_deviation" not in fields:
        fields.update(upper_deviation=upper, lower_deviation=lower)
        if "fit" in draft.spans:
            draft.spans.update(upper_deviation=draft.spans["fit"], lower_deviation=draft.spans["fit"])
        return
    if to_mm == 1.0 and draft.deviation_places == 0 and _in_micrometres(fields, expected):
        fields.update(upper_deviation=upper, lower_deviation=lower)
        return
    slack = 0.5 * 10.0**-draft.deviation_places + 1e-9  # what is printed may be rounded
    if abs(fields["upper_deviation"] - upper) > slack or abs(fields["lower_deviation"] - lower) > slack:
        draft.find(
            "fit_deviations",
            "error",
            f"{fit} at {nominal:g} is {upper:+g}/{lower:+g} by ISO 286, "
            f"but {fields['upper_deviation']:+g}/{fields['lower_deviation']:+g} is written.",
        )


def _in_micrometres(fields: dict[str, Any], expected: tuple[float, float]) -> bool:
    """Return whether whole numbers beside a fit are its deviations in µm: `⌀80 H8 +46/0`, as old drawings do."""
    written = (fields["upper_deviation"], fields["lower_deviation"])
    return max(map(abs, written)) >= 1 and all(
        abs(value - 1000 * deviation) < 0.5 + 1e-9 for value, deviation in zip(written, expected, strict=True)
    )
