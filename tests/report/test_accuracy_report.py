"""The accuracy report in all its forms: what it says, that all forms say the same, hostile words, empty nights."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from good_sheets import MIDNIGHT, good_workdir
from planted_night import HOSTILE
from test_report import Page
from workbooks import formulas, rows

from drawing_etl.quality.sampling import Cluster, Interval, clustered
from drawing_etl.report import Nights, charts
from drawing_etl.report.accuracy import Score, Sureness, accuracy_of
from drawing_etl.report.accuracy_report import Written, write_accuracy_report
from drawing_etl.report.figures import figures_of_nights, figures_of_run
from drawing_etl.report_tasks import RangeRefused, asked_nights
from drawing_etl.warehouse import RunRecord, Warehouse
from drawing_etl.warehouse.checks import CheckedDrawing, CheckFigures
from ocr_tasks.contract import Item, Reason, TextLayer, Verdict
from ocr_tasks.workdir import Workdir

MARCH = Nights(date(2026, 2, 20), date(2026, 3, 10))
SHEET_OF_DRAWINGS, SHEET_OF_ACCURACY = 9, 10
FORMULA = '=HYPERLINK("http://example.invalid")'


def with_layer(work: Workdir, wrong: int) -> None:
    """Give a drawing a trusted text layer, of whose strings OCR read all but WRONG."""
    result = work.result()

    def layered(item: Item) -> Item:
        read = f"{HOSTILE} {item.text}" if item.item_id == 0 < wrong else item.text.replace(".", "")
        other = read if item.item_id < wrong else item.text
        changes = {"source": "vector", "other_text": other, "other_confidence": item.confidence, "confidence": 1.0}
        return item.model_copy(update=changes)

    layer = TextLayer(strings=30, trusted=True, reason="every string lies on ink")
    pages = tuple(page.model_copy(update={"text_layer": layer}) for page in result.pages)
    work.write_result(result.model_copy(update={"items": tuple(map(layered, result.items)), "pages": pages}))


class Nightly:
    """Two nights of three drawings: the second one is read better."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.warehouse = Warehouse(f"sqlite:///{root / 'warehouse.sqlite'}", clock=lambda: MIDNIGHT)
        self.warehouse.migrate()
        for night, wrong in enumerate(((12, 6, 0), (2, 1, 0))):
            works = [good_workdir(root / "work", 10 * night + k, pages=1) for k in range(3)]
            for work, some in zip(works, wrong, strict=True):
                with_layer(work, some)
                work.write_verdict(Verdict(drawing_id=work.name, outcome="pass"))
            manifest = works[0].manifest()
            works[0].write_manifest(manifest.model_copy(update={"original_name": f"{FORMULA}{HOSTILE}"}))
            doubt = Reason(expectation="one_unit", observed=2, required=1, message="units mix", item_ids=(3,))
            verdict = {"drawing_id": works[2].name, "outcome": "quarantine", "reasons": (doubt,)}
            works[2].write_verdict(Verdict.model_validate(verdict))
            run_id = f"night {night}"
            self.warehouse.start_run(RunRecord(run_id=run_id, started_at=MIDNIGHT + timedelta(days=night)))
            self.warehouse.load_batch(run_id, works)
            self.warehouse.finish_run(run_id, "success")

    def write(self, nights: Nights, reports: Path, name: str = "a run", days: int = 0) -> Written:
        return write_accuracy_report(
            self.warehouse,
            nights,
            reports,
            name,
            work_root=self.root / "work",
            price=2.5,
            clock=lambda: MIDNIGHT + timedelta(days=days),
        )


@pytest.fixture(scope="module")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> Nightly:
    return Nightly(tmp_path_factory.mktemp("nights"))


@pytest.fixture(scope="module")
def written(nightly: Nightly, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return nightly.write(MARCH, tmp_path_factory.mktemp("reports"), "scheduled__2026-03-01T00:00:00+00:00/../x")


def pdf_text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.split())


def test_the_folder_has_every_form_and_nothing_else(written: Written) -> None:
    assert sorted(path.name for path in written.folder.iterdir()) == [
        "csv",
        "figures.xlsx",
        "headline.json",
        "report.html",
        "report.pdf",
    ]
    assert written.folder.parent.name != ".." and len(list(written.folder.parent.iterdir())) == 1
    assert Written.in_folder(written.folder) == written


