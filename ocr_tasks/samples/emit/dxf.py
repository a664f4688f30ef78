"""Sheets as DXF: lines, arcs, TEXT, and DIMENSION entities that bring their own geometry. Units are millimetres.

A thin rectangle on layer SHEET is the sheet's edge, so the drawing's extents are the sheet.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ezdxf
from ezdxf.enums import TextEntityAlignment

from ocr_tasks.samples.lettering import FONTS
from ocr_tasks.samples.page_model import Arc, Dimension, Fill, Glyphs, Line, Primitive, Sheet

_CODES = {"Ø": "%%c", "±": "%%p", "°": "%%d"}
_LINETYPES = {"solid": "Continuous", "hidden": "HIDDEN", "centre": "CENTER", "phantom": "PHANTOM"}
_DIMTYPES = {"linear": 32, "diameter": 32 + 3, "radius": 32 + 4, "angular": 32 + 5}
_PATTERNS_MM = {
    "HIDDEN": [4.2, 3.0, -1.2],
    "CENTER": [13.0, 9.0, -1.5, 1.0, -1.5],
    "PHANTOM": [15.5, 9.0, -1.5, 1.0, -1.5, 1.0, -1.5],
}


def dxf_bytes(sheet: Sheet) -> bytes:
    """Return SHEET as an R2010 DXF file, the same bytes on every run."""
    logging.getLogger("ezdxf").setLevel(logging.WARNING)
    with _fixed_dates():
        document = _document(sheet)
        for name in sorted(document.entitydb.dxf_types_in_use()):
            document.classes.add_class(name)  # ezdxf would add them in the order of a set
        stream = io.StringIO()
        document.write(stream)
    return stream.getvalue().encode("utf-8")


@contextmanager
def _fixed_dates() -> Iterator[None]:
    options: Any = ezdxf.options  # type: ignore[attr-defined]
    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before


def _document(sheet: Sheet) -> Any:
    document: Any = ezdxf.new("R2010", units=ezdxf.units.MM)  # type: ignore[attr-defined]
    for name, pattern in _PATTERNS_MM.items():
        document.linetypes.add(name, pattern)
    for name, path in FONTS.items():
        document.styles.add(name, font=path.name)
    for name in ("SHEET", "OUTLINE", "THIN", "TEXT", "DIMENSION"):
        document.layers.add(name)
    space = document.modelspace()
    width, height = sheet.width_mm, sheet.height_mm
    edge = [(0, 0), (width, 0), (width, height), (0, height)]
    space.add_lwpolyline(edge, close=True, dxfattribs={"layer": "SHEET", "lineweight": 13})
    for element in sheet.elements:
        if isinstance(element, Dimension):
            _add_dimension(document, space, element)
        else:
            _add(space, element)
    document.header["$EXTMIN"], document.header["$EXTMAX"] = (0, 0, 0), (width, height, 0)
    document.header["$LIMMIN"], document.header["$LIMMAX"] = (0, 0), (width, height)
    return document


def _add(space: Any, primitive: Primitive) -> None:
    match primitive:
        case Line():
            space.add_lwpolyline(
                primitive.points, close=primitive.closed, dxfattribs=_look(primitive.width_mm, primitive.dash)
            )
        case Arc():
            look = _look(primitive.width_mm, primitive.dash)
            if primitive.end_deg - primitive.start_deg >= 360.0:
                space.add_circle(primitive.centre, primitive.radius, dxfattribs=look)
            else:
                space.add_arc(
                    primitive.centre, primitive.radius, primitive.start_deg, primitive.end_deg, dxfattribs=look
                )
        case Fill():
            hatch = space.add_hatch(color=7, dxfattribs={"layer": "DIMENSION"})
            hatch.paths.add_polyline_path(primitive.points, is_closed=True)
        case Glyphs():
            text = "".join(_CODES.get(c, c) for c in primitive.text)
            look = {"layer": "TEXT", "style": primitive.font, "rotation": primitive.angle_deg}
            entity = space.add_text(text, height=primitive.cap_mm, dxfattribs=look)
            entity.set_placement(primitive.origin, align=TextEntityAlignment.LEFT)


def _look(width_mm: float, dash: str) -> dict[str, Any]:
    weights = (13, 18, 25, 35, 50, 70)
    weight = min(weights, key=lambda w: abs(w - width_mm * 100))
    layer = "OUTLINE" if weight >= 50 else "THIN"
    return {"layer": layer, "lineweight": weight, "linetype": _LINETYPES[dash]}


def _add_dimension(document: Any, space: Any, dimension: Dimension) -> None:
    block = document.blocks.new_anonymous_block(type_char="D")
    for primitive in dimension.primitives:
        _add(block, primitive)
    text = next((p for p in dimension.primitives if isinstance(p, Glyphs)), None)
    points = dimension.definition
    attributes: dict[str, Any] = {
        "layer": "DIMENSION",
        "geometry": block.name,
        "dimtype": _DIMTYPES[dimension.entity],
        "text": "".join(_CODES.get(c, c) for c in dimension.text.replace("⌀", "Ø")),
        "text_midpoint": text.origin if text else points[-1],
    }
    match dimension.entity:
        case "linear":
            attributes |= {"defpoint2": points[0], "defpoint3": points[1], "defpoint": points[2]}
            attributes["angle"] = dimension.angle_deg
        case "diameter" | "radius":
            attributes |= {"defpoint": points[0], "defpoint4": points[1]}
        case "angular":
            attributes |= {"defpoint4": points[0], "defpoint2": points[1], "defpoint3": points[2]}
            attributes["defpoint"] = points[3]
    space.new_entity("DIMENSION", attributes)
