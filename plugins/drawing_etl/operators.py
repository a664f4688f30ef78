"""Where a reading stage runs. A stage is a command line; an operator only carries it and judges what it left behind."""

import logging
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseOperator, Context

from drawing_etl.retries import batch_parts, smaller_next_time
from drawing_etl.settings import Settings
from drawing_etl.stage_process import follow, outcome_of, start, stop_group, trouble
from ocr_tasks.contract import Device, Stage, stage_argv

POOL = "reading"
"""Slots: how many reading stages this machine runs at once."""
GPU_POOL = "gpu"
"""Slots: one a GPU. Also the queue of the workers that may start GPU stages."""
GPU_STAGES = (Stage.PREPROCESS, Stage.DETECT, Stage.RECOGNIZE)


class LocalStageOperator(BaseOperator):
    """Runs one reading stage over a batch of workdirs, in a process group of its own on this machine.

    :param stage: name of a reading stage
    :param batch: names of workdirs (templated)
    :param device: cpu or cuda
    """

    template_fields = ("batch",)
    ui_color = "#e8f1f8"

    def __init__(self, *, stage: str, batch: Sequence[str], device: Device = "cpu", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stage = stage
        self.batch = batch
        self.device = device
        self._process: subprocess.Popen[str] | None = None

    def execute(self, context: Context) -> None:
        """Run the stage; raise the MachineError that its exit code means, or that its reports show."""
        settings = Settings.from_env()
        stage = Stage(self.stage)
        names = list(self.batch)
        argv = stage_argv(
            stage,
            names,
            work_root=str(settings.work_root),
            device=self.device,
            threads=settings.threads,
            batch_parts=batch_parts(context),
        )
        began = time.perf_counter()
        with smaller_next_time(context):
            code, tail = self._run([sys.executable, *argv])
            if code != 0:
                raise trouble(stage, code, tail)
        seconds = time.perf_counter() - began
        self.log.info(outcome_of(stage, settings.work_root, names, seconds).line())

    def on_kill(self) -> None:
        """Stop the stage and all that it started."""
        if self._process is not None:
            stop_group(self._process)

    def _run(self, command: Sequence[str]) -> tuple[int, Sequence[str]]:
        """Run to the end with each line in the task log; return the exit code and the last lines."""
        process = self._process = start(command)
        _running.add(process)
        try:
            return follow(process, lambda line: self.log.log(_level(line), "%s", line))
        finally:
            self._process = None
            _running.discard(process)


_running: set["subprocess.Popen[str]"] = set()


def stop_running() -> None:
    """Stop every stage that this process has started: for who ends the process itself."""
    for process in tuple(_running):
        stop_group(process)


def stage_task(stage: Stage, batch: Sequence[str], **task_args: Any) -> BaseOperator:
    """Return the task that runs a reading stage over a batch, where this installation runs such stages."""
    settings = Settings.from_env()
    device: Device = settings.device if stage in GPU_STAGES else "cpu"
    task_args |= {"task_id": stage.value, "stage": stage.value, "batch": batch, "device": device, "pool": POOL}
    if device == "cuda":
        task_args |= {"pool": GPU_POOL, "queue": GPU_POOL}
    if settings.runtime == "local":
        return LocalStageOperator(**task_args)
    from drawing_etl.container_task import container_task  # only where it is used: it costs time while a DAG is parsed

    return container_task(settings, **task_args)


def _level(line: str) -> int:
    head = line.partition(" ")[0]
    return {"WARNING": logging.WARNING, "ERROR": logging.ERROR, "CRITICAL": logging.ERROR}.get(head, logging.INFO)
