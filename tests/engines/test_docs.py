"""docs/engines.md names what there is."""

import re
from pathlib import Path

import pytest

from ocr_tasks.__main__ import COMMANDS
from ocr_tasks.contract import DETECTORS, RECOGNIZERS
from ocr_tasks.engines.weights import DISTRIBUTIONS, FOLDER_VARIABLE
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory, WeightsError

TEXT = (Path(__file__).parents[2] / "docs" / "engines.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted({*DETECTORS, *RECOGNIZERS, *DISTRIBUTIONS.values(), FOLDER_VARIABLE}))
def test_every_name_is_there(name: str) -> None:
    assert f"`{name}" in TEXT


def test_every_command_is_there_and_known() -> None:
    told = set(re.findall(r"python -m ocr_tasks ([a-z-]+)", TEXT))
    assert {"doctor", "bench-gpu", "evaluate"} <= told <= set(COMMANDS)


def test_every_test_that_is_named_is_there() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 20
    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []


def test_exit_codes_are_right() -> None:
    for error in (DeviceUnavailable, WeightsError, OutOfDeviceMemory):
        assert re.search(rf"`{error.__name__}`, (exit code )?{error.exit_code}\b", TEXT)
