"""Airflow itself loads the plugin from the project's folder, mounts its pages and lists them in its navigation."""

import os
from pathlib import Path

from told import told

from drawing_etl.settings import PROJECT

LOOK = """
import json, sys
from fastapi.testclient import TestClient
from airflow import plugins_manager
from airflow.api_fastapi.app import create_app
loaded_before = "drawing_etl.web.app" in sys.modules
client = TestClient(create_app(apps="core"), follow_redirects=False)
answer = client.get("/drawing-etl/drawings", headers={"Accept": "text/html"})
print("told", json.dumps({
    "errors": plugins_manager.get_import_errors(),
    "views": [
        view["href"]
        for plugin in plugins_manager.get_plugin_info(["name", "external_views"])
        if plugin["name"] == "drawing_etl"
        for view in plugin["external_views"]
    ],
    "early": loaded_before,
    "answer": [answer.status_code, answer.headers.get("location")],
}))
"""


def test_airflow_loads_the_plugin_and_mounts_its_pages(tmp_path: Path) -> None:
    env = os.environ | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "DRAWING_ETL_VAR": str(tmp_path / "var"),
    }
    found = told(LOOK, env=env, timeout_s=120)
    assert found["errors"] == {}
    assert found["views"] == [f"/drawing-etl/{page}" for page in ("drawings", "review", "accuracy")]
    assert found["early"] is False, "other processes of Airflow are not to pay for the pages"
    assert found["answer"][0] == 303 and found["answer"][1].startswith("/auth/login?next=%2Fdrawing-etl")
