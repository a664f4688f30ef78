"""The inspection sheet and the ballooned drawing: one number means one thing on both."""

import io
import math
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pytest
from placed import read_paper
from reportlab.pdfgen.canvas import Canvas
from revised import DPI, flange_sheet, read
from shapely import LineString, Point, Polygon
from workbooks import formulas, rows

from ocr_tasks.contract import PageRecord
from ocr_tasks.handover.ballooned_pdf import balloons, write_ballooned_pdf
from ocr_tasks.handover.balloons import Balloon, place
from ocr_tasks.handover.characteristics import characteristics
from ocr_tasks.handover.export import export
from ocr_tasks.handover.subject import Subject, subject_of_workdir
from ocr_tasks.samples.drawings import bed_drawing, german_shaft_sheet, inch_plate_sheet
from ocr_tasks.samples.page_model import Sheet
from ocr_tasks.workdir import Workdir

POINTS = 72 / DPI


def look(pdf: Path, page: int = 0) -> npt.NDArray[np.uint8]:
    """Return a page of a PDF as grey pixels at DPI."""
    with pdfium.PdfDocument(pdf) as document:
        return np.array(document[page].render(scale=DPI / 72, grayscale=True).to_numpy(), np.uint8)


def said_at(pdf: Path, balloon: Balloon, page: int = 0) -> str:
    """Return the text that a PDF has inside a balloon."""
    (x, y), radius = balloon.centre, balloon.radius
    with pdfium.PdfDocument(pdf) as document:
        sheet = document[page]
        height = sheet.get_height()
        box = (
            (x - radius) * POINTS,
            height - (y + radius) * POINTS,
            (x + radius) * POINTS,
            height - (y - radius) * POINTS,
        )
        return str(sheet.get_textpage().get_text_bounded(*box)).strip()


def placed(drawing: Subject, page: PageRecord) -> list[Balloon]:
    return balloons(drawing, page, characteristics(drawing.result), drawing.picture(page.page))


def away_from(page: PageRecord, found: list[Balloon]) -> npt.NDArray[np.bool_]:
    """Return where no balloon and no leader is."""
    y, x = np.mgrid[: page.height_px, : page.width_px]
    free = np.ones((page.height_px, page.width_px), bool)
    for each in found:
        reach = math.dist(each.centre, each.foot) + 4
        free &= np.hypot(x - each.centre[0], y - each.centre[1]) > max(each.radius + 4, reach)
    return free


def test_the_form_has_the_columns_of_as9102_and_a_row_for_each_characteristic(tmp_path: Path) -> None:
    drawing = subject_of_workdir(read([flange_sheet()], tmp_path))
    sheet, pdf = export([drawing], "fai", tmp_path / "first.xlsx")
    assert (sheet, pdf) == (tmp_path / "first.xlsx", tmp_path / "first.pdf")
    found = rows(sheet)
    assert {"A": "1. Part number", "C": "TA-310", "E": "2. Part name", "G": "Hub flange"}.items() <= found[1].items()
    heading = next(place for place, row in enumerate(found) if row.get("A") == "5. Char. no.")
    names = list(found[heading].values())
    assert names[3:8] == ["8. Requirement", "Upper limit", "Lower limit", "Unit", "9. Results"]
    expected = characteristics(drawing.result)
    body = found[heading + 1 : heading + 1 + len(expected)]
    assert [row["A"] for row in body] == [row.number for row in expected]
    assert [row["D"] for row in body] == [row.requirement.text for row in expected]
    assert [(row.get("E"), row.get("F")) for row in body] == [
        (row.requirement.upper, row.requirement.lower) for row in expected
    ]
    assert not {"H", "I", "J"} & {column for row in body for column in row}, "results, tool and NC number are blank"
    chamfer = next(row for row in body if row["D"] == "1.5x45°")
    assert chamfer["K"] == "limits from ISO 2768-mK"


