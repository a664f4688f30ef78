"""How what was read is spelt: one spelling for each sign, and look-alikes where only one of them can stand.

Single-stroke lettering draws 1 and I, 0 and O alike; a recogniser without context has to guess. A rule here fires only
where the characters around leave one reading: between digits there is no O, within a word of letters there is no 0.
"""

import re
import unicodedata

SIGNS = str.maketrans(
    {
        "″": '"', "“": '"', "”": '"', "〃": '"', "′": "'", "’": "'", "‘": "'", "`": "'",
        "‐": "-", "–": "-", "—": "-", "−": "-", "一": "-",
        "×": "x", "Х": "X", "х": "x",
        "Ø": "⌀", "ø": "⌀", "∅": "⌀", "Φ": "⌀", "φ": "⌀", "ϕ": "⌀", "ф": "⌀", "Ф": "⌀",
        "º": "°", "˚": "°", "。": "°",
        "口": "□", "囗": "□", "ロ": "□", "丨": "|", "｜": "|", "士": "±", "土": "±",
        "≤": "≤", "О": "O", "о": "o", "А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H", "К": "K", "М": "M", "Т": "T",
        "〇": "0", "○": "○", "Λ": "Λ",
    }
)  # fmt: skip
"""Spellings and look-alikes of other scripts that mean the same on a drawing."""

_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_END_IN_O = "AUDI|RADI|RATI|SERV|STUDI|VIDE|APROBAD|DIBUJAD|REVISAD|APPROVAT|CONTROLLAT|DISEGNAT"
"""Words that an O ends. No pattern tells them from names like BOOT0 and DATA0."""

RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # O and l in numbers: 0.05OMM, O°, 1O.5, RO.20, 0.Imm, I05°, I3., lx45°
    (re.compile(r"(?<=\d)[oO](?=[\d.,]|MM|mm)|(?<=\d[.,])[oO](?=[\doO]|MM|mm)"), "0"),
    (re.compile(r"(?:(?<![A-Za-z])|(?<=\bR))[oO](?=[.,]\d|[.,][oO]|°)|(?<=[±+\-/⌀])[oO](?=[.,]?\d)"), "0"),
    (re.compile(r"(?<![A-Za-z|._])[Il](?=[.,]?\d[\d.,]*(?![\dA-Za-z_])|°| ?[xX] ?\d+ ?°)"), "1"),
    (re.compile(r"(?<=\d[.,])[Il|](?=mm\b|[^A-Za-z]|$)"), "1"),
    (re.compile(r"^[Il](?=\.\s?[A-Z])(?!\.D\. |\.\s?[A-Z][^\W\d_A-Z]+$)"), "1"),
    (re.compile(r"(?<=^[A-Z])[Il](?=\.\s?(?:[A-Z]{2}|[Ⓐ-Ⓩ]))"), "1"),
    (re.compile(r"^L(?=[.,]\d+$)"), "1"),
    # Zeros and ones in words: HO0K, (0ut1ine), MATERlAL, FAl, lEC, CIose, RADI1, PIN N0., W/0, VIDE0
    (re.compile(r"(?<=\b[A-Z])0(?=0*[A-Z]{2,}\b)|(?<=\b[A-Z]{2})0(?=0*[A-Z]+\b)|(?<=[A-Z]{3})0(?=[A-Z]+\b)"), "O"),
    (re.compile(r"(?<![\w.,])0(?!x|deg)(?=[a-z1]{3,})|(?<=[A-Z]_)0(?=[a-z1]{3,})"), "O"),
    (re.compile(r"(?<=[a-z]{2})1(?=[a-z]{2})"), "l"),
    (re.compile(r"(?<=[A-Z])l(?=[A-Z])|(?<=[A-Z]{2})l\b|(?<![A-Za-z])l(?=[A-Z]{2,}\b)"), "I"),
    (re.compile(r"(?<=\b[ABCFGPS])I(?=[a-z]{2})"), "l"),
    (re.compile(r"\bA(?:II|Il|lI)(?=\s)"), "All"),
    (re.compile(r"\bRAD(?:I[1l]|[1l]I)(?![\dA-Z])|(?<= )RAD11\b|\bRAD11(?= )"), "RADII"),
    (re.compile(r"(?<=\bIS)0(?=[ /-]?\d)|(?<=\bN)0(?=\.(?!\d))|(?<=\b[IW]/)0\b"), "O"),
    (re.compile(rf"((?:\b|_)(?:{_END_IN_O})|ÇÃ)0\b"), r"\1O"),
    # Accents that are never taught: Secciín, TíTULO, DESCRIÇÄO
    (re.compile(r"(?<=aci|cci|isi|nsi|esi)[éíî](?=n\b)"), "ó"),
    (re.compile(r"(?<=ACI|CCI|ISI|NSI|ESI)[ÉÍÔÖ](?=N\b)"), "Ó"),
    (re.compile(r"(?<=[A-Z])í(?=[A-Z])"), "Í"),
    (re.compile(r"Ä(?=[O0]S?\b)"), "Ã"),
    (re.compile(r"(?<=[a-zç])ä(?=os?\b)"), "ã"),
    (re.compile(r"(?<![\w.,])0(?=-R(?:ING|ing))"), "O"),
    # Standards: ASME YI4.5, MIL-1-46058, ANODIZE TYPE 11, TYPE 111 CLASS 2
    (re.compile(r"(?<=\bY)[Il](?=4\.5)"), "1"),
    (re.compile(r"(?<=\bMIL-)1(?=-\d)"), "I"),
    (re.compile(r"(?<=\bTYPE )(?:I[1l]|[1l]I|11(?=,? CLASS \d))\b|(?<=ANODI[SZ]E TYPE )11\b"), "II"),
    (re.compile(r"(?<=\bTYPE )(?=.{0,2}I)[I1l]{3}\b|(?<=\bTYPE )111(?=,? CLASS \d)|(?<=ANODI[SZ]E TYPE )111\b"), "III"),
    # Abbreviations: O.C., D.L.O., W.I.C., 1.50 I.D., Top I.D. at rim, DWG00121
    (re.compile(r"(?<![\w.])0(?=\.[A-Z]\.)|(?<=[A-Z]\.)0(?=\.[A-Z])"), "O"),
    (re.compile(r"(?<=\b[A-Z]\.[A-Z]\.)0(?=\.?(?:[\s,;)]|$))"), "O"),
    (re.compile(r"(?<=\b[A-Z]\.)1(?=\.[A-Z])|(?<=\d )1(?=\.D\.)"), "I"),
    (re.compile(r"(?<![\w.,])[1l](?=\.D\. ?[\w(=])|(?<=[a-z] )1(?=\. D\.)"), "I"),
    (re.compile(r"(?<=\bDWG)O(?=\d{2})"), "0"),
    (re.compile(r"(?<=[a-z])tM\b"), "TM"),
    # Signals: SWDI0, VDDI0, JTAG-TD0, DI(100) of a serial memory, GPI01, GPI0_3, BOOTO, UARTO_TX
    (re.compile(r"(?<=SWDI|VDDI|VCCI)0(?![A-Z\d])|(?<=\bMIS)0\b|(?<=_MIS)0\b|(?<=GPI)0(?=_?\d)"), "O"),
    (re.compile(r"(?<=JTAG[-_]TD)0\b"), "O"),
    (re.compile(r"(?<=\bDI\()10(?=0\))|(?<=\bDO\()10(?=1\))"), "IO"),
    (re.compile(r"(?<=BOOT|UART|GPIO)O(?![A-Za-z])"), "0"),
    # Sections Y1-Y1, alloys 38CrMoAlA, AlSi1OMg, AlMgSil, 1ISMn30, pounds, part numbers: 5OP, TPS545ODDAR, E727TO005
    (re.compile(r"\b([A-Z])[Il1]-\1[Il1]\b"), r"\g<1>1-\g<1>1"),
    (re.compile(r"(?<=Cr|Cu|Mg|Mn|Mo|Ni|Si|Ti|Zn)AI(?![a-z])|\bAI(?=(?:Cr|Cu|Mg|Mn|Ni|Si|Ti|Zn)(?![a-z]))"), "Al"),
    (re.compile(r"(?<=[a-z]1)O(?=[A-Z][a-z])"), "0"),
    (re.compile(r"(?<=MgSi)[Il]\b|(?<=\b1)[Il](?=SMn)"), "1"),
    (re.compile(r"(?<=\d)I(?=b\b)|(?<=\d )I(?=b\b)|(?<=\b(?:in|ft)[-·])I(?=b\b)"), "l"),
    (re.compile(r"(?<=\b\d)[oO](?=[PVAWK]\b)"), "0"),
    (re.compile(r"(?<=\d{3})(?!OHM|OUT)O(?=[A-Z]{2})|(?<=\d[A-Z])O(?=\d{2})"), "0"),
    # What a line through a 2 leaves: 31.∠0
    (re.compile(r"(?<=\d[.,])∠(?=\d)"), "2"),
    # Slashed zeros, diameters and depths: 0.⌀5, PRT⌀1⌀4, Q 8 THRU, ⌀8 $ 20, M5 $10
    (re.compile(r"(?<=\d[.,])⌀(?=\d)"), "0"),
    (re.compile(r"⌀(?=[.,]⌀\d)|(?<=[A-Z-])⌀(?=\d⌀\d)|(?<=[A-Z-]0\d)⌀(?=\d)|(?<=\d)⌀(?=$| [a-z])"), "0"),
    (re.compile(r"(?<=\b\d\d-)⌀(?=\d-⌀\d-)|(?<=-0\d-)⌀(?=\d-)"), "0"),
    (re.compile(r"(?<![A-Z0-9])Q(?= ?\d+(?:[.,]\d+)? (?:THRU\b|[↧$⌴]))"), "⌀"),
    (re.compile(r"((?:[⌀⌴⌵]|\bM|[xX-]M)\s?[\d.,]+[^$]*)\$(?= ?[\d.,])"), r"\1↧"),
    (re.compile(r"□(?=[A-Z])|(?<=[A-Z])□(?! ?[\d.,])"), "O"),
    # Feet and fractions: IO'-2", 1O'-11 1⁄4", I 3⁄8", 7⁄32 "
    (re.compile(r"(?<![\w.,])[Il](?=[\dO]{0,2}(?:'[- ]?\d| ?\d{1,2}⁄\d))"), "1"),
    (re.compile(r"(?<=\d)O(?=\d?(?:'[- ]?\d| ?\d{1,2}⁄\d))"), "0"),
    (re.compile(r"(?<=⁄\d) (?=\")|(?<=⁄\d\d) (?=\")"), ""),
    # Whole and fraction, of which the paper between is lost: 21⁄2" is no improper fraction
    (re.compile(r"(?<![\d.,⁄])(\d{1,3})(?=1⁄2(?!\d)|[13]⁄4(?!\d)|[1357]⁄8(?!\d))"), r"\1 "),
    # What geometry leaves at the ends: CC1°, BLK°, - 0.5 -, -⌀63,7, .4.7U, 7X |9.00
    (re.compile(r"^((?!MAX|MIN|TYP|REF|ANG|TAPER|DRAFT|CSK|UP|DOWN)[A-Z]{2,}\d|[A-Z]+\d? ?[+-])[°c]$"), r"\1"),
    (re.compile(r"(?<=[A-Z]{3})°$"), ""),
    (re.compile(r"^- ?(\d+[.,]\d+) ?-$"), r"\1"),
    (re.compile(r"^[-⏤] ?(?=[⌀R]\d+(?:[.,]\d+)?(?: [A-Za-z]{1,2}\d{1,2})?$)"), ""),
    (re.compile(r"^\.(?=\d+[.,]\d)|^\|(?=[A-Za-z]{3})"), ""),
    (re.compile(r"^(\d{1,2}[xX] )\|(?=[⌀R]?\d+[.,]\d+$)"), r"\1"),
    # Brackets: 6#12-[11-150ZW, 4x(12, 4.5)
    (re.compile(r"^([^\[\]]*\[\d{1,2})[1lI](?=-[^\]]*$|$)"), r"\1]"),
    (re.compile(r"^((?:\d+\s?[xX]\s?)?\([⌀R]?\d+(?:[.,]\d+)?°?)$"), r"\1)"),
    (re.compile(r"^([⌀R]?\d*[.,]\d+\))$"), r"(\1"),
)
"""Each rule: where it fires, what then stands there."""


def spelt(text: str) -> str:
    """Return TEXT in the spelling of drawings."""
    plain = (c if c in "⌀°º˚²³±µ" or "Ⓐ" <= c <= "Ⓩ" else unicodedata.normalize("NFKC", c) for c in _signs(text))
    text = _signs("".join(plain))  # once more: ㊀ is a look-alike only now
    for _ in range(3):  # a repair may make room for its neighbour: "OO5" -> "0O5" -> "005"
        repaired = text
        for pattern, replacement in RULES:
            repaired = pattern.sub(replacement, repaired)
        if repaired == text:
            return text
        text = repaired
    return text


def _signs(text: str) -> str:
    """Replace look-alikes of other scripts, unless the text is in such a script."""
    if len(_IDEOGRAPH.findall(text)) > 1 and not re.search(r"\d", text):
        return text
    return text.translate(SIGNS)
