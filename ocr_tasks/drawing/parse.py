"""The front of the callout grammar: one string in, one `Meaning` out. Nothing here raises on any string."""

from __future__ import annotations

import re
from functools import lru_cache

from ocr_tasks.drawing import callout, iso286
from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.fold import Folded, fold
from ocr_tasks.drawing.frames import find_frame, read_frame
from ocr_tasks.drawing.general import read_general
from ocr_tasks.drawing.numbers import clean
from ocr_tasks.drawing.records import Frame, Meaning
from ocr_tasks.drawing.sizes import read_tolerance
from ocr_tasks.drawing.texture import read_edge, read_roughness, read_weld

LONGEST_CALLOUT = 240
"""Characters. Longer strings are notes or text: no callout is that long."""
LONGEST_NOTE = 2000
MOST_FRAMES = 6
"""Feature control frames under the first one on the same string."""

_I = re.IGNORECASE
_SCALE_WORD = r"(?:SCALE|MA(?:SS|ß)STAB|[ÉE]CHELLE|ESCALA|SCALA|척도|축척)"
_SCALE = re.compile(
    rf"\s*(?:(?:{_SCALE_WORD}|M)\s*[:=]?\s*)?"
    r"(\d{1,4}(?:[.,]\d{1,3})?)\s*:\s*(\d{1,5}(?:[.,]\d{1,3})?)\s*$",
    _I,
)
_NAMED_SCALE = re.compile(
    rf"\s*{_SCALE_WORD}\s*[:=]?\s*"
    r"(\d+(?:[.,]\d+)?)(?:\s*[/=]\s*(\d+(?:[.,]\d+)?))?\s*$",
    _I,
)
_BRACKETED_SCALE = re.compile(r"\s*[(\[]\s*(\d{1,4}(?:[.,]\d{1,3})?)\s*:\s*(\d{1,5}(?:[.,]\d{1,3})?)\s*[)\]]\s*$")
_SCALE_AFTER = re.compile(r"\s*\(?\s*(\d{1,3})\s*[/:]\s*(\d{1,3})\s+SCALE\s*\)?\s*$", _I)
_SCALES = (_SCALE, _NAMED_SCALE, _BRACKETED_SCALE, _SCALE_AFTER)
_DATUM = re.compile(
    r"\s*(?:-\s*([A-Z]{1,2})\s*-|\[\s*([A-Z]{1,2}|[ABD-FHJ-LPQT-Z]\d)\s*\]|\|\s*([A-Z]{1,2})\s*\||[▼▲⏷⏶◄►▾▴▽△◂▸]\s*([A-Z]{1,2})"
    r"|(?i:DATUM|BEZUG|RÉFÉRENCE|데이텀)\s+([A-Z]{1,2})|([A-Z])\s*[▼▲⏷⏶])\s*$"
)
_DATE = re.compile(r"\s*(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2(?:\d{4}|\d{2}))\s*$")
_NO_NUMBER = re.compile(r"\d{30}")
_NO_SIZE = re.compile(
    "|".join(
        (
            r"\s*[A-Z]?\d{1,2}\s*[.)]\s+[^\W\d_]{2,}(?:[\s,]+[^\W\d_]{2}|\s*:)",  # 1. BREAK EDGES, M1. MATERIAL:
            r"\s*\d+-\d+-[\d-]+\s*$|\s*0\d+(?![\d.,:/'°]|\s*[xX])",  # 100-0010-01, 0603
            r"\s*MAX\d{3}|\s*(?:C?R|C)\d+-[A-Z]\d*\s*$",  # MAX7219, CR1-Z7
            r"\s*(?:\d+\s*x\s*)?\(\d+\)-[A-Z]|\s*\(\s*\d+\s*\*\s*\d+",  # 1x(3)-HE 120 B, (900*2100)
            r"\s*(?:\d+\s*x\s*)?M[\d.]+\s+CLEAR",  # M4 CLEARANCE HOLE
            r"\s*(?:\d+\s*x\s*)?(?:M|\d+/|#)\d(?:(?!FOR\b).)*\b(?:NUTS?|(?:LOCK)?WASHERS?|SCREWS?|BOLTS?|[SFB]HCS)\b",
            r"[^⌀]*\d\s*°\s?[CF](?![\w.])",
            r"[^⌀]*\d\s*H(?:R[A-C]|V|BW?)(?![A-Za-z])",
            r"\s*\d\d-\d\s?PH\b",
            r"\s*[\d.,]+\s*(?:[\w³]{1,2}\s*/\s*min\b|min\s?-1)",
            r"\s*(?:MAX\.?|MIN\.?)?\s*[\d.,]+(?:\s*[-~]\s*[\d.,]+)?\s*V(?:DC|AC)?\s*$",
        )
    ),
    _I,
)
"""What holds a number that is no size: notes, names of parts, temperatures, hardness, steels, flow, speed, voltages."""
_COUNT_ONLY = re.compile(
    r"\s*(TYP\.?\s*)?\(?\s*(\d{1,3})\s*(?:\)\s*(?=[A-Z]{2}))?(?:[xX]|PLACES?|PLCS?\.?|PL\.?|HOLES|REQ'?D\.?|OFF|STK\.?|개소)"
    r"\s*\)?\s*(TYP\.?\s*)?$",
    _I,
)
_NUMBERED = re.compile(
    r"\s*(?:[A-Z]?\d{1,2}\s*[.):]|\(\d{1,2}\)|NOTES?\b|ANMERKUNG(?:EN)?\b|HINWEISE?\b|REMARQUES?\b|주기)\s*:?\s*\D", _I
)
_NOTE_WORDS = re.compile(
    r"\b(?:NOTES?|HINWEISE?|ANMERKUNG(?:EN)?|REMARQUES?|DEBURR?|BREAK|SHARP|EDGES?|REMOVE|BURRS?|UNLESS|OTHERWISE|SPECIFIED|TYP|ALL|INTERPRET|DIMENSIONS?|"
    r"TOLERANCES?|FINISH|ANODI[SZ]E|PLATED?|PAINT|HEAT\s+TREAT|HARDEN(?:ED)?|CHAMFERS?|FILLETS?|RADII|WELD|MARK|ENGRAVE|"
    r"MATERIAL|SEE|DETAIL|SECTION|VIEW|SCALE|ENTGRATEN|ENTGRATET|KANTEN|GEBROCHEN|ALLGEMEINTOLERANZEN|OBERFLÄCHE|"
    r"GEHÄRTET|SCHNITT|ANSICHT|EINZELHEIT|COUPE|VUE|DÉTAIL|RADIEN|UNBEMA(?:SS|ß)TE|RAYONS|ÉBAVURER|TOLÉRANCES|ARÊTES|SAUF|INDICATION|CASSER|DO\s+NOT|THRU|GENERAL|CLEAN|SURFACES?)\b"
    r"|주기|모따기|모든|없는|열처리|도금",
    _I,
)
_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ſ]{2,}|[가-힣]+")
_LEGIBLE = re.compile(r"[\sA-Za-z0-9À-ſ가-힣!-/:-@\[-`{-~°±⌀µμΩ≤≥∥⊥∠⌖ⓅⓂⓁ□↧⌴⌵√✓–•·©®™²³…]")
_ARC = re.compile(r"°|\d'(?!['\d-])")
_WRITTEN_UNIT = re.compile(r"\d\s*(?:(mm)|\"|''|in)(?![a-z])", _I)
_LOOKS_LIKE_INCHES = re.compile(r"(?<!\d)\.\d|\d/(?:2|4|8|16|32|64)\b")
_FIT_ONLY = re.compile(rf"\s*({iso286.CLASS.pattern})(?:\s*/\s*({iso286.CLASS.pattern}))?(?![A-Za-z0-9])")
_USUAL_FIT = re.compile(r"(?:H|JS|js|[d-hkmnprs])(?:[5-9]|1[0-3])|(?:H|h|JS|js)1[4-6]")
"""Classes that are taken for a fit with nothing beside them; `C4` or `U7` alone is a zone or a part."""


