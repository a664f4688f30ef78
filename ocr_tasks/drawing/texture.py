"""Surface texture, welds and edges as they stand in a line of text.

Surface texture after ISO 1302:2002 (its text form with APA, MRR, NMR is clause 4.6; N grades are its Annex) and
ISO 21920-1:2021; welds after ISO 2553:2019 clause 6; edges after ISO 13715:2017 clause 5.
"""

from __future__ import annotations

import re
from typing import Any

from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.numbers import NUMBER, clean, read_number, unsigned
from ocr_tasks.drawing.records import Edge, Roughness, Weld

N_GRADES_UM = {
    f"N{grade}": value for grade, value in enumerate((0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.3, 12.5, 25, 50), 1)
}
_LEAD_IN = (
    r"\s*(?i:(?:SURFACE|ROUGHNESS|FINISH|TEXTURE|ALL OVER|ALL AROUND|GENERAL|OBERFLÄCHE|RUGOSITÉ|ÉTAT DE SURFACE"
    r"|표면거칠기)"
    r"\s*:?\s*){0,4}"
)
_MADE_WORDS = (
    r"(?:GROUND|LAPPED|POLISHED|TURNED|MILLED|HONED|REAMED|GRIND|LAP|POLISH|GESCHLIFFEN|GEFRÄST|GEDREHT|GELÄPPT|POLIERT|GEHONT|"
    r"RECTIFIÉE?|FRAISÉE?|TOURNÉE?|RODÉE?|POLIE?|연삭|선삭|밀링|래핑)"
)
_SIGN = r"(?P<sign>MRR|NMR|APA|[√✓▽∇]+[○⌀]?|⌵(?=\s*(?:R|W|P|N\d)))?"
_PARAMETER = (
    r"(?P<parameter>RMS|R(?:max|mr|Sm|3z|sk|ku|pk|vk|A(?=\s*\d)|Z(?=\s*\d)|a|z|q|t|k|v|p(?=\s*\d*[.,]\d))"
    r"|[PW](?:a|z|t|q))(?:1?max|[18](?=\s+[\d.,]))?"
)
_UNIT = r"(?P<unit>\s*(?:µm|μm|um|µin|μin|uin|micro-?inch(?:es)?|\"))?"
_LAY = r"(?:\s*(?P<lay>[=⊥XMCRP])(?![A-Za-z\d]))?"
_ROUGHNESS = re.compile(
    rf"{_LEAD_IN}(?:(?P<made>(?i:{_MADE_WORDS}))\s+)?{_SIGN}\s*(?:U\s+)?(?:(?P<band>-?\d*[.,]?\d+(?:\s*-\s*\d*[.,]?\d+)?)\s*/\s*)?{_PARAMETER}\s*(?:MAX\.?|max\.?)?\s*[=:≤]?\s*(?P<value>{NUMBER})"
    rf"(?:\s*[-~/]\s*(?P<to>{NUMBER}))?{_UNIT}\s*(?:MAX\.?|max\.?)?(?:\s*[;/]?\s*L\s*(?P=parameter)\s*(?P<lower>{NUMBER}))?"
    rf"{_LAY}(?:\s*(?P<made2>(?i:{_MADE_WORDS})))?\s*(?P<rest>.*)$",
    re.DOTALL,
)
_GRADE = re.compile(
    rf"{_LEAD_IN}{_SIGN}\s*(?:Ra\s*)?(?P<grade>N(?:1[0-2]|[1-9]))(?:\s*[-/]\s*N(?:1[0-2]|[1-9]))?\s*(?P<rest>)$"
)
_ALL_OVER = re.compile(r"(?:ALL\s+(?:A?ROUND|OVER)|ALLSEITIG|RUNDUM)", re.IGNORECASE)
_RMS_AFTER = re.compile(rf"\s*(?P<value>{NUMBER})(?P<unit>\s*(?:µin|μin|uin))?\s*RMS\s*(?P<rest>)$")
_TRIANGLES = re.compile(r"\s*(?P<grade>[▽∇]{2,4})\s*$")
_SIGN_ONLY = re.compile(rf"\s*(?P<sign>[√✓▽∇]+[○⌀]?)\s*(?P<value>{NUMBER}){_UNIT}\s*(?P<rest>)$")
_SIGN_LAST = re.compile(rf"\s*(?P<value>{NUMBER}){_UNIT}\s*(?P<sign>[√✓▽∇]+)\s*(?P<rest>)$")

