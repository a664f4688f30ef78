"""What strings mean together, on a sheet that lies askew in its scan."""

import math

import pytest

from ocr_tasks.contract import Item, PageRecord, Point, Quad
from ocr_tasks.quads import angle_of
from ocr_tasks.samples.random_sheets import make_sheet
from ocr_tasks.samples.truth import PageTruth, in_points
from ocr_tasks.stages.postprocess.meaning import DrawingMeaning, drawing_meaning

DPI = 200.0


@pytest.fixture(scope="module")
def truth() -> PageTruth:
    return in_points(make_sheet(301))


def read(truth: PageTruth, skew_deg: float) -> DrawingMeaning:
    """Return what the strings of a page mean that is turned counter-clockwise about its middle."""
    scale = DPI / 72.0
    page = PageRecord(
        page=1, width_px=round(truth.width * scale), height_px=round(truth.height * scale), dpi=DPI, sha256="0" * 64
    )
    cos, sin = math.cos(math.radians(skew_deg)), math.sin(math.radians(skew_deg))

    def turned(point: Point) -> Point:
        x, y = point[0] * scale - page.width_px / 2, point[1] * scale - page.height_px / 2
        return (page.width_px / 2 + x * cos + y * sin, page.height_px / 2 - x * sin + y * cos)

    quads: list[Quad] = [tuple(turned(point) for point in text["quad"]) for text in truth.texts]  # type: ignore[misc]
    items = [
        Item(
            item_id=index,
            page=1,
            kind="text",
            text=text["text"],
            raw_text=text["text"],
            quad_px=quads[index],
            rotation_deg=angle_of(quads[index]),
            confidence=1.0,
            source="ocr",
            engine="told",
        )
        for index, text in enumerate(truth.texts)
    ]
    return drawing_meaning([page], items)


@pytest.mark.parametrize("skew_deg", [1.3, -2.0])
def test_a_sheet_that_lies_askew_means_the_same(truth: PageTruth, skew_deg: float) -> None:
    straight, askew = read(truth, 0.0), read(truth, skew_deg)
    assert len(straight.revisions) == len(truth.extra["fields"]["revisions"]) > 0
    assert askew.revisions == straight.revisions
    assert askew.title_block == straight.title_block
    assert [item.kind for item in askew.items] == [item.kind for item in straight.items]
    zones = [(one.zone, other.zone) for one, other in zip(straight.items, askew.items, strict=True)]
    assert sum(one != other for one, other in zones) <= 0.02 * len(zones)
    assert [item.quad_px for item in askew.items] != [item.quad_px for item in straight.items]  # places stay
