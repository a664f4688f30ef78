"""Dimension callouts: `4x ⌀16.5 H7 (+0.018/0)`, `6X ⌀.129 ↧1.000`, `(120)`, `2x45°`, `⌀8.5 THRU ⌴ ⌀14 ↧8`.

The grammar is read from left to right: a count, a sign, a size with its tolerance, then what hangs on it (depth,
counterbore, countersink, THRU, TYP, ...), in any order and number. What is none of these is kept as unread.
Signs after ISO 129-1:2018 clause 5 and ASME Y14.5-2018 clause 6.3.
"""

from __future__ import annotations

import re
from typing import Any

from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.fold import Folded
from ocr_tasks.drawing.numbers import NUMBER
from ocr_tasks.drawing.records import Bore, Dual
from ocr_tasks.drawing.sizes import Size, inch_style, read_angle, read_length, read_tolerance, settle
from ocr_tasks.drawing.thread_grammar import read_thread

_I = re.IGNORECASE
_COUNT = re.compile(
    r"\s*(?:\(\s*(\d{1,3})\s*[xX]\s*\)|(\d{1,3})\s*(?:[xX](?![a-wyzA-WYZ]{2}|,)|(?:off|stk\.?|pcs?\.?)\s*(?=\S))"
    r"|(\d{1,2})\s*-\s*(?=[⌀RMC□]|\s\d)|(\d{1,3})\s+(?=holes?\b))",
    _I,
)
COUNT_BEFORE_FRAME = re.compile(r"\(?\s*(\d{1,3})\s*(?:[xX]|PLACES?|PLCS?\.?)\s*\)?", _I)
_HOLES = re.compile(r"\s*(?:HOLES?|BOHRUNGEN|TROUS|LÖCHER)\b\s*,?", _I)
_PREFIXES = (
    ("spherical_diameter", re.compile(r"\s*(?:S\s*⌀|SPHER(?:ICAL)?\s*(?:⌀|DIA\.?))\s*")),
    ("spherical_radius", re.compile(r"\s*(?:SR|SPHER(?:ICAL)?\s*R(?:AD)?\.?)\s*(?=[\d.,])")),
    ("diameter", re.compile(r"\s*(?:⌀|[Dd][Ii][Aa](?:METER|meter)?\.?(?=[\s\d])|DURCHM\.?(?=[\s\d]))\s*")),
    ("radius", re.compile(r"\s*(?:CR|[Rr][Aa][Dd](?:[Ii][Uu][Ss])?\.?(?=[\s\d])|R)\s*(?=[\d.,])")),
    ("square", re.compile(r"\s*(?:□|SQ\.?(?=[\s\d]))\s*")),
    ("arc_length", re.compile(r"\s*⌒\s*")),
)
_SUFFIXES = (
    ("spherical_diameter", re.compile(r"\s*(?:SPHER(?:ICAL)?\s*DIA\.?|S⌀)(?![A-Za-z])", _I)),
    ("diameter", re.compile(r"\s*(?:⌀|DIA(?:METER)?\.?(?![A-Za-z]))", _I)),
    ("radius", re.compile(r"\s*(?:RAD(?:IUS)?\.?|R)(?![A-Za-z\d])")),
    ("square", re.compile(r"\s*(?:SQ(?:UARE)?\.?(?![A-Za-z])|□)", _I)),
    ("arc_length", re.compile(r"\s*⌒")),
)
_CHAMFER = re.compile(rf"\s*({NUMBER})\s*(?:mm)?\s*[xX]\s*(?=\d)")
_CHAMFER_C = re.compile(r"\s*C\s*(?=[\d.,])")
_CHAMFER_WORD = re.compile(r"\s*(?:CHAM(?:FER|F)?\.?|FASE|CHANFREIN|모따기)(?![A-Za-z])\s*", _I)
_BY = re.compile(r"\s*[xX]\s*")
_MARK = re.compile(r"\s*([ⓅⒸⓈ◇◆△▲★☆*]|<CC>|<SC>)\s*(?=[⌀R□\d(.±S])")

