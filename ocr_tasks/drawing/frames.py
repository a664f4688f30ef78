"""Feature control frames: `⌖|⌀0.3Ⓜ|A|B|C`, with or without the bars between the cells, several rows a frame.

Symbols and modifiers after ISO 1101:2017 Tables 1 to 3 and ASME Y14.5-2018 Tables 6-1 and 6-2.
"""

from __future__ import annotations

import re

from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.fold import Folded
from ocr_tasks.drawing.numbers import NUMBER, read_number
from ocr_tasks.drawing.records import CHARACTERISTICS, Frame, FrameRow

SYMBOLS = {**CHARACTERISTICS, "▱": "flatness", "⌾": "concentricity", "⇗": "total_runout"}
SIGN_OF = {name: sign for sign, name in CHARACTERISTICS.items()}
_NEEDS_BAR = {"-": "straightness", "=": "symmetry", "//": "parallelism", "||": "parallelism", "/": "circular_runout"}
_NEEDS_BAR |= dict.fromkeys(("/○/", "/o/", "/O/"), "cylindricity")
_WORD_NAMES = {
    "straightness": "straightness geradheit rectitude 진직도",
    "flatness": "flatness ebenheit planéité 평면도",
    "circularity": "circularity roundness rundheit circularité 진원도",
    "cylindricity": "cylindricity zylinderform zylindrizität cylindricité 원통도",
    "profile_of_a_line": "profile_of_a_line linienprofil linienform",
    "profile_of_a_surface": "profile_of_a_surface flächenprofil flächenform",
    "perpendicularity": "perpendicularity squareness rechtwinkligkeit perpendicularité 직각도",
    "angularity": "angularity neigung inclinaison 경사도",
    "parallelism": "parallelism parallelität parallélisme 평행도",
    "position": "position true_pos true_position localisation 위치도",
    "concentricity": "concentricity coaxiality konzentrizität koaxialität coaxialité concentricité 동심도 동축도",
    "symmetry": "symmetry symmetrie symétrie 대칭도",
    "circular_runout": "runout run-out circular_runout circular_run-out rundlauf planlauf lauf battement 흔들림",
    "total_runout": "total_runout total_run-out gesamtlauf gesamtrundlauf gesamtplanlauf battement_total",
}
_NAME_OF = {
    word.replace("_", " "): characteristic for characteristic, words in _WORD_NAMES.items() for word in words.split()
}
_ANY_NAME = "|".join(sorted(map(re.escape, _NAME_OF), key=len, reverse=True))
_WORDS = re.compile(rf"\s*({_ANY_NAME})\s*:?\s*(?=[|⌀\d.,]|S⌀)", re.IGNORECASE)
_NAMED_BY_WORD = re.compile(rf"\s*(?:{_ANY_NAME})\s*:?\s*(?:S?⌀\s*)?\d*[.,]\d+\s*(?:mm|in)?\s*$", re.IGNORECASE)
"""A characteristic by its name with nothing but a tolerance, which must have decimals: `POSITION 1` is none."""
_CIRCLED = {chr(0x24B6 + i): chr(0x41 + i) for i in range(26)}
_MODIFIER = re.compile(
    r"\s*(?:([Ⓐ-Ⓩ])|[(<]([MLPSFTUERICAGNX])[)>]|(CZ|SZ|UZ|OZ|CT|ST|UF|ACS|SCS|CF|NC|LD|MD|PD|LE|><|"
    r"\[[A-Z0-9,.\- ]{1,12}\]|U(?=[+-]?\d)))(?![a-z])[ \t]*"
)
_BARE_MODIFIER = re.compile(r"\s?([MLS])(?=\s*\||\s+[A-Z](?![A-Za-z])|\s*$)")
"""The letter of a modifier whose circle is not written, in the cell of the tolerance: `⌀0.3 M|A|B`."""
_VALUE = re.compile(
    rf"\s*(?P<zone>S\s*⌀|⌀|R(?=\s*[\d.,]))?\s*(?P<value>{NUMBER})(?:\s*(?:mm|in\.?|"
    rf"\"))?(?:\s*/\s*(?P<per>⌀?\s*{NUMBER}(?:\s*x\s*{NUMBER})?))?"
)
_AMOUNT = re.compile(rf"\s*([+-]?\s*{NUMBER})(?=\s*(?:\||$|\n|[A-Z]\b))")
_GLUED_DATUMS = re.compile(r"\s*([A-Z])([A-Z])([A-Z])?\s*$")
_DATUM = re.compile(r"\s*([A-Z]{1,2}(?:\s*-\s*[A-Z]{1,2})*)(?![a-z])")
_BARE_DATUM = re.compile(r"\s*([A-Z](?:\s*-\s*[A-Z])*)(?![a-z])")
_START = re.compile(
    r"\s*(?:\[\s*)?\|?\s*(?P<sign>" + "|".join(map(re.escape, SYMBOLS)) + r")(?=\s*[|⌀\d.,S\[(])"
    r"|\s*\|?\s*(?P<typed>/[○oO]/|//|\|\||[-=/])\s*\|(?=\s*(?:S?⌀|R)?\s*[\d.,])"
    r"|\s*(?P<bare>//)(?=\s*\d*[.,]\d+\s+[A-Z](?:-[A-Z])?\s*$)"
)
_ANGLE = re.compile(r"\s*[\d.,]+\s*°")
_ROW_END = re.compile(r"\s*(?:\n+|;|⏎|\|\|)\s*")
_BARS = re.compile(r"[\s|\[\]]*")
_CELL = re.compile(
    r"\s*(?:\]\s*\[|\|(?!\|))\s*|\s+(?:to|zu|TO)\s+(?=[A-Z](?![A-Za-z]))|\s*-?\s*(?=[A-Z](?![A-Za-z]))|\s+"
)
_CLOSING = re.compile(r"\s*\]")
_END = re.compile(r"\s*(?:$|\n)")
_NEXT_ROW = re.compile(r"\s*\|?\s*(?:" + "|".join(map(re.escape, SYMBOLS)) + r")?(?=\s*[|⌀\d.,])")


