"""The report as a PDF, for print and mail: the same figures as the page, without a browser."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from reportlab.platypus import Flowable, KeepTogether  # type: ignore[import-untyped]

from drawing_etl.quality.sampling import Interval
from drawing_etl.report import charts
from drawing_etl.report.accuracy import Accuracy, Score
from drawing_etl.report.page import MAX_CHANGES, Report
from drawing_etl.report.paper import ACROSS, NOTE, PART, SECTION, TITLE, crops, drawn, table, text, tiles, write_paper
from drawing_etl.report.wording import STATES, TRUTHS, count, duration, figure, moment, percent, words

MOST_ROWS = 60
"""Rows of a table on paper; the workbook has all."""


def write_pdf(report: Report, target: Path) -> Path:
    """Write the report as a PDF in A4 and return its path. The same report gives the same bytes."""
    return write_paper(report.title, list(_flow(report)), target)


def _flow(report: Report) -> Iterator[Flowable]:
    figures = report.figures
    yield text(report.title, TITLE)
    if figures.started_at:
        yield text(f"{count(len(figures.run_ids), 'run')}, from {moment(figures.started_at)}.", NOTE)
    if not figures.run_ids:
        yield text("Nothing ran in these nights, so there is nothing to report.")
        return
    if not figures.drawings:
        yield text("No drawing is in the database from these runs.")
        return
    yield text(
        f"Of {count(figures.drawings, 'drawing')}, {figures.loaded:,} went into the database, {figures.quarantined:,} "
        f"wait for a person to look at, {figures.rejected:,} could not be read."
    )
    if figures.failed:
        yield text("A part of this work failed and is not in these figures: see the task log in Airflow.")
    yield _headline(report)
    if report.changes and report.before:
        yield text("What changed since the last report", SECTION)
        yield table(("", report.before.name, "Now"), report.changes, numbers=(1, 2), widths=(90, 45, 43))
    yield from _accuracy(report)
    yield from _waiting(report)
    yield from _not_read(report)
    yield from _rest(report)


def _headline(report: Report) -> Flowable:
    figures, accuracy, right = report.figures, report.figures.accuracy, report.figures.sample.strings_right
    said = [
        (percent(figures.straight_through), "went straight into the database"),
        (f"{figures.quarantined:,}", "waiting for a person"),
        (f"{figures.strings:,}", f"texts found on {count(figures.pages, 'page')}"),
        (duration(figures.seconds_a_page), "a page"),
    ]
    if accuracy:
        said.insert(1, (percent(accuracy.whole.rate), f"of checked texts read exactly{_range(accuracy.interval)}"))
    if right:
        said.insert(1, (percent(right.share), f"of what was loaded is right, a sample says{_range(right)}"))
    return tiles(said[:5])


def _range(interval: Interval) -> str:
    return f" ({percent(interval.low)} to {percent(interval.high)})"


def _accuracy(report: Report) -> Iterator[Flowable]:
    figures = report.figures
    sample, accuracy = figures.sample, figures.accuracy
    yield text("How right the reader is", SECTION)
    if sample.drawings_right:
        yield text(
            f"Some drawings that passed every check are drawn at random and looked at by a person. Of "
            f"{count(sample.reviewed, 'such drawing')}, {percent(sample.drawings_right.share)} needed no "
            f"correction{_range(sample.drawings_right)}. This is the best estimate for what is in the database."
        )
    if accuracy is None:
        yield text(
            "None of these drawings has a text layer that can be trusted, and nobody has reviewed one yet, so there is "
            "nothing to measure the reader against."
        )
        return
    yield text(
        f"Measured against {TRUTHS[accuracy.truth]}: {accuracy.whole.strings:,} texts on "
        f"{count(accuracy.drawings, 'drawing')}. The reader found "
        f"{percent(accuracy.found / accuracy.whole.strings)} of them and read {percent(accuracy.whole.rate)} of all "
        f"exactly{_range(accuracy.interval)}; "
        f"{percent(accuracy.whole.cer)} of the characters are wrong."
    )
    yield from _scores("By kind of text", "Kind", accuracy.kinds)
    yield from _scores("By kind of file", "File", accuracy.sources)
    yield from _scores("By version of the pipeline", "Version", accuracy.versions)
    if len(accuracy.nights) > 1:
        yield from _chart("Night by night", charts.trend(accuracy.nights))
        yield from _scores("The same in figures", "Night", accuracy.nights)
    yield from _chart("Does the reader know when it is wrong?", charts.calibration(accuracy.sureness))
    if accuracy.calibration_error is not None:
        yield text(
            "On the dashed slope the reader is right as often as it says; below it, it is too sure of itself. On "
            f"average it is off by {percent(accuracy.calibration_error)}.",
            NOTE,
        )
    yield from _worst(report, accuracy)
    if accuracy.confusions:
        yield text("What is mistaken for what", PART)
        rows = [
            (each.wanted or "(nothing)", each.got or "(nothing)", each.times, each.drawings)
            for each in accuracy.confusions
        ]
        yield table(("Stands there", "Was read", "Times", "Drawings"), rows, numbers=(2, 3))


def _worst(report: Report, accuracy: Accuracy) -> Iterator[Flowable]:
    if accuracy.worst:
        yield text("The drawings that were read worst", PART)
    for worst in accuracy.worst:
        line = (
            f"{worst.drawing.original_name}: {worst.score.exact} of {count(worst.score.strings, 'text')} read exactly"
        )
        found = report.misread.get(worst.drawing.document_id, ())[:ACROSS]
        said = [f"{crop.text} was {f'read as {crop.read}' if crop.read else 'not found'}" for crop in found]
        yield KeepTogether([text(line), *crops(found, said)])


def _waiting(report: Report) -> Iterator[Flowable]:
    figures = report.figures
    yield text("What needs a person", SECTION)
    if not figures.waiting:
        yield text("No drawing waits for a person.")
        return
    yield table(
        ("Check that was not met", "Drawings"), [(words(name), times) for name, times in figures.reasons], numbers=(1,)
    )
    for waiting in figures.waiting[:MOST_ROWS]:
        reasons = [
            text(f"{reason.message} Found {figure(reason.observed)}, needed {figure(reason.required)}.", NOTE)
            for reason in waiting.reasons
        ]
        found = report.places.get(waiting.drawing.document_id, ())[:ACROSS]
        said = [f"read as {crop.text}, {crop.where}" for crop in found]
        yield KeepTogether([text(waiting.drawing.original_name, PART), *reasons, *crops(found, said)])
    yield from _left_out(len(figures.waiting), "drawing")


def _not_read(report: Report) -> Iterator[Flowable]:
    rejections = report.figures.rejections
    if rejections:
        yield text("What could not be read", SECTION)
        rows = [(each.original_name, words(each.code), each.message) for each in rejections[:MOST_ROWS]]
        yield table(("File", "Reason", "What to do"), rows, widths=(55, 30, 93))
        yield from _left_out(len(rejections), "file")


def _rest(report: Report) -> Iterator[Flowable]:
    figures = report.figures
    if figures.findings:
        yield text("Contradictions on the drawings", SECTION)
        found = [
            (words(each.code), each.severity, each.findings, each.drawings, each.example)
            for each in figures.findings[:MOST_ROWS]
        ]
        yield table(
            ("What", "How grave", "Times", "Drawings", "For example"),
            found,
            numbers=(2, 3),
            widths=(42, 22, 15, 20, 79),
        )
    if figures.revisions:
        yield text("New revisions", SECTION)
        for drawing in figures.revisions[:MOST_ROWS]:
            name = drawing.drawing_number or drawing.original_name
            yield text(
                f"{name}: revision {drawing.old_revision or '?'} to {drawing.new_revision or '?'}: "
                f"{drawing.added} added, {drawing.removed} removed, {drawing.changed} changed."
            )
            for change in drawing.changes[:MAX_CHANGES]:
                said = f"{change.old_text or 'nothing'} → {change.new_text or 'nothing'}"
                yield text(f"{words(change.what)} {change.change}: {said}", NOTE)
    yield text("What was read", SECTION)
    kinds = [
        (
            words(each.kind),
            f"{each.strings:,}",
            percent(each.ocr / each.strings),
            percent(each.understood / each.strings),
        )
        for each in figures.kinds
    ]
    yield table(("Kind", "Texts", "From the picture", "Understood"), kinds, numbers=(1, 2, 3))
    yield from _chart("How sure the reader was", charts.histogram(figures.confidences))
    yield text("Where the time went", SECTION)
    price = report.price
    stages = [
        (
            words(each.stage),
            duration(each.seconds),
            duration(each.seconds / each.pages) if each.pages else "–",
            "–" if price is None else f"{each.seconds / 3600 * price:.2f}",
            each.ran_on,
        )
        for each in figures.stages
    ]
    yield table(("Step", "Time", "A page", "Cost", "Ran on"), stages, numbers=(1, 2, 3), widths=(30, 25, 25, 20, 78))
    yield text("All drawings", SECTION)
    drawings = [
        (
            each.original_name,
            each.drawing_number or "–",
            STATES[each.state],
            each.strings,
            percent(each.mean_confidence),
        )
        for each in figures.all_drawings[:MOST_ROWS]
    ]
    yield table(
        ("File", "Drawing number", "State", "Texts", "How sure"), drawings, numbers=(3, 4), widths=(68, 46, 22, 20, 22)
    )
    yield from _left_out(len(figures.all_drawings), "drawing")


def _left_out(whole: int, what: str) -> Iterator[Flowable]:
    if whole > MOST_ROWS:
        yield text(f"And {count(whole - MOST_ROWS, f'more {what}')}: the workbook and the database have all.", NOTE)


def _scores(title: str, first: str, scores: Sequence[Score]) -> Iterator[Flowable]:
    rows = [(words(each.name), f"{each.strings:,}", percent(each.rate), percent(each.cer)) for each in scores]
    yield text(title, PART)
    yield table((first, "Texts", "Read exactly", "Character errors"), rows[:MOST_ROWS], numbers=(1, 2, 3))


def _chart(title: str, chart: charts.Chart | None) -> Iterator[Flowable]:
    if chart is not None:
        yield text(title, PART)
        yield drawn(chart)
