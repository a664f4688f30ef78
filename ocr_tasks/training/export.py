"""Turns checkpoints into the ONNX file that ships: average, mix with the stock weights, write, and read back."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import torch
from torch import Tensor

from ocr_tasks.engines import Gray, Text
from ocr_tasks.engines.ppocr import BLANK, alphabet, normalise, texts_of
from ocr_tasks.engines.weights import PPOCR_RECOGNIZER, find
from ocr_tasks.training import exchange
from ocr_tasks.training.characters import ADDED, UNTAUGHT
from ocr_tasks.training.crops import make
from ocr_tasks.training.evaluate import recogniser
from ocr_tasks.training.lettering import Lettering
from ocr_tasks.training.network import Recognizer
from ocr_tasks.training.train import CHECKPOINT

PROVED_ON = 64
"""Synthetic crops that the file must read as the network does,"""
SURE = 0.8
"""where the network reads surely: the file has half its precision, and a near tie may fall the other way."""


class ExportDiffers(Exception):
    """The ONNX file does not read what the network reads."""


def export(runs: Sequence[Path], base: Path, out: Path, lettering: Lettering, share: float = 1.0) -> str:
    """Write the mean of the runs' running averages to `out`; return its sha256.

    `share` of it is mixed with the weights of `base`, see `mixed`; without runs it is those of `base`. What training
    never shows is left as the stock recogniser knows it, see `with_untaught`. Raises ExportDiffers, and leaves no file,
    where the file and the network disagree on any of 64 crops.
    """
    stock_file = find(PPOCR_RECOGNIZER)
    stock, _ = exchange.load(stock_file, ADDED)
    network, characters = exchange.load(base, ADDED)
    weights, metadata = network.state_dict(), exchange.metadata(onnx.load(base))
    if runs:
        states = [torch.load(run / CHECKPOINT, weights_only=True) for run in runs]
        mean = dict(states[0]["network"])
        for name in states[0]["average"]:
            mean[name] = torch.stack([state["average"][name] for state in states]).mean(0)
        weights = mixed(weights, mean, share, len(ADDED))
        seen = sum(state["seen"] for state in states)
        metadata = {"trained_on_crops": str(seen), "share_of_tuned": f"{share:g}"}
    network.load_state_dict(with_untaught(weights, stock.state_dict(), characters))
    network.eval()
    draft = out.with_name(f"{out.name}.part.onnx")
    exchange.save(network, characters, stock_file, draft, metadata)
    try:
        prove(network, characters, draft, lettering)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def mixed(stock: Mapping[str, Tensor], tuned: Mapping[str, Tensor], share: float, added: int) -> dict[str, Tensor]:
    """Return the weights at `share` of the way from the stock ones (0) to the tuned ones (1).

    What the stock recogniser reads, and tuning lost, often comes back so, and costs little of what tuning gave
    (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022). The rows of the `added` classes, which lie
    before the last one, stay the tuned ones: the stock recogniser knows nothing of them.
    """
    weights = {n: torch.lerp(stock[n], t, share) if t.is_floating_point() else t for n, t in tuned.items()}
    for name in ("head.weight", "head.bias"):
        weights[name][-1 - added : -1] = tuned[name][-1 - added : -1]
    return weights


def with_untaught(
    tuned: Mapping[str, Tensor], stock: Mapping[str, Tensor], characters: Sequence[str]
) -> dict[str, Tensor]:
    """Return the tuned weights with the stock rows of the classes that training never showed and made less likely."""
    weights = dict(tuned)
    rows = [BLANK + 1 + characters.index(character) for character in UNTAUGHT]
    for name in ("head.weight", "head.bias"):
        weights[name] = weights[name].clone()
        weights[name][rows] = stock[name][rows]
    return weights


def prove(network: Recognizer, characters: Sequence[str], path: Path, lettering: Lettering) -> None:
    """Raise ExportDiffers unless the file reads synthetic crops as the network does."""
    crops = [make(lettering, 77, i).crop for i in range(PROVED_ON)]
    classes = alphabet("\n".join(characters))
    reader = recogniser(path)
    for crop in crops:
        ours = _read(network, crop, classes)
        theirs = reader.read([crop])[0].text
        if ours.confidence >= SURE and ours.text != theirs:
            raise ExportDiffers(f"{path.name} reads {theirs!r} where the network reads {ours.text!r}")


def _read(network: Recognizer, crop: Gray, classes: Sequence[str]) -> Text:
    with torch.no_grad():
        chances = network(torch.from_numpy(normalise([crop]))).softmax(2).numpy()
    return texts_of(chances.argmax(2), chances.max(2), [crop], classes, lambda chosen: chances[chosen])[0]
