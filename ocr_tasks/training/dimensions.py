"""Invents what is measured or toleranced on a drawing: dimensions, fits, threads, hole notes, frames.

Every function takes a random generator and returns one string, spelt as the recogniser should read it: ⌀ for every
diameter sign, "-" for every dash, straight quotes.
"""

import string
from random import Random

from ocr_tasks.training.words import WORDS

CHARACTERISTICS = "⌖⏥⏤○⌭⌓⌒∥⊥∠◎⌯↗⌰"
MODIFIERS = "ⓂⓁⓅⒻⓉⓊⓈ"
HOLE_WORDS = (
    "EQ. SP.", "ON", "EQUI-SPACED ON", "DEEP", "durchgehend", "tief", "PCD", "B.C.", "BOHREN", "C/BORE",
    "HOLE", "HOLES",
)  # fmt: skip


def often(r: Random, chance: float, text: str) -> str:
    """Return the text with a chance, else nothing."""
    return text if r.random() < chance else ""


def number(r: Random) -> str:
    """Return a length as drawings write it: 12, 12.5, 0.05, .250, 356,00."""
    digits = r.choices((1, 2, 3, 4), (4, 5, 4, 1))[0]
    whole = str(r.randrange(10 ** (digits - 1), 10**digits)) if digits > 1 else str(r.randrange(10))
    places = r.choices((0, 1, 2, 3, 4), (30, 25, 30, 14, 1))[0]
    if not places:
        return whole if whole != "0" or r.random() < 0.3 else str(r.randrange(1, 400))
    fraction = "".join(r.choice(string.digits) for _ in range(places))
    if r.random() < 0.25:
        fraction = fraction[:-1] + r.choice("05")
    if r.random() < 0.12:
        return f".{fraction}"
    return f"{'0' if r.random() < 0.15 else whole}{',' if r.random() < 0.15 else '.'}{fraction}"


def small(r: Random) -> str:
    """Return a tolerance value: 0.05, .005, 0,1, 1."""
    places = r.choices((0, 1, 2, 3), (4, 30, 45, 21))[0]
    if not places:
        return str(r.randrange(1, 4))
    text = "." + "".join(r.choice("000112355") for _ in range(places - 1)) + r.choice("1234556789")
    text = text if r.random() < 0.2 else "0" + text
    return text.replace(".", ",") if r.random() < 0.12 else text


def diameter(r: Random) -> str:
    return "⌀" + often(r, 0.25, " ") + number(r)


def sized(r: Random) -> str:
    """Return a number behind the sign of its shape, or none."""
    sign = r.choices(
        ("", "⌀", "R", "S⌀", "SR", "□", "□ ", "⌀ ", "R ", "C", "t=", "SQ "), (34, 30, 16, 2, 2, 6, 3, 5, 2, 2, 1, 1)
    )[0]
    return sign + number(r)


def counted(r: Random, text: str, chance: float = 1.0) -> str:
    """Put a count before the text: 4X, 2x, 16 ×, (3x), 4-."""
    if r.random() >= chance:
        return text
    count = r.choice((2, 2, 3, 4, 4, 4, 5, 6, 8, 8, 10, 12, 16, 24, 36, r.randrange(2, 100)))
    sign = r.choices(("X", "x", "×", " X", " x", " ×", "-", " PLACES", " PL"), (40, 30, 8, 8, 8, 2, 3, 1, 1))[0]
    gap = " " if sign[-1] in "SL" else r.choice(("", " ", " "))
    return r.choices(
        (f"{count}{sign}{gap}{text}", f"({count}{sign}) {text}", f"{text} ({count}{sign.strip()})"), (90, 6, 4)
    )[0]


def flagged(r: Random, text: str) -> str:
    """Put the circled letter of a critical or process-control characteristic before a few of the texts."""
    return often(r, 0.03, r.choice("ⓅⓅⓈⒺⓂⒻⓉ") + often(r, 0.3, " ")) + text


