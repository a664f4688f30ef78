"""Postprocess: readings and text layer become items with meaning; `result.json` and two pictures a page."""

from collections.abc import Iterable, Sequence

import cv2
import cv2.typing

from ocr_tasks.contract import (
    Item,
    Options,
    PageRecord,
    PostprocessOptions,
    Preparation,
    Quad,
    Reading,
    Result,
    VectorText,
)
from ocr_tasks.overlay import draw, reduced
from ocr_tasks.quads import angle_of, corners_of, quad_of, rotated
from ocr_tasks.runner import BatchStage, Done, OnPage, each
from ocr_tasks.stages.postprocess.boxed import is_boxed, may_be_boxed
from ocr_tasks.stages.postprocess.grouping import Grouped, group, is_text
from ocr_tasks.stages.postprocess.meaning import drawing_meaning
from ocr_tasks.stages.postprocess.merge import Merged, MergedPage, merge, seen
from ocr_tasks.stages.postprocess.repeats import without_repeats
from ocr_tasks.workdir import Workdir

PREVIEW_SIDE = 2400
JPEG_QUALITY = 80
LAYER_ENGINE = "text-layer"


def stage() -> BatchStage:
    """Return the stage."""

    def run(work: Workdir, options: Options, on_page: OnPage) -> Done:
        return postprocess(work, options.postprocess, on_page)

    return each(run)


def postprocess(work: Workdir, options: PostprocessOptions, on_page: OnPage = lambda: None) -> Done:
    """Turn a drawing's readings and text layer into `result.json`, `preview/` and `overlay/`."""
    pages = work.pages()
    merged = merged_pages(pages, work.readings(), work.vector_texts(), work.preparations(), options)
    numbered = number_items(pages, merged)
    meant = drawing_meaning(pages, numbered, boxed_items(work, pages, numbered))
    items = meant.items
    result = Result(
        drawing_id=work.name,
        pages=tuple(pages),
        items=tuple(items),
        sheets=tuple(meant.sheets),
        title_block=meant.title_block,
        revisions=tuple(meant.revisions),
        parts_list=tuple(meant.parts_list),
        notes=tuple(meant.notes),
        note_items=tuple(meant.note_items),
        findings=tuple(meant.findings),
        layer_agreement=layer_agreement(pages, merged),
    )
    for page in pages:
        write_pictures(work, page, [item for item in items if item.page == page.page])
        on_page()
    work.write_result(result)
    vector = sum(item.source == "vector" for item in items)
    meanings = sum(item.meaning is not None for item in items)
    return Done(work, len(pages), {"items": len(items), "vector_items": vector, "with_meaning": meanings})


def boxed_items(work: Workdir, pages: Sequence[PageRecord], items: Sequence[Item]) -> frozenset[int]:
    """Return the ids of the items that stand in a box of their own on the page's picture."""
    found: set[int] = set()
    for page in pages:
        image = work.page_image(page.page)
        these = (item for item in items if item.page == page.page and may_be_boxed(item.text))
        found.update(item.item_id for item in these if is_boxed(image, item.quad_px))
    return frozenset(found)


def merged_pages(
    pages: Sequence[PageRecord],
    readings: Sequence[Reading],
    layer: Sequence[VectorText],
    preparations: Sequence[Preparation],
    options: PostprocessOptions,
) -> list[MergedPage]:
    """Return each page's strings, quads in pixels of the rendered page, both sources grouped the same way."""
    turned = {preparation.page: preparation.steps.get("deskew", 0.0) for preparation in preparations}
    merged = []
    for page in pages:
        read = [
            reading.model_copy(update={"quad_px": to_rendered(reading.quad_px, page, turned.get(page.page, 0.0))})
            for reading in readings
            if reading.page == page.page
        ]
        said = [text for text in layer if text.page == page.page]
        if options.text_source != "vector":
            said = seen(said, read)
        merged.append(
            merge(
                group(without_repeats([reading for reading in read if is_text(reading)]), page),
                group(as_readings(said), page),
                trusted=page.text_layer is not None and page.text_layer.trusted,
                policy=options.text_source,
            )
        )
    return merged


def as_readings(texts: Iterable[VectorText]) -> list[Reading]:
    """Return strings of a text layer in the form of readings: certain of every character."""
    return [
        Reading(
            region_id=k,
            page=text.page,
            text=text.text,
            confidence=1.0,
            char_confidences=(1.0,) * len(text.text),
            quad_px=text.quad_px,
            engine=LAYER_ENGINE,
        )
        for k, text in enumerate(texts)
    ]


def to_rendered(quad: Quad, page: PageRecord, deskew_deg: float) -> Quad:
    """Return a quad of the prepared page on the rendered one: deskew turned the page by -deskew_deg about its centre.

    Both are y down; `deskew_deg` is the skew that was found, counter-clockwise.
    """
    if not deskew_deg:
        return quad
    return rotated(quad, deskew_deg, ((page.width_px - 1) / 2, (page.height_px - 1) / 2))


def number_items(pages: Sequence[PageRecord], merged: Sequence[MergedPage]) -> tuple[Item, ...]:
    """Return the items of a drawing, numbered from 0 page by page."""
    strings = [(page.page, string) for page, these in zip(pages, merged, strict=True) for string in these.strings]
    return tuple(_item(k, page, string) for k, (page, string) in enumerate(strings))


def _item(item_id: int, page: int, merged: Merged) -> Item:
    string: Grouped = merged.grouped
    return Item(
        item_id=item_id,
        page=page,
        kind="text",
        text=string.text,
        raw_text=string.raw_text,
        quad_px=quad_of(corners_of(string.quad_px)),  # rounded: the last digits differ between machines
        rotation_deg=round(angle_of(string.quad_px), 1),
        confidence=string.confidence,
        source=merged.source,
        other_text=merged.other_text,
        other_confidence=merged.other_confidence,
        engine=string.engine,
        parts=string.parts,
    )


def layer_agreement(pages: Sequence[PageRecord], merged: Sequence[MergedPage]) -> float | None:
    """Return the share of trusted text-layer strings that OCR reads the same; None without a trusted layer."""
    trusted = [
        these
        for page, these in zip(pages, merged, strict=True)
        if page.text_layer is not None and page.text_layer.trusted and these.layer
    ]
    total = sum(these.layer for these in trusted)
    return round(sum(these.agreed for these in trusted) / total, 4) if total else None


def write_pictures(work: Workdir, page: PageRecord, items: Sequence[Item]) -> None:
    """Write a page reduced for people, and the same with what was read on it."""
    image = work.page_image(page.page)
    preview, scale = reduced(image, PREVIEW_SIDE)
    work.write_preview(page.page, as_jpeg(preview))
    work.write_overlay(page.page, as_jpeg(draw(preview, items, scale=scale)))


def as_jpeg(picture: cv2.typing.MatLike) -> bytes:
    """Return a grey or BGR picture as JPEG."""
    good, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not good:
        raise AssertionError(f"OpenCV could not encode a picture of {picture.shape}")
    return data.tobytes()
