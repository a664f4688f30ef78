"""The drawing as PDF with a numbered balloon beside every characteristic. The numbers are those of the form."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from ocr_tasks.contract import PageRecord
from ocr_tasks.engines import Gray
from ocr_tasks.errors import BadDrawing, Rejection
from ocr_tasks.files import written
from ocr_tasks.handover.balloons import Balloon, place
from ocr_tasks.handover.characteristics import Characteristic
from ocr_tasks.handover.subject import Subject
from ocr_tasks.handover.tables import shown
from ocr_tasks.sources.isolation import Answer, Limits, run_isolated

POINTS_PER_INCH = 72.0
RED = (0.78, 0.05, 0.10)
LIMITS = Limits(seconds=120.0)
LONGEST_PX = 5000
"""A page picture behind the balloons is no larger."""


def write_ballooned_pdf(subject: Subject, rows: Sequence[Characteristic], out: Path) -> None:
    """Write every page of a drawing with its balloons.

    Behind them is the page of the drawing's own PDF as it was drawn, without its scripts, links and attachments; for
    other files, and where that fails, the picture of the page; and white where no picture is kept.
    """
    with written(out) as draft:
        source = subject.pdf()
        if source is not None and _on_source(subject, rows, source, draft):
            return
        _draw(subject, rows, draft, picture=True)


def _on_source(subject: Subject, rows: Sequence[Characteristic], source: Path, out: Path) -> bool:
    over = out.with_name(f"{out.name}.over")
    try:
        _draw(subject, rows, over, picture=False)
        pages = [str(page.page) for page in subject.result.pages]
        job = [str(source.resolve()), str(over.resolve()), str(out.resolve()), *pages]
        ended = next(run_isolated(_lay_over, [job], LIMITS, side_by_side=1))
        return ended.rejected is None
    finally:
        over.unlink(missing_ok=True)


def _lay_over(job: Sequence[str], on_page: Callable[[], None]) -> Answer:
    """In a process of its own: put the pages of one PDF under those of another. Only what is painted is taken over."""
    below, above, out, *numbers = job
    try:
        source, over, joined = pdfium.PdfDocument(below), pdfium.PdfDocument(above), pdfium.PdfDocument.new()
        for index, number in enumerate(numbers):
            page = joined.new_page(*source[int(number) - 1].get_size())
            _insert(page, source, int(number) - 1)
            _insert(page, over, index)
            page.gen_content()
            on_page()
        joined.save(out)
    except pdfium.PdfiumError as error:
        raise BadDrawing(Rejection.CORRUPT, f"its pages cannot be taken over ({error}): export it again") from error
    return {"pages": len(numbers)}


def _insert(page: pdfium.PdfPage, of: pdfium.PdfDocument, index: int) -> None:
    """Paint a page of another document over the whole of PAGE. PDFium takes it as it is shown, turned and cropped."""
    (width, height), (own_width, own_height) = page.get_size(), of[index].get_size()
    shape = of.page_as_xobject(index, page.pdf).as_pageobject()
    shape.set_matrix(pdfium.PdfMatrix().scale(width / own_width, height / own_height))
    page.insert_obj(shape)


def _draw(subject: Subject, rows: Sequence[Characteristic], out: Path, *, picture: bool) -> None:
    """Draw the balloons of every page, on its picture if it is asked for."""
    canvas = Canvas(str(out), pageCompression=1, invariant=1)
    canvas.setTitle(f"Ballooned drawing {shown(subject.name)[:200]}")
    for page in subject.result.pages:
        width, height = (side / page.dpi * POINTS_PER_INCH for side in (page.width_px, page.height_px))
        canvas.setPageSize((width, height))
        image = subject.picture(page.page)
        if picture and image is not None:
            canvas.drawImage(_as_reader(image), 0, 0, width, height)
        for balloon in balloons(subject, page, rows, image):
            _balloon(canvas, balloon, page)
        canvas.showPage()
    canvas.save()


def balloons(subject: Subject, page: PageRecord, rows: Sequence[Characteristic], image: Gray | None) -> list[Balloon]:
    """Return the balloons of one page."""
    wanted = {row.balloon: row.callout.quads for row in rows if row.callout.page == page.page}
    strings = [item.quad_px for item in subject.result.items if item.page == page.page]
    return place(page, list(wanted.items()), strings, image)


def _as_reader(image: Gray) -> ImageReader:
    picture = Image.fromarray(np.asarray(image))
    if max(picture.size) > LONGEST_PX:
        picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.BOX)
    data = io.BytesIO()
    picture.save(data, "png")
    data.seek(0)
    return ImageReader(data)


def _balloon(canvas: Canvas, balloon: Balloon, page: PageRecord) -> None:
    scale = POINTS_PER_INCH / page.dpi
    height = page.height_px * scale
    x, y = balloon.centre[0] * scale, height - balloon.centre[1] * scale
    foot_x, foot_y = balloon.foot[0] * scale, height - balloon.foot[1] * scale
    radius = balloon.radius * scale
    canvas.setLineWidth(max(0.6, radius * 0.09))
    canvas.setStrokeColorRGB(*RED)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.line(x, y, foot_x, foot_y)
    canvas.circle(x, y, radius, stroke=1, fill=1)
    canvas.setFillColorRGB(*RED)
    text = str(balloon.number)
    size = radius * {1: 1.25, 2: 1.15, 3: 0.88}.get(len(text), 0.68)
    canvas.setFont("Helvetica-Bold", size)
    canvas.drawCentredString(x, y - 0.36 * size, text)
