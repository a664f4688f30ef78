"""The classifier of signs: what the project draws is what it knows."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from ocr_tasks.stages.recognize.frame_reading import SURE
from ocr_tasks.stages.recognize.sign_classifier import CLASSES, FEATURES, OTHER, SignClassifier, features_of
from ocr_tasks.training import signs
from ocr_tasks.training.signs import drawn, main, sign_picture, trained


def test_the_weights_know_signs_they_have_not_seen() -> None:
    features, classes = drawn(25, Random(77))
    best = SignClassifier.load().chances(features).argmax(axis=1)
    others = classes == CLASSES.index(OTHER)
    assert (best == classes)[~others].mean() > 0.97
    assert (best == classes)[others].mean() > 0.98


def test_hairlines_are_known_surely_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "HAIRLINES", 1.0)
    features, classes = drawn(25, Random(78))
    chances = SignClassifier.load().chances(features)
    sure = (chances.argmax(axis=1) == classes) & (chances.max(axis=1) >= SURE)
    assert sure[classes != CLASSES.index(OTHER)].mean() > 0.99


@pytest.mark.parametrize("sign", [sign for sign in CLASSES if sign])
def test_a_picture_has_ink(sign: str) -> None:
    ink = sign_picture(sign, Random(3))
    assert set(np.unique(ink)) <= {0, 255}
    features = features_of(ink)
    assert features is not None
    assert features.shape == (FEATURES,)


def test_a_blank_picture_is_no_sign() -> None:
    assert SignClassifier.load().guess(np.zeros((20, 20), np.uint8)) == (OTHER, 1.0)


def test_training_is_the_same_for_a_seed() -> None:
    features, classes = drawn(12, Random(1))
    one, two = (trained(features, classes, seed=5, epochs=2) for _ in range(2))
    assert np.array_equal(one.first, two.first)


def test_the_command_writes_weights_without_pickles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "signs.npz"), "--samples", "6"]) == 0
    assert "all" in capsys.readouterr().out
    with np.load(tmp_path / "signs.npz", allow_pickle=False) as arrays:
        assert arrays["first"].shape[0] == FEATURES
