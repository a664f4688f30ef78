"""Real runs of the DAG `golden_set` over two small drawings, where this installation's stages run."""

import json
import sqlite3
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from drawn import A4_LANDSCAPE_PT, pdf
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from told import told

from drawing_etl.airflow_home import environment
from drawing_etl.settings import Settings
from drawing_etl.warehouse import Warehouse
from ocr_tasks.contract import PIPELINE_VERSION

RUN = """
import json
from datetime import UTC, datetime
from airflow.dag_processing.dagbag import DagBag
from drawing_etl.airflow_home import POOLS, prepare
from drawing_etl.settings import PROJECT
prepare(POOLS)
dag = DagBag(PROJECT / "dags" / "golden_set.py", bundle_name="dags-folder").dags["golden_set"]
run = dag.test(logical_date=datetime.now(UTC))
states = {f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in run.get_task_instances()}
print("told", json.dumps({"run": str(run.state), "states": states}))
"""
LETTERING_PT = 14


class GoldenNights:
    """An installation whose golden set are two drawings of three strings each, without the project's own samples."""

    def __init__(self, root: Path, environ: Mapping[str, str] | None = None) -> None:
        self.environ = {"DRAWING_ETL_VAR": str(root), "DRAWING_ETL_THREADS": "1", **(environ or {})}
        self.settings = Settings.from_env(self.environ)
        made = root / "golden-samples" / PIPELINE_VERSION
        made.mkdir(parents=True)
        (made / "done").touch()
        self.folder = root / "golden"
        self.folder.mkdir()
        for number in (1, 2):
            self.put(f"part {number}.pdf", number)
        Warehouse(self.settings.database_url).migrate()

    def put(self, name: str, number: int) -> None:
        """Draw a golden drawing, and say what stands on it."""
        file = pdf(self.folder / name, [partial(_draw, number=number)])
        width, height = A4_LANDSCAPE_PT
        texts = [{"text": text, "kind": "number", "quad": quad} for text, quad in _strings(number)]
        page = {"file": name, "page": 0, "width_pt": width, "height_pt": height, "texts": texts}
        (self.folder / f"{file.stem}.p0.json").write_text(json.dumps(page), encoding="utf-8")

    def run(self) -> dict[str, Any]:
        """Run the DAG as Airflow does, and return the states of the run and of its tasks."""
        return told(RUN, env=environment(self.settings) | self.environ, timeout_s=580)

    def figures(self) -> list[tuple[str, int, int, float]]:
        """Return what is kept of each reader: who it is, drawings, strings, and the share read exactly."""
        with sqlite3.connect(self.settings.var / "warehouse.sqlite") as database:
            return list(
                database.execute(
                    "SELECT reader_key, drawings, strings, exact_share FROM golden_runs ORDER BY measured_at"
                )
            )


def _strings(number: int) -> list[tuple[str, list[tuple[float, float]]]]:
    placed = []
    for text, x, y in ((f"R{12.5 + number}", 120, 430), (f"{300 + number} ±0.2", 330, 180), ("SCALE 1:2", 600, 60)):
        length, top, foot = stringWidth(text, "Helvetica", LETTERING_PT), y + 11, y - 1
        corners = [(x, top), (x + length, top), (x + length, foot), (x, foot)]
        placed.append((text, [(at, A4_LANDSCAPE_PT[1] - up) for at, up in corners]))
    return placed


def _draw(canvas: Canvas, number: int) -> None:
    canvas.rect(20, 20, 802, 555)
    canvas.rect(200, 220, 300, 150)
    canvas.setFont("Helvetica", LETTERING_PT)
    for text, quad in _strings(number):
        canvas.drawString(quad[3][0], A4_LANDSCAPE_PT[1] - quad[3][1] + 1, text)
