"""The detect and recognize stages over a workdir, with engines that know what is on the page."""

import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn import paged

from ocr_tasks.contract import (
    DetectOptions,
    EngineInfo,
    Options,
    Region,
)
from ocr_tasks.engines import Box, Gray, Text
from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
from ocr_tasks.quads import angle_of, bounds, upright_quad
from ocr_tasks.stages.detect.stage import LONE, ONE, RIVAL, TEXT, detect
from ocr_tasks.stages.recognize import directions
from ocr_tasks.stages.recognize import stage as recognize
from ocr_tasks.stages.recognize.directions import across, other_ways


class BlobDetector:
    """Sees every patch of ink that is wider than high as a line, and nothing else: upward text only once turned."""

    info = EngineInfo(name="blobs")

    def detect(self, image: Gray) -> list[Box]:
        ink = cv2.dilate((image < 128).astype(np.uint8), np.ones((3, 15), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
        boxes = []
        for x, y, w, h, _ in stats[1:]:
            left, right, top, bottom = float(x + 2), float(x + w - 2), float(y - 5), float(y + h + 5)
            if w > 3 * h:
                boxes.append(Box(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9))
        return boxes


class WayRecognizer:
    """Reads the darkest half of a crop: "start" if it is the left one, else nothing sure."""

    info = EngineInfo(name="ways")

    def read(self, crops: Sequence[Gray]) -> list[Text]:
        return [self._one(crop) for crop in crops]

    def _one(self, crop: Gray) -> Text:
        if crop.size == 0:
            return Text("", 0.0, ())
        half = crop.shape[1] // 2
        surely = crop[:, :half].mean() < crop[:, half:].mean()
        return Text("start", 0.95, (0.95,) * 5) if surely else Text("?", 0.4, (0.4,))


def text_page() -> Gray:
    image = np.full((600, 800), 255, np.uint8)
    cv2.putText(image, "UPRIGHT TEXT", (80, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    upward = np.full((60, 240), 255, np.uint8)
    cv2.putText(upward, "12.375", (10, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    image[250:490, 400:460] = np.rot90(upward)
    return image


def test_text_that_runs_up_the_page_is_found_by_the_second_look(tmp_path: Path) -> None:
    work = paged(tmp_path, "0", [text_page()])
    done = detect(work, BlobDetector(), DetectOptions())
    assert done.counts["regions"] == 2
    across, upward = sorted(work.regions(), key=lambda region: region.angle_deg)
    assert across.angle_deg == pytest.approx(0, abs=1)
    assert upward.angle_deg == pytest.approx(90, abs=1)
    left, top, right, bottom = bounds(upward.quad_px)
    assert 400 <= left < right <= 460
    assert 250 <= top < bottom <= 490


def test_regions_are_in_page_pixels_whatever_the_detector_looked_at(tmp_path: Path) -> None:
    image = np.asarray(cv2.resize(text_page(), None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR), np.uint8)
    work = paged(tmp_path, "0", [image], dpi=400)
    detect(work, BlobDetector(), DetectOptions(dpi=200))
    across = min(work.regions(), key=lambda region: abs(region.angle_deg))
    left, top, right, bottom = bounds(across.quad_px)
    assert 150 < left < 180
    assert right > 500
    assert 100 < top < bottom < 190


def test_a_blank_page_has_no_regions(tmp_path: Path) -> None:
    work = paged(tmp_path, "0", [np.full((300, 300), 255, np.uint8)])
    assert detect(work, BlobDetector(), DetectOptions()).counts["regions"] == 0
    assert work.regions() == []


def test_an_upward_line_that_reads_better_downwards_is_turned(tmp_path: Path) -> None:
    image = np.full((400, 200), 255, np.uint8)
    image[100:190, 80:110] = 0  # dark above: read from above, the dark half comes first
    work = paged(tmp_path, "0", [image])
    quad = ((80.0, 300.0), (80.0, 100.0), (110.0, 100.0), (110.0, 300.0))
    work.write_regions([Region(region_id=0, page=1, quad_px=quad, angle_deg=90, score=0.9)])
    (done,) = recognize.stage(WayRecognizer())([work], Options(), lambda: None)
    (reading,) = work.readings()
    assert done.counts == {"readings": 1}
    assert reading.text == "start"
    assert angle_of(reading.quad_px) == pytest.approx(-90)


def test_a_short_box_that_seems_to_run_up_the_page_is_also_read_level(tmp_path: Path) -> None:
    image = np.full((120, 160), 255, np.uint8)
    cv2.putText(image, "27", (50, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2, cv2.LINE_AA)
    work = paged(tmp_path, "0", [image])
    quad = ((48.0, 84.0), (48.0, 56.0), (90.0, 56.0), (90.0, 84.0))
    work.write_regions([Region(region_id=0, page=1, quad_px=quad, angle_deg=90, score=0.9)])
    list(recognize.stage(OnnxRecognizer(threads=1))([work], Options(), lambda: None))
    (reading,) = work.readings()
    assert reading.text == "27"
    assert angle_of(reading.quad_px) == pytest.approx(0)


def test_lines_of_all_drawings_of_a_batch_are_read_together(tmp_path: Path) -> None:
    calls: list[int] = []

    class Counting(WayRecognizer):
        def read(self, crops: Sequence[Gray]) -> list[Text]:
            calls.append(len(crops))
            return super().read(crops)

    works = []
    for name in ("a", "b"):
        work = paged(tmp_path / name, "0", [np.full((100, 100), 255, np.uint8)])
        quad = ((10.0, 10.0), (60.0, 10.0), (60.0, 30.0), (10.0, 30.0))
        work.write_regions([Region(region_id=0, page=1, quad_px=quad, angle_deg=0, score=0.9)])
        works.append(work)
    list(recognize.stage(Counting())(works, Options(), lambda: None))
    assert calls[0] == 2


def test_a_page_on_its_head_is_read_from_the_other_end(tmp_path: Path) -> None:
    image = np.full((400, 400), 255, np.uint8)
    regions = []
    for k, top in enumerate((50, 150, 250)):
        image[top : top + 30, 210:300] = 0  # dark on the right: its start, if the page is turned round
        quad = ((100.0, top), (300.0, top), (300.0, top + 30.0), (100.0, top + 30.0))
        regions.append(Region(region_id=k, page=1, quad_px=quad, angle_deg=0, score=0.9))
    work = paged(tmp_path, "0", [image])
    work.write_regions(regions)
    list(recognize.stage(WayRecognizer())([work], Options(), lambda: None))
    assert [reading.text for reading in work.readings()] == ["start"] * 3
    assert all(abs(angle_of(reading.quad_px)) == pytest.approx(180) for reading in work.readings())


class LessSureRecognizer(WayRecognizer):
    """Reads as `WayRecognizer` does, grey lines less surely."""

    def _one(self, crop: Gray) -> Text:
        text = super()._one(crop)
        return Text("start", 0.7, (0.7,) * 5) if text.text == "start" and crop.min() > 50 else text


@pytest.mark.parametrize(("grey", "turn_deg"), [(100, 0), (0, 180)])
def test_one_bad_line_on_a_good_page_is_turned_round_only_if_it_reads_surely(
    tmp_path: Path, grey: int, turn_deg: float
) -> None:
    image = np.full((400, 400), 255, np.uint8)
    image[50:80, 210:300] = grey
    regions = []
    for k, top in enumerate((50, 150, 250, 350)):
        if k:
            image[top : top + 30, 100:190] = 0
        quad = ((100.0, top), (300.0, top), (300.0, top + 30.0), (100.0, top + 30.0))
        regions.append(Region(region_id=k, page=1, quad_px=quad, angle_deg=0, score=0.9))
    work = paged(tmp_path, "0", [image])
    work.write_regions(regions)
    list(recognize.stage(LessSureRecognizer())([work], Options(), lambda: None))
    turns = [abs(angle_of(reading.quad_px)) for reading in work.readings()]
    assert turns == pytest.approx([turn_deg, 0, 0, 0])


class RingRecognizer(WayRecognizer):
    """Reads a 0 and an arrowhead where `WayRecognizer` reads its word, and nothing elsewhere."""

    def _one(self, crop: Gray) -> Text:
        return Text("0≥", 0.95, (0.95, 0.95)) if super()._one(crop).text == "start" else Text("", 0.0, ())


def test_what_reads_from_either_end_is_not_read_from_the_other_one_alone() -> None:
    slot = np.full((30, 50), 255, np.uint8)
    slot[:, 28:] = 0
    quad = ((80.0, 100.0), (130.0, 100.0), (130.0, 130.0), (80.0, 130.0))
    region = Region(region_id=0, page=1, quad_px=quad, angle_deg=0, score=0.9)
    ((text, _),) = directions.read([slot], [region], [1], RingRecognizer())
    assert text.text == ""


def test_the_seconds_of_a_drawing_hold_all_of_its_reading(tmp_path: Path) -> None:
    spent: list[float] = []

    class Slow(WayRecognizer):
        def read(self, crops: Sequence[Gray]) -> list[Text]:
            began = time.perf_counter()
            time.sleep(0.02)
            texts = super().read(crops)
            spent.append(time.perf_counter() - began)
            return texts

    works = []
    for name in ("a", "b"):
        work = paged(tmp_path / name, "0", [text_page()])
        detect(work, BlobDetector(), DetectOptions())
        works.append(work)
    done = list(recognize.stage(Slow())(works, Options(), lambda: None))
    assert len(spent) > 3  # what was read is read again as a whole, and behind values
    assert sum(one.seconds or 0.0 for one in done) >= sum(spent)


class SixRecognizer(WayRecognizer):
    """Reads long lines as `WayRecognizer` does, and short ones surely either way: 6 or 9."""

    def _one(self, crop: Gray) -> Text:
        if crop.size and crop.shape[1] < 1.5 * crop.shape[0]:
            return Text(
                "6" if crop[: crop.shape[0] // 2].mean() > crop[crop.shape[0] // 2 :].mean() else "9", 0.9, (0.9,)
            )
        return super()._one(crop)


def test_short_strings_follow_the_lines_around_them(tmp_path: Path) -> None:
    image = np.full((500, 400), 255, np.uint8)
    regions = []
    for k, top in enumerate((50, 150, 250)):
        image[top : top + 30, 210:300] = 0
        quad = ((100.0, top), (300.0, top), (300.0, top + 30.0), (100.0, top + 30.0))
        regions.append(Region(region_id=k, page=1, quad_px=quad, angle_deg=0, score=0.9))
    image[350:365, 100:130] = 0  # its heavy half is above: 9 as it stands, 6 turned round
    quad = ((100.0, 350.0), (130.0, 350.0), (130.0, 380.0), (100.0, 380.0))
    regions.append(Region(region_id=3, page=1, quad_px=quad, angle_deg=0, score=0.9))
    work = paged(tmp_path, "0", [image])
    work.write_regions(regions)
    list(recognize.stage(SixRecognizer())([work], Options(), lambda: None))
    assert work.readings()[3].text == "6"


def test_the_box_of_a_single_stroke_is_as_wide_as_a_character() -> None:
    left, top, right, bottom = bounds(recognize.wide_enough(((50, 10), (52, 10), (52, 40), (50, 40))))
    assert (left, top, right, bottom) == (45, 10, 57, 40)
    upward = bounds(recognize.wide_enough(((10, 52), (10, 50), (40, 50), (40, 52))))
    assert upward == (10, 45, 40, 57)
    broad = ((50.0, 10.0), (70.0, 10.0), (70.0, 40.0), (50.0, 40.0))
    assert recognize.wide_enough(broad) == broad


def test_small_lettering_is_looked_at_once_more_and_larger(tmp_path: Path) -> None:
    page = np.full((600, 900), 255, np.uint8)
    for top in (100, 200, 300):
        for left in range(100, 400, 12):
            page[top : top + 10, left : left + 8] = 0
    looks: list[tuple[int, ...]] = []

    class Watched(BlobDetector):
        def detect(self, image: Gray) -> list[Box]:
            looks.append(image.shape)
            return super().detect(image)

    work = paged(tmp_path, "0", [page], dpi=400)
    detect(work, Watched(), DetectOptions(dpi=200))
    first, second = (shape for shape in looks if shape[0] < shape[1])
    assert first == (300, 450)
    assert second[0] > 1.25 * first[0]
    tops = sorted(bounds(region.quad_px)[1] for region in work.regions() if region.kind == TEXT)
    assert tops == pytest.approx([100, 200, 300], abs=2)


def test_characters_within_a_line_that_reads_surely_are_not_read(tmp_path: Path) -> None:
    sizes: list[tuple[int, ...]] = []

    class Watched(WayRecognizer):
        def read(self, crops: Sequence[Gray]) -> list[Text]:
            sizes.extend(crop.shape for crop in crops if crop.size)
            return super().read(crops)

    image = np.full((400, 400), 255, np.uint8)
    image[50:80, 100:150] = 0  # dark on the left: reads "start", surely
    image[250:280, 230:280] = 0  # dark on the right: nothing sure
    regions = []
    for top in (50.0, 250.0):
        line = ((100.0, top), (300.0, top), (300.0, top + 30), (100.0, top + 30))
        one = ((150.0, top), (170.0, top), (170.0, top + 30), (150.0, top + 30))
        for quad, kind in ((line, TEXT), (one, LONE)):
            regions.append(Region(region_id=len(regions), page=1, quad_px=quad, angle_deg=0, score=0.9, kind=kind))
    work = paged(tmp_path, "0", [image])
    work.write_regions(regions)
    list(recognize.stage(Watched())([work], Options(), lambda: None))
    upright_and_narrow = [shape for shape in sizes if shape == (42, 32)]
    assert len(upright_and_narrow) == 1


class UprightRecognizer(WayRecognizer):
    """Reads what is higher than wide as a 1, and nothing in what lies."""

    def _one(self, crop: Gray) -> Text:
        return Text("1", 0.99, (0.99,)) if crop.shape[0] > crop.shape[1] else Text("", 0.0, ())


@pytest.mark.parametrize(("kind", "text"), [(LONE, "1"), (TEXT, ""), (ONE, "")])
def test_a_stroke_by_itself_in_which_nothing_is_read_is_also_turned(kind: str, text: str) -> None:
    lying = ((10.0, 10.0), (40.0, 10.0), (40.0, 20.0), (10.0, 20.0))
    region = Region(region_id=0, page=1, quad_px=lying, angle_deg=0, score=0.9, kind=kind)
    ((read, _),) = directions.read([np.zeros((14, 34), np.uint8)], [region], [1], UprightRecognizer())
    assert read.text == text


class DownwardsRecognizer(WayRecognizer):
    """Reads long lines as `WayRecognizer` does, and in short ones a 2 if their dark half is on the left."""

    def _one(self, crop: Gray) -> Text:
        if crop.size and crop.shape[1] < 1.5 * crop.shape[0]:
            half = crop.shape[1] // 2
            found = crop[:, :half].mean() < crop[:, half:].mean() - 20
            return Text("2", 0.99, (0.99,)) if found else Text("", 0.0, ())
        return super()._one(crop)


@pytest.mark.parametrize(("lines", "kind", "said"), [(1, TEXT, ""), (2, TEXT, "2"), (2, RIVAL, "2"), (2, LONE, "")])
def test_where_words_of_a_sheet_stand_on_their_heads_short_strings_may_too(lines: int, kind: str, said: str) -> None:
    word = np.full((30, 50), 255, np.uint8)
    word[:, 28:] = 0
    short = np.full((30, 30), 255, np.uint8)
    short[:, 18:] = 0
    crops = [word] * lines + [short]
    place = upright_quad(80, 100, 130, 130), upright_quad(80, 300, 110, 330)
    regions = [
        Region(
            region_id=k, page=1, quad_px=place[k == lines], angle_deg=0, score=0.9, kind=kind if k == lines else TEXT
        )
        for k in range(len(crops))
    ]
    texts = directions.read(crops, regions, [1] * len(crops), DownwardsRecognizer())
    assert texts[-1][0].text == said
    assert [quarters for _, quarters in texts[:-1]] == [2] * lines


@pytest.mark.parametrize(("lines", "said"), [(0, ""), (1, ""), (2, "2")])
def test_where_long_lines_run_down_the_page_short_strings_may_too(lines: int, said: str) -> None:
    line = np.full((30, 200), 255, np.uint8)
    line[:, 110:] = 0
    short = np.full((30, 30), 255, np.uint8)
    short[:, 18:] = 0
    crops = [line] * lines + [short]
    up = ((80.0, 300.0), (80.0, 100.0), (110.0, 100.0), (110.0, 300.0))
    regions = [Region(region_id=k, page=1, quad_px=up, angle_deg=90, score=0.9) for k in range(len(crops))]
    texts = directions.read(crops, regions, [1] * len(crops), DownwardsRecognizer())
    assert [text.text for text, _ in texts] == ["start"] * lines + [said]


@pytest.mark.parametrize(("shape", "ways"), [((40, 40), ()), ((40, 30), ()), ((30, 40), (3,)), ((34, 40), (3,))])
def test_what_only_ink_proposes_is_turned_only_if_it_may_lie_on_its_side(
    shape: tuple[int, int], ways: tuple[int, ...]
) -> None:
    crop = np.full(shape, 255, np.uint8)
    assert other_ways(crop, Text("", 0.0, ()), either=False, lone=True, proposed=True) == ways
    assert other_ways(crop, Text("", 0.0, ()), either=False) == (3,)


def test_what_reads_as_something_is_turned_only_if_it_is_surely_longer_than_high() -> None:
    crop = np.full((34, 40), 255, np.uint8)
    assert other_ways(crop, Text("4", 0.9, (0.9,)), either=False, lone=True, proposed=True) == ()


@pytest.mark.parametrize(
    ("angle_deg", "upward", "quarters"), [(0, False, 3), (90, True, 1), (42, False, 1), (-42, False, 3), (4, False, 3)]
)
def test_across_a_sloping_box_no_text_stands_on_its_head(angle_deg: float, upward: bool, quarters: int) -> None:
    quad = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    region = Region(region_id=0, page=1, quad_px=quad, angle_deg=angle_deg, score=0.9)
    assert across(region, upward=upward) == quarters
