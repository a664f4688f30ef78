"""Dimension callouts: `4x ⌀16.5 H7 (+0.018/0)`, `6X ⌀.129 ↧1.000`, `(120)`, `2x45°`, `⌀8.5 THRU ⌴ ⌀14 ↧8`.

The grammar is read from left to right: a count, a sign, a size with its tolerance, then what hangs on it (depth,
counterbore, countersink, THRU, TYP, ...), in any order and number. What is none of these is kept as unread.
Signs after ISO 129-1:2018 clause 5 and ASME Y14.5-2018 clause 6.3.
"""

from __future__ import annotations

import math
import re

from ocr_tasks.drawing.bores import BORE, DEEP, DEPTH
from ocr_tasks.drawing.chamfer import read_chamfer
from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.features import CIRCLE_BEFORE, FLAGS, PROCESS, count_of, read_features
from ocr_tasks.drawing.fold import Folded
from ocr_tasks.drawing.numbers import NUMBER
from ocr_tasks.drawing.records import Bore, Dual, Unit
from ocr_tasks.drawing.sizes import agrees, put_unit, read_angle, read_length, read_tolerance, settle
from ocr_tasks.drawing.thread_grammar import read_thread

_I = re.IGNORECASE
ACROSS_FLATS = "across flats"
_COUNT = re.compile(
    r"\s*(?:\(\s*(\d{1,3})\s*[xX]\s*\)|(\d{1,3})\s*(?:[xX](?![a-wyzA-WYZ]{2}|,)|(?:off|stk\.?|pcs?\.?)\s*(?=\S))"
    r"|(\d{1,2})\s*-\s*(?=[⌀RMC□]|\s\d)|(\d{1,3})\s+(?=(?:holes?|trous?|agujeros|taladros|fori|bohrung(?:en)?|löcher|gewinde(?:bohrungen)?)\b))",
    _I,
)
COUNT_BEFORE_FRAME = re.compile(r"\(?\s*(\d{1,3})\s*(?:[xX]|PLACES?|PLCS?\.?)\s*\)?", _I)
_HOLES = re.compile(r"\s*(?:HOLES?|BOHRUNG(?:EN)?|TROUS?|AGUJEROS|TALADROS|FORI|LÖCHER)\b\s*,?", _I)
_SPHERE = r"(?:SPHER(?:ICAL|E)?|KUGEL|Kugel|SPHÉRIQUE|구)"
_PREFIXES = (
    ("spherical_diameter", re.compile(rf"\s*(?:S\s*⌀|{_SPHERE}\s*(?:⌀|DIA\.?))\s*")),
    ("spherical_radius", re.compile(rf"\s*(?:S\s?R|{_SPHERE}\s*R(?:AD(?:IUS)?)?\.?)\s*(?=[\d.,])")),
    (
        "diameter",
        re.compile(
            r"\s*(?:(?:BOHRUNG|Bohrung|ALÉSAGE|Alésage)?\s*⌀|[Dd][Ii][Aa](?:METER|meter)?\.?(?=[\s\d])|DURCHM\.?(?=[\s\d])|O\.?D\.?(?=\s*[\d.])|I\.D\.?(?=\s*[\d.])|[Pp][Hh][Ii](?=[\s\d]))\s*"
        ),
    ),
    ("radius", re.compile(r"\s*(?:CR|[Rr][Aa][Dd](?:[Ii][Uu][Ss])?\.?(?=[\s\d])|RAYON|Rayon|R)\s*(?=[\d.,])")),
    ("square", re.compile(r"\s*(?:□|(?:SQ|VKT)\.?(?=[\s\d]))\s*")),
    ("arc_length", re.compile(r"\s*(?:⌒|ARC(?:\s+LENGTH)?(?=[\s\d]))\s*")),
)
_SUFFIXES = (
    ("spherical_diameter", re.compile(r"\s*(?:SPHER(?:ICAL)?\s*DIA\.?|S⌀)(?![A-Za-z])", _I)),
    ("diameter", re.compile(r"\s*(?:⌀(?!\s*[\d.,])|(?:DIA(?:METER)?|[OI]\.?D)\.?(?![A-Za-z]))", _I)),
    ("radius", re.compile(r"\s*(?:RAD(?:IUS)?\.?|R)(?![A-Za-z\d])")),
    ("square", re.compile(r"\s*(?:SQ(?:UARE)?\.?(?![A-Za-z])|□)", _I)),
    ("arc_length", re.compile(r"\s*(?:⌒|ARC(?:\s+LENGTH)?(?![A-Za-z]))")),
)
_MARK = re.compile(r"\s*([ⓅⒸⓈ◇◆△▲★☆*]|<CC>|<SC>)\s*(?=[⌀R□\d(.±S])")

