"""Writes the report: figures into one page of HTML, with its styles, charts and pictures inside."""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from drawing_etl.report import charts, wording
from drawing_etl.report.figures import Figures, Nights, Waiting, figures_of_nights, figures_of_run
from drawing_etl.report.pictures import Crop, Picture, crops, pictures
from drawing_etl.warehouse import Warehouse
from drawing_etl.warehouse.records import RunDrawing

TEMPLATES = Path(__file__).parent / "templates"

MAX_WITH_CROPS = 40
"""Drawings in quarantine whose strings are shown."""

MAX_ROWS = 200
"""Drawings listed one by one; the database has all."""

MAX_CHANGES = 20
"""Differences listed of one new revision."""


def write_report(
    warehouse: Warehouse, of: str | Nights, out_dir: Path, *, work_root: Path | None = None, docs: Path | None = None
) -> Path:
    """Write the report of a run (its id) or of some nights below OUT_DIR and return its path.

    With WORK_ROOT, the folder of the workdirs, pictures of the drawings that need a look are inside; with DOCS, the
    folder of the quality gate's own pages, the page names it. Raises WarehouseError for a run that is not there.
    """
    if isinstance(of, Nights):
        figures = figures_of_nights(warehouse, of)
        title, name = f"Drawings read from {of.first} to {of.last}", f"nights-{of.first}-{of.last}.html"
    else:
        figures = figures_of_run(warehouse, of)
        title, name = "Drawings read last night", f"run-{_file_name(of)}.html"
        if figures.started_at is not None:
            title = f"Drawings read on {figures.started_at:%d %B %Y}".replace(" 0", " ")
    shown = pictures(_worth_a_look(figures), work_root)
    places = {
        waiting.drawing.document_id: crops(waiting.drawing, _concerned(waiting), work_root)
        for waiting in figures.waiting[:MAX_WITH_CROPS]
    }
    return _write(out_dir / name, render(figures, title, shown, places, docs))


def render(
    figures: Figures,
    title: str,
    shown: Sequence[Picture] = (),
    places: Mapping[str, Sequence[Crop]] | None = None,
    docs: Path | None = None,
) -> str:
    """Return the page's HTML. PLACES: document id -> the strings that the gate names, cut out of their pages."""
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            title=title,
            figures=figures,
            pictures=shown,
            places=places or {},
            docs=docs,
            max_rows=MAX_ROWS,
            max_changes=MAX_CHANGES,
        )
    )


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "percent": wording.percent,
        "duration": wording.duration,
        "count": wording.count,
        "moment": wording.moment,
        "shown": wording.shown,
        "words": wording.words,
    }
    templates.filters["figure"] = wording.figure
    templates.globals |= {"histogram": charts.histogram, "states": wording.STATES}
    return templates


def _worth_a_look(figures: Figures) -> list[RunDrawing]:
    quarantined = [waiting.drawing for waiting in figures.waiting]
    loaded = [drawing for drawing in figures.all_drawings if drawing.state == "loaded"]
    return [*quarantined, *sorted(loaded, key=lambda drawing: drawing.mean_confidence or 1.0)]


def _concerned(waiting: Waiting) -> list[int]:
    """Return the strings that the reasons name, those of the reason with the fewest first: it is the most telling."""
    reasons = sorted(waiting.reasons, key=lambda reason: len(reason.item_ids))
    return list(dict.fromkeys(item_id for reason in reasons for item_id in reason.item_ids))


def _file_name(run_id: str) -> str:
    """Return a name for files that follows from the run's id, whatever characters that has."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", run_id).strip(".-")[:80]
    return f"{plain}-{hashlib.sha256(run_id.encode()).hexdigest()[:6]}"


def _write(path: Path, html: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(html, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
