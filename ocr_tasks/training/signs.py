"""Draws the signs of technical drawings in the ways that CAD programs draw them, and trains the classifier on them.

python -m ocr_tasks.training.signs OUT.npz [--samples N] [--seed S]

NumPy alone; the same seed gives the same weights.
"""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocr_tasks.samples import symbols as plain
from ocr_tasks.samples.page_model import Arc, Line, arc_points
from ocr_tasks.samples.plotter_font import CHARACTERS
from ocr_tasks.stages.ink import Mask
from ocr_tasks.stages.recognize.sign_classifier import CLASSES, FEATURES, OTHER, SignClassifier, features_of
from ocr_tasks.training.symbols import Stroke, arc, strokes

Matrix = npt.NDArray[np.float32]

FONTS = tuple(sorted((Path(plain.__file__).parent / "fonts").glob("*.ttf")))
ALPHABET = [c for c in "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijklmnpqrstuvwxyz±+&%#@()[]<>?!" if c in CHARACTERS]
HIDDEN = 96
HAIRLINES = 0.25
"""So many are drawn with a line of a pixel or two, however large: the zero width of CAD."""
HAIRLINE_INK = 200
"""Darker than this is a hairline: between two pixels it is grey in both, and blur would leave nothing of it."""
OTHERS_PER_SIGN = 14
"""There are many more things that are no signs than signs."""


def sign_picture(sign: str, r: Random) -> Mask:
    """Return SIGN as ink 255 on paper 0, drawn with a pen, a size and proportions of chance; OTHER: anything else."""
    if sign == OTHER:
        return _inked(_something(r), r) if r.random() < 0.6 else _printed(r)
    return _inked(_strokes_of(sign, r), r)


def _strokes_of(sign: str, r: Random) -> list[Stroke]:
    """Return the strokes of a sign, y up; a stroke that ends where it begins and has three corners is filled."""
    v = r.uniform
    if sign == "↗":
        return _arrow((0.0, 0.0), (v(0.6, 1.1), 1.0), r)
    if sign == "⌰":
        wide, apart = v(0.35, 0.9), v(0.35, 0.8)
        first, second = _arrow((0, 0), (wide, 1.0), r), _arrow((apart, 0), (apart + wide, 1.0), r)
        return [*first, *second, *([[(0.0, 0.0), (apart, 0.0)]] if r.random() < 0.7 else [])]
    if sign == "⌓":
        return [[*arc(0.5, 0, 0.5, 0, 180), (1.0, 0.0)]]
    if sign == "∠":
        slope = math.radians(v(25, 50))
        return [[(v(0.8, 1.1) * math.cos(slope), math.sin(slope)), (0, 0), (1.0, 0)]]
    if sign == "∥":
        lean, apart = v(0.15, 0.7), v(0.25, 0.6)
        return [[(0, 0), (lean, 1)], [(apart, 0), (apart + lean, 1)]]
    if sign == "⌭":
        radius, lean = v(0.2, 0.36), v(0.15, 0.5)
        reach = v(0.25, 0.5)
        sides = [[(x - lean / 2, -0.05), (x + lean / 2, 1.05)] for x in (0.5 - reach, 0.5 + reach)]
        return [arc(0.5, 0.5, radius), *sides]
    if sign == "⌖":
        radius, reach = v(0.24, 0.4), 0.5
        return [
            arc(0.5, 0.5, radius),
            [(0.5 - reach, 0.5), (0.5 + reach, 0.5)],
            [(0.5, 0.5 - reach), (0.5, 0.5 + reach)],
        ]
    if sign == "◎":
        return [arc(0.5, 0.5, 0.5), arc(0.5, 0.5, v(0.18, 0.36))]
    if sign == "⌯":
        high, short = v(0.5, 1.0), v(0.1, 0.3)
        return [[(short, high), (1 - short, high)], [(0, high / 2), (1, high / 2)], [(short, 0), (1 - short, 0)]]
    if sign == "⊥":
        return [[(0, 0), (1, 0)], [(0.5, 0), (0.5, v(0.7, 1.2))]]
    if sign == "⏥":
        lean = v(0.2, 0.5)
        high = v(0.45, 0.8)
        return [[(0, 0), (lean, high), (lean + 0.9, high), (0.9, 0), (0, 0)]]
    if sign == "↧":
        wide, high = v(0.5, 1.0), v(0.8, 1.2)
        return [[(0, high), (wide, high)], *_arrow((wide / 2, high), (wide / 2, 0.0), r)]
    if r.random() < 0.3 and sign in plain.SYMBOLS:
        return _of_symbol(plain.SYMBOLS[sign])
    return strokes(sign, r)[0]