def find_frame(folded: Folded, at: int = 0) -> int | None:
    """Return where a feature control frame begins in FOLDED, from AT on; None if it holds none."""
    text = folded.text
    for match in _START.finditer(text, at):
        if match["sign"] == "⌒" and "|" not in text[match.end() : match.end() + 3]:
            continue  # `⌒ 25` is the length of an arc
        if match["sign"] == "∠" and _ANGLE.match(text, match.end()):
            continue  # `∠30°` is an angle
        if (match["typed"] or match["bare"]) and match.start() and not text[: match.start()].isspace():
            continue
        return match.start()
    words = _WORDS.match(text, at)
    if words and _NAMED_BY_WORD.match(text):
        return 0
    return 0 if words and ("|" in text or re.search(r"\s[A-Z](?![A-Za-z])", text[words.end() :])) else None


def read_frame(draft: Draft, at: int) -> int:
    """Read the frame at AT into DRAFT's `gdt`; return where it ends (AT if none is readable there)."""
    text = draft.folded.text
    match = _START.match(text, at)
    if match:
        characteristic = SYMBOLS[match["sign"]] if match["sign"] else _NEEDS_BAR[match["typed"] or match["bare"]]
        start = match.end()
    elif match := _WORDS.match(text, at):
        characteristic = _NAME_OF[match[1].lower()]
        start = match.end()
    else:
        return at
    rows: list[FrameRow] = []
    end = start
    while True:
        row, stop = _row(draft, end)
        if row is None:
            break
        rows.append(row)
        end = stop
        separator = _ROW_END.match(text, end)
        if separator is None:
            break
        again = _NEXT_ROW.match(text, separator.end())
        if again is None:
            break
        sign = again[0].strip(" |\n")
        if sign and SYMBOLS.get(sign) != characteristic:
            break  # another frame stacked below: not a row of this one
        end = again.end()
    if not rows:
        return at
    if closing := _CLOSING.match(text, end):
        end = closing.end()
    first = rows[0]
    frame = Frame(
        characteristic=characteristic,
        rows=tuple(rows[1:]),
        **{name: getattr(first, name) for name in FrameRow.model_fields},
    )
    draft.put("gdt", frame, at, end)
    _check(draft, frame)
    return end


