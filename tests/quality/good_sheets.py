"""Good workdirs, made on the spot: pages with lettering on them, and readings and results that tell the truth."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from ocr_tasks.contract import (
    READING_STAGES,
    EngineInfo,
    Item,
    Manifest,
    PageRecord,
    Preparation,
    Quad,
    Reading,
    Region,
    Result,
    SheetRecord,
    StageReport,
    TitleBlockField,
)
from ocr_tasks.workdir import Workdir

DPI = 100.0
WIDTH, HEIGHT = 1100, 800
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
ENGINE = EngineInfo(name="planted")


def good_workdir(root: Path, seed: int, *, pages: int = 2, strings: int = 30) -> Workdir:
    """Make a drawing whose records agree with one another and with the ink on its pages."""
    rng = random.Random(seed)
    sha256 = hashlib.sha256(f"drawing {seed}".encode()).hexdigest()
    work = Workdir(root / sha256[:16])
    work.write_manifest(
        Manifest(
            drawing_id=work.name,
            sha256=sha256,
            source="source.pdf",
            original_name=f"part {seed}.pdf",
            size_bytes=1000 + seed,
            arrived_at=MIDNIGHT,
        )
    )
    items: list[Item] = []
    records: list[PageRecord] = []
    for number in range(1, pages + 1):
        image = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
        items += _draw(image, number, rng, strings, first_id=len(items))
        records.append(
            PageRecord(
                page=number, width_px=WIDTH, height_px=HEIGHT, dpi=DPI, sha256=work.write_page_image(number, image)
            )
        )
    work.write_pages(records)
    work.write_preparations(Preparation(page=record.page) for record in records)
    write_readings(work, items)
    work.write_result(
        Result(
            drawing_id=work.name,
            pages=tuple(records),
            items=tuple(items),
            sheets=tuple(SheetRecord(page=record.page, size="A4") for record in records),
            title_block={
                name: TitleBlockField(state="read", value=value)
                for name, value in {
                    "drawing_number": f"DE-{seed:05d}",
                    "company": "Nordhaven",
                    "material": "S235",
                    "scale": "1:1",
                }.items()
            },
        )
    )
    finish_reading(work, pages, len(items))
    return work


def write_readings(work: Workdir, items: list[Item]) -> None:
    """Write what an engine would have read where the items are."""
    work.write_vector_texts(())
    work.write_regions(
        Region(region_id=item.item_id, page=item.page, quad_px=item.quad_px, angle_deg=0, score=0.9) for item in items
    )
    work.write_readings(
        Reading(
            region_id=item.item_id,
            page=item.page,
            text=item.raw_text,
            confidence=item.confidence,
            quad_px=item.quad_px,
            engine=item.engine,
        )
        for item in items
    )


def finish_reading(work: Workdir, pages: int, strings: int) -> None:
    """Write the reports of the reading stages, one minute apart."""
    for minute, stage in enumerate(READING_STAGES):
        work.finish(
            StageReport(
                stage=stage,
                outcome="done",
                fingerprint=f"{stage}-{work.name}",
                engine=ENGINE,
                seconds=1.5 + minute,
                pages=pages,
                counts={"strings": strings},
                finished_at=MIDNIGHT + timedelta(minutes=minute),
            )
        )


def _draw(image: np.ndarray, page: int, rng: random.Random, strings: int, first_id: int) -> list[Item]:
    items = []
    cells = [(column, row) for row in range(1, 15) for column in range(6)]
    for index, (column, row) in enumerate(sorted(rng.sample(cells, strings), key=lambda cell: cell[::-1])):
        text, meaning = _callout(rng)
        x, y = 30 + column * 175, 20 + row * 50
        (length, height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 1)
        cv2.putText(image, text, (x, y + height), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1, cv2.LINE_AA)
        items.append(
            Item(
                item_id=first_id + index,
                page=page,
                kind="dimension",
                text=text.replace("O", "⌀"),
                raw_text=text.replace("O", "⌀"),
                quad_px=quad(x, y, length, height + base),
                rotation_deg=0,
                confidence=round(min(0.999, max(0.7, rng.gauss(0.95, 0.03))), 4),
                source="ocr",
                engine="planted",
                meaning=meaning,
            )
        )
    return items


def quad(x: float, y: float, width: float, height: float) -> Quad:
    """Return an upright quad."""
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def _callout(rng: random.Random) -> tuple[str, dict[str, object]]:
    nominal = round(rng.uniform(2, 250), 2)
    if rng.random() < 0.3:
        return f"O{nominal:.2f}", {"kind": "diameter", "nominal": nominal, "unit": "mm"}
    if rng.random() < 0.4:
        upper = round(rng.uniform(0.01, 0.2), 2)
        meaning = {"kind": "linear", "nominal": nominal, "unit": "mm"}
        return f"{nominal:.2f} +{upper:.2f}/-{upper:.2f}", meaning | {
            "upper_deviation": upper,
            "lower_deviation": -upper,
        }
    return f"{nominal:.2f}", {"kind": "linear", "nominal": nominal, "unit": "mm"}
