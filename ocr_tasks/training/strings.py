"""Invents the strings that drawings carry; `KINDS` says how often each kind comes. Spelling as in `dimensions`."""

import string
from collections.abc import Callable
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

MARKS = "ABCDEFGHJKLMNPRSTUVWXYZ"
ACCENTED = "äöüÄÖÜßéèêàâçîïôûùÉÈÀÇñíóúáåøæłśżčšřžő"


def single(r: Random) -> str:
    """Return one or two characters: balloons, zones, datums, view letters, pin numbers.

    I, O and Q mark nothing on a drawing, for they look like 1 and 0 (ISO 5457, ASME Y14.5): a lone bar is a one.
    """
    style = r.random()
    if style < 0.38:
        return r.choice("11234567890")
    if style < 0.6:
        return str(r.randrange(10, 130))
    if style < 0.88:
        return r.choice(MARKS)
    return r.choice(
        (
            r.choice(MARKS) + str(r.randrange(1, 30)),
            r.choice("+-±@#"),
            r.choice("abcdefghkmnrstxyz"),
            "--",
            "II",
            "III",
            "IV",
            "1.",
            "2)",
            "11",
            "111",
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
    return text + often(r, 0.25, r.choice((".", ".", ",", ":", ";")))


def title(r: Random) -> str:
    text = r.choice(TITLES) if r.random() < 0.7 else r.choice(MATERIALS)
    return text + often(r, 0.06, " " + r.choice((date, part_number, number))(r))


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
    if style < 0.6:
        return r.choice(NETS)
    if style < 0.75:
        return r.choice(VALUES)
    if style < 0.9:
        words = [r.choice(NETS).strip("#+") for _ in range(r.choice((2, 2, 3)))]
        return r.choice(("_", "_", "-", "/")).join(words)
    return r.choice(("R", "C", "U", "J", "Q", "D", "L", "TP", "P", "GP", "IO")) + str(r.randrange(1, 400))


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
    "cell": (2.5, cell),
    "sign": (3, sign),
    "single": (7, single),
    "reference": (3, reference),
    "imperial": (3, imperial),
    "note": (13, note),
    "title": (5, title),
    "part number": (3.5, part_number),
    "date": (1.5, date),
    "revision": (1.5, revision),
    "net": (8, net),
    "row": (1.5, row),
    "code": (2, code),
    "asian": (2, asian),
}
"""Each kind of string with its share (any unit) and what makes it."""


def invent(r: Random) -> tuple[str, str]:
    """Return a kind of string and a string of that kind."""
    kind = r.choices(tuple(KINDS), tuple(share for share, _ in KINDS.values()))[0]
    return kind, " ".join(KINDS[kind][1](r).split())
