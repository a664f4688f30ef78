"""Sheets made on the spot: strings set in a frame, as a CAD program would set them. Pixels at 200 dpi."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr_tasks.drawing.placed import Placed, Quad
from ocr_tasks.drawing.understand import SheetMeaning, understand

PX_PER_MM = 200 / 25.4


@dataclass
class Paper:
    """A page in mm, origin top-left; `say` sets a string with its top-left corner at a point."""

    width_mm: float = 420.0
    height_mm: float = 297.0
    items: list[Placed] = field(default_factory=list)

    def say(self, x_mm: float, y_mm: float, text: str, height_mm: float = 3.5, *, turned: bool = False) -> int:
        """Set TEXT, reading upwards if TURNED; return its index."""
        width = 0.62 * height_mm * max(1, len(text))
        if turned:
            corners = ((x_mm, y_mm), (x_mm, y_mm - width), (x_mm + height_mm, y_mm - width), (x_mm + height_mm, y_mm))
        else:
            corners = ((x_mm, y_mm), (x_mm + width, y_mm), (x_mm + width, y_mm + height_mm), (x_mm, y_mm + height_mm))
        quad: Quad = tuple((x * PX_PER_MM, y * PX_PER_MM) for x, y in corners)  # type: ignore[assignment]
        self.items.append(Placed(text=text, quad_px=quad))
        return len(self.items) - 1

    def centred(self, x_mm: float, y_mm: float, text: str, height_mm: float = 3.5) -> int:
        """Set TEXT with its middle at x."""
        return self.say(x_mm - 0.31 * height_mm * len(text), y_mm, text, height_mm)

    def frame(self) -> None:
        """Set the zones of an A3 sheet: 1 to 8 along, A to F down (ISO 5457)."""
        for number in range(8):
            for y in (3.0, self.height_mm - 7.0):
                self.centred((number + 0.5) * self.width_mm / 8, y, str(number + 1))
        for number in range(6):
            for x in (3.0, self.width_mm - 5.0):
                self.say(x, (number + 0.5) * self.height_mm / 6, "ABCDEF"[number])

    def cells_below(self, cells: list[tuple[float, float, str, str]]) -> None:
        """Set label and value of each cell, the value under its label: (x, y, label, value)."""
        for x, y, label, value in cells:
            self.say(x, y, label, 2.0)
            if value:
                self.say(x + 1, y + 3.5, value)

    def cells_right(self, cells: list[tuple[float, float, str, str]], reach_mm: float = 25.0) -> None:
        """Set label and value of each cell, the value to the right of its label."""
        for x, y, label, value in cells:
            self.say(x, y, label, 2.5)
            if value:
                self.say(x + reach_mm, y - 0.3, value, 3.0)

    def read(self) -> SheetMeaning:
        scale = PX_PER_MM
        return understand(self.items, self.width_mm * scale, self.height_mm * scale, 200.0)
