"""One spelling for the signs that drawings, CAD programs and OCR write in many ways.

The folded text remembers which character of the original each of its characters came from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SAME = {
    "⌀": "ØøφΦ∅ϕ⌀⊘",
    "-": "–—−‐‑‒﹣",
    "°": "º˚∘",
    "'": "’‘′ʹ`´",
    '"': "”“″ʺ„",
    "x": "×✕✖⨯",
    "±": "±",
    "~": "〜～∼",
    "μ": "µ",
    "∥": "⫽‖⏸",
    "⊥": "⟂",
    "⌖": "⊕",
    "↧": "⤓⭳",
    "□": "◻▢⃞☐",
    "⌴": "⎵",
    "⌵": "∨",
    "⏤": "⎯",
    "⌰": "⌮",
    "○": "◯⭘",
    "/": "⁄∕",
    ":": "：∶",
    "|": "｜│┃¦",
    "~ ": "",
}
_FOLD = {spelling: sign for sign, spellings in _SAME.items() for spelling in spellings}
_VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅓": "1/3", "⅔": "2/3"}
LONG_BLANK = " " * 3
_CAD = re.compile(r"%%([cdp])|\\U\+([0-9A-Fa-f]{4})|\\(P)|(↗↗)", re.IGNORECASE)
_CAD_SIGNS = {"c": "⌀", "d": "°", "p": "±"}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` in one spelling; `origin[i]` is the index in the original string of `text[i]`, and of its end."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the original string, without the blanks around it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start >= end:
            return (self.origin[start], self.origin[start])
        return (self.origin[start], self.origin[end - 1] + 1)


def fold(text: str) -> Folded:
    """Return TEXT with one spelling for each sign.

    Control and direction characters become spaces or go; full-width forms become plain ones; AutoCAD's `%%c`, `%%d`,
    `%%p` become ⌀, °, ± (Autodesk's DXF reference, "Control codes for special characters"). Of a long blank two or
    three characters stay, so that no pattern is slow on it.
    """
    if text.isascii() and text.isprintable() and not any(code in text for code in ("%%", "\\", LONG_BLANK)):
        return Folded(text, tuple(range(len(text) + 1)))
    out: list[str] = []
    origin: list[int] = []
    i = 0
    while i < len(text):
        sign = text[i]
        step = 1
        if sign in "%\\↗" and (code := _CAD.match(text, i)):
            step = code.end() - i
            sign = _sign(code)
        folded = _VULGAR.get(sign) or _FOLD.get(sign) or _plain(sign)
        if sign in _VULGAR and out and out[-1].isdigit():
            folded = " " + folded
        if folded.isspace() and "".join(out[-2:]).isspace() and len(out) > 1 and _says_nothing(folded, out):
            folded = ""
        out.extend(folded)
        origin.extend([i] * len(folded))
        i += step
    origin.append(len(text))
    return Folded("".join(out), tuple(origin))


def _says_nothing(blank: str, out: list[str]) -> bool:
    """Return whether a BLANK after two others adds nothing: only the first new line among them does."""
    return blank != "\n" or "\n" in out[-2:]


def _sign(code: re.Match[str]) -> str:
    """Return what a CAD program's code stands for: %%c, \\U+2300, \\P (a new line), two arrows (total run-out)."""
    if code[1]:
        return _CAD_SIGNS[code[1].lower()]
    if code[2]:
        return chr(int(code[2], 16))
    return "\n" if code[3] else "⌰"


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    code = ord(sign)
    if sign == "\n":
        return "\n"
    if sign.isspace():
        return " "
    if 0xFF01 <= code <= 0xFF5E or 0x3300 <= code <= 0x33FF:
        return "".join(_FOLD.get(plain, plain) for plain in unicodedata.normalize("NFKC", sign))
    category = unicodedata.category(sign)
    if category == "Cf":
        return ""
    return " " if category[0] == "C" else sign
