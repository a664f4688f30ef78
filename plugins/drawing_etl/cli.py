"""Airflow's own command line inside the embedded installation: `python -m drawing_etl.cli backfill create ...`."""

import os
import sys

from drawing_etl.airflow_home import environment
from drawing_etl.settings import Settings


def main() -> None:
    """Become `airflow` with the arguments given."""
    env = environment(Settings.from_env())
    os.execve(sys.executable, [sys.executable, "-m", "airflow", *sys.argv[1:]], env)  # noqa: S606 - no shell


if __name__ == "__main__":
    main()
