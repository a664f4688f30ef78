"""Invents the strings that drawings carry; `KINDS` says how often each kind comes. Spelling as in `dimensions`."""

import string
from collections.abc import Callable, Sequence
from random import Random

from ocr_tasks.training.dimensions import (
    angle,
    asymmetric,
    cell,
    chamfer,
    deviation,
    diameter,
    dimension,
    fit,
    frame,
    hole,
    imperial,
    number,
    often,
    reference,
    roughness,
    sign,
    small,
    thread,
    tolerance,
)
from ocr_tasks.training.words import CJK, MATERIALS, NETS, NOTES, TITLES, VALUES, WORDS

Maker = Callable[[Random], str]

MARKS = "ABCDEFGHJKLMNPRSTUVWXXYZ"
_WORDS_ALIKE = [word for word in WORDS if set("iloIO") & set(word)]
_ACRONYMS = (
    "FAI", "FAI", "WIFI", "AISI", "ANSI", "API", "PCI", "EMI", "DPI", "HMI", "UI", "OEM", "OD", "ID", "IO", "I/O",
    "NPI", "ISO", "OSB", "LCD", "PCBI", "CMOS", "SOC", "OLED", "SIO", "LOGO", "NO.", "NO", "SPI",
)  # fmt: skip
_INSTRUMENTS = (
    "PI", "TI", "FI", "LI", "AI", "HI", "SI", "PT", "TT", "LT", "FT", "PIC", "TIC", "FIC", "LIC", "TE", "PSV",
)  # fmt: skip
"""Tags of instruments on flow diagrams (ISO 14617-6): the second letter I is an indicator."""
_UMLAUTS = str.maketrans("aouAOU", "äöüÄÖÜ")
ACCENTED = "äöüÄÖÜßéèêàâçîïôûùÉÈÀÇñíóúáåøæłśżčšřžő"


def single(r: Random) -> str:
    """Return one or two characters: balloons, zones, datums, view letters, pin numbers.

    I, O and Q mark nothing on a drawing, for they look like 1 and 0 (ISO 5457, ASME Y14.5): a lone bar is a one.
    """
    style = r.random()
    if style < 0.46:
        return r.choice("1112233445567890")
    if style < 0.64:
        return str(r.randrange(10, 130))
    if style < 0.9:
        return r.choice(MARKS + "AADDGGSSC")
    return r.choice(
        (
            r.choice(MARKS) + str(r.randrange(1, 30)),
            r.choice("±@@#"),
            r.choice("abcdefghkmnrstxyz"),
            r.choice(("mm", "m", "kg", "in")),
            "--",
            "IV",
            "1.",
            "2)",
            "11",
            "111",
            '"',
            r.choice("HWLB"),
            r.choice("HWLB"),
            r.choice(_INSTRUMENTS),
            r.choice(_INSTRUMENTS),
        )
    )


def note(r: Random) -> str:
    """Return a line of a note, whole or cut at words, sometimes numbered."""
    style = r.random()
    if style < 0.45:
        text = r.choice(NOTES)
    else:
        text = " ".join(r.choice(WORDS) for _ in range(r.choice((1, 2, 2, 3, 3, 4, 5, 6, 7))))
        text = r.choice((str.upper, str.upper, str.lower, str.title, str.capitalize))(text)
    if r.random() < 0.3:
        text += " " + r.choice((dimension, tolerance, thread, angle, reference, fit))(r)
    if r.random() < 0.2:
        text = (
            r.choice(
                (
                    f"{r.randrange(1, 25)}. ",
                    f"{r.randrange(1, 25)}) ",
                    f"{r.choice('abcdefgh')}. ",
                    f"NOTE {r.randrange(1, 9)}: ",
                    "- ",
                    f"{r.choice('MPQ')}{r.randrange(1, 9)}. ",
                    "NOTE: ",
                    "* ",
                )
            )
            + text
        )
    if r.random() < 0.04:
        text = text.translate(_UMLAUTS)
    return text + often(r, 0.25, r.choice((".", ".", ",", ":", ";")))


def title(r: Random) -> str:
    text = r.choice(TITLES) if r.random() < 0.7 else r.choice(MATERIALS)
    return text + often(r, 0.06, " " + r.choice((date, part_number, number, _scale))(r)) + often(r, 0.06, " :")


