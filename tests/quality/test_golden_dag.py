"""The DAG of the golden set from end to end: real stages read real drawings, once a reader."""

from pathlib import Path

import pytest
from golden_night import GoldenNights

pytestmark = pytest.mark.timeout(600)


def test_the_set_is_read_once_and_then_only_what_is_new(tmp_path: Path) -> None:
    nights = GoldenNights(tmp_path / "var")
    first = nights.run()
    assert first["run"] == "success" and first["states"]["read_others.postprocess[0]"] == "success"
    (figures,) = nights.figures()
    assert figures[1:] == (2, 6, 1.0), "plain lettering is read"

    second = nights.run()
    assert second["run"] == "success", "nothing was to be read, and it is scored all the same"
    others = {state for task, state in second["states"].items() if task.startswith("read_others.")}
    assert others == {"skipped"} and second["states"]["score[-1]"] == "success"
    assert second["states"]["read_one.recognize[-1]"] == "success"
    assert nights.figures() == [figures]
