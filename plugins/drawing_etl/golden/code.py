"""Which code read a drawing: a changed pipeline is another reader, whatever version it calls itself."""

import hashlib
from functools import lru_cache
from pathlib import Path

import ocr_tasks
from ocr_tasks.contract import StageReport

CODE = Path(ocr_tasks.__file__).parent
BESIDE = ("evaluation", "handover", "samples", "training")
"""Rooms of `ocr_tasks` that no reading stage enters."""
LEARNT = "*.npz"
"""What stages have learnt; the weights of engines have digests of their own."""


def code_of(report: StageReport) -> str:
    """Return the digest of the image that a stage ran in, or of the code here where it ran in none."""
    return report.image or source_digest(CODE)


@lru_cache(maxsize=4)
def source_digest(root: Path) -> str:
    """Return a digest of the files below ROOT, the folder of `ocr_tasks`, that decide what a drawing is read as."""
    digest = hashlib.sha256()
    for path in sorted((*root.rglob("*.py"), *root.rglob(LEARNT))):
        name = path.relative_to(root)
        if name.parts[0] not in BESIDE:
            digest.update(f"{name.as_posix()} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()
