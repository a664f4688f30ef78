"""Draws what ezdxf tells onto a grey raster with OpenCV."""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt
from ezdxf.addons.drawing.backend import Backend, BkPath2d, BkPoints2d, ImageData
from ezdxf.addons.drawing.properties import BackendProperties
from ezdxf.addons.drawing.type_hints import Color
from ezdxf.math import Vec2

from ocr_tasks.contract import Point
from ocr_tasks.picture import Gray

SHIFT = 4
"""OpenCV takes coordinates in 1/2**SHIFT of a pixel, so that thin lines and letters are antialiased in place."""
FLATTENING_PX = 0.25
PEN_MM = 0.25
"""Width of a line whose own is not known."""
WIDEST_PEN_MM = 2.11
"""The widest line that DXF knows (group code 370)."""
INK = 0
PAPER = 255


class Canvas(Backend):
    """A sheet being drawn. Drawing units become pixels: y up becomes y down."""

    def __init__(self, origin: Vec2, size: Vec2, *, pixels_a_unit: float, dpi: float, margin_px: int) -> None:
        super().__init__()
        width = max(1, int(np.ceil(size.x * pixels_a_unit))) + 2 * margin_px
        height = max(1, int(np.ceil(size.y * pixels_a_unit))) + 2 * margin_px
        self._image: Gray = np.full((height, width), PAPER, np.uint8)
        self._origin = np.array((origin.x, origin.y))
        self._scale = pixels_a_unit
        self._pixels_a_mm = dpi / 25.4
        self._margin = margin_px

    def image(self) -> Gray:
        """Return the sheet, uint8 (height, width)."""
        return self._image

    def place(self, point: Vec2) -> Point:
        """Return a point in drawing units as pixels of the sheet, y down."""
        x, y = self._pixels(np.array([(point.x, point.y)]))[0]
        return float(x), float(y)

    def draw_point(self, pos: Vec2, properties: BackendProperties) -> None:
        x, y = self._places(np.array([(pos.x, pos.y)]))[0] >> SHIFT
        cv2.circle(self._image, (int(x), int(y)), 1, (INK,), -1)

    def draw_line(self, start: Vec2, end: Vec2, properties: BackendProperties) -> None:
        self._lines([np.array([(start.x, start.y), (end.x, end.y)])], properties)

    def draw_solid_lines(self, lines: Iterable[tuple[Vec2, Vec2]], properties: BackendProperties) -> None:
        self._lines([np.array([(s.x, s.y), (e.x, e.y)]) for s, e in lines], properties)

    def draw_path(self, path: BkPath2d, properties: BackendProperties) -> None:
        for part in path.sub_paths():
            self._lines([self._flat(part)], properties)

    def draw_filled_paths(self, paths: Iterable[BkPath2d], properties: BackendProperties) -> None:
        outlines = [self._flat(part) for path in paths for part in path.sub_paths()]
        self._fill(outlines)

    def draw_filled_polygon(self, points: BkPoints2d, properties: BackendProperties) -> None:
        self._fill([np.array([(point.x, point.y) for point in points.vertices()])])

    def draw_image(self, image_data: ImageData, properties: BackendProperties) -> None:
        pass  # the frontend is told to ignore pictures

    def set_background(self, color: Color) -> None:
        pass

    def clear(self) -> None:
        self._image[:] = PAPER

    def finalize(self) -> None:
        pass

    def _flat(self, path: BkPath2d) -> npt.NDArray[np.float64]:
        return np.array([(point.x, point.y) for point in path.flattening(FLATTENING_PX / self._scale)], np.float64)

    def _places(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """Return drawing units as pixels, fixed point. What lies far outside is clipped: OpenCV counts in 32 bits."""
        limit = 2**30 >> SHIFT
        places = np.clip(np.nan_to_num(self._pixels(points)), -limit, limit)
        return np.rint(places * (1 << SHIFT)).astype(np.int32)

    def _pixels(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        places: npt.NDArray[np.float64] = (points - self._origin) * self._scale + self._margin
        places[:, 1] = self._image.shape[0] - places[:, 1]
        return places

    def _lines(self, lines: Iterable[npt.NDArray[np.float64]], properties: BackendProperties) -> None:
        width = max(1, round(self._pen_px(properties)))
        shapes = [self._places(line) for line in lines if len(line) > 1]
        cv2.polylines(self._image, shapes, False, (INK,), width, cv2.LINE_AA, SHIFT)

    def _pen_px(self, properties: BackendProperties) -> float:
        return min(properties.lineweight or PEN_MM, WIDEST_PEN_MM) * self._pixels_a_mm

    def _fill(self, outlines: Iterable[npt.NDArray[np.float64]]) -> None:
        shapes = [self._places(outline) for outline in outlines if len(outline) > 2]
        if shapes:
            cv2.fillPoly(self._image, shapes, (INK,), cv2.LINE_AA, SHIFT)
