"""What hangs on a size: depth, counterbore, countersink, THRU, TYP, the same in the other unit, a tapped hole's thread.

Signs after ISO 129-1:2018 clause 5 and ASME Y14.5-2018 clause 6.3.

Words in English, German, French, Spanish, Italian and Korean.
"""

from __future__ import annotations

import re
from typing import Any

from ocr_tasks.drawing.bores import BORE, DEEP, DEPTH, bore_first, deviations_after, read_bore, wider_end
from ocr_tasks.drawing.draft import Draft
from ocr_tasks.drawing.dual import read_dual
from ocr_tasks.drawing.numbers import NUMBER, clean, read_number
from ocr_tasks.drawing.records import Bore
from ocr_tasks.drawing.sizes import Size, read_angle, read_length
from ocr_tasks.drawing.thread_grammar import read_thread

MOST_UNREAD = 40
"""Characters. A string with more than this that is not understood is text, not a callout."""

_I = re.IGNORECASE
FLAGS = (
    ("typical", re.compile(r"\s*\(?\s*(?:TYP(?:ICAL)?|NOMM?É)\b\.?\s*\)?", _I)),
    ("reference", re.compile(r"\s*\(?\s*REF(?:ERENCE)?\b\.?\s*\)?", _I)),
    ("maximum", re.compile(r"\s*\(?\s*MAX(?:IMUM|I)?(?![A-Za-z])\.?\s*\)?", _I)),
    ("minimum", re.compile(r"\s*\(?\s*MIN(?:IMUM|I)?(?![A-Za-z])\.?\s*\)?", _I)),
    ("basic", re.compile(r"\s*\(?\s*(?:BSC|BASIC|TED)\b\.?\s*\)?", _I)),
    (
        "through",
        re.compile(
            r"\s*(?:THRU(?:\s*ALL)?|THROUGH(?:\s*ALL)?|DURCHGEHEND|DURCHG\.|DURCHGANGSBOHRUNG(?:EN)?|DURCH|DÉBOUCHANT|TRAVERSANT|PASSANT[EI]|PASANTES?|관통|通孔)(?![A-Za-z])",
            _I,
        ),
    ),
    (
        "equally_spaced",
        re.compile(
            r"\s*\(?\s*(?:EQ(?:UALLY)?\.?\s*SP(?:ACED)?|EQS|EQUI-?\s*SP(?:ACED)?|GLEICHM(?:ÄSSIG|äßig|ässig)\s+VERTEILT"
            r"|[ÉE]QUIDISTANT(?:S|I|ES)?|ÉQUI-?RÉPARTIS?)(?![A-Za-z])\.?\s*\)?",
            _I,
        ),
    ),
    ("all_around", re.compile(r"\s*ALL\s+(?:A?ROUND|OVER)\b", _I)),
)
PROCESS = re.compile(
    r"\s*(DRILL|REAM|BORE|PUNCH|MILL|TAP|드릴|리머|탭|GEBOHRT|GERIEBEN|PERCER|ALÉSER)(?:P?ED|N)?(?![A-Za-z])", _I
)
_SIDE = re.compile(r"\s*(?:(NEAR|FAR|BOTH)\s+(?:SIDES?|ENDS?)|([NF])\.?S\.?)(?![A-Za-z])", _I)
_ON = r"\s*(?:(?:ON|AUF|SUR)\s*(?:A\s*)?)?"
_CIRCLE = r"(?:B\.?C\.?D?|P\.?C\.?D?|BOLT\s*CIRCLE|LK|TK|LOCHKREIS|TEILKREIS)(?![A-Za-z])\.?"
_IS_CIRCLE = re.compile(rf"\s*{_CIRCLE}\s*$", _I)
CIRCLE_BEFORE = re.compile(rf"\s*{_CIRCLE}\s*[:=]?\s*(?=⌀?\s*[\d.,])", _I)
_PITCH_CIRCLE = re.compile(
    rf"{_ON}⌀?\s*({NUMBER})\s*(?:mm|in|\")?\s*{_CIRCLE}|{_ON}{_CIRCLE}\s*⌀?\s*({NUMBER})",
    _I,
)
_TOTAL = re.compile(rf"\s*\(?\s*=\s*\(?\s*({NUMBER})\s*(?:mm|in|°|\")?\s*\)?")
_BRACKETED = re.compile(rf"\s*\(\s*({NUMBER})\s*(?:mm|in|°)?\s*\)")
_HOLE_WORD = re.compile(
    r"\s*(?:HOLES?|BOHRUNG(?:EN)?|TROUS?|-?\s*(?:INNEN|AUSSEN)?GEW(?:INDE|\.)(?:BOHRUNG)?|THREADS?|FILETAGE|APART)(?![A-Za-z])",
    _I,
)
_THICK_WORD = re.compile(r"\s*(?:THK|THICK|DICK|LG|LONG)(?![A-Za-z])\.?", _I)
_REMARK = re.compile(r"\s*\(\s*([A-Za-zÀ-ÿ가-힣][^()\d]{2,30}(?:\d{1,3})?)\s*\)")
"""Words in brackets after a size, `(OUTLINE)`, `(SEE NOTE 3)`: kept as they are, and no part of the size."""
_FOR = re.compile(r"\s*((?:FOR|FÜR|POUR|PARA|PER)\s+M\d+(?:[.,]\d)?)(?![\d.,])", _I)
"""`⌀9 FOR M8`: what passes through the hole, which has no thread."""
_LIMITS = re.compile(rf"\s*\(?\s*({NUMBER})\s*(?:[/~\n]|-(?=\s*\d)|\s)\s*({NUMBER})\s*\)?(?![\d°])")
_NOMINAL = re.compile(r"\s*NOM(?:INAL)?\b\.?", _I)
_TRAILING_COUNT = re.compile(
    r"\s*\(?\s*(?:(\d{1,3})\s*(?:[xX](?![\w])|PL(?:A?CE?S?|CS|S)?\b\.?|POS(?:ITIONS|NS)?\b\.?|HOLES?\b|MAL\b|FOIS\b|개소)"
    r"|(?<=[\s(])[xX](\d{1,3})(?![\d.,°]|(?-i:[A-Z][a-z])))\s*\)?",
    _I,
)
_MODIFIER = re.compile(
    r"\s*(?:([Ⓐ-Ⓩ])|\(([EMLUFSP])\)(?=\s|$)|(CF|CT|CZ|SZ|GN|GX|GG|LP|LS|SCS|ACS|SD|SA|SM|SX|SN|SR|SQ|CC|CA|CV)(?![A-Za-z\d]))"
)
_SPACE = re.compile(r"(?:[\s,;]|(?<=\s)[/-](?=\s)|/(?=⌀))+")
_THREAD_LENGTH = re.compile(rf"\s*[xX]\s*(?={NUMBER}(?![\d.,°]))")
_TOKEN = re.compile(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]|[±+-]?\d+(?:[.,]\d+)?|\w+|\S")