def _scale(r: Random) -> str:
    """Return a scale as a decimal or a ratio, with or without its word."""
    value = r.choice(
        (f"{r.randrange(1, 13)}.{r.choice(('000', '000', '500', '0'))}", f"{r.randrange(1, 11)}:1", _ratio(r))
    )
    return r.choice(("Scale ", "SCALE ", "Scale: ", "")) + value


def _ratio(r: Random) -> str:
    return f"1:{r.choice((2, 4, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 500))}"


def name(r: Random) -> str:
    """Return the name of a file, a part or a variable, as titles have them: C1_module_design ref, FW_B_v2.SLDPRT."""
    cases: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.capitalize)
    allowed = r.choice((cases, (r.choice(cases),), (r.choice(cases),), (r.choice(cases),)))

    def word(words: Sequence[str]) -> str:
        return r.choice(allowed)(r.choice(words))

    letters = "".join(r.choice(string.ascii_uppercase) for _ in range(r.randrange(1, 4)))
    parts = [
        r.choice(
            (
                word(WORDS),
                word(WORDS),
                word(WORDS),
                word(_WORDS_ALIKE),
                letters,
                f"{r.choice(string.ascii_uppercase)}{r.randrange(10)}",
                str(r.randrange(1, 200)),
                f"{r.choice('vV')}{r.randrange(10)}",
                f"{r.randrange(1, 30)}{r.choice(('inch', 'INCH', 'mm', 'MM', 'W', 'x'))}",
            )
        )
        for _ in range(r.choice((2, 2, 3, 3, 4)))
    ]
    joint = r.choice("_____-.")
    text = "".join(part + (" " if r.random() < 0.12 else joint) for part in parts[:-1]) + parts[-1]
    ending = r.choice((".SLDPRT", ".SLDDRW", ".dwg", ".DXF", ".pdf", ".step", "()", " ref", " REF"))
    return text + often(r, 0.2, ending)


def part_number(r: Random) -> str:
    letters = "".join(r.choice(string.ascii_uppercase) for _ in range(r.randrange(1, 5)))
    digits = "".join(r.choice(string.digits) for _ in range(r.randrange(2, 7)))
    more = f"{r.randrange(1, 2000):0{r.randrange(1, 5)}d}"
    word = r.choice(WORDS)
    endings = ("SLDPRT", "SLDDRW", "dwg", "dxf", "PDF", "stp", "ipt")
    return r.choice(
        (
            f"{letters}-{digits}",
            f"{letters}{digits}",
            f"{letters}_{digits}_{more}",
            f"{digits}-{more}",
            f"{letters}-{digits}-{more}",
            f"{digits}.{more}.{r.randrange(100):02d}",
            f"{word}_{more}",
            f"{word}_{r.choice(WORDS)}_{more}",
            f"{letters}-V{r.randrange(1, 9)}_{more}.{r.randrange(100):02d}-{r.choice('ABC')}",
            f"{word.upper()}_{letters}_V{r.randrange(9)}",
            f"{word.lower()}{r.randrange(20)}.{r.choice(endings)}",
            f"{letters}{r.randrange(100)}/{more}",
        )
    )


def date(r: Random) -> str:
    y, m, d = r.randrange(1985, 2031), r.randrange(1, 13), r.randrange(1, 29)
    month = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")[m - 1]
    return r.choice(
        (
            f"{y}-{m:02d}-{d:02d}",
            f"{d:02d}.{m:02d}.{y}",
            f"{d:02d}/{m:02d}/{y}",
            f"{m}/{d}/{y}",
            f"{d:02d}/{m:02d}/{y % 100:02d}",
            f"{y}/{m:02d}/{d:02d}",
            f"{d:02d}-{month}-{y % 100:02d}",
            f"{d} {month.title()} {y}",
            f"{y}.{m:02d}.{d:02d}",
            f"{y}{m:02d}{d:02d}",
        )
    )