def test_the_page_says_how_right_the_reader_is_and_for_which_texts(written: Written) -> None:
    page = Page(written.page.read_text(encoding="utf-8"))
    assert "180 texts on 6 drawings" in page.text
    assert "read 88 % of all exactly" in page.text, "159 of 180"
    for heading in ("By kind of text", "By kind of file", "By version", "Night by night", "What is mistaken for what"):
        assert heading in page.text
    assert "(nothing)" in page.text and "Does the reader know when it is wrong?" in page.text
    crops = [attributes["alt"] or "" for tag, attributes in page.tags if tag == "img" and "width" not in attributes]
    assert len(crops) >= 8, "what was misread on the worst drawings is shown"
    assert "Cost" in page.text and "At 2.50 an hour" in page.text


def test_hostile_words_stay_words_in_every_form(written: Written) -> None:
    page = Page(written.page.read_text(encoding="utf-8"))
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "a"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    text = pdf_text(written.pdf)
    assert "onerror=alert(1)" in text and "[U+202E]" in text
    document = pypdfium2.PdfDocument(written.pdf)
    assert b"/URI" not in written.pdf.read_bytes() and b"/JavaScript" not in written.pdf.read_bytes()
    assert len(document) >= 3
    drawings = list(csv.reader((written.folder / "csv" / "drawings.csv").open(encoding="utf-8-sig")))
    assert any(row[0].startswith("'=HYPERLINK") for row in drawings)


def test_all_forms_give_the_same_figures(written: Written) -> None:
    (row,) = list(csv.DictReader((written.folder / "csv" / "accuracy.csv").open(encoding="utf-8-sig")))
    assert (row["strings"], row["exact"]) == ("180", "159")
    _, accuracy = rows(written.workbook, SHEET_OF_ACCURACY)
    assert (accuracy["A"], accuracy["B"], accuracy["C"]) == ("all", 180, 159)
    assert len(list((written.folder / "csv").glob("*.csv"))) == 17 and formulas(written.workbook) == 0
    text = pdf_text(written.pdf)
    assert "180 texts on 6 drawings" in text and "88 %" in text and "What is mistaken for what" in text
    assert json.loads((written.folder / "headline.json").read_text())["exact"] == pytest.approx(159 / 180)


def test_the_same_nights_give_the_same_bytes(nightly: Nightly, tmp_path: Path) -> None:
    first, second = nightly.write(MARCH, tmp_path / "1"), nightly.write(MARCH, tmp_path / "2")
    assert first.pdf.read_bytes() == second.pdf.read_bytes() and first.page.read_bytes() == second.page.read_bytes()


def test_the_next_report_says_what_changed(nightly: Nightly, tmp_path: Path) -> None:
    first = Nights(date(2026, 2, 20), MIDNIGHT.date())
    nightly.write(first, tmp_path, "first")
    again = nightly.write(Nights(date(2026, 3, 2), date(2026, 3, 2)), tmp_path, "second", days=1)
    text = Page(again.page.read_text(encoding="utf-8")).text
    assert "What changed since the last report" in text and "80 % 97 %" in text
    assert "80 % 97 %" in pdf_text(again.pdf)
    (again.folder / "headline.json").write_text("{damaged")
    third = nightly.write(first, tmp_path, "third", days=2)
    assert "2026-02-20 to 2026-03-01" in Page(third.page.read_text(encoding="utf-8")).text


def test_nights_without_a_run_give_files_that_say_so(nightly: Nightly, tmp_path: Path) -> None:
    empty = Nights(date(2001, 1, 1), date(2001, 1, 31))
    made = nightly.write(empty, tmp_path, "empty")
    assert "Nothing ran in these nights" in Page(made.page.read_text(encoding="utf-8")).text
    assert "Nothing ran in these nights" in pdf_text(made.pdf)
    assert len(rows(made.workbook, SHEET_OF_DRAWINGS)) == 1
    later = nightly.write(MARCH, tmp_path, "later", days=1)
    assert "What changed" not in Page(later.page.read_text(encoding="utf-8")).text, "with nothing to compare with"


def test_a_night_is_as_sure_as_its_run(nightly: Nightly) -> None:
    night = MIDNIGHT.date()
    of_night = figures_of_nights(nightly.warehouse, Nights(night, night)).mean_confidence
    assert of_night == pytest.approx(figures_of_run(nightly.warehouse, "night 0").mean_confidence)


