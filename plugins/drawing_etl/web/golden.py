"""A reviewed drawing as a golden label: its strings as a person confirmed them, beside a copy of the drawing.

One folder a drawing, `GOLDEN/<drawing id>/`: `source.<ext>` and `source.pN.json`, the truth of page N from 0, in the
form that `python -m ocr_tasks evaluate GOLDEN` reads. Coordinates are points (1/72 inch), origin top-left.
"""

import json
import logging
import re
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from drawing_etl.settings import Settings
from drawing_etl.warehouse import Warehouse, WarehouseError
from drawing_etl.warehouse.dossier import Dossier, SheetPage
from drawing_etl.warehouse.records import StoredItem
from ocr_tasks.contract import DIMENSION_KINDS
from ocr_tasks.errors import ContractError
from ocr_tasks.files import written
from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)

POINTS_AN_INCH = 72.0
NUMBERS = DIMENSION_KINDS | {"dimension", "thread", "roughness"}


def keep_label(settings: Settings, warehouse: Warehouse, reviewed: Dossier) -> bool:
    """Write the golden label of a drawing that was approved, below `var/golden`; say whether it is there."""
    document_id, drawing_id = reviewed.drawing.document_id, reviewed.drawing.drawing_id
    try:
        source = Workdir.below(settings.work_root, drawing_id).source
        folder = write_label(settings.var / "golden", source, reviewed, warehouse.items(document_id))
    except (OSError, ContractError, WarehouseError) as error:
        log.error("no golden label of %s: %s", document_id, error)
        return False
    log.info("golden label of %s: %s", document_id, folder)
    return True


def write_label(golden: Path, source: Path, reviewed: Dossier, items: Sequence[StoredItem]) -> Path:
    """Write the label of a drawing, replacing an older one, and return its folder. Raises OSError.

    The drawing's own name goes nowhere but into the JSON: the files are named by its digest.
    """
    folder = golden / reviewed.drawing.drawing_id
    drawing = folder / source.name
    with written(drawing) as draft:
        shutil.copyfile(source, draft)
    decision = reviewed.decisions[-1]
    for page in reviewed.pages:
        truth = label(reviewed, page, [item for item in items if item.page == page.page], drawing.name)
        truth |= {"reviewer": decision.reviewer, "reviewed_at": _moment(decision.decided_at)}
        text = json.dumps(truth, ensure_ascii=False, indent=1)
        with written(folder / f"{source.stem}.p{page.page - 1}.json") as draft:
            draft.write_text(text, encoding="utf-8")
    return folder


def label(reviewed: Dossier, page: SheetPage, items: Sequence[StoredItem], file: str) -> dict[str, Any]:
    """Return the truth of one page."""
    points = POINTS_AN_INCH / page.dpi
    return {
        "source": "review",
        "commit": reviewed.drawing.sha256,
        "path": reviewed.drawing.original_name,
        "licence": "",
        "page": page.page - 1,
        "width_pt": round(page.width_px * points, 2),
        "height_pt": round(page.height_px * points, 2),
        "units": "pdf points, origin top-left",
        "drawing": "mechanical",
        "file": file,
        "texts": [_text(item, points) for item in items],
    }


def _text(item: StoredItem, points: float) -> dict[str, Any]:
    quad = [[round(x * points, 2), round(y * points, 2)] for x, y in item.quad_px]
    across, down = zip(*quad, strict=True)
    text: dict[str, Any] = {
        "text": item.text,
        "bbox": [min(across), min(down), max(across), max(down)],
        "rotation": item.rotation_deg,
        "quad": quad,
        "kind": "gdt" if item.kind == "gdt" else "number" if item.kind in NUMBERS else _plain_kind(item),
    }
    if item.kind == "gdt" and "|" in item.text:
        text["parts"] = item.text.split("|")
    return text


def _plain_kind(item: StoredItem) -> str:
    return "zone" if item.kind == "zone" or re.fullmatch(r"zone_.*", item.kind) else "text"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
