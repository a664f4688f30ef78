"""A second recogniser's opinion on numbers: what counts as a contradiction, what is read again, what the gate does."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from good_sheets import good_workdir

from drawing_etl.quality import Thresholds, validate_batch
from drawing_etl.quality.second_reading import read_again, reads_otherwise, second_opinion
from drawing_etl.settings import Settings
from ocr_tasks import second_reading
from ocr_tasks.contract import EngineInfo, RejectionRecord, SecondReading, Stage
from ocr_tasks.engines import Gray, Text
from ocr_tasks.errors import ContractError, Rejection

OTHERWISE = str.maketrans("0123456789", "5678901234")
HERE = ((0.0, 0.0), (9.0, 0.0), (9.0, 3.0), (0.0, 3.0))


class Saying:
    """A recogniser that says these texts, one a crop, as sure of each character as told."""

    info = EngineInfo(name="second", weights={"second.onnx": "cd" * 32})

    def __init__(self, texts: Sequence[str], sure: float = 0.99) -> None:
        self._texts, self._sure = texts, sure

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        assert len(crops) == len(self._texts) and all(crop.size for crop in crops)
        return [Text(text, self._sure, (self._sure,) * len(text)) for text in self._texts]


def says(text: str, sure: float = 0.99) -> SecondReading:
    return SecondReading(page=1, quad_px=HERE, text=text, char_confidences=(sure,) * len(text))


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("12.5", "15.2"),
        ("⌀21", "⌀12"),
        ("⌀21", "012"),  # a ⌀ that the second one does not know
        ("125", "12.5"),
        ("12.5", "125"),
        ("1.25", "12.5"),
        ("4x R2.5", "4x R2,8"),
        ("8.875", "3.875"),
        ("30", "30°"),
        ("0.2", "±0.2"),
        ("4x 12", "4x R12"),
        ("21.5", "Ø21.5"),
        ("12", "122"),  # plain numbers: every reader knows all their signs
        ("4x 25±0.1", "4x 25±0.11"),
        ("SO.l", "50.1"),
        ("BRACKET 7", "R2.5 TYP 4X"),
    ],
)
def test_other_digits_another_point_or_another_string_are_a_contradiction(text: str, second: str) -> None:
    assert reads_otherwise(text, says(second))


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("12.5", "12,5"),
        ("⌀12.5", "12.5"),
        ("⌀12.5", "012.5"),
        ("⌀12.5", "Ø12.5"),
        ("⌴ ⌀32 ↧1", "032 T1"),
        ("45°", "450"),  # a sign read as a digit: as many digits are wanted before they are compared
        ("⌀80 H7 +0.03/0", "080 H7 +0.04"),
        ("R.5", "R5"),
        ("M6x1", "M6X1"),
        ("45°", "45"),
        ("±0.2", "0.2"),
        ("⌀12", "122"),  # the sign may be what the second one reads as a digit
        ("B", "8"),  # the letter of a datum
        ("SECTION", "5"),
        ("12", ""),
        ("B7", "TRUE POSITION 0.05"),  # too short to be called another string
    ],
)
def test_other_spellings_and_unknown_signs_are_none(text: str, second: str) -> None:
    assert not reads_otherwise(text, says(second))


def test_a_second_reader_that_is_not_sure_contradicts_nobody() -> None:
    assert reads_otherwise("12.5", says("15.2", 0.9)) and not reads_otherwise("12.5", says("15.2", 0.89))
    assert not reads_otherwise("125", says("12.5", 0.89)) and not reads_otherwise("BRACKET 7", says("R2.5 TYP", 0.89))


def test_numbers_of_ocr_are_read_again_at_their_places(tmp_path: Path) -> None:
    work = good_workdir(tmp_path, 1, pages=2)
    result = work.result()
    layer, stacked, word = (
        result.items[0].model_copy(update={"source": "vector"}),
        result.items[1].model_copy(update={"parts": ("+0.1", "0")}),
        result.items[2].model_copy(update={"text": "DEBURR"}),
    )
    work.write_result(result.model_copy(update={"items": (layer, stacked, word, *result.items[3:])}))
    others = work.result().items[3:]
    assert second_reading.read_again(work, Saying([item.text for item in others])) == len(others)
    assert [reading.quad_px for reading in work.second_readings().readings] == [item.quad_px for item in others]
    assert second_opinion(work, work.result().items) == (len(others), {})


def test_a_share_of_them_is_always_the_same(tmp_path: Path) -> None:
    work = good_workdir(tmp_path, 1, pages=2)
    drawn = [item for item in work.result().items if second_reading._drawn(work.name, item, 0.5)]
    assert 0.25 * len(work.result().items) < len(drawn) < 0.75 * len(work.result().items)
    for _ in range(2):
        assert second_reading.read_again(work, Saying([item.text for item in drawn]), 0.5) == len(drawn)
    assert not any(second_reading._drawn(work.name, item, 0.0) for item in drawn)


def test_what_was_read_again_stands_when_the_rasters_are_gone(tmp_path: Path) -> None:
    work = good_workdir(tmp_path, 1, pages=1)
    items = work.result().items
    assert second_opinion(work, items) == (0, {}), "nothing was read again yet"
    second_reading.read_again(work, Saying(["7" * len(item.text) for item in items]))
    before = work.second_readings()
    work.discard_rasters()
    assert second_reading.read_again(work, Saying([])) == 0 and work.second_readings() == before
    moved = [item.model_copy(update={"quad_px": HERE}) for item in items]
    assert second_opinion(work, moved).read == 0, "a reading of another place says nothing"


def test_the_gate_names_the_string_and_what_the_second_reader_says(tmp_path: Path, thresholds: Thresholds) -> None:
    work = good_workdir(tmp_path / "work", 1)
    texts = [item.text for item in work.result().items]
    texts[3] = texts[3].translate(OTHERWISE)
    second_reading.read_again(work, Saying(texts))
    outcome = validate_batch([work], thresholds, docs_dir=tmp_path / "docs")
    assert outcome.quarantined == (work.name,)
    (reason,) = work.verdict().reasons
    assert (reason.expectation, reason.item_ids) == ("second_reader_agrees", (work.result().items[3].item_id,))
    assert reason.message.endswith(f"It reads {texts[3]!r} for string {reason.item_ids[0]}.")
    assert work.required_report(Stage.VALIDATE).engine == Saying.info, "who judged is kept with the drawing"
    docs = "".join(page.read_text() for page in (tmp_path / "docs").rglob("*.html"))
    assert "second_reader_agrees" in docs or "share_read_otherwise" in docs
    assert texts[3] not in docs, "no text of a drawing is in the Data Docs"


def test_another_process_reads_them_with_other_weights_than_the_first(tmp_path: Path) -> None:
    settings = replace(Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path)}), threads=1)
    work = good_workdir(settings.work_root, 2, pages=1)
    read_again([work], settings, 0.0)
    assert not (work.path / "second.json").exists()
    read_again([work], settings, 1.0)
    second = work.second_readings()
    assert list(second.engine.weights) == ["PP-OCRv6_rec_small.onnx"]
    opinion = second_opinion(work, work.result().items)
    assert opinion.read > 20 and opinion.otherwise == {}
    misread = [
        item.model_copy(update={"text": item.text.translate(OTHERWISE)})
        for item in work.result().items
        if "/" not in item.text
    ]
    assert len(second_opinion(work, misread).otherwise) > 0.9 * len(misread)
    assert second_reading.other_than("ppocr-torch-stock") == "ppocr-onnx"


def test_a_damaged_second_reading_is_machine_trouble_and_not_the_lack_of_one(tmp_path: Path) -> None:
    work = good_workdir(tmp_path, 1)
    assert second_opinion(work, work.result().items) == (0, {})
    (work.path / "second.json").write_text('{"readings": [')
    with pytest.raises(ContractError, match=r"second\.json is damaged"):
        second_opinion(work, work.result().items)


def test_a_damaged_result_is_machine_trouble_with_a_remedy(tmp_path: Path) -> None:
    settings = Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path)})
    work = good_workdir(settings.work_root, 2, pages=1)
    (work.path / "result.json").unlink()
    with pytest.raises(ContractError, match=r"validate ended.*result\.json cannot be read.*What to do"):
        read_again([work], settings, 1.0)


def test_rejected_drawings_are_left_out(tmp_path: Path) -> None:
    settings = Settings.from_env({"DRAWING_ETL_VAR": str(tmp_path)})
    work = good_workdir(settings.work_root, 2, pages=1)
    (work.path / "result.json").unlink()
    why = RejectionRecord(code=Rejection.CORRUPT, message="planted", stage=Stage.RENDER)
    report = work.required_report(Stage.RENDER)
    work.finish(report.model_copy(update={"outcome": "rejected", "rejection": why}))
    read_again([work], settings, 1.0)
