"""Code that runs in a process of its own, in an environment of Airflow's, and tells what came of it."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any


def told(code: str, *arguments: str, env: Mapping[str, str], timeout_s: float) -> dict[str, Any]:
    """Run Python CODE with ARGUMENTS, and return the JSON object that it printed after the word `told`."""
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, capture_output=True, text=True, timeout=timeout_s
    )
    line = re.search(r"^told (.*)$", ran.stdout, re.MULTILINE)
    assert line is not None, ran.stdout[-3000:] + ran.stderr[-4000:]
    found: dict[str, Any] = json.loads(line[1])
    return found
