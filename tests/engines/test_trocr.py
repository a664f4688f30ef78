"""The TrOCR engine, on a tiny model that learns two lines by heart: published weights are not needed."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ocr_tasks.engines import Gray, Text
from ocr_tasks.errors import DeviceUnavailable, OutOfDeviceMemory, WeightsError

torch = pytest.importorskip("torch", reason="torch is not installed: the extra gpu")
transformers = pytest.importorskip("transformers", reason="transformers is not installed: the extra gpu")
tokenizers = pytest.importorskip("tokenizers", reason="tokenizers is not installed: the extra gpu")

from ocr_tasks.engines.trocr import TrOcrRecognizer, network_input  # noqa: E402

WORDS = ("12.5", "M8")


def line(text: str) -> Gray:
    image = np.full((40, 110), 255, np.uint8)
    cv2.putText(image, text, (8, 32), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return image


def letters() -> Any:
    """A tokenizer whose tokens are single characters."""
    vocabulary = {token: index for index, token in enumerate(["<pad>", "<s>", "</s>", *"0123456789.MR"])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    tokenizer.decoder = tokenizers.decoders.Fuse()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model that reads WORDS, trained on the spot for some seconds."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    tokenizer = letters()
    encoder = transformers.ViTConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=8
    )
    decoder = transformers.TrOCRConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=32,
        cross_attention_hidden_size=32,
        max_position_embeddings=32,
    )
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    config.decoder_start_token_id, config.pad_token_id, config.eos_token_id = 1, 0, 2
    model = transformers.VisionEncoderDecoderModel(config)
    model.generation_config.update(decoder_start_token_id=1, pad_token_id=0, eos_token_id=2, bos_token_id=1)
    pixels = torch.from_numpy(network_input([line(word) for word in WORDS], 32))
    spelled = [[*tokenizer.convert_tokens_to_ids(list(word)), 2] for word in WORDS]
    width = max(map(len, spelled))
    labels = torch.tensor([ids + [-100] * (width - len(ids)) for ids in spelled])
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(150):
        loss = model(pixel_values=pixels, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    place = tmp_path_factory.mktemp("trocr")
    model.save_pretrained(place)
    tokenizer.save_pretrained(place)
    return place


def test_it_reads_what_the_model_has_learnt(folder: Path) -> None:
    recognizer = TrOcrRecognizer(folder, threads=1)
    texts = recognizer.read([line(WORDS[1]), np.zeros((0, 5), np.uint8), line(WORDS[0])])
    assert [text.text for text in texts] == ["M8", "", "12.5"]
    assert texts[1] == Text("", 0.0, ())
    for text in texts:
        assert len(text.char_confidences) == len(text.text)
        assert all(0.5 < confidence <= 1 for confidence in text.char_confidences)
    assert recognizer.info.name == "trocr"
    assert len(recognizer.info.weights["model.safetensors"]) == 64


def test_odd_crops_give_one_reading_each(folder: Path) -> None:
    crops = [np.zeros((1, 1), np.uint8), np.full((20, 20_000), 255, np.uint8), np.full((300, 400), 9, np.uint8)]
    assert len(TrOcrRecognizer(folder, threads=1).read(crops)) == 3


@pytest.mark.parametrize("wrong", [np.zeros((9, 9), np.uint16), np.full((9, 9), np.nan), np.zeros((9, 9, 3), np.uint8)])
def test_what_is_no_grey_picture_is_refused(folder: Path, wrong: Any) -> None:
    with pytest.raises(TypeError, match="uint8"):
        TrOcrRecognizer(folder, threads=1).read([line("M8"), wrong])


def test_a_batch_larger_than_memory_is_halved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = TrOcrRecognizer(folder, threads=1)
    plain = recognizer._model.generate
    room = 1

    def generate(batch: Any, **options: Any) -> Any:
        if len(batch) > room:
            raise torch.OutOfMemoryError("planted")
        return plain(batch, **options)

    monkeypatch.setattr(recognizer._model, "generate", generate)
    assert [text.text for text in recognizer.read([line(word) for word in WORDS])] == list(WORDS)
    room = 0
    with pytest.raises(OutOfDeviceMemory):
        recognizer.read([line("M8")])


def test_a_folder_without_a_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WeightsError, match="no TrOCR model"):
        TrOcrRecognizer(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        TrOcrRecognizer(tmp_path)
    monkeypatch.delenv("DRAWING_ETL_WEIGHTS", raising=False)
    with pytest.raises(WeightsError, match="DRAWING_ETL_WEIGHTS"):
        TrOcrRecognizer()
    monkeypatch.setenv("DRAWING_ETL_WEIGHTS", str(tmp_path))
    with pytest.raises(WeightsError, match="no TrOCR model"):
        TrOcrRecognizer()


def test_a_hub_id_is_looked_up_in_the_cache_of_this_machine(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = tmp_path / "models--someone--tiny"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text("0" * 40)
    shutil.copytree(folder, cached / "snapshots" / ("0" * 40))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("DRAWING_ETL_TROCR", "someone/tiny")
    (text,) = TrOcrRecognizer(threads=1).read([line("M8")])
    assert text.text == "M8"
    with pytest.raises(WeightsError, match="beforehand"):
        TrOcrRecognizer("someone/else")


def test_a_gpu_that_is_not_there_is_refused(folder: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("this torch has a GPU")
    with pytest.raises(DeviceUnavailable):
        TrOcrRecognizer(folder, device="cuda")


def test_pieces_of_words_share_out_their_confidence(folder: Path) -> None:
    recognizer = TrOcrRecognizer(folder, threads=1)

    class Pieces:
        all_special_ids = (0,)

        def decode(self, tokens: Sequence[int], **_: Any) -> str:
            return "".join({1: " TH", 2: "RU ", 3: "8"}[token] for token in tokens)

    recognizer._tokenizer = Pieces()
    text = recognizer._text([1, 2, 3, 0], [0.5, 0.6, 0.7, 0.1])
    assert (text.text, text.char_confidences) == ("THRU 8", (0.5, 0.5, 0.6, 0.6, 0.6, 0.7))
