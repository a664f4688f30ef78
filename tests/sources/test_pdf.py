"""PDF pages through both renderers, their resolution, and the strings of their text layer."""

import shutil
from pathlib import Path

import drawn
import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ocr_tasks.contract import RenderOptions, VectorText
from ocr_tasks.errors import MachineError
from ocr_tasks.quads import angle_of, bounds
from ocr_tasks.sources import Sheet, open_source


def read(path: Path, page: int = 1, **options: object) -> Sheet:
    chosen = RenderOptions.model_validate(options)
    with open_source(path, chosen) as source:
        return source.sheet(page, chosen)


def string(sheet: Sheet, text: str) -> VectorText:
    (found,) = (one for one in sheet.texts if one.text == text)
    return found


def written(canvas: Canvas, *strings: tuple[float, float, str], size: float = 10) -> None:
    canvas.setFont("Helvetica", size)
    for x, y, text in strings:
        canvas.drawString(x, y, text)


def test_a_page_is_grey_and_its_strings_stand_on_their_ink(tmp_path: Path) -> None:
    sheet = read(drawn.pdf(tmp_path / "a.pdf"), dpi=200)
    height, width = sheet.image.shape
    assert (width, height) == (round(842 / 72 * 200 + 0.5), round(595 / 72 * 200 + 0.5))
    assert sheet.image.min() == 0
    assert sheet.image.max() == 255
    assert {one.text for one in sheet.texts} == {"300 ±0.2", "SCALE 1:2", "150 H7"}
    assert sheet.layer is not None
    assert sheet.layer.trusted
    left, top, right, bottom = (round(value) for value in bounds(string(sheet, "300 ±0.2").quad_px))
    ink = sheet.image < 128
    assert ink[top : bottom + 1, left : right + 1].any()
    # The quad is tight: nothing of the string stands outside it.
    assert not ink[top - 6 : top - 1, left:right].any()
    assert not ink[top:bottom, right + 2 : right + 8].any()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_strings_follow_the_pages_rotation(rotate: int, tmp_path: Path) -> None:
    sheet = read(drawn.pdf(tmp_path / "a.pdf", size_pt=(842, 842), rotate=rotate), dpi=100)
    assert sheet.rotation == -rotate % 360
    assert sheet.layer is not None
    assert sheet.layer.trusted
    angle = angle_of(string(sheet, "SCALE 1:2").quad_px)
    assert angle % 360 == pytest.approx(-rotate % 360, abs=0.1)
    assert angle_of(string(sheet, "150 H7").quad_px) % 360 == pytest.approx((90 - rotate) % 360, abs=0.1)


def test_small_lettering_asks_for_more_pixels(tmp_path: Path) -> None:
    def small(canvas: Canvas) -> None:
        written(canvas, *((50, 40 + 12 * k, "12.5 +0.1 M8") for k in range(30)), size=4.5)

    large = read(drawn.pdf(tmp_path / "large.pdf"))
    fine = read(drawn.pdf(tmp_path / "fine.pdf", [small]))
    assert fine.dpi > large.dpi
    _, top, _, bottom = bounds(fine.texts[0].quad_px)
    assert bottom - top >= 17


