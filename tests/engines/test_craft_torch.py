"""CRAFT: boxes from its maps, the published weights, and what is refused."""

import hashlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import craft_torch
from ocr_tasks.engines.craft_torch import CraftDetector, CraftSettings, boxes_of, network, network_input
from ocr_tasks.engines.ppocr import TileSettings
from ocr_tasks.engines.torch_device import fill
from ocr_tasks.engines.weights import CRAFT, FOLDER_VARIABLE, Weights, find
from ocr_tasks.errors import WeightsError


def maps(*characters: tuple[int, int], links: tuple[tuple[int, int], ...] = ()) -> tuple[Any, Any]:
    """Two maps, 60 by 100, with blobs of 8 by 8 at (x, y): characters and the links between them."""
    region, link = np.zeros((60, 100), np.float32), np.zeros((60, 100), np.float32)
    for layer, places in ((region, characters), (link, links)):
        for x, y in places:
            layer[y : y + 8, x : x + 8] = 0.9
    return region, link


def test_linked_characters_are_one_word() -> None:
    region, link = maps((10, 20), (22, 20), (60, 20), links=((16, 20),))
    boxes = sorted(boxes_of(region, link, CraftSettings()), key=lambda box: box.quad_px)
    assert len(boxes) == 2
    xs = [x for x, _ in boxes[0].quad_px]
    assert min(xs) <= 20 < 58 <= max(xs) <= 66
    assert boxes[0].score == pytest.approx(0.9)


def test_links_alone_and_weak_spots_are_no_text() -> None:
    region, link = maps(links=((10, 10), (18, 10)))
    assert boxes_of(region, link, CraftSettings()) == []
    region, link = maps((10, 20))
    assert boxes_of(region * 0.6, link, CraftSettings()) == []
    assert boxes_of(np.zeros((1, 1), np.float32), np.zeros((1, 1), np.float32), CraftSettings()) == []


def test_a_sloping_word_has_a_sloping_box() -> None:
    region, link = maps((10, 10), (16, 14), (22, 18), (28, 22))
    (box,) = boxes_of(region, link, CraftSettings())
    (x0, y0), (x1, y1) = box.quad_px[:2]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(4 / 6, abs=0.2)


def test_pictures_are_padded_with_white() -> None:
    batch = network_input(np.full((33, 5), 255, np.uint8))
    assert batch.shape == (1, 3, 64, 32)
    assert (batch == batch[:, :, :1, :1]).all()


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch", reason="torch is not installed: the extra gpu")


def test_the_maps_are_half_the_picture(torch: Any) -> None:
    torch.set_num_threads(1)
    with torch.inference_mode():
        assert network(torch).eval()(torch.zeros(1, 3, 32, 64)).shape == (1, 2, 16, 32)


def test_weights_of_another_model_are_refused(torch: Any) -> None:
    with pytest.raises(WeightsError, match="another model"):
        fill(network(torch), {"conv_cls.0.weight": torch.zeros(32, 32, 3, 3)}, "x.pth")


def test_what_is_no_grey_picture_is_refused(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(craft_torch, "_loaded", lambda torch, weights: network(torch))
    detector = CraftDetector(threads=1)
    for wrong in (np.zeros((9, 9), np.uint16), np.full((9, 9), np.nan), np.zeros((9, 9, 4), np.uint8)):
        with pytest.raises(TypeError, match="uint8"):
            detector.detect(wrong)
    for shape in ((1, 1), (1, 300), (300, 1)):
        assert isinstance(detector.detect(np.zeros(shape, np.uint8)), list)


def test_a_file_with_objects_in_it_is_refused(torch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    torch.save({"x": Path("an object")}, tmp_path / "craft.pth")
    digest = hashlib.sha256((tmp_path / "craft.pth").read_bytes()).hexdigest()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(WeightsError, match="cannot be loaded"):
        CraftDetector(threads=1, weights=Weights("craft.pth", digest, "no_such_wheel"))


def test_the_published_weights_find_words_across_tiles(torch: Any) -> None:
    try:
        find(CRAFT)
    except WeightsError as missing:
        pytest.skip(str(missing))
    page = np.full((201, 401), 255, np.uint8)
    cv2.putText(page, "HOLE 12.5", (60, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 2, cv2.LINE_AA)
    whole = CraftDetector(threads=1).detect(page)
    tiled = CraftDetector(threads=1, tiles=TileSettings(side_px=256, overlap_px=96)).detect(page)
    assert len(whole) == len(tiled) == 2
    for one, other in zip(whole, tiled, strict=True):
        assert np.abs(np.subtract(one.quad_px, other.quad_px)).max() <= 6
    left, right = sorted(min(x for x, _ in box.quad_px) for box in whole)
    assert abs(left - 60) < 12
    assert abs(right - 160) < 15