@lru_cache(maxsize=4096)
def _read(text: str, unit: str | None) -> Meaning:
    folded = fold(text)
    if not folded.text.strip():
        return Meaning(kind="text")
    if len(folded.text) <= LONGEST_CALLOUT and (draft := _callout(folded, unit)) is not None:
        return draft.meaning()
    return _prose(folded).meaning()


def parse(text: str, *, unit: str | None = None) -> Meaning:
    """Return what TEXT, one string of a drawing, means.

    UNIT ("mm" or "in") is the sheet's unit, for sizes that do not say theirs; without it mm is taken, and in for what
    is written as only inches are (`.250`, `1 1/2"`). A string that is none of the known kinds is a `note` if it reads
    like a sentence, else a `text`, with no other field. Never raises.
    """
    if len(text) > LONGEST_NOTE:
        return Meaning(kind="text")
    return _read(text, unit if unit in ("mm", "in") else None)


def _callout(folded: Folded, unit: str | None) -> Draft | None:
    if _DATE.match(folded.text) or _NO_NUMBER.search(folded.text):
        return None
    at = find_frame(folded)
    if at is not None and (draft := _framed(folded, at, unit)) is not None:
        return draft
    if (draft := _statement(folded, unit)) is not None:
        return draft
    if (draft := _count_only(folded)) is not None or _NO_SIZE.match(folded.text):
        return draft
    return callout.read_callout(folded, unit) or callout.read_bores(folded, unit) or _tolerance_only(folded, unit)


