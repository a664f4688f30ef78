"""The few values of published standards that the samples print, as printed there.

They are deliberately not computed by the project's own grammar: a sample is a check on it.
"""

from __future__ import annotations

from bisect import bisect_left

_STEPS_MM = (3, 6, 10, 18, 30, 50, 80, 120, 180)
_DEVIATIONS_UM: dict[str, str] = {
    # class: upper/lower for sizes up to 3, 6, 10, 18, 30, 50, 80, 120, 180 mm; ISO 286-2:2010, tables 2 to 32
    "H7": "10/0 12/0 15/0 18/0 21/0 25/0 30/0 35/0 40/0",
    "H8": "14/0 18/0 22/0 27/0 33/0 39/0 46/0 54/0 63/0",
    "H11": "60/0 75/0 90/0 110/0 130/0 160/0 190/0 220/0 250/0",
    "h6": "0/-6 0/-8 0/-9 0/-11 0/-13 0/-16 0/-19 0/-22 0/-25",
    "h9": "0/-25 0/-30 0/-36 0/-43 0/-52 0/-62 0/-74 0/-87 0/-100",
    "f7": "-6/-16 -10/-22 -13/-28 -16/-34 -20/-41 -25/-50 -30/-60 -36/-71 -43/-83",
    "g6": "-2/-8 -4/-12 -5/-14 -6/-17 -7/-20 -9/-25 -10/-29 -12/-34 -14/-39",
    "k6": "6/0 9/1 10/1 12/1 15/2 18/2 21/2 25/3 28/3",
    "n6": "10/4 16/8 19/10 23/12 28/15 33/17 39/20 45/23 52/27",
    "p6": "12/6 20/12 24/15 29/18 35/22 42/26 51/32 59/37 68/43",
    "N9": "-4/-29 0/-30 0/-36 0/-43 0/-52 0/-62 0/-74 0/-87 0/-100",
    "P9": "-6/-31 -12/-42 -15/-51 -18/-61 -22/-74 -26/-88 -32/-106 -37/-124 -43/-143",
}
FITS = tuple(_DEVIATIONS_UM)

COARSE_PITCH_MM: dict[float, float] = {
    3: 0.5,
    4: 0.7,
    5: 0.8,
    6: 1.0,
    8: 1.25,
    10: 1.5,
    12: 1.75,
    16: 2.0,
    20: 2.5,
    24: 3.0,
    30: 3.5,
    36: 4.0,
}
"""ISO 261, coarse series."""

CLEARANCE_HOLE_MM: dict[float, float] = {4: 4.5, 5: 5.5, 6: 6.6, 8: 9.0, 10: 11.0, 12: 13.5, 16: 17.5, 20: 22.0}
"""ISO 273, medium series."""

COUNTERBORE_MM: dict[float, tuple[float, float]] = {
    4: (8.0, 4.6),
    5: (10.0, 5.7),
    6: (11.0, 6.8),
    8: (15.0, 9.0),
    10: (18.0, 11.0),
    12: (20.0, 13.0),
}
"""Diameter and depth for socket head screws, DIN 974-1."""

KEYWAY_MM: tuple[tuple[float, float, float, float], ...] = (
    # shaft up to, key width, depth in shaft, depth in hub
    (12, 4, 2.5, 1.8),
    (17, 5, 3.0, 2.3),
    (22, 6, 3.5, 2.8),
    (30, 8, 4.0, 3.3),
    (38, 10, 5.0, 3.3),
    (44, 12, 5.0, 3.3),
    (50, 14, 5.5, 3.8),
    (58, 16, 6.0, 4.3),
    (65, 18, 7.0, 4.4),
    (75, 20, 7.5, 4.9),
    (85, 22, 9.0, 5.4),
)
"""Parallel keys, DIN 6885-1."""

DENSITY_KG_PER_MM3 = {"steel": 7.85e-6, "stainless": 7.95e-6, "aluminium": 2.70e-6, "iron": 7.2e-6, "bronze": 8.8e-6}


def deviations_um(tolerance_class: str, size_mm: float) -> tuple[float, float]:
    """Return (upper, lower) deviation in micrometres of a class in FITS at a size up to 180 mm.

    Raises:
        ValueError: the class or the size is not among those that the samples use.
    """
    step = bisect_left(_STEPS_MM, size_mm)
    if tolerance_class not in _DEVIATIONS_UM or step >= len(_STEPS_MM):
        raise ValueError(f"no deviations here for {tolerance_class} at {size_mm:g} mm")
    upper, lower = _DEVIATIONS_UM[tolerance_class].split()[step].split("/")
    return float(upper), float(lower)


def keyway(shaft_mm: float) -> tuple[float, float, float]:
    """Return (width, depth in the shaft, depth in the hub) of the parallel key for a shaft."""
    for upto, width, in_shaft, in_hub in KEYWAY_MM:
        if shaft_mm <= upto:
            return width, in_shaft, in_hub
    raise ValueError(f"no key here for a shaft of {shaft_mm:g} mm")
