"""From readings and text layer to the result of a drawing, in pixels of the rendered page."""

from pathlib import Path

import cv2
import drawn
import numpy as np
import pytest

from ocr_tasks.contract import (
    Item,
    PageRecord,
    PostprocessOptions,
    Preparation,
    Quad,
    Reading,
    TextLayer,
    VectorText,
)
from ocr_tasks.engines.opencv import turned
from ocr_tasks.overlay import reduced
from ocr_tasks.quads import angle_of
from ocr_tasks.stages.postprocess.meaning import as_read, drawing_meaning, quarters_turned
from ocr_tasks.stages.postprocess.stage import postprocess, to_rendered
from ocr_tasks.workdir import Workdir

AUTO = PostprocessOptions()


def reading(text: str, left: float, top: float, page: int = 1, region_id: int = 0) -> Reading:
    width, height = 12.0 * len(text), 24.0
    quad: Quad = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    return Reading(
        region_id=region_id,
        page=page,
        text=text,
        confidence=0.9,
        char_confidences=(0.9,) * len(text),
        quad_px=quad,
        engine="fake",
    )


def drawing(
    root: Path,
    readings: list[Reading],
    layer: list[VectorText] | None = None,
    *,
    trusted: bool = True,
    deskew: float = 0.0,
    pages: int = 1,
) -> Workdir:
    """Return a workdir as recognize leaves it."""
    work = Workdir(root / "0123456789abcdef")
    image = drawn.sheet_with_lines()
    records = []
    for page in range(1, pages + 1):
        sha256 = work.write_page_image(page, image)
        verdict = None if layer is None else TextLayer(strings=len(layer), trusted=trusted, reason="made for a test")
        records.append(PageRecord(page=page, width_px=1300, height_px=900, dpi=200, sha256=sha256, text_layer=verdict))
    work.write_pages(records)
    work.write_vector_texts(layer or [])
    steps = {"deskew": deskew} if deskew else {}
    work.write_preparations([Preparation(page=page.page, steps=steps) for page in records])
    work.write_readings(readings)
    return work


def test_strings_get_kind_meaning_and_numbers(tmp_path: Path) -> None:
    work = drawing(
        tmp_path,
        [reading("⌀12.5 H7", 300, 300), reading("M8x1.25", 300, 400, region_id=1), reading("BREAK EDGES", 700, 500)],
    )
    done = postprocess(work, AUTO)
    result = work.result()
    assert {item.text: item.kind for item in result.items} == {
        "⌀12.5 H7": "dimension",
        "M8x1.25": "thread",
        "BREAK EDGES": result.items[2].kind,
    }
    assert [item.item_id for item in result.items] == [0, 1, 2]
    first = result.items[0]
    assert first.meaning is not None
    assert first.meaning["nominal"] == 12.5
    assert first.meaning["fit"] == "H7"
    assert (first.source, first.other_text, first.engine) == ("ocr", None, "fake")
    assert result.layer_agreement is None
    assert done.counts["items"] == 3


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_sheet_that_lies_on_its_side_is_understood_as_it_is_read(quarters: int) -> None:
    """The same title block, the page turned counter-clockwise: the same fields, quads as they lie."""
    strings = [("DRAWING NO.", 900, 800), ("TITLE", 900, 700), ("ND-4711-02", 900, 830), ("MOUNTING PLATE", 900, 730)]
    strings += [("125", 300, 300), ("DO NOT SCALE DRAWING", 300, 500), ("ALL EDGES BROKEN", 300, 540)]
    width, height = (1300, 900) if quarters % 2 == 0 else (900, 1300)
    page = PageRecord(page=1, width_px=width, height_px=height, dpi=200, sha256="")
    upright = PageRecord(page=1, width_px=1300, height_px=900, dpi=200, sha256="")
    items = []
    for item_id, (text, left, top) in enumerate(strings):
        quad = as_read(reading(text, left, top).quad_px, upright, -quarters % 4)
        items.append(
            Item(
                item_id=item_id,
                page=1,
                kind="text",
                text=text,
                raw_text=text,
                quad_px=quad,
                rotation_deg=angle_of(quad),
                confidence=0.9,
                source="ocr",
                engine="fake",
            )
        )
    assert quarters_turned(items) == quarters
    meant = drawing_meaning([page], items)
    assert meant.title_block["drawing_number"].value == "ND-4711-02"
    assert meant.title_block["title"].value == "MOUNTING PLATE"
    assert [item.quad_px for item in meant.items] == [item.quad_px for item in items]


