"""What was read wrong: truth and reading side by side, the worst pages, the most frequent confusions."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein
from shapely import STRtree

from ocr_tasks.contract import Quad
from ocr_tasks.evaluation.truth import TrueText, TruthPage
from ocr_tasks.polygons import polygon_of
from ocr_tasks.quads import scaled

LEAST_OVERLAP = 0.2
"""A reading belongs to a truth whose box it overlaps by this much (intersection over union)."""

_SAME = str.maketrans(
    {"×": "x", "X": "x", ",": ".", "º": "°", "˚": "°", "µ": "μ"}
    | dict.fromkeys("–—−", "-")
    | dict.fromkeys("’′", "'")
    | dict.fromkeys("″”“", '"')
    | dict.fromkeys("ØøφΦ∅ϕ", "⌀")
)
JOINTS = "/|"
"""What joins the parts of a stacked tolerance or of a feature control frame in a truth."""


@dataclass(frozen=True)
class Pair:
    """A string of the truth and what was read there, None for nothing."""

    truth: TrueText
    reading: str | None
    confidence: float | None = None

    @property
    def right(self) -> bool:
        return self.reading is not None and fold(self.reading) == fold(self.truth.text)


def fold(text: str, marks: str = JOINTS) -> str:
    """Return TEXT with the spellings that mean the same made one, without white space and without MARKS."""
    kept = "".join(c if c in "ØøφΦ∅ϕ⌀" else unicodedata.normalize("NFKC", c) for c in text)
    return re.sub(r"\s+", "", kept.translate(_SAME | dict.fromkeys(map(ord, marks))))


def pairs_of(page: TruthPage, prediction: Path) -> list[Pair]:
    """Return every string of PAGE that counts, with the reading that overlaps it most."""
    wanted = [text for text in page.texts if text.counts]
    if not prediction.exists():
        return [Pair(text, None) for text in wanted]
    found = json.loads(prediction.read_text(encoding="utf-8"))
    taken = {i: found["texts"][j] for i, j in best_pairs(*on_one_page(page, wanted, found)).items()}
    return [
        Pair(text, taken[i]["text"], taken[i]["confidence"]) if i in taken else Pair(text, None)
        for i, text in enumerate(wanted)
    ]


def on_one_page(page: TruthPage, texts: Sequence[TrueText], found: Mapping[str, Any]) -> tuple[list[Quad], list[Quad]]:
    """Return the boxes of TEXTS of PAGE and of what was FOUND there, a prediction, both as shares of the page."""
    truths = [scaled(text.quad, 1 / page.width, 1 / page.height) for text in texts]
    readings = [scaled(entry["quad"], 1 / found["width"], 1 / found["height"]) for entry in found["texts"]]
    return truths, readings


def best_pairs(truths: Sequence[Quad], readings: Sequence[Quad]) -> dict[int, int]:
    """Return {truth: reading} by index, one-to-one, the best overlap first. Both in the same coordinates."""
    shapes = [polygon_of(quad) for quad in readings]
    tree = STRtree(shapes)
    overlaps = []
    for i, quad in enumerate(truths):
        truth = polygon_of(quad)
        for j in tree.query(truth):
            shared = truth.intersection(shapes[j]).area
            union = truth.area + shapes[j].area - shared
            if union > 0 and shared / union >= LEAST_OVERLAP:
                overlaps.append((shared / union, i, int(j)))
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(overlaps, reverse=True):
        if i not in taken and j not in used:
            taken[i] = j
            used.add(j)
    return taken


def differences(truth: str, reading: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of TRUTH that READING has otherwise: ("⌀", "0"), ("1", ""), ("", ".")."""
    want, got = fold(truth), fold(reading)
    for step in Levenshtein.opcodes(want, got):
        if step.tag != "equal":
            yield want[step.src_start : step.src_end], got[step.dest_start : step.dest_end]


def summary(pages: Sequence[TruthPage], predictions: Path, worst: int = 10, most: int = 20) -> str:
    """Return the worst pages and the most frequent confusions as lines of text."""
    shares = []
    confusions: Counter[tuple[str, str]] = Counter()
    missed = 0
    for page in pages:
        pairs = pairs_of(page, predictions / page.name)
        if pairs:
            shares.append((sum(pair.right for pair in pairs) / len(pairs), len(pairs), page.name))
        missed += sum(pair.reading is None for pair in pairs)
        for pair in pairs:
            if pair.reading is not None and not pair.right:
                confusions.update(differences(pair.truth.text, pair.reading))
    strings = sum(count for _, count, _ in shares)
    right = sum(share * count for share, count, _ in shares)
    lines = [f"{right / max(1, strings):.3f} of {strings} strings read exactly, {missed} not found", "", "worst pages"]
    lines += [f"  {share:.3f}  {name}" for share, _, name in sorted(shares)[:worst]]
    lines += ["", "most frequent confusions (truth -> reading)"]
    lines += [
        f"  {count:4d}  {want or '(nothing)'} -> {got or '(nothing)'}"
        for (want, got), count in confusions.most_common(most)
    ]
    return "\n".join(lines)
