"""`python -m ocr_tasks.evaluation.calibrate TRUTH PREDICTIONS`: fit the confidence to what was right and wrong.

TRUTH and PREDICTIONS are as `python -m ocr_tasks evaluate` has them. Prints the parameters in use and those fitted, for
`stages/postprocess/confidence.py`, each with how often strings at each confidence are right: on the pages fitted on,
and on those left out; --plot draws it for those in use. A reading where the truth has no string is wrong, so TRUTH is
best the corrected one (`doubts`).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocr_tasks.evaluation.confusions import best_pairs, fold, on_one_page
from ocr_tasks.evaluation.reliability import Bin, bins_of, plot, table
from ocr_tasks.evaluation.truth import TruthPage, truth_pages
from ocr_tasks.quads import middle_in
from ocr_tasks.stages.postprocess.confidence import PPOCR, Calibration, calibrated_by, features, stated

RIDGE = 1e-2
"""Of the weights' squares: keeps the fit finite where one side is always right."""
STEPS = 50

Floats = npt.NDArray[np.float64]


class Outcome(NamedTuple):
    """A string that was read: the recogniser's own figure for it, and whether it is right."""

    text: str
    stated: float
    right: bool


def main(argv: Sequence[str]) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks.evaluation.calibrate", description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--leave-out", default="", metavar="SUBSTRINGS", help="pages not to fit on, by commas")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="where the picture (SVG) goes")
    args = parser.parse_args(argv)
    left_out = tuple(part for part in args.leave_out.split(",") if part)
    fitted: list[Outcome] = []
    others: list[Outcome] = []
    for page in truth_pages(args.truth):
        aside = any(part in page.name for part in left_out)
        (others if aside else fitted).extend(outcomes(page, args.predictions / page.name))
    if not fitted:
        parser.error(f"no prediction of {args.predictions} is about a page to fit on")
    parts = {"pages fitted on": fitted} | ({"pages left out": others} if others else {})
    for name, calibration in (("in use", PPOCR), ("fitted", fit(fitted))):
        curves = {part: reliability(found, calibration) for part, found in parts.items()}
        tables = "".join(f"{part}\n{table(bins)}\n\n" for part, bins in curves.items())
        sys.stdout.write(f"{name}: {calibration}\n\n{tables}")
        if args.plot and calibration is PPOCR:
            args.plot.write_text(plot(curves), encoding="utf-8")
    return 0


def outcomes(page: TruthPage, prediction: Path) -> list[Outcome]:
    """Return what became of what was read on PAGE; nothing without a prediction.

    What stands where the truth has no string is wrong, what stands at one that does not count is left out.
    """
    if not prediction.exists():
        return []
    found = json.loads(prediction.read_text("utf-8"))
    truths, readings = on_one_page(page, page.texts, found)
    truth_at = {j: page.texts[i] for i, j in best_pairs(truths, readings).items()}
    aside = [quad for text, quad in zip(page.texts, truths, strict=True) if not text.counts]
    met = []
    for j, entry in enumerate(found["texts"]):
        text, truth = entry["text"], truth_at.get(j)
        if not truth.counts if truth else any(middle_in(readings[j], quad) for quad in aside):
            continue
        right = truth is not None and fold(text) == fold(truth.text)
        met.append(Outcome(text, stated(entry["confidence"], text, PPOCR), right))
    return met


def fit(found: Sequence[Outcome]) -> Calibration:
    """Return the logistic model that makes FOUND most probable, by Newton's steps."""
    rows = np.array([features(outcome.stated, outcome.text) for outcome in found], np.float64)
    right = np.array([outcome.right for outcome in found], np.float64)
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (sure - right) + RIDGE * weights
        bend = (rows * (sure * (1 - sure))[:, None]).T @ rows + RIDGE * np.eye(rows.shape[1])
        weights -= np.linalg.solve(bend, slope)
    constant, sureness, length, short = (round(float(weight), 4) for weight in weights)
    return Calibration(constant=constant, sureness=sureness, length=length, short=short)


def reliability(found: Sequence[Outcome], calibration: Calibration) -> list[Bin]:
    """Return how often FOUND are right at each confidence that CALIBRATION gives them."""
    sure = np.array([calibrated_by(calibration, outcome.stated, outcome.text) for outcome in found], np.float64)
    return bins_of(sure, np.array([outcome.right for outcome in found], np.float64))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
