"""The sheet as a whole: size, zones, unit, views, tables, notes, inherited tolerances, contradictions."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import Paper

from ocr_tasks.drawing.placed import Placed
from ocr_tasks.drawing.sheet import size_name
from ocr_tasks.drawing.understand import SheetMeaning, kind_of, understand


def codes(read: SheetMeaning) -> list[str]:
    return [finding.code for finding in read.findings]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("⌀20 H7", "dimension"),
        ("45°", "dimension"),
        ("C1", "dimension"),
        ("±0.1", "tolerance"),
        ("M8x1.25", "thread"),
        ("Ra 3.2", "roughness"),
        ("⌖|⌀0.3|A", "gdt"),
        ("-A-", "datum"),
        ("SCALE 1:2", "scale"),
        ("1. DEBURR ALL EDGES", "note"),
        ("B", "zone"),
        ("ACME-TECH", "text"),
        ("", "text"),
    ],
)
def test_kind_of_one_string(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (420, 297, "A3"),
        (297, 420, "A3"),
        (1189, 841, "A0"),
        (431.8, 279.4, "ANSI B"),
        (300, 300, None),
        (210, 296, "A4"),
    ],
)
def test_size_of_a_sheet(width: float, height: float, name: str | None) -> None:
    assert size_name(width, height) == name


def test_an_item_knows_its_zone() -> None:
    paper = Paper()
    paper.frame()
    corner = paper.say(20.0, 20.0, "12")
    middle = paper.say(215.0, 150.0, "34.5")
    read = paper.read()
    assert (read.items[corner].zone, read.items[middle].zone) == ("A1", "D5")
    assert read.sheet.columns == tuple("12345678")
    assert read.sheet.rows == tuple("ABCDEF")
    assert {item.kind for item in read.items[:28]} == {"zone"}


def test_without_a_frame_there_are_no_zones() -> None:
    paper = Paper()
    index = paper.say(100.0, 100.0, "⌀5")
    assert paper.read().items[index].zone is None


def test_views_with_the_scale_in_their_name_or_below() -> None:
    paper = Paper()
    paper.say(50.0, 50.0, "DETAIL B (5:1)")
    paper.say(150.0, 50.0, "SECTION A-A")
    paper.say(150.0, 56.0, "SCALE 2:1")
    paper.say(250.0, 50.0, "Schnitt C-C")
    views = {view.name: view.scale for view in paper.read().sheet.views}
    assert views == {"DETAIL B": 5.0, "SECTION A-A": 2.0, "Schnitt C-C": None}


@pytest.mark.parametrize(
    ("text", "unit", "projection"),
    [
        ("ALL DIMENSIONS IN MM", "mm", None),
        ("DIMENSIONS ARE IN INCHES", "in", None),
        ("THIRD ANGLE PROJECTION", None, "third_angle"),
        ("Projektionsmethode 1", None, "first_angle"),
        ("제3각법", None, "third_angle"),
    ],
)
def test_unit_and_projection_from_notes(text: str, unit: str | None, projection: str | None) -> None:
    paper = Paper()
    paper.say(50.0, 250.0, text)
    sheet = paper.read().sheet
    assert (sheet.unit, sheet.projection) == (unit, projection)


def test_a_revision_table_and_a_parts_list() -> None:
    paper = Paper()
    for x, text in ((280.0, "REV"), (300.0, "DESCRIPTION"), (360.0, "DATE"), (385.0, "BY")):
        paper.say(x, 10.0, text, 2.5)
    for y, cells in ((16.0, ("A", "First issue", "2023-01-09", "JM")), (22.0, ("B", "Hole moved", "2023-04-02", "AN"))):
        for x, text in zip((281.0, 300.0, 358.0, 385.0), cells, strict=True):
            paper.say(x, y, text, 2.5)
    for x, text in ((240.0, "POS"), (260.0, "BENENNUNG"), (320.0, "WERKSTOFF"), (370.0, "MENGE")):
        paper.say(x, 180.0, text, 2.5)
    for y, cells in (
        (174.0, ("1", "Welle", "C45", "1")),
        (168.0, ("2", "Nabe", "S355", "2")),
        (162.0, ("3", "Ring", "C15", "4")),
    ):
        for x, text in zip((241.0, 260.0, 320.0, 371.0), cells, strict=True):
            paper.say(x, y, text, 2.5)
    read = paper.read()
    assert [row.cells for row in read.revisions] == [
        {"revision": "A", "description": "First issue", "date": "2023-01-09", "by": "JM"},
        {"revision": "B", "description": "Hole moved", "date": "2023-04-02", "by": "AN"},
    ]
    assert [row.cells["description"] for row in read.parts] == ["Welle", "Nabe", "Ring"]
    assert read.parts[0].cells == {"item": "1", "description": "Welle", "material": "C45", "quantity": "1"}
    kinds = {read.items[index].kind for row in (*read.revisions, *read.parts) for index in row.items}
    assert "dimension" not in kinds


def test_notes_in_order_with_the_lines_they_run_over() -> None:
    paper = Paper()
    lines = [
        "1. BREAK ALL SHARP EDGES 0.2 MAX.",
        "2. PART SHALL BE CLEAN AND FREE",
        "FROM FOREIGN MATERIAL.",
        "3. HARDEN TO 58 HRC.",
    ]
    order = list(range(len(lines)))
    random.Random(1).shuffle(order)
    for number in order:
        indent = 5.0 if number == 2 else 0.0
        paper.say(20.0 + indent, 40.0 + 5.0 * number, lines[number])
    paper.say(20.0, 100.0, "SOMETHING ELSE FAR BELOW")
    assert [(note.number, note.text) for note in paper.read().notes] == [
        ("1", "BREAK ALL SHARP EDGES 0.2 MAX."),
        ("2", "PART SHALL BE CLEAN AND FREE FROM FOREIGN MATERIAL."),
        ("3", "HARDEN TO 58 HRC."),
    ]


@pytest.mark.parametrize(
    ("note", "callout", "upper", "inherited"),
    [
        ("ISO 2768-mK", "45", 0.3, "ISO 2768-mK"),
        ("ISO 2768-f", "⌀5", 0.05, "ISO 2768-f"),
        ("ISO 2768-c", "2x45°", 0.4, "ISO 2768-c"),
        ("X.XX ±0.05", "12.50", 0.05, "general tolerance, 2 decimal places"),
        ("6-30 ±0.2", "25", 0.2, "general tolerance over 6 to 30"),
        ("30 X 120 : 0.15", "45", 0.15, "general tolerance over 30 to 120"),
        ("ANGULAR ±1°", "45°", 1.0, "general tolerance, angular"),
    ],
)
def test_a_general_tolerance_is_inherited(note: str, callout: str, upper: float, inherited: str) -> None:
    paper = Paper()
    paper.say(300.0, 250.0, note)
    paper.say(300.0, 256.0, "30-120 ±0.3" if "-30" in note else "120 X 400 : 0.2")
    index = paper.say(100.0, 100.0, callout)
    meaning = paper.read().items[index].meaning
    assert (meaning.upper_deviation, meaning.lower_deviation, meaning.inherited) == (upper, -upper, inherited)


@pytest.mark.parametrize("callout", ["45 ±0.01", "45 H7", "(45)", "[45]", "45 MAX", "45.5/45.2", "M45", "45 REF"])
def test_what_has_its_own_tolerance_or_needs_none_inherits_nothing(callout: str) -> None:
    paper = Paper()
    paper.say(300.0, 250.0, "ISO 2768-m")
    index = paper.say(100.0, 100.0, callout)
    assert paper.read().items[index].meaning.inherited is None


def test_an_inch_block_by_decimal_places() -> None:
    paper = Paper()
    for y, text in (
        (240.0, "DIMENSIONS ARE IN INCHES"),
        (246.0, "TWO PLACE DECIMAL ±.01"),
        (252.0, "THREE PLACE DECIMAL ±.005"),
    ):
        paper.say(300.0, y, text, 2.5)
    two, three = paper.say(50.0, 50.0, "1.25"), paper.say(90.0, 50.0, "1.250")
    read = paper.read()
    assert [(read.items[i].meaning.unit, read.items[i].meaning.upper) for i in (two, three)] == [
        ("in", 1.26),
        ("in", 1.255),
    ]


def chain(
    lengths: list[float], overall: float | None, scale: float = 1.0, *, stated: str = "SCALE 1:1"
) -> SheetMeaning:
    """A chain of dimensions at the stated SCALE with the overall length above it."""
    paper = Paper()
    paper.say(300.0, 250.0, stated)
    x = 40.0
    for length in lengths:
        paper.centred(x + length * scale / 2, 100.0, f"{length:g}")
        x += length * scale
    if overall is not None:
        paper.centred((40.0 + x) / 2, 88.0, f"{overall:g}")
    return paper.read()


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("lengths", [[20.0, 35.0, 18.0], [25.0, 30.0, 22.0, 40.0], [31.5, 24.5, 30.0]])
def test_a_chain_that_adds_up_and_one_that_does_not(lengths: list[float], scale: float) -> None:
    total = sum(lengths)
    assert "chain_sum" not in codes(chain(lengths, total, scale))
    wrong = chain(lengths, total + 2, scale)
    assert codes(wrong).count("chain_sum") == 1
    finding = next(finding for finding in wrong.findings if finding.code == "chain_sum")
    assert len(finding.items) == len(lengths) + 1
    assert finding.message


def test_dimensions_that_do_not_abut_are_no_chain() -> None:
    paper = Paper()
    for x, text in ((50.0, "20"), (110.0, "35"), (230.0, "18"), (140.0, "90")):
        paper.centred(x, 100.0 if text != "90" else 88.0, text)
    assert "chain_sum" not in codes(paper.read())


def test_a_scale_that_the_drawn_lengths_contradict() -> None:
    lengths = [25.0, 30.0, 22.0, 40.0]
    assert "scale_differs" in codes(chain(lengths, None, 1.0, stated="SCALE 1:2"))
    assert "scale_differs" not in codes(chain(lengths, None, 0.5, stated="SCALE 1:2"))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["8X ⌀6.6 THRU", "⌴ ⌀11 ↧6.8"], {"count": 8, "counterbore": {"diameter": 11.0, "depth": 6.8}}),
        (["⌀10", "↧29"], {"depth": 29.0}),
        (["4x ⌀5.5", "⌵ ⌀10 X 90°"], {"count": 4, "countersink": {"diameter": 10.0, "angle": 90.0}}),
        (
            ["⌀20 H7", "⌖|⌀0.1|A"],
            {"gdt": {"zone": "diameter", "value": 0.1, "datums": ["A"], "characteristic": "position"}},
        ),
        (["16.00", "15.50"], {"upper": 16.0, "lower": 15.5}),
        (["25", "±0.1"], {"upper": 25.1, "lower": 24.9}),
    ],
)
def test_lines_of_one_callout_hang_together(lines: list[str], expected: dict[str, object], turned: bool) -> None:
    paper = Paper()
    first, second = (
        paper.say(100.0 + (4.5 * row if turned else 0), 100.0 + (0 if turned else 4.5 * row), line, turned=turned)
        for row, line in enumerate(lines)
    )
    paper.say(100.0, 160.0, "40")
    read = paper.read()
    assert read.items[second].hangs_on == first
    public = read.items[first].meaning.public()
    assert {name: public[name] for name in expected} == expected


def test_a_lower_limit_is_no_dimension_of_its_own() -> None:
    paper = Paper()
    paper.say(100.0, 100.0, "⌀16.00")
    lower = paper.say(100.0, 104.5, "15.50")
    item = paper.read().items[lower]
    assert (item.kind, item.meaning.public()) == ("tolerance", {"kind": "tolerance", "lower": 15.5, "unit": "mm"})


@pytest.mark.parametrize(
    "lines",
    [["16.00", "12.00"], ["16", "15.9"], ["15.50", "16.00"], ["R5", "4.9"], ["20", "DETAIL A"], ["(16.00)", "15.90"]],
)
def test_strings_one_over_the_other_that_are_two(lines: list[str]) -> None:
    paper = Paper()
    for row, line in enumerate(lines):
        paper.say(100.0, 100.0 + 4.5 * row, line)
    assert {item.hangs_on for item in paper.read().items} == {None}


def test_a_box_that_the_notes_call_a_mark_is_no_square() -> None:
    paper = Paper()
    index = paper.say(100.0, 100.0, "□24.60±0.05")
    assert paper.read().items[index].meaning.kind == "square"
    paper.say(20.0, 200.0, "□---CRITICAL CONTROL")
    meaning = paper.read().items[index].meaning
    assert (meaning.kind, meaning.mark, meaning.upper) == ("linear", "□", 24.65)


def test_units_that_change() -> None:
    paper = Paper()
    paper.say(300.0, 250.0, "ALL DIMENSIONS IN MM")
    paper.say(50.0, 50.0, "25.4")
    odd = paper.say(90.0, 50.0, '1.5"')
    finding = next(finding for finding in paper.read().findings if finding.code == "unit_changes")
    assert finding.items == (odd,)


def test_what_an_item_finds_in_itself_stands_in_its_meaning() -> None:
    paper = Paper()
    wrong = paper.say(90.0, 50.0, "⌀20 H7 (+0.5/0)")
    read = paper.read()
    assert [(finding.code, finding.severity) for finding in read.items[wrong].meaning.findings] == [
        ("fit_deviations", "error")
    ]
    assert read.findings == ()


def test_a_datum_that_nothing_names() -> None:
    paper = Paper()
    paper.say(50.0, 50.0, "[A]")
    paper.say(90.0, 50.0, "⊥|0.1|A")
    wrong = paper.say(130.0, 50.0, "⌖|⌀0.2|A|D")
    finding = next(finding for finding in paper.read().findings if finding.code == "datum_unknown")
    assert finding.items == (wrong,)


def test_a_letter_that_frames_refer_to_is_a_datum() -> None:
    paper = Paper()
    paper.say(90.0, 50.0, "⊥|0.1|A")
    letter = paper.say(50.0, 120.0, "A")
    other = paper.say(50.0, 140.0, "K")
    read = paper.read()
    assert read.items[letter].meaning.datum == "A"
    assert read.items[other].meaning.datum is None


def test_the_letters_of_a_cutting_line_are_no_datums() -> None:
    paper = Paper()
    paper.say(90.0, 50.0, "⊥|0.1|A")
    paper.say(200.0, 220.0, "SECTION A-A")
    arrows = [paper.say(150.0, 30.0, "A"), paper.say(150.0, 180.0, "A")]
    assert {paper.read().items[index].kind for index in arrows} == {"zone"}
    datum = paper.say(60.0, 90.0, "A")
    read = paper.read()
    assert [read.items[index].meaning.datum for index in (*arrows, datum)] == [None, None, "A"]


def test_designators_of_a_circuit_are_no_dimensions() -> None:
    paper = Paper()
    names = [
        "R1",
        "R2",
        "R7",
        "C1",
        "C48",
        "10uF",
        "100nF",
        "10k",
        "GND",
        "3V3",
        "VCC",
        "U4",
        "Q1",
        "4.7uF",
        "SDA",
        "SCL",
    ]
    for index, name in enumerate(names):
        paper.say(20.0 + 20 * index, 50.0, name)
    read = paper.read()
    assert read.sheet.schematic
    assert not any(item.kind in ("dimension", "thread") for item in read.items)


quads = st.tuples(*[st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))] * 4)
strings = st.text(max_size=40) | st.sampled_from(
    ["SCALE", "REV", "1", "OF", "2", "DATE", "⌀5", "ITEM", "QTY", "A", "kg", "NOTES", "10"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(strings, quads), max_size=25))
def test_no_heap_of_strings_raises(heap: list[tuple[str, tuple[tuple[float, float], ...]]]) -> None:
    items = [Placed(text=text, quad_px=quad) for text, quad in heap]  # type: ignore[arg-type]
    read = understand(items, 3000.0, 2000.0, 200.0)
    assert len(read.items) == len(items)
    json.dumps(read.model_dump(mode="json"), allow_nan=False)
    assert SheetMeaning.model_validate_json(read.model_dump_json(by_alias=True)) == read


def test_real_sheets(shared_drawings: Path) -> None:
    """Every page is understood; where a frame is found, its zones are those of the truth."""
    pages = sorted(shared_drawings.glob("*/*.json"))
    assert len(pages) == 68
    framed = 0
    for path in pages:
        truth = json.loads(path.read_text(encoding="utf-8"))
        items = [Placed(text=text["text"], quad_px=text["quad"]) for text in truth["texts"]]
        read = understand(items, truth["width_pt"], truth["height_pt"], 72.0)
        zones = [text["kind"] == "zone" for text in truth["texts"]]
        found = [item.kind == "zone" for item in read.items]
        if read.sheet.columns and sum(zones) >= 20:
            framed += 1
            agree = sum(a and b for a, b in zip(zones, found, strict=True))
            assert agree >= 0.6 * sum(zones), path.name
    assert framed >= 30


def test_zones_whose_names_were_not_read_follow_from_the_others() -> None:
    paper = Paper()
    for column in range(2, 8):  # 1 and 8 are not read
        for y in (3.0, 292.0):
            paper.say(30 + 50 * (column - 1), y, str(column), height_mm=3.5)
    for row, letter in enumerate("BCDE"):  # A and F are not
        for x in (4.0, 414.0):
            paper.say(x, 28 + 48 * (row + 1), letter, height_mm=3.5)
    corner, other, misread = paper.say(30, 25, "12.5"), paper.say(390, 270, "44"), paper.say(28, 3.0, "|")
    read = paper.read()
    assert [read.items[index].zone for index in (corner, other)] == ["A1", "F8"]
    assert read.items[misread].kind == "zone"


@pytest.mark.parametrize(
    ("strings", "deviations"),
    [
        ((("+0.3", -0.6),), (0.3, 0.0)),
        ((("-0.2", 1.4),), (0.0, -0.2)),
        ((("+0.3", -1.2), ("0", 1.4)), (0.3, 0.0)),
        ((("+0,021", -1.2), ("+0,008", 1.4)), (0.021, 0.008)),
    ],
)
def test_deviations_read_as_strings_of_their_own_belong_to_the_size_beside_them(
    strings: tuple[tuple[str, float], ...], deviations: tuple[float, float]
) -> None:
    paper = Paper()
    size = paper.say(100, 100, "45", height_mm=3.5)
    small = [paper.say(105, 100 + down, text, height_mm=2.5) for text, down in strings]
    far = paper.say(140, 100, "+0.5", height_mm=2.5)
    read = paper.read()
    meaning = read.items[size].meaning
    assert (meaning.upper_deviation, meaning.lower_deviation) == deviations
    assert [read.items[index].hangs_on for index in small] == [size] * len(small)
    assert read.items[far].hangs_on is None


def test_numbers_that_point_at_a_parts_list_are_no_sizes() -> None:
    paper = Paper()
    for row, cells in enumerate([("ITEM", "QTY", "DESCRIPTION"), ("1", "2", "PLATE"), ("2", "4", "SCREW M6")]):
        for column, cell in enumerate(cells):
            paper.say(300 + 25 * column, 200 + 8 * row, cell)
    pointer, size = paper.say(60, 60, "2"), paper.say(80, 90, "22")
    read = paper.read()
    assert (read.items[pointer].kind, read.items[size].kind) == ("text", "dimension")


def test_a_size_in_a_box_is_basic_and_takes_no_general_tolerance() -> None:
    paper = Paper()
    paper.say(250.0, 250.0, "GENERAL TOLERANCES ISO 2768-mK")
    paper.say(60.0, 60.0, "50")
    paper.say(60.0, 90.0, "70")
    paper.say(60.0, 120.0, "20 ±0.1")
    paper.say(60.0, 150.0, "B")
    boxed = [item.model_copy(update={"boxed": place > 1}) for place, item in enumerate(paper.items)]
    _, plain, basic, toleranced, letter = understand(boxed, 3300.0, 2340.0, 200.0).items
    assert (plain.meaning.basic, plain.meaning.inherited) == (None, "ISO 2768-mK")
    assert (basic.meaning.basic, basic.meaning.upper) == (True, None)
    assert toleranced.meaning.basic is None
    assert (letter.kind, letter.meaning.datum) == ("datum", "B")


@pytest.mark.parametrize(
    ("view", "scale", "page", "unit", "projection"),
    [
        ("SECCIÓN A-A", "ESCALA 2:1", "HOJA 1 DE 4", "COTAS EN MILÍMETROS", "PRIMER DIEDRO"),
        ("SEZIONE A-A", "SCALA 2:1", "FOGLIO 1 DI 4", "QUOTE IN MM", "PRIMO DIEDRO"),
        ("SECCION A-A", "Escala 2/1", "Hoja 1/4", "Cotas en mm", "primer diedro"),
    ],
)
def test_a_sheet_in_spanish_or_italian(view: str, scale: str, page: str, unit: str, projection: str) -> None:
    paper = Paper()
    paper.say(60, 60, view, 5.0)
    paper.say(60, 67, scale, 3.5)
    for row, text in enumerate((page, unit, projection)):
        paper.say(300, 200 + 10 * row, text, 2.5)
    sheet = paper.read().sheet
    assert [(found.name, found.scale) for found in sheet.views] == [(view, 2.0)]
    assert (sheet.number, sheet.of, sheet.unit, sheet.projection) == (1, 4, "mm", "first_angle")