def _arrow(tail: tuple[float, float], tip: tuple[float, float], r: Random) -> list[Stroke]:
    """Return a shaft and a head, open or filled, slim or wide."""
    angle = math.atan2(tip[1] - tail[1], tip[0] - tail[0])
    length, half = r.uniform(0.2, 0.42), math.radians(r.uniform(10, 30))
    left, right = (
        (tip[0] - length * math.cos(angle + side), tip[1] - length * math.sin(angle + side)) for side in (-half, half)
    )
    return [[tail, tip], [left, tip, right] if r.random() < 0.4 else [left, tip, right, left]]


def _of_symbol(symbol: plain.Symbol) -> list[Stroke]:
    found: list[Stroke] = []
    for primitive in symbol.primitives:
        if isinstance(primitive, Arc):
            found.append(list(arc_points(primitive, 0.05)))
        elif isinstance(primitive, Line):
            found.append([*primitive.points, *(primitive.points[:1] if primitive.closed else ())])
    return found


def _something(r: Random) -> list[Stroke]:
    """Return strokes that are no sign: characters of a plotter, lines in all directions, boxes, nothing but a tick."""
    way = r.random()
    if way < 0.7:
        found: list[Stroke] = []
        x = 0.0
        for _ in range(r.choice((1, 1, 1, 2, 3))):
            letter = CHARACTERS[r.choice(ALPHABET)]
            found += [[(px + x, py) for px, py in stroke] for stroke in _of_symbol(letter)]
            x += letter.advance
        return found
    if way < 0.9:
        return [[(r.random(), r.random()) for _ in range(r.randint(2, 4))] for _ in range(r.randint(1, 4))]
    lean, mark = r.uniform(0.3, 0.6), [(0.0, 0.5), (0.3, 0.0), (0.9, 1.0)]
    return [mark] if way < 0.95 else [mark, [(0.0, 0.5), (lean, 0.5)]]


def _inked(found: Sequence[Stroke], r: Random) -> Mask:
    """Draw strokes with a pen of chance, a little askew, as a scanner or a renderer leaves them."""
    hairline = r.random() < HAIRLINES
    cap = r.uniform(30, 140) if hairline else r.uniform(14, 60)
    pen = r.choice((1, 2)) if hairline else max(1, round(cap * r.uniform(0.04, 0.16)))
    turn, lean = math.radians(r.gauss(0, 1.2)), r.gauss(0, 0.03)
    wide, high = cap * r.uniform(0.85, 1.18), cap
    points = [np.array(stroke, np.float64) for stroke in found]
    moved = []
    for stroke in points:
        x, y = stroke[:, 0] * wide + lean * stroke[:, 1] * high, -stroke[:, 1] * high
        moved.append(
            np.column_stack([x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)])
        )
    every = np.concatenate(moved)
    low, top = every.min(axis=0), every.max(axis=0)
    edge = pen + 4
    size = np.ceil(top - low).astype(int) + 2 * edge
    page = np.full((size[1], size[0]), 255, np.uint8)
    for stroke in moved:
        corners = np.round((stroke - low + edge) * 8).astype(np.int32)
        if len(corners) == 4 and (corners[0] == corners[3]).all():
            cv2.fillPoly(page, [corners], 0, cv2.LINE_AA, shift=3)
        cv2.polylines(page, [corners], False, 0, pen, cv2.LINE_AA, shift=3)
    return np.where(page < HAIRLINE_INK, np.uint8(255), np.uint8(0)) if hairline else _scanned(page, r)


def _printed(r: Random) -> Mask:
    """Return one to three characters of a font."""
    text = "".join(r.choice(ALPHABET) for _ in range(r.choice((1, 1, 2, 3))))
    font = ImageFont.truetype(r.choice(FONTS), round(r.uniform(18, 70)))
    left, top, right, bottom = (int(v) for v in font.getbbox(text))
    picture = Image.new("L", (right - left + 8, bottom - top + 8), 255)
    ImageDraw.Draw(picture).text((4 - left, 4 - top), text, fill=0, font=font)
    return _scanned(np.asarray(picture).copy(), r)