def _row(draft: Draft, at: int) -> tuple[FrameRow | None, int]:
    text = draft.folded.text
    bars = _BARS.match(text, at)
    at = bars.end() if bars else at
    match = _VALUE.match(text, at)
    number = read_number(match["value"]) if match else None
    if match is None or number is None:
        return None, at
    zone = None
    if match["zone"] and "⌀" in match["zone"]:
        zone = "spherical_diameter" if match["zone"].startswith("S") else "diameter"
    modifiers, end = _modifiers(text, match.end())
    if modifiers[-1:] in (("P",), ("U",), ("UZ",)) and (amount := _AMOUNT.match(text, end)):
        modifiers = (*modifiers[:-1], modifiers[-1] + amount[1].replace(",", ".").replace(" ", ""))
        end = amount.end()
    if bare := _BARE_MODIFIER.match(text, end):
        modifiers, end = (*modifiers, bare[1]), bare.end(1)
    datums: list[str] = []
    if glued := _GLUED_DATUMS.match(text, end):  # without bars, `⌖⌀0.3ⓂABC`
        datums, end = [letter for letter in glued.groups() if letter], glued.end()
    datum_modifiers: dict[str, tuple[str, ...]] = {}
    while True:
        cell = _CELL.match(text, end)
        if cell is None:
            break
        barred = "|" in cell[0] or "[" in cell[0]
        datum = (_DATUM if barred else _BARE_DATUM).match(text, cell.end())
        if datum is None:
            if barred and (more := _modifiers(text, cell.end()))[0]:
                modifiers, end = (*modifiers, *more[0]), more[1]
                continue
            if barred and _END.match(text, cell.end()):
                end = cell.end()
            break
        name = re.sub(r"\s", "", datum[1])
        datums.append(name)
        marks, end = _modifiers(text, datum.end())
        if marks:
            datum_modifiers[name] = marks
    return (
        FrameRow(
            zone=zone,
            value=number.value,
            per=re.sub(r"\s", "", match["per"]).replace(",", ".") if match["per"] else None,
            modifiers=modifiers,
            datums=tuple(datums),
            datum_modifiers=datum_modifiers,
        ),
        end,
    )


def _modifiers(text: str, at: int) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    while match := _MODIFIER.match(text, at):
        circled, bracketed, word = match.groups()
        found.append(_CIRCLED[circled] if circled else bracketed or word)
        at = match.end()
    return tuple(found), at


_FORM = {"straightness", "flatness", "circularity", "cylindricity"}
_ORIENTED = {
    "perpendicularity",
    "angularity",
    "parallelism",
    "concentricity",
    "symmetry",
    "circular_runout",
    "total_runout",
}


def _check(draft: Draft, frame: Frame) -> None:
    """Form tolerances take no datum, orientation and run-out need one (ISO 1101 Table 1)."""
    name = frame.characteristic.replace("_", " ")
    if frame.characteristic in _FORM and frame.datums:
        draft.find(
            "datum_not_allowed",
            "warning",
            f"A tolerance of {name} refers to no datum, but {'-'.join(frame.datums)} is written.",
        )
    if frame.characteristic in _ORIENTED and not frame.datums:
        draft.find("datum_missing", "warning", f"A tolerance of {name} needs a datum, and none is written.")
    if len(set(frame.datums)) < len(frame.datums):
        draft.find("datum_repeated", "warning", "The same datum is named twice in one frame.")
