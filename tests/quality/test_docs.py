"""docs/quality.md names every threshold, and no other."""

import re
from pathlib import Path

from drawing_etl.quality import Thresholds

PAGE = Path(__file__).parents[2] / "docs" / "quality.md"


def test_every_threshold_is_explained(thresholds: Thresholds) -> None:
    explained = set(re.findall(r"^\| `(\w+\.\w+)` \| \S", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert explained == {f"{section}.{key}" for section, keys in thresholds.model_dump().items() for key in keys}