_MICROINCH = re.compile(
    rf"\s*(?P<value>{NUMBER})(?P<unit>\s*(?:µin|μin|uin|micro-?inch(?:es)?))\s*(?:R[aA])?\s*(?P<rest>)$"
)

_WELD_SIGNS = {"◺": "fillet", "⊿": "fillet", "△": "fillet", "▷": "fillet", "⊾": "bevel", "Ⅴ": "v"}
_WELD_WORDS = re.compile(
    r"\b(FILLET|GROOVE|BUTT|PLUG|SPOT|SEAM|BEVEL|KEHLNAHT|STUMPFNAHT|SOUDURE|WELD(?:ED|S)?|SCHWEI(?:SS|ß)(?:EN|NAHT|UNG)?|NAHT|용접)\b",
    re.IGNORECASE,
)
_GROOVES = {"V": "v", "Y": "y", "HV": "bevel", "HY": "half_y", "U": "u"}
_WELD_NAMES = {"kehlnaht": "fillet", "stumpfnaht": "butt"}
_WELD = re.compile(
    rf"\s*(?P<kind>[azs](?=\s*=?\s*[\d.,]))?\s*=?\s*(?P<size>{NUMBER})?\s*(?P<sign>[{''.join(_WELD_SIGNS)}]|(?<=\d)\s(?:V|Y|HV|HY|U)(?=\s|$))?"
    rf"\s*(?:(?P<size2>{NUMBER})(?!\d|\s*[xX]))?"
    rf"(?:\s*(?P<count>\d+)\s*[xX]\s*(?P<length>{NUMBER})(?:\s*\(\s*(?P<gap>{NUMBER})\s*\))?"
    rf"|\s*(?P<run>{NUMBER})\s*-\s*(?P<pitch>{NUMBER}))?\s*$"
)
_EDGE = re.compile(
    rf"\s*(?:[⌞∟⌟⌜⌝└]|(?:(?:WERKSTÜCK)?KANTEN|EDGES?|ARÊTES)?\s*(?:DIN\s*)?(?:EN\s*)?ISO\s*13715)\s*:?\s*"
    rf"(?P<first>[+-]\s*{NUMBER}|±\s*{NUMBER})(?:\s*[/;]?\s*(?P<second>[+-]\s*{NUMBER}))?\s*$",
    re.IGNORECASE,
)


def read_roughness(draft: Draft, unit: str | None) -> bool:
    """Read the whole text as surface texture into DRAFT; return whether it is one."""
    text = draft.folded.text
    if match := _ROUGHNESS.match(text):
        return _put(draft, match, match["parameter"], unit)
    if match := _GRADE.match(text):
        record = Roughness(
            parameter="Ra", value=N_GRADES_UM[match["grade"]], grade=match["grade"], machining=_machining(match["sign"])
        )
        draft.put("roughness", record, *match.span("grade"))
        draft.fields["kind"] = "roughness"
        return True
    if match := _RMS_AFTER.match(text):
        return _put(draft, match, "RMS", unit)
    if match := _TRIANGLES.match(text):
        grade = match["grade"].replace("∇", "▽")
        draft.put("roughness", Roughness(grade=grade, machining="required"), *match.span("grade"))
        draft.fields["kind"] = "roughness"
        return True
    if match := _SIGN_ONLY.match(text) or _SIGN_LAST.match(text) or _MICROINCH.match(text):
        return _put(draft, match, "Ra", unit)
    return False


