"""One night: a warehouse, the workdirs behind it, and the words of a stranger who means harm."""

import sys
from pathlib import Path

import cv2
import numpy as np

from drawing_etl.warehouse import Warehouse
from ocr_tasks.workdir import Workdir

sys.path.append(str(Path(__file__).parent.parent / "quality"))  # the good sheets are made there
from good_sheets import MIDNIGHT, good_workdir

HOSTILE = "<img src=x onerror=alert(1)>\u202e'\"&{{7*7}}.pdf"
RUN = "scheduled__2026-03-01T00:00:00+00:00/../<b>"


class Night:
    """A warehouse, the workdirs behind it and the run that loaded them."""

    def __init__(self, root: Path) -> None:
        self.work_root = root / "work"
        self.run_id = RUN
        self.warehouse = Warehouse(f"sqlite:///{root / 'warehouse.sqlite'}", clock=lambda: MIDNIGHT)
        self.works = [good_workdir(self.work_root, seed, pages=1) for seed in range(6)]
        for work in self.works:
            work.write_overlay(1, _jpeg(work.page_image(1)))

    @property
    def quarantined(self) -> Workdir:
        return self.works[1]

    @property
    def rejected(self) -> Workdir:
        return self.works[2]


def _jpeg(page: "np.typing.NDArray[np.uint8]") -> bytes:
    return cv2.imencode(".jpg", np.asarray(page))[1].tobytes()