def revision(r: Random) -> str:
    mark = r.choice(
        (
            r.choice(string.ascii_uppercase),
            f"{r.randrange(30):02d}",
            f"V{r.randrange(10)}",
            f"{r.randrange(4)}.{r.randrange(10)}",
        )
    )
    what = r.choice(
        (
            "INITIAL RELEASE",
            "FIRST ISSUE",
            "RELEASED FOR PRODUCTION",
            f"ADDED {r.choice(WORDS)}",
            f"DIM {number(r)} WAS {number(r)}",
            f"CHANGED {number(r)} TO {number(r)}, {r.choice(WORDS)} {number(r)}",
            f"ECN {r.randrange(100, 99999)}",
            "Erstausgabe",
            "Première émission",
        )
    )
    return r.choice((what, f"{mark} {what}", f"{mark} {what} {date(r)}", f"{what} {date(r)}", mark))


def net(r: Random) -> str:
    style = r.random()
    if style < 0.4:
        return r.choice(NETS)
    if style < 0.55:
        return r.choice(VALUES)
    if style < 0.9:
        words = [_net_word(r) for _ in range(r.choice((2, 2, 2, 3, 3, 4)))]
        name = r.choice(("_", "_", "_", "_", "-", "/")).join(words)
        return often(r, 0.08, "+") + name + often(r, 0.14, r.choice("####@"))
    return r.choice(("R", "C", "U", "J", "Q", "D", "L", "TP", "P", "GP", "IO")) + str(r.randrange(1, 400))


def _net_word(r: Random) -> str:
    """Return a part of a net's or a component's name: SPI1, 3V3, TX, 0402, A2."""
    return r.choice(
        (
            r.choice(NETS).strip("#+@()"),
            r.choice(NETS).strip("#+@()"),
            r.choice(WORDS).upper(),
            "".join(r.choice(string.ascii_uppercase) for _ in range(r.randrange(1, 5))),
            str(r.randrange(40)),
            f"{r.choice(('I2C', 'SPI', 'USB', 'IO', 'CH', 'L', 'V', 'GPIO', 'PIN'))}{r.randrange(12)}",
            r.choice(("INT0", "INT1", "IN0", "OUT1", "3.3V", "1V8", "V0", "I2C", "IO0", "nINT1", "BOOT0", "MISO")),
            r.choice(("0201", "0402", "0603", "1206", "5%", "1%", "10K", "0.1U", "16V7K", "6.3V6M", "1U")),
        )
    )