_DRILL = re.compile(r"\s*/?\s*(?:(?:KERNLOCH|TAP\s+DRILL|PILOT(?:\s+(?:HOLE|DRILL))?|AVANT-TROU)\s*)?⌀\s*", _I)
_APPROXIMATE_AFTER = re.compile(r"\s*APPROX\b\.?", _I)


def read_features(draft: Draft, at: int) -> int:
    """Read what hangs on the size that DRAFT holds, from AT to the end of the text; return where reading stopped.

    What is none of it is left as unread. Reading stops early where so much is unread that the text is no callout.
    """
    text = draft.folded.text
    section, unread = "main", 0
    bores: dict[str, dict[str, Any]] = {}
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        if bore := BORE.match(text, at):
            section = str(bore.lastgroup)
            at = read_bore(draft, bore.end(), section, bores.setdefault(section, {}))
            draft.put(section, None, bore.start(), at)
            continue
        if (before := bore_first(text, at)) is not None:
            section, size, end = before
            bores.setdefault(section, {})["diameter"] = size.value
            draft.put(section, None, at, end)
            at = end
            continue
        step = _depth(draft, at, bores.get(section) if section != "main" else None)
        if step is None:
            step = _flag(draft, at) or _pitch_circle(draft, at)
        if step is None and section == "main":
            step = read_dual(draft, at) or _tapped(draft, at) or _drilled(draft, at)
            step = step or (_countersunk(draft, at) if "nominal" in draft.fields else None)
        if step is None and section == "main" and (wider := wider_end(draft, at)) is not None:
            section = wider
            begin, at = at, read_bore(draft, at, section, bores.setdefault(section, {}))
            draft.put(section, None, begin, at)
            continue
        if step is None:
            step = _remark(draft, at) or _modifier(draft, at)
        if step is None:
            token = _TOKEN.match(text, at)
            step = token.end() if token else at + 1
            draft.leave(at, step)
            unread += step - at
            if unread > MOST_UNREAD:
                break
        at = step
    for name, values in bores.items():
        if not values and len(bores) == 1 and "nominal" in draft.fields and "through" not in draft.fields:
            values["diameter"] = draft.fields.pop("nominal")  # `⌀30 SPOTFACE`
            draft.spans.pop("nominal", None)
        draft.fields[name] = Bore(**values)
    return at


