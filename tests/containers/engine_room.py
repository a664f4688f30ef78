"""What the container tests share: small drawings, an operator, a task's context that outlives its worker."""

import hashlib
import os
import shelve
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from docker import APIClient
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from drawing_etl.container_engine import LABEL
from drawing_etl.containers import GpuStageOperator
from ocr_tasks.contract import Manifest
from ocr_tasks.workdir import Workdir

ROOT = Path(__file__).parents[2]
BASE = os.environ.get("DRAWING_ETL_TEST_BASE", "drawing-etl/base:bookworm")
"""A base image that needs no registry."""


def build(dockerfile: str, tag: str, context: Path = ROOT) -> str:
    """Build an image of this checkout; return its tag."""
    subprocess.run(
        [
            *("docker", "build", "--quiet", "--network", "host", "--build-arg", f"BASE_IMAGE={BASE}"),
            *("--file", str(ROOT / dockerfile), "--tag", tag, str(context)),
        ],
        check=True,
    )
    return tag


def ours(engine: APIClient, root: Path) -> list[dict[str, Any]]:
    """Return all containers, running or not, that work on ROOT."""
    every = engine.containers(all=True, filters={"label": LABEL})
    return [found for found in every if any(mount.get("Source") == str(root) for mount in found["Mounts"])]


def drawings(root: Path, count: int, pages: int = 1) -> list[str]:
    """Make COUNT small PDF drawings in workdirs below ROOT; return their names."""
    names = []
    for number in range(count):
        draft = root / f"{number}.pdf"
        canvas = Canvas(str(draft), pagesize=A4, invariant=True)
        for page in range(pages):
            canvas.drawString(100, 700 - 20 * number, f"4x R{number}.{page} THRU")
            canvas.showPage()
        canvas.save()
        data = draft.read_bytes()
        draft.unlink()
        sha256 = hashlib.sha256(data).hexdigest()
        work = Workdir(root / sha256[:16])
        work.path.mkdir()
        (work.path / "source.pdf").write_bytes(data)
        work.write_manifest(
            Manifest(
                drawing_id=work.name,
                sha256=sha256,
                source="source.pdf",
                original_name=f"{number}.pdf",
                size_bytes=len(data),
                arrived_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
        names.append(work.name)
    return names


class StateStore:
    """Airflow's task state store, on disk, so that the next try finds what the last one kept."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def get(self, key: str) -> Any:
        with shelve.open(self.path) as kept:
            return kept.get(key)

    def set(self, key: str, value: Any) -> None:
        with shelve.open(self.path) as kept:
            kept[key] = value


def context(root: Path, run: str = "run", try_number: int = 1) -> Any:
    """Return what the operator uses of a task's context."""
    ti = SimpleNamespace(
        dag_id="drawing_ingest", run_id=run, task_id="process.render", map_index=0, try_number=try_number, stats_tags={}
    )
    return {"ti": ti, "task_state_store": StateStore(root / f"state-{run}")}


def operator(root: Path, batch: Sequence[str], image: str, **settings: Any) -> GpuStageOperator:
    """Return the operator of one render task over BATCH."""
    return GpuStageOperator(
        **{
            "task_id": "render",
            "stage": "render",
            "batch": list(batch),
            "image": image,
            "work_root": str(root),
            "work_volume": str(root),
            "mem_limit": "2g",
            "engine_patience_s": 5.0,
            **settings,
        }
    )
