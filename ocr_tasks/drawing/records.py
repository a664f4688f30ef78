"""What a string on a drawing means, as frozen records.

`Meaning.public()` is the JSON of `python -m ocr_tasks parse` and of the `meaning` of an item in `result.json`:
fields that are not known are left out. Lengths are in `unit` (mm or in), angles in degrees, roughness in micrometres
unless the record says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ocr_tasks.contract import DIMENSION_KINDS as DIMENSION_KINDS
from ocr_tasks.contract import DimensionKind

Kind = Literal[
    DimensionKind,
    "thread",
    "gdt",
    "roughness",
    "datum",
    "scale",
    "tolerance",
    "weld",
    "edge",
    "note",
    "text",
]
Unit = Literal["mm", "in", "deg"]
Severity = Literal["info", "warning", "error"]
Span = tuple[int, int]

CHARACTERISTICS: Mapping[str, str] = {
    "⏤": "straightness",
    "⏥": "flatness",
    "○": "circularity",
    "⌭": "cylindricity",
    "⌒": "profile_of_a_line",
    "⌓": "profile_of_a_surface",
    "⊥": "perpendicularity",
    "∠": "angularity",
    "∥": "parallelism",
    "⌖": "position",
    "◎": "concentricity",
    "⌯": "symmetry",
    "↗": "circular_runout",
    "⌰": "total_runout",
}
"""Geometrical characteristics by their sign: ISO 1101:2017 Table 1."""


class Record(BaseModel):
    """A frozen record; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def public(self) -> dict[str, Any]:
        """Return the record as plain JSON values, without what is not known (None, empty lists and mappings)."""
        plain: dict[str, Any] = _plain(self)
        return plain


class Finding(Record):
    """Something that contradicts itself or a standard. `items` are indices into the sheet's items."""

    code: str
    severity: Severity
    message: str
    items: tuple[int, ...] = ()


class Deviations(Record):
    """Deviations from a size beside the nominal one: of a depth, of a counterbore's diameter."""

    upper: float
    lower: float


class Bore(Record):
    """A counterbore, countersink or spotface: lengths in the callout's unit, `angle` included, in degrees."""

    diameter: float | None = None
    depth: float | None = None
    angle: float | None = None
    diameter_deviations: Deviations | None = None
    depth_deviations: Deviations | None = None
    angle_deviations: Deviations | None = None


class Thread(Record):
    """A screw thread. `pitch`, `length` and `tap_drill` are in the callout's unit.

    `standard` is the designation's letters (M, MJ, UNC, UNF, UNEF, UNS, UN, G, R, Rc, Rp, NPT, NPTF, Tr, ACME, ...),
    `size` the designation's size as written there (M12, 1/4, #10), `pitch_source` is "series" where the callout
    leaves the pitch out and the standard series gives it.
    """

    standard: str
    size: str
    pitch: float | None = None
    threads_per_inch: float | None = None
    lead: float | None = None
    class_: str | None = Field(default=None, alias="class")
    hand: Literal["left", "right"] = "right"
    length: float | None = None
    tap_drill: float | None = None
    insert: bool | None = None
    pitch_source: Literal["callout", "series"] | None = None


class FrameRow(Record):
    """One row of a feature control frame (ISO 1101 clause 8; ASME Y14.5 clause 6)."""

    zone: Literal["diameter", "spherical_diameter"] | None = None
    value: float | None = None
    per: str | None = None
    modifiers: tuple[str, ...] = ()
    datums: tuple[str, ...] = ()
    datum_modifiers: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Frame(FrameRow):
    """A feature control frame: its first row, and the rows below it (`rows`), as in a composite frame."""

    characteristic: str
    rows: tuple[FrameRow, ...] = ()


class Roughness(Record):
    """Surface texture (ISO 1302, ISO 21920-1). `value` in micrometres, or microinches if `unit` says "uin".

    `grade` is an N grade, or the finishing triangles ▽ to ▽▽▽▽ of older drawings, which give no value by themselves.
    `band` is the transmission band in mm as written, `0.008-4`.
    """

    parameter: str | None = None
    value: float | None = None
    lower: float | None = None
    grade: str | None = None
    unit: Literal["uin"] | None = None
    band: str | None = None
    machining: Literal["required", "forbidden"] | None = None
    lay: str | None = None