def count_of(match: re.Match[str]) -> int:
    """Return the number in the one group of MATCH that took part."""
    return int(next(group for group in match.groups() if group))


def _flag(draft: Draft, at: int) -> int | None:
    text = draft.folded.text
    for name, pattern in FLAGS:
        if match := pattern.match(text, at):
            draft.put(name, True, *match.span())
            return match.end()
    if match := _NOMINAL.match(text, at):
        return match.end()
    if match := _TRAILING_COUNT.match(text, at):
        if "count" in draft.fields and draft.fields["count"] != count_of(match):
            return None
        draft.put("count", count_of(match), *match.span())
        return match.end()
    return None


def _depth(draft: Draft, at: int, bore: dict[str, Any] | None) -> int | None:
    text = draft.folded.text
    if match := DEEP.match(text, at):
        size = read_length(text, match.start(1))
    elif match := DEPTH.match(text, at):
        size = read_length(text, match.end())
    else:
        return None
    if size is None:
        return None
    deviations, end = deviations_after(draft, max(match.end(), size.end))
    depth = clean(size.value * _to_thread_unit(draft, size))
    if bore is not None and "depth" not in bore:
        bore.update(depth=depth, depth_deviations=deviations)
    else:
        thread = draft.fields.get("thread")
        if thread is not None and thread.length is None:
            draft.fields["thread"] = thread.model_copy(update={"length": depth})
        if "depth" not in draft.fields:
            draft.put("depth", depth, at, end)
            if deviations is not None:
                draft.fields["depth_deviations"] = deviations
    return end


def _pitch_circle(draft: Draft, at: int) -> int | None:
    """Read `ON ⌀80 B.C.`; `⌀80 B.C.` by itself is the pitch circle's own diameter."""
    if (own := _IS_CIRCLE.match(draft.folded.text, at)) and "nominal" in draft.fields:
        draft.put("pitch_circle", draft.fields["nominal"], *own.span())
        return own.end()
    match = _PITCH_CIRCLE.match(draft.folded.text, at)
    size = read_length(draft.folded.text, match.start(1) if match[1] else match.start(2)) if match else None
    if match is None or size is None:
        return None
    draft.put("pitch_circle", size.value, *match.span())
    return match.end()


def _modifier(draft: Draft, at: int) -> int | None:
    """Read a modifier of size, `Ⓔ`, `(E)`, `CF` (ISO 14405-1 Tables 1 and 2), after a size with a tolerance."""
    match = _MODIFIER.match(draft.folded.text, at)
    if match is None or not ({"upper", "upper_deviation", "fit"} & draft.fields.keys()):
        return None
    circled, bracketed, word = match.groups()
    name = chr(ord(circled) - 0x24B6 + 0x41) if circled else bracketed or word
    draft.put("modifiers", (*draft.fields.get("modifiers", ()), name), *match.span())
    return match.end()


def _countersunk(draft: Draft, at: int) -> int | None:
    """Read the angle of a countersink whose diameter stands before it, `⌀14 x 90°` (ISO 129-1 clause 5.11)."""
    text = draft.folded.text
    by = re.compile(r"\s*[xX]\s*").match(text, at)
    angle = read_angle(text, by.end()) if by else None
    if angle is None or draft.fields["kind"] != "diameter" or {"upper", "upper_deviation", "fit"} & draft.fields.keys():
        return None
    draft.put("countersink", None, at, angle.end)
    draft.fields["countersink"] = Bore(diameter=draft.fields.pop("nominal"), angle=angle.value)
    draft.spans.pop("nominal", None)
    return angle.end


