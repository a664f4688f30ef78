"""Thread designations: `M12x1.5-6g LH`, `1/4-20 UNC-2B`, `G1/2 A`, `1/2-14 NPT`, `Tr40x14(P7)LH-7e`, `1-5 ACME-2G`.

Designations after ISO 965-1:2013 clause 5, ASME B1.1-2003 clause 6, ISO 228-1 clause 6, ISO 7-1 clause 5,
ASME B1.20.1 clause 4, ISO 2904.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ocr_tasks.drawing import threads
from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.numbers import clean, read_number
from ocr_tasks.drawing.records import Thread

_NUM = r"\d+(?:[.,]\d+)?|[.,]\d+"
_DEEP = r"(?:mm|in|\")?\s*(?i:DEEP|DP|TIEF|DEPTH|깊이)(?![.\s]*\d+(?:[.,]\d+)?\s*(?!\d|\s|[xX]|PL|HOLES))"
_TOLERANCE = r"\d{1,2}[A-Ha-h](?:\d{1,2}[A-Ha-h])?"
_CLASS = rf"(?:\s*-\s*|\s+|\s*\(\s*)(?P<class>{_TOLERANCE}(?:\s*/\s*{_TOLERANCE})?)(?=[xX]\d|[^A-Za-z0-9]|$)\s*\)?"
_LEFT_OR_RIGHT = r"(?i:LH|RH|LEFT(?:[ -]?HAND)?|RIGHT(?:[ -]?HAND)?|LINKS(?:GEWINDE|GÄNGIG)?|À\s+GAUCHE|GAUCHE|왼나사)"
_HAND = rf"(?:[\s-]*\(?(?P<hand>{_LEFT_OR_RIGHT})\b\)?)"
_METRIC = re.compile(
    rf"\s*(?P<letters>MJ|M)\s*(?P<size>(?!0\d)(?:{_NUM}))(?![\d:])"
    rf"(?:\s*[xX*]\s*Ph\s*(?P<lead>{_NUM})\s*[-]?\s*P\s*(?P<leadpitch>{_NUM})|"
    rf"\s*[xX*]\s*(?P<pitch>P?\s*(?:{_NUM}))(?![\d°:.,])(?!\s*°|\s*{_DEEP}))?"
    rf"(?:{_HAND})?(?:{_CLASS})?(?:\s*[xX]\s*(?P<length>{_NUM})(?![\d.,])(?!\s*°|\s*{_DEEP}))?(?:\s*-?\s*\(?(?P<hand2>{_LEFT_OR_RIGHT})\b\)?)?"
)
_SIZE_IN = r"(?:\#\s*\d{1,2}|N[oO]\.?\s*\d{1,2}|\d{1,2}[ -]\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}|\d*[.,]\d+|\d{1,2})"
_UNIFIED = re.compile(
    rf"\s*(?P<size>{_SIZE_IN})\s*\"?\s*(?:\(\s*[.,]\d+\s*\)\s*)?(?:-|x|X)?\s*(?P<tpi>\d{{1,2}}(?:[.,]5)?)?\s*-?\s*"
    rf"(?P<series>UNJ?R?[CF]|UNJ?EF|UNJ?S|UNJ?R?|BSW|BSF|NC|NF|WHIT(?:WORTH)?)(?![A-Za-z])"
    rf"(?:\s*-?\s*(?P<class>[123][AB]))?(?:{_HAND})?(?:\s*-\s*(?P<class2>[123][AB]))?(?:\s*[xX]\s*(?P<length>{_NUM})(?![\d.,]|\s*{_DEEP}))?"
)
_BARE_UNIFIED = re.compile(
    rf"\s*(?P<size>\#\s*\d{{1,2}}|N[oO]\.?\s*\d{{1,2}}|"
    rf"\d{{1,2}}/\d{{1,2}}\"?)\s*-\s*(?P<tpi>\d{{1,2}})(?!\d|\s*ACME)(?:\s*-\s*(?P<class>[123][AB])(?![A-Za-z0-9]))?(?:{_HAND})?"
)
_BARE_NUMBERED = re.compile(
    r"\s*(?P<size>\d{1,2})\s?-\s?(?P<tpi>\d{2})(?:\s*-\s*(?P<class>[123][AB]))?(?=\s*(?:$|TAP|THRU|\.\d|HELI-?COIL|↧|[xX]\s*\.?\d|DEEP|TYP))"
)
_UNIFIED_FIRST = re.compile(
    rf"\s*(?P<series>UNC|UNF|UNEF)\s*(?P<size>{_SIZE_IN})\s*\"?\s*-\s*(?P<tpi>\d{{1,2}})(?!\d)(?:\s*-\s*(?P<class>[123][AB]))?"
)
_PIPE = re.compile(
    r"\s*(?P<letters>Rc|Rp|PT|PF|PS|G|R)\s*(?P<size>\d{1,2}[ -]\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}|"
    r"\d{1,2}(?=\s*\"|\s*[AB]?\s*(?:-?\s*LH)?\s*$))\"?"
    r"(?![\d.,/])(?:\s*-?\s*(?P<tpi>11|14|19|28)(?!\d))?(?:\s*-?\s*(?P<class>[AB])\b)?(?:[\s-]*(?P<hand>LH)\b)?"
)
_NPT = re.compile(
    r"\s*(?P<size>\d{1,2}[ -]\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}|0?[.,]\d{2,4}|0?[.,]5|\d{1,2})\s*\"?\s*"
    r"(?:-?\s*(?P<tpi>11\s1/2|\d{1,2}(?:[.,]5)?))?\s*-?\s*"
    r"(?P<letters>NPTF|NPTR|NPSM|NPSF|NPSC|NPS|NPT|BSPT|BSPP|"
    r"BSP)(?![A-Za-z])(?:[\s-]*(?P<class>\d)\b)?(?:[\s-]*(?P<hand>LH)\b)?"
)
_NPT_FIRST = re.compile(
    r"\s*(?P<letters>NPTF|NPT|BSPT|BSPP|BSP)\s*(?P<size>\d{1,2}[ -]\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}|"
    r"\d{1,2})\s*\"?(?![\d.,/])(?:\s*-\s*(?P<tpi>\d{1,2}(?:[.,]5)?)(?!\d))?(?:[\s-]*(?P<hand>LH)\b)?(?P<class>(?!))?"
)
_TRAPEZOIDAL = re.compile(
    rf"\s*(?P<letters>T[rR]|S|Rd)\s*(?P<size>{_NUM})\s*[xX]\s*(?P<pitch>{_NUM})(?!\d*[°])(?:\s*(?P<inch>/\s*\d+|\"))?"
    rf"(?:\s*\(?\s*P\s*(?P<leadpitch>{_NUM})\s*\)?)?(?:{_HAND})?(?:\s*-?\s*(?P<class>\d{{1,2}}[A-Ha-h])(?![A-Za-z0-9]))?(?:[\s-]*(?P<hand2>LH)\b)?"
)
_ACME = re.compile(
    rf"\s*(?P<size>{_SIZE_IN})\s*\"?\s*-\s*(?P<tpi>\d{{1,2}})\s*-?\s*(?P<letters>STUB\s+ACME|ACME)(?![A-Za-z])"
    rf"(?:\s*-?\s*(?P<class>\d[GC]))?(?:{_HAND})?"
)
_ACME_LEAD = re.compile(
    rf"\s*(?P<size>{_SIZE_IN})\s*-\s*(?P<pitch>0?[.,]\d{{2,5}})\s*[pP]\s*-\s*(?P<lead>0?[.,]\d{{2,5}})\s*L\s*-\s*"
    rf"(?P<letters>STUB\s+ACME|ACME)(?![A-Za-z])(?:\s*-?\s*(?P<class>\d[GC]))?(?:{_HAND})?"
)
_WHITWORTH_FIRST = re.compile(
    rf"\s*(?P<series>BSW|BSF|WHIT(?:WORTH)?|W(?=\s*\d{{1,2}}(?:[ -]\d)?/\d{{1,2}}\"))"
    rf"\s*(?P<size>\d{{1,2}}[ -]\d{{1,2}}/\d{{1,2}}|\d{{1,2}}/\d{{1,2}}|\d)\"?(?![\d.,/])"
    rf"(?:\s*-\s*(?P<tpi>\d{{1,2}})(?!\d))?(?:{_HAND})?"
)
_ROUND = re.compile(
    rf"\s*(?P<letters>Rd|RD|W)\s*(?P<size>{_NUM})\s*[xX]\s*1\s*/\s*(?P<tpi>\d{{1,2}})\s*\"?(?![\d.,/])(?:{_HAND})?"
)
_CONDUIT = re.compile(r"\s*P[Gg]\s*-?\s*(?P<size>7|9|11|13[.,]5|16|21|29|36|42|48)(?![\d.,])")
_ASSOCIATION = re.compile(r"\s*(?:(?P<size>\d{1,2})\s*BA|BA\s*(?P<size2>\d{1,2}))(?![A-Za-z\d])")
_INSERT = re.compile(
    r"\s*(?:[xX-]?\s*(?:HELI-?\s?COIL|HELICAL\s+INSERT|WIRE\s+INSERT|THREAD(?:ED)?\s+INSERT|INSERT|EINSATZ|GEWINDEEINSATZ|"
    r"STI)\b(?:\s+INSERT)?)"
    r"(?:\s*[,=x]?\s*(?P<times>\d+(?:[.,]\d+)?)\s*\*?\s*[xX]?\s*D(?:IA)?\b\.?)?",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"\s*(?:(?:TAP(?:PED)?|THREAD|(?:INNEN|AUSSEN|AUßEN)?GEWINDE|TARAUD(?:AGE|ÉE?S?)?|FILETAGE|FILETÉE?S?|탭|나사|"
    r"DRILL\s*(?:AND|&)\s*TAP)\s*(?:FOR|HOLE)?\s*(?:HELI-?COIL)?|HELI-?COIL(?:\s+INSERT)?|EG(?=\s*-?\s*M\s?\d))\s*:?\s*",
    re.IGNORECASE,
)


def read_thread(draft: Draft, at: int) -> int | None:
    """Read a thread designation at AT into DRAFT's thread, nominal, unit; return where it ends, None if none is there.

    Where the pitch is left out it is the coarse one of the standard series. The nominal is the major diameter in the
    thread's own unit; pipe threads have none, their size is a name.
    """
    text = draft.folded.text
    begin, insert = at, False
    if lead_in := _LEAD_IN.match(text, at):
        insert = lead_in[0].strip().upper().startswith("EG") or "HELI" in lead_in[0].upper()
        at = lead_in.end()
    for pattern, read in (
        (_ACME, _acme),
        (_ACME_LEAD, _acme),
        (_NPT, _pipe),
        (_NPT_FIRST, _pipe),
        (_UNIFIED, _unified),
        (_UNIFIED_FIRST, _unified),
        (_BARE_UNIFIED, _unified),
        (_BARE_NUMBERED, _numbered),
        (_WHITWORTH_FIRST, _unified),
        (_ROUND, _by_inch),
        (_CONDUIT, _conduit),
        (_ASSOCIATION, _association),
        (_TRAPEZOIDAL, _trapezoidal),
        (_METRIC, _metric),
        (_PIPE, _pipe),
    ):
        match = pattern.match(text, at)
        if match and (values := read(draft, match)) is not None:
            end = match.end()
            if tail := _INSERT.match(text, end):
                insert, end = True, tail.end()
                if tail["times"] and "nominal" in draft.fields:
                    values["length"] = clean(_float(tail["times"]) * draft.fields["nominal"])
            if insert:
                values["insert"] = True
                values.pop("tap_drill", None)  # an insert's hole is larger, by its maker's table
            draft.put("thread", Thread(**values), begin, end)
            draft.fields["kind"] = "thread"
            return end
    return None


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _hand(match: re.Match[str]) -> str:
    groups = match.groupdict()
    words = (groups.get("hand") or groups.get("hand2") or "").upper()
    return "left" if words.startswith("L") else "right"


def _metric(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    size = _float(match["size"])
    if not 0.5 <= size <= 1000:
        return None
    pitches = threads.metric_pitches(size)
    if not pitches and match["pitch"] is None and match["class"] is None:
        return None  # M37 alone is a name more often than a thread
    values: dict[str, Any] = {"standard": match["letters"], "size": f"{match['letters']}{size:g}", "hand": _hand(match)}
    length = _float(match["length"]) if match["length"] else None
    pitch, source = None, "callout"
    if match["leadpitch"]:
        pitch, values["lead"] = _float(match["leadpitch"]), _float(match["lead"])
    elif match["pitch"]:
        pitch = _float(match["pitch"].lstrip("P "))
        if length is None and pitch not in pitches and _is_length(pitch, size, match["pitch"]):
            length, pitch = pitch, None
    if pitch is None and pitches:
        pitch, source = pitches[0], "series"
    if pitch is not None:
        if pitches and pitch not in pitches:
            draft.find("pitch_not_standard", "warning", f"M{size:g} has no pitch {pitch:g} in ISO 261.")
        elif not pitches:
            draft.find("size_not_standard", "warning", f"M{size:g} is no size of ISO 261.")
        if pitch < size:
            values.update(pitch=pitch, pitch_source=source, tap_drill=threads.metric_tap_drill(size, pitch))
        else:
            values.update(pitch=pitch, pitch_source=source)
    if match["class"]:
        values["class"] = re.sub(r"\s", "", match["class"])
    if length is not None:
        values["length"] = length
    draft.put("nominal", size, *match.span("size"))
    draft.fields["unit"] = "mm"
    return values


def _is_length(value: float, size: float, written: str) -> bool:
    """Return whether the number after `M8x` is a length rather than a pitch that no table has."""
    coarse = threads.METRIC_COARSE_MM.get(size)
    return value > max(coarse or 0.0, 0.45 * size) and not written.startswith("P")


def _inch_size(text: str) -> tuple[str, float | None]:
    """Return the size's name as the series write it (`#10`, `1_1/2`) and its diameter in inches."""
    digits = re.sub(r"^(?:#|N[oO]\.?)\s*", "", text.strip().rstrip('"'))
    if digits != text.strip().rstrip('"'):
        return f"#{int(digits)}", threads.NUMBERED_IN.get(str(int(digits)))
    number = read_number(digits)
    if number is None:
        return digits, None
    if not number.fraction:
        for name in threads.UNIFIED_TPI["UNC"] | threads.UNIFIED_TPI["UNEF"] | threads.UNIFIED_TPI["UNF"]:
            size = _diameter_in(name)
            if size is not None and abs(size - number.value) < 0.0006:
                return name, number.value
        return f"{number.value:g}", number.value
    return re.sub(r"[ -]+(?=\d)", "_", digits), number.value


