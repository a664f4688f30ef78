"""How many pixels a sheet gets, decided before any is made."""

import math
from collections.abc import Sequence

from ocr_tasks.errors import BadDrawing, Rejection

DEFAULT_DPI = 300
LOWEST_DPI = 200
HIGHEST_DPI = 400
FLOOR_DPI = 100
"""Below it the lettering of a drawing cannot be read: a sheet that fits only below it is rejected."""

TEXT_HEIGHT_PX = 18.0
"""A digit that is lower is often misread."""

SMALL_TEXT_QUANTILE = 0.2
"""What counts as small lettering: a fifth of the characters are no taller. Not the least, which is a logo's."""

ISO_A_MM = tuple((841.0 / 2 ** (k / 2), 1189.0 / 2 ** (k / 2)) for k in range(5))
ANSI_MM = ((215.9, 279.4), (279.4, 431.8), (431.8, 558.8), (558.8, 863.6), (863.6, 1117.6))
USUAL_DPI = (300, 200, 400, 150, 600, 100, 240, 250)


def choose_dpi(text_heights_pt: Sequence[float]) -> int:
    """Return the resolution for a vector sheet: small lettering becomes TEXT_HEIGHT_PX tall, within 200..400 dpi.

    `text_heights_pt`: heights of its digits and capitals, in points; none known: 300 dpi.
    """
    if not text_heights_pt:
        return DEFAULT_DPI
    ordered = sorted(text_heights_pt)
    small = ordered[int(SMALL_TEXT_QUANTILE * (len(ordered) - 1))]
    wanted = TEXT_HEIGHT_PX * 72.0 / max(small, 0.1)
    return int(min(max(wanted, LOWEST_DPI), HIGHEST_DPI))


def bounded_dpi(width_pt: float, height_pt: float, wanted: int, *, asked: bool, max_pixels: int) -> int:
    """Return the resolution at which a sheet stays below `max_pixels`.

    One that was chosen here gives way, down to FLOOR_DPI; one that the user `asked` for does not.
    Raises BadDrawing for a sheet without a sensible size, or too large.
    """
    if not (math.isfinite(width_pt) and math.isfinite(height_pt) and width_pt > 0 and height_pt > 0):
        raise BadDrawing(Rejection.CORRUPT, "a page claims no sensible size: export the drawing again")
    inches = (width_pt / 72.0) * (height_pt / 72.0)
    # A side rounded up to a whole pixel may add a row and a column.
    fits = int(math.sqrt(max_pixels / inches) * 0.999)
    if wanted <= fits:
        return wanted
    if asked or fits < FLOOR_DPI:
        raise too_large(
            f"a page of {width_pt / 72:.3g} x {height_pt / 72:.3g} inches at {wanted if asked else FLOOR_DPI} dpi",
            max_pixels,
        )
    return fits


def check_pixels(width_px: int, height_px: int, max_pixels: int) -> None:
    """Raise BadDrawing for a picture of more than `max_pixels`, or of none."""
    if width_px < 1 or height_px < 1:
        raise BadDrawing(Rejection.CORRUPT, "the picture claims to have no pixels: export the drawing again")
    if width_px * height_px > max_pixels:
        raise too_large(f"a picture of {width_px} x {height_px} pixels", max_pixels)


def too_large(what: str, max_pixels: int) -> BadDrawing:
    """Return the rejection of something above the limit."""
    return BadDrawing(
        Rejection.PAGE_TOO_LARGE,
        f"{what} is above the limit of {max_pixels / 1e6:.0f} million pixels: "
        "check the page size, or raise max_page_pixels or lower dpi",
    )


def guess_dpi(width_px: int, height_px: int) -> float:
    """Return a guess for a picture without a resolution: the usual one at which it is nearest to a standard sheet."""
    sides = sorted((width_px, height_px))

    def misfit(dpi: int) -> float:
        mm = [side * 25.4 / dpi for side in sides]
        return min(max(abs(mm[0] / short - 1), abs(mm[1] / long - 1)) for short, long in (*ISO_A_MM, *ANSI_MM))

    best = min(USUAL_DPI, key=misfit)
    return float(best if misfit(best) < 0.02 else 200)
