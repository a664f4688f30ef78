"""`python -m drawing_etl golden` from outside."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil


def test_interrupted_it_says_so_and_leaves_no_process_behind(tmp_path: Path) -> None:
    env = os.environ | {"DRAWING_ETL_VAR": str(tmp_path), "DRAWING_ETL_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "drawing_etl", "golden"], env=env, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (started := psutil.Process(process.pid).children()):
        assert time.monotonic() < deadline, "nothing was started"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "goes on from here" in said and "Traceback" not in said
    _, left = psutil.wait_procs(started, timeout=8)
    assert left == []