def test_hostile_words_are_text_on_the_form(tmp_path: Path) -> None:
    drawing = Subject("=1+1.pdf", read_paper("1. =CMD() MUST NOT RUN ON THIS PART", "24 ±0.1"))
    sheet, _ = export([drawing], "fai", tmp_path / "form")
    assert formulas(sheet) == 0
    assert any("=CMD()" in str(cell) for row in rows(sheet) for cell in row.values())


@pytest.mark.parametrize(
    "make", [flange_sheet, inch_plate_sheet, german_shaft_sheet, bed_drawing], ids=["flange", "inch", "shaft", "A0"]
)
def test_a_balloon_stands_on_no_string_and_beside_its_own(tmp_path: Path, make: type[Sheet]) -> None:
    drawing = subject_of_workdir(read([make()], tmp_path))
    (page,) = drawing.result.pages
    found = placed(drawing, page)
    rows = characteristics(drawing.result)
    assert [each.number for each in found] == sorted({row.balloon for row in rows})
    strings = [Polygon(item.quad_px) for item in drawing.result.items]
    own = {row.balloon: [Polygon(quad) for quad in row.callout.quads] for row in rows}
    for each in found:
        circle = Point(each.centre).buffer(each.radius)
        assert all(circle.disjoint(string) for string in strings)
        assert each.radius < each.centre[0] < page.width_px - each.radius
        assert each.radius < each.centre[1] < page.height_px - each.radius
        assert min(string.distance(Point(each.foot)) for string in own[each.number]) < 0.5
        leader = LineString([each.centre, each.foot])
        others = [string for string in strings if all(string.distance(mine) > 0.01 for mine in own[each.number])]
        assert sum(leader.intersects(string) for string in others) == 0
    for place_, one in enumerate(found):
        assert all(math.dist(one.centre, other.centre) > one.radius + other.radius for other in found[:place_])


def test_where_there_is_no_room_every_balloon_still_has_its_place() -> None:
    page = PageRecord(page=1, width_px=1000, height_px=700, dpi=100.0, sha256="0" * 64)
    full = [
        ((x, y), (x + 38.0, y), (x + 38.0, y + 12.0), (x, y + 12.0))
        for y in range(0, 690, 14)
        for x in range(0, 980, 40)
    ]
    found = place(page, [(number, [quad]) for number, quad in enumerate(full[:40], 1)], full, None)
    assert len(found) == 40
    assert all(0 < each.centre[0] < 1000 and 0 < each.centre[1] < 700 for each in found)
    assert place(page, [], [], None) == []


def test_the_drawing_s_own_page_lies_under_the_balloons(tmp_path: Path) -> None:
    work = read([flange_sheet(), inch_plate_sheet()], tmp_path)
    drawing = subject_of_workdir(work)
    _, pdf = export([drawing], "fai", tmp_path / "first")
    for page in drawing.result.pages:
        found = placed(drawing, page)
        before, after = look(work.source, page.page - 1), look(pdf, page.page - 1)
        assert before.shape == after.shape
        free = away_from(page, found)
        before, after = (each[: page.height_px, : page.width_px] for each in (before, after))
        assert np.abs(before.astype(int) - after)[free].mean() < 0.5
        assert free.mean() > 0.5
        for each in found:
            assert said_at(pdf, each, page.page - 1) == str(each.number)
    with pdfium.PdfDocument(pdf) as document:
        assert "REMOVE ALL BURRS" in document[0].get_textpage().get_text_bounded(), "still vectors, not a picture"


