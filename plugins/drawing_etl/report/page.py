"""Writes the report: figures into one page of HTML, with its styles, charts and pictures inside."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from drawing_etl.report import charts, wording
from drawing_etl.report.figures import Figures, Nights, Waiting, figures_of_nights, figures_of_run
from drawing_etl.report.headline import Change, Headline
from drawing_etl.report.pictures import Crop, Picture, crops, misread, pictures
from drawing_etl.warehouse import Warehouse
from drawing_etl.warehouse.records import RunDrawing
from ocr_tasks.files import written

TEMPLATES = Path(__file__).parent / "templates"

MAX_WITH_CROPS = 40
"""Drawings in quarantine whose strings are shown."""

MAX_ROWS = 200
"""Drawings listed one by one; the database has all."""

MAX_CHANGES = 20
"""Differences listed of one new revision."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that stands in a report, whatever it is written as."""

    title: str
    figures: Figures
    pictures: Sequence[Picture] = ()
    places: Mapping[str, Sequence[Crop]] = field(default_factory=dict)
    """Document id -> the strings that the gate names, cut out of their pages."""
    misread: Mapping[str, Sequence[Crop]] = field(default_factory=dict)
    """Document id of a drawing that was read worst -> strings that were misread on it."""
    docs: Path | None = None
    """The folder of the quality gate's own pages."""
    before: Headline | None = None
    """The report before this one."""
    changes: Sequence[Change] = ()
    price: float | None = None
    """Of an hour of the machine, in whatever money; None: no cost is stated."""


def write_report(
    warehouse: Warehouse, of: str | Nights, out_dir: Path, *, work_root: Path | None = None, docs: Path | None = None
) -> Path:
    """Write the report of a run (its id) or of some nights below OUT_DIR as one page and return its path.

    With WORK_ROOT, the folder of the workdirs, pictures of the drawings that need a look are inside; with DOCS, the
    folder of the quality gate's own pages, the page names it. Raises WarehouseError for a run that is not there.
    """
    name = f"nights-{of.first}-{of.last}" if isinstance(of, Nights) else f"run-{file_name(of)}"
    report = gather(warehouse, of, work_root=work_root, docs=docs)
    page = out_dir / f"{name}.html"
    with written(page) as draft:
        draft.write_text(render(report), encoding="utf-8")
    return page


def gather(
    warehouse: Warehouse, of: str | Nights, *, work_root: Path | None = None, docs: Path | None = None
) -> Report:
    """Return the report of a run (its id) or of some nights. Raises WarehouseError for a run that is not there."""
    if isinstance(of, Nights):
        figures, title = figures_of_nights(warehouse, of), f"Drawings read from {of.first} to {of.last}"
    else:
        figures, title = figures_of_run(warehouse, of), "Drawings read last night"
        if figures.started_at is not None:
            title = f"Drawings read on {figures.started_at:%d %B %Y}".replace(" 0", " ")
    worst = figures.accuracy.worst if figures.accuracy else ()
    return Report(
        title=title,
        figures=figures,
        pictures=pictures(_worth_a_look(figures), work_root),
        places={
            waiting.drawing.document_id: crops(waiting.drawing.drawing_id, _concerned(waiting), work_root)
            for waiting in figures.waiting[:MAX_WITH_CROPS]
        },
        misread={each.drawing.document_id: misread(each.drawing.drawing_id, work_root) for each in worst},
        docs=docs,
    )


def render(report: Report) -> str:
    """Return the report as a page of HTML that stands alone."""
    values = {each.name: getattr(report, each.name) for each in fields(report)}
    page = templates(TEMPLATES)
    page.globals |= {"charts": charts, "truths": wording.TRUTHS}
    return page.get_template("report.html.j2").render(**values, max_rows=MAX_ROWS, max_changes=MAX_CHANGES)


def templates(folder: Path) -> Environment:
    """Return the templates of a folder: they escape what they are given, and write figures as `wording` does."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "percent": wording.percent,
        "duration": wording.duration,
        "count": wording.count,
        "moment": wording.moment,
        "shown": wording.shown,
        "words": wording.words,
        "figure": wording.figure,
    }
    found.globals["states"] = wording.STATES
    return found


def _worth_a_look(figures: Figures) -> list[RunDrawing]:
    quarantined = [waiting.drawing for waiting in figures.waiting]
    loaded = [drawing for drawing in figures.all_drawings if drawing.state == "loaded"]
    return [*quarantined, *sorted(loaded, key=lambda drawing: drawing.mean_confidence or 1.0)]


def _concerned(waiting: Waiting) -> list[int]:
    """Return the strings that the reasons name, those of the reason with the fewest first: it is the most telling."""
    reasons = sorted(waiting.reasons, key=lambda reason: len(reason.item_ids))
    return list(dict.fromkeys(item_id for reason in reasons for item_id in reason.item_ids))


def file_name(run_id: str) -> str:
    """Return a name for files that follows from the run's id, whatever characters that has."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", run_id).strip(".-")[:80]
    return f"{plain}-{hashlib.sha256(run_id.encode()).hexdigest()[:6]}"
