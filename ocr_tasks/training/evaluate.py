"""Judges weights: exact rates on held-out synthetic crops and on crops of real pages, several weights side by side."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ocr_tasks.engines import Gray
from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.engines.weights import Weights
from ocr_tasks.training.crops import make
from ocr_tasks.training.judge import real_crops, same
from ocr_tasks.training.lettering import HELD_OUT, Lettering

HELD_OUT_SEED = 900_001


@dataclass(frozen=True, slots=True)
class Exam:
    """Crops with what they say, each in a group whose share is reported by itself."""

    name: str
    crops: tuple[Gray, ...]
    texts: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How many crops of a group were read exactly."""

    right: int
    total: int

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 0.0


def synthetic_exam(number: int, seed: int = HELD_OUT_SEED) -> Exam:
    """Return crops in fonts that were never trained with, grouped by kind of string."""
    lettering = Lettering.installed(HELD_OUT)
    samples = [make(lettering, seed, i) for i in range(number)]
    return Exam(
        "synthetic, other fonts",
        tuple(s.crop for s in samples),
        tuple(s.text for s in samples),
        tuple(s.kind for s in samples),
    )


def real_exam(folder: Path, dpi: float, margin: float) -> Exam:
    """Return the strings of a folder of real pages, grouped by their source."""
    found = list(real_crops(folder, dpi, margin))
    return Exam(
        f"{folder.name} at {dpi:g} dpi",
        tuple(c.crop for c in found),
        tuple(c.text for c in found),
        tuple(c.source for c in found),
    )


def recogniser(path: Path, threads: int = 0) -> OnnxRecognizer:
    """Return the recogniser in a file, whatever its digest."""
    path = path.resolve()
    return OnnxRecognizer(threads=threads, weights=Weights(str(path), hashlib.sha256(path.read_bytes()).hexdigest()))


def sit(exam: Exam, reader: OnnxRecognizer) -> dict[str, Mark]:
    """Return the marks by group."""
    right: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for text, reading, group in zip(exam.texts, reader.read(exam.crops), exam.groups, strict=True):
        total[group] += 1
        right[group] += same(text, reading.text)
    return {group: Mark(right[group], total[group]) for group in sorted(total)}


def together(marks: Mapping[str, Mark], groups: Sequence[str]) -> Mark:
    """Return the marks of some groups as one."""
    chosen = [marks[g] for g in groups if g in marks]
    return Mark(sum(m.right for m in chosen), sum(m.total for m in chosen))


def mean_over_groups(marks: Mapping[str, Mark]) -> float:
    """Return the mean share, each group counting the same."""
    return sum(m.share for m in marks.values()) / max(1, len(marks))


def table(exam: Exam, columns: Mapping[str, Mapping[str, Mark]], held_out: Sequence[str] = ()) -> str:
    """Return a Markdown table: a row a group, a column for each of the weights."""
    first = next(iter(columns.values()))
    kept = [g for g in first if not any(h in g for h in held_out)]
    apart = [g for g in first if g not in kept]
    rows = [
        [g + (" (kept out)" if g in apart else ""), str(first[g].total)]
        + [f"{m[g].share:.3f}" for m in columns.values()]
        for g in first
    ]
    parts = [("all", list(first)), *([("open to choice", kept), ("kept out of choice", apart)] if apart else [])]
    for name, groups in parts:
        cells = [f"{together(m, groups).share:.3f}" for m in columns.values()]
        rows.append([f"**{name}**", str(together(first, groups).total), *cells])
        means = [f"{mean_over_groups({g: m[g] for g in groups}):.3f}" for m in columns.values()]
        rows.append([f"**{name}, mean over groups**", "", *means])
    head = [exam.name, "crops", *columns]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