def odd_pdf(path: Path, *, rotate: int, crop: tuple[float, float, float, float] | None) -> None:
    """Write a page whose display differs from its own coordinates, with a script, a link and an attachment."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 400), invariant=1)
    canvas.setPageRotation(rotate)
    canvas.rect(60, 60, 420, 240)
    canvas.drawString(100, 320, "24 WIDE")
    canvas.linkURL("https://example.invalid/", (60, 60, 200, 200))
    canvas.showPage()
    canvas.save()
    with pdfium.PdfDocument(buffer.getvalue()) as document:
        if crop is not None:
            document[0].set_cropbox(*crop)
        document.new_attachment("payload.bin").set_data(b"payload")
        document.save(path)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (30, 40, 560, 380)])
def test_a_turned_or_cropped_page_is_shown_as_it_was(
    tmp_path: Path, rotate: int, crop: tuple[float, float, float, float] | None
) -> None:
    work = read([flange_sheet()], tmp_path)
    odd_pdf(work.source, rotate=rotate, crop=crop)
    before = look(work.source)
    height, width = before.shape
    page = PageRecord(page=1, width_px=width, height_px=height, dpi=DPI, sha256="0" * 64)
    result = work.result().model_copy(update={"pages": (page,), "items": ()})
    pdf = tmp_path / "odd.pdf"
    write_ballooned_pdf(Subject("odd.pdf", result, work), [], pdf)
    after = look(pdf)
    assert after.shape == before.shape
    assert np.mean((before < 128) != (after < 128)) < 0.002
    assert (after < 128).mean() > 0.002
    content = pdf.read_bytes()
    assert b"example.invalid" not in content and b"payload" not in content
    with pdfium.PdfDocument(pdf) as document:
        assert document.count_attachments() == 0


def test_the_kept_picture_serves_where_the_pdf_cannot(tmp_path: Path) -> None:
    work = read([flange_sheet()], tmp_path)
    work.source.write_bytes(b"%PDF-1.7 damaged")
    drawing = subject_of_workdir(work)
    _, pdf = export([drawing], "fai", tmp_path / "first")
    (page,) = drawing.result.pages
    free = away_from(page, placed(drawing, page))
    picture = drawing.picture(1)
    assert picture is not None
    seen = look(pdf)[: page.height_px, : page.width_px]
    dark, drawn = (seen < 200) & free, (picture < 200) & free
    around = np.asarray(cv2.dilate(drawn.astype(np.uint8), np.ones((5, 5), np.uint8)), bool)
    assert dark.sum() > 0.7 * drawn.sum() and (dark & ~around).sum() < 0.02 * dark.sum()


def test_a_result_alone_gives_balloons_on_white(tmp_path: Path) -> None:
    drawing = Subject("alone.json", read([flange_sheet()], tmp_path).result())
    _, pdf = export([drawing], "fai", tmp_path / "alone")
    (page,) = drawing.result.pages
    found = placed(drawing, page)
    assert (look(pdf)[: page.height_px, : page.width_px][away_from(page, found)] > 250).all()
    assert all(said_at(pdf, each) == str(each.number) for each in found)


def test_several_drawings_are_files_of_their_own(tmp_path: Path) -> None:
    first = subject_of_workdir(read([flange_sheet()], tmp_path / "a"))
    second = Subject("../../etc/flange.pdf", read_paper("24 ±0.1"))
    paths = export([first, second], "fai", tmp_path / "out")
    assert len({path for path in paths if path.is_file()}) == 4
    assert {path.parent for path in paths} == {tmp_path / "out"}


def test_a_name_from_outside_stays_inside_the_folder() -> None:
    for name in ("../../x", "..", "/etc/passwd", "C:\\x\\y.pdf", "\0", "a" * 500, "", "图纸.pdf"):
        stem = Subject(name, read_paper("24")).stem
        assert stem and len(stem) <= 80
        assert not set(stem) & set("/\\.\0:")


def test_the_workdir_s_full_picture_comes_before_the_reduced_one(tmp_path: Path) -> None:
    work = read([flange_sheet()], tmp_path, rasters=True)
    assert isinstance(work, Workdir)
    full = subject_of_workdir(work).picture(1)
    assert full is not None and np.array_equal(full, work.page_image(1))
