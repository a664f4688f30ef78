"""The gate on whole batches: verdicts, batch breaches, Data Docs, and files that do not belong together."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from good_sheets import good_workdir

from drawing_etl.quality import BatchOutcome, Thresholds, validate_batch
from drawing_etl.quality.figures import GoldenFigures
from drawing_etl.warehouse import BatchRates
from ocr_tasks.contract import Item, Rejection, RejectionRecord, Result, Stage, StageReport, TitleBlockField
from ocr_tasks.errors import ContractError
from ocr_tasks.workdir import Workdir


@pytest.fixture
def works(tmp_path: Path) -> list[Workdir]:
    return [good_workdir(tmp_path / "work", seed) for seed in range(3)]


@pytest.fixture
def judge(tmp_path: Path, thresholds: Thresholds) -> Callable[..., BatchOutcome]:
    def run(works: list[Workdir], limits: Thresholds = thresholds, recent: tuple[BatchRates, ...] = ()) -> BatchOutcome:
        return validate_batch(works, limits, docs_dir=tmp_path / "docs", recent=recent)

    return run


def change(work: Workdir, each: Callable[[Item], Item | None] = lambda item: item, **more: object) -> None:
    """Rewrite a result, string by string (None: dropped)."""
    result = work.result()
    items = tuple(kept for item in result.items if (kept := each(item)) is not None)
    work.write_result(result.model_copy(update={"items": items, **more}))


def rules(work: Workdir) -> set[str]:
    return {reason.expectation for reason in work.verdict().reasons}


def reject(work: Workdir) -> None:
    report = work.required_report(Stage.RENDER)
    why = RejectionRecord(code=Rejection.TRUNCATED, message="it ends early", stage=Stage.RENDER)
    work.finish(report.model_copy(update={"outcome": "rejected", "rejection": why}))


def test_good_drawings_pass(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    outcome = judge(works)
    assert outcome.passed == tuple(work.name for work in works)
    assert not outcome.quarantined and not outcome.rejected and not outcome.breaches
    for work in works:
        assert work.verdict().outcome == "pass"
        report = work.required_report(Stage.VALIDATE)
        assert isinstance(report, StageReport) and report.outcome == "done"


def test_a_bad_string_sends_its_drawing_to_quarantine_and_no_other(
    works: list[Workdir], judge: Callable[..., BatchOutcome]
) -> None:
    change(works[1], lambda item: item.model_copy(update={"kind": "riddle"}) if item.item_id == 4 else item)
    outcome = judge(works)
    assert outcome.quarantined == (works[1].name,)
    (reason,) = works[1].verdict().reasons
    assert (reason.expectation, reason.observed, reason.item_ids) == ("kind_is_known", "riddle", (4,))
    assert "dimension" in str(reason.required)


def test_every_reason_is_named(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    change(works[0], lambda item: item.model_copy(update={"confidence": 0.2, "kind": "riddle"}))
    judge(works)
    assert {"kind_is_known", "mean_confidence", "few_doubtful_strings", "confidences_are_measured"} <= rules(works[0])


def test_a_rejected_drawing_gets_no_verdict_and_counts_in_the_batch(
    works: list[Workdir], judge: Callable[..., BatchOutcome]
) -> None:
    reject(works[2])
    outcome = judge(works)
    assert outcome.rejected == (works[2].name,)
    assert outcome.rates.rejected_share == pytest.approx(1 / 3)
    with pytest.raises(ContractError):
        works[2].verdict()


def test_a_batch_of_rejected_drawings_is_judged_without_strings(
    works: list[Workdir], judge: Callable[..., BatchOutcome]
) -> None:
    for work in works:
        reject(work)
    outcome = judge(works)
    assert outcome.rejected == tuple(work.name for work in works)
    assert outcome.rates.mean_confidence is None


def test_a_batch_breach_says_expectation_observed_required_and_where_the_docs_lie(
    works: list[Workdir], judge: Callable[..., BatchOutcome]
) -> None:
    for work in works:
        change(work, lambda item: item.model_copy(update={"confidence": 0.3 + item.item_id / 1000}))
    outcome = judge(works)
    assert {breach.expectation for breach in outcome.breaches} == {
        "batch_mean_confidence",
        "batch_few_doubtful_strings",
    }
    assert re.search(r"batch_mean_confidence: observed 0\.3\d*, required at least 0\.\d+", outcome.message())
    assert str(outcome.docs) in outcome.message() and outcome.docs.is_file()


def test_a_batch_unlike_those_before_it_is_a_breach(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    before = judge(works).rates
    richer = replace(before, strings=before.strings * 3)
    assert not judge(works, recent=(before,) * 30).breaches
    assert {breach.expectation for breach in judge(works, recent=(richer,) * 30).breaches} == {"usual_strings_per_page"}


def test_a_reader_that_lost_on_the_golden_set_loads_nothing(
    works: list[Workdir], tmp_path: Path, thresholds: Thresholds
) -> None:
    lost = GoldenFigures(exact_share=0.871, exact_required=0.9051, right_share=0.93, right_required=0.92)
    outcome = validate_batch(works, thresholds, docs_dir=tmp_path / "docs", golden=lost)
    (breach,) = outcome.breaches
    assert breach.expectation == "golden_set_is_read_as_before"
    assert "observed 0.871, required at least 0.9051" in outcome.message()
    assert "python -m drawing_etl promote --accept-drop" in outcome.message()
    kept = replace(lost, exact_share=0.9051)
    assert not validate_batch(works, thresholds, docs_dir=tmp_path / "docs", golden=kept).breaches


def test_two_batches_at_once_do_not_meet(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    change(works[1], lambda item: item.model_copy(update={"kind": "riddle"}) if item.item_id == 4 else item)
    with ThreadPoolExecutor() as threads:
        first, second = threads.map(judge, ([works[0]], works[1:]))
    assert (first.passed, first.quarantined) == ((works[0].name,), ())
    assert (second.passed, second.quarantined) == ((works[2].name,), (works[1].name,))
    assert first.docs != second.docs and first.docs.is_file() and second.docs.is_file()
    assert rules(works[1]) == {"kind_is_known"} and not rules(works[0]) | rules(works[2])
    hidden = [path for path in first.docs.parent.parent.iterdir() if path.name.startswith(".")]
    assert hidden == []


def test_shares_of_drawings_are_judged_in_batches_large_enough(
    tmp_path: Path, judge: Callable[..., BatchOutcome]
) -> None:
    works = [good_workdir(tmp_path / "many", seed, pages=1) for seed in range(6)]
    for work in works[:5]:
        reject(work)
    assert not judge(works[2:]).breaches  # four drawings: three rejected
    assert {breach.expectation for breach in judge(works).breaches} == {"batch_few_rejected"}


def test_a_drawing_without_a_result_stops_the_batch(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    (works[1].path / "result.json").unlink()
    with pytest.raises(ContractError, match="run the stage that writes it again"):
        judge(works)


def test_a_rerun_gives_the_same_verdicts_and_one_site(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    change(works[0], lambda item: item.model_copy(update={"confidence": 0.2}))
    first = judge(works)
    verdicts = [(work.path / "verdict.json").read_bytes() for work in works]
    second = judge(list(reversed(works)))
    assert [(work.path / "verdict.json").read_bytes() for work in works] == verdicts
    assert first.docs == second.docs
    assert [path.name for path in first.docs.parent.parent.iterdir()] == [first.docs.parent.name]


def test_the_gate_judges_without_rasters_too(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    reports = [works[0].required_report(stage) for stage in (Stage.RENDER, Stage.PREPROCESS)]
    works[0].discard_rasters()
    for report in reports:
        works[0].finish(report)
    assert judge(works).passed == tuple(work.name for work in works)


def test_data_docs_need_no_network_and_run_nothing(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    hostile = "<script>alert(1)</script>"
    change(works[0], lambda item: item.model_copy(update={"kind": hostile, "text": hostile}))
    site = judge(works).docs.parent
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    assert len(pages) == 7  # a page a suite, a page a result, the index
    for page in pages:
        assert "<script" not in page
        assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
        assert "default-src 'none'" in page
    index = (site / "index.html").read_text(encoding="utf-8")
    for link in re.findall(r'href="([^"#]+)"', index):
        assert (site / link).is_file(), link


@pytest.mark.parametrize(
    ("field", "limit", "rule"),
    [
        ("require_drawing_number", True, "has_drawing_number"),
        ("min_strings", 1000, "enough_strings"),
        ("min_mean_confidence", 1.0, "mean_confidence"),
    ],
)
def test_a_threshold_of_the_file_moves_the_gate(
    works: list[Workdir],
    judge: Callable[..., BatchOutcome],
    thresholds: Thresholds,
    field: str,
    limit: float | bool,
    rule: str,
) -> None:
    change(works[0], title_block={})
    assert not judge(works).quarantined
    stricter = thresholds.model_copy(update={"drawing": thresholds.drawing.model_copy(update={field: limit})})
    judge(works, stricter)
    assert rules(works[0]) == {rule}


@pytest.mark.parametrize(
    ("read", "passes"),
    [
        (("company", "scale", "material"), False),
        (("company", "scale"), True),
        (("company", "scale", "material", "title"), True),
        (("company", "scale", "material", "drawing_number"), True),
    ],
)
def test_a_title_block_without_a_name_is_quarantined(
    works: list[Workdir], judge: Callable[..., BatchOutcome], read: tuple[str, ...], passes: bool
) -> None:
    change(works[0], title_block={name: TitleBlockField(state="read", value="X") for name in read})
    judge(works)
    assert rules(works[0]) == (set() if passes else {"has_a_name"})


def test_results_of_another_drawing_do_not_pass(works: list[Workdir], judge: Callable[..., BatchOutcome]) -> None:
    other: Result = works[1].result()
    works[0].write_result(other)
    assert judge(works).quarantined and "belongs_to_this_drawing" in rules(works[0])
