"""Draws strings with the fonts of CAD: outline fonts, single-stroke fonts (LibreCAD's LFF), and symbols made of lines.

Everything is drawn large, cap height 64 pixels, and made smaller by whoever places it on a drawing.
"""

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from ocr_tasks.errors import MachineError
from ocr_tasks.training.symbols import DRAWN, SQUARED, Stroke, bracket, squared, strokes, zero

CAP = 64
"""Cap height of drawn text, in pixels."""

Ink = npt.NDArray[np.uint8]
"""(height, width), 0 paper, 255 ink."""

DIAMETERS = "⌀Øø∅φΦ"
FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"), Path("/usr/share/librecad/fonts"))
PACKAGES = (
    "fonts-osifont fonts-routed-gothic fonts-opendin librecad-data fonts-liberation fonts-texgyre fonts-freefont-ttf "
    "fonts-noto-core fonts-noto-cjk fonts-dejavu-core fonts-dejavu-extra fonts-crosextra-carlito fonts-lato "
    "fonts-roboto-unhinted fonts-inconsolata"
)
"""Debian packages that hold the fonts named here."""

TRAINED = {
    "osifont": 8, "routed-gothic": 6, "routed-gothic-narrow": 2, "routed-gothic-italic": 1, "OSP-DIN": 2,
    "iso3098": 6, "romans": 7, "simplex": 5, "standard": 4, "iso": 4, "lc_opengost-br": 3, "OpenGostTypeB-Regular": 1,
    "romand": 1, "azomix": 2, "unicode": 3, "romansi": 1, "iso3098_i": 1,
    "texgyreadventor-regular": 6, "texgyreadventor-bold": 1, "texgyreheros-regular": 3, "texgyreheros-bold": 1,
    "texgyreheroscn-regular": 2, "texgyrecursor-regular": 1, "texgyretermes-regular": 1,
    "LiberationSans-Regular": 6, "LiberationSans-Bold": 2, "LiberationSansNarrow-Regular": 3,
    "LiberationSans-Italic": 1,
    "LiberationMono-Regular": 1, "LiberationSerif-Regular": 1, "FreeSans": 2, "FreeMono": 1,
    "DejaVuSans": 2, "DejaVuSansCondensed": 1, "DejaVuSansMono": 1, "NotoSans-Regular": 2,
    "Lato-Regular": 1, "Lato-Light": 1, "Roboto-Regular": 1, "RobotoCondensed-Regular": 1,
}  # fmt: skip
"""Fonts to train with (file names without their ending) and their shares."""

HELD_OUT = {
    "routed-gothic-wide": 2, "lc_opengost-ar": 2, "romanp": 1, "kst32b": 2, "texgyreadventor-italic": 1,
    "Carlito-Regular": 2, "Inconsolata": 1, "FreeSansBold": 1, "NotoSansDisplay-Regular": 1, "texgyrebonum-regular": 1,
}  # fmt: skip
"""Fonts never trained with."""

SPARE = ("DejaVuSans", "NotoSansSymbols-Regular", "NotoSansSymbols2-Regular", "FreeSans")
"""Where a character is taken from that the chosen font lacks."""
ASIAN = "NotoSansCJK-Regular"


_BARE_ONE_MISLEADS = re.compile(r"\||[A-Za-z]1[A-Za-z]|[a-zI]1$|\b[A-Z]{2}1$|^[AFLPTHS]1$|\d[Il]|[Il](?!2C)\d|^[Il]+$")
"""Where a one drawn as a bare bar could as well be an I or an l, even to who sees what stands around it.

A bar after a lone capital or a longer word is a one, and so it is by itself: Y1-Y1, PIN1, A1.
"""


_SQUARE_MISLEADS = re.compile(r"□|^[^A-Z]*[A-Z]{0,2}[^A-Z]*$")
"""Where a square O could as well be the sign of a square: no word of capitals stands around it."""


