"""A batch's rates, and what is usual for them: bounds from the batches before."""

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, median

from drawing_etl.quality.figures import DrawingFigures, GoldenFigures
from drawing_etl.quality.thresholds import HistoryThresholds
from drawing_etl.warehouse.records import BatchRates
from drawing_etl.warehouse.values import diameter_share

ANYTHING = (-1e18, 1e18)

FEW_STRINGS = 50
"""Strings read by OCR below which a batch has no confidence of its own: a single bad drawing would stop it."""

MAD_TO_SIGMA = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""


def rates_of(
    figures: Sequence[DrawingFigures], *, rejected: int, quarantined: int, low_confidence: float
) -> BatchRates:
    """Sum up the drawings of a batch; strings count equally, whatever drawing they are on."""
    confidences = [value for drawing in figures for value in drawing.confidences]
    agreements = [drawing.layer_agreement for drawing in figures if drawing.layer_agreement is not None]
    low = sum(value < low_confidence for value in confidences)
    drawings = len(figures) + rejected
    enough = len(confidences) >= FEW_STRINGS  # fewer are judged drawing by drawing
    return BatchRates(
        drawings=drawings,
        pages=sum(drawing.pages for drawing in figures),
        strings=sum(drawing.strings for drawing in figures),
        mean_confidence=fmean(confidences) if enough else None,
        share_low=low / len(confidences) if enough else None,
        agreement=fmean(agreements) if agreements else None,
        diameter_share=diameter_share([text for drawing in figures for text in drawing.dimensions]),
        rejected_share=rejected / drawings if drawings else 0.0,
        quarantined_share=quarantined / len(figures) if figures else 0.0,
    )


COMPARED: Mapping[str, Callable[[BatchRates], float | None]] = {
    "mean_confidence": lambda rates: rates.mean_confidence,
    "share_low": lambda rates: rates.share_low,
    "agreement": lambda rates: rates.agreement,
    "diameter_share": lambda rates: rates.diameter_share,
    "rejected_share": lambda rates: rates.rejected_share,
    "quarantined_share": lambda rates: rates.quarantined_share,
    "strings_per_page": lambda rates: rates.strings / rates.pages if rates.pages else None,
}
"""The figures of a batch that are compared with those of the batches before."""

BETTER_WHEN_LESS = ("quarantined_share",)
"""Figures that may fall as far as they like: a better reader must not be stopped by them."""


def usual(recent: Sequence[BatchRates], thresholds: HistoryThresholds) -> dict[str, float]:
    """Return the suite parameters `usual_<figure>_min` and `_max`; unbounded where too few batches are known.

    The bounds are the median plus and minus `max_deviations` robust standard deviations (median absolute deviation
    times 1.4826), and never closer to the median than `min_tolerance` (times the median, where that is above 1). The
    figures in BETTER_WHEN_LESS have no `_min`.
    """
    bounds: dict[str, float] = {}
    for figure, of in COMPARED.items():
        known = [value for rates in recent[: thresholds.batches] if (value := of(rates)) is not None]
        low, high = ANYTHING
        if len(known) >= thresholds.min_batches:
            middle = median(known)
            spread = MAD_TO_SIGMA * median(abs(value - middle) for value in known)
            reach = max(thresholds.max_deviations * spread, thresholds.min_tolerance * max(1.0, abs(middle)))
            low, high = middle - reach, middle + reach
        bounds[f"usual_{figure}_max"] = high
        if figure not in BETTER_WHEN_LESS:
            bounds[f"usual_{figure}_min"] = low
    return bounds


def as_accepted(golden: GoldenFigures | None) -> dict[str, float]:
    """Return the suite parameters of the golden set; unbounded where it was not compared."""
    return {
        "golden_exact_required": golden.exact_required if golden else ANYTHING[0],
        "golden_right_required": golden.right_required if golden else ANYTHING[0],
    }