_LEADING_COUNT = re.compile(r"\s*\(?\s*(\d{1,3})\s*(?:PL(?:A?CE?S?|CS|S)?|POS(?:ITIONS)?)\b\.?\s*\)?\s*,?", _I)
_APPROXIMATE = re.compile(r"\s*(?:≈|~|CA\.?(?=[\s\d])|APPROX\.?(?=[\s\d]))\s*(?=[⌀R\d.,(])", _I)
_BOUND = re.compile(r"\s*([≤≥])\s*(?=[⌀R\d.,])")
_THICKNESS = re.compile(
    r"\s*(?:t\s*=?\s*(?=[\d.])|(?:THK|THICKNESS|DICKE|ÉP)\.?\s*[=:]?\s*(?=[\d.])|[LTBHlbh]\s*=\s*(?=[\d.]))"
)
_ACROSS_FLATS = re.compile(r"\s*(?:SW|A/?F|HEX|⬡|⎔)\.?\s*=?\s*(?=\d)")
_FLATS_AFTER = re.compile(r"\s*(?:A/F|AF|SW|HEX)(?![A-Za-z])")
_FULL_RADIUS = re.compile(r"\s*\(?\s*(?:(\d{1,2})\s*[xX]\s*)?(?:FULL\s*R(?:AD(?:IUS)?)?|R\s*FULL)\s*\)?\s*$", _I)
_ANGLE_SIGN = re.compile(r"\s*[∠∡]\s*(?=[\d.,]+\s*°)")
_NAME = re.compile(r"\s*C\d+(?:_|\s+[A-Za-z]{3})")
"""`C45 Steel`, `C1_PCB`: a letter and number with a word are a name more often than a chamfer."""
_BAR = re.compile(rf"\s*{NUMBER}\s*[xX]\s*{NUMBER}\s*[xX]\s*{NUMBER}(?!\s*°)")
"""`149x41x3`: three sizes are those of a bar."""
_LOST_SIGN = re.compile(r"\s*\d{2,4}(?:[.,]\d+)?\s*⌀?\s*0[.,]\d{1,3}\s*")
"""`52 0.2`, `52 ⌀0.2`: a size with a deviation whose sign was not read. The size stands, the rest is unread."""
_MOST_ALIKE = 99
_BARE_PRODUCT = re.compile(r"\s*\d+\s+[xX]\s+\d+\s*")
_OPENING = re.compile(r"\s*([(\[|])\s*")
_CLOSING = re.compile(r"\s*[)\]|]")
_BOX = re.compile(r"\s*\[(?=[^\[\]]*\])")
_UNIT_AFTER = re.compile(r"\s*(mm|in\.?|\")(?![A-Za-z\d])", _I)
_DUAL_FIRST = re.compile(r"\s*\[\s*⌀?R?\s*(?=[^\[\]]{1,30}\]\s*[⌀R\d.,])")
_BOX_END = re.compile(r"\s*\]")
_SIZE_BEGINS = re.compile(
    r"\s*(?:[(\[]?\s*(?:S?⌀|SR|CR|R|□|⌒|C|M|G|Tr|Rc|Rp|SQ|DIA|RAD|Ⓟ|#|No\.?)?\s*[\d.,]|TAP\b|HOLES?\b|TROUS?\b|AGUJEROS\b|TALADROS\b|FORI\b|BOHRUNG|LÖCHER|GEWINDE|⌴|⌵|↧)",
    _I,
)


def read_callout(folded: Folded, unit: str | None) -> Draft | None:
    """Return the dimension callout that FOLDED is, or None if it begins like none.

    UNIT ("mm" or "in") is what the sheet says; without it a size is in mm unless it is written as inches only are.
    """
    draft = Draft(folded, sheet_unit=unit)
    if full := _FULL_RADIUS.match(folded.text):
        draft.fields.update(kind="radius", remark="FULL", count=int(full[1]) if full[1] else None)
        return draft
    circle = CIRCLE_BEFORE.match(folded.text)
    at = _core(draft, circle.end() if circle else 0, unit)
    if circle and at is not None and draft.fields["kind"] in ("linear", "diameter") and "nominal" in draft.fields:
        draft.fields["kind"] = "diameter"
        draft.put("pitch_circle", draft.fields["nominal"], *circle.span())
    if at is None:
        return None
    at = read_features(draft, at)
    if draft.fields["kind"] == "linear" and draft.fields.get("process") in ("drill", "ream", "bore"):
        draft.fields["kind"] = "diameter"
    settle(draft)
    return draft if _plausible(draft) else None


