"""Each bad file becomes a rejection with its reason, before anything large is made of it."""

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import drawn
import numpy as np
import pytest
from PIL import Image

from ocr_tasks.contract import RenderOptions
from ocr_tasks.errors import BadDrawing, ContractError, Rejection
from ocr_tasks.stages.render import render
from ocr_tasks.workdir import Workdir

OPTIONS = RenderOptions(max_page_pixels=20_000_000, max_pages=5)
Make = Callable[[Path], Path]


def written(name: str, data: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def tiff_claiming(width: int, height: int) -> bytes:
    """A TIFF bomb: one short strip, deflated, said to be of any size."""
    data = zlib.compress(bytes(1000))
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 8),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, len(data)),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags
    )
    padded = data + b"\0" * (len(data) % 2)
    return b"II*\0" + struct.pack("<I", 8 + len(padded)) + padded + directory + struct.pack("<I", 0)


def picture(name: str, keep: float = 1.0) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        noise = np.random.default_rng(1).integers(0, 255, (400, 500), np.uint8)
        Image.fromarray(noise).save(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * keep)])
        return path

    return make


def cut_pdf(folder: Path) -> Path:
    path = drawn.pdf(folder / "cut.pdf", [drawn.frame] * 3)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def cut_dxf(folder: Path) -> Path:
    path = drawn.dxf(folder / "cut.dxf")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def many_pages(folder: Path) -> Path:
    pages = [Image.new("L", (40, 30), 255) for _ in range(7)]
    pages[0].save(folder / "many.tiff", save_all=True, append_images=pages[1:])
    return folder / "many.tiff"


def far_dxf(folder: Path) -> Path:
    import ezdxf

    document = ezdxf.new()
    document.modelspace().add_line((0, 0), (1e12, 1e12))
    document.saveas(folder / "far.dxf")
    return folder / "far.dxf"


def nested_dxf(folder: Path) -> Path:
    """Blocks of blocks: ten to the seventh lines out of a small file."""
    import ezdxf

    document = ezdxf.new()
    block = document.blocks.new("B0")
    block.add_line((0, 0), (1, 1))
    for level in range(1, 8):
        outer = document.blocks.new(f"B{level}")
        for k in range(10):
            outer.add_blockref(f"B{level - 1}", (k * 10**level, 0))
    document.modelspace().add_blockref("B7", (0, 0))
    document.saveas(folder / "nested.dxf")
    return folder / "nested.dxf"


CASES: dict[str, tuple[Make, Rejection]] = {
    "empty": (written("a.pdf", b""), Rejection.EMPTY),
    "zeros": (written("a.tif", bytes(5000)), Rejection.CORRUPT),
    "text named pdf": (written("a.pdf", b"Dear Sir or Madam"), Rejection.WRONG_TYPE),
    "web page named pdf": (written("a.pdf", b"\n<!DOCTYPE html><html>"), Rejection.WRONG_TYPE),
    "zip named dxf": (written("a.dxf", b"PK\x03\x04" + bytes(100)), Rejection.WRONG_TYPE),
    "dwg": (written("a.dwg", b"AC1032" + bytes(100)), Rejection.UNSUPPORTED),
    "encrypted pdf": (lambda folder: drawn.pdf(folder / "e.pdf", password="secret"), Rejection.ENCRYPTED),
    "truncated pdf": (cut_pdf, Rejection.TRUNCATED),
    "damaged pdf": (written("a.pdf", b"%PDF-1.7\nnothing here\n%%EOF"), Rejection.CORRUPT),
    "pdf without pages": (lambda folder: drawn.bare_pdf(folder / "z.pdf", kids=False), Rejection.NO_PAGES),
    "page of 2^31 points": (
        lambda folder: drawn.bare_pdf(folder / "l.pdf", media_box="0 0 595 2147483648"),
        Rejection.PAGE_TOO_LARGE,
    ),
    "page of 10^7 points each way": (
        lambda folder: drawn.bare_pdf(folder / "n.pdf", media_box="0 0 10000000 10000000"),
        Rejection.PAGE_TOO_LARGE,
    ),
    "too many pages": (many_pages, Rejection.TOO_MANY_PAGES),
    "png bomb": (written("b.png", png_claiming(60_000, 60_000)), Rejection.PAGE_TOO_LARGE),
    "tiff bomb": (written("b.tif", tiff_claiming(100_000, 100_000)), Rejection.PAGE_TOO_LARGE),
    "short png": (written("s.png", png_claiming(300, 300)), Rejection.TRUNCATED),
    "short tiff strip": (written("s.tif", tiff_claiming(300, 300)), Rejection.CORRUPT),
    "truncated jpeg": (picture("t.jpg", 0.5), Rejection.TRUNCATED),
    "truncated png": (picture("t.png", 0.5), Rejection.TRUNCATED),
    "truncated dxf": (cut_dxf, Rejection.TRUNCATED),
    "dxf with far entities": (far_dxf, Rejection.PAGE_TOO_LARGE),
    "dxf that unfolds without end": (nested_dxf, Rejection.PAGE_TOO_LARGE),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_file_is_rejected_with_its_reason(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr_tasks.sources.dxf.MAX_RECORDS", 2000)
    make, reason = CASES[case]
    source = make(tmp_path)
    before = source.read_bytes()
    work = Workdir(tmp_path / "0123456789abcdef")
    with pytest.raises(BadDrawing) as rejected:
        render(work, source, OPTIONS)
    assert rejected.value.code == reason
    assert len(rejected.value.message) > 20
    assert source.read_bytes() == before
    assert not (work.path / "pages.jsonl").exists()


def test_an_unreadable_file_is_rejected(tmp_path: Path) -> None:
    folder = tmp_path / "source.pdf"
    folder.mkdir()  # root may read any file: a folder in its place is refused to everyone
    with pytest.raises(BadDrawing) as rejected:
        render(Workdir(tmp_path / "w"), folder, OPTIONS)
    assert rejected.value.code == Rejection.UNREADABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read any file")
def test_a_file_without_permission_is_rejected(tmp_path: Path) -> None:
    source = drawn.pdf(tmp_path / "a.pdf")
    source.chmod(0)
    with pytest.raises(BadDrawing) as rejected:
        render(Workdir(tmp_path / "w"), source, OPTIONS)
    assert rejected.value.code == Rejection.UNREADABLE


def test_a_source_that_is_gone_is_the_machines_fault(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="run the intake again"):
        render(Workdir(tmp_path / "w"), tmp_path / "source.pdf", OPTIONS)


def test_an_asked_resolution_above_the_limit_is_rejected_and_a_chosen_one_gives_way(tmp_path: Path) -> None:
    source = drawn.pdf(tmp_path / "a.pdf")
    with pytest.raises(BadDrawing) as rejected:
        render(Workdir(tmp_path / "w"), source, RenderOptions(dpi=600, max_page_pixels=4_000_000))
    assert rejected.value.code == Rejection.PAGE_TOO_LARGE
    work = Workdir(tmp_path / "v")
    render(work, source, RenderOptions(max_page_pixels=4_000_000))
    (page,) = work.pages()
    assert 3_500_000 < page.width_px * page.height_px <= 4_000_000


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDrawing, match="there are 1"):
        render(Workdir(tmp_path / "w"), drawn.pdf(tmp_path / "a.pdf"), RenderOptions(pages=(2,)))
