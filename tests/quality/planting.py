"""Plants each fault into clean drawings and asks the gate: which share is caught, and by which expectation."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from clean_drawings import CleanDrawing, clean_drawings, copy, random_drawings
from faults import FAULTS, Fault

from drawing_etl.quality import Thresholds
from drawing_etl.quality.checkpoints import open_gate
from drawing_etl.quality.figures import DrawingFigures
from drawing_etl.quality.frames import drawings_frame, items_frame
from drawing_etl.quality.history import usual
from drawing_etl.quality.measures import measure
from ocr_tasks.contract import EngineInfo
from ocr_tasks.engines import Gray, Recognizer, Text
from ocr_tasks.engines.choose import recognizer
from ocr_tasks.second_reading import STOCK, read_again
from ocr_tasks.workdir import Workdir

SECOND = "second_reader_agrees"


@dataclass(frozen=True)
class Trial:
    """One fault in one drawing, at one strength, and the expectations that it breaks."""

    fault: Fault | None
    """None: the drawing as it is."""
    strength: float
    drawing: str
    broken: tuple[str, ...]

    @property
    def caught(self) -> bool:
        return bool(self.broken)


class Remembering:
    """The second reader; what it has read of a picture it does not read twice."""

    def __init__(self) -> None:
        self._reader: Recognizer = recognizer(STOCK, "cpu", 1)
        self._known: dict[tuple[tuple[int, ...], bytes], Text] = {}

    @property
    def info(self) -> EngineInfo:
        return self._reader.info

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        keys = [(crop.shape, crop.tobytes()) for crop in crops]
        new = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self._known}
        self._known |= zip(new, self._reader.read(list(new.values())), strict=True)
        return [self._known[key] for key in keys]


def _measured(work: Workdir, second: Recognizer, low: float) -> DrawingFigures:
    """Let the second reader look at what is to be loaded, as the gate's task does, and measure."""
    read_again(work, second)
    return measure(work, low_confidence=low)


def trials(
    drawings: Sequence[CleanDrawing],
    thresholds: Thresholds,
    strengths: Sequence[float],
    faults: Sequence[Fault] = FAULTS,
) -> list[Trial]:
    """Judge each drawing as it is and with each fault at each strength; each faulty drawing among clean ones."""
    low = thresholds.drawing.low_confidence
    second = Remembering()
    clean = {drawing.name: _measured(drawing.work, second, low) for drawing in drawings}
    planned: list[tuple[Trial, DrawingFigures]] = [
        (Trial(None, 0.0, name, ()), figures) for name, figures in clean.items()
    ]
    for fault in faults:
        for strength in strengths:
            planned += [
                (Trial(fault, strength, drawing.name, ()), figures)
                for drawing, figures in _planted(fault, strength, drawings, second, low)
            ]
    marked = [replace(figures, drawing_id=str(number)) for number, (_, figures) in enumerate(planned)]
    # One frame for all trials, so that the gate runs once; what compares drawings sees each with the clean ones only.
    frames = [
        drawings_frame([figures, *_others(clean, trial.drawing)])[:1]
        for (trial, _), figures in zip(planned, marked, strict=True)
    ]
    broken: dict[str, Counter[str]] = {figures.drawing_id: Counter() for figures in marked}
    parameters = thresholds.parameters() | usual([], thresholds.history)
    with tempfile.TemporaryDirectory() as folder, open_gate(Path(folder), "mutation") as gate:
        for breach in (
            *gate.check("items", items_frame(marked), parameters),
            *gate.check("drawings", pd.concat(frames, ignore_index=True), parameters),
        ):
            broken[breach.row["drawing_id"]][breach.rule] += 1
    return [
        replace(trial, broken=tuple(broken[figures.drawing_id]))
        for (trial, _), figures in zip(planned, marked, strict=True)
    ]


def _others(clean: dict[str, DrawingFigures], name: str) -> list[DrawingFigures]:
    sheet = name.split(",")[0]
    return [figures for other, figures in clean.items() if other.split(",")[0] != sheet]


def _planted(
    fault: Fault, strength: float, drawings: Sequence[CleanDrawing], second: Recognizer, low: float
) -> Iterator[tuple[CleanDrawing, DrawingFigures]]:
    for number, drawing in enumerate(drawings):
        dice = random.Random(f"{fault.name} {strength} {drawing.name}")
        others = [other.work for other in (*drawings[number + 1 :], *drawings[:number])]
        with tempfile.TemporaryDirectory(dir=drawing.work.path.parent.parent) as folder:
            work = copy(drawing.work, Path(folder))
            if fault.plant(work, others, strength, dice):
                yield drawing, _measured(work, second, low)


def table(done: Sequence[Trial], strengths: Sequence[float]) -> str:
    """Return the share caught, by fault and strength, as a table in Markdown."""
    head = " | ".join(f"{strength:.0%} of the strings" for strength in strengths)
    lines = [f"| fault | where | {head} | seen by |", "|---|---|" + "---:|" * len(strengths) + "---|"]
    for fault in dict.fromkeys(trial.fault for trial in done if trial.fault is not None):
        shares = " | ".join(_share([t for t in done if t.fault == fault and t.strength == s]) for s in strengths)
        rules = Counter(rule for trial in done if trial.fault == fault for rule in trial.broken)
        seen = ", ".join(rule for rule, _ in rules.most_common(3))
        lines.append(f"| {fault.name} | {fault.where} | {shares} | {seen} |")
    return "\n".join(lines)


def _share(done: Sequence[Trial]) -> str:
    return f"{sum(trial.caught for trial in done)}/{len(done)}" if done else "–"


def main() -> None:
    """Print the table for docs/quality.md."""
    strengths = (0.05, 0.3, 1.0)
    thresholds = Thresholds.load()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        others = [*clean_drawings(root / "looks"), *random_drawings(root / "random", range(40))]
        alarms = [trial for trial in trials(others, thresholds, ()) if trial.caught]
        print(f"False alarms: {len(alarms)} of {len(others)} clean drawings.", *alarms, sep="\n", flush=True)
        done = trials(clean_drawings(root / "clean", looks=["clean"]), thresholds, strengths)
    print(table(done, strengths))
    for strength in strengths:
        acting = [trial for trial in done if trial.fault and trial.fault.acts and trial.strength == strength]
        alone = [replace(trial, broken=tuple(rule for rule in trial.broken if rule != SECOND)) for trial in acting]
        print(f"At {strength:.0%}: {_rate(acting)} of those that matter; without the second reader {_rate(alone)}.")


def _rate(done: Sequence[Trial]) -> str:
    caught = sum(trial.caught for trial in done)
    return f"{caught}/{len(done)} ({caught / len(done):.3f})"


if __name__ == "__main__":
    main()
