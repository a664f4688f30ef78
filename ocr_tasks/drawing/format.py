"""The other way round: a meaning as the callout that says it, in one spelling. `parse(write(m))` means what m means."""

from __future__ import annotations

from decimal import Decimal

from ocr_tasks.drawing.frames import SIGN_OF
from ocr_tasks.drawing.records import Bore, Deviations, Dual, FrameRow, Meaning, Roughness, Thread

_PREFIX = {
    "diameter": "⌀",
    "spherical_diameter": "S⌀",
    "radius": "R",
    "spherical_radius": "SR",
    "square": "□",
    "arc_length": "⌒",
}
_CIRCLED = {chr(0x41 + i): chr(0x24B6 + i) for i in range(26)}


def write(meaning: Meaning) -> str:
    """Return MEANING as a callout.

    Notes, texts and welds have no other form than their own string: ValueError for these.
    """
    if meaning.kind in ("note", "text", "weld"):
        raise ValueError(f"a {meaning.kind} is its own string; there is nothing to write it from")
    if meaning.kind == "datum":
        return f"[{meaning.datum}]"
    if meaning.kind == "scale" and meaning.scale is not None:
        return f"1:{number(1 / meaning.scale)}" if meaning.scale < 1 else f"{number(meaning.scale)}:1"
    if meaning.roughness is not None:
        return _roughness(meaning.roughness) + (f" {meaning.process.upper()}" if meaning.process else "")
    if meaning.edge is not None:
        lower = meaning.edge.lower
        return f"⌞ {_signed(meaning.edge.upper or 0.0)}" + (f" {_signed(lower)}" if lower is not None else "")
    parts = [f"{meaning.count}x"] if meaning.count else []
    if meaning.kind == "tolerance":
        parts.append(meaning.fit or "")
        parts.append(_deviations(meaning, always=True))
    elif meaning.thread is not None:
        parts.append(_thread(meaning.thread))
    elif meaning.kind != "gdt":
        parts.append(_size(meaning))
    parts.extend(_hangs_on(meaning))
    if meaning.gdt is not None:
        rows = [
            f"{SIGN_OF[frame.characteristic]}|" + "\n|".join(_row(row) for row in (frame, *frame.rows))
            for frame in (meaning.gdt, *meaning.frames)
        ]
        parts.append("\n".join(rows))
    return " ".join(part for part in parts if part)


def number(value: float) -> str:
    """Return VALUE as a decimal without exponent or trailing zeros, at most nine places."""
    text = f"{Decimal(repr(round(value, 9))):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(value: float) -> str:
    return f"+{number(value)}" if value >= 0 else number(value)


def _size(meaning: Meaning) -> str:
    unit = "°" if meaning.unit == "deg" else ('"' if meaning.unit == "in" else "")
    prefix = _PREFIX.get(meaning.kind, "")
    if meaning.nominal is None and meaning.upper is None:
        return "FULL R" if meaning.kind == "radius" else ""
    if meaning.kind == "chamfer":
        angle = f"{number(meaning.angle or 0.0)}°{_beside(meaning.angle_deviations, '°')}"
        if meaning.nominal is None:
            return f"{number(meaning.lower or 0.0)}-{number(meaning.upper or 0.0)}{unit} x {angle}"
        return " ".join(filter(None, (f"{number(meaning.nominal)}{unit}x{angle}", _deviations(meaning))))
    if meaning.nominal is None:
        size = f"{prefix}{number(meaning.lower or 0.0)}~{number(meaning.upper or 0.0)}{unit}"
    else:
        size = f"{prefix}{number(meaning.nominal)}{unit}"
    if meaning.reference:
        size = f"({size})"
    elif meaning.basic:
        size = f"[{size}]"
    return " ".join(filter(None, (size, meaning.fit, "" if meaning.fit else _deviations(meaning))))


def _deviations(meaning: Meaning, *, always: bool = False) -> str:
    upper, lower = meaning.upper_deviation, meaning.lower_deviation
    if upper is None or lower is None or (meaning.inherited and not always):
        return ""
    return _around(upper, lower, "°" if meaning.unit == "deg" else "")


def _around(upper: float, lower: float, unit: str = "") -> str:
    if upper == -lower and upper > 0:
        return f"±{number(upper)}{unit}"
    return f"{_signed(upper) if upper else '0'}{unit}/{_signed(lower) if lower else '0'}{unit}"


def _beside(deviations: Deviations | None, unit: str = "") -> str:
    return f" {_around(deviations.upper, deviations.lower, unit)}" if deviations is not None else ""


