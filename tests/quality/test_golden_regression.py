"""A reader that got worse blocks the load and its own promotion; one that did not costs nothing."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from golden_drawings import PlantedReader, put_drawing, put_set

from drawing_etl.golden import command, regression
from drawing_etl.golden.drawings import golden_set
from drawing_etl.golden.reading import OtherReader, prepare, reader_of
from drawing_etl.golden.regression import Bench, GoldenSetUnusable, anyone, judge
from drawing_etl.quality import Thresholds
from drawing_etl.quality.thresholds import DEFAULT_FILE
from drawing_etl.settings import Settings
from drawing_etl.warehouse import GoldenLedger, Warehouse
from ocr_tasks.contract import READING_STAGES, Options, Stage
from ocr_tasks.errors import ContractError
from ocr_tasks.workdir import Workdir

DRAWINGS = 12
LIMITS = Thresholds.load().golden


def worse(text: str) -> str | None:
    """Two strings of each drawing are read wrong, and one is not found."""
    return {"003": None, "007": "x", "011": "y"}.get(text[-3:], text)


class Installation:
    """A folder with a golden set and a database; whoever reads there is planted."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DRAWING_ETL_VAR", str(root / "var"))
        self.settings = Settings.from_env()
        self.golden = root / "var" / "golden"
        put_set(self.golden, DRAWINGS)
        Warehouse(self.settings.database_url).migrate()
        self.ledger = GoldenLedger(self.settings.database_url)
        self._root = root
        self._monkeypatch = monkeypatch
        self.reader = self.read_with(PlantedReader())

    def read_with(self, reader: PlantedReader) -> PlantedReader:
        """Let this reader read from now on, on this machine and in the batch."""
        self.reader = reader
        self._monkeypatch.setattr(regression, "own_samples", lambda folder: folder)
        self._monkeypatch.setattr(regression, "local_stages", lambda settings: reader)
        return reader

    def bench(self) -> Bench:
        return Bench.of(self.settings)

    def batch(self, reader: PlantedReader | None = None) -> list[Workdir]:
        """A batch of one drawing that the reader has read."""
        source = put_drawing(self._root / "inbox", "tonight.pdf", ["1", "2"])
        root = self._root / "night"
        works = [prepare(root, drawing, anyone()) for drawing in golden_set([source.parent]).drawings]
        for stage in READING_STAGES:
            (reader or self.reader)(stage, root, [work.name for work in works])
        return works

    def promote(self, *arguments: str) -> int:
        return command.main(["promote", "--by", "ursula", *arguments])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, monkeypatch)


