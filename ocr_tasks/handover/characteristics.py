"""What an inspector checks: each callout of a drawing as numbered characteristics with their limits (AS9102, form 3).

A callout has one number, that of its balloon. Where it says several things to check (a hole with its counterbore), it
has a row for each: 5.1, 5.2, 5.3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocr_tasks.contract import DOUBTFUL, Result
from ocr_tasks.drawing.format import number as plain
from ocr_tasks.drawing.format import write
from ocr_tasks.drawing.records import DIMENSION_KINDS, Bore, Deviations, Frame, FrameRow, Meaning, Roughness
from ocr_tasks.handover.callouts import Callout, callouts, main_unit

FROM_BELOW = (
    "depth",
    "depth_deviations",
    "counterbore",
    "countersink",
    "spotface",
    "gdt",
    "frames",
    "pitch_circle",
    "remark",
)
"""What a callout may add to its first feature."""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One thing to check. Limits are in `unit`; None: there is none on that side."""

    text: str
    upper: float | None = None
    lower: float | None = None
    unit: str | None = None
    designator: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Characteristic:
    """A row of form 3. `balloon` is the number in the circle on the drawing, `number` that of the row."""

    number: str
    balloon: int
    callout: Callout
    requirement: Requirement

    @property
    def location(self) -> str:
        """The sheet and the zone."""
        zone = self.callout.zone
        return f"Sheet {self.callout.page}, {zone}" if zone else f"Sheet {self.callout.page}"


def characteristics(result: Result) -> list[Characteristic]:
    """Return what is to be checked on the part of a drawing, numbered from 1 in reading order."""
    unit = main_unit(result)
    found = callouts(result)
    framed = {callout.on for callout in found if callout.on is not None}
    rows: list[Characteristic] = []
    balloon = 0
    for callout in found:
        own_frame = callout.items[0].item_id not in framed
        requirements = list(_requirements(callout, unit, own_frame=own_frame))
        if not requirements:
            continue
        balloon += 1
        said = "; ".join(_remarks(callout, result))
        for place, requirement in enumerate(requirements, 1):
            number = str(balloon) if len(requirements) == 1 else f"{balloon}.{place}"
            comment = "; ".join(filter(None, (requirement.comment, said if place == 1 else "")))
            rows.append(Characteristic(number, balloon, callout, replace(requirement, comment=comment)))
    return rows


def _requirements(callout: Callout, unit: str, *, own_frame: bool) -> Iterator[Requirement]:
    """Give the things to check of a callout; none for a datum or a general tolerance, which are checked with others.

    OWN_FRAME: a feature control frame in its meaning stands in its own string, not in one that has its own number.
    """
    meaning = callout.meaning
    if callout.kind in ("datum", "tolerance"):
        return
    if meaning is None or callout.kind in ("note", "weld"):
        yield Requirement(text=callout.text)
        return
    if meaning.kind == "gdt" and meaning.gdt is not None:
        yield from _frames(callout.text, meaning, unit)
        return
    if meaning.roughness is not None and meaning.kind == "roughness":
        yield _roughness(callout.text, meaning.roughness)
        return
    if meaning.edge is not None:
        yield Requirement(text=callout.text, upper=meaning.edge.upper, lower=meaning.edge.lower, unit="mm")
        return
    rows = [*_feature(meaning), *_added(meaning)]
    if own_frame and meaning.gdt is not None:
        rows.extend(_frames(write(Meaning(kind="gdt", gdt=meaning.gdt)), meaning, unit))
    if len(rows) == 1:
        yield replace(rows[0], text=callout.text)
        return
    yield replace(rows[0], comment="; ".join(filter(None, (rows[0].comment, f"callout: {callout.text}"))))
    yield from rows[1:]


def _feature(meaning: Meaning) -> Iterator[Requirement]:
    alone = meaning.model_copy(update={name: Meaning.model_fields[name].default for name in FROM_BELOW})
    if meaning.thread is not None:
        thread = meaning.thread.model_copy(update={"length": None})
        yield Requirement(text=write(alone.model_copy(update={"thread": thread})), unit=meaning.unit)
        return
    text = write(alone) if meaning.kind in DIMENSION_KINDS else ""
    for part, limits in (("hole", meaning.hole), ("shaft", meaning.shaft)):
        if limits is not None:
            yield Requirement(text=f"{text} ({part})", upper=limits.upper, lower=limits.lower, unit=meaning.unit)
    if meaning.hole is None and meaning.shaft is None:
        yield Requirement(
            text=text,
            upper=meaning.upper,
            lower=meaning.lower,
            unit=meaning.unit,
            designator=_designator(meaning),
            comment=f"limits from {meaning.inherited}" if meaning.inherited else "",
        )


