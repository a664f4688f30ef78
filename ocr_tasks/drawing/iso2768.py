"""General tolerances of ISO 2768-1:1989 Tables 1 to 3: lengths, radii and chamfers, angles.

Lengths and tolerances in mm, angles in degrees. A range is over its lower and up to and including its upper end;
the first range of Tables 1 and 2 includes its lower end, 0.5 mm, below which the standard gives no tolerance.
"""

from __future__ import annotations

from bisect import bisect_left

_LINEAR_STEPS = (3, 6, 30, 120, 400, 1000, 2000, 4000)
_LINEAR: dict[str, tuple[float | None, ...]] = {
    "f": (0.05, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, None),
    "m": (0.1, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0),
    "c": (0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 3.0, 4.0),
    "v": (None, 0.5, 1.0, 1.5, 2.5, 4.0, 6.0, 8.0),
}
_BROKEN_EDGE_STEPS = (3, 6)
_BROKEN_EDGE = {"f": (0.2, 0.5, 1.0), "m": (0.2, 0.5, 1.0), "c": (0.4, 1.0, 2.0), "v": (0.4, 1.0, 2.0)}
_ANGLE_STEPS = (10, 50, 120, 400)
_ANGLE_MINUTES = {
    "f": (60, 30, 20, 10, 5),
    "m": (60, 30, 20, 10, 5),
    "c": (90, 60, 30, 15, 10),
    "v": (180, 120, 60, 30, 20),
}


def linear_mm(tolerance_class: str, nominal_mm: float) -> float | None:
    """Return the ± deviation of a length, diameter or distance (Table 1); None where the standard gives none."""
    row = _LINEAR.get(tolerance_class)
    return _pick(row, _LINEAR_STEPS, nominal_mm) if row and nominal_mm >= 0.5 else None


def broken_edge_mm(tolerance_class: str, nominal_mm: float) -> float | None:
    """Return the ± deviation of an external radius or a chamfer height (Table 2)."""
    row = _BROKEN_EDGE.get(tolerance_class)
    if row is None or nominal_mm < 0.5:
        return None
    return row[bisect_left(_BROKEN_EDGE_STEPS, nominal_mm)]


def angular_deg(tolerance_class: str, shorter_side_mm: float) -> float | None:
    """Return the ± deviation of an angle, by the length of its shorter side (Table 3)."""
    row = _ANGLE_MINUTES.get(tolerance_class)
    return row[bisect_left(_ANGLE_STEPS, shorter_side_mm)] / 60 if row else None


def _pick(row: tuple[float | None, ...] | None, steps: tuple[int, ...], value: float) -> float | None:
    if row is None or value <= 0:
        return None
    step = bisect_left(steps, value)
    return row[step] if step < len(row) else None