def _diameter_in(name: str) -> float | None:
    if name.startswith("#"):
        return threads.NUMBERED_IN.get(name[1:])
    number = read_number(name.replace("_", " "))
    return None if number is None else number.value


def _unified(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    groups = match.groupdict()
    name, diameter = _inch_size(match["size"])
    if diameter is None:
        return None
    tpi = _float(groups["tpi"]) if groups["tpi"] else None
    if name in threads.NUMBERED_IN and _is_numbered(name, tpi, match["size"]):  # `10-32 UNF` is #10
        name, diameter = f"#{name}", threads.NUMBERED_IN[name]
    written = (groups.get("series") or "").upper()
    series = {"NC": "UNC", "NF": "UNF", "WHIT": "BSW", "WHITWORTH": "BSW"}.get(written, written)
    if series == "W":
        series = "BSW"
    if not series:  # `1/4-20`: the series is the one that has this pitch
        series = next((key for key in threads.UNIFIED_TPI if threads.UNIFIED_TPI[key].get(name) == tpi), "")
        if not series:
            return None
    source = "callout"
    table = threads.WHITWORTH_TPI.get(series) or threads.UNIFIED_TPI.get(series.replace("J", "").replace("R", ""), {})
    standard_tpi = table.get(name)
    if tpi is None:
        tpi, source = standard_tpi, "series"
    elif table and standard_tpi is None:
        draft.find("size_not_standard", "warning", f"{_shown(name)} is no size of the {series} series.")
    elif standard_tpi is not None and tpi != standard_tpi:
        draft.find(
            "pitch_not_standard",
            "warning",
            f"{_shown(name)} {series} has {standard_tpi:g} threads per inch, but {tpi:g} are written.",
        )
    values: dict[str, Any] = {"standard": series, "size": _shown(name), "hand": _hand(match)}
    if tpi:
        values.update(pitch=clean(1 / tpi), threads_per_inch=tpi, pitch_source=source)
        if series.startswith("UN"):
            values["tap_drill"] = threads.unified_tap_drill(diameter, tpi)
    if tolerance := groups.get("class") or groups.get("class2"):
        values["class"] = tolerance
    if groups.get("length"):
        values["length"] = _float(groups["length"])
    draft.put("nominal", clean(diameter), *match.span("size"))
    draft.fields["unit"] = "in"
    return values


_USUAL_NUMBERED = {("0", "80"), ("2", "56"), ("4", "40"), ("6", "32"), ("8", "32"), ("10", "32")}
"""Screws whose numbers alone say what they are; `10-24` may as well be a date."""


def _numbered(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    pair = (match["size"], match["tpi"])
    if pair not in _USUAL_NUMBERED and not (match["class"] or match.end() < len(draft.folded.text.rstrip())):
        return None
    if not any(table.get(f"#{pair[0]}") == float(pair[1]) for table in threads.UNIFIED_TPI.values()):
        return None
    return _unified(draft, match)


def _is_numbered(name: str, tpi: float | None, written: str) -> bool:
    tables = threads.UNIFIED_TPI.values()
    return written.strip().isdigit() and tpi is not None and any(table.get(f"#{name}") == tpi for table in tables)


def _shown(name: str) -> str:
    return name.replace("_", " ")


_PIPE_TABLES: Mapping[str, Mapping[str, float]] = {
    "G": threads.G_TPI,
    "PF": threads.G_TPI,
    "BSPP": threads.G_TPI,
    "BSP": threads.G_TPI,
    "R": threads.R_TPI,
    "Rc": threads.R_TPI,
    "Rp": threads.R_TPI,
    "PT": threads.R_TPI,
    "PS": threads.R_TPI,
    "BSPT": threads.R_TPI,
    "NPT": threads.NPT_TPI,
    "NPTF": threads.NPT_TPI,
    "NPTR": threads.NPT_TPI,
}


def _pipe(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    letters = match["letters"]
    name = re.sub(r"[ -]+(?=\d)", "_", match["size"].strip())
    table = _PIPE_TABLES.get(letters, threads.NPT_TPI)
    if (name not in table and len(letters) == 1) or (letters == "R" and "/" not in name):
        return None  # R2 is a radius, G7 a fit
    if re.match(r"0?[.,]", name) and (size := read_number(name)):  # `.50-14 NPT`
        name = next((each for each in table if abs((_diameter_in(each) or 0) - size.value) < 0.005), name)
    tpi = _float(match["tpi"].replace(" 1/2", ".5")) if match["tpi"] else None
    source = "callout"
    if tpi is None:
        tpi, source = table.get(name), "series"
    elif table.get(name) != tpi:
        draft.find("pitch_not_standard", "warning", f"{_shown(name)} {letters} has not {tpi:g} threads per inch.")
    if name not in table:
        draft.find("size_not_standard", "warning", f"{_shown(name)} is no size of {letters} threads.")
    values: dict[str, Any] = {"standard": letters, "size": _shown(name), "hand": _hand(match)}
    inch = letters.startswith("NP")
    if tpi:
        values.update(pitch=clean((1 if inch else 25.4) / tpi), threads_per_inch=tpi, pitch_source=source)
    if match["class"]:
        values["class"] = match["class"]
    draft.fields["unit"] = "in" if inch else "mm"
    return values


def _trapezoidal(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    if match["inch"]:
        return None
    letters = match["letters"].replace("TR", "Tr")
    size, pitch = _float(match["size"]), _float(match["pitch"])
    if size < 5 or pitch >= size:
        return None
    values: dict[str, Any] = {"standard": letters, "size": f"{letters}{size:g}", "hand": _hand(match)}
    if match["leadpitch"]:
        values["lead"], pitch = pitch, _float(match["leadpitch"])
    values.update(pitch=pitch, pitch_source="callout")
    if letters == "Tr":
        values["tap_drill"] = clean(size - pitch)
        if pitch not in threads.TRAPEZOIDAL_MM.get(size, ()):
            draft.find("pitch_not_standard", "warning", f"Tr{size:g} has no pitch {pitch:g} in ISO 2902.")
    if match["class"]:
        values["class"] = match["class"]
    draft.put("nominal", size, *match.span("size"))
    draft.fields["unit"] = "mm"
    return values


def _acme(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    name, diameter = _inch_size(match["size"])
    if diameter is None:
        return None
    groups = match.groupdict()
    pitch = _float(groups["pitch"]) if groups.get("pitch") else None
    tpi = round(1 / pitch, 1) if pitch else _float(match["tpi"])
    standard = "STUB ACME" if match["letters"].upper().startswith("STUB") else "ACME"
    if threads.ACME_TPI.get(name, tpi) != tpi:
        draft.find(
            "pitch_not_standard", "warning", f"{_shown(name)} ACME has not {tpi:g} threads per inch as standard."
        )
    values: dict[str, Any] = {
        "standard": standard,
        "size": _shown(name),
        "hand": _hand(match),
        "pitch": pitch or (clean(1 / tpi) if tpi else None),
        "threads_per_inch": tpi,
        "pitch_source": "callout",
    }
    if groups.get("lead"):
        values["lead"] = _float(groups["lead"])
    if match["class"]:
        values["class"] = match["class"]
    draft.put("nominal", clean(diameter), *match.span("size"))
    draft.fields["unit"] = "in"
    return values


def _by_inch(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    """Read a round thread (DIN 405) or a Whitworth one of a metric size (DIN 477), whose pitch is a part of an inch."""
    letters, size, tpi = match["letters"].replace("RD", "Rd"), _float(match["size"]), _float(match["tpi"])
    if size < 5 or tpi == 0:
        return None
    draft.put("nominal", size, *match.span("size"))
    draft.fields["unit"] = "mm"
    pitch = {"pitch": clean(25.4 / tpi), "threads_per_inch": tpi, "pitch_source": "callout"}
    return {"standard": letters, "size": f"{letters}{size:g}", "hand": _hand(match), **pitch}


def _conduit(draft: Draft, match: re.Match[str]) -> dict[str, Any]:
    name = f"{_float(match['size']):g}"
    tpi = threads.PG_TPI[name]
    draft.fields["unit"] = "mm"
    pitch = {"pitch": clean(25.4 / tpi), "threads_per_inch": tpi, "pitch_source": "series"}
    return {"standard": "Pg", "size": f"Pg{name}", "hand": "right", **pitch}


def _association(draft: Draft, match: re.Match[str]) -> dict[str, Any] | None:
    number = match["size"] or match["size2"]
    found = threads.BA_MM.get(number)
    if found is None:
        return None
    draft.put("nominal", found[0], *match.span())
    draft.fields["unit"] = "mm"
    return {"standard": "BA", "size": number, "hand": "right", "pitch": found[1], "pitch_source": "series"}
