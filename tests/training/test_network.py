"""The torch module and the ONNX file are one network; training resumes exactly. Needs the extra `training`."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from ocr_tasks.engines.ppocr import BLANK
from ocr_tasks.engines.weights import PPOCR_RECOGNIZER, find
from ocr_tasks.training.lettering import Lettering

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch==2.13.0 onnx")
pytest.importorskip("onnx", reason="onnx is not installed: pip install torch==2.13.0 onnx")

from training_faces import lettering  # noqa: E402

from ocr_tasks.training import exchange, export  # noqa: E402
from ocr_tasks.training.characters import ADDED, UNTAUGHT  # noqa: E402
from ocr_tasks.training.train import Classes, Plan, Run, needed_steps, rate_at  # noqa: E402

SMALL = Plan(crops=24, chunk=12, seed=5, half=False, warm_up=4, rivals=8)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Lettering:
    return lettering(tmp_path_factory.mktemp("fonts"))


def answers(path: Path, lines: np.ndarray) -> np.ndarray:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": lines})[0])


@pytest.fixture(scope="module")
def lines() -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (2, 3, 48, 160)).astype(np.float32)


def test_the_module_answers_as_the_file(lines: np.ndarray) -> None:
    network, _ = exchange.load(find(PPOCR_RECOGNIZER), {})
    network.eval()
    with torch.no_grad():
        ours = network(torch.from_numpy(lines)).softmax(2).numpy()
    assert np.abs(ours - answers(find(PPOCR_RECOGNIZER), lines)).max() < 1e-3


def test_added_classes_leave_the_others_as_they_were(lines: np.ndarray) -> None:
    stock, known = exchange.load(find(PPOCR_RECOGNIZER), {})
    grown, names = exchange.load(find(PPOCR_RECOGNIZER), ADDED)
    assert names == known + list(ADDED)
    with torch.no_grad():
        before, after = stock.eval()(torch.from_numpy(lines)), grown.eval()(torch.from_numpy(lines))
    torch.testing.assert_close(after[..., : len(known) + 1], before[..., :-1])
    torch.testing.assert_close(after[..., -1], before[..., -1])
    like = known.index(ADDED["⌖"]) + 1
    torch.testing.assert_close(after[..., len(known) + 1], before[..., like] - 1.0)


def test_a_saved_file_answers_as_the_module(lines: np.ndarray, tmp_path: Path) -> None:
    network, names = exchange.load(find(PPOCR_RECOGNIZER), ADDED)
    with torch.no_grad():
        network.blocks[7].expand.weight.mul_(1.1)
        network.mixers[1].qkv.weight.mul_(0.9)
    exchange.save(network, names, find(PPOCR_RECOGNIZER), tmp_path / "a.onnx", {})
    with torch.no_grad():
        ours = network.eval()(torch.from_numpy(lines)).softmax(2).numpy()
    assert np.abs(ours - answers(tmp_path / "a.onnx", lines)).max() < 0.02
    again, names_again = exchange.load(tmp_path / "a.onnx", {})
    assert names_again == names
    torch.testing.assert_close(again.head.weight, network.head.weight, rtol=1e-3, atol=1e-4)


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    import onnx

    model = onnx.load(find(PPOCR_RECOGNIZER))
    del model.graph.initializer[3]
    onnx.save(model, tmp_path / "b.onnx")
    with pytest.raises(ValueError, match="holds"):
        exchange.load(tmp_path / "b.onnx", {})


def test_training_resumes_as_if_it_had_not_stopped(letters: Lettering, tmp_path: Path) -> None:
    base = find(PPOCR_RECOGNIZER)
    whole = Run(tmp_path / "whole", base, SMALL)
    whole.go(letters)
    first = Run(tmp_path / "cut", base, SMALL)
    first.go(letters, until=12)
    second = Run(tmp_path / "cut", base, SMALL)
    assert second.seen == 12
    second.go(letters)
    for name, tensor in whole.network.state_dict().items():
        torch.testing.assert_close(second.network.state_dict()[name], tensor, msg=name)
    assert not torch.equal(whole.network.head.weight, exchange.load(base, ADDED)[0].head.weight)


def test_an_export_reads_what_the_network_reads(letters: Lettering, tmp_path: Path) -> None:
    run = Run(tmp_path / "run", find(PPOCR_RECOGNIZER), SMALL)
    run.save()
    digest = export.export([tmp_path / "run"], find(PPOCR_RECOGNIZER), tmp_path / "out.onnx", letters)
    assert len(digest) == 64
    assert (tmp_path / "out.onnx").stat().st_size < 12_000_000


def test_mixing_goes_from_the_stock_weights_to_the_tuned_ones() -> None:
    stock, _ = exchange.load(find(PPOCR_RECOGNIZER), ADDED)
    old = stock.state_dict()
    new = {name: tensor + 1 if tensor.is_floating_point() else tensor for name, tensor in old.items()}
    for share in (0.0, 0.25, 1.0):
        weights = export.mixed(old, new, share, len(ADDED))
        torch.testing.assert_close(weights["mixers.0.qkv.weight"], old["mixers.0.qkv.weight"] + share)
        torch.testing.assert_close(weights["head.bias"][:18000], old["head.bias"][:18000] + share)
        torch.testing.assert_close(weights["head.bias"][-1], old["head.bias"][-1] + share)
        torch.testing.assert_close(weights["head.bias"][-1 - len(ADDED) : -1], new["head.bias"][-1 - len(ADDED) : -1])


def test_what_training_never_shows_stays_as_the_stock_recogniser_knows_it() -> None:
    stock, names = exchange.load(find(PPOCR_RECOGNIZER), ADDED)
    old = stock.state_dict()
    weights = export.with_untaught({name: tensor + 1 for name, tensor in old.items()}, old, names)
    for character in UNTAUGHT:
        row = BLANK + 1 + names.index(character)
        torch.testing.assert_close(weights["head.weight"][row], old["head.weight"][row])
        torch.testing.assert_close(weights["head.bias"][row], old["head.bias"][row])
    row = BLANK + 1 + names.index("A")
    torch.testing.assert_close(weights["head.weight"][row], old["head.weight"][row] + 1)


def test_an_export_that_differs_is_found_out(letters: Lettering) -> None:
    network, names = exchange.load(find(PPOCR_RECOGNIZER), {})
    with torch.no_grad():
        network.head.bias[names.index("0") + 1] += 20
    with pytest.raises(export.ExportDiffers):
        export.prove(network.eval(), names, find(PPOCR_RECOGNIZER), letters)


def test_classes_of_a_step() -> None:
    from random import Random

    classes = Classes(["a", "中", "文", "⌀"])
    assert classes.encode("a ⌀") == [1, 5, 4]
    assert classes.encode("aλ") is None
    assert classes.active([[2]], 0, Random(1)).tolist() == [0, 1, 2, 4, 5]


def test_alike_neighbours_need_a_blank_between() -> None:
    assert needed_steps([1, 1, 2, 2, 2]) == 8
    assert needed_steps([]) == 0


def test_the_rate_rises_then_falls_to_nothing() -> None:
    plan = Plan(crops=1000, warm_up=100)
    rates = [rate_at(plan, seen) for seen in (0, 50, 99, 550, 1000, 2000)]
    assert rates[0] < rates[1] < rates[2] == 1.0
    assert rates[3] == pytest.approx(0.5)
    assert rates[4:] == pytest.approx([0.0, 0.0])
