"""A recogniser that looks again where it may have left a character out."""

from collections.abc import Sequence

import cv2
import numpy as np

from ocr_tasks.contract import EngineInfo
from ocr_tasks.engines import Gray, Recognizer, Text

WIDER = 1.6
"""So much wider a line is read again: what lay between two steps of the reader has one of its own then."""
LEFT_OUT = 0.1
"""As likely a character left out is worth another look;"""
NARROW = 0.25
"""so are characters narrower than this, in heights of the crop: a reader has hardly a step for each."""
SURE = 0.95
"""The wider line is believed if it is so sure."""


class Wider:
    """Reads with RECOGNIZER; lines that may lack a character, and narrow lettering, are read again, wider."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    @property
    def info(self) -> EngineInfo:
        return self._recognizer.info

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        """Return one reading a crop, in order."""
        readings = self._recognizer.read(crops)
        narrow = [_is_narrow(crop, text) for crop, text in zip(crops, readings, strict=True)]
        lacks = [len(text.text) > 1 and text.left_out >= LEFT_OUT for text in readings]
        doubts = [index for index in range(len(crops)) if narrow[index] or lacks[index]]
        again = self._recognizer.read([_wider(crops[index]) for index in doubts])
        for index, text in zip(doubts, again, strict=True):
            one_more = narrow[index] or _holds(text.text, readings[index].text)
            if one_more and text.confidence >= SURE and text.left_out < LEFT_OUT:
                readings[index] = text
        return readings


def _is_narrow(crop: Gray, text: Text) -> bool:
    height, width = crop.shape
    return bool(0 < width < NARROW * height * len(text.text.replace(" ", "")))


def _wider(crop: Gray) -> Gray:
    return np.asarray(cv2.resize(np.ascontiguousarray(crop), None, fx=WIDER, fy=1.0), np.uint8)


def _holds(longer: str, text: str) -> bool:
    """Say whether LONGER is TEXT with characters put in between; beside it a line may hold a mark."""
    left = iter(longer)
    between = len(longer) > len(text) and longer[0] == text[0] and longer[-1] == text[-1]
    return between and all(character in left for character in text)