def dimension(r: Random) -> str:
    text = counted(r, sized(r), 0.18)
    suffix = r.choices(
        (
            "",
            " mm",
            "mm",
            '"',
            " REF",
            " TYP",
            " TYP.",
            " MAX",
            " MIN",
            " BSC",
            " THRU",
            " THRU ALL",
            " DP",
            " in",
            " cm",
            " ref.",
            "\u00a0max.",
        ),
        (70, 4, 3, 4, 4, 4, 1, 2, 2, 1, 3, 4, 1, 1, 1, 1, 1),
    )[0].replace("\u00a0", " ")
    return flagged(r, text + suffix)


def reference(r: Random) -> str:
    inner = sized(r) + often(r, 0.1, f" ±{small(r)}")
    return r.choices(
        (
            f"({inner})",
            f"[{inner}]",
            f"<{r.randrange(1, 60)}>",
            f"{inner} REF",
            f"REF {inner}",
            f"( {inner} )",
            f"({r.randrange(1, 60)})",
            f"[{r.randrange(1, 60)}]",
            f"{r.randrange(1, 30)}{r.choice('xX')}({r.randrange(1, 60)})",
        ),
        (50, 10, 6, 8, 4, 8, 8, 8, 8),
    )[0]


def tolerance(r: Random) -> str:
    gap = r.choice(("", "", " "))
    sign = r.choices(("±", "+/-", "± "), (85, 10, 5))[0]
    text = f"{sized(r)}{gap}{sign}{small(r)}{often(r, 0.05, '°')}"
    text += often(r, 0.08, f" ({r.choice(WORDS).capitalize()})")
    return flagged(r, counted(r, text, 0.15))


def deviation(r: Random) -> str:
    """Return one line of a tolerance: ±0.05, +0.02, -.001, 0, +/- 0.25."""
    style = r.random()
    if style < 0.1:
        return r.choice(("0", "0", "0.00", "+0", "-0", "0.0"))
    sign = r.choices(("+", "-", "±", "+/- ", "± "), (35, 35, 20, 5, 5))[0]
    return sign + small(r) + often(r, 0.05, "°")


def asymmetric(r: Random) -> str:
    up, down = small(r), r.choice(("0", small(r)))
    return r.choice(
        (
            f"{sized(r)} +{up}/-{down}",
            f"{sized(r)} +{up} -{down}",
            f"{number(r)}-{number(r)}",
            f"+{up}/-{down}",
            f"{number(r)} - {number(r)}",
        )
    )


def fit(r: Random) -> str:
    hole = (
        r.choice("DEFGHHHHHJKMNPS")
        + r.choice(("", "S") if r.random() < 0.05 else ("",))
        + r.choice(("6", "7", "7", "8", "9", "11"))
    )
    shaft = r.choice("defgghhhjkmnprs") + r.choice(("5", "6", "6", "7", "9", "11"))
    zone = r.choices((hole, shaft, f"{hole}/{shaft}"), (45, 40, 15))[0]
    style = r.random()
    if style < 0.15:
        return zone
    body = r.choice((diameter(r), f"⌀{r.randrange(2, 200)}", str(r.randrange(3, 400))))
    return body + r.choice(("", " ")) + zone + often(r, 0.1, f" ({'+' if r.random() < 0.6 else '-'}{small(r)})")