def read_bores(folded: Folded, unit: str | None) -> Draft | None:
    """Return the continuation line that FOLDED is, `⌴ ⌀14 ↧8` or `↧12` under a hole's own line, or None."""
    draft = Draft(folded)
    count = _COUNT.match(folded.text)
    at = count.end() if count else 0
    if not BORE.match(folded.text, at) and not _is_depth(folded.text, at):
        return None
    if count:
        draft.put("count", count_of(count), *count.span())
    draft.fields["kind"] = "linear" if _is_depth(folded.text, at) else "diameter"
    read_features(draft, at)
    has_value = any(
        draft.fields.get(name) not in (None, Bore()) for name in ("depth", "counterbore", "countersink", "spotface")
    )
    draft.fields.setdefault("unit", unit or _written_unit(draft))
    return draft if has_value else None


def _is_depth(text: str, at: int) -> bool:
    return DEPTH.match(text, at) is not None or DEEP.match(text, at) is not None


def _written_unit(draft: Draft) -> str:
    return "in" if re.search(r"(?<!\d)\.\d|\"", draft.folded.text) else "mm"


def _words_before(draft: Draft, at: int) -> int:
    """Read what may stand before the size: `2 PLACES`, `REF`, `MAX`, `DRILL`, `≈`, `t=`; return where it ends."""
    text = draft.folded.text
    if (count := _LEADING_COUNT.match(text, at)) and count.end() < len(text):
        draft.put("count", int(count[1]), *count.span())
        at = count.end()
    for name, pattern in FLAGS[:4]:
        if (flag := pattern.match(text, at)) and _begins_size(text, flag.end()):
            draft.put(name, True, *flag.span())
            at = flag.end()
    if (process := PROCESS.match(text, at)) and _begins_size(text, process.end()):
        draft.put("process", process[1].lower(), *process.span())
        at = process.end()
    if about := _APPROXIMATE.match(text, at):
        draft.put("approximate", True, *about.span())
        at = about.end()
    if bound := _BOUND.match(text, at):
        draft.put("maximum" if bound[1] == "≤" else "minimum", True, *bound.span())
        at = bound.end()
    if flats := _ACROSS_FLATS.match(text, at):
        draft.put("remark", ACROSS_FLATS, *flats.span())
        return flats.end()
    thickness = _THICKNESS.match(text, at)
    return thickness.end() if thickness else at


def _core(draft: Draft, at: int, unit: str | None) -> int | None:
    """Read count, sign, nominal and tolerance at AT; return where they end, None if there is no size."""
    text = draft.folded.text
    at = _words_before(draft, at)
    if mark := _MARK.match(text, at):
        draft.put("mark", mark[1], *mark.span(1))
        at = mark.end()
    chamfer = read_chamfer(draft, at, unit)
    if chamfer is not None:
        return chamfer
    thread = read_thread(draft, at)
    if thread is not None:
        return thread
    if (count := _COUNT.match(text, at)) and _begins_size(text, count.end()):
        draft.put("count", count_of(count), *count.span())
        at = count.end()
        if holes := _HOLES.match(text, at):
            at = holes.end()
        if process := PROCESS.match(text, at):
            draft.put("process", process[1].lower(), *process.span())
            at = process.end()
        chamfer = read_chamfer(draft, at, unit)
        if chamfer is not None:
            return chamfer
    if mark := _MARK.match(text, at):
        draft.put("mark", mark[1], *mark.span(1))
        at = mark.end()
    thread = read_thread(draft, at)
    if thread is not None:
        return thread
    if (first := _dual_first(draft, at, unit)) is not None:
        return first
    bracket = _OPENING.match(text, at)
    if bracket:
        at = bracket.end()
        chamfer = read_chamfer(draft, at, unit) if bracket[1] != "|" else None
        closing = _CLOSING.match(text, chamfer) if chamfer is not None else None
        if closing:
            draft.put("reference" if bracket[1] == "(" else "basic", True, bracket.start(1), closing.end())
            return closing.end()
    thread = read_thread(draft, at) if bracket and bracket[1] == "(" else None
    end = thread if thread is not None else _signed_size(draft, at, unit)
    if end is None:
        return None
    if bracket:
        closing = _CLOSING.match(text, end)
        name = "reference" if bracket[1] == "(" else "basic"
        if bracket[1] == "|" and closing is None:
            return None
        if closing:
            draft.put(name, True, bracket.start(1), closing.end())
            end = closing.end()
        else:
            draft.put(name, True, *bracket.span(1))
            draft.find("bracket_open", "info", "A bracket is opened and not closed.")
        end = read_tolerance(draft, end, angle=draft.fields["kind"] == "angle")
    return end


def _begins_size(text: str, at: int) -> bool:
    return _SIZE_BEGINS.match(text, at) is not None