def alike(r: Random) -> str:
    """Return words and numbers in which only what stands around tells I from 1 and l, O from 0, S from 5."""
    word = r.choice(_WORDS_ALIKE)
    number = "".join(r.choice("0011123456789") for _ in range(r.randrange(1, 5)))
    letters = "".join(r.choice("IOILSBZDQAGT") for _ in range(r.randrange(1, 4)))
    return r.choice(
        (
            word.upper(),
            word.upper(),
            word.upper(),
            word.upper(),
            f"{word.upper()} {r.choice(_WORDS_ALIKE).upper()}",
            f"{word.upper()} {number}",
            f"{number} {word.upper()}",
            word.capitalize(),
            f"{letters}{number}",
            f"{letters}-{number}",
            f"{number}{r.choice('ABDGHKPSTVZ')}",
            f"{r.choice(MARKS)}{r.choice('0011')}{r.choice(('', '.', ':', '-V0'))}",
            _cut_line(r),
            f"{number}{r.choice(('', '±' + small(r)))} ({word.capitalize()})",
            f"{r.randrange(2, 20)}{r.randrange(10)}{r.randrange(2, 10)}0 {r.choice(('XO', 'OX', 'OXO', 'XOX', 'XO'))}",
            f"0X{r.randrange(256):02X}",
            f"{r.choice(string.ascii_uppercase)}{r.randrange(1, 20)}_{r.choice(WORDS).capitalize()}",
            f"{r.choice(string.ascii_uppercase)}1_{r.choice(WORDS)}_{word.lower()}",
            f"{r.choice(_ACRONYMS)} {r.choice(WORDS).upper()} {word.upper()}",
            f"{r.choice(('AISI', 'FAI', 'ANSI', 'ASTM A', 'MIL-', 'IPC-', 'OHL', 'IEC', 'II-', 'SIL'))} {number}",
            f"{letters}#{number}",
            _abbreviation(r),
            f"{_abbreviation(r)} {r.choice((word.upper(), number))}",
            f"{r.choice((word.upper(), number))} {_abbreviation(r)}",
            f"({r.choice((word.upper(), number))} {_abbreviation(r)})",
            f"({number}) ({r.choice(('Outline', 'Inline', 'Online', 'Outlet', 'Inlet', 'Oil', 'Interior'))})",
            f"{number}±{small(r)} ({r.choice(('Outline', 'Inline', 'Offset', 'Outlet', 'Inlet', 'OLED', 'Opening'))})",
            f"{r.randrange(1000, 9999)} {r.choice(('XO', 'OX', 'OXO', 'O.H.', 'O.C.', 'ID', 'OD', 'CLO.', 'W.I.'))}",
            f"{r.choice('QPM')}{r.randrange(1, 20)}. {word.upper()} {r.choice(WORDS).upper()}",
            f"{r.randrange(10, 20)}. {word.upper()} {r.choice(_WORDS_ALIKE).upper()}",
            f"ISO {r.randrange(100, 20000)}",
            f"DIN {r.randrange(1, 8000)}",
            f"{number}.{word.upper()}",
            f"{r.choice('ABCDEFGHP')}1_{r.choice(WORDS).capitalize()}{often(r, 0.5, '_' + r.choice(WORDS))}",
            f"{r.choice(WORDS).upper()}{r.choice(': ')}{r.choice(('V0', 'V-0', 'V1', 'HB', '94V0'))}",
            f"{r.randrange(20, 99)}{r.choice(('10', '30', '36', '40', '50', '60'))} {r.choice(('XO', 'OX', 'OXXO'))}",
            f"{word.upper()} {r.choice(('PER ISO', 'ISO', 'DIN', 'EN', 'TYPE'))} 1{r.randrange(10, 20000)}",
            f"{r.choice(WORDS).capitalize()}{r.choice(' +:')}{r.choice('012')}.1{r.choice(('', ' '))}mm {word}",
            f"({''.join(r.choices('ABCDEFP', k=2))}_{r.choice(('Outline', 'Offset', 'Opening', 'Origin', 'Order'))})",
            f"({r.choice(_ACRONYMS)}) {r.choice(WORDS).capitalize()}",
            f"{r.choice(WORDS).capitalize()} {r.choice(WORDS).capitalize()} ({r.choice(_INSTRUMENTS)}) {number}",
            f"{r.choice(WORDS).lower()}_{r.choice(WORDS).lower()}()",
            f"AN FAI {r.choice(WORDS).upper()} {r.choice(WORDS).upper()}",
            f"{r.choice(MARKS)}{r.randrange(1, 40)}{r.choice('FPHDK')}{r.randrange(10)}{r.choice('AB')}",
            f"{r.randrange(1, 12)}0{r.choice('PPKRUNDH')}",
        )
    )


def _abbreviation(r: Random) -> str:
    """Return initials with their points: E.G.I, D.L.O."""
    initials = ".".join(r.choices("OOIICEHDGSWTLNBPM", k=r.choice((2, 3, 3))))
    return initials + often(r, 0.7, ".")


def _cut_line(r: Random) -> str:
    """Return the name of a cutting plane: X1-X1, SECTION RIB_1-RIB_1."""
    word = r.choice(WORDS).upper()
    name = r.choice((r.choice(MARKS) + r.choice("112345"), f"{word}{r.choice('_-')}{r.choice('112345')}"))
    return r.choice(("", "", "SECTION ", "Section ", "CUT ")) + f"{name}-{name}"


def measure(r: Random) -> str:
    """Return a number with its unit."""
    unit = r.choice(
        ("mm", "mm", "mm", "mm", "cm", "m", "in", "kg", "g", "N", "Nm", "V", "A", "W", "MPa", "bar", "Hz", "MM", "µm",
         "°C", "HRC", "%", "kN", "lb", "ft", "mm²", "sec", "pcs")
    )  # fmt: skip
    if r.random() < 0.08:
        return unit
    return number(r) + r.choice((" ", " ", "")) + unit + often(r, 0.15, r.choice((".", ")", " MAX.", " MIN", ",")))