def _put(draft: Draft, match: re.Match[str], parameter: str, unit: str | None) -> bool:
    groups = match.groupdict()
    value = read_number(match["value"])
    if value is None:
        return False
    inches = (groups["unit"] and "in" in groups["unit"]) or (not groups["unit"] and unit == "in" and value.value >= 8)
    lower = read_number(groups["lower"]) if groups.get("lower") else None
    upper = read_number(groups["to"]) if groups.get("to") else None
    bounds = sorted(number.value for number in (value, lower, upper) if number is not None)
    record: dict[str, Any] = {
        "parameter": {"RA": "Ra", "RZ": "Rz"}.get(parameter, parameter),
        "value": bounds[-1],
        "lower": bounds[0] if len(bounds) > 1 else None,
        "unit": "uin" if inches else None,
        "machining": _machining(groups.get("sign")),
        "lay": groups.get("lay"),
        "band": re.sub(r"\s", "", groups["band"]).replace(",", ".") if groups.get("band") else None,
    }
    for made in ("made", "made2"):
        if groups.get(made):
            draft.put("process", match[made].lower(), *match.span(made))
    draft.put("roughness", Roughness(**record), match.start("value"), match.end("value"))
    draft.fields["kind"] = "roughness"
    rest = (groups["rest"] or "").strip()
    if _ALL_OVER.fullmatch(rest):
        draft.put("all_around", True, match.start("rest"), match.end("rest"))
    elif rest:
        draft.leave(match.start("rest"), match.end("rest"))
        if sum(1 for word in rest.split() if len(word) > 1 and word.isalpha()) > 4:
            return False
    return True


def _machining(sign: str | None) -> Any:
    if not sign:
        return None
    if sign == "NMR" or sign[-1] in "○⌀":
        return "forbidden"
    return "required" if sign == "MRR" or sign[0] in "▽∇" else None


def read_weld(draft: Draft) -> bool:
    """Read the whole text as a weld: `a5 ◺ 3x50 (100)`, `z6 fillet weld`, `WELD ALL AROUND`; return whether it is."""
    text = draft.folded.text
    words = _WELD_WORDS.findall(text)
    all_round = re.search(r"ALL\s*-?\s*A?ROUND|RINGSUM|UMLAUFEND|○", text, re.IGNORECASE) is not None
    short = _WELD_WORDS.sub(
        " ", re.sub(r"ALL\s*-?\s*A?ROUND|RINGSUM|UMLAUFEND|○|\bmm\b", " ", text, flags=re.IGNORECASE)
    )
    match = _WELD.match(" ".join(short.split()))
    if match is None or not (words or match["sign"] or (match["kind"] and match["count"])):
        return False
    letter = (match["sign"] or "").strip()
    if letter in _GROOVES and not match["kind"]:
        return False  # `5 V` is a voltage
    word = next(
        (name for name in map(str.lower, words) if not name.startswith(("weld", "schwei", "soudure", "naht", "용접"))),
        None,
    )
    size_text = match["size"] or match["size2"]
    size = read_number(size_text) if size_text else None
    record = Weld(
        type=_WELD_SIGNS.get(letter) or _GROOVES.get(letter) or _WELD_NAMES.get(word or "", word),
        size=size.value if size else None,
        size_kind={"a": "throat", "z": "leg"}.get(match["kind"] or ""),
        count=int(match["count"]) if match["count"] else None,
        length=_value(match["length"] or match["run"]),
        pitch=_value(match["pitch"]),
        gap=_value(match["gap"]),
        all_round=True if all_round else None,
    )
    draft.put("weld", record, 0, len(text))
    draft.fields["kind"] = "weld"
    return True


def _value(text: str | None) -> float | None:
    number = read_number(text) if text else None
    return number.value if number else None


def read_edge(draft: Draft) -> bool:
    """Read the whole text as the state of an edge, `⌞ -0.3`, `ISO 13715 ±0.2`; return whether it is."""
    match = _EDGE.match(draft.folded.text)
    if match is None:
        return False
    values: list[float] = []
    for part in (match["first"], match["second"]):
        if not part:
            continue
        number = read_number(unsigned(part))
        if number is None:
            return False
        values.extend(
            [number.value, -number.value] if part[0] == "±" else [-number.value if part[0] == "-" else number.value]
        )
    draft.put(
        "edge", Edge(upper=clean(max(values)), lower=clean(min(values)) if len(values) > 1 else None), *match.span()
    )
    draft.fields["kind"] = "edge"
    return True
