"""The report: figures from a real database, hostile words, empty ranges, and how it looks in a browser."""

import re
import shutil
import subprocess
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest
from planted_night import HOSTILE, Night

from drawing_etl.report import Nights, charts, wording, write_report
from drawing_etl.report.pictures import crops
from drawing_etl.warehouse import ConfidenceBin, WarehouseError
from ocr_tasks.workdir import Workdir


class Page(HTMLParser):
    """What a browser would see: the tags, and the text without styles."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def written(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(night.warehouse, night.run_id, tmp_path_factory.mktemp("reports"), work_root=night.work_root)


@pytest.fixture(scope="module")
def page(written: Path) -> Page:
    return Page(written.read_text(encoding="utf-8"))


def test_the_headline_counts_every_drawing_once(page: Page) -> None:
    assert "Of 6 drawings, 4 are in the database, 1 waits for a person to look at, 1 could not be read." in page.text


def test_every_reason_of_quarantine_is_there(page: Page, night: Night) -> None:
    reasons = night.quarantined.verdict().reasons
    assert len(reasons) >= 3
    for reason in reasons:
        assert reason.message in page.text


def test_a_rejection_says_why_and_what_to_do(page: Page) -> None:
    assert "truncated" in page.text and "send it again" in page.text


def test_hostile_words_stay_words(page: Page, written: Path) -> None:
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "iframe", "object", "link", "b>"}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<img src=x onerror=alert(1)>[U+202E]" in page.text
    assert "{{7*7}}" in page.text and "\u202e" not in written.read_text(encoding="utf-8")


def test_the_page_fetches_nothing(page: Page) -> None:
    for _, attributes in page.tags:
        for name in ("src", "href", "action", "srcset"):
            assert (attributes.get(name) or "data:").startswith("data:")
    policy = next(attributes for _, attributes in page.tags if attributes.get("http-equiv"))
    assert (policy["content"] or "").startswith("default-src 'none'")


def test_the_file_lies_where_it_should_whatever_the_run_is_called(written: Path) -> None:
    assert re.fullmatch(r"run-[A-Za-z0-9._-]+\.html", written.name)
    assert [path.name for path in written.parent.iterdir()] == [written.name]


def test_pictures_show_what_needs_a_look_first(page: Page) -> None:
    pictures = [attributes for tag, attributes in page.tags if tag == "img" and "width" in attributes]
    assert len(pictures) == 5  # all but the rejected one
    assert HOSTILE.split("\u202e")[0] in (pictures[0]["alt"] or "")


def test_the_strings_that_the_gate_names_are_shown_where_they_stand(page: Page) -> None:
    crops = [attributes for tag, attributes in page.tags if tag == "img" and "width" not in attributes]
    assert len(crops) == 6
    assert all((attributes["alt"] or "").startswith("Where “<img src=x") for attributes in crops)


def test_crops_come_from_the_preview_where_the_page_is_gone(night: Night, tmp_path: Path) -> None:
    drawing = next(d for d in night.warehouse.drawings([night.run_id]) if d.state == "quarantined")
    shutil.copytree(night.work_root / drawing.drawing_id, tmp_path / drawing.drawing_id)
    (tmp_path / drawing.drawing_id / "pages" / "0001.npy").unlink()
    assert crops(drawing.drawing_id, [0, 1], tmp_path) == []
    page = np.asarray(night.quarantined.page_image(1))
    Workdir(tmp_path / drawing.drawing_id).write_preview(1, cv2.imencode(".jpg", page[::2, ::2])[1].tobytes())
    assert len(crops(drawing.drawing_id, [0, 1, 99], tmp_path)) == 2


def test_without_workdirs_there_are_no_pictures(night: Night, tmp_path: Path) -> None:
    html = write_report(night.warehouse, night.run_id, tmp_path, work_root=tmp_path / "gone").read_text()
    assert "<img" not in html and "What was read" in html


def test_a_damaged_overlay_is_left_out(night: Night, tmp_path: Path) -> None:
    from drawing_etl.report.figures import figures_of_run
    from drawing_etl.report.pictures import pictures

    drawing = figures_of_run(night.warehouse, night.run_id).all_drawings[-1]
    overlay = tmp_path / drawing.drawing_id / "overlay" / "0001.jpg"
    overlay.parent.mkdir(parents=True)
    for content in (b"", b"no picture"):
        overlay.write_bytes(content)
        assert pictures([drawing], tmp_path) == []


def test_nights_with_runs_give_the_same_figures(night: Night, tmp_path: Path) -> None:
    path = write_report(night.warehouse, Nights(date(2026, 2, 1), date(2026, 3, 31)), tmp_path)
    assert "Of 6 drawings, 4 are in the database" in Page(path.read_text()).text


def test_nights_without_a_run_give_a_clean_page(night: Night, tmp_path: Path) -> None:
    path = write_report(night.warehouse, Nights(date(2001, 1, 1), date(2001, 1, 31)), tmp_path)
    text = Page(path.read_text()).text
    assert "Nothing ran in these nights" in text and "What was read" not in text


def test_a_run_that_is_not_there_is_a_clear_error(night: Night, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="Remedy"):
        write_report(night.warehouse, "no such run", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_second_report_replaces_the_first(night: Night, tmp_path: Path) -> None:
    first = write_report(night.warehouse, night.run_id, tmp_path).read_bytes()
    assert write_report(night.warehouse, night.run_id, tmp_path).read_bytes() == first
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.04, "0.0 s"),
        (9.96, "10 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (7260, "2 h 1 min"),
    ],
)
def test_time_spans(seconds: float | None, text: str) -> None:
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"), [(None, "–"), (1.0, "100 %"), (0.9999, "100.0 %"), (0.944, "94 %"), (0.004, "0.4 %")]
)
def test_shares(share: float | None, text: str) -> None:
    assert wording.percent(share) == text


def test_long_words_are_cut() -> None:
    assert len(wording.shown("x" * 10_000)) == wording.LONGEST


def test_the_histogram_draws_a_bar_a_bin_and_round_ticks() -> None:
    bins = [ConfidenceBin(n / 20, (n + 1) / 20, 7 * n, 7 * n * (n + 0.5) / 20) for n in range(20)]
    svg = charts.svg(charts.histogram(bins))
    assert svg.count("<rect") == 20 and ">0</text>" in svg and ">100</text>" in svg
    assert charts.svg(charts.histogram([])) == ""


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_it_without_sideways_scrolling(written: Path, tmp_path: Path, width: int) -> None:
    # In a frame of the wanted width: headless Chromium makes no window narrower than some 500 pixels. The page's own
    # policy forbids the script that measures, so the copy that is measured goes without it.
    # Its letters are set apart: a reader's font may be broader than this machine's.
    html = re.sub(r"<meta http-equiv[^>]*>", "", written.read_text(encoding="utf-8"))
    html = html.replace("</style>", "body { letter-spacing: 0.04em }</style>")
    frame = tmp_path / "frame.html"
    frame.write_text(
        f'<iframe id="page" width="{width}" height="800" srcdoc="{escape(html)}"></iframe><script>onload = () => {{'
        "const seen = document.getElementById('page').contentDocument.documentElement;"
        "document.title = seen.scrollWidth - seen.clientWidth + ' ' + seen.scrollHeight}</script>",
        encoding="utf-8",
    )
    browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", frame.as_uri()]
    dom = subprocess.run(browser, check=True, capture_output=True, timeout=120).stdout.decode()
    measured = re.search(r"<title>(-?\d+) (\d+)</title>", dom)
    assert measured is not None
    assert int(measured[1]) <= 0, "wider than its window"
    assert int(measured[2]) > 800, "hardly anything is drawn"
