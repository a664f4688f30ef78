"""Finds trained weights by name and digest. Never downloads: weights come with a wheel or with this package."""

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ocr_tasks.errors import WeightsError

OWN = Path(__file__).parent.parent / "weights"
"""Weights that this project trained; each has its card in the README.md beside it."""


@dataclass(frozen=True)
class Weights:
    """One file of weights: where it comes from and the sha256 that it must have."""

    name: str
    sha256: str
    wheel: str | None = None
    """The distribution's import name if a wheel carries it in `models/`; None: `ocr_tasks/weights/`."""


PPOCR_DETECTOR = Weights(
    "PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f", "rapidocr"
)
PPOCR_RECOGNIZER = Weights(
    "PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884", "rapidocr"
)


def find(weights: Weights) -> Path:
    """Return the path of WEIGHTS; a file that is missing or has another digest is a WeightsError."""
    path = _folder(weights) / weights.name
    if not path.is_file():
        raise WeightsError(f"weights {weights.name} are not at {path.parent}: {_remedy(weights)}")
    digest = _sha256(path, path.stat().st_mtime_ns)
    if digest != weights.sha256:
        raise WeightsError(
            f"weights {path} have sha256 {digest}, expected {weights.sha256}: "
            f"the file is damaged or another version; {_remedy(weights)}"
        )
    return path


def _folder(weights: Weights) -> Path:
    if weights.wheel is None:
        return OWN
    spec = importlib.util.find_spec(weights.wheel)  # finds the folder; the wheel's code is not run
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError(f"weights {weights.name} come with the wheel {weights.wheel!r}: {_remedy(weights)}")
    return Path(spec.submodule_search_locations[0]) / "models"


def _remedy(weights: Weights) -> str:
    if weights.wheel is None:
        return "check the project out again, or reinstall the package"
    return f"install the locked requirements again (they pin {weights.wheel})"


@lru_cache(maxsize=16)
def _sha256(path: Path, _mtime_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
