"""What a stage may ask of an engine. One file an engine; only `ocr_tasks.__main__` picks one."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from ocr_tasks.contract import EngineInfo, PreprocessOptions, Quad
from ocr_tasks.picture import Gray as Gray


class Box(NamedTuple):
    """Where a detector sees text: corners in the picture's pixels, clockwise from the top-left of the text."""

    quad_px: Quad
    score: float


class Text(NamedTuple):
    """What a recognizer reads in one crop; confidences in 0..1, one a character."""

    text: str
    confidence: float
    char_confidences: tuple[float, ...]
    char_places: tuple[float, ...] = ()
    """Where each character is along the crop, 0 its left edge and 1 its right; empty if the engine does not know."""
    left_out: float = 0.0
    """How likely a character stands where none was read; 0 if the engine does not know."""

    def part(self, start: int, stop: int) -> "Text":
        """Return the characters from START to STOP; as sure as all where the engine is not sure of each by itself."""
        sure = self.char_confidences[start:stop]
        confidence = float(np.mean(sure)) if sure else self.confidence
        return Text(self.text[start:stop], confidence, sure, self.char_places[start:stop])


NO_TEXT = Text("", 0.0, ())


class Prepared(NamedTuple):
    """A page after preprocessing. `image` None: nothing was done; else uint8 of the page's size."""

    image: Gray | None
    steps: dict[str, float]
    why: dict[str, float]


class Preprocessor(Protocol):
    """Repairs pages."""

    @property
    def info(self) -> EngineInfo: ...

    def prepare(self, pages: Iterable[Gray], options: PreprocessOptions) -> Iterator[Prepared]:
        """Yield one result a page, in order. PAGES may be read some pages ahead."""
        ...


class Detector(Protocol):
    """Finds text at any angle."""

    @property
    def info(self) -> EngineInfo: ...

    def detect(self, image: Gray) -> list[Box]:
        """Return the boxes on one picture (a tile of a page), in its pixels."""
        ...


class Recognizer(Protocol):
    """Reads crops that hold one upright line each."""

    @property
    def info(self) -> EngineInfo: ...

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        """Return one reading a crop, in order; an empty crop reads as ("", 0.0, ())."""
        ...
