"""What a hole's end is: counterbore, countersink, spotface, with its diameter, angle and deviations; and its depth.

Signs after ISO 129-1:2018 clause 5 and ASME Y14.5-2018 clause 6.3.

Words in English, German, French, Spanish, Italian and Korean.
"""

from __future__ import annotations

import re
from typing import Any

from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.numbers import NUMBER, read_number
from ocr_tasks.drawing.records import Deviations
from ocr_tasks.drawing.sizes import Size, read_angle, read_length, read_tolerance

_I = re.IGNORECASE
DEPTH = re.compile(
    r"\s*(?:↧|DEPTH|DEEP(?=\s*[\d.,])|DP\.?(?=\s*[\d.,])|TIEFE?|PROF(?:ONDEUR|UNDIDAD|ONDITÀ|\.)?|깊이|深さ?)\s*", _I
)
DEEP = re.compile(
    rf"\s*[xX]?\s*({NUMBER})\s*(mm|in\.?|\")?\s*(?:DEEP|DP\.?|TIEF|DEPTH|깊이)(?![A-Za-z])"
    r"(?!\s*[\d.,]+(?!\d*\s*(?:[xX]|PL|HOLES)))",
    _I,
)
BORE = re.compile(
    r"\s*(?:(?P<spotface>⌴\s*SF|SPOT\s*-?\s*FACED?|S\.?F(?:ACE)?\.?(?=[\s⌀\d.]))"
    r"|(?P<counterbore>⌴|C['.]?\s?-?BORED?|CTR?BORE|COUNTER\s*-?\s*BORED?|ZYL(?:INDER)?SENKUNG|LAMAGE|LAMATURA|ABOCARDADO)"
    r"|(?P<countersink>⌵|C['.]?\s?-?SINK|CSK|CTSK|COUNTER\s*-?\s*S(?:I|U)NK|KEGELSENKUNG|FRAISURE|SVASATURA|AVELLANADO"
    r"|SENKUNG(?=[^\n]*°)))\s*",
    _I,
)
"""The sign or the word of a hole's end; the group that took part names the end."""
_DIAMETER = re.compile(r"\s*(?:⌀|DIA\.?(?=[\s\d]))?\s*")
_BORE_AFTER = re.compile(
    rf"\s*⌀?\s*({NUMBER})\s*(?:DIA\.?)?\s*(?=(?:C['.]?\s?-?BORE|CTR?BORE|COUNTER\s*-?\s*BORE|C['.]?\s?-?SINK|CSK|CTSK|"
    r"COUNTER\s*-?\s*SINK|S\.?FACE|SPOT\s*-?\s*FACE))",
    _I,
)
_BY_DEPTH = re.compile(
    rf"\s*[xX]\s*(?={NUMBER}(?![\d.,])\s*(?:mm|in|\")?(?!\s*(?:[\d.,°]|mm|in|\"|DEEP|DP|TIEF|DEPTH)))", _I
)
_SECOND_DIAMETER = re.compile(rf"\s*⌀\s*({NUMBER})")
_BARE_ANGLE = re.compile(r"\s*[xX]\s*(60|82|90|100|110|120)(?![\d.,])")
_DIA_AFTER = re.compile(r"\s*DIA\.?(?![A-Za-z])", _I)
_BY = re.compile(r"\s*(?:[xX,/]|TO)\s*")


def read_bore(draft: Draft, at: int, section: str, values: dict[str, Any]) -> int:
    """Read a counterbore's diameter, or a countersink's diameter and angle; return where they end."""
    text = draft.folded.text
    if section == "countersink" and (angle := read_angle(text, at)):
        values["angle"], at = angle.value, angle.end
        at = _skip_by(text, at)
    if (sign := _DIAMETER.match(text, at)) and (size := read_length(text, sign.end())):
        values["diameter"], at = size.value, size.end
        if suffix := _DIA_AFTER.match(text, at):
            at = suffix.end()
        values["diameter_deviations"], at = deviations_after(draft, at)
        if section != "countersink" and (by := _BY_DEPTH.match(text, at)) and (size := read_length(text, by.end())):
            values["depth"], at = size.value, size.end
    if section == "countersink":
        if angle := read_angle(text, _skip_by(text, at)):
            values["angle"], at = angle.value, angle.end
            values["angle_deviations"], at = deviations_after(draft, at, angle=True)
        elif bare := _BARE_ANGLE.match(text, at):
            values["angle"], at = float(bare[1]), bare.end()
    return at


def wider_end(draft: Draft, at: int) -> str | None:
    """Return what a larger diameter makes of a hole's end, `⌀6.6 THRU ⌀11 ↧6.8`, `⌀5.5 ⌀10 x 90°`; None if nothing.

    Its sign is not written, or was not read: an angle is a countersink's, a depth a counterbore's.
    """
    text = draft.folded.text
    match = _SECOND_DIAMETER.match(text, at)
    wider = read_number(match[1]) if match and draft.fields["kind"] == "diameter" else None
    if match is None or wider is None or wider.value <= draft.fields.get("nominal", wider.value):
        return None
    by = _BY.match(text, match.end())
    if by and read_angle(text, by.end()):
        return "countersink"
    return "counterbore" if DEPTH.match(text, match.end()) or DEEP.match(text, match.end()) else None


def angular_deviations(draft: Draft, at: int) -> tuple[Deviations, int] | None:
    """Return the deviations of an angle that stand at AT, `±1°`, and where they end; None if they are a length's."""
    deviations, end = deviations_after(draft, at, angle=True)
    if deviations is None or not re.search(r"[°']", draft.folded.text[at:end]):
        return None
    return deviations, end


def bore_first(text: str, at: int) -> tuple[str, Size, int] | None:
    """Read a bore whose diameter stands before its word, `.438 DIA CBORE`: its name, its diameter, where both end."""
    before = _BORE_AFTER.match(text, at)
    size = read_length(text, before.start(1)) if before else None
    if before is None or size is None:
        return None
    word = BORE.match(text, before.end())
    return (str(word.lastgroup), size, word.end()) if word else None


def deviations_after(draft: Draft, at: int, *, angle: bool = False) -> tuple[Deviations | None, int]:
    """Return the deviations that stand right after a size beside the nominal one, and where they end."""
    side = Draft(draft.folded, fields={"kind": "angle" if angle else "diameter"})
    end = read_tolerance(side, at, angle=angle)
    if "upper_deviation" not in side.fields or "fit" in side.fields or side.findings:
        return None, at
    return Deviations(upper=side.fields["upper_deviation"], lower=side.fields["lower_deviation"]), end


def _skip_by(text: str, at: int) -> int:
    by = _BY.match(text, at)
    return by.end() if by else at
