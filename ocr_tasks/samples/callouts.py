"""Callouts from numbers: the string that stands on the sheet, and the record that it means.

Lengths in millimetres or inches, as the notation says. Meanings have the field names of `python -m ocr_tasks parse`;
they hold what the string states (a missing key is not stated, or not checked). Limits are nominal plus deviation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ocr_tasks.drawing.records import CHARACTERISTICS
from ocr_tasks.samples.standards import COARSE_PITCH_MM, deviations_um


@dataclass(frozen=True, slots=True)
class Callout:
    """What is written: `text` in one line, then `stack` (upper over lower deviation), or `cells` of a frame."""

    text: str
    meaning: dict[str, Any]
    stack: tuple[str, str] | None = None
    cells: tuple[str, ...] | None = None
    boxed: bool = False

    def string(self) -> str:
        """Return the string as the truth writes it."""
        if self.cells:
            return "|".join(self.cells)
        return f"{self.text} {self.stack[0]}/{self.stack[1]}" if self.stack else self.text


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What bounds a size: deviations, a fit, or nothing (the general tolerance). `show` says how it is written."""

    upper: float = 0.0
    lower: float = 0.0
    fit: str = ""
    show: Literal["none", "symmetric", "stacked", "fit", "fit with deviations", "limits", "max", "min"] = "none"


FREE = Tolerance()
AT_MOST = Tolerance(show="max")


def symmetric(half: float) -> Tolerance:
    """Return ± HALF."""
    return Tolerance(half, -half, show="symmetric")


def stacked(upper: float, lower: float) -> Tolerance:
    """Return UPPER over LOWER deviation."""
    return Tolerance(upper, lower, show="stacked")


def limits(upper: float, lower: float) -> Tolerance:
    """Return deviations that are written as two limits, one over the other."""
    return Tolerance(upper, lower, show="limits")


def fit(code: str, with_deviations: bool = False) -> Tolerance:
    """Return an ISO 286 class such as H7."""
    return Tolerance(fit=code, show="fit with deviations" if with_deviations else "fit")


@dataclass(frozen=True, slots=True)
class Notation:
    """How numbers are written on a sheet. `times` stands after a count (`4x`, `4X`); `through` marks a through hole,
    empty where the house lets the drawing show it; `dual` adds inches in brackets to plain millimetres."""

    unit: Literal["mm", "in"] = "mm"
    decimal: str = "."
    places: int = 0
    leading_zero: bool = True
    times: str = "x"
    through: str = "THRU"
    dual: bool = False

    def number(self, value: float, places: int | None = None) -> str:
        """Return VALUE as written: PLACES decimals, or as many as it has (at least `self.places`)."""
        if places is None:
            text = f"{value:.4f}".rstrip("0")
            whole, _, decimals = text.partition(".")
            text = f"{value:.{max(len(decimals), self.places)}f}" if decimals or self.places else whole
        else:
            text = f"{value:.{places}f}"
        if not self.leading_zero and text.startswith("0."):
            text = text[1:]
        return text.replace(".", self.decimal)

    def signed(self, deviation: float, places: int) -> str:
        """Return a deviation with its sign; zero has none."""
        if round(deviation, places) == 0:
            return self.number(0.0, 0)
        return ("+" if deviation > 0 else "-") + self.number(abs(deviation), places)


