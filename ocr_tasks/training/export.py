"""Turns checkpoints into the ONNX file that ships: average, write, and read back to see that it reads the same."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch

from ocr_tasks.engines.ppocr import STRIDE_PX, alphabet, decode, line_width, normalise
from ocr_tasks.training import exchange
from ocr_tasks.training.characters import ADDED
from ocr_tasks.training.crops import make
from ocr_tasks.training.evaluate import recogniser
from ocr_tasks.training.lettering import Lettering
from ocr_tasks.training.network import Recognizer
from ocr_tasks.training.train import CHECKPOINT

PROVED_ON = 64
"""Synthetic crops that the file must read as the network does."""


class ExportDiffers(Exception):
    """The ONNX file does not read what the network reads."""


def export(runs: Sequence[Path], base: Path, out: Path, lettering: Lettering) -> str:
    """Write the mean of the runs' running averages to `out`; return its sha256.

    Raises ExportDiffers, and leaves no file, where the file and the network disagree on any of 64 crops.
    """
    network, characters = exchange.load(base, ADDED)
    states = [torch.load(run / CHECKPOINT, weights_only=True) for run in runs]
    mixed = dict(states[0]["network"])
    for name in states[0]["average"]:
        mixed[name] = torch.stack([state["average"][name] for state in states]).mean(0)
    network.load_state_dict(mixed)
    network.eval()
    seen = sum(state["seen"] for state in states)
    draft = out.with_name(f"{out.name}.part.onnx")
    exchange.save(network, characters, base, draft, {"trained_on_crops": str(seen)})
    try:
        prove(network, characters, draft, lettering)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def prove(network: Recognizer, characters: Sequence[str], path: Path, lettering: Lettering) -> None:
    """Raise ExportDiffers unless the file reads synthetic crops as the network does."""
    crops = [make(lettering, 77, i).crop for i in range(PROVED_ON)]
    classes = alphabet("\n".join(characters))
    reader = recogniser(path)
    for crop in crops:
        with torch.no_grad():
            chances = network(torch.from_numpy(normalise([crop]))).softmax(2)[0].numpy()
        ours = decode(chances.argmax(1), chances.max(1), line_width(crop) / STRIDE_PX, classes).text
        theirs = reader.read([crop])[0].text
        if ours != theirs:
            raise ExportDiffers(f"{path.name} reads {theirs!r} where the network reads {ours!r}")