def test_layer_and_ocr_meet_in_one_item_each(tmp_path: Path) -> None:
    read = [reading("12.5", 300, 300), reading("6.00", 500, 300, region_id=1)]
    layer = [
        VectorText(page=1, text="12.5", quad_px=read[0].quad_px),
        VectorText(page=1, text="8.00", quad_px=read[1].quad_px),
    ]
    work = drawing(tmp_path, read, layer)
    postprocess(work, AUTO)
    result = work.result()
    assert [(item.text, item.source, item.other_text) for item in result.items] == [
        ("12.5", "vector", "12.5"),
        ("8.00", "vector", "6.00"),
    ]
    assert result.layer_agreement == 0.5
    assert {item.confidence for item in result.items} == {1.0}


def test_an_untrusted_layer_has_no_agreement(tmp_path: Path) -> None:
    read = [reading("12.5", 300, 300)]
    work = drawing(tmp_path, read, [VectorText(page=1, text="!!", quad_px=read[0].quad_px)], trusted=False)
    postprocess(work, AUTO)
    assert work.result().layer_agreement is None
    assert work.result().items[0].source == "ocr"


def test_pages_keep_their_own_items_and_pictures(tmp_path: Path) -> None:
    work = drawing(tmp_path, [reading("ONE", 300, 300), reading("TWO", 300, 300, page=2, region_id=1)], pages=2)
    postprocess(work, AUTO)
    result = work.result()
    assert [(item.page, item.text) for item in result.items] == [(1, "ONE"), (2, "TWO")]
    assert [sheet.page for sheet in result.sheets] == [1, 2]
    for page in (1, 2):
        preview = cv2.imread(str(work.preview(page)))
        overlay = cv2.imread(str(work.overlay(page)))
        assert preview is not None
        assert overlay is not None
        assert preview.shape == overlay.shape == (900, 1300, 3)
        assert (preview != overlay).any()


@pytest.mark.parametrize("degrees", [-3.0, 0.7, 4.5])
def test_quads_of_a_straightened_page_go_back_to_the_rendered_one(degrees: float) -> None:
    """A mark on the skewed page, followed through deskew and back."""
    page = PageRecord(page=1, width_px=800, height_px=500, dpi=200, sha256="")
    straight = np.full((500, 800), 255, np.uint8)
    straight[100:110, 600:610] = 0
    skewed = turned(straight, degrees)
    rows, columns = np.nonzero(skewed < 128)
    quad: Quad = ((599.5, 99.5), (609.5, 99.5), (609.5, 109.5), (599.5, 109.5))
    back = to_rendered(quad, page, degrees)
    assert np.mean([x for x, _ in back]) == pytest.approx(columns.mean(), abs=0.6)
    assert np.mean([y for _, y in back]) == pytest.approx(rows.mean(), abs=0.6)


def test_deskew_is_undone_in_the_items(tmp_path: Path) -> None:
    work = drawing(tmp_path, [reading("12.5", 1000, 100)], deskew=2.0)
    postprocess(work, AUTO)
    (item,) = work.result().items
    assert item.rotation_deg == pytest.approx(2.0, abs=0.1)
    assert item.quad_px[0][1] < 100  # counter-clockwise: the right half of the page goes up


def test_a_drawing_on_which_nothing_is_read_has_an_empty_result(tmp_path: Path) -> None:
    work = drawing(tmp_path, [])
    postprocess(work, AUTO)
    assert work.result().items == ()
    assert work.preview(1).is_file()


def test_a_picture_is_only_ever_reduced() -> None:
    page = drawn.sheet_with_lines()
    small, scale = reduced(page, 650)
    assert (small.shape, scale) == ((450, 650), 0.5)
    assert reduced(page, 5000)[0].shape == page.shape
