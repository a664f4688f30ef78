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


LEAST = 1e-3

PPOCR = Calibration(constant=-0.2081, sureness=0.6852, length=-0.4519, short=-0.2527)
CALIBRATIONS: dict[str, Calibration] = {"ppocr-onnx": PPOCR, "ppocr-torch": PPOCR}
"""By engine. Another engine's figure is left as it is."""


def calibrated(confidence: float, text: str, engine: str) -> float:
    """Return the probability that TEXT is right, given the mean CONFIDENCE of its characters as ENGINE states it."""
    fitted = CALIBRATIONS.get(engine)
    return confidence if fitted is None or not text else calibrated_by(fitted, confidence, text)


def calibrated_by(fitted: Calibration, confidence: float, text: str) -> float:
    """Return the probability that TEXT is right by one calibration."""
    one, sureness, length, short = features(min(confidence, fitted.most), text)
    score = fitted.constant * one + fitted.sureness * sureness + fitted.length * length + fitted.short * short
    return round(1 / (1 + math.exp(-score)), 4)


def features(confidence: float, text: str) -> tuple[float, float, float, float]:
    """Return what a calibration weighs, in the order of its fields. TEXT is not empty."""
    sure = min(max(confidence, LEAST), Calibration.most)
    return 1.0, math.log(sure / (1 - sure)), math.log(len(text)), float(len(text) <= 2)


def stated(probability: float, text: str, fitted: Calibration) -> float:
    """Return the engine's own figure for TEXT from what a calibration made of it: the inverse of `calibrated_by`."""
    if not text:
        return probability
    one, _, length, short = features(0.5, text)
    sure = min(max(probability, LEAST), 1 - 1e-6)
    rest = fitted.constant * one + fitted.length * length + fitted.short * short
    return min(max(1 / (1 + math.exp((rest - math.log(sure / (1 - sure))) / fitted.sureness)), LEAST), fitted.most)