_PREFIX = {
    "linear": "",
    "diameter": "⌀",
    "radius": "R",
    "spherical_radius": "SR",
    "spherical_diameter": "S⌀",
    "square": "□",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Writes callouts in one notation."""

    notation: Notation = field(default_factory=Notation)

    def size(
        self,
        value: float,
        kind: str = "linear",
        tolerance: Tolerance = FREE,
        *,
        count: int = 1,
        places: int | None = None,
        reference: bool = False,
        basic: bool = False,
        typical: bool = False,
        suffix: str = "",
        depth: float | None = None,
    ) -> list[Callout]:
        """Return the rows of a size: one, or two where limits stand one over the other."""
        n = self.notation
        value = round(value, 4)
        prefix = (f"{count}{n.times} " if count > 1 else "") + _PREFIX[kind]
        meaning: dict[str, Any] = {"kind": kind}
        if count > 1:
            meaning["count"] = count
        meaning |= {"nominal": value, "unit": n.unit}
        if reference:
            meaning["reference"] = True
        if basic:
            meaning["basic"] = True
        if depth is not None:
            meaning["depth"] = depth
        if typical:
            meaning["typical"] = True
            suffix = "TYP"
        tail = f" {suffix}" if suffix else ""
        tail += f" ↧{n.number(depth)}" if depth is not None else ""
        upper, lower = tolerance.upper, tolerance.lower
        if tolerance.fit:
            upper, lower = (um / 1000 for um in deviations_um(tolerance.fit, value))
        if tolerance.show != "none" and tolerance.show not in ("max", "min"):
            meaning |= _limits(value, upper, lower)
        digits = _places(upper, lower, 3 if n.unit == "in" else 0)
        match tolerance.show:
            case "none":
                text = f"{prefix}{n.number(value, places)}{tail}"
                if n.dual and kind == "linear" and not (basic or reference or tail or count > 1):
                    inches = round(value / 25.4, 2)
                    meaning["dual"] = {"nominal": inches, "unit": "in"}
                    text += f" [{n.number(inches, 2)}]"
                return [Callout(f"({text})" if reference else text, meaning, boxed=basic)]
            case "max" | "min":
                meaning |= (
                    {"upper": value, "maximum": True} if tolerance.show == "max" else {"lower": value, "minimum": True}
                )
                word = tolerance.show.upper()
                return [Callout(f"{prefix}{n.number(value, places)} {word}", meaning)]
            case "symmetric":
                shown = n.number(value, places if places is not None else max(n.places, 0))
                shown = n.number(value) if float(shown.replace(n.decimal, ".")) != value else shown
                return [Callout(f"{prefix}{shown} ±{n.number(upper)}{tail}", meaning)]
            case "fit":
                meaning["fit"] = tolerance.fit
                return [Callout(f"{prefix}{n.number(value)} {tolerance.fit}{tail}", meaning)]
            case "fit with deviations":
                meaning["fit"] = tolerance.fit
                stack = (n.signed(upper, digits), n.signed(lower, digits))
                return [Callout(f"{prefix}{n.number(value)} {tolerance.fit}", meaning, stack)]
            case "stacked":
                stack = (n.signed(upper, digits), n.signed(lower, digits))
                return [Callout(f"{prefix}{n.number(value, places)}", meaning, stack)]
            case "limits":
                decimals = max(digits, n.places)
                rows = []
                for limit in (value + upper, value + lower):
                    limit = round(limit, 6)
                    own = {k: v for k, v in meaning.items() if k in ("kind", "count", "unit")} | {"nominal": limit}
                    rows.append(Callout(f"{prefix}{n.number(limit, decimals)}", own))
                return rows

    def whole(self, value: float, kind: str, tolerance: Tolerance) -> dict[str, Any]:
        """Return the meaning of two rows of limits taken together."""
        return {"kind": kind, "unit": self.notation.unit} | {
            k: v for k, v in _limits(value, tolerance.upper, tolerance.lower).items() if k in ("upper", "lower")
        }

    def angle(self, degrees: float, tolerance: Tolerance = FREE) -> list[Callout]:
        """Return an angle in degrees."""
        n = self.notation
        meaning: dict[str, Any] = {"kind": "angle", "nominal": degrees, "unit": "deg"}
        text = f"{n.number(degrees, None if degrees % 1 else 0)}°"
        if tolerance.show == "symmetric":
            meaning |= _limits(degrees, tolerance.upper, tolerance.lower)
            text += f" ±{n.number(tolerance.upper)}°"
        return [Callout(text, meaning)]

    def chamfer(self, leg: float, degrees: float = 45.0, count: int = 1, short: bool = False) -> list[Callout]:
        """Return a chamfer: `2x45°`, or `C2` (short, 45 degrees only)."""
        n = self.notation
        meaning: dict[str, Any] = {"kind": "chamfer", "nominal": leg, "angle": degrees, "unit": n.unit}
        text = f"C{n.number(leg)}" if short else f"{n.number(leg)}{'x' if n.unit == 'mm' else ' X '}{degrees:g}°"
        if count > 1:
            meaning["count"] = count
            text = f"{count}{n.times} {text}"
        return [Callout(text, meaning)]

    def hole(
        self,
        diameter: float,
        *,
        count: int = 1,
        depth: float | None = None,
        through: bool = False,
        tolerance: Tolerance = FREE,
        counterbore: tuple[float, float] | None = None,
        countersink: tuple[float, float] | None = None,
    ) -> list[Callout]:
        """Return a hole note: its size, then its counterbore (diameter, depth) or countersink (diameter, angle)."""
        n = self.notation
        suffix = n.through if through else ""
        rows = self.size(diameter, "diameter", tolerance, count=count, suffix=suffix, depth=depth)
        if suffix:
            rows[0].meaning["through"] = True
        if counterbore:
            wide, deep = counterbore
            meaning: dict[str, Any] = {"counterbore": {"diameter": wide, "depth": deep}, "unit": n.unit}
            rows.append(Callout(f"⌴ ⌀{n.number(wide)} ↧{n.number(deep)}", meaning))
        if countersink:
            wide, degrees = countersink
            meaning = {"countersink": {"diameter": wide, "angle": degrees}, "unit": n.unit}
            rows.append(Callout(f"⌵ ⌀{n.number(wide)} X {degrees:g}°", meaning))
        return rows

    def metric_thread(
        self,
        size: float,
        pitch: float | None = None,
        *,
        count: int = 1,
        grade: str = "",
        depth: float | None = None,
        length: float | None = None,
        left: bool = False,
    ) -> list[Callout]:
        """Return a metric thread; PITCH is written where it is not the coarse series'."""
        n = self.notation
        coarse = COARSE_PITCH_MM.get(size)
        thread: dict[str, Any] = {"standard": "M", "size": f"M{size:g}", "pitch": pitch or coarse}
        text = f"M{size:g}"
        if pitch is not None and pitch != coarse:
            text += f"x{n.number(pitch)}"
        if grade:
            thread["class"] = grade
            text += f"-{grade}" if "x" in text or count > 1 else f" - {grade}"
        if left:
            thread["hand"] = "left"
            text += "-LH"
        meaning: dict[str, Any] = {"kind": "thread", "thread": thread}
        if length is not None:
            thread["length"] = length
            text += f" x {n.number(length)}"
        if depth is not None:
            meaning["depth"] = depth
            text += f" ↧{n.number(depth)}"
        return [self._counted(count, Callout(text, meaning))]

    def unified_thread(
        self, size: str, per_inch: int, series: str, grade: str, *, count: int = 1, depth: float | None = None
    ) -> list[Callout]:
        """Return a unified inch thread such as 1/4-20 UNC-2B."""
        thread = {"standard": series, "size": size, "class": grade}
        text = f"{size}-{per_inch} {series}-{grade}"
        meaning: dict[str, Any] = {"kind": "thread", "thread": thread}
        if depth is not None:
            meaning["depth"] = depth
            text += f" ↧{self.notation.number(depth)}"
        return [self._counted(count, Callout(text, meaning))]

    def pipe_thread(self, size: str, count: int = 1) -> list[Callout]:
        """Return a parallel pipe thread to ISO 228: G1/4."""
        meaning = {"kind": "thread", "thread": {"standard": "G", "size": size}}
        return [self._counted(count, Callout(f"G{size}", meaning))]

    def roughness(self, value: float, parameter: str = "Ra") -> Callout:
        """Return a surface texture value in micrometres, the text beside the symbol."""
        meaning = {"kind": "roughness", "roughness": {"parameter": parameter, "value": value}}
        return Callout(f"{parameter} {value:g}".replace(".", self.notation.decimal), meaning)

    def frame(
        self, symbol: str, value: float, datums: str = "", zone: str = "", modifiers: str = "", datum_modifier: str = ""
    ) -> Callout:
        """Return a feature control frame; DATUMS in order, one letter each."""
        gdt: dict[str, Any] = {"characteristic": CHARACTERISTICS[symbol], "value": value}
        if zone:
            gdt["zone"] = {"⌀": "diameter", "S⌀": "spherical_diameter"}[zone]
        if modifiers:
            gdt["modifiers"] = [_LETTER_OF[m] for m in modifiers]
        if datums:
            gdt["datums"] = list(datums)
        cells = [symbol, f"{zone}{self.notation.number(value)}{modifiers}", *datums]
        if datum_modifier:
            cells[-1] += datum_modifier
        return Callout("|".join(cells), {"kind": "gdt", "gdt": gdt}, cells=tuple(cells))

    def _counted(self, count: int, callout: Callout) -> Callout:
        if count == 1:
            return callout
        return Callout(f"{count}{self.notation.times} {callout.text}", callout.meaning | {"count": count})


_LETTER_OF = {"Ⓜ": "M", "Ⓛ": "L", "Ⓟ": "P", "Ⓔ": "E"}


def joined(rows: list[Callout]) -> dict[str, Any]:
    """Return the meaning of a hole note's rows taken together."""
    meaning: dict[str, Any] = {}
    for row in reversed(rows):
        meaning |= row.meaning
    return meaning


def _limits(value: float, upper: float, lower: float) -> dict[str, float]:
    return {
        "upper": round(value + upper, 6),
        "lower": round(value + lower, 6),
        "upper_deviation": round(upper, 6),
        "lower_deviation": round(lower, 6),
    }


def _places(upper: float, lower: float, least: int) -> int:
    for places in range(least, 5):
        if all(abs(round(v, places) - v) < 1e-9 for v in (upper, lower)):
            return places
    return 4