_FLAGS = (
    ("typical", re.compile(r"\s*\(?\s*(?:TYP(?:ICAL)?|NOMM?É)\b\.?\s*\)?", _I)),
    ("reference", re.compile(r"\s*\(?\s*REF(?:ERENCE)?\b\.?\s*\)?", _I)),
    ("maximum", re.compile(r"\s*\(?\s*MAX(?:IMUM|I)?(?![A-Za-z])\.?\s*\)?", _I)),
    ("minimum", re.compile(r"\s*\(?\s*MIN(?:IMUM|I)?(?![A-Za-z])\.?\s*\)?", _I)),
    ("basic", re.compile(r"\s*\(?\s*(?:BSC|BASIC|TED)\b\.?\s*\)?", _I)),
    (
        "through",
        re.compile(r"\s*(?:THRU(?:\s*ALL)?|THROUGH(?:\s*ALL)?|DURCHGEHEND|DURCHG\.|DÉBOUCHANT|관통)(?![A-Za-z])", _I),
    ),
    ("equally_spaced", re.compile(r"\s*\(?\s*(?:EQ(?:UALLY)?\.?\s*SP(?:ACED)?|EQS|EQUI-?SPACED)\b\.?\s*\)?", _I)),
    ("all_around", re.compile(r"\s*ALL\s+(?:A?ROUND|OVER)\b", _I)),
)
_NOMINAL = re.compile(r"\s*NOM(?:INAL)?\b\.?", _I)
_TRAILING_COUNT = re.compile(
    r"\s*\(?\s*(?:(\d{1,3})\s*(?:[xX](?![\w])|PL(?:A?CE?S?|CS|S)?\b\.?|POS(?:ITIONS|NS)?\b\.?|HOLES?\b|MAL\b|FOIS\b|개소)"
    r"|[xX]\s*(\d{1,3})(?![\d.,°]))\s*\)?",
    _I,
)
_DEPTH = re.compile(r"\s*(?:↧|DEPTH|DEEP(?=\s*[\d.,])|DP\.?(?=\s*[\d.,])|TIEFE?|PROF(?:ONDEUR|\.)?|깊이)\s*", _I)
_DEEP = re.compile(rf"\s*[xX]?\s*({NUMBER})\s*(mm|in\.?|\")?\s*(?:DEEP|DP\.?|TIEF|DEPTH|깊이)(?![A-Za-z])", _I)
_BORES = (
    ("spotface", re.compile(r"\s*(?:⌴\s*SF|SPOT\s*-?\s*FACED?|S\.?F(?:ACE)?\.?(?=[\s⌀\d.]))\s*", _I)),
    (
        "counterbore",
        re.compile(r"\s*(?:⌴|C['.]?\s?-?BORED?|CTR?BORE|COUNTER\s*-?\s*BORED?|ZYL(?:INDER)?SENKUNG|LAMAGE)\s*", _I),
    ),
    (
        "countersink",
        re.compile(r"\s*(?:⌵|C['.]?\s?-?SINK|CSK|CTSK|COUNTER\s*-?\s*S(?:I|U)NK|KEGELSENKUNG|FRAISURE)\s*", _I),
    ),
)
_DIAMETER = re.compile(r"\s*(?:⌀|DIA\.?(?=[\s\d]))?\s*")
_SPACE = re.compile(r"[\s,;]+")
_TOKEN = re.compile(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]|\w+|\S")
_DUAL = re.compile(r"\s*(\[)|\s*(\()(?=[^()]*\))")


def read_callout(folded: Folded, unit: str | None) -> Draft | None:
    """Return the dimension callout that FOLDED is, or None if it begins like none.

    UNIT ("mm" or "in") is what the sheet says; without it a size is in mm unless it is written as inches only are.
    """
    draft = Draft(folded)
    at = _core(draft, 0, unit)
    if at is None:
        return None
    at = _rest(draft, at, unit)
    settle(draft)
    return draft if _plausible(draft) else None


