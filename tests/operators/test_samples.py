"""The samples that fill an empty inbox and the golden set."""

from pathlib import Path

import pytest

from drawing_etl.samples import SamplesFailed, make_samples


def test_random_sheets_come_with_their_truth(tmp_path: Path) -> None:
    make_samples(tmp_path / "samples", random=1)
    assert sorted(path.suffix for path in (tmp_path / "samples").iterdir()) == [".json", ".pdf"]


def test_samples_that_cannot_be_made_name_the_folder_and_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SamplesFailed, match=r"Not a directory: .* What to do: see that .*/file/below can be written"):
        make_samples(tmp_path / "file" / "below")
