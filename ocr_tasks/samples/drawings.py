"""The drawings of the fixed sample set: parts of two companies, each on a sheet as a draughtsman would make it."""

from __future__ import annotations

from dataclasses import replace

from ocr_tasks.samples.border import PartRow, Revision, TitleBlock
from ocr_tasks.samples.callouts import Notation
from ocr_tasks.samples.drafting import Style
from ocr_tasks.samples.lettering import PLOTTER, Hand
from ocr_tasks.samples.page_model import Sheet
from ocr_tasks.samples.parts.bearing_block import BearingBlock
from ocr_tasks.samples.parts.bearing_unit import BearingUnit
from ocr_tasks.samples.parts.flange import Flange
from ocr_tasks.samples.parts.machine_bed import MachineBed
from ocr_tasks.samples.parts.plate import Plate
from ocr_tasks.samples.parts.shaft import Shaft, Step
from ocr_tasks.samples.sheets import (
    Furniture,
    bed_sheet,
    block_views,
    compose,
    detail_sheet,
    flange_views,
    plate_views,
    shaft_details,
    shaft_views,
    unit_views,
)
from ocr_tasks.samples.standards import DENSITY_KG_PER_MM3

_ARIAL = Hand("liberation")
_PEN = Hand(PLOTTER)
_TITLE = TitleBlock(
    company="Nordhaven Drives Ltd",
    title="",
    drawing_number="",
    revision="A",
    date="2024-03-18",
    drawn_by="M. Okafor",
    checked_by="J. Lindqvist",
    approved_by="R. Castellan",
    material="C45 (1.0503)",
    scale="",
    sheet="1 / 1",
    size="",
    general_tolerance="ISO 2768-mK",
    unit="mm",
    document_type="Part drawing",
)
_GERMAN_TITLE = replace(
    _TITLE,
    company="Brackwede Getriebebau GmbH",
    date="14.05.2023",
    drawn_by="K. Österle",
    checked_by="H. Weiß",
    approved_by="S. Grünwald",
    document_type="Einzelteilzeichnung",
    sheet="1 von 1",
)
_ASME_TITLE = replace(
    _TITLE,
    company="Calloway Motion Systems",
    document_type="",
    date="06/11/2024",
    material="6061-T6 ALUMINUM",
    finish="CLEAR ANODIZE",
    sheet="1 OF 1",
    general_tolerance=".XX ±.01; .XXX ±.005; ANGLES ±.5°",
    unit="inches",
    drawn_by="D. FERRIS",
    checked_by="L. BRANDT",
    approved_by="T. NAKANO",
)
_NOTES = (
    ("REMOVE ALL BURRS, BREAK SHARP EDGES 0.3 MAX.",),
    ("UNTOLERANCED DIMENSIONS TO ISO 2768-mK.",),
    ("SURFACE ROUGHNESS Ra 3.2 UNLESS", "OTHERWISE STATED."),
)
_GERMAN_NOTES = (
    ("Alle Kanten gratfrei, gebrochen 0,3 x 45°.",),
    ("Gewindefreistich nach DIN 76-A.",),
    ("Einsatzgehärtet, Härte 58+4 HRC.",),
)
_ASME_NOTES = (
    ("INTERPRET DRAWING PER ASME Y14.5-2018.",),
    ("REMOVE ALL BURRS AND SHARP EDGES, R.015 MAX.",),
    ("MASK TAPPED HOLES BEFORE ANODIZING.",),
)


def kilograms(volume_mm3: float, metal: str, decimal: str = ".") -> str:
    """Return a weight as written, from the part's volume."""
    weight = volume_mm3 * DENSITY_KG_PER_MM3[metal]
    return f"{weight:.2f} kg".replace(".", decimal) if weight < 10 else f"{weight:.0f} kg"


def flange_sheet() -> Sheet:
    """Return the part drawing of a hub flange."""
    part = Flange(
        outer=130.0,
        bore=40.0,
        hub=64.0,
        hub_height=26.0,
        thickness=18.0,
        bolt_circle=102.0,
        hole=9.0,
        counterbore=(15.0, 9.0),
    )
    block = replace(
        _TITLE,
        title="Hub flange",
        drawing_number="ND-20417-03",
        revision="B",
        finish="Phosphated",
        weight=kilograms(part.volume(), "steel"),
        sheet="1 / 3",
    )
    revisions = (
        Revision("A", "First issue", "2023-11-02", "M. Okafor"),
        Revision("B", "Bolt circle was ⌀100", "2024-03-18", "M. Okafor"),
    )
    return compose(
        flange_views(part), Style(_ARIAL), Furniture(block, "english", _ARIAL, revisions, notes=_NOTES), least_mm=300.0
    )


