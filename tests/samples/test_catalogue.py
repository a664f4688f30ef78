"""The fixed sample set: complete, legible, true to itself, the same on every run."""

import hashlib
import io
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import ezdxf
import pypdfium2
import pytest
from PIL import Image, ImageOps

from ocr_tasks.samples import catalogue
from ocr_tasks.samples.catalogue import CATALOGUE, SampleFile
from ocr_tasks.samples.command import main
from ocr_tasks.samples.legibility import crossed, outside, overlapping
from ocr_tasks.samples.page_model import Sheet

GOOD = [name for name in CATALOGUE if "encrypted" not in name and "truncated" not in name]
SHEETS = [
    cache(make)
    for make in (
        catalogue.flange_sheet,
        catalogue.assembly_sheet,
        catalogue.details_sheet,
        catalogue.bed_drawing,
        catalogue.german_block_sheet,
        catalogue.german_shaft_sheet,
        catalogue.inch_plate_sheet,
        catalogue.metric_plate_sheet,
        catalogue.cover_plate_sheet,
        catalogue.small_flange_sheet,
        catalogue.pin_sheet,
    )
]


@cache
def sample(name: str) -> SampleFile:
    return CATALOGUE[name]()


@pytest.mark.parametrize("make", SHEETS, ids=lambda make: make.__name__)
def test_every_string_is_legible(make) -> None:  # type: ignore[no-untyped-def]
    sheet: Sheet = make()
    assert not [(a.text, b.text) for a, b in overlapping(sheet)]
    assert not [w.text for w in outside(sheet)]
    assert not [w.text for w in crossed(sheet)]


@pytest.mark.parametrize("make", SHEETS, ids=lambda make: make.__name__)
def test_every_field_stands_on_the_sheet(make) -> None:  # type: ignore[no-untyped-def]
    sheet: Sheet = make()
    words = " ".join(w.text for w in sheet.written)
    for field, value in sheet.fields["title_block"].items():
        shown = [w.text for w in sheet.written if w.field == field]
        if value is None:
            assert not shown, field
        else:
            assert all(piece.upper() in words.upper() for piece in value.split("; ")), field
    for note in sheet.fields["notes"]:
        assert all(word in words for word in note.split())


def test_the_set_covers_every_kind_of_callout() -> None:
    kinds = {w.meaning["kind"] for make in SHEETS for w in make().written if w.meaning and "kind" in w.meaning}
    assert kinds >= {
        "linear", "diameter", "radius", "angle", "chamfer", "thread", "gdt", "roughness", "datum", "scale", "note",
    }  # fmt: skip
    threads = {
        w.meaning["thread"]["standard"]
        for make in SHEETS
        for w in make().written
        if w.meaning and w.meaning.get("kind") == "thread"
    }
    assert threads >= {"M", "UNC", "G"}


@pytest.mark.parametrize("name", [n for n in GOOD if n.endswith((".tif", ".jpg", ".png"))])
def test_pictures_have_the_size_that_their_truth_says(name: str) -> None:
    with Image.open(io.BytesIO(sample(name).data)) as image:
        assert getattr(image, "n_frames", 1) == len(sample(name).truths)
        shown = ImageOps.exif_transpose(image)
        assert shown.size == (sample(name).truths[0].width, sample(name).truths[0].height)


def test_the_odd_pictures_are_odd() -> None:
    modes = {}
    for name in GOOD:
        if name.endswith((".tif", ".jpg", ".png")):
            with Image.open(io.BytesIO(sample(name).data)) as image:
                modes[name] = image.mode, image.getexif().get(0x0112)
    assert modes["coupling-flange-16bit.png"][0].startswith("I;16")
    assert modes["bearing-pin-palette.png"][0] == "P"
    assert modes["bearing-pin-fax.tif"][0] == "1"
    assert modes["adapter-plate-photo.jpg"][1] == 6


def test_a_torn_sheet_has_lost_what_names_it() -> None:
    (truth,) = sample("coupling-flange-torn.jpg").truths
    lost = {text["text"] for text in truth.texts if text.get("unreliable")}
    assert {"ND-15530-01", "Coupling flange"} <= lost
    assert "Nordhaven Drives Ltd" not in lost
    block = truth.extra["fields"]["title_block"]
    assert (block["drawing_number"], block["title"]) == (None, None)
    assert block["company"] == "Nordhaven Drives Ltd"


