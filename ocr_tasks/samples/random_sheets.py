"""Any number of different believable sheets, each from a seed alone, with the truth of all that stands on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from ocr_tasks.samples import standards
from ocr_tasks.samples.border import Layout, PartRow, Revision, TitleBlock
from ocr_tasks.samples.callouts import Notation
from ocr_tasks.samples.drafting import Style
from ocr_tasks.samples.legibility import crossed, outside, overlapping
from ocr_tasks.samples.lettering import PLOTTER, Hand
from ocr_tasks.samples.page_model import Sheet
from ocr_tasks.samples.parts.bearing_block import BearingBlock
from ocr_tasks.samples.parts.bearing_unit import BearingUnit
from ocr_tasks.samples.parts.flange import Flange
from ocr_tasks.samples.parts.plate import Plate, ThreadKind
from ocr_tasks.samples.parts.shaft import Shaft, Step
from ocr_tasks.samples.sheets import (
    DoesNotFit,
    Furniture,
    block_views,
    compose,
    flange_views,
    plate_views,
    shaft_details,
    shaft_views,
    unit_views,
)
from ocr_tasks.samples.vocabulary import (
    COMPANIES,
    DESCRIPTIONS,
    FINISHES,
    GERMAN_WORDS,
    METALS,
    NAMES,
    NOTES,
    Tongue,
)

ATTEMPTS = 12
"""Tries for a perfect sheet; after them a legible one does."""
MOST_ATTEMPTS = 60
T = TypeVar("T")


def make_sheet(seed: int) -> Sheet:
    """Return the sheet of SEED: a flange, shaft, plate, bearing block or assembly in some house's style.

    Of several tries the first is taken whose strings neither touch one another nor leave the sheet nor are crossed by
    lines; if none is perfect, the one with the fewest crossed strings.

    Raises:
        DoesNotFit: no try gave a legible sheet (not known to happen).
    """
    best: tuple[int, Sheet] | None = None
    for attempt in range(MOST_ATTEMPTS):
        if best is not None and attempt >= ATTEMPTS:
            break
        dice = Dice(np.random.default_rng([seed, attempt]))
        try:
            kind = [seed] if attempt < ATTEMPTS else [seed, attempt, 1]  # a house whose parts fit no sheet is left
            sheet = _sheet(Dice(np.random.default_rng(kind)), dice)
        except DoesNotFit:
            continue
        if overlapping(sheet) or outside(sheet):
            continue
        faults = len(crossed(sheet))
        if best is None or faults < best[0]:
            best = (faults, sheet)
        if faults == 0:
            break
    if best is None:
        raise DoesNotFit(f"seed {seed} gives no legible sheet in {MOST_ATTEMPTS} tries")
    return best[1]


class Dice:
    """Draws lots."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def pick(self, options: Sequence[T]) -> T:
        """Return one of OPTIONS."""
        return options[int(self._rng.integers(len(options)))]

    def size(self, low: float, high: float, step: float) -> float:
        """Return a multiple of STEP between LOW and HIGH."""
        return round(float(low + step * self._rng.integers(int((high - low) / step + 1e-9) + 1)), 4)

    def chance(self, share: float) -> bool:
        """Say yes in SHARE of the cases."""
        return bool(self._rng.random() < share)

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Return OPTIONS in another order."""
        return [options[int(i)] for i in self._rng.permutation(len(options))]

    def whole(self, low: int, high: int) -> int:
        """Return an integer from LOW to HIGH."""
        return int(self._rng.integers(low, high + 1))


def _sheet(kind: Dice, dice: Dice) -> Sheet:
    """Return a sheet; KIND decides what is drawn and how, DICE the sizes."""
    draw = kind.pick((_flange, _flange, _shaft, _shaft, _plate, _plate, _plate, _block, _unit))
    tongue: Tongue = kind.pick(("english", "english", "german", "asme"))
    if tongue == "asme":
        draw = _plate
    return draw(dice, _style(kind, tongue), tongue)


def _style(dice: Dice, tongue: Tongue) -> Style:
    font: str = dice.pick(
        ("routed", "routed-slanted", "routed-narrow", "vera", "liberation", "liberation", PLOTTER, PLOTTER)
    )
    hand = Hand(font, dice.pick((2.5, 3.0, 3.5, 3.5)), dice.chance(0.7), dice.chance(0.2))
    match tongue:
        case "german":
            notation = Notation(decimal=",", through="")
        case "asme":
            notation = Notation("in", ".", dice.pick((2, 3)), False, "X")
        case "english":
            notation = Notation(times=dice.pick(("x", "X")), dual=dice.chance(0.15))
    return Style(
        hand,
        notation,
        placement="broken" if tongue == "asme" and dice.chance(0.7) else "above",
        arrow="open" if dice.chance(0.3) else "filled",
        oblique_leaders=dice.chance(0.35),
        short_chamfers=dice.chance(0.25),
        language="german" if tongue == "german" else "english",
    )


def _date(tongue: Tongue, year: int, month: int, day: int) -> str:
    match tongue:
        case "english":
            return f"{year}-{month:02d}-{day:02d}"
        case "german":
            return f"{day:02d}.{month:02d}.{year}"
        case "asme":
            return f"{month:02d}/{day:02d}/{year}"


def _furniture(dice: Dice, tongue: Tongue, title: str, metal: str, volume_mm3: float) -> Furniture:
    revision = dice.pick("ABCD")
    letters = "ABCD"[: "ABCD".index(revision) + 1]
    first = dice.whole(2009, 2022)
    dates = [_date(tongue, first + i, dice.whole(1, 12), dice.whole(1, 28)) for i in range(len(letters))]
    people = dice.shuffled(NAMES[tongue])
    decimal = "," if tongue == "german" else "."
    kilos = volume_mm3 * standards.DENSITY_KG_PER_MM3[metal]
    weight = f"{kilos / 0.45359237:.2f} lb" if tongue == "asme" else f"{kilos:.2f} kg".replace(".", decimal)
    block = TitleBlock(
        company=dice.pick(COMPANIES[tongue]),
        title=GERMAN_WORDS.get(title, title) if tongue == "german" else title.upper() if tongue == "asme" else title,
        drawing_number=f"{dice.pick(('ND', 'HX', 'KR', 'TM', 'A4'))}-{dice.whole(1000, 99999)}-{dice.whole(1, 49):02d}",
        revision=revision,
        date=dates[-1],
        drawn_by=people[0],
        checked_by=people[1] if dice.chance(0.8) else "",
        approved_by=people[2] if dice.chance(0.6) else "",
        material=dice.pick(METALS["aluminum" if tongue == "asme" else metal]),
        finish=dice.pick(FINISHES[tongue]) if dice.chance(0.6) else "",
        weight=weight if dice.chance(0.8) else "",
        scale="",
        size="",
        sheet={"english": "1 / 1", "german": "1 von 1", "asme": "1 OF 1"}[tongue],
        general_tolerance=(
            f".XX ±.{dice.pick(('01', '02'))}; .XXX ±.{dice.pick(('005', '003'))}; ANGLES ±{dice.pick(('.5', '1'))}°"
            if tongue == "asme"
            else f"ISO 2768-{dice.pick('fmc')}{dice.pick('HKL')}"
        ),
        unit="inches" if tongue == "asme" else "mm",
        document_type={"english": "Part drawing", "german": "Einzelteilzeichnung", "asme": ""}[tongue],
    )
    revisions = tuple(
        Revision(letter, dice.pick(DESCRIPTIONS[tongue]) if i else DESCRIPTIONS[tongue][0], date, dice.pick(people))
        for i, (letter, date) in enumerate(zip(letters, dates, strict=True))
    )
    chosen = [dice.pick(NOTES[tongue]) for _ in range(dice.whole(2, 5))]
    heading = {"english": "NOTES:", "german": "Hinweise:", "asme": "NOTES:"}[tongue]
    layout: Layout = tongue
    return Furniture(
        block,
        layout,
        Hand(dice.pick(("routed", "vera", "liberation", "routed-narrow", PLOTTER))),
        revisions if dice.chance(0.7) else (),
        heading,
        tuple(dict.fromkeys(chosen)) if dice.chance(0.85) else (),
        first_angle=tongue != "asme",
    )


def _flange(dice: Dice, style: Style, tongue: Tongue) -> Sheet:
    bore = dice.size(16, 60, 1)
    hub = round(bore * dice.size(1.5, 1.9, 0.1))
    size = dice.pick((5.0, 6.0, 8.0, 10.0, 12.0))
    hole = standards.CLEARANCE_HOLE_MM[size]
    sunk = standards.COUNTERBORE_MM[size] if dice.chance(0.5) else None
    circle = round(hub + 2.2 * (sunk[0] if sunk else hole) + dice.size(4, 16, 2))
    outer = round(circle + 2.2 * (sunk[0] if sunk else hole) + 2)
    thick = dice.size(max(10.0, math.ceil(sunk[1] + 5) if sunk else 8), 26, 1)
    part = Flange(
        outer=outer,
        bore=bore,
        hub=hub,
        hub_height=dice.size(14, 40, 1),
        thickness=thick,
        bolt_circle=circle,
        bolts=dice.pick((4, 6, 6, 8)),
        hole=hole,
        counterbore=sunk,
        chamfer=dice.pick((1.0, 1.5, 2.0)),
        fillet=dice.pick((2.0, 3.0, 4.0)),
        bore_fit=dice.pick(("H7", "H8")),
        hub_fit=dice.pick(("h6", "g6", "f7")),
        flatness=dice.pick((0.02, 0.03, 0.05, 0.1)),
        position=dice.pick((0.1, 0.15, 0.2, 0.3)),
    )
    metal = dice.pick(("steel", "stainless", "iron", "aluminium"))
    furniture = _furniture(
        dice, tongue, dice.pick(("Hub flange", "Coupling flange", "Adapter flange")), metal, part.volume()
    )
    return compose(flange_views(part), style, furniture, least_mm=230.0, scales=(5.0, 2.0, 1.0, 0.5))


def _shaft(dice: Dice, style: Style, tongue: Tongue) -> Sheet:
    seat = dice.size(15, 45, 5)
    thread = max(d for d in (10.0, 12.0, 16.0, 20.0, 24.0, 30.0, 36.0) if d < seat)
    pitch = {10.0: 1.25, 12.0: 1.5, 16.0: 1.5, 20.0: 1.5, 24.0: 2.0, 30.0: 2.0, 36.0: 3.0}[thread]
    collar, journal = seat + dice.size(8, 16, 2), seat + dice.size(2, 6, 1)
    fits = ("k6", "h6", "g6", "n6", "f7", "p6")
    length = dice.size(60, 120, 2)
    key = dice.size(max(28.0, round(length * 0.4)), round(length * 0.62), 2) if dice.chance(0.7) else None
    steps = [
        Step(dice.size(26, 44, 2), thread, thread=pitch),
        Step(dice.size(46, 70, 1), seat, dice.pick(fits)),
        Step(dice.size(16, 26, 2), collar),
        Step(length, journal, dice.pick(fits), key_length=key),
    ]
    if dice.chance(0.6):
        steps.append(Step(dice.size(38, 60, 1), seat, dice.pick(fits)))
    part = Shaft(
        tuple(steps),
        dice.pick((1.0, 1.5, 2.0)),
        dice.pick((2.5, 3.0, 4.0)),
        dice.pick((0.01, 0.02, 0.03)),
        dice.pick(("↗", "↗", "⌰", "⌭", "○", "◎")),
        dice.chance(0.1),
    )
    furniture = _furniture(
        dice, tongue, dice.pick(("Drive shaft", "Bearing pin", "Pinion shaft")), "steel", part.volume()
    )
    details = shaft_details(part, 5.0)
    return compose(shaft_views(part), style, furniture, sizes=("A3", "A2", "A1"), second=details, scales=(2.0, 1.0))


def _plate(dice: Dice, style: Style, tongue: Tongue) -> Sheet:
    inch = tongue == "asme"
    unit = 25.4 if inch else 1.0
    height = dice.size(3.0, 6.0, 0.25) if inch else dice.size(80, 160, 5)
    width = round(height * dice.size(1.4, 1.7, 0.1), 1) if inch else round(height * dice.size(1.4, 1.7, 0.1) / 5) * 5
    fine = 0.125 if inch else 1.0
    metric = dice.pick((5.0, 6.0, 8.0, 10.0))
    hole = standards.CLEARANCE_HOLE_MM[metric]
    threads: tuple[ThreadKind, ...] = ("unified",) if inch else ("metric", "metric", "pipe")
    bevel = dice.pick((15.0, 20.0, 30.0, 45.0))
    part = Plate(
        width=width,
        height=height,
        thickness=dice.pick((0.25, 0.375, 0.5, 0.75)) if inch else dice.pick((8.0, 10.0, 12.0, 15.0, 20.0)),
        corner=dice.pick((0.25, 0.375, 0.5)) if inch else dice.pick((5.0, 8.0, 10.0)),
        inset=dice.pick((0.5, 0.625)) if inch else dice.pick((12.0, 14.0, 15.0)),
        hole=dice.pick((0.203, 0.266, 0.281)) if inch else hole,
        counterbore=None if inch or dice.chance(0.5) else standards.COUNTERBORE_MM[metric],
        countersink=(0.5, 82.0) if inch and dice.chance(0.5) else None,
        bore=round(height * dice.size(0.36, 0.44, 0.02) / fine) * fine,
        bore_x=round(width * dice.size(0.36, 0.40, 0.02) / fine) * fine,
        bore_fit=dice.pick(("H7", "H8", "H11")),
        slot_width=dice.pick((0.375, 0.5)) if inch else dice.pick((8.0, 10.0, 12.0)),
        slot_length=round(height * dice.size(0.34, 0.42, 0.02) / fine) * fine,
        slot_x=round(width * dice.size(0.76, 0.80, 0.02) / fine) * fine,
        thread=dice.pick(threads),
        thread_size=dice.pick((4.0, 5.0, 6.0)),
        unified=dice.pick((("1/4", 20, "UNC", "2B"), ("1/4", 28, "UNF", "2B"), ("5/16", 18, "UNC", "2B"))),
        pipe=dice.pick(("1/8", "1/4")),
        bevel=bevel,
        bevel_x=round(width * 0.14 / fine) * fine if bevel < 40 else round(width * 0.09 / fine) * fine,
        tolerance=dice.pick((0.005, 0.01)) if inch else dice.pick((0.1, 0.2)),
        position=dice.pick((0.01, 0.014)) if inch else dice.pick((0.1, 0.15, 0.2)),
        thickness_limits=inch and dice.chance(0.5),
    )
    metal = "aluminium" if inch else dice.pick(("steel", "aluminium", "stainless"))
    title = dice.pick(("Mounting plate", "Adapter plate", "Base plate", "Cover plate"))
    furniture = _furniture(dice, tongue, title, metal, part.volume() * unit**3)
    sizes = ("C", "D") if inch else ("A3", "A2")
    return compose(plate_views(part, unit), style, furniture, sizes=sizes, least_mm=150.0, scales=(2.0, 1.0, 0.5))


def _block(dice: Dice, style: Style, tongue: Tongue) -> Sheet:
    seat = dice.pick((47.0, 52.0, 62.0, 72.0, 80.0))
    arch = round(seat / 2 + dice.size(12, 18, 1))
    axis = arch + dice.size(24, 36, 2)
    base = 2 * (arch + dice.size(42, 52, 2))
    depth = dice.size(46, 70, 2)
    screw = dice.pick((10.0, 12.0, 16.0))
    part = BearingBlock(
        base=base,
        foot=dice.size(16, 24, 2),
        depth=depth,
        axis=axis,
        arch=arch,
        bore=seat - dice.size(16, 24, 2),
        seat=seat,
        seat_depth=round(depth * 0.6),
        seat_fit=dice.pick(("H7", "H8")),
        bolts=base - dice.size(34, 44, 2),
        bolt_hole=standards.CLEARANCE_HOLE_MM[screw],
        spot=2 * screw,
        draft_angle=dice.pick((4.0, 5.0, 6.0, 8.0)),
        oil_port=dice.pick(("1/8", "1/4")),
    )
    title = dice.pick(("Bearing block", "Pillow block", "Bearing housing"))
    furniture = _furniture(dice, tongue, title, "iron", part.volume())
    return compose(block_views(part), style, furniture, least_mm=260.0, scales=(2.0, 1.0, 0.5))


def _unit(dice: Dice, style: Style, tongue: Tongue) -> Sheet:
    shaft, outer, width = dice.pick(((30.0, 62.0, 16.0), (35.0, 72.0, 17.0), (40.0, 80.0, 18.0), (45.0, 85.0, 19.0)))
    part = BearingUnit(
        shaft=shaft,
        bearing=outer,
        bearing_width=width,
        housing=outer + dice.size(40, 50, 2),
        housing_length=dice.size(62, 90, 2),
        cover=dice.pick((10.0, 12.0, 14.0)),
        stub=dice.size(45, 70, 5),
        hub_fit=dice.pick(("H7/k6", "H7/n6", "H7/g6")),
        seat_fit=dice.pick(("H7/h6", "H8/f7")),
    )
    furniture = _furniture(dice, tongue, "Bearing unit", "steel", 1e6)
    number = furniture.block.drawing_number[:-2]
    names = ("Bearing housing", "Shaft", "Ball bearing", "Cover", "Socket head screw", "Retaining ring")
    rows = tuple(
        PartRow(
            i,
            6 if i == 5 else 1,
            f"{number}{i:02d}",
            GERMAN_WORDS[n] if tongue == "german" else n,
            dice.pick(METALS["steel"]),
        )
        for i, n in enumerate(names, start=1)
    )
    kind = {"english": "Assembly drawing", "german": "Zusammenbauzeichnung", "asme": ""}[tongue]
    block = replace(furniture.block, material="", weight="", document_type=kind)
    furniture = replace(furniture, parts=rows, block=block)
    return compose(unit_views(part), style, furniture, sizes=("A2", "A1"), scales=(1.0,))