class Dual(Record):
    """The same dimension in the other unit, as in `25.4 [1.00]`."""

    nominal: float | None = None
    upper: float | None = None
    lower: float | None = None
    upper_deviation: float | None = None
    lower_deviation: float | None = None
    unit: Unit


class Weld(Record):
    """A weld (ISO 2553, AWS A2.4): what its string says. Lengths in mm unless the callout says inch.

    `gap` is the blank between two elements (ISO 2553), `pitch` from the middle of one to that of the next (AWS A2.4).
    """

    type: str | None = None
    size: float | None = None
    size_kind: Literal["throat", "leg"] | None = None
    count: int | None = None
    length: float | None = None
    pitch: float | None = None
    gap: float | None = None
    all_round: bool | None = None


class Edge(Record):
    """An edge of undefined shape (ISO 13715): the limits of its deviation, + a burr, - an undercut, in mm."""

    upper: float | None = None
    lower: float | None = None


class GeneralTolerance(Record):
    """A general tolerance that a note or the title block states for dimensions without their own.

    `linear` is the class of ISO 2768-1 (f m c v), `geometric` that of ISO 2768-2 (H K L). `places` is the number of
    decimal places that a row of an ASME block is for (0 for X, 2 for .XX). Ranges are in `unit`: over `above`,
    up to and including `to`.
    """

    standard: str | None = None
    linear: str | None = None
    geometric: str | None = None
    places: int | None = None
    applies_to: Literal["linear", "angular", "fractional"] | None = None
    above: float | None = None
    to: float | None = None
    upper_deviation: float | None = None
    lower_deviation: float | None = None
    unit: Unit | None = None


class Limits(Record):
    """An upper and a lower limit, in the callout's unit."""

    upper: float
    lower: float


class Meaning(Record):
    """What one string means. `upper` and `lower` are limits of size, `*_deviation` are relative to `nominal`.

    `angle_deviations` are those of a chamfer's angle. `modifiers` are those of a size (ISO 14405-1): `E` for Ⓔ, `CF`.
    `frames` are the feature control frames below the first, `gdt`, that have another characteristic.
    `pitch_circle` is the diameter that equally spaced features stand on, `total` the sum in `4x20=80`.

    `spans` says for each field which characters of the string it came from: [start, end).
    `unread` holds what stood in the string and was not understood; `inherited` says where a tolerance that is not
    in the string comes from; `places` are the decimal places of the nominal as written.
    """

    kind: Kind
    count: int | None = None
    nominal: float | None = None
    upper: float | None = None
    lower: float | None = None
    upper_deviation: float | None = None
    lower_deviation: float | None = None
    unit: Unit | None = None
    fit: str | None = None
    hole: Limits | None = None
    shaft: Limits | None = None
    angle: float | None = None
    angle_deviations: Deviations | None = None
    reference: bool | None = None
    basic: bool | None = None
    typical: bool | None = None
    maximum: bool | None = None
    minimum: bool | None = None
    through: bool | None = None
    equally_spaced: bool | None = None
    approximate: bool | None = None
    pitch_circle: float | None = None
    total: float | None = None
    process: str | None = None
    remark: str | None = None
    side: Literal["near", "far", "both"] | None = None
    modifiers: tuple[str, ...] = ()
    all_around: bool | None = None
    depth: float | None = None
    depth_deviations: Deviations | None = None
    counterbore: Bore | None = None
    countersink: Bore | None = None
    spotface: Bore | None = None
    thread: Thread | None = None
    gdt: Frame | None = None
    frames: tuple[Frame, ...] = ()
    roughness: Roughness | None = None
    datum: str | None = None
    scale: float | None = None
    dual: Dual | None = None
    weld: Weld | None = None
    edge: Edge | None = None
    general: GeneralTolerance | None = None
    mark: str | None = None
    places: int | None = None
    inherited: str | None = None
    unread: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    spans: dict[str, Span] = Field(default_factory=dict)

    def public(self) -> dict[str, Any]:
        """Return the record as the `parse` command prints it: without `spans` and the number of decimal `places`."""
        return {name: value for name, value in super().public().items() if name not in ("spans", "places")}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        named = ((info.alias or name, getattr(value, name)) for name, info in fields.items())
        return {name: _plain(inner) for name, inner in named if inner is not None and inner not in ((), {})}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return value