def assembly_sheet() -> Sheet:
    """Return the assembly drawing of a bearing unit with its parts list."""
    block = replace(
        _TITLE,
        title="Bearing unit",
        drawing_number="ND-20417-00",
        revision="B",
        sheet="2 / 3",
        document_type="Assembly drawing",
        material="",
        weight="6.4 kg",
    )
    rows = (
        PartRow(1, 1, "ND-20417-01", "Bearing housing", "EN-GJL-250"),
        PartRow(2, 1, "ND-20417-02", "Shaft", "C45 (1.0503)"),
        PartRow(3, 2, "ISO 15 - 6208", "Ball bearing 40x80x18", "Steel"),
        PartRow(4, 1, "ND-20417-04", "Cover", "S235JR"),
        PartRow(5, 6, "ISO 4762 - M8x25", "Socket head screw", "8.8"),
        PartRow(6, 2, "DIN 471 - 40x1.75", "Retaining ring", "Spring steel"),
    )
    notes = (
        ("PACK BEARINGS ONE THIRD WITH GREASE K2K-20.",),
        ("TIGHTEN SCREWS ITEM 5 TO 25 Nm.",),
        ("SHAFT TO TURN FREELY BY HAND.",),
    )
    furniture = Furniture(block, parts=rows, notes=notes, hand=_ARIAL)
    return compose(unit_views(BearingUnit()), Style(_ARIAL), furniture, sizes=("A2",), scales=(1.0,))


def details_sheet() -> Sheet:
    """Return the shaft's details, dimensioned in strokes that leave no text layer."""
    style = Style(hand=Hand(PLOTTER, 5.0))
    block = replace(
        _TITLE,
        title="Shaft, details",
        drawing_number="ND-20417-02",
        revision="A",
        sheet="3 / 3",
        weight=kilograms(Shaft().volume(), "steel"),
    )
    return detail_sheet(Shaft(), style, Furniture(block, hand=Hand("vera"), notes=_NOTES))


def bed_drawing() -> Sheet:
    """Return the A0 sheet."""
    block = replace(
        _TITLE,
        title="Machine bed plate",
        drawing_number="ND-30002-01",
        revision="C",
        material="EN-GJL-300",
        weight=kilograms(MachineBed().volume(), "iron"),
        finish="Scraped top face",
        sheet="1 / 1",
    )
    revisions = (
        Revision("A", "First issue", "2022-02-14", "P. Varga"),
        Revision("B", "T-slots 22 H8 were 18 H8", "2022-09-30", "P. Varga"),
        Revision("C", "Dowel holes C1 to C4 added", "2024-03-18", "M. Okafor"),
    )
    notes = (*_NOTES, ("STRESS RELIEVE BEFORE FINISH MACHINING.",), ("LIFTING EYES M24 AT BOTH ENDS.",))
    return bed_sheet(MachineBed(), Style(_ARIAL), Furniture(block, hand=_ARIAL, revisions=revisions, notes=notes))


def german_block_sheet() -> Sheet:
    """Return a bearing block with decimal commas and a German title block."""
    part = BearingBlock()
    style = Style(_PEN, Notation(decimal=",", through=""), language="german")
    block = replace(
        _GERMAN_TITLE,
        title="Lagerbock",
        drawing_number="BG-4411.02",
        revision="a",
        material="EN-GJS-400-15",
        finish="grundiert",
        weight=kilograms(part.volume(), "iron", ","),
    )
    revisions = (Revision("a", "Erstausgabe", "14.05.2023", "K. Österle"),)
    furniture = Furniture(block, "german", Hand("vera"), revisions, "Hinweise:", _GERMAN_NOTES)
    return compose(block_views(part), style, furniture, sizes=("A2",))


def german_shaft_sheet() -> Sheet:
    """Return a shaft with decimal commas and a German title block."""
    part = Shaft()
    style = Style(notation=Notation(decimal=",", through=""), arrow="open", language="german")
    block = replace(
        _GERMAN_TITLE,
        title="Antriebswelle",
        drawing_number="BG-4411.07",
        material="16MnCr5 (1.7131)",
        weight=kilograms(part.volume(), "steel", ","),
        general_tolerance="DIN ISO 2768-fH",
    )
    furniture = Furniture(block, "german", Hand("vera"), (), "Hinweise:", _GERMAN_NOTES)
    return compose(shaft_views(part), style, furniture, sizes=("A2",), second=shaft_details(part))


