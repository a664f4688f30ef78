"""The suites in files: each parameter has its threshold, each threshold its use, each column its place in a frame."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawing_etl.quality import Thresholds
from drawing_etl.quality.checkpoints import PROJECT
from drawing_etl.quality.frames import batch_frame, drawings_frame, items_frame
from drawing_etl.quality.gate import CULPRITS
from drawing_etl.quality.history import as_accepted, rates_of, usual

SUITES = ("items", "drawings", "batch")
MEASURED_WITH = {
    "drawing_low_confidence",
    "batch_judged_from",
    "history_batches",
    "history_min_batches",
    "history_max_deviations",
    "history_min_tolerance",
    "golden_significance",
    "golden_min_drop",
    "golden_max_drop",
    "golden_min_share_kept",
    "second_reading_share",
    "sampling_rate",
}
"""Thresholds that measuring uses, so no suite names them."""


def expectations(suite: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((PROJECT / "expectations" / f"{suite}.json").read_text())["expectations"]
    return found


def parameters_used() -> set[str]:
    return {
        value["$PARAMETER"]
        for suite in SUITES
        for expectation in expectations(suite)
        for value in expectation["kwargs"].values()
        if isinstance(value, dict)
    }


def test_every_parameter_of_a_suite_has_its_threshold_and_every_threshold_is_used(thresholds: Thresholds) -> None:
    known = set(thresholds.parameters()) | set(usual([], thresholds.history)) | set(as_accepted(None))
    assert parameters_used() == known - MEASURED_WITH


def test_every_rule_has_one_name_and_a_sentence() -> None:
    rules = [expectation for suite in SUITES for expectation in expectations(suite)]
    assert len({rule["meta"]["rule"] for rule in rules}) == len(rules)
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["notes"].endswith(".") for rule in rules)
    assert set(CULPRITS) <= {rule["meta"]["rule"] for rule in rules}


@pytest.mark.parametrize("suite", SUITES)
def test_every_column_of_a_suite_is_in_its_frame(suite: str) -> None:
    batch = rates_of([], rejected=0, quarantined=0, low_confidence=0.5)
    frames = {"items": items_frame([]), "drawings": drawings_frame([]), "batch": batch_frame("id", batch, 1)}
    assert {rule["kwargs"]["column"] for rule in expectations(suite)} <= set(frames[suite].columns)


def test_files_of_the_project_name_each_other() -> None:
    for suite in SUITES:
        stored = {kind: json.loads((PROJECT / kind / f"{suite}.json").read_text()) for kind in kinds()}
        assert stored["validation_definitions"]["suite"]["id"] == stored["expectations"]["id"]
        assert stored["checkpoints"]["validation_definitions"][0]["id"] == stored["validation_definitions"]["id"]


def kinds() -> tuple[str, ...]:
    return ("expectations", "validation_definitions", "checkpoints")


def test_the_views_fetch_nothing_from_elsewhere() -> None:
    for view in Path(PROJECT / "views").iterdir():
        assert "http:" not in view.read_text() and "https:" not in view.read_text(), view