def test_the_text_layer_says_what_is_written_and_lacks_what_is_drawn() -> None:
    document = pypdfium2.PdfDocument(sample("bearing-unit.pdf").data)
    layers = [document[i].get_textpage().get_text_range() for i in range(len(document))]
    assert len(layers) == 3
    assert "ND-20417-03" in layers[0]
    assert "18 ±0.1" in layers[0]
    assert "Ball bearing 40x80x18" in layers[1]
    assert "Shaft, details" in layers[2]
    assert "DETAIL C" not in layers[2], "the details are lettered in strokes"


def test_the_a0_sheet_is_a0() -> None:
    document = pypdfium2.PdfDocument(sample("machine-bed-A0.pdf").data)
    assert [round(side / 72 * 25.4) for side in document[0].get_size()] == [1189, 841]
    assert len(sample("machine-bed-A0.pdf").truths[0].texts) > 500


@pytest.mark.parametrize("name", ["coupling-flange-encrypted.pdf", "hub-flange-truncated.pdf"])
def test_bad_samples_do_not_open(name: str) -> None:
    assert sample(name).rejected
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(sample(name).data)


def test_the_encrypted_sample_opens_with_its_password() -> None:
    assert len(pypdfium2.PdfDocument(sample("coupling-flange-encrypted.pdf").data, "not-for-you")) == 1


def test_the_dxf_has_dimensions_and_text_as_entities(tmp_path: Path) -> None:
    path = tmp_path / "plate.dxf"
    path.write_bytes(sample("cover-plate.dxf").data)
    document = ezdxf.readfile(path)
    assert not document.audit().has_errors
    space = document.modelspace()
    assert {d.dimtype for d in space.query("DIMENSION")} >= {0, 3, 4, 5}
    assert all(d.dxf.geometry in document.blocks for d in space.query("DIMENSION"))
    lengths = {round(d.get_measurement(), 3) for d in space.query("DIMENSION") if d.dimtype == 0}
    assert {160.0, 110.0, 132.0, 10.0} <= lengths, "dimensions at 1:1 measure what they say"
    assert "ND-11915-02" in {t.dxf.text for t in space.query("TEXT")}


@pytest.mark.parametrize("hash_seed", ["4", "77"])
def test_the_same_bytes_in_every_process(hash_seed: str) -> None:
    names = ["bearing-unit.pdf", "cover-plate.dxf", "bearing-pin-palette.png", "coupling-flange-encrypted.pdf"]
    code = (
        "import hashlib, sys\n"
        "from ocr_tasks.samples.catalogue import CATALOGUE\n"
        "for name in sys.argv[1:]: print(hashlib.sha256(CATALOGUE[name]().data).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code, *names],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
    )
    assert other.stdout.split() == [hashlib.sha256(sample(n).data).hexdigest() for n in names]


def test_the_command_writes_truth_beside_the_drawings(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--only", "bearing-unit"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "bearing-unit.p0.json",
        "bearing-unit.p1.json",
        "bearing-unit.p2.json",
        "bearing-unit.pdf",
    ]
    truth = json.loads((tmp_path / "bearing-unit.p1.json").read_text(encoding="utf-8"))
    assert truth["file"] == "bearing-unit.pdf"
    assert truth["page"] == 1
    assert [row["item"] for row in truth["fields"]["parts_list"]] == [1, 2, 3, 4, 5, 6]
    assert truth["fields"]["title_block"]["finish"] is None, "a field that is not on the drawing is named as absent"


def test_a_name_that_no_sample_has_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--only", "no such sample"])


def test_strings_know_their_zone() -> None:
    sheet = catalogue.flange_sheet()
    assert sheet.zones is not None
    zones = {w.text: sheet.zones.of(w.quad) for w in sheet.written if w.kind != "zone"}
    assert zones["ND-20417-03"] == "F5"
    assert zones["NOTES:"] == "F1"
    assert all(sheet.zones.of(w.quad) is None for w in sheet.written if w.kind == "zone")
