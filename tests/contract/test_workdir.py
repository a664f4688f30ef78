"""A workdir never holds half a file, and never believes one."""

import errno
from pathlib import Path

import numpy as np
import pytest

from ocr_tasks.contract import Options, PageRecord, RenderOptions, Stage, StageReport
from ocr_tasks.errors import ContractError, StorageFull
from ocr_tasks.workdir import Workdir

PAGE = PageRecord(page=1, width_px=4, height_px=3, dpi=200.0, sha256="0" * 64)


@pytest.fixture
def work(tmp_path: Path) -> Workdir:
    return Workdir(tmp_path / ("a" * 16))


def test_records_read_back(work: Workdir) -> None:
    work.write_pages([PAGE, PAGE.model_copy(update={"page": 2})])
    assert [page.page for page in work.pages()] == [1, 2]


def test_a_page_image_reads_back_memory_mapped_and_read_only(work: Workdir) -> None:
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    work.write_page_image(1, image)
    back = work.page_image(1)
    assert isinstance(back, np.memmap)
    assert np.array_equal(back, image)
    with pytest.raises(ValueError, match="read-only"):
        back[0, 0] = 1


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"\x80\x04\x95 a pickle"])
def test_a_damaged_image_says_what_to_do(work: Workdir, damage: bytes) -> None:
    work.write_page_image(1, np.zeros((3, 4), np.uint8))
    (work.path / "pages/0001.npy").write_bytes(damage)
    with pytest.raises(ContractError, match="run the stage that writes it again"):
        work.page_image(1)


def test_an_array_of_objects_is_not_unpickled(work: Workdir) -> None:
    (work.path / "pages").mkdir(parents=True)
    np.save(work.path / "pages/0001.npy", np.array([object], dtype=object), allow_pickle=True)
    with pytest.raises(ContractError):
        work.page_image(1)


@pytest.mark.parametrize("text", ["", "{", '{"page": 1}', "[" * 100_000, '{"page": 1, "surprise": 2}'])
def test_a_damaged_record_is_a_contract_error(work: Workdir, text: str) -> None:
    work.write_pages([PAGE])
    (work.path / "pages.jsonl").write_text(text or "\x00")
    with pytest.raises(ContractError):
        work.pages()


def test_a_report_that_is_damaged_is_no_report(work: Workdir) -> None:
    (work.path / "reports").mkdir(parents=True)
    (work.path / "reports/detect.json").write_text('{"stage": "detect"')
    assert work.report(Stage.DETECT) is None
    with pytest.raises(ContractError, match="is damaged"):
        work.required_report(Stage.DETECT)


def test_a_failing_write_leaves_the_old_file_and_no_draft(work: Workdir) -> None:
    work.write_pages([PAGE])

    def broken() -> "list[PageRecord]":
        raise RuntimeError("killed half-way")

    with pytest.raises(RuntimeError):
        work.write_pages(page for pages in [[PAGE], broken()] for page in pages)
    assert work.pages() == [PAGE]
    assert [path.name for path in work.path.iterdir()] == ["pages.jsonl"]


def test_a_full_disk_names_the_remedy(work: Workdir, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    from ocr_tasks.contract import Verdict

    with pytest.raises(StorageFull, match="free space on the work volume"):
        work.write_verdict(Verdict(drawing_id="a" * 16, outcome="pass"))
    assert not list(work.path.iterdir())


@pytest.mark.parametrize("name", ["../../etc", "a" * 15, "A" * 16, "", "a" * 16 + "/x", "a" * 16 + "\n"])
def test_only_a_drawing_id_names_a_workdir(tmp_path: Path, name: str) -> None:
    with pytest.raises(ContractError, match="16 hex digits"):
        Workdir.below(tmp_path, name)


def test_a_file_gets_a_workdir_and_another_one_where_it_is_to_be_another_drawing(tmp_path: Path) -> None:
    (tmp_path / "Bracket.PDF").write_bytes(b"%PDF-1.7")
    options = Options(render=RenderOptions(pages=(2,)))
    plain = Workdir.of_file(tmp_path / "work", tmp_path / "Bracket.PDF", options)
    other = Workdir.of_file(tmp_path / "work", tmp_path / "Bracket.PDF", options, sha256="b" * 64, original_name="p2")
    assert (plain.name, other.name) == (plain.manifest().sha256[:16], "b" * 16)
    assert plain.source.name == "source.pdf"
    assert plain.source.read_bytes() == other.source.read_bytes() == b"%PDF-1.7"
    assert (plain.manifest().original_name, other.manifest().original_name) == ("Bracket.PDF", "p2")
    assert plain.manifest().size_bytes == 8
    assert plain.manifest().options == options


def report(stage: Stage, outcome: str) -> StageReport:
    return StageReport.model_validate(
        {"stage": stage, "outcome": outcome, "fingerprint": "1", "seconds": 0, "finished_at": "2026-01-01T00:00:00Z"}
    )


def test_discarding_rasters_makes_a_rerun_render_again(work: Workdir) -> None:
    work.write_page_image(1, np.zeros((3, 4), np.uint8))
    for stage in (Stage.RENDER, Stage.DETECT):
        work.finish(report(stage, "done"))
    work.discard_rasters()
    assert work.report(Stage.RENDER) is None
    assert work.report(Stage.DETECT) is not None
    assert not (work.path / "pages").exists()


def test_discarding_rasters_keeps_why_a_drawing_was_rejected(work: Workdir) -> None:
    work.finish(report(Stage.RENDER, "rejected"))
    work.discard_rasters()
    assert work.rejection() is not None
