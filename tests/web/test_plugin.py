"""Airflow itself loads the plugin from the project's folder, mounts its pages and lists them in its navigation."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
    ran = subprocess.run([sys.executable, "-c", LOOK], env=env, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = json.loads(next(line for line in ran.stdout.splitlines() if line.startswith("told ")).removeprefix("told "))
    assert told["errors"] == {}
    assert told["views"] == [f"/drawing-etl/{page}" for page in ("drawings", "review", "accuracy")]
    assert told["early"] is False, "other processes of Airflow are not to pay for the pages"
    assert told["answer"][0] == 303 and told["answer"][1].startswith("/auth/login?next=%2Fdrawing-etl")
