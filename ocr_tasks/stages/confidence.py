"""Confidence that means something: the share of strings like this one that are read exactly right.

A recogniser's own figure says how sure it is of each character that it wrote, not whether it left one out. A logistic
model over that figure and the string's length (Platt, 1999) is fitted to what was right and wrong on real drawings.
How it was fitted and how well it holds elsewhere: docs/accuracy.md.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Calibration:
    """Weights of: one, the log-odds of the mean character, the log of the length, and being one or two characters."""

    constant: float
    sureness: float
    length: float
    short: float
    most: float = 0.9998
    """The engine's figure is taken no higher: beyond it, it says nothing."""


PPOCR = Calibration(constant=1.3097, sureness=0.3685, length=-0.6539, short=-0.6235)
CALIBRATIONS: dict[str, Calibration] = {"ppocr-onnx": PPOCR, "ppocr-torch": PPOCR}
"""By engine. Another engine's figure is left as it is."""


def calibrated(confidence: float, text: str, engine: str) -> float:
    """Return the probability that TEXT is right, given the mean CONFIDENCE of its characters as ENGINE states it."""
    fitted = CALIBRATIONS.get(engine)
    if fitted is None or not text:
        return confidence
    sure = min(max(confidence, 1e-3), fitted.most)
    score = (
        fitted.constant
        + fitted.sureness * math.log(sure / (1 - sure))
        + fitted.length * math.log(len(text))
        + fitted.short * (len(text) <= 2)
    )
    return round(1 / (1 + math.exp(-score)), 4)
