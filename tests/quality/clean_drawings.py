"""Clean drawings for the mutation tests: sample sheets, rendered, read without a mistake, and put through postprocess.

Nothing is read by an engine here. What stands on a sheet is known, so the readings are exact; only their confidences
vary as an engine's do. A fault is then planted into readings, results or files, and the gate has to find it.
"""

import hashlib
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from good_sheets import ENGINE, MIDNIGHT, finish_reading

from ocr_tasks.contract import Manifest, PageRecord, PostprocessOptions, Preparation, Quad, Reading, Region, Result
from ocr_tasks.samples import catalogue, degrade
from ocr_tasks.samples.page_model import Sheet
from ocr_tasks.samples.random_sheets import make_sheet
from ocr_tasks.stages.postprocess.meaning import drawing_meaning
from ocr_tasks.stages.postprocess.stage import layer_agreement, merged_pages, number_items
from ocr_tasks.workdir import Workdir

DPI = 150.0

Degradation = Callable[[degrade.Page, np.random.Generator], degrade.Page]

SHEETS: dict[str, Callable[[], Sequence[Sheet]]] = {
    "flange": lambda: [catalogue.flange_sheet(), catalogue.assembly_sheet(), catalogue.details_sheet()],
    "block": lambda: [catalogue.german_block_sheet(), catalogue.german_shaft_sheet()],
    "inch plate": lambda: [catalogue.inch_plate_sheet()],
    "plate": lambda: [catalogue.metric_plate_sheet()],
    "cover": lambda: [catalogue.cover_plate_sheet()],
    "small flange": lambda: [catalogue.small_flange_sheet()],
}
LOOKS: dict[str, Degradation] = {
    "clean": lambda page, rng: page,
    "scanned": lambda page, rng: degrade.scanned(page, rng),
    "turned": lambda page, rng: degrade.turned(page, 1),
    "faded": lambda page, rng: degrade.faded(degrade.noisy(page, 3.0, rng)),
}


@dataclass(frozen=True)
class CleanDrawing:
    """A workdir without a mistake in it."""

    name: str
    work: Workdir


def clean_drawings(root: Path, sheets: Iterable[str] = SHEETS, looks: Iterable[str] = LOOKS) -> list[CleanDrawing]:
    """Make a drawing of each sheet set in each look."""
    return [_make(root, f"{sheet}, {look}", SHEETS[sheet](), LOOKS[look]) for look in looks for sheet in sheets]


def random_drawings(root: Path, seeds: Iterable[int], look: str = "clean") -> list[CleanDrawing]:
    """Make a drawing of one random sheet for each seed."""
    return [_make(root, f"random {seed}, {look}", [make_sheet(seed)], LOOKS[look]) for seed in seeds]


def _make(root: Path, name: str, sheets: Sequence[Sheet], look: Degradation) -> CleanDrawing:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    rng, dice = np.random.default_rng(int(sha256[:8], 16)), random.Random(sha256)
    work = Workdir(root / sha256[:16])
    work.write_manifest(
        Manifest(
            drawing_id=work.name,
            sha256=sha256,
            source="source.pdf",
            original_name=name,
            size_bytes=1,
            arrived_at=MIDNIGHT,
            options={"postprocess": PostprocessOptions(text_source="ocr")},
        )
    )
    records, readings = [], []
    for number, sheet in enumerate(sheets, 1):
        page = look(degrade.drawn(sheet, DPI), rng)
        width, height = page.size
        sha = work.write_page_image(number, page.picture)
        records.append(PageRecord(page=number, width_px=width, height_px=height, dpi=DPI, sha256=sha))
        for text in page.truth.texts:
            readings.append(_reading(len(readings), number, text["text"], _quad(text["quad"]), dice))
    work.write_pages(records)
    work.write_vector_texts(())
    work.write_preparations(Preparation(page=record.page) for record in records)
    write_readings(work, readings)
    read_again(work)
    finish_reading(work, len(records), len(readings))
    return CleanDrawing(name, work)


def _quad(corners: Sequence[Sequence[float]]) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return (a, b, c, d)


def _reading(region_id: int, page: int, text: str, quad: Quad, dice: random.Random) -> Reading:
    each = tuple(round(min(0.9999, 1 - dice.expovariate(40)), 4) for _ in text)
    mean = sum(each) / len(each) if each else 0.0
    return Reading(
        region_id=region_id,
        page=page,
        text=text,
        confidence=max(0.0, round(mean, 4)),
        char_confidences=tuple(max(0.0, value) for value in each),
        quad_px=quad,
        engine=ENGINE.name,
    )


def write_readings(work: Workdir, readings: Sequence[Reading]) -> None:
    """Write readings and the regions that they are of."""
    work.write_readings(readings)
    work.write_regions(
        Region(region_id=k, page=reading.page, quad_px=reading.quad_px, angle_deg=0, score=0.9)
        for k, reading in enumerate(readings)
    )


def read_again(work: Workdir) -> None:
    """Make `result.json` from the readings as postprocess does, without its pictures."""
    pages = work.pages()
    options = work.manifest().options.postprocess
    merged = merged_pages(pages, work.readings(), work.vector_texts(), work.preparations(), options)
    meant = drawing_meaning(pages, number_items(pages, merged))
    work.write_result(
        Result(
            drawing_id=work.name,
            pages=tuple(pages),
            items=tuple(meant.items),
            sheets=tuple(meant.sheets),
            title_block=meant.title_block,
            revisions=tuple(meant.revisions),
            parts_list=tuple(meant.parts_list),
            notes=tuple(meant.notes),
            findings=tuple(meant.findings),
            layer_agreement=layer_agreement(pages, merged),
        )
    )


def copy(work: Workdir, root: Path) -> Workdir:
    """Copy a workdir below ROOT; the rasters, which no fault writes into, are links."""
    target = root / work.name
    shutil.copytree(work.path, target, copy_function=_link_or_copy)
    return Workdir(target)


def _link_or_copy(source: str, target: str) -> str:
    if source.endswith(".npy"):
        Path(target).hardlink_to(source)
        return target
    return shutil.copy(source, target)


def later(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)
