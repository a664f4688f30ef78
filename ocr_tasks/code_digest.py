"""A digest of the code that reads: with it a report says what really ran, whatever version that calls itself."""

import hashlib
from functools import lru_cache
from pathlib import Path

BESIDE = ("evaluation", "handover", "samples", "training")
"""Rooms that no reading stage enters."""
LEARNT = "*.npz"
"""What stages have learnt; the weights of engines have digests of their own."""


@lru_cache(maxsize=4)
def code_digest(root: Path = Path(__file__).parent) -> str:
    """Return a digest of the files below ROOT, the folder of `ocr_tasks`, that decide what a drawing is read as."""
    digest = hashlib.sha256()
    for path in sorted((*root.rglob("*.py"), *root.rglob(LEARNT))):
        name = path.relative_to(root)
        if name.parts[0] not in BESIDE:
            digest.update(f"{name.as_posix()} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()