def _drilled(draft: Draft, at: int) -> int | None:
    """Read what follows a thread: its length, `G1/4 x 15`, or its drill, `M6 ↧12 / ⌀5 ↧16`, whose the depth then is."""
    text = draft.folded.text
    thread = draft.fields.get("thread")
    if thread is not None and thread.length is None and (by := _THREAD_LENGTH.match(text, at)):
        length = read_length(text, by.end())
        if length is not None:
            draft.fields["thread"] = thread.model_copy(update={"length": length.value})
            return length.end
    drill = _DRILL.match(text, at)
    size = read_length(text, drill.end()) if drill else None
    if thread is None or size is None or draft.fields.get("nominal", 0) <= size.value:
        return None
    draft.fields["thread"] = thread.model_copy(update={"tap_drill": size.value})
    draft.fields.pop("depth", None)
    draft.spans.pop("depth", None)
    return size.end


def _remark(draft: Draft, at: int) -> int | None:
    """Read a word that adds to the callout: how it is made, on which side, what a chain adds up to."""
    text = draft.folded.text
    if match := PROCESS.match(text, at):
        draft.put("process", match[1].lower(), *match.span())
        return match.end()
    if match := _SIDE.match(text, at):
        side = (match[1] or {"N": "near", "F": "far"}[match[2].upper()]).lower()
        draft.put("side", side, *match.span())
        return match.end()
    if match := _APPROXIMATE_AFTER.match(text, at):
        draft.put("approximate", True, *match.span())
        return match.end()
    if (match := _TOTAL.match(text, at)) and (size := read_length(text, match.start(1))) and "count" in draft.fields:
        draft.put("total", size.value, *match.span())
        nominal = draft.fields.get("nominal")
        if nominal is not None and abs(draft.fields["count"] * nominal - size.value) > 0.005 * size.value:
            sum_of = f"{draft.fields['count']} x {nominal:g} is {draft.fields['count'] * nominal:g}"
            draft.find("chain_sum", "warning", f"{sum_of}, but {size.value:g} is written.")
        return match.end()
    if (match := _BRACKETED.match(text, at)) and "count" in draft.fields and "nominal" in draft.fields:
        number = read_number(match[1])
        if number is not None and abs(draft.fields["count"] * draft.fields["nominal"] - number.value) < 1e-6:
            draft.put("total", number.value, *match.span())
            return match.end()
    if (match := _REMARK.match(text, at) or _FOR.match(text, at)) and "remark" not in draft.fields:
        draft.put("remark", match[1].strip(), *match.span(1))
        return match.end()
    if limits := _limits(draft, at):
        return limits
    word = _HOLE_WORD.match(text, at) or _THICK_WORD.match(text, at)
    return word.end() if word else None


def _to_thread_unit(draft: Draft, size: Size) -> float:
    """Return the factor from the sheet's unit to the thread's: `M6x1 ↧0.38` on a sheet in inches is 9.65 mm deep."""
    written = size.unit or ("in" if size.number.bare_point else draft.sheet_unit)
    own = draft.fields.get("unit")
    if draft.fields.get("kind") != "thread" or written is None or written == own:
        return 1.0
    return 25.4 if own == "mm" else 1 / 25.4


def _limits(draft: Draft, at: int) -> int | None:
    """Read the limits that are printed beside a fit, `⌀8 H7 (8.015/8.000)`; they are checked against it later."""
    match = _LIMITS.match(draft.folded.text, at)
    nominal = draft.fields.get("nominal")
    if match is None or nominal is None or "upper_deviation" in draft.fields:
        return None
    if "fit" not in draft.fields and "(" not in match[0]:
        return None
    first, second = read_number(match[1]), read_number(match[2])
    if first is None or second is None or not all(abs(p.value - nominal) < 0.1 * nominal for p in (first, second)):
        return None
    upper, lower = max(first.value, second.value), min(first.value, second.value)
    draft.deviation_places = max(first.places, second.places)
    draft.put("upper_deviation", clean(upper - nominal), *match.span())
    draft.put("lower_deviation", clean(lower - nominal), *match.span())
    return match.end()


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