def read_bores(folded: Folded, unit: str | None) -> Draft | None:
    """Return the continuation line that FOLDED is, `⌴ ⌀14 ↧8` or `↧12` under a hole's own line, or None."""
    draft = Draft(folded)
    count = _COUNT.match(folded.text)
    at = count.end() if count else 0
    if not any(pattern.match(folded.text, at) for _, pattern in _BORES) and not _DEPTH.match(folded.text, at):
        return None
    if count:
        draft.put("count", _count(count), *count.span())
    draft.fields["kind"] = "linear" if _DEPTH.match(folded.text, at) else "diameter"
    _rest(draft, at, unit)
    has_value = any(draft.fields.get(name) for name in ("depth", "counterbore", "countersink", "spotface"))
    draft.fields.setdefault("unit", unit or _written_unit(draft))
    return draft if has_value else None


def _written_unit(draft: Draft) -> str:
    return "in" if re.search(r"(?<!\d)\.\d|\"", draft.folded.text) else "mm"


def _count(match: re.Match[str]) -> int:
    return int(next(group for group in match.groups() if group))


def _core(draft: Draft, at: int, unit: str | None) -> int | None:
    """Read count, sign, nominal and tolerance at AT; return where they end, None if there is no size."""
    text = draft.folded.text
    if mark := _MARK.match(text, at):
        draft.put("mark", mark[1], *mark.span(1))
        at = mark.end()
    chamfer = _chamfer(draft, at, unit)
    if chamfer is not None:
        return chamfer
    thread = read_thread(draft, at)
    if thread is not None:
        return thread
    if (count := _COUNT.match(text, at)) and _begins_size(text, count.end()):
        draft.put("count", _count(count), *count.span())
        at = count.end()
        if holes := _HOLES.match(text, at):
            at = holes.end()
        chamfer = _chamfer(draft, at, unit)
        if chamfer is not None:
            return chamfer
    if mark := _MARK.match(text, at):
        draft.put("mark", mark[1], *mark.span(1))
        at = mark.end()
    thread = read_thread(draft, at)
    if thread is not None:
        return thread
    bracket = re.compile(r"\s*([(\[])\s*").match(text, at)
    if bracket:
        at = bracket.end()
    end = _signed_size(draft, at, unit)
    if end is None:
        return None
    if bracket:
        closing = re.compile(r"\s*[)\]]").match(text, end)
        name = "reference" if bracket[1] == "(" else "basic"
        if closing:
            draft.put(name, True, bracket.start(1), closing.end())
            end = closing.end()
        else:
            draft.put(name, True, *bracket.span(1))
            draft.find("bracket_open", "info", "A bracket is opened and not closed.")
        end = read_tolerance(draft, end, angle=draft.fields["kind"] == "angle")
    return end


def _begins_size(text: str, at: int) -> bool:
    return (
        re.compile(r"\s*(?:[(\[]?\s*(?:S?⌀|SR|CR|R|□|⌒|C|M|SQ|DIA|RAD|Ⓟ)?\s*[\d.,]|HOLES?\b|⌴|⌵|↧)", _I).match(text, at)
        is not None
    )


def _signed_size(draft: Draft, at: int, unit: str | None) -> int | None:
    text = draft.folded.text
    kind, begin = "linear", at
    for name, pattern in _PREFIXES:
        if match := pattern.match(text, at):
            kind, at = name, match.end()
            break
    angle = read_angle(text, at) if kind in ("linear", "square") else None
    if angle is not None:
        draft.fields.update(kind="angle", unit="deg")
        if kind == "square":  # no angle is square: some companies print a box before what they want checked
            draft.put("mark", "□", begin, at)
        draft.put("nominal", angle.value, at, angle.end)
        if angle.value > 360:
            draft.find("angle_range", "error", f"An angle of {angle.value:g}° is more than a full turn.")
        return read_tolerance(draft, angle.end, angle=True)
    size = read_length(text, at)
    if size is None:
        return None
    draft.fields["places"] = size.number.places
    draft.put("nominal", size.value, at, size.end)
    end = _suffix(draft, kind, size.end)
    draft.spans["kind"] = draft.folded.span(begin, at) if at > begin else draft.folded.span(begin, end)
    _put_unit(draft, size, unit)
    end = read_tolerance(draft, end, angle=False)
    trailing = re.compile(r"\s*(mm|in\.?|\")(?![A-Za-z\d])", _I).match(text, end)
    if trailing and size.unit is None:
        draft.fields["unit"] = "mm" if trailing[1].lower() == "mm" else "in"
        draft.spans["unit"] = draft.folded.span(*trailing.span(1))
        end = trailing.end()
    if draft.fields["kind"] == "linear":
        end = _suffix(draft, "linear", end)
    return end


