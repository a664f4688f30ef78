"""One run of the real DAG in this process, with its real operators: `python -m drawing_etl.run_dag [CONF]`.

For `drawing_etl.ingest`, which starts it inside the embedded Airflow's environment. Airflow's own loop for a single
run (`DAG.test`) carries each task instance through the execution API in-process: mapping, retries, time limits,
callbacks and teardown are those of a scheduled run; only scheduler, executor and web server are not needed.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime
from types import FrameType

RUN_LINE = "ingest run: "
INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Run the DAG once with the parameters CONF (JSON); return 0 if all of it succeeded."""
    arguments = sys.argv[1:] if argv is None else argv
    conf = json.loads(arguments[0]) if arguments else {}
    signal.signal(signal.SIGINT, _stop)

    from airflow.dag_processing.dagbag import DagBag

    from drawing_etl.airflow_home import DAG_ID, POOLS, end_abandoned_runs, prepare
    from drawing_etl.settings import PROJECT

    prepare(POOLS)
    end_abandoned_runs()
    bag = DagBag(PROJECT / "dags" / f"{DAG_ID}.py", bundle_name="dags-folder")
    if bag.import_errors:
        raise SystemExit("\n".join(bag.import_errors.values()))
    run = bag.dags[DAG_ID].test(logical_date=datetime.now(UTC), run_conf=conf)
    print(f"{RUN_LINE}{run.run_id} {run.state}", flush=True)  # noqa: T201 - read by the process that started this
    return 0 if run.state == "success" else 1


def _stop(number: int, frame: FrameType | None) -> None:
    """End at once. Airflow would take an exception for a failed task and go on with the next one; files are the state,
    so there is nothing to tidy up but the stage that runs."""
    from drawing_etl.operators import stop_running

    stop_running()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