def inch_plate_sheet() -> Sheet:
    """Return a plate in inches with unified threads, after ASME."""
    part = Plate(
        width=7.0,
        height=4.5,
        thickness=0.5,
        corner=0.375,
        inset=0.625,
        hole=0.281,
        counterbore=None,
        countersink=(0.5, 82.0),
        bore=2.0,
        bore_x=2.5,
        bore_fit="H7",
        slot_width=0.5,
        slot_length=1.75,
        slot_x=5.375,
        thread="unified",
        thread_size=0.25,
        unified=("1/4", 20, "UNC", "2B"),
        pipe="1/4",
        bevel=30.0,
        bevel_x=1.0,
        tolerance=0.005,
        position=0.014,
        thickness_limits=True,
    )
    style = Style(hand=Hand("vera", 3.0), notation=Notation("in", ".", 2, False, "X"), placement="broken")
    volume = part.volume() * 25.4**3
    pounds = volume * DENSITY_KG_PER_MM3["aluminium"] / 0.45359237
    block = replace(_ASME_TITLE, title="MOUNTING PLATE", drawing_number="CMS-1180", weight=f"{pounds:.2f} lb")
    revisions = (Revision("A", "RELEASED", "06/11/2024", "T. NAKANO"),)
    furniture = Furniture(block, "asme", Hand("vera"), revisions, "NOTES:", _ASME_NOTES, first_angle=False)
    return compose(plate_views(part, 25.4), style, furniture, sizes=("C",), scales=(1.0, 0.5))


def metric_plate_sheet() -> Sheet:
    """Return a plate with text along its leaders."""
    part = Plate()
    style = Style(hand=Hand("vera", 3.0), oblique_leaders=True)
    block = replace(
        _TITLE,
        title="Adapter plate",
        drawing_number="ND-11902-01",
        material="EN AW-6082 T6",
        finish="Anodized natural",
        weight=kilograms(part.volume(), "aluminium"),
    )
    return compose(plate_views(part), style, Furniture(block, hand=Hand("vera"), notes=_NOTES))


def cover_plate_sheet() -> Sheet:
    """Return a plate for CAD: every character is text of a font, pipe threads, narrow lettering."""
    part = Plate(
        width=160.0,
        height=110.0,
        thickness=10.0,
        corner=8.0,
        inset=14.0,
        hole=6.6,
        counterbore=(11.0, 6.8),
        countersink=None,
        bore=46.0,
        bore_x=58.0,
        bore_fit="H8",
        slot_width=10.0,
        slot_length=40.0,
        slot_x=124.0,
        thread="pipe",
        pipe="1/8",
        bevel=20.0,
    )
    style = Style(hand=Hand("routed", 3.5, drawn_symbols=False), oblique_leaders=True)
    block = replace(
        _TITLE,
        title="Cover plate",
        drawing_number="ND-11915-02",
        material="S355J2",
        weight=kilograms(part.volume(), "steel"),
    )
    return compose(plate_views(part), style, Furniture(block, hand=Hand("routed-narrow"), notes=_NOTES))


def small_flange_sheet() -> Sheet:
    """Return a small flange with eight holes, on A3."""
    part = Flange(
        outer=90.0,
        bore=25.0,
        hub=44.0,
        hub_height=20.0,
        thickness=14.0,
        bolt_circle=70.0,
        bolts=8,
        hole=6.6,
        counterbore=None,
        chamfer=1.0,
        fillet=3.0,
        position=0.15,
    )
    block = replace(
        _TITLE,
        title="Coupling flange",
        drawing_number="ND-15530-01",
        material="X5CrNi18-10 (1.4301)",
        weight=kilograms(part.volume(), "stainless"),
    )
    return compose(
        flange_views(part), Style(_ARIAL, arrow="open"), Furniture(block, hand=_ARIAL, notes=_NOTES), scales=(1.0,)
    )


def pin_sheet() -> Sheet:
    """Return a short shaft without a key, on A3."""
    part = Shaft(
        (Step(24.0, 16.0, thread=1.5), Step(40.0, 20.0, "g6"), Step(12.0, 32.0), Step(60.0, 25.0, "f7")), 1.5, 2.5, 0.02
    )
    block = replace(
        _TITLE,
        title="Bearing pin",
        drawing_number="ND-15541-01",
        material="42CrMo4 (1.7225)",
        finish="Nitrided",
        weight=kilograms(part.volume(), "steel"),
    )
    furniture = Furniture(block, hand=_PEN, notes=_NOTES)
    return compose(shaft_views(part), Style(_PEN), furniture, second=shaft_details(part, 5.0), scales=(2.0, 1.0))