def _suffix(draft: Draft, kind: str, at: int) -> int:
    draft.fields["kind"] = kind
    if kind == "linear":
        for name, pattern in _SUFFIXES:
            if match := pattern.match(draft.folded.text, at):
                draft.fields["kind"] = name
                return match.end()
    return at


def _put_unit(draft: Draft, size: Size, unit: str | None) -> None:
    if size.unit is not None:
        draft.fields["unit"] = size.unit
    else:
        draft.fields["unit"] = unit or ("in" if inch_style(size.number) else "mm")


def _chamfer(draft: Draft, at: int, unit: str | None) -> int | None:
    """Read `2x45°`, `45° x 2`, `C1`, `CHAMFER 2x45°` at AT. In `4X 45°` the space makes 4 a count."""
    text = draft.folded.text
    begin = at
    word = _CHAMFER_WORD.match(text, at)
    at = word.end() if word else at
    size: Size | None = None
    angle: Size | None = None
    if letter := _CHAMFER_C.match(text, at):
        size = read_length(text, letter.end())
        end = size.end if size else at
    elif by := _CHAMFER.match(text, at):
        angle = read_angle(text, by.end())
        counted = by[1].isdigit() and re.search(r"\d[xX]\s+$", text[at : by.end()]) is not None
        size = read_length(text, by.start(1)) if angle is not None and (word or not counted) else None
        end = angle.end if angle else at
    elif (angle := read_angle(text, at)) and (by := _BY.match(text, angle.end)):
        size = read_length(text, by.end())
        end = size.end if size else at
    elif word:
        size = read_length(text, at)
        end = size.end if size else at
    if size is None:
        return None
    if angle is None and (letter or word) and (by := _BY.match(text, end)) and (angle := read_angle(text, by.end())):
        end = angle.end
    if word := _CHAMFER_WORD.match(text, end):
        end = word.end()
    draft.fields["kind"] = "chamfer"
    draft.put("nominal", size.value, begin, end)
    draft.fields["angle"] = angle.value if angle else 45.0
    draft.fields["places"] = size.number.places
    _put_unit(draft, size, unit)
    return read_tolerance(draft, end, angle=False)


def _rest(draft: Draft, at: int, unit: str | None) -> int:
    """Read what hangs on the size, to the end of the text."""
    text = draft.folded.text
    section = "main"
    bores: dict[str, dict[str, float]] = {}
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        bore = next(((name, match) for name, pattern in _BORES if (match := pattern.match(text, at))), None)
        if bore:
            section, at = bore[0], bore[1].end()
            values = bores.setdefault(section, {})
            begin, at = bore[1].start(), _bore(text, at, section, values)
            draft.put(section, None, begin, at)
            continue
        step = _flag(draft, at)
        if step is None:
            step = _depth(draft, at, bores.get(section) if section != "main" else None)
        if step is None and section == "main":
            step = _dual(draft, at) or _tapped(draft, at)
        if step is None:
            token = _TOKEN.match(text, at)
            step = token.end() if token else at + 1
            draft.leave(at, step)
        at = step
    for name, values in bores.items():
        draft.fields[name] = Bore(**values)
    return at


def _bore(text: str, at: int, section: str, values: dict[str, float]) -> int:
    """Read a counterbore's diameter, or a countersink's diameter and angle; return where they end."""
    if section == "countersink" and (angle := read_angle(text, at)):
        values["angle"], at = angle.value, angle.end
        at = _skip_by(text, at)
    if (sign := _DIAMETER.match(text, at)) and (size := read_length(text, sign.end())):
        values["diameter"], at = size.value, size.end
        if suffix := re.compile(r"\s*DIA\.?(?![A-Za-z])", _I).match(text, at):
            at = suffix.end()
    if section == "countersink":
        next_at = _skip_by(text, at)
        if angle := read_angle(text, next_at):
            values["angle"], at = angle.value, angle.end
    return at


def _skip_by(text: str, at: int) -> int:
    by = re.compile(r"\s*(?:[xX,/]|TO)\s*").match(text, at)
    return by.end() if by else at