def _designator(meaning: Meaning) -> str:
    if meaning.basic:
        return "Basic"
    if meaning.reference:
        return "Reference"
    return f"Marked {meaning.mark}" if meaning.mark else ""


def _added(meaning: Meaning) -> Iterator[Requirement]:
    times = f"{meaning.count}x " if meaning.count else ""
    unit = meaning.unit
    depth = meaning.depth if meaning.thread is None else meaning.thread.length
    if depth is not None:
        yield _sized(f"{times}↧", depth, meaning.depth_deviations, unit)
    for sign, bore in (("⌴", meaning.counterbore), ("⌵", meaning.countersink), ("⌴ SF", meaning.spotface)):
        if bore is not None:
            yield from _bore(f"{times}{sign}", bore, unit)
    if meaning.pitch_circle is not None:
        yield Requirement(text=f"{times}on ⌀{plain(meaning.pitch_circle)} pitch circle", unit=unit)


def _bore(sign: str, bore: Bore, unit: str | None) -> Iterator[Requirement]:
    if bore.diameter is not None:
        yield _sized(f"{sign} ⌀", bore.diameter, bore.diameter_deviations, unit)
    if bore.angle is not None:
        yield _sized(f"{sign} ", bore.angle, bore.angle_deviations, "deg")
    if bore.depth is not None:
        yield _sized(f"{sign} ↧", bore.depth, bore.depth_deviations, unit)


def _sized(sign: str, size: float, deviations: Deviations | None, unit: str | None) -> Requirement:
    text = f"{sign}{plain(size)}{'°' if unit == 'deg' else ''}"
    if deviations is None:
        return Requirement(text=text, unit=unit)
    upper, lower = round(size + deviations.upper, 9), round(size + deviations.lower, 9)
    return Requirement(text=f"{text} ({plain(lower)} to {plain(upper)})", upper=upper, lower=lower, unit=unit)


def _frames(text: str, meaning: Meaning, unit: str) -> Iterator[Requirement]:
    """Give the rows of the frame that TEXT is, and of those under it."""
    if meaning.gdt is None:
        return
    own = text if not meaning.frames else write(Meaning(kind="gdt", gdt=meaning.gdt))
    yield from _frame_rows(own, meaning.gdt, unit)
    for frame in meaning.frames:
        yield from _frame_rows(write(Meaning(kind="gdt", gdt=frame)), frame, unit)


def _frame_rows(text: str, frame: Frame, unit: str) -> Iterator[Requirement]:
    """Give a row for each row of a feature control frame; its value is the upper limit of what is measured."""
    rows: Sequence[FrameRow] = (frame, *frame.rows)
    name = frame.characteristic.replace("_", " ")
    for row in rows:
        own = text if len(rows) == 1 else write(Meaning(kind="gdt", gdt=_single(frame, row)))
        yield Requirement(text=own, upper=row.value, unit=unit, comment=name)


def _single(frame: Frame, row: FrameRow) -> Frame:
    fields = {name: getattr(row, name) for name in FrameRow.model_fields}
    return Frame(characteristic=frame.characteristic, **fields)


def _roughness(text: str, roughness: Roughness) -> Requirement:
    unit = "µin" if roughness.unit == "uin" else "µm"
    return Requirement(text=text, upper=roughness.value, lower=roughness.lower, unit=unit)


def _remarks(callout: Callout, result: Result) -> Iterator[str]:
    """Give what an inspector should know of how a callout was read."""
    if callout.confidence < DOUBTFUL:
        yield f"read with {100 * callout.confidence:.0f} % confidence: compare with the drawing"
    if callout.meaning is not None and callout.meaning.unread:
        yield f"not understood: {', '.join(callout.meaning.unread)}"
    ids = set(callout.item_ids)
    for finding in result.findings:
        if finding.severity != "info" and ids & set(finding.item_ids):
            yield finding.message