def thread(r: Random) -> str:
    metric = r.choice((1.6, 2, 2.5, 3, 3, 4, 4, 5, 5, 6, 6, 8, 8, 10, 12, 14, 16, 20, 24, 30, 36))
    pitch = r.choice(
        ("0.35", "0.4", "0.45", "0.5", "0.7", "0.75", "0.8", "1", "1.0", "1.25", "1.5", "1.75", "2", "2.0", "3")
    )
    style = r.random()
    if style < 0.62:
        text = f"M{metric:g}" + often(r, 0.55, r.choice((f"x{pitch}", f" x {pitch}", f"X{pitch}", f"×{pitch}")))
        text += often(r, 0.35, r.choice((" - 6H", "-6H", " 6g", "-6g", " - 6g", " LH", "-6H/6g", " 6H")))
    elif style < 0.85:
        size = r.choice(
            ("#2", "#4", "#6", "#8", "#10", "1/4", "5/16", "3/8", "7/16", "1/2", "5/8", "3/4", "1", "10", "8", "6", "4")
        )
        pitch = str(r.choice((10, 11, 13, 16, 18, 20, 24, 28, 32, 36, 40, 48, 56)))
        series = ("UNC", "UNF", "UNC-2B", "UNF-2A", "UNC - 2B", "UN", "UNEF", "UNRC-2A")
        text = f"{size}{r.choice(('-', '-', ' - '))}{pitch} {r.choice(series)}"
    elif style < 0.95:
        text = (
            r.choice(("G", "R", "Rc", "Rp", "NPT", ""))
            + r.choice(("1/8", "1/4", "3/8", "1/2", "3/4", "1", "1 1/4"))
            + r.choice(("", "", "-14 NPT", "-18 NPT", " BSP", "A", "-27 NPTF"))
        )
    else:
        text = r.choice(
            (
                f"Tr{r.randrange(8, 60)}x{r.randrange(2, 9)}",
                f"Tr{r.randrange(8, 60)} x {r.randrange(2, 9)} LH",
                f"S{r.randrange(10, 50)}x{r.randrange(2, 8)}",
                f"W{r.randrange(10, 50)}x1/{r.randrange(8, 20)}",
            )
        )
    text += often(
        r,
        0.35,
        r.choice(
            (
                f" ↧ {number(r)}",
                f" ↧{number(r)}",
                " THRU",
                " THRU ALL",
                f" DEPTH {number(r)}",
                " TAP",
                f" - {r.randrange(5, 40)} DEEP",
                f" x {r.randrange(5, 90)}",
            )
        ),
    )
    return counted(r, text, 0.3)


def angle(r: Random) -> str:
    value = r.choice(
        (
            "30",
            "45",
            "45",
            "60",
            "90",
            "90",
            "120",
            "15",
            str(r.randrange(1, 360)),
            f"{r.randrange(1, 180)}.{r.randrange(1, 100)}",
        )
    )
    text = f"{value}{r.choice(('°', '°', '°', ' °'))}"
    text += often(r, 0.15, f"{r.randrange(0, 60)}'" + often(r, 0.4, f'{r.randrange(0, 60)}"'))
    text += often(r, 0.15, f"{r.choice(('', ' '))}±{r.choice(('1°', '0.5°', '2°', small(r) + '°', '0°30' + chr(39)))}")
    return counted(r, text, 0.12) + often(r, 0.05, r.choice((" TYP", " REF", " MAX")))


def chamfer(r: Random) -> str:
    size = r.choice((number(r), small(r), "0.5", "1", "2", ".030"))
    cross = r.choice((" X ", "X", "x", " x ", "×", " × "))
    return counted(
        r,
        r.choice(
            (
                f"{size}{cross}45°",
                f"45°{cross}{size}",
                f"C{size}",
                f"{size}{cross}{r.choice(('30', '60', '45'))}°",
                f"{size}{cross}{small(r)}",
                f"CHAMFER {size}{cross}45°",
            )
        ),
        0.2,
    )


def roughness(r: Random) -> str:
    value = r.choice(("0.4", "0.8", "1.6", "3.2", "6.3", "12.5", "25", "0,8", "3,2", "1,6", "32", "63", "125"))
    return r.choices(
        (
            f"Ra {value}",
            f"Ra{value}",
            f"Rz {value}",
            f"Rz{r.choice((4, 10, 16, 25, 63))}",
            value,
            f"N{r.randrange(3, 12)}",
            f"Rmax {value}",
            f"√ Ra {value}",
            f"Ra {value} (√)",
            f"√{value}",
        ),
        (25, 15, 12, 6, 20, 10, 2, 4, 2, 4),
    )[0]