def figure(confidence_bin: int, strings: int, exact: int, stated: float = 0.0) -> CheckFigures:
    return CheckFigures(
        night=date(2026, 3, 1),
        pipeline_version="1",
        truth="layer",
        kind="dimension",
        confidence_bin=confidence_bin,
        strings=strings,
        exact=exact,
        characters=5 * strings,
        edits=strings - exact,
        confidence_sum=stated * strings,
    )


def drawing(strings: int, exact: int, name: str = "a.pdf") -> CheckedDrawing:
    return CheckedDrawing(
        document_id=f"{name} {strings} {exact}",
        drawing_id="0" * 16,
        original_name=name,
        drawing_number=None,
        truth="layer",
        strings=strings,
        exact=exact,
        characters=5 * strings,
        edits=strings - exact,
    )


def test_calibration_weighs_bins_by_their_strings() -> None:
    found = accuracy_of(
        [figure(19, 200, 200, 1.0), figure(19, 100, 100, 0.97), figure(10, 100, 20, 0.54), figure(-1, 50, 0)],
        [drawing(450, 320)],
        [],
    )
    assert found is not None
    assert found.found == 400 and found.whole.rate == pytest.approx(320 / 450)
    assert found.calibration_error == pytest.approx((100 * 0.03 + 100 * (0.54 - 0.2)) / 400)
    assert accuracy_of([], [], []) is None


def test_drawings_that_differ_widen_the_interval() -> None:
    def width(interval: Interval) -> float:
        return interval.high - interval.low

    alike = clustered([Cluster(1.0, 100, 90)] * 20)
    unlike = clustered([Cluster(1.0, 100, 100)] * 18 + [Cluster(1.0, 100, 0)] * 2)
    assert alike.share == unlike.share == 0.9
    assert width(unlike) > 3 * width(alike)
    assert width(clustered([Cluster(1.0, 1000, 900)])) > 0.5, "one drawing says little of others"
    assert all(0 <= side <= 1 for each in (alike, unlike) for side in (each.low, each.high))


def test_the_kind_of_file_is_told_by_its_name_whatever_that_is() -> None:
    names = ("a.PDF", "b.tif", "c.tiff", "no ending", "rev. B of a plate", "x.<b>")
    found = accuracy_of([figure(19, 5, 5)], [drawing(1, 1, name) for name in names], [])
    assert found is not None
    assert {score.name: score.strings for score in found.sources} == {"pdf": 1, "tiff": 2, "unknown": 3}


@pytest.mark.parametrize(
    ("chart", "empty"),
    [
        (
            charts.calibration([Sureness(0.9, 0.95, 10, 9, 0.93), Sureness(0.95, 1.0, 90, 89, 0.99)]),
            charts.calibration([]),
        ),
        (charts.trend([Score(f"2026-03-{n:02d}", 10, n, 50, 1) for n in range(1, 10)]), charts.trend([])),
    ],
)
def test_charts_stay_inside_their_frame(chart: charts.Chart | None, empty: charts.Chart | None) -> None:
    assert chart is not None and empty is None
    assert charts.svg(chart).count("<circle") in (2, 9)
    places = [point for shape in chart.shapes if isinstance(shape, charts.Line) for point in shape.points]
    assert all(0 <= x <= charts.WIDTH and 0 <= y <= charts.HEIGHT for x, y in places)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, (date(2026, 2, 1), date(2026, 3, 2))),
        ({"first": None, "last": "2026-02-01"}, (date(2026, 1, 3), date(2026, 2, 1))),
        ({"first": "2026-03-02", "last": None}, (date(2026, 3, 2), date(2026, 3, 2))),
    ],
)
def test_a_run_asks_for_the_last_nights_or_for_those_it_names(
    params: dict[str, str | None], expected: Sequence[date]
) -> None:
    assert asked_nights(params, datetime(2026, 3, 2, tzinfo=UTC).date()) == expected


@pytest.mark.parametrize("params", [{"first": "2026-03-03"}, {"first": "1926-01-01"}])
def test_a_range_that_is_none_is_refused(params: dict[str, str]) -> None:
    with pytest.raises(RangeRefused, match="trigger it with another"):
        asked_nights(params, date(2026, 3, 2))