def _hangs_on(meaning: Meaning) -> list[str]:
    parts = []
    words = (
        (meaning.through, "THRU"),
        (meaning.typical, "TYP"),
        (meaning.maximum, "MAX"),
        (meaning.minimum, "MIN"),
        (meaning.equally_spaced, "EQ SP"),
    )
    if meaning.depth is not None:
        parts.append(f"↧{number(meaning.depth)}{_beside(meaning.depth_deviations)}")
    parts.extend(word for said, word in words if said)
    if meaning.approximate:
        parts.append("APPROX")
    if meaning.pitch_circle is not None:
        parts.append(f"ON ⌀{number(meaning.pitch_circle)} BC")
    if meaning.total is not None:
        parts.append(f"={number(meaning.total)}")
    if meaning.process is not None:
        parts.append(meaning.process.upper())
    if meaning.side is not None:
        parts.append("BOTH SIDES" if meaning.side == "both" else f"{meaning.side.upper()} SIDE")
    parts.extend(_CIRCLED.get(mark, mark) for mark in meaning.modifiers)
    if meaning.remark is not None and meaning.nominal is not None:
        parts.append(f"({meaning.remark})")
    for sign, bore in (("⌴", meaning.counterbore), ("⌵", meaning.countersink), ("⌴ SF", meaning.spotface)):
        if bore is not None:
            parts.append(_bore(sign, bore))
    if meaning.dual is not None:
        parts.append(_dual(meaning.dual))
    return parts


def _bore(sign: str, bore: Bore) -> str:
    parts = [sign]
    if bore.diameter is not None:
        parts.append(f"⌀{number(bore.diameter)}{_beside(bore.diameter_deviations)}")
    if bore.angle is not None:
        parts.append(f"X {number(bore.angle)}°{_beside(bore.angle_deviations, '°')}")
    if bore.depth is not None:
        parts.append(f"↧{number(bore.depth)}{_beside(bore.depth_deviations)}")
    return " ".join(parts)


def _dual(dual: Dual) -> str:
    unit = '"' if dual.unit == "in" else " mm"
    around = ""
    if dual.upper_deviation is not None and dual.lower_deviation is not None:
        around = f" {_around(dual.upper_deviation, dual.lower_deviation)}"
    if dual.nominal is None:
        return f"[{number(dual.upper or 0.0)}/{number(dual.lower or 0.0)}{unit}]"
    return f"[{number(dual.nominal)}{unit}{around}]"


def _thread(thread: Thread) -> str:
    left = " LH" if thread.hand == "left" else ""
    tolerance = f"-{thread.class_}" if thread.class_ else ""
    insert = " INSERT" if thread.insert else ""
    length = f" x {number(thread.length)}" if thread.length is not None else ""
    if thread.standard in ("Rd", "W"):
        return f"{thread.size}x1/{number(thread.threads_per_inch or 0.0)}{left}"
    if thread.standard in ("BA", "Pg"):
        return f"BA {thread.size}" if thread.standard == "BA" else thread.size
    if thread.standard.endswith("ACME") and thread.lead is not None:
        return f"{thread.size}-{number(thread.pitch or 0.0)}P-{number(thread.lead)}L-{thread.standard}{tolerance}{left}"
    if thread.threads_per_inch is not None and thread.standard[:2] in ("UN", "NP", "AC", "ST", "BS"):
        pitch = f"-{number(thread.threads_per_inch)}" if thread.pitch_source == "callout" else ""
        return f"{thread.size}{pitch} {thread.standard}{tolerance}{left}{length}{insert}"
    if thread.threads_per_inch is not None:
        return f"{thread.standard}{thread.size}{' ' + thread.class_ if thread.class_ else ''}{left}"
    pitch = f"x{number(thread.pitch)}" if thread.pitch is not None and thread.pitch_source == "callout" else ""
    if thread.standard == "Tr":
        lead = f"x{number(thread.lead)}(P{number(thread.pitch or 0.0)})" if thread.lead is not None else pitch
        return f"{thread.size}{lead}{left}{tolerance}"
    if thread.lead is not None:
        pitch = f"xPh{number(thread.lead)}P{number(thread.pitch or 0.0)}"
    return f"{thread.size}{pitch}{tolerance}{length}{left}{insert}"


def _row(row: FrameRow) -> str:
    zone = {"diameter": "⌀", "spherical_diameter": "S⌀"}.get(row.zone or "", "")
    value = f"{zone}{number(row.value or 0.0)}" + (f"/{row.per}" if row.per else "")
    cells = [value + "".join(_modifier(mark) for mark in row.modifiers)]
    cells.extend(name + "".join(_modifier(mark) for mark in row.datum_modifiers.get(name, ())) for name in row.datums)
    return "|".join(cells)


def _modifier(mark: str) -> str:
    if len(mark) > 1 and mark[0] == "P" and mark[1].isdigit():
        return f"Ⓟ{mark[1:]}"
    return _CIRCLED.get(mark, f" {mark}")


def _roughness(roughness: Roughness) -> str:
    if roughness.grade is not None:
        return roughness.grade
    sign = {"required": "MRR ", "forbidden": "NMR "}.get(roughness.machining or "", "")
    low = f" L {roughness.parameter} {number(roughness.lower)}" if roughness.lower is not None else ""
    unit = " µin" if roughness.unit == "uin" else ""
    lay = f" {roughness.lay}" if roughness.lay else ""
    band = f"{roughness.band}/" if roughness.band else ""
    return f"{sign}{band}{roughness.parameter} {number(roughness.value or 0.0)}{unit}{low}{lay}"