def hole(r: Random) -> str:
    """Return a hole note on one line, in signs or words."""
    depth = r.choice((" ↧ ", " ↧", "↧", " ↧ ")) + number(r)
    style = r.random()
    if style < 0.3:
        text = diameter(r) + r.choice((" THRU", " THRU ALL", depth, "", " THRU", ""))
    elif style < 0.52:
        text = "⌴" + r.choice(("", " ")) + diameter(r) + often(r, 0.7, depth)
    elif style < 0.7:
        text = (
            "⌵"
            + r.choice(("", " "))
            + diameter(r)
            + r.choice((" X ", " x ", "X", " × "))
            + r.choice(("82", "90", "100", "90"))
            + "°"
        )
    elif style < 0.85:
        text = r.choice(
            (
                f"↧{number(r)}",
                f"↧ {number(r)}",
                f"⌴ ⌀{number(r)}",
                f"CBORE {diameter(r)}",
                f"CSK {diameter(r)}",
                f"DRILL {diameter(r)}",
                f"{diameter(r)} DRILL THRU",
                f"REAM {diameter(r)}",
            )
        )
    else:
        text = f"{diameter(r)} {r.choice(HOLE_WORDS)} {often(r, 0.6, diameter(r))}".strip()
    return counted(r, text, 0.45)


def frame(r: Random) -> str:
    """Return a feature control frame: cells apart by |."""
    sign = r.choice(CHARACTERISTICS)
    value = (
        often(r, 0.45, r.choice(("⌀", "⌀", "S⌀")))
        + small(r)
        + often(r, 0.25, r.choice(MODIFIERS))
        + often(r, 0.04, " CZ")
    )
    datums = [
        letter + often(r, 0.12, r.choice("ⓂⓁ")) for letter in r.sample("ABCDEFGHKXYZ", r.choice((0, 1, 1, 2, 2, 3)))
    ]
    if datums and r.random() < 0.06:
        datums[0] += "-" + r.choice("BCD")
    return "|".join([sign, value, *datums])


def cell(r: Random) -> str:
    """Return what one cell of a frame, or a datum flag, holds."""
    parts = frame(r).split("|")
    return r.choices((parts[0], parts[1], parts[-1], r.choice(string.ascii_uppercase)), (1, 5, 2, 2))[0]


def imperial(r: Random) -> str:
    top = r.choice((1, 3, 5, 7))
    fraction = f"{top}/{r.choice((2, 4, 8, 16, 32, 64)) if top == 1 else r.choice((4, 8, 16, 32))}"
    style = r.random()
    if style < 0.35:
        feet = f"{r.randrange(1, 60)}'{r.choice(('-', '-', ' ', ' - ', ''))}"
        return f"{feet}{r.randrange(0, 12)}{often(r, 0.3, ' ' + fraction)}{often(r, 0.9, chr(34))}"
    if style < 0.55:
        return f'{r.randrange(1, 40)}{often(r, 0.5, " " + fraction)}"'
    if style < 0.75:
        return often(r, 0.4, f"{r.randrange(1, 30)} ") + fraction + often(r, 0.5, '"') + often(r, 0.15, " TYP")
    return r.choice(
        (
            f'{r.randrange(1, 20)}"x{r.randrange(1, 20)}"',
            f"{r.randrange(2, 30)}' x {r.randrange(2, 30)}'",
            f"{r.randrange(4, 20)}'{r.randrange(12)} x {r.randrange(4, 20)}'{r.randrange(12)}",
            f"{r.randrange(2, 20)}'",
        )
    )


def sign(r: Random) -> str:
    """Return a rare sign beside a number, so that each is seen often enough; alone it would be taken for a hole."""
    mark = r.choice("⌀⌀⏥⏥□□↧↧⌴⌴⌵⌵⌖⏥⏤○⌭⌓⌒∥⊥∠◎⌯↗⌰⌲⌳ⓂⓁⓅⒻⓉⓊⓈⒺ±±°°µΩ≤≤≥≥<>½¼¾⅛⅜⅝⅞→△▽√℄×©®Φ²³")
    return r.choice((mark + small(r), f"{mark} {number(r)}", number(r) + mark, f"{number(r)} {mark}", mark + number(r)))