def test_without_a_baseline_nothing_is_read_and_it_is_said(
    place: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    batch = place.batch()
    read = place.reader.drawings_read
    with caplog.at_level(logging.INFO):
        assert judge(batch, place.settings, place.ledger, LIMITS) is None
    assert place.reader.drawings_read == read
    assert "no baseline was accepted" in caplog.text


def test_the_accepted_reader_is_not_measured_again(place: Installation) -> None:
    assert place.promote() == 0
    read = place.reader.drawings_read
    assert judge(place.batch(), place.settings, place.ledger, LIMITS) is None
    assert place.reader.drawings_read == read + 1  # the batch's own drawing


def test_nothing_is_read_twice_and_only_what_is_new_is_read(place: Installation) -> None:
    bench = place.bench()
    reader = bench.reader()
    first = bench.measure(reader, place.ledger)
    assert place.reader.drawings_read == DRAWINGS + 1  # and the probe
    assert bench.measure(reader, place.ledger) == first
    put_drawing(place.golden, "more.pdf", ["5", "6"])
    more = place.bench().measure(reader, place.ledger)
    assert place.reader.drawings_read == DRAWINGS + 2
    assert len(more.scores) == DRAWINGS + 1 and set(first.scores) < set(more.scores)
    put_drawing(place.golden, "more.pdf", ["5", "6"], truth=["5", "8"])
    assert place.bench().measure(reader, place.ledger).strings == more.strings
    assert place.reader.drawings_read == DRAWINGS + 3
    assert list(place.settings.work_root.glob("[0-9a-f]*")) == []


def test_a_measurement_that_broke_off_goes_on_where_it_stopped(place: Installation) -> None:
    class Broken(PlantedReader):
        def __call__(self, stage: Stage, root: Path, names: Sequence[str]) -> None:
            super().__call__(stage, root, names)
            if stage == Stage.POSTPROCESS and len(names) > 1:
                (root / names[-1] / "result.json").write_text("{")

    bench = place.bench()
    reader = bench.reader()
    with pytest.raises(ContractError):
        replace(bench, run_stage=Broken()).measure(reader, place.ledger)
    left = [path for path in place.settings.work_root.glob("[0-9a-f]*") if (path / "result.json").exists()]
    assert len(left) == DRAWINGS
    assert place.bench().measure(reader, place.ledger).exact_share == 1.0


def test_a_worse_reader_is_stopped_with_what_was_observed_and_required(place: Installation) -> None:
    assert place.promote() == 0
    place.read_with(PlantedReader("tuned", worse))
    figures = judge(place.batch(), place.settings, place.ledger, LIMITS)
    assert figures is not None
    assert figures.exact_share == pytest.approx(17 / 20) and figures.exact_share < figures.exact_required
    assert figures.right_share == pytest.approx(17 / 19) and figures.right_share < figures.right_required


def test_a_reader_as_good_passes_with_other_weights(place: Installation) -> None:
    assert place.promote() == 0
    place.read_with(PlantedReader("tuned", lambda text: "0" if text == "3.003" else text))
    figures = judge(place.batch(), place.settings, place.ledger, LIMITS)
    assert figures is not None and figures.exact_share >= figures.exact_required
    read = place.reader.drawings_read
    judge(place.batch(), place.settings, place.ledger, LIMITS)
    assert place.reader.drawings_read == read + 1


def test_a_golden_drawing_that_is_rejected_now_counts_as_lost(place: Installation) -> None:
    assert place.promote() == 0
    place.read_with(PlantedReader("other", rejects="3.003"))
    figures = judge(place.batch(), place.settings, place.ledger, LIMITS)
    assert figures is not None and figures.exact_share < figures.exact_required


def test_the_set_must_be_read_by_who_read_the_batch(place: Installation) -> None:
    assert place.promote() == 0
    batch = place.batch(PlantedReader("elsewhere"))
    with pytest.raises(OtherReader, match="install the same weights"):
        judge(batch, place.settings, place.ledger, LIMITS)


def test_in_containers_the_batch_waits_for_the_dag_that_reads_the_set(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.promote() == 0
    batch = place.batch(place.read_with(PlantedReader("in the image")))
    monkeypatch.setenv("DRAWING_ETL_RUNTIME", "docker")
    containers = Settings.from_env()
    with pytest.raises(GoldenSetUnusable, match="golden_set"):
        judge(batch, containers, place.ledger, LIMITS)
    reader = reader_of(batch[0])
    assert reader is not None
    place.bench().measure(reader, place.ledger)
    assert judge(batch, containers, place.ledger, LIMITS) is not None


def test_two_runs_at_once_read_the_set_once(place: Installation) -> None:
    reader = place.bench().reader()
    with ThreadPoolExecutor(4) as threads:
        runs = list(threads.map(lambda _: place.bench().measure(reader, place.ledger), range(4)))
    assert len({run.golden_run_id for run in runs}) == 1
    assert place.reader.drawings_read == DRAWINGS + 1


def test_a_set_whose_drawings_are_gone_stops_the_load(place: Installation) -> None:
    assert place.promote() == 0
    place.read_with(PlantedReader("tuned"))
    for number in range(9):
        (place.golden / f"d{number:02}.pdf").unlink()
    with pytest.raises(GoldenSetUnusable, match="3 of the 12 drawings"):
        judge(place.batch(), place.settings, place.ledger, LIMITS)


# --- the commands -----------------------------------------------------------------------------------------------------


def test_promotion_records_who_when_and_which_weights(place: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.promote() == 0
    assert "Baseline no. 1: weights" in capsys.readouterr().out
    accepted = place.ledger.baseline()
    assert accepted is not None and accepted.accepted_by == "ursula" and accepted.reason is None
    assert accepted.run.exact_share == 1.0 and len(accepted.run.scores) == DRAWINGS
    assert set(accepted.run.engines) == {"detect", "recognize"}
    assert place.promote() == 0
    assert place.ledger.baseline() == accepted, "the same again is no news"


def test_promotion_of_a_worse_reader_needs_a_reason(place: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.promote() == 0
    place.read_with(PlantedReader("tuned", worse))
    assert command.main(["golden"]) == command.WORSE
    assert place.promote() == command.WORSE
    assert place.promote("--accept-drop", "  ") == command.WORSE
    said = capsys.readouterr()
    assert "significant drop" in said.out and "--accept-drop REASON" in said.err
    first = place.ledger.baseline()
    assert first is not None and first.number == 1
    assert place.promote("--accept-drop", "faster by half") == 0
    accepted = place.ledger.baseline()
    assert accepted is not None and (accepted.number, accepted.reason) == (2, "faster by half")
    assert accepted.comparison is not None and accepted.comparison["exact"]["now"] == pytest.approx(0.85)  # type: ignore[index,call-overload]
    assert judge(place.batch(), place.settings, place.ledger, LIMITS) is None


def test_again_reads_every_drawing_again(place: Installation) -> None:
    assert command.main(["golden"]) == 0
    read = place.reader.drawings_read
    assert command.main(["golden"]) == 0
    assert place.reader.drawings_read == read + 1  # the probe
    assert command.main(["golden", "--again"]) == 0
    assert place.reader.drawings_read == read + 2 + DRAWINGS


def test_changed_code_is_another_reader_and_is_measured(place: Installation) -> None:
    assert place.promote() == 0
    place.read_with(PlantedReader("good", worse, code="changed"))
    figures = judge(place.batch(), place.settings, place.ledger, LIMITS)
    assert figures is not None and figures.exact_share < figures.exact_required, "the version is the same, the code not"
    assert place.reader.drawings_read == DRAWINGS + 1
    assert place.promote() == command.WORSE


def test_who_reads_is_asked_anew_each_time(place: Installation) -> None:
    bench = place.bench()
    probe = prepare(bench.root, bench.smallest(), anyone())
    for stage in READING_STAGES:
        place.reader(stage, bench.root, [probe.name])
    assert reader_of(probe) == bench.reader()
    assert reader_of(prepare(bench.root, bench.smallest(), anyone())) is None, "another image may read tonight"


def test_an_empty_set_is_said(place: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    for file in place.golden.iterdir():
        file.unlink()
    assert place.promote() == command.NOT_READY
    assert "no drawing with truth" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("golden:", "golden: [", "not valid YAML"),
        ("significance:", "signifcance:", "golden.signifcance is no threshold"),
        ("max_drop: 0.03", "max_drop: 3", "golden.max_drop is 3.0"),
    ],
)
def test_broken_thresholds_are_said_with_their_line(
    place: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    says: str,
) -> None:
    limits = tmp_path / "limits.yaml"
    limits.write_text(DEFAULT_FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    monkeypatch.setenv("DRAWING_ETL_THRESHOLDS", str(limits))
    assert place.promote() == command.NOT_READY
    said = " ".join(capsys.readouterr().err.split())
    assert says in said and "limits.yaml, line" in said


def test_problems_of_the_set_are_told_and_the_rest_is_read(
    place: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (place.golden / "bare.pdf").write_bytes(b"x")
    (place.golden / "d00.pdf").unlink()
    assert command.main(["golden"]) == 0
    said = capsys.readouterr()
    assert "bare.pdf" in said.err and "d00.p0.json" in " ".join(said.err.split())
    assert "11 drawings" in said.out


def test_what_reads_a_golden_drawing_looks_at_the_picture_alone(place: Installation) -> None:
    (work,) = place.batch()
    options: Options = work.manifest().options
    assert (options.render.text_layer, options.postprocess.text_source, options.render.pages) == (False, "ocr", (1,))
    assert [stage for stage, _ in place.reader.stages] == list(READING_STAGES)
