"""Fonts as strokes and outlines, and symbols as lines."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from training_faces import STROKES, VERA, lettering

from ocr_tasks.errors import MachineError
from ocr_tasks.training.lettering import _BARE_ONE_MISLEADS, _SQUARE_MISLEADS, CAP, Lettering, OutlineFace, read_lff
from ocr_tasks.training.symbols import DRAWN, SQUARED, bracket, squared, strokes, zero


def test_strokes_are_measured_in_cap_heights() -> None:
    lines, advance = read_lff(STROKES)["H"]
    assert max(y for line in lines for _, y in line) == pytest.approx(1)
    assert advance == pytest.approx((6 + 3) / 9)


def test_a_bulge_of_one_is_half_a_circle() -> None:
    lines, _ = read_lff(STROKES)["O"]
    distances = [np.hypot(x - 0.5, y - 0.5) for x, y in lines[0]]
    assert len(distances) > 12
    assert distances == pytest.approx([0.5] * len(distances), abs=1e-6)


def test_a_bulge_without_its_comma_is_read() -> None:
    (line,), _ = read_lff(STROKES)["C"]
    assert len(line) > 4


def test_a_copy_of_a_later_glyph_is_whole() -> None:
    glyphs = read_lff(STROKES)
    assert len(glyphs["É"][0]) == len(glyphs["E"][0]) + 1


@pytest.mark.parametrize("symbol", sorted(DRAWN))
def test_every_symbol_is_drawn_within_reach(symbol: str) -> None:
    for seed in range(5):
        lines, advance = strokes(symbol, Random(seed))
        spots = [spot for line in lines for spot in line]
        assert advance > 0
        assert all(-0.4 <= x <= advance + 0.7 and -0.5 <= y <= 1.6 for x, y in spots)


def test_a_diameter_sign_is_written_by_a_font_that_has_none(tmp_path: Path) -> None:
    letters = lettering(tmp_path)
    stroke = letters.faces[1]
    with_sign, without = (
        sum(letters.write(text, stroke, Random(seed), 5).ink.astype(int).sum() for seed in range(8))
        for text in ("⌀HI", "HI")
    )
    assert with_sign > 1.3 * without


def test_cap_height_of_an_outline_font(tmp_path: Path) -> None:
    drawn = lettering(tmp_path).write("HEH", OutlineFace(VERA), Random(2), 5)
    rows = np.flatnonzero(drawn.ink.max(1) > 127)
    assert rows[-1] - rows[0] + 1 == pytest.approx(CAP, abs=3)
    assert (drawn.top, drawn.base) == pytest.approx((rows[0], rows[-1] + 1), abs=3)


@pytest.mark.parametrize(
    "text", ["P1. MATERIAL", "C1_Plate", "10. ALL RIVETS", "1.40", "105° MIN", "AISI 1045", "Y1-Y1", "PIN1", "I2C_1"]
)
def test_a_one_may_be_a_bare_bar_where_the_context_says_so(text: str) -> None:
    assert not _BARE_ONE_MISLEADS.search(text)


@pytest.mark.parametrize("text", ["Al1", "AI1", "XY1", "P1", "A1B", "II", "GPI01", "|1|"])
def test_a_one_keeps_its_flag_where_it_could_be_an_i(text: str) -> None:
    assert _BARE_ONE_MISLEADS.search(text)


def test_some_strings_are_spread_in_cells_of_one_width(tmp_path: Path) -> None:
    letters = lettering(tmp_path)
    spans = [
        np.ptp(np.flatnonzero(letters.write("IIII", letters.faces[1], Random(s), 5).ink.any(0))) for s in range(60)
    ]
    assert min(spans) < 1.6 * CAP
    assert 3 <= sum(span > 2.4 * CAP for span in spans) <= 20


def test_walls_of_a_frame_are_rules_not_ink(tmp_path: Path) -> None:
    drawn = lettering(tmp_path).write("E|0.1|H", OutlineFace(VERA), Random(3), 5)
    assert len(drawn.rules) == 2
    assert all(not drawn.ink[:, round(x)].any() for x in drawn.rules)


def test_missing_fonts_are_named_with_their_packages(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"osifont.*apt-get install"):
        Lettering.installed({"osifont": 1}, (tmp_path,))


def test_spread_lettering_has_bare_ones_more_often(tmp_path: Path) -> None:
    """The font at hand has no one: its own would come from the outline font, which is wider than a bar."""
    letters = lettering(tmp_path)
    bare: dict[bool, list[bool]] = {True: [], False: []}
    for seed in range(600):
        drawn = letters.write("1EEE", letters.faces[1], Random(seed), 5)
        columns = np.flatnonzero(drawn.ink[drawn.base - 3 : drawn.base + 3].any(0))
        breaks = np.flatnonzero(np.diff(columns) > 1)
        starts, one = columns[breaks + 1], columns[breaks[0]] - columns[0]
        bare[bool(starts[2] - starts[1] > 1.2 * CAP)].append(bool(one < 0.3 * CAP))
    assert all(len(found) >= 20 for found in bare.values())
    assert np.mean(bare[True]) > np.mean(bare[False]) + 0.08


@pytest.mark.parametrize("sign", "()[]")
def test_drawn_brackets_are_narrow_taller_than_digits_and_open_to_their_side(sign: str) -> None:
    for seed in range(20):
        (line,), advance = bracket(sign, Random(seed))
        xs, ys = zip(*line, strict=True)
        assert max(xs) - min(xs) <= 0.25 < advance + 0.1
        assert min(ys) < 0
        assert max(ys) > 1
        back, ends = xs[1], xs[0]
        assert (back < ends) == (sign in "([")


def test_a_barred_zero_is_narrower_than_a_diameter_sign_and_keeps_its_bar_inside() -> None:
    for seed in range(40):
        (oval, bar), advance = zero(Random(seed))
        xs, ys = zip(*oval, strict=True)
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        assert wide < 0.7 * high
        assert advance > wide
        for x, y in bar:
            assert ((x - wide / 2) / (wide / 2)) ** 2 + ((y - 0.5) / (high / 2)) ** 2 < 1.0


def test_some_underscores_are_short_and_stand_at_the_baseline(tmp_path: Path) -> None:
    letters = lettering(tmp_path)
    lowest, gaps = [], []
    for seed in range(60):
        drawn = letters.write("E_E", letters.faces[0], Random(seed), 5)
        rows = np.flatnonzero(drawn.ink.any(1))
        lowest.append(rows[-1] - drawn.base)
        gaps.append(np.diff(np.flatnonzero(drawn.ink.any(0))).max())
    assert 8 <= sum(low < 0.15 * CAP for low in lowest) <= 40
    assert max(gaps) > 0.15 * CAP


@pytest.mark.parametrize("character", sorted(SQUARED))
def test_square_lettering_has_no_curves_and_keeps_its_proportions(character: str) -> None:
    for seed in range(1, 20):
        (outline, *_), advance = squared(character, Random(seed))
        xs, ys = zip(*outline, strict=True)
        assert (min(ys), max(ys)) == (0, 1)
        assert len(outline) <= 9
        assert max(xs) < advance


def test_a_square_d_is_cut_at_its_right_corners_alone() -> None:
    for seed in range(1, 20):
        (outline,), _ = squared("D", Random(seed))
        wide = max(x for x, _ in outline)
        assert {(0, 0), (0, 1)} <= set(outline)
        assert not {(wide, 0), (wide, 1)} & set(outline)


@pytest.mark.parametrize(
    ("text", "misleads"), [("NOTE", False), ("0.5 MOTOR", False), ("O", True), ("□20", True), ("D0", True)]
)
def test_a_round_is_square_only_where_a_word_says_that_it_is_no_sign(text: str, misleads: bool) -> None:
    assert bool(_SQUARE_MISLEADS.search(text)) == misleads