@pytest.mark.parametrize("size", [4.5, 6.0, 12.0])
def test_lettering_drawn_as_lines_is_measured_by_looking(size: float, tmp_path: Path) -> None:
    """The same dpi, within a tenth, with the layer and without looking at it."""

    def page(canvas: Canvas) -> None:
        canvas.rect(20, 20, 802, 555)
        written(canvas, *((50 + 200 * (k % 3), 40 + 30 * (k // 3), "12.5 ±0.1 M8 H7") for k in range(45)), size=size)

    path = drawn.pdf(tmp_path / "a.pdf", [page])
    assert read(path, text_layer=False).dpi == pytest.approx(read(path).dpi, rel=0.1)


def test_a_scanned_page_keeps_the_scanners_resolution(tmp_path: Path) -> None:
    scan = Image.fromarray(drawn.sheet_with_lines(1240, 1754))

    def scanned(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(scan), 0, 0, 842, 595)

    assert read(drawn.pdf(tmp_path / "scan.pdf", [scanned])).dpi == pytest.approx(150, abs=1)


def test_gaps_and_other_lines_begin_another_string(tmp_path: Path) -> None:
    def table(canvas: Canvas) -> None:
        written(canvas, (50, 500, "DRAWN BY"), (120, 500, "J. DOE"), (50, 488, "CHECKED"), (300, 300, "A"))

    sheet = read(drawn.pdf(tmp_path / "t.pdf", [table]))
    assert [one.text for one in sheet.texts] == ["DRAWN BY", "J. DOE", "CHECKED", "A"]


def test_a_ruling_line_between_cells_begins_another_string(tmp_path: Path) -> None:
    def cells(canvas: Canvas) -> None:
        written(canvas, (50, 500, "REV"), (76, 500, "DATE"))
        canvas.setLineWidth(0.5)
        canvas.line(73, 490, 73, 515)
        written(canvas, (50, 400, "REV"), (76, 400, "DATE"))

    sheet = read(drawn.pdf(tmp_path / "t.pdf", [cells]))
    assert [one.text for one in sheet.texts] == ["REV", "DATE", "REV DATE"]


def test_a_string_written_twice_over_itself_counts_once(tmp_path: Path) -> None:
    def bold(canvas: Canvas) -> None:
        written(canvas, (50, 500, "DO NOT SCALE"), (50.2, 500, "DO NOT SCALE"), (50, 400, "DO NOT SCALE"))

    assert len(read(drawn.pdf(tmp_path / "b.pdf", [bold])).texts) == 2


def test_pieces_that_stand_end_to_end_are_one_string_in_any_order(tmp_path: Path) -> None:
    def pieces(canvas: Canvas) -> None:
        plus, minus = (50 + stringWidth(sign, "Helvetica", 10) for sign in "+-")
        written(canvas, (50, 500, "+"), (50, 480, "-"), (plus, 500, "0,05"), (minus, 480, "0,02"))

    assert {one.text for one in read(drawn.pdf(tmp_path / "p.pdf", [pieces])).texts} == {"+0,05", "-0,02"}


def test_spaced_out_letters_are_one_word(tmp_path: Path) -> None:
    def spaced(canvas: Canvas) -> None:
        text = canvas.beginText(50, 500)
        text.setFont("Helvetica", 10)
        text.setCharSpace(3.5)
        text.textOut("SECTION")
        canvas.drawText(text)

    (one,) = read(drawn.pdf(tmp_path / "s.pdf", [spaced])).texts
    assert one.text == "SECTION"


@pytest.mark.parametrize("degrees", [17, 45, 60, 123])
def test_oblique_strings_stay_whole(degrees: int, tmp_path: Path) -> None:
    def oblique(canvas: Canvas) -> None:
        canvas.translate(400, 300)
        canvas.rotate(degrees)
        written(canvas, (0, 0, "24.60 ±0.05"))

    (one,) = read(drawn.pdf(tmp_path / "o.pdf", [oblique])).texts
    assert one.text == "24.60 ±0.05"
    assert angle_of(one.quad_px) == pytest.approx(degrees, abs=0.5)


def ocr_layer_over_scan(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.fromarray(drawn.sheet_with_lines())), 0, 0, 842, 595)
    text = canvas.beginText(100, 300)
    text.setFont("Helvetica", 10)
    text.setTextRenderMode(3)
    text.textOut("read by some program")
    canvas.drawText(text)


def shifted_layer(canvas: Canvas) -> None:
    """Strokes at one place, the invisible strings that tell what they say at another."""
    canvas.rect(20, 20, 802, 555)
    text = canvas.beginText(100, 300)
    text.setFont("Helvetica", 10)
    text.setTextRenderMode(3)
    for _ in range(5):
        text.textLine("35.5 THRU")
    canvas.drawText(text)


def off_the_page(canvas: Canvas) -> None:
    written(canvas, (50, 300, "ON THE PAGE"), (2000, 300, "FAR"), (2000, 500, "OFF"))


def private_glyphs(canvas: Canvas) -> None:
    """A symbol font with no Unicode behind it."""
    canvas.setFont("Helvetica", 10)
    canvas.drawString(50, 300, "\x80\x81\x82\x83\x84")


@pytest.mark.parametrize(
    ("draw", "why"),
    [(ocr_layer_over_scan, "over a scan"), (shifted_layer, "no ink"), (off_the_page, "off the page")],
)
def test_a_layer_that_does_not_say_what_is_seen_is_not_trusted(draw: drawn.Draw, why: str, tmp_path: Path) -> None:
    layer = read(drawn.pdf(tmp_path / "l.pdf", [draw])).layer
    assert layer is not None
    assert not layer.trusted
    assert why in layer.reason


def test_a_layer_of_glyphs_without_unicode_is_not_trusted(tmp_path: Path) -> None:
    content = b"BT /F1 12 Tf 50 300 Td <0102030405> Tj ET"
    path = drawn.bare_pdf(tmp_path / "g.pdf", content=content)
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Symbols /Encoding << /Differences "
    font += b"[1 /g1 /g2 /g3 /g4 /g5] >> /FirstChar 1 /LastChar 5 /Widths [600 600 600 600 600] >> >> >>"
    path.write_bytes(path.read_bytes().replace(b"/Resources << >>", b"/Resources " + font))
    layer = read(path).layer
    assert layer is None or not layer.trusted


def test_drawn_outlines_have_no_layer(tmp_path: Path) -> None:
    def outlines(canvas: Canvas) -> None:
        canvas.rect(20, 20, 802, 555)

    sheet = read(drawn.pdf(tmp_path / "o.pdf", [outlines]))
    assert sheet.layer is None
    assert sheet.texts == ()


def test_the_layer_is_left_alone_when_it_is_not_wanted(tmp_path: Path) -> None:
    sheet = read(drawn.pdf(tmp_path / "a.pdf"), text_layer=False)
    assert sheet.layer is None
    assert sheet.texts == ()


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler-utils is not installed")
def test_both_renderers_draw_the_same_page(tmp_path: Path) -> None:
    path = drawn.pdf(tmp_path / "a.pdf")
    ours, theirs = read(path, dpi=150), read(path, dpi=150, renderer="poppler")
    assert {one.text for one in ours.texts} == {one.text for one in theirs.texts}
    height, width = (min(a, b) for a, b in zip(ours.image.shape, theirs.image.shape, strict=True))
    apart = np.abs(ours.image[:height, :width].astype(int) - theirs.image[:height, :width]) > 128
    assert apart.mean() < 0.01
    assert abs(ours.image.shape[0] - theirs.image.shape[0]) <= 1


def test_poppler_without_its_programs_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match="apt-get install poppler-utils"):
        read(drawn.pdf(tmp_path / "a.pdf"), renderer="poppler")


def test_layers_of_real_drawings_are_trusted_and_read_like_their_truth(shared_drawings: Path) -> None:
    import json

    agreed = strings = 0
    for truth in sorted(shared_drawings.rglob("*.p0.json"))[::6]:
        pdf = truth.with_name(truth.name.replace(".p0.json", ".pdf"))
        sheet = read(pdf, dpi=100)
        if sheet.layer is None:
            continue
        assert sheet.layer.trusted, f"{pdf.name}: {sheet.layer.reason}"
        said = {"".join(one.text.split()) for one in sheet.texts}
        wanted = ["".join(one["text"].split()) for one in json.loads(truth.read_text())["texts"]]
        agreed += sum(text in said for text in wanted)
        strings += len(wanted)
    assert agreed > 0.8 * strings
