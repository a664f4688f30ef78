"""An installation with drawings in its database, and its pages behind Airflow's own login."""

import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
from airflow.api_fastapi.app import get_auth_manager, init_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.auth.middlewares.refresh_token import JWTRefreshMiddleware
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from drawing_etl.settings import Settings
from drawing_etl.warehouse import Desk, RunRecord, Warehouse
from drawing_etl.web import PREFIX
from drawing_etl.web.app import make_app
from ocr_tasks.contract import Reason, Stage, TitleBlockField, Verdict
from ocr_tasks.workdir import Workdir

sys.path.append(str(Path(__file__).parent.parent / "quality"))  # the good sheets are made there
from good_sheets import MIDNIGHT, good_workdir

HOSTILE = "<script>alert(1)</script>\u202e'\"&{{7*7}}.pdf"
RUN = "scheduled__2026-03-01"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def make_night(root: Path) -> None:
    """Make an installation below ROOT: five drawings loaded, one in quarantine with hostile words, one not read."""
    warehouse = Warehouse(f"sqlite:///{root / 'warehouse.sqlite'}", clock=lambda: MIDNIGHT)
    works = [good_workdir(root / "work", seed, pages=1 + seed % 2) for seed in range(6)]
    for number, work in enumerate(works):
        for page in work.pages():
            packed = cv2.imencode(".jpg", np.asarray(work.page_image(page.page)))[1].tobytes()
            work.write_preview(page.page, packed)
        work.write_source("source.pdf", [b"%PDF-1.7 drawing " + work.name.encode()])
        manifest = work.manifest()
        changes: dict[str, object] = {"arrived_at": MIDNIGHT + timedelta(days=number)}
        reasons: tuple[Reason, ...] = ()
        if number == 1:
            changes["original_name"] = HOSTILE
            reasons = (
                Reason(
                    expectation="no_mark_is_missed",
                    observed=0.2,
                    required={"max": 0.1},
                    message=f"2 strings leave out a mark {HOSTILE}",
                    item_ids=(3, 4),
                ),
                Reason(expectation="one_unit", observed=2, required=1, message="units mix", item_ids=(4, 5, 6)),
            )
            result = work.result()
            texts, others = {3: HOSTILE, 5: "a  b"}, {4: "⌀9 <b>THRU</b>"}
            items = tuple(
                item.model_copy(
                    update={"text": texts.get(item.item_id, item.text), "other_text": others.get(item.item_id)}
                )
                for item in result.items
            )
            block = {**result.title_block, "revision": TitleBlockField(state="read", value="B", item_ids=(0,))}
            work.write_result(result.model_copy(update={"items": items, "title_block": block}))
        work.write_manifest(manifest.model_copy(update=changes))
        verdict = {"drawing_id": work.name, "outcome": "quarantine" if reasons else "pass", "reasons": reasons}
        work.write_verdict(Verdict.model_validate(verdict))
        report = work.required_report(Stage.POSTPROCESS)
        work.finish(report.model_copy(update={"stage": Stage.VALIDATE, "engine": None}))
    warehouse.migrate()
    warehouse.start_run(RunRecord(run_id=RUN, started_at=MIDNIGHT))
    warehouse.load_batch(RUN, works)
    warehouse.finish_run(RUN, "success")


class Installation:
    """A copy of the night with the pages over it; each visitor is a browser with Airflow's cookie."""

    def __init__(self, root: Path) -> None:
        self.settings = replace(
            Settings.from_env({"DRAWING_ETL_VAR": str(root)}),
            work_root=root / "work",
            database_url=f"sqlite:///{root / 'warehouse.sqlite'}",
        )
        self.warehouse = Warehouse(self.settings.database_url)
        self.desk = Desk(self.settings.database_url)
        self.server = FastAPI()
        self.server.add_middleware(JWTRefreshMiddleware)
        self.server.mount(PREFIX, make_app(self.settings))
        init_auth_manager(self.server)

    @classmethod
    def copy_of(cls, night: Path, root: Path) -> "Installation":
        shutil.copytree(night, root)
        return cls(root)

    def visitor(self, role: str | None, name: str = "vera") -> TestClient:
        """Return a browser of a user with this role of Airflow's; None: of someone who is not logged in."""
        client = TestClient(self.server, base_url="http://testserver", follow_redirects=False)
        client.headers["Accept"] = "text/html"
        if role is not None:
            client.cookies.set("_token", self.token(role, name))
        return client

    def token(self, role: str, name: str) -> str:
        """Return what Airflow's login gives a user with this role."""
        return get_auth_manager().generate_jwt(SimpleAuthManagerUser(username=name, role=role))

    @property
    def waiting(self) -> str:
        """The document id of the drawing in quarantine."""
        (drawing,) = self.desk.queue()
        return drawing.document_id

    def work(self, document_id: str) -> Workdir:
        return Workdir(self.settings.work_root / document_id[:16])

    def texts(self, document_id: str) -> Mapping[int, str]:
        return {item.item_id: item.text for item in self.warehouse.items(document_id)}


def seen(page: Response) -> str:
    """Return the token that a review page carries for what it shows."""
    found = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]
