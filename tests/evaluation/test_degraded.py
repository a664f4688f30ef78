"""Degraded copies of a truth folder's pages: their truth stands on their ink."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr_tasks.evaluation import degraded
from ocr_tasks.samples.command import random_sample, write
from ocr_tasks.sources.raster import to_gray


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("degraded")
    write(folder / "truth" / "maker", *random_sample(7))
    (truth,) = (folder / "truth" / "maker").glob("*.json")
    said = json.loads(truth.read_text(encoding="utf-8"))
    said["texts"][0]["parts"] = [{"text": said["texts"][0]["text"]}]  # truths of others know no corners of parts
    truth.write_text(json.dumps(said), encoding="utf-8")
    assert degraded.main([str(folder / "truth"), str(folder / "out")]) == 0
    return folder / "out"


@pytest.mark.parametrize("name", sorted(degraded.COPIES))
def test_the_truth_of_a_copy_stands_on_its_ink(copies: Path, name: str) -> None:
    (truth,) = (copies / name / "maker").glob("*.json")
    said = json.loads(truth.read_text(encoding="utf-8"))
    with Image.open(truth.with_name(said["file"])) as picture:
        assert picture.mode == ("1" if name == "fax" else "RGB" if name in degraded.INKED else "L")
        assert picture.info["dpi"][0] == pytest.approx(150 if name == "150-dpi" else 200, abs=0.5)
        image = to_gray(picture).astype(float)
    assert image.shape == (said["height_px"], said["width_px"])
    dark = image < np.percentile(image, 1) + 40 if name == "faded" else image < 140
    on_text = []
    for text in said["texts"]:
        xs, ys = zip(*text["quad"], strict=True)
        box = dark[int(min(ys)) : int(max(ys)) + 1, int(min(xs)) : int(max(xs)) + 1]
        if box.size:  # a skewed page loses its corners
            on_text.append(box.mean())
    assert len(on_text) > 20
    assert float(np.median(on_text)) > 4 * dark.mean()


def test_what_follows_from_the_corners_follows_those_of_the_copy(copies: Path) -> None:
    clean, turned = (
        json.loads(next((copies / name / "maker").glob("*.json")).read_text(encoding="utf-8"))["texts"]
        for name in ("clean", "turned-90")
    )
    for before, after in zip(clean, turned, strict=True):
        assert (after["rotation"] - before["rotation"] - 90) % 360 == pytest.approx(0, abs=0.2)
        xs, ys = zip(*after["quad"], strict=True)
        assert after["bbox"] == [min(xs), min(ys), max(xs), max(ys)]


def test_a_copy_is_the_same_every_time(copies: Path, tmp_path: Path) -> None:
    truth = copies.parent / "truth"
    assert degraded.main([str(truth), str(tmp_path), "--copies", "noise,skew"]) == 0
    for name in ("noise", "skew"):
        (first,), (second,) = ((root / name / "maker").glob("*.png") for root in (copies, tmp_path))
        assert first.read_bytes() == second.read_bytes()


def test_an_unknown_copy_is_refused_with_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        degraded.main([str(tmp_path), str(tmp_path), "--copies", "crumpled"])
    assert "turned-90" in capsys.readouterr().err