def _framed(folded: Folded, at: int, unit: str | None) -> Draft | None:
    """Read a feature control frame, and the dimension before it on the same string if there is one."""
    frame = Draft(folded)
    end = read_frame(frame, at)
    if end == at:
        return None
    _frames_below(frame, end)
    before = folded.text[:at].rstrip(" \n|,;")
    if not before.strip():
        frame.fields["kind"] = "gdt"
        return frame
    count = callout.COUNT_BEFORE_FRAME.fullmatch(before.strip())
    if count:
        frame.put("count", int(count[1]), 0, at)
        frame.fields["kind"] = "gdt"
        return frame
    dimension = callout.read_callout(Folded(before, folded.origin[: len(before) + 1]), unit)
    if dimension is None:
        frame.fields["kind"] = "gdt"
        frame.leave(0, at)
        return frame
    dimension.fields.update(frame.fields)
    dimension.spans.update(frame.spans)
    dimension.findings.extend(frame.findings)
    dimension.unread.extend(frame.unread)
    return dimension


def _frames_below(first: Draft, at: int) -> None:
    """Read the frames of other characteristics that stand under FIRST on the same string, from AT on."""
    below: list[Frame] = []
    while at < len(first.folded.text) and len(below) < MOST_FRAMES:
        under = Draft(first.folded)
        start = find_frame(first.folded, at)
        end = read_frame(under, start) if start is not None else at
        if start is None or end == start or first.folded.text[at:start].strip():
            break
        below.append(under.fields["gdt"])
        first.findings.extend(under.findings)
        at = end
    if below:
        first.fields["frames"] = tuple(below)
    first.leave(at, len(first.folded.text))


def _statement(folded: Folded, unit: str | None) -> Draft | None:
    """Read a string that is one statement as a whole: scale, datum, general tolerance, surface texture, weld, edge."""
    text = folded.text
    draft = Draft(folded)
    if match := next((match for pattern in _SCALES if (match := pattern.match(text))), None):
        drawn, real = (float((group or "1").replace(",", ".")) for group in match.groups())
        if drawn > 0 and real > 0:
            draft.fields["kind"] = "scale"
            draft.put("scale", clean(drawn / real), match.start(1), match.end())
            return draft
    if match := _DATUM.match(text):
        draft.fields["kind"] = "datum"
        group = next(index for index in range(1, 7) if match[index])
        draft.put("datum", match[group], *match.span(group))
        return draft
    if general := read_general(folded):
        draft.fields["kind"] = "note"
        draft.put("general", general[0], 0, len(text))
        return draft
    if read_roughness(draft, unit):
        return draft
    draft = Draft(folded)
    return draft if read_weld(draft) or read_edge(draft) else None


def _tolerance_only(folded: Folded, unit: str | None) -> Draft | None:
    """Read deviations or a fit that stand alone, away from their nominal: `±0.1`, `+0.2/-0.1`, `H7`, `h6 0/-0.013`."""
    text = folded.text
    draft = Draft(folded)
    at = 0
    if fit := _FIT_ONLY.match(text):
        draft.put("fit", fit[0].strip().replace(" ", ""), *fit.span())
        at = fit.end()
    angle = "fit" not in draft.fields and _ARC.search(text) is not None
    end = read_tolerance(draft, at, angle=angle)
    if end == 0 or ("upper_deviation" not in draft.fields and "fit" not in draft.fields):
        return None
    rest = re.compile(r"\s*(mm|in\.?|\"|°|DEG(?:REES?)?\.?)?\s*", _I).match(text, end)
    if rest is None or rest.end() < len(text):
        return None
    if draft.findings and any(finding.code == "one_deviation" for finding in draft.findings):
        return None  # `+5` alone may be a voltage, a level, a page
    code = str(draft.fields.get("fit", "H7"))
    if "upper_deviation" not in draft.fields and "/" not in code and not _USUAL_FIT.fullmatch(code):
        return None
    draft.fields["kind"] = "tolerance"
    if "upper_deviation" in draft.fields:
        angle = angle or (rest[1] or "").upper().startswith("DEG")
        written = _WRITTEN_UNIT.search(text)
        if written and not angle:
            draft.fields["unit"] = "mm" if written[1] else "in"
        else:
            draft.fields["unit"] = "deg" if angle else unit or ("in" if _LOOKS_LIKE_INCHES.search(text) else "mm")
    return draft


def _count_only(folded: Folded) -> Draft | None:
    match = _COUNT_ONLY.match(folded.text)
    if match is None:
        return None
    draft = Draft(folded, fields={"kind": "note"})
    draft.put("count", int(match[2]), *match.span(2))
    if match[1] or match[3]:
        draft.put("typical", True, *match.span(1 if match[1] else 3))
    return draft


def _prose(folded: Folded) -> Draft:
    """Return a note if the text reads like one, else a text: legible script, a number before it, note words."""
    text = folded.text
    words = _WORD.findall(text)
    legible = sum(1 for _ in _LEGIBLE.finditer(text))
    longest = max((len(word) for word in words), default=0)
    is_note = (
        bool(words)
        and legible >= 0.9 * len(text)
        and longest <= 40
        and (len(words) >= 3 or _NOTE_WORDS.search(text) is not None or _NUMBERED.match(text) is not None)
    )
    return Draft(folded, fields={"kind": "note" if is_note else "text"})
