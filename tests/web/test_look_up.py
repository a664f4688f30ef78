"""*Drawings* and *Accuracy*: who sees what, hostile words and addresses, search, the sheet, where values come from."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest
from web_night import HOSTILE, RUN, Installation

from drawing_etl.report import Nights
from drawing_etl.report.accuracy_report import write_accuracy_report
from drawing_etl.web import PREFIX

PATHS = ("/drawings", "/review", "/accuracy", "/accuracy/report", "/", "/static/pages.css")


@pytest.fixture(scope="module")
def site(night: Path, airflow_database: None) -> Installation:
    """The night itself: these tests only look."""
    return Installation(night)


class Tags(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("path", PATHS)
def test_who_is_not_logged_in_sees_nothing(site: Installation, path: str) -> None:
    answer = site.visitor(None).get(PREFIX + path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/auth/login?next=%2Fdrawing-etl")
    picture = site.visitor(None).get(PREFIX + path, headers={"Accept": "image/*"})
    assert (picture.status_code, picture.text) == (401, "Not logged in")


def test_a_forged_cookie_sees_nothing(site: Installation) -> None:
    visitor = site.visitor(None)
    visitor.cookies.set("_token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInJvbGUiOiJhZG1pbiJ9.")
    answer = visitor.get(f"{PREFIX}/drawings")
    assert answer.status_code in (303, 401, 403)
    assert "DE-0" not in answer.text


def test_drawings_and_pictures_are_behind_the_login_too(site: Installation) -> None:
    for path in ("", "/pages/1.jpg", "/items/3.jpg"):
        answer = site.visitor(None).get(f"{PREFIX}/drawings/{site.waiting}{path}")
        assert answer.status_code == 303


@pytest.mark.parametrize("path", PATHS)
def test_a_viewer_sees_every_page(site: Installation, path: str) -> None:
    answer = site.visitor("viewer").get(PREFIX + path, follow_redirects=True)
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in answer.headers["content-security-policy"] or path == "/accuracy/report"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["DE-00005", "DE-00004", "DE-00003", "DE-00002", "DE-00001", "DE-00000"]),
        ("words=de-00003", ["DE-00003"]),
        ("words=PART 4", ["DE-00004"]),
        ("words=%25", []),
        ("revision=b", ["DE-00001"]),
        ("state=quarantined", ["DE-00001"]),
        ("state=no such state", ["DE-00005", "DE-00004", "DE-00003", "DE-00002", "DE-00001", "DE-00000"]),
        ("first=2026-03-03&last=2026-03-04", ["DE-00003", "DE-00002"]),
        ("page=2", []),
    ],
)
def test_search(site: Installation, query: str, numbers: list[str]) -> None:
    page = site.visitor("viewer").get(f"{PREFIX}/drawings?{query}").text
    assert re.findall(r'<a href="/drawing-etl/drawings/[^"]+">(DE-\d+)', page) == numbers
    assert numbers or "No drawing matches" in page


@pytest.mark.parametrize("query", ["first=yesterday", "first=0001-01-01", "page=0", "page=x", f"words={'x' * 300}"])
def test_a_query_that_cannot_be_is_a_clean_page(site: Installation, query: str) -> None:
    answer = site.visitor("viewer").get(f"{PREFIX}/drawings?{query}")
    assert answer.status_code == 422
    assert "<h1>Not understood</h1>" in answer.text


@pytest.mark.parametrize(
    "forged",
    [
        "..%2F..%2Fetc%2Fpasswd",
        "0123456789abcdef-0.1.0",
        "0123456789abcdef",
        "%3Cscript%3E",
        "0123456789abcdef-%00",
        "0123456789abcdef-" + "x" * 5000,
        "' OR 1=1 --",
    ],
)
@pytest.mark.parametrize("path", ["drawings/{}", "drawings/{}/pages/1.jpg", "drawings/{}/items/1.jpg", "review/{}"])
def test_a_forged_drawing_is_a_clean_404(site: Installation, forged: str, path: str) -> None:
    answer = site.visitor("admin").get(f"{PREFIX}/{path.format(forged)}")
    assert answer.status_code == 404
    assert "script" not in Tags(answer.text).text


def test_pages_and_strings_that_are_not_there_are_a_clean_404(site: Installation) -> None:
    visitor = site.visitor("viewer")
    for path in ("?page=9", "/pages/9.jpg", "/pages/0.jpg", "/pages/-1.jpg", "/items/999999.jpg"):
        assert visitor.get(f"{PREFIX}/drawings/{site.waiting}{path}").status_code == 404, path
    assert visitor.get(f"{PREFIX}/static/..%2Fapp.py").status_code == 404


def test_a_drawing_shows_its_strings_over_the_sheet_and_where_they_come_from(site: Installation) -> None:
    visitor = site.visitor("viewer")
    drawing = site.desk.search("DE-00003")[0]
    items = site.warehouse.items(drawing.document_id, 2)
    page = Tags(visitor.get(f"{PREFIX}/drawings/{drawing.document_id}?page=2").text)
    boxes = {attributes["data-item"] for tag, attributes in page.tags if tag == "polygon"}
    assert boxes == {str(item.item_id) for item in items} and len(boxes) == 30
    dossier = site.desk.dossier(drawing.document_id)
    assert dossier is not None
    for told in (items[0].text, dossier.drawing.sha256, dossier.pages[1].sha256, "planted", RUN):
        assert told in page.text
    picture = visitor.get(f"{PREFIX}/drawings/{drawing.document_id}/pages/2.jpg")
    assert picture.headers["content-type"] == "image/jpeg"
    assert cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_GRAYSCALE) is not None


def test_the_place_of_a_string_is_cut_from_the_page_or_from_its_preview(
    night: Path, airflow_database: None, tmp_path: Path
) -> None:
    site = Installation.copy_of(night, tmp_path / "var")
    address = f"{PREFIX}/drawings/{site.waiting}/items/3.jpg"
    visitor = site.visitor("viewer")
    assert visitor.get(address).content.startswith(b"\xff\xd8")
    site.work(site.waiting).discard_rasters()
    assert visitor.get(address).content.startswith(b"\xff\xd8")
    site.work(site.waiting).preview(1).unlink()
    assert visitor.get(address).status_code == 404


@pytest.mark.parametrize("path", ["drawings", "review", "drawings/{}", "review/{}"])
def test_hostile_words_stay_words(site: Installation, path: str) -> None:
    answer = site.visitor("admin").get(f"{PREFIX}/{path.format(site.waiting)}")
    page = Tags(answer.text)
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert scripts == [{"src": f"{PREFIX}/static/pages.js", "defer": None}]
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<script>alert(1)</script>[U+202E]" in page.text and "{{7*7}}" in page.text
    assert HOSTILE not in answer.text


def test_the_live_report_is_of_the_nights_asked_for(site: Installation) -> None:
    visitor = site.visitor("viewer")
    page = visitor.get(f"{PREFIX}/accuracy/report?first=2026-02-20&last=2026-03-05").text
    assert "Of 6 drawings, 5 are in the database, 1 waits" in re.sub(r"\s+", " ", Tags(page).text)
    empty = visitor.get(f"{PREFIX}/accuracy/report?first=2001-01-01&last=2001-01-02")
    assert empty.status_code == 200 and "Nothing ran" in empty.text
    for impossible in ("first=2026-03-05&last=2026-03-01", "first=1990-01-01&last=2026-01-01"):
        assert visitor.get(f"{PREFIX}/accuracy?{impossible}").status_code == 422


def test_a_database_that_is_gone_is_told_on_a_page(night: Path, airflow_database: None, tmp_path: Path) -> None:
    site = Installation.copy_of(night, tmp_path / "var")
    visitor = site.visitor("viewer")
    for path in site.settings.var.glob("warehouse.sqlite*"):
        path.unlink()
    answer = visitor.get(f"{PREFIX}/drawings")
    assert answer.status_code == 503
    assert "Remedy" in answer.text


def test_written_reports_are_listed_and_nothing_else_is_served(site: Installation) -> None:
    visitor = site.visitor("viewer")
    assert "Written reports" not in visitor.get(f"{PREFIX}/accuracy").text
    nights = Nights(date(2026, 2, 20), date(2026, 3, 5))
    made = write_accuracy_report(site.warehouse, nights, site.settings.reports / "accuracy", "manual__2026-03-02T01:00")
    page = visitor.get(f"{PREFIX}/accuracy").text
    links = re.findall(r'href="([^"]*/accuracy/written/[^"]*)"', page)
    assert [link.rpartition("/")[2] for link in links] == ["report.pdf", "figures.xlsx", "report.html"]
    answer = visitor.get(links[0])
    assert answer.content == made.pdf.read_bytes() and answer.headers["content-type"] == "application/pdf"
    assert all("attachment" in visitor.get(link).headers["content-disposition"] for link in links)
    assert site.visitor(None).get(links[0]).status_code in (303, 401)
    secret = site.settings.reports / "report.pdf"
    secret.write_bytes(b"not a report")
    for path in (
        "../report.pdf",
        "%2e%2e/report.pdf",
        "..%2f/report.pdf",
        f"{made.folder.name}/headline.json",
        "x/report.pdf",
    ):
        assert visitor.get(f"{PREFIX}/accuracy/written/{path}").status_code == 404, path
