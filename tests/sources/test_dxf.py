"""DXF sheets as a person would print them, with the strings that they are drawn from."""

import subprocess
import sys
from pathlib import Path

import drawn
import ezdxf
import numpy as np
import pytest
import reportlab

from ocr_tasks.contract import RenderOptions
from ocr_tasks.quads import angle_of, bounds
from ocr_tasks.sources import Sheet, open_source


def read(path: Path, page: int = 1, **options: object) -> Sheet:
    chosen = RenderOptions.model_validate(options)
    with open_source(path, chosen) as source:
        return source.sheet(page, chosen)


def test_a_model_is_drawn_black_on_white_at_its_own_size(tmp_path: Path) -> None:
    sheet = read(drawn.dxf(tmp_path / "a.dxf"), dpi=254)
    height, width = sheet.image.shape
    assert sheet.dpi == 254
    # 10 pixels a millimetre: a plate of 200 mm, lettering and a margin of 40 pixels around.
    ink_columns = np.nonzero((sheet.image < 128).any(axis=0))[0]
    assert ink_columns[0] >= 35
    assert 2000 < ink_columns[-1] - ink_columns[0] < 2150
    assert (sheet.image[0] == 255).all()
    assert sheet.image.min() == 0
    assert len(np.unique(sheet.image)) > 20  # edges are antialiased
    assert width > height


def test_its_strings_stand_on_their_ink(tmp_path: Path) -> None:
    sheet = read(drawn.dxf(tmp_path / "a.dxf"))
    assert sheet.layer is not None
    assert sheet.layer.trusted
    texts = {one.text: one for one in sheet.texts}
    assert set(texts) == {"Ø40 H7", "100", "BREAK EDGES"}
    assert angle_of(texts["100"].quad_px) == pytest.approx(90, abs=0.1)
    for one in texts.values():
        left, top, right, bottom = (round(value) for value in bounds(one.quad_px))
        ink = (sheet.image[top : bottom + 1, left : right + 1] < 128).mean()
        assert 0.05 < ink < 0.6, one.text
    _, top, _, bottom = bounds(texts["Ø40 H7"].quad_px)
    assert bottom - top >= 18


def test_laid_out_sheets_come_before_the_model(tmp_path: Path) -> None:
    document = ezdxf.new("R2010", setup=True)
    document.modelspace().add_circle((0, 0), 5000)
    paper = document.layout("Layout1")
    paper.add_lwpolyline([(0, 0), (420, 0), (420, 297), (0, 297)], close=True)
    paper.add_text("SHEET ONE", height=5).set_placement((300, 20))
    other = document.layouts.new("Layout2")
    other.add_lwpolyline([(0, 0), (297, 0), (297, 210), (0, 210)], close=True)
    document.layouts.new("Empty")
    document.saveas(tmp_path / "sheets.dxf")
    with open_source(tmp_path / "sheets.dxf", RenderOptions()) as source:
        assert source.page_count == 2
        first = source.sheet(1, RenderOptions(dpi=100))
        second = source.sheet(2, RenderOptions(dpi=100))
    assert [one.text for one in first.texts] == ["SHEET ONE"]
    assert first.image.shape[1] - 80 == pytest.approx(420 / 25.4 * 100, abs=3)
    assert second.image.shape[1] - 80 == pytest.approx(297 / 25.4 * 100, abs=3)


def test_a_viewport_shows_the_model_with_its_text_in_place(tmp_path: Path) -> None:
    document = ezdxf.new("R2010", setup=True)
    document.modelspace().add_text("M12", height=50).set_placement((1000, 1000))
    paper = document.layout("Layout1")
    paper.add_lwpolyline([(0, 0), (420, 0), (420, 297), (0, 297)], close=True)
    paper.add_viewport(center=(200, 150), size=(200, 100), view_center_point=(1050, 1025), view_height=1000)
    document.saveas(tmp_path / "view.dxf")
    sheet = read(tmp_path / "view.dxf", dpi=254)
    (one,) = sheet.texts
    left, top, right, bottom = (round(value) for value in bounds(one.quad_px))
    assert bottom - top == pytest.approx(50, abs=2)  # 50 units at 1:10 are 5 mm
    assert (sheet.image[top:bottom, left:right] < 128).mean() > 0.05


@pytest.mark.parametrize(
    ("case", "shown"),
    [("plain", True), ("layer not plotted", True), ("layer off", True), ("sheet never opened", True), ("off", False)],
)
def test_a_view_is_shown_wherever_a_plot_shows_it(tmp_path: Path, case: str, shown: bool) -> None:
    document = ezdxf.new("R2010", setup=True)
    document.modelspace().add_text("M12", height=50).set_placement((1000, 1000))
    paper = document.layout("Layout1")
    paper.add_lwpolyline([(0, 0), (420, 0), (420, 297), (0, 297)], close=True)
    paper.add_new_main_viewport()
    view = paper.add_viewport(center=(200, 150), size=(200, 100), view_center_point=(1050, 1025), view_height=1000)
    layer = document.layers.add("VIEWS")
    view.dxf.layer = "VIEWS"
    if case == "layer not plotted":
        layer.dxf.plot = 0
    elif case == "layer off":
        layer.off()
    elif case == "sheet never opened":
        for each in paper.viewports():
            each.dxf.status = each.dxf.id = 0
    elif case == "off":
        view.dxf.flags = view.dxf.get("flags", 0) | 0x20000
    document.saveas(tmp_path / "view.dxf")
    assert [text.text for text in read(tmp_path / "view.dxf").texts] == ["M12"] * shown


