"""Fonts for tests that every installation has: one from a wheel, and a stroke font written here."""

from pathlib import Path

import reportlab

from ocr_tasks.training.lettering import Lettering, OutlineFace, StrokeFace

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"

STROKES = """\
# LetterSpacing: 3
# WordSpacing: 6.75

[0049] I
0,0;0,9

[00c9] É
C0045
0,10;2,12

[0045] E
0,0;0,9
0,9;5,9
0,4.5;4,4.5
0,0;5,0

[0048] H
0,0;0,9
0,4.5;6,4.5
6,0;6,9

[004f] O
0,4.5;9,4.5,A1;0,4.5,A1

[0043] C
6,0;6,9A-1
"""


def lettering(folder: Path) -> Lettering:
    """Return an outline font and a stroke font of five letters."""
    path = folder / "five.lff"
    path.write_text(STROKES, encoding="utf-8")
    vera = OutlineFace(VERA)
    return Lettering((vera, StrokeFace(path)), (3.0, 1.0), (vera,), vera)