class Pen:
    """An inked canvas: the baseline lies at `BASE`, `x` is where the next character goes."""

    BASE = 2 * CAP

    def __init__(self, width: int, thickness: float) -> None:
        self.image = Image.new("L", (width, 3 * CAP + CAP // 2), 0)
        self.x = float(CAP // 2)
        self.thickness = thickness
        self.rules: list[float] = []
        """Where the cell walls of a feature control frame go, in pixels."""
        self._lines: list[tuple[Stroke, float]] = []

    def outline(self, text: str, font: ImageFont.FreeTypeFont) -> None:
        """Write with an outline font."""
        ImageDraw.Draw(self.image).text((self.x, self.BASE), text, 255, font, anchor="ls")
        self.x += font.getlength(text)

    def strokes(self, lines: list[Stroke], advance: float, slant: float = 0.0, heavier: float = 1.0) -> None:
        """Write strokes given in cap heights above the baseline, `heavier` times as thick as the pen."""
        for line in lines:
            moved = [(self.x + (x + slant * y) * CAP, self.BASE - y * CAP) for x, y in line]
            self._lines.append((moved, heavier))
        self.x += advance * CAP

    def ink(self) -> Ink:
        """Return all that was written."""
        canvas = np.array(self.image)
        for heavier in {heavier for _, heavier in self._lines}:
            lines = [np.round(np.array(s) * 16).astype(np.int32) for s, h in self._lines if h == heavier]
            cv2.polylines(canvas, lines, False, 255, max(1, round(self.thickness * heavier)), cv2.LINE_AA, 4)
        return canvas


class Face(Protocol):
    """A font."""

    @property
    def name(self) -> str: ...

    def has(self, character: str) -> bool: ...

    def write(self, pen: Pen, text: str, slant: float) -> None: ...


@dataclass(frozen=True)
class OutlineFace:
    """A TrueType or OpenType font."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def _known(self) -> frozenset[str]:
        with TTFont(self.path, lazy=True, fontNumber=0) as font:
            return frozenset(map(chr, font.getBestCmap()))

    @cached_property
    def _font(self) -> ImageFont.FreeTypeFont:
        trial = ImageFont.truetype(self.path, 100)
        top = -trial.getbbox("H", anchor="ls")[1]
        return self.sized(100 * CAP / max(top, 1))

    def sized(self, pixels: float) -> ImageFont.FreeTypeFont:
        """Return the font at a size of its em in pixels."""
        return ImageFont.truetype(self.path, pixels)

    def has(self, character: str) -> bool:
        return character in self._known

    def write(self, pen: Pen, text: str, slant: float) -> None:
        pen.outline(text, self._font)


@dataclass(frozen=True)
class StrokeFace:
    """A single-stroke font in LibreCAD's format: polylines with bulges, nine units to a cap height."""

    path: Path
    spacing: float = field(default=0.0)

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def _glyphs(self) -> dict[str, tuple[list[Stroke], float]]:
        return read_lff(self.path.read_text(encoding="utf-8", errors="replace"))

    def has(self, character: str) -> bool:
        return character in self._glyphs

    def write(self, pen: Pen, text: str, slant: float) -> None:
        for character in text:
            lines, advance = self._glyphs[character]
            pen.strokes(lines, advance, slant)


def read_lff(text: str) -> dict[str, tuple[list[Stroke], float]]:
    """Return the glyphs of an LFF font: strokes in cap heights, and how far each moves the pen."""
    gap, blank = 3.0, 6.75
    raw: dict[str, list[Stroke]] = {}
    current: list[Stroke] = []
    copies: dict[str, list[str]] = {}
    character = ""
    for line in text.splitlines():
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            if key.strip() == "LetterSpacing":
                gap = float(value)
            elif key.strip() == "WordSpacing":
                blank = float(value)
        elif line.startswith("["):
            character = chr(int(line[1 : line.index("]")].lstrip("#"), 16))
            current = raw.setdefault(character, [])
        elif line.startswith("C") and len(line) >= 5:
            copies.setdefault(character, []).append(chr(int(line[1:].strip(), 16)))
        elif ";" in line:
            current.append(_polyline(line))
    for character, parts in copies.items():
        raw[character].extend(stroke for part in parts for stroke in raw.get(part, []))
    tall = max((y for stroke in raw.get("H", []) for _, y in stroke), default=9.0)
    low = min((y for stroke in raw.get("H", []) for _, y in stroke), default=0.0)
    unit = (tall - low) or 9.0
    gap = gap or 0.22 * unit
    glyphs: dict[str, tuple[list[Stroke], float]] = {" ": ([], blank / unit)}
    for character, lines in raw.items():
        xs = [x for stroke in lines for x, _ in stroke]
        if not xs:
            continue
        left = min(xs)
        moved = [[((x - left) / unit, (y - low) / unit) for x, y in stroke] for stroke in lines]
        glyphs[character] = (moved, (max(xs) - left + gap) / unit)
    return glyphs


_VERTEX = re.compile(r"(-?[\d.]+),(-?[\d.]+)(?:,?A(-?[\d.]+))?")
"""x, y and a bulge; the comma before the bulge is missing in places."""


def _polyline(line: str) -> Stroke:
    points: Stroke = []
    for part in line.strip().split(";"):
        if not (vertex := _VERTEX.match(part)):
            continue
        x, y, bulge = float(vertex[1]), float(vertex[2]), float(vertex[3] or 0)
        if bulge and points:
            points.extend(_bulge(points[-1], (x, y), bulge))
        points.append((x, y))
    return points


def _bulge(start: tuple[float, float], end: tuple[float, float], bulge: float) -> Stroke:
    """Return the points between two vertices joined by an arc; the bulge is the tangent of a quarter of its angle."""
    angle = 4 * math.atan(bulge)
    dx, dy = end[0] - start[0], end[1] - start[1]
    if not (dx or dy) or not angle:
        return []
    offset = 0.5 / math.tan(angle / 2)
    cx, cy = (start[0] + end[0]) / 2 - dy * offset, (start[1] + end[1]) / 2 + dx * offset
    steps = max(2, int(abs(angle) / 0.25))
    points = []
    for i in range(1, steps):
        c, s = math.cos(angle * i / steps), math.sin(angle * i / steps)
        x, y = start[0] - cx, start[1] - cy
        points.append((cx + c * x - s * y, cy + s * x + c * y))
    return points


@dataclass(frozen=True)
class Drawn:
    """A written string: ink, where its cap band lies (rows), and where the walls of its cells go (columns)."""

    ink: Ink
    top: int
    base: int
    rules: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How one string is written: symbols by lines or by glyphs and how heavy, leaning, ones as bare bars, spread."""

    by_lines: bool
    slant: float
    heavier: float
    bare_one: bool
    barred_zero: bool
    """Zeros have a bar or a point inside."""
    drawn_brackets: bool
    """Brackets are drawn as lines, narrow and taller than the digits."""
    square: int
    """Rounds of capitals and zeros are boxes, as in CAD's oldest lettering: the seed of their proportions, or 0."""
    short_underscore: bool
    """Underscores are short and thin, at the baseline, with a gap before them."""
    pitch: float
    """Least distance between the starts of neighbouring characters, in pixels; 0 for a proportional font."""


@dataclass(frozen=True)
class Lettering:
    """The fonts at hand."""

    faces: tuple[Face, ...]
    shares: tuple[float, ...]
    spare: tuple[Face, ...]
    asian: Face

    @classmethod
    def installed(cls, shares: dict[str, int], folders: tuple[Path, ...] = FOLDERS) -> "Lettering":
        """Return the named fonts. Raises MachineError that names the packages where fonts are missing."""
        found = {p.stem: p for folder in folders for p in sorted(folder.rglob("*")) if p.suffix in _FACES}
        missing = [name for name in (*shares, *SPARE, ASIAN) if name not in found]
        if missing:
            raise MachineError(f"fonts are missing: {', '.join(missing)}; on Debian: apt-get install {PACKAGES}")
        faces = {name: _FACES[found[name].suffix](found[name]) for name in (*shares, *SPARE, ASIAN)}
        return cls(
            tuple(faces[n] for n in shares), tuple(shares.values()), tuple(faces[n] for n in SPARE), faces[ASIAN]
        )

    def pick(self, r: Random, text: str) -> Face:
        """Return a font for the text; one with its script where it is Chinese or Japanese."""
        if any(c >= "⺀" for c in text):
            return self.asian
        return r.choices(self.faces, self.shares)[0]

    def write(self, text: str, face: Face, r: Random, thickness: float) -> Drawn:
        """Write the text; `thickness` of strokes in pixels at cap height 64."""
        pen = Pen(CAP * (2 * len(text) + 4), thickness)
        slant = r.choices((0.0, 0.27), (85, 15))[0] if isinstance(face, StrokeFace) else 0.0
        loose = r.uniform(0.02, 0.5) * CAP if r.random() < 0.2 else 0.0
        pitch = r.uniform(0.8, 1.5) * CAP if isinstance(face, StrokeFace) and r.random() < 0.16 else 0.0
        style = Style(
            by_lines=r.random() < 0.5,
            slant=slant,
            heavier=r.choices((1.0, 1.5, 2.0), (75, 15, 10))[0],
            bare_one=r.random() < (0.55 if pitch else 0.22) and not _BARE_ONE_MISLEADS.search(text),
            barred_zero=isinstance(face, StrokeFace) and len(text) > 1 and r.random() < 0.08,
            drawn_brackets=r.random() < (0.4 if isinstance(face, StrokeFace) else 0.15),
            square=r.randrange(1, 1000)
            if isinstance(face, StrokeFace) and r.random() < 0.16 and not _SQUARE_MISLEADS.search(text)
            else 0,
            short_underscore="_" in text and r.random() < 0.35,
            pitch=pitch,
        )
        whole = not (loose or style.bare_one or style.short_underscore or style.drawn_brackets) and isinstance(
            face, OutlineFace
        )
        for run in _runs(text, whole):
            start = pen.x
            if style.pitch and run in "1.,:Il'":
                pen.x += 0.3 * style.pitch
            self._run(pen, run, face, r, style)
            pen.x = max(pen.x + loose, start + style.pitch)
        return Drawn(pen.ink(), Pen.BASE - CAP, Pen.BASE, tuple(pen.rules))

    def _run(self, pen: Pen, run: str, face: Face, r: Random, style: Style) -> None:
        if run == "|":
            pen.x += 0.3 * CAP
            pen.rules.append(pen.x)
            pen.x += 0.4 * CAP
            return
        if run == "1" and style.bare_one:
            pen.strokes([[(0, 0), (0, 1)]], 0.45, style.slant)
            return
        if run == "_" and style.short_underscore:
            pen.x += r.uniform(0.02, 0.3) * CAP
            wide, low = r.uniform(0.2, 0.6), r.uniform(-0.12, 0.03)
            pen.strokes([[(0, low), (wide, low)]], wide + r.uniform(0.03, 0.15), heavier=r.uniform(0.3, 1.0))
            return
        if run in "()[]" and style.drawn_brackets:
            pen.strokes(*bracket(run, r), style.slant, r.choice((0.4, 0.7, 1.0, 1.0)))
            return
        if run in SQUARED and style.square and (run != "A" or style.square % 2):
            pen.strokes(*squared(run, Random(style.square)), style.slant)
            return
        if run == "0" and style.barred_zero:
            pen.strokes(*zero(r), style.slant)
            return
        glyph = run
        if run == "⌀":
            glyph = r.choice([c for c in DIAMETERS if face.has(c)] or ["⌀"])
        if run in DRAWN and (style.by_lines or (not face.has(glyph) and r.random() < 0.7)):
            pen.strokes(*strokes(run, r), style.slant if run not in "°±" else 0.0, style.heavier)
            return
        if all(map(face.has, glyph)):
            face.write(pen, glyph, style.slant)
            return
        for character in glyph:
            able = next((f for f in (face, *self.spare, self.asian) if f.has(character)), None)
            if able is not None:
                able.write(pen, character, style.slant)


_FACES = {".ttf": OutlineFace, ".otf": OutlineFace, ".ttc": OutlineFace, ".lff": StrokeFace}


def _runs(text: str, whole: bool) -> list[str]:
    """Split where a symbol or a cell wall stands; elsewhere too unless `whole`."""
    runs: list[str] = []
    for character in text:
        apart = character in DRAWN or character == "|" or not whole
        if apart or not runs or runs[-1][-1] in DRAWN or runs[-1] == "|":
            runs.append(character)
        else:
            runs[-1] += character
    return runs