def _flag(draft: Draft, at: int) -> int | None:
    text = draft.folded.text
    for name, pattern in _FLAGS:
        if match := pattern.match(text, at):
            draft.put(name, True, *match.span())
            return match.end()
    if match := _NOMINAL.match(text, at):
        return match.end()
    if match := _TRAILING_COUNT.match(text, at):
        if "count" in draft.fields and draft.fields["count"] != _count(match):
            return None
        draft.put("count", _count(match), *match.span())
        return match.end()
    return None


def _depth(draft: Draft, at: int, bore: dict[str, float] | None) -> int | None:
    text = draft.folded.text
    if match := _DEEP.match(text, at):
        size = read_length(text, match.start(1))
    elif match := _DEPTH.match(text, at):
        size = read_length(text, match.end())
    else:
        return None
    if size is None:
        return None
    end = max(match.end(), size.end)
    if bore is not None and "depth" not in bore:
        bore["depth"] = size.value
    else:
        thread = draft.fields.get("thread")
        if thread is not None and thread.length is None:
            draft.fields["thread"] = thread.model_copy(update={"length": size.value})
        if "depth" not in draft.fields:
            draft.put("depth", size.value, at, end)
    return end


def _tapped(draft: Draft, at: int) -> int | None:
    """Read the thread of a tapped hole after its drill, `⌀10.2 ↧30 M12 ↧24`."""
    if draft.fields["kind"] != "diameter" or "thread" in draft.fields:
        return None
    drill = draft.fields.get("nominal")
    for name in ("upper", "lower", "upper_deviation", "lower_deviation"):
        if name in draft.fields:
            return None
    end = read_thread(draft, at)
    if end is not None and drill is not None and draft.fields["unit"] == "mm":
        draft.fields["thread"] = draft.fields["thread"].model_copy(update={"tap_drill": drill})
    return end


def _dual(draft: Draft, at: int) -> int | None:
    """Read the same size in the other unit: `25.4 [1.00]`, `1.00 in (25.4 mm)`, `10 [.394]`."""
    text = draft.folded.text
    opening = _DUAL.match(text, at)
    nominal = draft.fields.get("nominal", draft.fields.get("upper"))
    if not opening or nominal is None or draft.fields.get("unit") not in ("mm", "in") or "dual" in draft.fields:
        return None
    inner = re.compile(r"\s*⌀?\s*R?").match(text, opening.end())
    size = read_length(text, inner.end() if inner else opening.end())
    if size is None:
        return None
    other: Any = "in" if draft.fields["unit"] == "mm" else "mm"
    side = Draft(draft.folded, fields={"nominal": size.value, "unit": other})
    end = read_tolerance(side, size.end, angle=False)
    closing = re.compile(r"\s*[)\]]").match(text, end)
    if closing is None or size.unit not in (None, other):
        return None
    factor = 25.4 if other == "mm" else 1 / 25.4
    largest = float(side.fields.get("nominal", side.fields.get("upper", 0.0)))
    agrees = abs(largest - float(nominal) * factor) <= max(
        0.02 * float(nominal) * factor, 0.6 * 10**-size.number.places
    )
    if not agrees and opening[2]:
        return None
    settle(side)
    values = {name: value for name, value in side.fields.items() if name in Dual.model_fields}
    draft.put("dual", Dual(**values), at, closing.end())
    if not agrees:
        draft.find("dual_differs", "warning", f"The two units do not agree: {float(nominal):g} and {largest:g}.")
    return closing.end()


def _plausible(draft: Draft) -> bool:
    """Return whether this is a callout, and not a text that happens to begin with a number."""
    unread = sum(len(part) for part in draft.unread)
    if not unread:
        return True
    fields = draft.fields
    signed = (
        fields["kind"] != "linear"
        or "upper" in fields
        or any(
            fields.get(name)
            for name in ("reference", "basic", "maximum", "minimum", "through", "depth", "typical", "count")
        )
    )
    words = sum(1 for part in draft.unread if len(part) > 1 and part[0].isalpha())
    if not signed:
        return False
    return (
        unread <= 40
        and words <= 4
        and not (words and fields["kind"] == "linear" and "upper" not in fields and words > 2)
    )
