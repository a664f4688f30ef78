"""A golden set whose drawings are plain text, and a reader of them whose mistakes are known: no picture, no engine.

A drawing's file holds its strings, one a line. The reader reads all of them but those that its `mistakes` name: it is
a stage runner like any other, and leaves behind the files that the real stages leave.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ocr_tasks.contract import (
    EngineInfo,
    Item,
    PageRecord,
    Quad,
    RejectionRecord,
    Result,
    Stage,
    StageReport,
)
from ocr_tasks.errors import Rejection
from ocr_tasks.workdir import Workdir, fingerprint

WIDTH, HEIGHT = 400, 600
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def box(row: int) -> Quad:
    """Where the string of a row stands, in pixels of the rendered page and in those of the truth."""
    top = 10.0 + 20 * row
    return ((10, top), (110, top), (110, top + 12), (10, top + 12))


def put_drawing(folder: Path, name: str, strings: Sequence[str], truth: Sequence[str] | None = None) -> Path:
    """Write a drawing and its truth; TRUTH where it differs from what stands on the drawing."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("\n".join(strings), encoding="utf-8")
    texts = [{"text": text, "quad": box(row), "kind": "number"} for row, text in enumerate(truth or strings)]
    page = {"file": name, "page": 0, "width_px": WIDTH, "height_px": HEIGHT, "texts": texts}
    (folder / f"{file.stem}.p0.json").write_text(json.dumps(page), encoding="utf-8")
    return file


def put_set(folder: Path, drawings: int, strings: int = 20) -> None:
    """Write a set of drawings with different strings."""
    for number in range(drawings):
        put_drawing(folder, f"d{number:02}.pdf", [f"{number}.{row:03}" for row in range(strings)])


@dataclass
class PlantedReader:
    """Runs stages as the real ones do; `misreads` says of a string of a drawing what is read (None: nothing)."""

    weights: str = "good"
    misreads: Callable[[str], str | None] = lambda text: text
    code: str = "code"
    rejects: str = ""
    """Drawings that hold this are rejected by render."""
    stages: list[tuple[Stage, int]] = field(default_factory=list)
    """What ran, over how many drawings."""

    def __call__(self, stage: Stage, root: Path, names: Sequence[str]) -> None:
        self.stages.append((stage, len(names)))
        for name in names:
            self._one(stage, Workdir.below(root, name))

    @property
    def drawings_read(self) -> int:
        return sum(count for stage, count in self.stages if stage == Stage.RECOGNIZE)

    def _one(self, stage: Stage, work: Workdir) -> None:
        lines = work.source.read_text(encoding="utf-8").splitlines()
        if self.rejects and any(self.rejects in line for line in lines):
            why = RejectionRecord(code=Rejection.CORRUPT, message="planted", stage=Stage.RENDER)
            self._finish(work, stage, None, why if stage == Stage.RENDER else None, skipped=stage != Stage.RENDER)
            return
        engine = None
        if stage in (Stage.DETECT, Stage.RECOGNIZE):
            digest = hashlib.sha256(f"{stage} {self.weights}".encode()).hexdigest()
            engine = EngineInfo(name="planted", weights={f"{stage}.onnx": digest})
        if stage == Stage.POSTPROCESS:
            self._write_result(work, lines)
        self._finish(work, stage, engine)

    def _write_result(self, work: Workdir, lines: Sequence[str]) -> None:
        read = [(row, self.misreads(text)) for row, text in enumerate(lines)]
        page = PageRecord(page=1, width_px=WIDTH, height_px=HEIGHT, dpi=72, sha256="ab" * 32)
        items = [_item(row, text) for row, text in read if text is not None]
        work.write_result(Result(drawing_id=work.name, pages=(page,), items=tuple(items)))

    def _finish(
        self,
        work: Workdir,
        stage: Stage,
        engine: EngineInfo | None,
        rejection: RejectionRecord | None = None,
        *,
        skipped: bool = False,
    ) -> None:
        work.finish(
            StageReport(
                stage=stage,
                outcome="rejected" if rejection else "skipped" if skipped else "done",
                rejection=rejection,
                fingerprint=fingerprint(stage),
                engine=engine,
                seconds=0.1,
                code=self.code,
                finished_at=MOMENT,
            )
        )


def _item(row: int, text: str, quad_px: Quad | None = None) -> Item:
    return Item(
        item_id=row,
        page=1,
        kind="dimension",
        text=text,
        raw_text=text,
        quad_px=quad_px or box(row),
        rotation_deg=0,
        confidence=0.9,
        source="ocr",
        engine="planted",
    )


def result_of(items: Mapping[str, Quad]) -> Result:
    """A result with these strings at these places of its one page."""
    page = PageRecord(page=1, width_px=WIDTH, height_px=HEIGHT, dpi=72, sha256="ab" * 32)
    made = tuple(_item(row, text, quad) for row, (text, quad) in enumerate(items.items()))
    return Result(drawing_id="0" * 16, pages=(page,), items=made)