def _signed_size(draft: Draft, at: int, unit: str | None) -> int | None:
    text = draft.folded.text
    kind, begin = "linear", at
    for name, pattern in _PREFIXES:
        if match := pattern.match(text, at):
            kind, at = name, match.end()
            break
    if kind == "linear" and (sign := _ANGLE_SIGN.match(text, at)):
        at = sign.end()
    angle = read_angle(text, at) if kind in ("linear", "square") else None
    if angle is not None:
        draft.fields.update(kind="angle", unit="deg")
        if kind == "square":  # no angle is square: some companies print a box before what they want checked
            draft.put("mark", "□", begin, at)
        draft.put("nominal", angle.value, at, angle.end)
        if angle.value > 360:
            draft.find("angle_range", "error", f"An angle of {angle.value:g}° is more than a full turn.")
        return read_tolerance(draft, angle.end, angle=True)
    boxed = _BOX.match(text, at) if at > begin else None
    size = read_length(text, boxed.end() if boxed else at)
    if size is None:
        return None
    draft.fields["places"] = size.number.places
    draft.put("nominal", size.value, at, size.end)
    if text[size.end - 1].isdigit() and text.startswith("0/", size.end):
        draft.find("blank_lost", "info", f"Taken for {size.value:g} with an upper deviation of 0.")
    end = _suffix(draft, kind, size.end)
    if boxed and (closing := _BOX_END.match(text, end)):
        draft.put("basic", True, boxed.start(), closing.end())
        end = closing.end()
    draft.spans["kind"] = draft.folded.span(begin, at) if at > begin else draft.folded.span(begin, end)
    put_unit(draft, size, unit)
    end = read_tolerance(draft, end, angle=False)
    trailing = _UNIT_AFTER.match(text, end)
    if trailing and size.unit is None:
        draft.fields["unit"] = "mm" if trailing[1].lower() == "mm" else "in"
        draft.spans["unit"] = draft.folded.span(*trailing.span(1))
        end = trailing.end()
    if draft.fields["kind"] == "linear":
        end = _suffix(draft, "linear", end)
        if flats := _FLATS_AFTER.match(text, end):
            draft.put("remark", ACROSS_FLATS, *flats.span())
            end = flats.end()
    return end


def _suffix(draft: Draft, kind: str, at: int) -> int:
    draft.fields["kind"] = kind
    if kind == "linear":
        for name, pattern in _SUFFIXES:
            if match := pattern.match(draft.folded.text, at):
                draft.fields["kind"] = name
                return match.end()
    return at


def _dual_first(draft: Draft, at: int, unit: str | None) -> int | None:
    """Read `[1.00] 25.4`: the other unit in brackets before the size, as some CAD programs set it."""
    text = draft.folded.text
    opening = _DUAL_FIRST.match(text, at)
    size = read_length(text, opening.end()) if opening else None
    closing = _BOX_END.match(text, size.end) if size else None
    if size is None or closing is None:
        return None
    end = _signed_size(draft, closing.end(), unit)
    nominal = float(draft.fields.get("nominal", 0.0))
    units: tuple[tuple[Unit, Unit, float], ...] = (("mm", "in", 1 / 25.4), ("in", "mm", 25.4))
    for main, other, factor in units:
        if end is not None and agrees(size.value, nominal * factor, size.number.places):
            draft.fields["unit"] = main
            draft.put("dual", Dual(nominal=size.value, unit=other), at, closing.end())
            return end
    draft.fields.clear()
    draft.spans.clear()
    return None


def _plausible(draft: Draft) -> bool:
    """Return whether this is a callout, and not a text that happens to begin with a number."""
    unread = sum(len(part) for part in draft.unread)
    fields = draft.fields
    if _BARE_PRODUCT.fullmatch(draft.folded.text):
        count = fields.get("count", math.inf)
        if count > 24 or fields["nominal"] <= count:
            return False  # 24 x 36, 3 x 3, 5400 x 60: as well a sheet of paper or a bar
    if not unread:
        return True
    if _NAME.match(draft.folded.text) or _BAR.match(draft.folded.text):
        return False
    if fields["kind"] == "linear" and fields.get("count", 0) > _MOST_ALIKE:
        return False
    signed = (
        fields["kind"] != "linear"
        or "upper" in fields
        or any(
            fields.get(name)
            for name in ("reference", "basic", "maximum", "minimum", "through", "depth", "typical", "count")
        )
    )
    words = sum(1 for part in draft.unread if len(part) > 1 and part[0].isalpha())
    if _LOST_SIGN.fullmatch(draft.folded.text):
        return True
    if not signed:
        return False
    return (
        unread <= 40
        and words <= 4
        and not (words and fields["kind"] == "linear" and "upper" not in fields and words > 2)
    )
