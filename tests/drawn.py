"""Small drawings made on the spot, and workdirs around them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import ezdxf
import numpy as np
import numpy.typing as npt
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ocr_tasks.contract import Manifest, Options, PageRecord
from ocr_tasks.workdir import Workdir

A4_LANDSCAPE_PT = (842.0, 595.0)
Gray = npt.NDArray[np.uint8]
Draw = Callable[[Canvas], None]


def frame(canvas: Canvas) -> None:
    """A border, a part and three dimensions, one of them turned."""
    canvas.setLineWidth(0.7)
    canvas.rect(20, 20, 802, 555)
    canvas.rect(200, 200, 300, 150)
    canvas.circle(350, 275, 40)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(330, 180, "300 ±0.2")
    canvas.drawString(600, 40, "SCALE 1:2")
    canvas.saveState()
    canvas.translate(190, 260)
    canvas.rotate(90)
    canvas.drawString(0, 0, "150 H7")
    canvas.restoreState()


def pdf(
    path: Path,
    pages: Sequence[Draw] = (frame,),
    size_pt: tuple[float, float] = A4_LANDSCAPE_PT,
    password: str | None = None,
    rotate: int = 0,
) -> Path:
    """Write a PDF whose pages the functions draw."""
    encryption = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(str(path), pagesize=size_pt, encrypt=encryption, pageCompression=1, invariant=1)
    for draw in pages:
        if rotate:
            canvas.setPageRotation(rotate)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def bare_pdf(path: Path, *, media_box: str = "0 0 842 595", kids: bool = True, content: bytes = b"") -> Path:
    """Write a PDF by hand, with whatever page box is asked for, or without a page."""
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>" if kids else b"<< /Type /Pages /Kids [] /Count 0 >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        pages,
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{media_box}] /Contents 4 0 R /Resources << >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    path.write_bytes(out)
    return path


def dxf(path: Path) -> Path:
    """Write a part of 200 x 100 mm with a diameter, a note of two words and a turned dimension."""
    document = ezdxf.new("R2010", setup=True, units=4)
    model = document.modelspace()
    model.add_lwpolyline([(0, 0), (200, 0), (200, 100), (0, 100)], close=True)
    model.add_circle((100, 50), 20)
    model.add_text("%%c40 H7", height=3.5).set_placement((110, 75))
    model.add_text("100", height=3.5, rotation=90).set_placement((-4, 45))
    model.add_mtext("BREAK EDGES", dxfattribs={"char_height": 5, "insert": (20, -10)})
    document.saveas(path)
    return path


def sheet_with_lines(height: int = 900, width: int = 1300) -> Gray:
    """Return a page with a frame, rows of lines and small marks, ink 0 on paper 255."""
    page: Gray = np.full((height, width), 255, np.uint8)
    page[60:63, 60 : width - 60] = page[height - 63 : height - 60, 60 : width - 60] = 0
    page[60 : height - 60, 60:63] = page[60 : height - 60, width - 63 : width - 60] = 0
    for row in range(150, height - 120, 60):
        page[row : row + 2, 150 : width - 200] = 0
        for column in range(180, width - 260, 70):
            page[row + 15 : row + 35, column : column + 3] = 0
            page[row + 15 : row + 18, column : column + 12] = 0
    return page


def workdir(root: Path, source: Path, options: Options | None = None) -> Workdir:
    """Return the workdir of a drawing as intake leaves it."""
    return Workdir.of_file(root, source, options or Options())


def paged(
    root: Path, digit: str, images: Iterable[Gray] = (), options: Options | None = None, dpi: float = 200
) -> Workdir:
    """Return the workdir whose name is DIGIT 16 times: its pages are IMAGES, and preprocess changed none of them."""
    work = Workdir(root / (digit * 16))
    work.write_manifest(
        Manifest(
            drawing_id=work.name,
            sha256=digit * 64,
            source="source.pdf",
            original_name=f"{digit}.pdf",
            size_bytes=1,
            arrived_at=datetime(2026, 1, 1, tzinfo=UTC),
            options=options or Options(),
        )
    )
    records = []
    for page, image in enumerate(images, 1):
        height, width = image.shape
        sha256 = work.write_page_image(page, image)
        records.append(PageRecord(page=page, width_px=width, height_px=height, dpi=dpi, sha256=sha256))
    work.write_pages(records)
    work.write_preparations([])
    return work
