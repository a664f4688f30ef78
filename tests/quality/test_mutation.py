"""The gate, tested by planting faults: what is caught, and that clean drawings pass.

This is a small part of the trials behind the table in docs/quality.md, which `python tests/quality/planting.py` makes.
"""

from pathlib import Path

import pytest
from clean_drawings import clean_drawings
from faults import FAULTS
from planting import Trial, trials

from drawing_etl.quality import Thresholds

STRENGTH = 1.0


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> list[Trial]:
    root: Path = tmp_path_factory.mktemp("planted")
    return trials(clean_drawings(root / "clean", ["block", "small flange"], ["clean"]), Thresholds.load(), [STRENGTH])


def test_clean_drawings_pass(done: list[Trial]) -> None:
    alarms = {trial.drawing: trial.broken for trial in done if trial.fault is None and trial.caught}
    assert not alarms


def test_faults_that_change_what_people_act_on_are_caught(done: list[Trial]) -> None:
    judged = [trial for trial in done if trial.fault is not None and trial.fault.acts]
    missed = [(trial.fault.name, trial.drawing) for trial in judged if trial.fault is not None and not trial.caught]
    assert len(judged) >= 60
    assert len(missed) <= 0.05 * len(judged), missed


def test_there_are_faults_of_every_place_each_with_its_own_name() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40
    assert {fault.where for fault in FAULTS} == {"engine", "postprocess", "files"}
