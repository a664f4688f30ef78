"""Runs the gate's Great Expectations checkpoints on frames and returns each breach. The only importer of the library.

The project is the folder `gx/` beside this file. Each batch is checked in a copy of it, so that two batches at once
do not meet and nothing is written where the program is installed. Import this module late: the library takes seconds.
"""

import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx  # after its telemetry is switched off
import pandas as pd

PROJECT = Path(__file__).parent / "gx"

SITE = Path("uncommitted") / "site"


@dataclass(frozen=True)
class Breach:
    """One row that breaks one expectation. `row` holds the frame's index columns."""

    rule: str
    row: Mapping[str, Any]
    observed: float | str | bool | None
    required: str
    says: str


class GateError(Exception):
    """An expectation could not be evaluated at all: the gate itself is broken, and nothing may pass."""


class Gate:
    """One batch's copy of the Great Expectations project, at `folder`. `name` stands on the Data Docs."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._run = gx.RunIdentifier(run_name=name)
        self._context = gx.get_context(mode="file", context_root_dir=folder)

    def check(self, suite: str, frame: pd.DataFrame, parameters: Mapping[str, object]) -> list[Breach]:
        """Run the checkpoint of SUITE over FRAME and return the rows that breach, in the suite's order."""
        outcome = self._context.checkpoints.get(suite).run(
            batch_parameters={"dataframe": frame}, expectation_parameters=dict(parameters), run_id=self._run
        )
        return [
            breach
            for validation in outcome.run_results.values()
            for result in validation.results
            for breach in _breaches(result.to_json_dict())
        ]

    def publish(self, target: Path) -> Path:
        """Build the Data Docs of what was checked, put them at TARGET, and return their first page."""
        self._context.build_data_docs(site_names=["gate"])
        site = self._folder / SITE
        shutil.rmtree(site / "static", ignore_errors=True)  # fonts and pictures that our views do not use
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(site, target)
        return target / "index.html"


@contextmanager
def open_gate(below: Path, name: str) -> Iterator[Gate]:
    """Give a Gate in a folder of its own below BELOW, which is removed at the end."""
    below.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".gate-", dir=below) as folder:
        project = Path(folder) / "gx"
        shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("views"))
        yield Gate(project, name)


def _breaches(result: Mapping[str, Any]) -> Iterator[Breach]:
    config = result["expectation_config"]
    rule = config["meta"]["rule"]
    if result["exception_info"].get("raised_exception"):
        raise GateError(f"expectation {rule} could not be evaluated: {result['exception_info']['exception_message']}")
    if result["success"]:
        return
    kwargs = config["kwargs"]
    column = kwargs["column"]
    for row in result["result"]["unexpected_index_list"]:
        index = {name: value for name, value in row.items() if name != column}
        yield Breach(rule, index, _plain(row[column]), _required(kwargs), config.get("notes") or rule)


def _plain(value: Any) -> float | str | bool | None:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value if isinstance(value, str | bool | int | None) else str(value)


def _required(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and high is not None:
        return f"{_figure(low)} to {_figure(high)}"
    if low is not None:
        return f"at least {_figure(low)}"
    if high is not None:
        return f"at most {_figure(high)}"
    values: Sequence[Any] = kwargs.get("value_set", ())
    return "one of " + ", ".join(str(value) for value in values)


def _figure(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"
