"""TrOCR: a transformer that reads a line as it would write it, from a folder as transformers saves it.

Li et al., "TrOCR: Transformer-based Optical Character Recognition with Pre-trained Models", AAAI 2023.
"""

import importlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocr_tasks.contract import Device, EngineInfo
from ocr_tasks.engines import NO_TEXT, Gray, Text
from ocr_tasks.engines.grey import require_grey
from ocr_tasks.engines.memory import halving
from ocr_tasks.engines.torch_device import Precision, TorchDevice, transformers_class
from ocr_tasks.engines.weights import FOLDER_VARIABLE, sha256_of
from ocr_tasks.errors import WeightsError

MODEL_VARIABLE = "DRAWING_ETL_TROCR"
"""Names a folder, or a model of Hugging Face's hub that is in this machine's cache."""
NAME = "model.safetensors"
HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")

MOST_TOKENS = 64
TOGETHER: dict[Device, int] = {"cpu": 4, "cuda": 64}
"""Lines at once, to begin with: a batch that does not fit the memory is halved."""


class TrOcrRecognizer:
    """Reads upright lines with a VisionEncoderDecoderModel.

    `source`: the folder that `save_pretrained` of the model and its tokenizer wrote, weights as safetensors, or a hub
    id; see `model_file`. Nothing is downloaded.
    """

    def __init__(
        self,
        source: str | Path | None = None,
        *,
        device: Device = "cpu",
        threads: int = 0,
        precision: Precision | None = None,
    ) -> None:
        self._on = TorchDevice(device, threads=threads, precision=precision)
        weights = model_file(source)
        place = weights.parent
        reader, tokenizer = transformers_class("VisionEncoderDecoderModel"), transformers_class("AutoTokenizer")
        try:
            model = reader.from_pretrained(place, local_files_only=True, use_safetensors=True)
            self._tokenizer: Any = tokenizer.from_pretrained(place, local_files_only=True)
        except Exception as error:  # a damaged folder raises any of several libraries' errors
            raise WeightsError(f"the TrOCR model in {place} cannot be loaded: {error}") from error
        self._model = self._on.settle(model)
        self._side = int(model.config.encoder.image_size)
        self.info: EngineInfo = self._on.describe("trocr", {weights.name: sha256_of(weights)})

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        """Return one reading a crop, in order. Crops are uint8 (height, width) of any size; empty ones read as "".

        Where a character stands is not known: `char_places` is empty.
        """
        require_grey(crops)
        readings = [NO_TEXT] * len(crops)
        filled = [index for index, crop in enumerate(crops) if crop.size]
        together = TOGETHER[self._on.device]
        for start in range(0, len(filled), together):
            chosen = filled[start : start + together]
            lines = [crops[index] for index in chosen]
            texts = halving(self._read, lines, self._on.out_of_memory, self._on.release)
            for index, text in zip(chosen, texts, strict=True):
                readings[index] = text
        self._on.release()
        return readings

    def _read(self, crops: Sequence[Gray]) -> list[Text]:
        torch, on = self._on.torch, self._on
        batch = on.upload(network_input(crops, self._side))
        with (
            torch.inference_mode(),
            torch.autocast(on.device, dtype=_half(torch, on.precision), enabled=on.precision != "float32"),
        ):
            written = self._model.generate(
                batch,
                max_new_tokens=MOST_TOKENS,
                num_beams=1,
                do_sample=False,
                return_dict_in_generate=True,
                output_scores=True,
            )
        steps = torch.stack(written.scores, dim=1).float().softmax(2)
        tokens = written.sequences[:, -steps.shape[1] :]
        sure = steps.gather(2, tokens[:, :, None])[:, :, 0]
        return [self._text(*line) for line in zip(tokens.tolist(), sure.tolist(), strict=True)]

    def _text(self, tokens: Sequence[int], sure: Sequence[float]) -> Text:
        """Return a line from its tokens; each character is as sure as the token that brought it."""
        special = set(self._tokenizer.all_special_ids)
        said: list[int] = []
        confidences: list[float] = []
        text = ""
        for token, confidence in zip(tokens, sure, strict=True):
            if token in special:
                continue
            said.append(token)
            text = str(self._tokenizer.decode(said, clean_up_tokenization_spaces=False))
            confidences = confidences[: len(text)]
            confidences += [round(min(1.0, confidence), 4)] * (len(text) - len(confidences))
        start = len(text) - len(text.lstrip())
        text = text.strip()
        kept = tuple(confidences[start : start + len(text)])
        return Text(text, float(np.mean(kept)) if kept else 0.0, kept)


def network_input(crops: Sequence[Gray], side: int) -> npt.NDArray[np.float32]:
    """Return crops as the encoder wants them: float32 (n, 3, side, side), -1 black, 1 white, stretched to a square."""
    batch = np.empty((len(crops), 3, side, side), np.float32)
    for row, crop in zip(batch, crops, strict=True):
        smaller = crop.shape[0] > side and crop.shape[1] > side
        how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        square = cv2.resize(np.ascontiguousarray(crop), (side, side), interpolation=how)
        row[:] = square.astype(np.float32) * np.float32(2 / 255) - np.float32(1)
    return batch


def model_file(source: str | Path | None = None) -> Path:
    """Return the weights of the model that SOURCE names, in the folder with all that belongs to it.

    SOURCE: a folder, or a hub id whose model is in Hugging Face's cache on this machine; None: what DRAWING_ETL_TROCR
    names, or `trocr` in the folder that DRAWING_ETL_WEIGHTS names. WeightsError if it is not there.
    """
    weights_folder = os.environ.get(FOLDER_VARIABLE)
    named = str(source or os.environ.get(MODEL_VARIABLE) or (Path(weights_folder) / "trocr" if weights_folder else ""))
    if not named:
        raise WeightsError(f"TrOCR comes with no wheel: save a model to trocr/ in the folder {FOLDER_VARIABLE}")
    weights = Path(named) / NAME
    if not weights.is_file() and HUB_ID.fullmatch(named):
        weights = Path(_cached(named) or weights)
    if not weights.is_file():
        raise WeightsError(
            f"no TrOCR model is in {named}: save one there, with its tokenizer, as safetensors; or, for a hub id, "
            "fetch it into Hugging Face's cache beforehand: nothing is downloaded at run time"
        )
    return weights


def _cached(hub_id: str) -> str | None:
    """Return the weights of a hub's model in the cache of this machine, None without it."""
    try:
        found = importlib.import_module("huggingface_hub").try_to_load_from_cache(hub_id, NAME)
    except ImportError:
        return None
    return found if isinstance(found, str) else None


def _half(torch: Any, precision: Precision) -> Any:
    return getattr(torch, "bfloat16" if precision == "float32" else precision)
