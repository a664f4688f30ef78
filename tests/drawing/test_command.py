"""The `parse` command: a line in, a JSON object out, in order, whatever the line holds."""

from __future__ import annotations

import json
import subprocess
import sys

RUN = "import sys; from ocr_tasks.drawing.command import main; sys.exit(main(sys.argv[1:]))"


def run(data: bytes, *argv: str) -> list[dict[str, object]]:
    done = subprocess.run([sys.executable, "-c", RUN, *argv], input=data, capture_output=True, check=True)
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]


def test_one_object_a_line_in_order() -> None:
    records = run("4x ⌀16.5 H7 (+0.018/0)\n\nM8\n(120)\n".encode())
    assert [record["kind"] for record in records] == ["diameter", "text", "thread", "linear"]
    assert records[0] == {
        "kind": "diameter",
        "count": 4,
        "nominal": 16.5,
        "upper": 16.518,
        "lower": 16.5,
        "upper_deviation": 0.018,
        "lower_deviation": 0.0,
        "unit": "mm",
        "fit": "H7",
    }
    assert records[1] == {"kind": "text"}


def test_bad_bytes_and_odd_line_breaks_keep_the_count_of_lines() -> None:
    lines = [b"\xff\xfe\x00", "a\u2028b\x0bc\x85d".encode(), b"\x1b[31m", b"x" * 20_000, "\u202e123".encode(), b"12"]
    records = run(b"\n".join(lines))
    assert len(records) == len(lines)
    assert records[-1] == {"kind": "linear", "nominal": 12.0, "unit": "mm"}


def test_spans_only_when_asked() -> None:
    assert "spans" not in run(b"R5\n")[0]
    assert run("2x ⌀5 ↧10\n".encode(), "--spans")[0]["spans"] == {
        "count": [0, 2],
        "nominal": [4, 5],
        "kind": [3, 4],
        "depth": [6, 9],
    }


def test_unit_of_the_sheet() -> None:
    assert run(b"5.5\n", "--unit", "in")[0]["unit"] == "in"