def _scanned(page: Mask, r: Random) -> Mask:
    """Return what is ink after blur, noise and a threshold of chance."""
    if r.random() < 0.6:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), r.uniform(0.3, 1.3)), np.uint8)
    if r.random() < 0.4:
        chance = np.random.default_rng(r.getrandbits(32))
        page = np.clip(page + chance.normal(0, r.uniform(3, 22), page.shape), 0, 255).astype(np.uint8)
    ink = np.where(page < r.uniform(110, 220), np.uint8(255), np.uint8(0))
    if r.random() < 0.15:
        count = r.randint(1, 3)
        for _ in range(count):  # a gap in a stroke, a speck beside it
            x, y = r.randrange(ink.shape[1]), r.randrange(ink.shape[0])
            ink[y : y + 2, x : x + 2] = r.choice((0, 255))
    return ink


def drawn(samples: int, r: Random) -> tuple[Matrix, npt.NDArray[np.int64]]:
    """Return features (n, FEATURES) and classes (n,) of SAMPLES pictures a sign, and of many that show none."""
    rows, classes = [], []
    for index, sign in enumerate(CLASSES):
        for _ in range(samples * (OTHERS_PER_SIGN if sign == OTHER else 1)):
            features = features_of(sign_picture(sign, r))
            if features is not None:
                rows.append(features)
                classes.append(index)
    return np.array(rows, np.float32), np.array(classes)


def trained(features: Matrix, classes: npt.NDArray[np.int64], seed: int, epochs: int = 25) -> SignClassifier:
    """Return a classifier fitted by Adam to minimal cross entropy."""
    rng = np.random.default_rng(seed)
    weights = [
        rng.normal(0, math.sqrt(2 / FEATURES), (FEATURES, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        rng.normal(0, math.sqrt(2 / HIDDEN), (HIDDEN, len(CLASSES))).astype(np.float32),
        np.zeros(len(CLASSES), np.float32),
    ]
    means, squares = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    step, batch = 0, 256
    steps = epochs * (len(classes) // batch)
    for _ in range(epochs):
        order = rng.permutation(len(classes))
        for start in range(0, len(order) - batch + 1, batch):
            rows = order[start : start + batch]
            step += 1
            rate = 2e-3 * 0.5 * (1 + math.cos(math.pi * step / max(steps, 1)))
            for k, gradient in enumerate(_gradients(weights, features[rows], classes[rows])):
                means[k] = 0.9 * means[k] + 0.1 * gradient
                squares[k] = 0.999 * squares[k] + 0.001 * gradient**2
                upward = (means[k] / (1 - 0.9**step)) / (np.sqrt(squares[k] / (1 - 0.999**step)) + 1e-8)
                weights[k] -= (rate * (upward + 1e-3 * weights[k])).astype(np.float32)
    return SignClassifier(*weights)


def _gradients(weights: Sequence[Matrix], x: Matrix, classes: npt.NDArray[np.int64]) -> list[Matrix]:
    """Return the gradients of the mean cross entropy, labels smoothed by 0.02."""
    model = SignClassifier(*weights)
    hidden = np.maximum(x @ model.first + model.first_bias, 0)
    wanted = np.full((len(x), len(CLASSES)), 0.02 / len(CLASSES), np.float32)
    wanted[np.arange(len(x)), classes] += 0.98
    error = (model.chances(x) - wanted) / len(x)
    back = (error @ model.second.T) * (hidden > 0)
    return [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def main(argv: Sequence[str] | None = None) -> int:
    """Train, write, and say how the classifier does on signs that it has not seen."""
    parser = argparse.ArgumentParser(prog="python -m ocr_tasks.training.signs", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--samples", type=int, default=700, help="pictures a sign")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    classifier = trained(*drawn(args.samples, Random(args.seed)), args.seed)
    arrays = ("first", "first_bias", "second", "second_bias")
    np.savez_compressed(args.out, **{name: getattr(classifier, name).astype(np.float16) for name in arrays})
    features, classes = drawn(60, Random(args.seed + 10_000))
    best = SignClassifier.load(args.out).chances(features).argmax(axis=1)
    for index, sign in enumerate(CLASSES):
        mine = classes == index
        print(f"{sign or 'other'}  {(best[mine] == index).mean():.3f} of {mine.sum()}")  # noqa: T201
    print(f"all  {(best == classes).mean():.4f} of {len(classes)}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
