"""A recogniser that is given no more crops at once than an option says."""

from collections.abc import Sequence

from ocr_tasks.contract import EngineInfo
from ocr_tasks.engines import NO_TEXT, Gray, Recognizer, Text


class AtMost:
    """Reads with RECOGNIZER, at most MOST crops at once, those of like shape together; 0: as many as it likes."""

    def __init__(self, recognizer: Recognizer, most: int) -> None:
        self._recognizer = recognizer
        self._most = most

    @property
    def info(self) -> EngineInfo:
        return self._recognizer.info

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        """Return one reading a crop, in order."""
        if not self._most or len(crops) <= self._most:
            return self._recognizer.read(crops)
        readings = [NO_TEXT] * len(crops)
        order = sorted(range(len(crops)), key=lambda index: _length(crops[index]))
        for start in range(0, len(order), self._most):
            chosen = order[start : start + self._most]
            for index, text in zip(chosen, self._recognizer.read([crops[i] for i in chosen]), strict=True):
                readings[index] = text
        return readings


def _length(crop: Gray) -> float:
    """Return how long CROP is in its own heights."""
    height, width = crop.shape
    return float(width / max(1, height))