def span(r: Random) -> str:
    """Return a range as tables of general tolerances have it, a bound, a flag of a note, a ratio."""
    low = r.choice((0, 0.5, 3, 6, 10, 30, 50, 80, 120, 180, 250, 300, 315, 400, 1000, r.randrange(1, 500)))
    high = low * r.choice((2, 3, 4, 10)) or r.choice((3, 6, 10))
    return r.choice(
        (
            f"<{r.randrange(1, 100)}>",
            f"<{r.randrange(1, 100)}>",
            f"<{r.randrange(1, 30)},{r.randrange(30, 100)}>",
            f"≥ {low:g}",
            f"≥{low:g}",
            f"≤ {high:g}",
            f"≤{high:g}",
            f">{low:g}",
            f"> {low:g}",
            f"< {high:g}",
            f"<{high:g}",
            f">{low:g}-{high:g}",
            f"> {low:g} - {high:g}",
            f"{low:g} < X ≤ {high:g}",
            f"{low:g}<L<{high:g}",
            f">{low:g} ≤{high:g}",
            f"{low:g} - {high:g}",
            f"{low:g} ~ {high:g}",
            f"{low:g}~{high:g}",
            f"L<{high:g} mm",
            f"{high:g} X {low:g} :",
            f"{high:g} ≥ X ≥ {low:g} :",
            f"{low + r.choice((0, 0.01, 0.1)):.2f} to {high:.2f}",
            f"± {r.choice((0.5, 1, 2, 3))}°",
            f"{r.choice(WORDS).upper()} :",
            f"SCALE: {r.randrange(1, 6)}:{r.randrange(1, 21)}",
            _ratio(r),
            _ratio(r),
            f"Scale {r.randrange(1, 10)}.{r.randrange(10)}00",
            f"({r.randrange(1, 11)}:{r.randrange(1, 11)})",
        )
    )


def code(r: Random) -> str:
    """Return letters and digits without sense, so that no language is learnt by heart."""
    letters = string.ascii_uppercase * 3 + string.digits * 4 + string.ascii_lowercase + "-_./()+##:,'\"&=*~%@@"
    text = "".join(r.choice(letters) for _ in range(r.randrange(2, 13)))
    return text + often(r, 0.1, r.choice(ACCENTED))


def asian(r: Random) -> str:
    text = r.choice(CJK) + often(r, 0.4, r.choice(CJK))
    return text + often(r, 0.3, r.choice((number(r), diameter(r), thread(r), tolerance(r), "±" + small(r))))


def row(r: Random) -> str:
    """Return neighbouring cells of a table, the rules between them as |: they are read as spaces."""
    cells = [r.choice((title, title, date, number, part_number, single))(r) for _ in range(r.choice((2, 2, 3)))]
    return "|".join(" ".join(c.replace("|", " ").split()) for c in cells)


KINDS: dict[str, tuple[float, Maker]] = {
    "dimension": (17, dimension),
    "tolerance": (8, tolerance),
    "deviation": (5, deviation),
    "asymmetric": (2, asymmetric),
    "fit": (3, fit),
    "thread": (5, thread),
    "angle": (3, angle),
    "chamfer": (2, chamfer),
    "roughness": (1.5, roughness),
    "hole": (8, hole),
    "frame": (2.5, frame),
    "cell": (2, cell),
    "sign": (2.5, sign),
    "single": (14, single),
    "reference": (3, reference),
    "imperial": (3, imperial),
    "note": (17, note),
    "title": (5, title),
    "part number": (4.5, part_number),
    "name": (5, name),
    "date": (1.5, date),
    "revision": (1.5, revision),
    "net": (12, net),
    "alike": (7.5, alike),
    "measure": (3, measure),
    "span": (3, span),
    "row": (1.5, row),
    "code": (2, code),
    "asian": (2, asian),
}
"""Each kind of string with its share (any unit) and what makes it."""


def invent(r: Random) -> tuple[str, str]:
    """Return a kind of string and a string of that kind."""
    kind = r.choices(tuple(KINDS), tuple(share for share, _ in KINDS.values()))[0]
    return kind, " ".join(KINDS[kind][1](r).split())
