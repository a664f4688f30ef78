"""Title blocks in seven languages, made here, and those of real drawings by the labels in `title_blocks.csv`."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from sheets import PX_PER_MM, Paper

from ocr_tasks.drawing.labels import FIELDS
from ocr_tasks.drawing.placed import Placed
from ocr_tasks.drawing.understand import understand

ORDER = tuple(field for field in FIELDS if field not in ("size", "projection"))


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|")]


LABELS = {
    "en": (
        _cells(
            """DWG NO. | TITLE | REV | DATE | DRAWN BY | CHECKED BY | APPROVED BY | MATERIAL | FINISH | WEIGHT | SCALE |
            SHEET | GENERAL TOLERANCES | COMPANY | UNITS"""
        ),
        _cells(
            """BX-20417-03 | BEARING HOUSING | C | 2024-03-18 | J. Miller | A. Novak | R. Stone | EN AW-6082 T6 |
            ANODIZED BLACK | 1.24 kg | 1:2 | 1 OF 3 | ISO 2768-mK | Alpine Drives Ltd | mm"""
        ),
    ),
    "de": (
        _cells(
            """Zeichnungsnummer | Benennung | Änderung | Datum | Gezeichnet | Geprüft | Freigegeben | Werkstoff |
            Oberfläche | Gewicht | Maßstab | Blatt | Allgemeintoleranzen | Firma | Einheit"""
        ),
        _cells(
            """4711-08-15 | Lagerdeckel | B | 18.03.2024 | Huber | Maier | Schulz | S235JR | verzinkt | 0,85 kg | 1:1 |
            1/2 | ISO 2768-fH | Muster GmbH | mm"""
        ),
    ),
    "fr": (
        _cells(
            """N° de plan | Désignation | Indice | Date | Dessiné par | Vérifié par | Approuvé par | Matière |
            Traitement | Masse | Échelle | Feuille | Tolérances générales | Société | Unités"""
        ),
        _cells(
            """PL-88213-A | Support moteur | A | 18/03/2024 | Dupont | Martin | Bernard | X5CrNi18-10 | Passivation |
            2,10 kg | 2:1 | 1/1 | ISO 2768-cL | Atelier du Lac | mm"""
        ),
    ),
    "es": (
        _cells(
            """N° de plano | Denominación | Revisión | Fecha | Dibujado por | Comprobado | Aprobado | Material |
            Acabado | Peso | Escala | Hoja | Tolerancias generales | Empresa | Unidades"""
        ),
        _cells(
            """PT-1042-B | Soporte izquierdo | B | 18/03/2024 | García | Molina | Ortega | F-114 | Pavonado |
            1,20 kg | 1:10 | 1 de 4 | ISO 2768-mK | Talleres Sol | mm"""
        ),
    ),
    "pt": (
        _cells(
            """Desenho n° | Designação | Revisão | Data | Desenhado por | Verificado | Aprovado | Material |
            Acabamento | Peso | Escala | Folha | Tolerâncias gerais | Empresa | Unidade"""
        ),
        _cells(
            """DS-3310-C | Apoio direito | C | 18/03/2024 | Sousa | Pereira | Lopes | Inox 304 | Jateado |
            1,75 kg | 1:5 | 2/3 | ISO 2768-fH | Oficina do Norte | mm"""
        ),
    ),
    "it": (
        _cells(
            """Disegno n° | Denominazione | Revisione | Data | Disegnato | Controllato | Approvato | Materiale |
            Trattamento | Massa | Scala | Foglio | Tolleranze generali | Azienda | Unità"""
        ),
        _cells(
            """DIS-77120 | Coperchio | A | 18/03/2024 | Rossi | Bianchi | Conti | C40 | Zincatura | 0,80 kg | 1:2 |
            1 di 2 | ISO 2768-mK | Officina Blu | mm"""
        ),
    ),
    "ko": (
        _cells(
            """도면번호 | 품명 | 개정 | 날짜 | 작성 | 검토 | 승인 | 재질 | 표면처리 | 중량 | 척도 | 매수 | 일반공차 |
            회사명 | 단위"""
        ),
        _cells(
            """KD-3391-07 | 베어링 커버 | D | 2024-03-18 | 김민수 | 이영희 | 박철수 | SM45C | 흑착색 | 0.42 kg | 1:5 |
            1/4 | ISO 2768-mK | 한빛기계 | mm"""
        ),
    ),
}


def block(language: str, *, leave_out: str = "", blank: str = "") -> tuple[Paper, dict[str, str]]:
    labels, values = LABELS[language]
    cells, expected = [], {}
    for index, (field, label, value) in enumerate(zip(ORDER, labels, values, strict=True)):
        if field == leave_out:
            continue
        shown = "" if field == blank else value
        cells.append((230.0 + 62.0 * (index % 3), 210.0 + 12.0 * (index // 3), label, shown))
        expected[field] = shown
    paper = Paper()
    paper.frame()
    paper.cells_below(cells)
    return paper, expected


@pytest.mark.parametrize("language", LABELS)
def test_a_block_with_values_below_their_labels(language: str) -> None:
    paper, expected = block(language)
    read = paper.read()
    assert {field: read.title_block[field].value for field in expected} == expected
    assert read.sheet.unit == "mm"
    assert read.general[0].standard == "ISO 2768"


@pytest.mark.parametrize("language", LABELS)
def test_a_block_with_values_to_the_right(language: str) -> None:
    labels, values = LABELS[language]
    paper = Paper()
    paper.cells_right(
        [
            (220.0 + 95.0 * (index % 2), 205.0 + 8.0 * (index // 2), label, value)
            for index, (label, value) in enumerate(zip(labels, values, strict=True))
        ],
        reach_mm=38.0,
    )
    read = paper.read()
    assert {field: read.title_block[field].value for field in ORDER} == dict(zip(ORDER, values, strict=True))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("material", text) for text in ("1.4301", "1.4301 / X5CrNi18-10", "6061", "4140", "316L", "C45", "A36")),
        *(("date", text) for text in ("08. Nov. 2019", "3. März 2020", "12 de junio de 2018", "2019-11-08 10:11")),
        *(("date", text) for text in ("2021. 3. 4.", "12 Giugno 2018", "Jan 11, 2021", "15-Jul-21")),
        *(("weight", text) for text in ("~ 2 kg", "ca. 4,5 kg", "12 lbm", "250 gr", "3.42 LBS")),
    ],
)
def test_a_value_as_companies_write_it(field: str, value: str) -> None:
    labels, values = LABELS["en"]
    written = dict(zip(ORDER, values, strict=True)) | {field: value}
    paper = Paper()
    paper.cells_below(
        [
            (230.0 + 62.0 * (index % 3), 210.0 + 12.0 * (index // 3), label, written[name])
            for index, (name, label) in enumerate(zip(ORDER, labels, strict=True))
        ]
    )
    assert paper.read().title_block[field].value == value


@pytest.mark.parametrize("language", LABELS)
@pytest.mark.parametrize("field", ["weight", "revision", "material", "checked_by"])
def test_not_on_the_drawing_differs_from_not_read(language: str, field: str) -> None:
    without, _ = block(language, leave_out=field)
    assert without.read().title_block[field].status == "absent"
    blank, _ = block(language, blank=field)
    assert blank.read().title_block[field].status == "not_read"


def test_labels_and_values_in_one_string() -> None:
    paper = Paper()
    for index, text in enumerate(
        ["SCALE: 1:2 WEIGHT: 0.7 kg", "SHEET 2 OF 5", "MATERIAL: 6061-T6", "REV: B", "DWG NO: 100-22", "TITLE: Bracket"]
    ):
        paper.say(300.0, 220.0 + 6 * index, text, 3.0)
    read = paper.read()
    values = {name: field.value for name, field in read.title_block.items() if field.status == "read"}
    assert values == {
        "scale": "1:2",
        "weight": "0.7 kg",
        "sheet": "2 OF 5",
        "material": "6061-T6",
        "revision": "B",
        "drawing_number": "100-22",
        "title": "Bracket",
    }
    assert (read.sheet.scale, read.sheet.number, read.sheet.of) == (0.5, 2, 5)


def test_a_revision_that_looks_like_a_sheet_size_is_the_revision() -> None:
    paper, expected = block("en", blank="revision")
    place = next(item for item in paper.items if item.text == "REV").quad_px[3]
    paper.say(place[0] / PX_PER_MM, place[1] / PX_PER_MM + 1.5, "A3")
    paper.say(380.0, 262.0, "A2")
    fields = paper.read().title_block
    assert (fields["revision"].value, fields["size"].value) == ("A3", "A2")
    assert {name: fields[name].value for name in expected} == {**expected, "revision": "A3"}


@pytest.mark.parametrize("heights_mm", [(4.0, 3.1), (3.1, 4.0)], ids=["foot in the first", "foot in the second"])
def test_lines_of_one_title_may_differ_by_a_letter_below_the_foot(heights_mm: tuple[float, float]) -> None:
    paper, _ = block("en", blank="title")
    place = next(item for item in paper.items if item.text == "TITLE").quad_px[3]
    x, y = place[0] / PX_PER_MM, place[1] / PX_PER_MM + 1.0
    paper.say(x, y, "Sledding", heights_mm[0])
    paper.say(x, y + heights_mm[0] + 0.5, "Cut Files", heights_mm[1])
    assert paper.read().title_block["title"].value == "Sledding Cut Files"


def test_a_signature_table_is_read_by_row_and_column() -> None:
    paper = Paper()
    for x, text in ((300.0, "NAME"), (330.0, "DATE")):
        paper.say(x, 200.0, text, 2.5)
    for index, (role, name, day) in enumerate(
        [("DRAWN", "J. Miller", "2024-03-01"), ("CHECKED", "", ""), ("APPR.", "R. Stone", "2024-03-05")]
    ):
        y = 206.0 + 6 * index
        paper.say(275.0, y, role, 2.5)
        if name:
            paper.say(298.0, y, name, 2.5)
            paper.say(327.0, y, day, 2.5)
    fields = paper.read().title_block
    assert fields["drawn_by"].value == "J. Miller"
    assert fields["checked_by"].status == "not_read"
    assert fields["approved_by"].value == "R. Stone"
    assert fields["date"].value == "2024-03-01"


def test_a_sheet_without_a_title_block_has_no_field() -> None:
    paper = Paper()
    paper.say(100.0, 100.0, "⌀20 H7")
    paper.say(150.0, 100.0, "45")
    assert {field.status for field in paper.read().title_block.values()} == {"absent"}


def test_every_field_is_always_there() -> None:
    assert tuple(Paper().read().title_block) == FIELDS


def test_title_blocks_of_real_drawings(shared_drawings: Path) -> None:
    """Value right, or rightly none. The held-out half was labelled and never looked at while the reader was made."""
    expected: dict[str, dict[str, str]] = defaultdict(dict)
    halves: dict[str, str] = {}
    with Path(__file__).with_name("title_blocks.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            expected[row["page"]][row["field"]] = row["string"]
            halves[row["page"]] = row["half"]
    score: Counter[tuple[str, bool]] = Counter()
    for page, fields in expected.items():
        truth = json.loads((shared_drawings / f"{page}.json").read_text(encoding="utf-8"))
        items = [Placed(text=text["text"], quad_px=text["quad"]) for text in truth["texts"]]
        read = understand(items, truth["width_pt"], truth["height_pt"], 72.0).title_block
        for field, string in fields.items():
            score[halves[page], _folded(read[field].value or "") == _folded(string)] += 1
    for half, least in (("tuning", 0.95), ("held_out", 0.9)):
        right, wrong = score[half, True], score[half, False]
        assert right / (right + wrong) >= least, (half, right, wrong)


def _folded(text: str) -> str:
    return "".join(text.split()).casefold().replace("of", "/")
