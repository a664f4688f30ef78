"""The pages in a real Chromium: no sideways scrolling, zoom and choice on the sheet, a review by keyboard alone."""

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from chromium import Chromium
from web_night import Installation

from drawing_etl.web import PREFIX

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def address(site: Installation, chromium: Chromium) -> Iterator[str]:
    """The address of the pages on a real server; the browser is logged in as a user."""
    server = uvicorn.Server(uvicorn.Config(site.server, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    token = site.token("user", "ursula")
    chromium.send("Network.setCookie", name="_token", value=token, url=f"http://127.0.0.1:{port}/", httpOnly=True)
    chromium.problems.clear()
    yield f"http://127.0.0.1:{port}{PREFIX}"
    server.should_exit = True
    thread.join(20)


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_its_window_and_complains_about_nothing(
    site: Installation, address: str, chromium: Chromium, width: int
) -> None:
    chromium.size(width, 844)
    for path in ("drawings", f"drawings/{site.waiting}", "review", f"review/{site.waiting}", "accuracy"):
        chromium.go(f"{address}/{path}")
        assert chromium.run("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert chromium.run("document.querySelectorAll('h1').length") == 1
    assert chromium.problems == []


def test_choosing_a_string_marks_its_place_and_shows_where_it_comes_from(
    site: Installation, address: str, chromium: Chromium
) -> None:
    chromium.size(1280, 844)
    chromium.go(f"{address}/drawings/{site.waiting}")
    chromium.run("document.querySelector('tr[data-item=\"7\"]').click()")
    assert chromium.run("document.querySelector('polygon.chosen').dataset.item") == "7"
    left, _, width, _ = map(float, chromium.run("document.querySelector('.sheet svg').getAttribute('viewBox')").split())
    box = site.warehouse.items(site.waiting, 1)[7].quad_px
    assert width < 1100 and left <= box[0][0] <= left + width, "zoomed to it"
    assert chromium.run("document.querySelector('tr.source:not([hidden])').innerText.includes('planted')")
    chromium.run("document.querySelector('[data-zoom=fit]').click()")
    assert chromium.run("document.querySelector('.sheet svg').getAttribute('viewBox')") == "0 0 1100 800"
    chromium.run(
        "document.querySelector('polygon[data-item=\"9\"]').dispatchEvent(new Event('click', {bubbles: true}))"
    )
    assert chromium.run("document.querySelector('tr.chosen').dataset.item") == "9"
    assert chromium.problems == []


def test_a_review_by_keyboard_alone(site: Installation, address: str, chromium: Chromium) -> None:
    document_id = site.waiting
    first, second = 3, 4
    chromium.size(1280, 844)
    chromium.go(f"{address}/review/{document_id}")
    assert chromium.run("document.querySelector('li.chosen').dataset.item") == str(first)
    chromium.press("ArrowDown", "Alt")
    assert chromium.run("document.activeElement.name") == f"text-{second}"
    chromium.run("document.activeElement.select()")
    chromium.write("⌀12 H7")
    chromium.press("Enter")
    assert chromium.run("location.pathname").endswith(f"/review/{document_id}"), "Enter decides nothing"
    chromium.press("x", "Alt")
    assert chromium.run("document.querySelector('.changed').textContent") == " with 2 corrections"
    assert site.waiting == document_id
    chromium.press("Enter", "Ctrl")
    chromium.wait("location.search == '?done=corrected' && document.readyState == 'complete'")
    assert "No drawing waits" in chromium.run("document.body.innerText")
    texts = site.texts(document_id)
    assert texts[second] == "⌀12 H7" and 5 not in texts
    found = site.desk.dossier(document_id)
    assert found is not None and found.decisions[0].reviewer == "ursula" and len(found.decisions[0].changes) == 2
    assert chromium.problems == []


def test_the_other_source_is_taken_with_a_key(site: Installation, address: str, chromium: Chromium) -> None:
    chromium.size(1280, 844)
    chromium.go(f"{address}/review/{site.waiting}")
    chromium.press("ArrowDown", "Alt")
    chromium.press("o", "Alt")
    assert chromium.run("document.activeElement.value") == "⌀9 <b>THRU</b>"
    chromium.press("ArrowUp", "Alt")
    chromium.press("o", "Alt")
    assert chromium.run("document.querySelector('.changed').textContent") == " with 1 correction"


def test_a_missed_string_is_placed_with_the_mouse_or_with_keys(
    site: Installation, address: str, chromium: Chromium
) -> None:
    document_id = site.waiting
    chromium.size(1280, 844)
    chromium.go(f"{address}/review/{document_id}")
    chromium.run("document.querySelector('[data-zoom=fit]').click()")
    chromium.press("n", "Alt")
    assert chromium.run("document.activeElement.name") == "missed-0"
    chromium.write("R5 <b>")
    box = chromium.run(
        "(r => [r.left, r.top, r.width, r.height])(document.querySelector('.sheet svg').getBoundingClientRect())"
    )
    left, top, width, height = box
    chromium.drag((left + width * 0.5, top + height * 0.25), (left + width * 0.25, top + height * 0.2))
    page, *sides, turned = map(int, chromium.run("document.querySelector('[name=place-0]').value").split())
    assert (page, turned) == (1, 0)
    expected = (0.25 * 1100, 0.2 * 800, 0.5 * 1100, 0.25 * 800)
    assert all(abs(side - wanted) < 8 for side, wanted in zip(sides, expected, strict=True)), sides
    chromium.press("n", "Alt")
    chromium.write("2x M8")
    chromium.run("document.querySelectorAll('[data-part=placer]')[1].focus()")
    before = list(map(int, chromium.run("document.querySelector('[name=place-1]').value").split()))
    for key, modifiers in (("ArrowLeft", ()), ("ArrowDown", ()), ("ArrowRight", ("Shift",))):
        chromium.press(key, *modifiers)
    after = list(map(int, chromium.run("document.querySelector('[name=place-1]').value").split()))
    assert after[1] < before[1] and after[2] > before[2] and after[3] - after[1] > before[3] - before[1]
    assert chromium.run("document.querySelector('.changed').textContent") == " with 2 corrections"
    chromium.press("Enter", "Ctrl")
    chromium.wait("location.search == '?done=corrected' && document.readyState == 'complete'")
    first, second = site.warehouse.items(document_id)[-2:]
    assert (first.text, second.text, second.kind) == ("R5 <b>", "2x M8", "thread")
    assert [round(x) for x, _ in first.quad_px] == [sides[0], sides[2], sides[2], sides[0]]
    assert chromium.problems == []


def test_hostile_words_run_nothing(site: Installation, address: str, chromium: Chromium) -> None:
    for path in ("drawings", f"drawings/{site.waiting}", f"review/{site.waiting}"):
        chromium.go(f"{address}/{path}")
        assert chromium.run("document.scripts.length") == 1
    assert chromium.problems == []
