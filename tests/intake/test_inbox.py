"""The inbox is hostile: names, file types, files that change. Nothing in it is followed, waited for or written."""

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drawing_etl import inbox
from drawing_etl.inbox import Found, InboxUnavailable, StillChanging, Vanished
from ocr_tasks.errors import BadDrawing, Rejection

NOW = datetime.now(UTC) + timedelta(hours=1)


def put(folder: Path, name: str, data: bytes = b"drawing") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def found(folder: Path, pattern: str = "*") -> dict[str, Found]:
    return {file.path: file for file in inbox.scan(folder, pattern, NOW).found}


def test_takes_every_suffix_in_any_case_at_any_depth(tmp_path: Path) -> None:
    names = ["a.pdf", "b.PDF", "c.Tif", "d.tiff", "e.png", "f.jpg", "g.JPEG", "h.dxf", "deep/er/i.pdf"]
    for name in [*names, "notes.txt", "no_suffix", "archive.pdf.zip"]:
        put(tmp_path, name)
    assert sorted(found(tmp_path)) == sorted(names)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.pdf", {"a.pdf", "m7/b.PDF"}),
        ("m7/*", {"m7/b.PDF", "m7/c.png"}),
        ("?.pdf", {"a.pdf"}),
        ("../*", set()),
        ("/etc/*", set()),
    ],
)
def test_the_pattern_is_for_the_path_below_the_inbox(tmp_path: Path, pattern: str, names: set[str]) -> None:
    for name in ("a.pdf", "m7/b.PDF", "m7/c.png"):
        put(tmp_path / "inbox", name)
    put(tmp_path, "outside.pdf")
    assert set(found(tmp_path / "inbox", pattern)) == names


def test_hidden_files_and_folders_are_copies_under_way(tmp_path: Path) -> None:
    put(tmp_path, ".a.pdf.x7Yq")
    put(tmp_path, ".b.pdf")
    put(tmp_path, ".sync/c.pdf")
    assert found(tmp_path) == {}


def test_what_is_no_file_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.pdf")
    folder = tmp_path / "inbox"
    put(folder, "folder.pdf/inside.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "link.pdf").symlink_to(secret)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "away.dxf").symlink_to(tmp_path, target_is_directory=True)
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path must be short
        try:
            server.bind("socket.tif")
        finally:
            os.chdir(here)
    listing = inbox.scan(folder, "*", NOW)
    assert [file.path for file in listing.found] == ["folder.pdf/inside.pdf"]
    assert {name for name, _ in listing.ignored} == {"folder.pdf", "pipe.pdf", "link.pdf", "away.dxf", "socket.tif"}


def test_a_missing_inbox_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InboxUnavailable, match="create the folder or set DRAWING_ETL_INBOX"):
        inbox.scan(tmp_path / "nowhere", "*", NOW)
    with pytest.raises(InboxUnavailable):
        inbox.scan(put(tmp_path, "file"), "*", NOW)


@pytest.mark.parametrize(
    "name",
    ["line\nbreak.pdf", "tab\t.pdf", "\x1b[31mred.pdf", "..\\..\\up.pdf", "turned\u202efdp.exe.pdf", "del\x7f.png"],
)
def test_a_name_that_could_do_harm_is_rejected(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    (file,) = inbox.scan(tmp_path, "*", NOW).found
    with pytest.raises(BadDrawing, match="rename the file") as bad:
        inbox.vet(file)
    assert bad.value.code == Rejection.BAD_NAME
    assert file.shown.isprintable() and bad.value.message.isprintable()


def test_a_name_of_undecodable_bytes_is_rejected_and_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.pdf")).write_bytes(b"x")
    (file,) = inbox.scan(tmp_path, "*", NOW).found
    assert file.shown == "caf\\xe9.pdf"
    file.shown.encode()
    with pytest.raises(BadDrawing):
        inbox.vet(file)


@pytest.mark.parametrize(
    "name", ["Zeichnung ⌀40 – Blatt 1.pdf", "a'; DROP TABLE documents;--.pdf", "a..b.pdf", "<b>.pdf"]
)
def test_an_odd_but_harmless_name_is_taken(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    (file,) = inbox.scan(tmp_path, "*", NOW).found
    inbox.vet(file)
    assert file.shown == name


def test_a_file_that_claims_to_be_huge_is_rejected_without_reading_it(tmp_path: Path) -> None:
    with (tmp_path / "sparse.tif").open("wb") as file:
        file.truncate(inbox.MAX_SOURCE_BYTES + 1)
    with pytest.raises(BadDrawing, match="GB"):
        inbox.vet(found(tmp_path)["sparse.tif"])


def test_content_is_that_of_the_file_listed(tmp_path: Path) -> None:
    data = os.urandom(3 * inbox.CHUNK_BYTES + 17)
    put(tmp_path, "a.pdf", data)
    assert b"".join(inbox.content(tmp_path, found(tmp_path)["a.pdf"])) == data


def test_a_file_that_changed_since_it_was_listed_is_not_believed(tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf", b"half")
    file = found(tmp_path)["a.pdf"]
    path.write_bytes(b"half and the rest")
    with pytest.raises(StillChanging):
        inbox.sha256_of(tmp_path, file)


def test_a_file_that_grows_while_it_is_read_is_not_believed(tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf", bytes(2 * inbox.CHUNK_BYTES))
    chunks = inbox.content(tmp_path, found(tmp_path)["a.pdf"])
    next(chunks)
    with path.open("ab") as more:
        more.write(b"more")
    with pytest.raises(StillChanging):
        list(chunks)


def test_a_file_swapped_for_a_link_or_a_pipe_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret", b"secret")
    path = put(tmp_path / "inbox", "a.pdf", b"public")
    file = found(tmp_path / "inbox")["a.pdf"]
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(StillChanging):
        inbox.sha256_of(tmp_path / "inbox", file)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(StillChanging):
        inbox.sha256_of(tmp_path / "inbox", file)
    path.unlink()
    with pytest.raises(Vanished):
        inbox.sha256_of(tmp_path / "inbox", file)


def test_a_file_that_may_not_be_read_is_rejected(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    put(tmp_path, "a.pdf").chmod(0)
    file = found(tmp_path)["a.pdf"]
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # the superuser may read anything
    try:
        with pytest.raises(BadDrawing) as bad:
            inbox.sha256_of(tmp_path, file)
    finally:
        os.seteuid(user)
    assert bad.value.code == Rejection.UNREADABLE


def test_a_file_from_the_future_arrived_when_it_was_written(tmp_path: Path) -> None:
    path = put(tmp_path, "a.pdf")
    ahead = (NOW + timedelta(days=900)).timestamp()
    os.utime(path, (ahead, ahead))
    assert found(tmp_path)["a.pdf"].arrived_at <= NOW
    os.utime(path, (-5, -5))
    assert found(tmp_path)["a.pdf"].arrived_at.year == 1970
