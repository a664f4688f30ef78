"""The sheet itself: its size, the zones of its frame, projection, unit, views with their scales, page n of m.

Sizes after ISO 216 / ISO 5457 (A series) and ASME Y14.1 (A to E). Zones after ISO 5457:1999 clause 4.4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ocr_tasks.drawing.fold import fold
from ocr_tasks.drawing.labels import split_label
from ocr_tasks.drawing.placed import Spot
from ocr_tasks.drawing.records import Meaning, Record

Projection = Literal["first_angle", "third_angle"]

SIZES_MM: dict[str, tuple[float, float]] = {
    "A0": (841, 1189),
    "A1": (594, 841),
    "A2": (420, 594),
    "A3": (297, 420),
    "A4": (210, 297),
    "A5": (148, 210),
    "ANSI A": (215.9, 279.4),
    "ANSI B": (279.4, 431.8),
    "ANSI C": (431.8, 558.8),
    "ANSI D": (558.8, 863.6),
    "ANSI E": (863.6, 1117.6),
    "ARCH B": (304.8, 457.2),
    "ARCH C": (457.2, 609.6),
    "ARCH D": (609.6, 914.4),
    "ARCH E": (914.4, 1219.2),
}

_FIRST = re.compile(
    r"(?:FIRST|1ST|1\.)[\s-]*ANGLE|PROJEKTIONSMETHODE\s*1|PREMIER\s+DI[ÈE]DRE|PRIM(?:ER|O)\s+DIEDRO|제?\s*1\s*각법",
    re.IGNORECASE,
)
_THIRD = re.compile(
    r"(?:THIRD|3RD|3\.)[\s-]*ANGLE|PROJEKTIONSMETHODE\s*3|TROISI[ÈE]ME\s+DI[ÈE]DRE|TER(?:CER|ZO)\s+DIEDRO|제?\s*3\s*각법",
    re.IGNORECASE,
)
_UNIT_NOTE = re.compile(
    r"(?:DIMENSIONS?|DIMS?|UNITS?|SIZES|MASSE|MAßE|ANGABEN|COTES|COTAS|QUOTE|치수|단위).{0,30}?(?P<unit>\bMM\b|"
    r"MILLIMET(?:ER|RE|RI)S?|MIL[IÍ]METROS|INCH(?:ES)?\b|\bIN\b(?!\s+(?:MM|MILL|INCH))|POUCES|PULGADAS|POLLICI)",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"^\s*(?P<name>(?:SECTION|DETAIL|VIEW|SCHNITT|EINZELHEIT|ANSICHT|COUPE|D[ÉE]TAIL|VUE|"
    r"SECCI[ÓO]N|CORTE|DETALLE|VISTA|SEZIONE|DETTAGLIO|PARTICOLARE|단면|상세)\s*[:.]?\s*[A-Z](?:\d)?(?:\s*-\s*[A-Z]\d?)?|[A-Z]\d?\s*-\s*[A-Z]\d?)"
    r"\s*(?:\(?\s*(?:SCALE|MA(?:SS|ß)STAB|"
    r"[ÉE]CHELLE|ESCALA|SCALA)?\s*(?P<drawn>\d+(?:[.,]\d+)?)\s*:\s*(?P<real>\d+(?:[.,]\d+)?)\s*\)?)?\s*$",
    re.IGNORECASE,
)
_OF = re.compile(r"^\s*(?P<page>\d{1,3})\s*(?:/|OF|VON|DE|SUR|DI|중)\s*(?P<pages>\d{1,3})\s*$", re.IGNORECASE)
_DESIGNATOR = re.compile(
    r"^(?:\d+(?:[.,]\d+)?\s*[pnuµμ]F?|\d+(?:[.,]\d+)?[kKMR]\d*|[RCLUQDJ]\d{1,4}|GND\w*|VCC|VDD\w*|VIN|"
    r"VOUT|\+?\d+V\d?|.*_\d{4}_.*)$"
)


_ELECTRIC = re.compile(
    r"\b(?:GND|VCC|VDD|3V3|5V|MOSI|MISO|SCLK|SCL|SDA|TXD|RXD|USB|GPIO)\w*|\d\s*(?:pF|nF|uF|μF|k?Ω)|_\d{4}_"
)


class View(Record):
    """A named view or section. `scale` is its own if it states one (2.0 for 2:1)."""

    name: str
    scale: float | None = None
    items: tuple[int, ...]


class Sheet(Record):
    """One sheet, as displayed: `size` is the standard size it measures, `stated_size` the one printed on it."""

    width_mm: float
    height_mm: float
    size: str | None = None
    stated_size: str | None = None
    orientation: Literal["landscape", "portrait"]
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    scale: float | None = None
    projection: Projection | None = None
    unit: Literal["mm", "in"] | None = None
    number: int | None = None
    of: int | None = None
    schematic: bool = False
    views: tuple[View, ...] = ()


def size_name(width_mm: float, height_mm: float) -> str | None:
    """Return the standard size of a sheet, in either orientation, within 1.5 %; None if it has none."""
    short, long = sorted((width_mm, height_mm))
    for name, (narrow, wide) in SIZES_MM.items():
        if abs(short / narrow - 1) < 0.015 and abs(long / wide - 1) < 0.015:
            return name
    return None


def is_schematic(texts: Sequence[str]) -> bool:
    """Return whether the strings are those of a circuit diagram, where R7 is a resistor and C1 a capacitor."""
    named = sum(1 for text in texts if _DESIGNATOR.match(text.strip()))
    electric = sum(1 for text in texts if _ELECTRIC.search(text))
    return named + electric >= 12 and named + electric >= 0.12 * len(texts) and electric >= 3


def find_unit(texts: Sequence[str]) -> Literal["mm", "in"] | None:
    """Return the unit that a note or the title block states, else the one that most sizes are written in."""
    votes: list[Literal["mm", "in"]] = []
    for text in texts:
        pair = split_label(text)
        if match := _UNIT_NOTE.search(text):
            votes.append("mm" if match["unit"].lower().startswith("m") else "in")
        elif pair and pair[0] == "unit":
            votes.append("in" if re.match(r"in|zoll|pouce|pulg|pollic|\"", pair[1], re.IGNORECASE) else "mm")
    if votes:
        return max(("mm", "in"), key=lambda unit: votes.count(unit))  # type: ignore[arg-type]
    bare = sum(1 for text in texts if re.match(r"\s*(?:\d{1,2}\s*[xX]\s*)?[⌀Øø∅R]?\s*\.\d{2,4}(?!\d)", text))
    zero = sum(1 for text in texts if re.match(r"\s*(?:\d{1,2}\s*[xX]\s*)?[⌀Øø∅R]?\s*0[.,]\d", text))
    written = [text.strip().lower() for text in texts if re.search(r"\d\s*(?:mm|in)$", text.strip().lower())]
    if bare >= 3 and bare > 3 * zero:
        return "in"
    return "mm" if sum(text.endswith("mm") for text in written) >= 2 else None


def stated_unit(text: str) -> str | None:
    """Return the unit as a note states it, `INCHES` of `DIMENSIONS ARE IN INCHES`; None if it states none."""
    match = _UNIT_NOTE.search(text)
    return match["unit"] if match else None


def find_projection(texts: Sequence[str]) -> Projection | None:
    """Return the projection method that the sheet names."""
    for text in texts:
        if _THIRD.search(text):
            return "third_angle"
        if _FIRST.search(text):
            return "first_angle"
    return None


def find_views(spots: Sequence[Spot], meanings: Sequence[Meaning]) -> list[View]:
    """Return the named views, `DETAIL B`, `A-A (2:1)`, each with the scale in its name or right below it."""
    views: list[View] = []
    for spot in spots:
        match = _VIEW.match(fold(spot.text).text)
        if not match or meanings[spot.index].kind == "datum":
            continue
        items = [spot.index]
        scale = None
        if match["drawn"] and float(match["real"].replace(",", ".")) > 0:
            scale = float(match["drawn"].replace(",", ".")) / float(match["real"].replace(",", "."))
        else:
            below = [
                other
                for other in spots
                if meanings[other.index].kind == "scale"
                and 0 < other.centre[1] - spot.centre[1] < 3 * spot.em
                and abs(other.centre[0] - spot.centre[0]) < 8 * spot.em
            ]
            if below:
                nearest = min(below, key=lambda other: other.centre[1])
                scale = meanings[nearest.index].scale
                items.append(nearest.index)
        views.append(View(name=re.sub(r"\s+", " ", match["name"]).strip(), scale=scale, items=tuple(items)))
    return views


def page_of(text: str) -> tuple[int, int] | None:
    """Return (n, m) of `1 OF 2`, `1/2`, `2 von 3`; None for anything else, and where n is past m."""
    match = _OF.match(text)
    if not match:
        return None
    page, pages = int(match["page"]), int(match["pages"])
    return (page, pages) if 0 < page <= pages else None