def test_a_hard_space_is_a_space(tmp_path: Path) -> None:
    document = ezdxf.new("R2010", setup=True)
    document.modelspace().add_mtext(r"FINAL\~PASS", {"char_height": 5})
    block = document.blocks.new("NOTE")
    block.add_mtext(r"C:\\~X", {"char_height": 5})
    document.modelspace().add_blockref("NOTE", (0, 50))
    document.saveas(tmp_path / "spaces.dxf")
    assert sorted(text.text for text in read(tmp_path / "spaces.dxf").texts) == [r"C:\~X", "FINAL PASS"]


def test_a_model_as_large_as_no_sheet_is_drawn_on_one(tmp_path: Path) -> None:
    document = ezdxf.new("R2010", units=6)
    document.modelspace().add_lwpolyline([(0, 0), (90_000, 0), (90_000, 40_000)], close=True)
    document.saveas(tmp_path / "plant.dxf")
    assert 4000 < read(tmp_path / "plant.dxf").image.shape[1] < 6000


def test_a_binary_dxf_is_read_too(tmp_path: Path) -> None:
    document = ezdxf.readfile(drawn.dxf(tmp_path / "a.dxf"))
    document.saveas(tmp_path / "b.dxf", fmt="bin")
    assert {one.text for one in read(tmp_path / "b.dxf").texts} == {"Ø40 H7", "100", "BREAK EDGES"}


def test_a_filled_letter_keeps_its_hole(tmp_path: Path) -> None:
    document = ezdxf.new("R2010", setup=True, units=4)
    hatch = document.modelspace().add_hatch()
    hatch.paths.add_polyline_path([(0, 0), (100, 0), (100, 100), (0, 100)], is_closed=True)
    hatch.paths.add_polyline_path([(30, 30), (70, 30), (70, 70), (30, 70)], is_closed=True)
    document.saveas(tmp_path / "hole.dxf")
    image = read(tmp_path / "hole.dxf", dpi=100).image
    middle = image.shape[0] // 2
    assert image[middle, middle] == 255
    assert image[middle, 60] == 0


def test_a_hatch_is_drawn_the_same_every_time(tmp_path: Path) -> None:
    document = ezdxf.new("R2010", setup=True, units=4)
    hatch = document.modelspace().add_hatch()
    hatch.set_pattern_fill("ANSI31", scale=2.0)
    hatch.paths.add_polyline_path([(0, 0), (100, 0), (100, 70), (0, 70)], is_closed=True)
    document.saveas(tmp_path / "hatch.dxf")
    pictures = [read(tmp_path / "hatch.dxf", dpi=100).image for _ in range(3)]
    assert 0.02 < (pictures[0] < 128).mean() < 0.5
    assert all(np.array_equal(pictures[0], picture) for picture in pictures[1:])


@pytest.mark.parametrize("name", ["Vera.ttf", "arial.ttf"])
def test_lettering_takes_no_font_of_the_machine_either(tmp_path: Path, name: str) -> None:
    """A machine that has the font that the drawing names gives the same sheet as one that has none."""
    document = ezdxf.new("R2010", setup=True, units=4)
    document.styles.add("NOTES", font=name)
    document.modelspace().add_text("WIDE M AND W", height=5, dxfattribs={"style": "NOTES"})
    document.saveas(tmp_path / "a.dxf")
    script = (
        "import hashlib, sys\n"
        "from pathlib import Path\n"
        "from ezdxf.fonts import fonts\n"
        "fonts.font_manager.clear()\n"
        "fonts.font_manager.build(sys.argv[2:], support_dirs=False)\n"
        "from ocr_tasks.contract import RenderOptions\n"
        "from ocr_tasks.sources import open_source\n"
        "with open_source(Path(sys.argv[1]), RenderOptions()) as source:\n"
        "    sheet = source.sheet(1, RenderOptions(dpi=100))\n"
        "print(hashlib.sha256(sheet.image.data).hexdigest(), sheet.texts)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.dxf")]
    fonts = Path(reportlab.__file__).parent / "fonts"  # Vera, as a machine's own
    assert (fonts / "Vera.ttf").is_file()
    (tmp_path / "none").mkdir()
    sheets = [subprocess.check_output([*command, str(folder)]) for folder in (fonts, tmp_path / "none")]
    assert sheets[0] == sheets[1]


def test_lettering_needs_no_font_of_the_machine(tmp_path: Path) -> None:
    """On a bare server there is no font but the one that comes along."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ezdxf.fonts import fonts\n"
        "fonts.font_manager.clear()\n"
        "from ocr_tasks.contract import RenderOptions\n"
        "from ocr_tasks.sources import open_source\n"
        "from ocr_tasks.quads import bounds\n"
        "with open_source(Path(sys.argv[1]), RenderOptions()) as source:\n"
        "    sheet = source.sheet(1, RenderOptions())\n"
        "for one in sheet.texts:\n"
        "    left, top, right, bottom = (round(value) for value in bounds(one.quad_px))\n"
        "    print(one.text, (sheet.image[top:bottom, left:right] < 128).mean())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, drawn.dxf(tmp_path / "a.dxf")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    inks = dict(line.rsplit(" ", 1) for line in ended.stdout.splitlines())
    assert set(inks) == {"Ø40 H7", "100", "BREAK EDGES"}
    assert all(0.05 < float(ink) < 0.5 for ink in inks.values()), inks
