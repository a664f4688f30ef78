"""A reading stage in a container: the same argv as in a process, on a Docker engine, with or without a GPU.

What survives: the container's name follows from the task and its inputs, not from the try. Whoever comes second,
a retry, a restarted Airflow, another scheduler, finds the container by its name and adopts it. The outcome is read
from the stage's reports on the work volume, so a container that is gone already is judged by what it left.
"""

import hashlib
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk import Context, ResumableJobMixin
from docker import APIClient
from docker.errors import APIError, ImageNotFound
from docker.types import DeviceRequest, Mount

from drawing_etl.container_engine import (
    ACTIVE,
    LABEL,
    TROUBLE,
    ContainerTrigger,
    EngineUnreachable,
    connected,
    hardened,
    image_missing,
    image_of,
    inspect,
    last_lines,
    log_lines,
    pinned_gpus,
    remove,
    unreachable,
)
from drawing_etl.gpus import choose, probe
from drawing_etl.retries import batch_parts, smaller_next_time
from drawing_etl.stage_process import TAIL_LINES, StageKilled, outcome_of, trouble
from ocr_tasks.contract import PIPELINE_VERSION, Stage, stage_argv
from ocr_tasks.errors import DeviceUnavailable
from ocr_tasks.workdir import Workdir

WORK = "/work"
"""Where a container sees the work volume."""
GPU_REFUSED = (
    "could not select device driver",
    "unknown or invalid runtime name: nvidia",
    "no known GPU vendor",
    "nvidia-container-cli",
)


class GpuStageOperator(ResumableJobMixin, DockerOperator):
    """Runs a stage over a batch of workdirs in a hardened container, and survives the death of its worker.

    :param stage: the stage's name.
    :param batch: names of the batch's workdirs.
    :param work_root: where this worker sees the work volume.
    :param work_volume: a named volume, or the absolute path of one directory on the engine's host.
    :param device: `cuda` asks the engine for a GPU; `cpu` does not.
    :param gpu_ids: numbers or UUIDs of GPUs to choose from; empty: any.
    :param gpu_memory_mib: what the GPU must have free, as the driver of this worker's machine says; 0: do not look.
    :param gpu_fallback: `cpu` runs the stage on the CPU where the GPU is refused; the reports say so.
    :param deferrable: free the worker's slot while the container runs; needs a triggerer.
    """

    template_fields: Sequence[str] = ("batch", "image")
    external_id_key = "container_id"

    def __init__(
        self,
        *,
        stage: str,
        batch: Any,
        image: str,
        work_root: str,
        work_volume: str,
        device: Literal["cpu", "cuda"] = "cpu",
        gpus: int = 1,
        gpu_ids: Sequence[str] = (),
        gpu_memory_mib: int = 0,
        gpu_fallback: Literal["none", "cpu"] = "none",
        threads: int = 0,
        pids_limit: int = 512,
        user: str = "",
        engine_patience_s: float = 60.0,
        deferrable: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            image=image,
            user=user,
            mount_tmp_dir=False,
            auto_remove="never",
            network_mode="none",
            do_xcom_push=False,
            **kwargs,
        )
        self.stage = stage
        self.batch = batch
        self.work_root = work_root
        self.work_volume = work_volume
        self.device = device
        self.gpus = gpus
        self.gpu_ids = list(gpu_ids)
        self.gpu_memory_mib = gpu_memory_mib
        self.gpu_fallback = gpu_fallback
        self.threads = threads
        self.pids_limit = pids_limit
        self.engine_patience_s = engine_patience_s
        self.deferrable = deferrable

    @cached_property
    def cli(self) -> APIClient:
        """The engine's client, made when the engine answers; EngineUnreachable if it does not in time."""
        return connected(lambda: self.hook.api_client, self.docker_url, self.engine_patience_s)

    # --- what Airflow calls ---

    def execute(self, context: Context) -> None:
        """Run the container, or go on with the one that runs already."""
        with smaller_next_time(context):
            try:
                self._execute(context)
            except DeviceUnavailable as refused:
                if self.device == "cpu" or self.gpu_fallback != "cpu":
                    raise
                self.log.warning("%s Falling back to the CPU, as gpu_fallback asks; every report says so.", refused)
                self.device = "cpu"
                self._execute(context)

    def _execute(self, context: Context) -> None:
        if not self.deferrable:
            self.execute_resumable(context)
            return
        container = str(self.submit_job(context))
        self._start(container)
        self.defer(
            trigger=ContainerTrigger(
                docker_url=self.docker_url, container=container, patience_s=self.engine_patience_s
            ),
            method_name="execute_complete",
            timeout=self.execution_timeout,
        )

    def execute_complete(self, context: Context, event: dict[str, str]) -> None:
        """Go on after a deferral: the container has ended, or its engine has stopped answering."""
        if "trouble" in event:
            raise EngineUnreachable(event["trouble"])
        with smaller_next_time(context):
            self._follow(event["container"])
            self._conclude(event["container"])

    def on_kill(self) -> None:
        """Stop and remove the container; a timeout and a person's click come here."""
        if self.container is not None:
            self._remove(self.container["Id"], stop=True)

    # --- what the mixin calls ---

    def submit_job(self, context: Context) -> str:
        """Return the id of this task's container: the one that bears its name, or a new one, not yet started."""
        name = self._name(context)
        deadline = time.monotonic() + self.engine_patience_s
        while time.monotonic() < deadline:
            found = self._inspect(name)
            if found is None:
                try:
                    container = self._create(name, context)
                except APIError as refused:
                    if refused.status_code == 409:  # somebody else is making it, and may not be done yet
                        time.sleep(0.1)
                        continue
                    raise
                self.log.info("created container %s (%s) from %s", name, container[:12], self.image)
            elif found["State"]["Status"] in ACTIVE or found["State"]["ExitCode"] == 0:
                container = found["Id"]
                self.log.info("adopted container %s (%s), %s", name, container[:12], found["State"]["Status"])
            else:
                self.log.info("removing what is left of container %s: exit code %s", name, found["State"]["ExitCode"])
                self._remove(found["Id"])
                continue
            self.container = {"Id": container}
            return container
        raise EngineUnreachable(
            f"container {name} keeps appearing and vanishing: see `docker ps -a` on the engine's host"
        )

    def get_job_status(self, external_id: Any, context: Context) -> str:
        """Return the engine's word for the container's state; `gone` if it has none."""
        found = self._inspect(str(external_id))
        if found is None:
            return "gone"
        self.container = {"Id": str(external_id)}
        state = found["State"]
        return "succeeded" if state["Status"] == "exited" and state["ExitCode"] == 0 else str(state["Status"])

    def is_job_active(self, status: str) -> bool:
        """Say whether a container in this state can still be followed."""
        return status in ACTIVE

    def is_job_succeeded(self, status: str) -> bool:
        """Say whether the container ended well."""
        return status == "succeeded"

    def poll_until_complete(self, external_id: Any, context: Context) -> None:
        """Start the container if nobody has, follow it to its end, judge it by its reports."""
        container = str(external_id)
        self.container = {"Id": container}
        self._start(container)
        self._follow(container)
        self._conclude(container)

    def get_job_result(self, external_id: Any, context: Context) -> None:
        """Judge a container that ended well before this try."""
        if self.container is not None:
            self._conclude(str(external_id))

    # --- one container ---

    def _name(self, context: Context) -> str:
        """Return the container's name: the same for every try of this task over these inputs."""
        ti = context["ti"]
        mark = hashlib.sha256(
            json.dumps(
                [ti.dag_id, ti.run_id, ti.task_id, ti.map_index, self.stage, list(self.batch), self.image, self.device]
            ).encode()
        ).hexdigest()[:20]
        return f"{LABEL}-{self.stage}-{mark}"

    def _create(self, name: str, context: Context) -> str:
        ti = context["ti"]
        user = self._user()
        image, digest = image_of(self.cli, self.image)
        gpu = self._gpu() if self.device == "cuda" else None
        labels = {
            LABEL: "stage",
            f"{LABEL}.dag": ti.dag_id,
            f"{LABEL}.run": ti.run_id,
            f"{LABEL}.task": ti.task_id,
            f"{LABEL}.map-index": str(ti.map_index),
            f"{LABEL}.pipeline-version": PIPELINE_VERSION,
            f"{LABEL}.image": self.image,
        }
        if gpu is not None:
            labels[f"{LABEL}.gpu"] = gpu
        requests = []
        if self.device == "cuda":
            chosen = {"device_ids": [gpu]} if gpu is not None else {"count": self.gpus}
            requests = [DeviceRequest(capabilities=[["gpu"]], **chosen)]
        kind = "bind" if self.work_volume.startswith("/") else "volume"
        argv = stage_argv(
            Stage(self.stage),
            list(self.batch),
            work_root=WORK,
            device=self.device,
            threads=self.threads,
            batch_parts=batch_parts(context),
            image=digest,
        )
        try:
            created = self.cli.create_container(
                image=image,
                command=argv,
                entrypoint=["python3"],
                name=name,
                user=user,
                labels=labels,
                environment={"NVIDIA_DRIVER_CAPABILITIES": "compute,utility", **self.environment},
                host_config=hardened(
                    self.cli,
                    mounts=[Mount(WORK, self.work_volume, type=kind)],
                    memory=str(self.mem_limit),
                    shm_size=self.shm_size,
                    pids=self.pids_limit,
                    devices=requests,
                ),
            )
        except ImageNotFound as missing:
            raise image_missing(self.image) from missing
        except APIError:
            raise
        except TROUBLE as silence:
            raise unreachable(self.docker_url, silence) from silence
        return str(created["Id"])

    def _start(self, container: str) -> None:
        """Start the container; one that runs or has ended is left as it is."""
        found = self._inspect(container)
        if found is None or found["State"]["Status"] != "created":
            return
        try:
            self.cli.start(container)
        except APIError as refused:
            if any(words in str(refused) for words in GPU_REFUSED):
                self._remove(container)
                raise DeviceUnavailable(
                    f"the engine refused the GPU ({refused.explanation}). Install the NVIDIA container toolkit on its "
                    "host and restart it, or set DRAWING_ETL_GPU_FALLBACK to cpu."
                ) from refused
            if refused.status_code != 404:  # gone: judged by its reports
                self._remove(container)
                raise StageKilled(f"the engine could not start {self.image}: {refused.explanation}") from refused
        except TROUBLE as silence:
            raise unreachable(self.docker_url, silence) from silence

    def _follow(self, container: str) -> None:
        """Stream the container's log into the task's until it ends, across pauses and restarts of the engine."""
        since = 0.0
        last = ""
        while True:
            found = self._inspect(container)
            if found is None:
                return
            ended = found["State"]["Status"] not in ACTIVE
            if found["State"]["Status"] == "paused":
                self.log.warning(
                    "container %s is paused: `docker unpause %s` lets it go on", container[:12], container[:12]
                )
            with suppress(*TROUBLE):
                for line in log_lines(self.cli, container, since, follow=not ended):
                    stamp, _, text = line.partition(" ")
                    if stamp <= last:
                        continue
                    last, since = stamp, time.time() - 1.0
                    self.log.info("%s %s", stamp, text)
            if ended:
                return
            time.sleep(0.2)

    def _conclude(self, container: str) -> None:
        """Judge the container by its exit code and its reports, and remove it."""
        stage = Stage(self.stage)
        found = self._inspect(container)
        if found is not None:
            state = found["State"]
            if state["ExitCode"] != 0:
                tail = last_lines(self.cli, container, TAIL_LINES)
                self._remove(container)
                if state["OOMKilled"]:
                    raise StageKilled(
                        f"{stage} needed more than its {self.mem_limit} of memory | What to do: raise "
                        "DRAWING_ETL_CONTAINER_MEMORY, or make batches smaller."
                    )
                raise trouble(stage, state["ExitCode"], tail)
        self.log.info(outcome_of(stage, Path(self.work_root), self.batch).line())
        self._remove(container)
        self.container = None  # type: ignore[assignment]  # as DockerOperator itself begins

    def _inspect(self, container: str) -> dict[str, Any] | None:
        """Return what the engine knows of a container, or None; an engine that is silent too long is an error."""
        return inspect(self.cli, container, self.engine_patience_s)

    def _remove(self, container: str, *, stop: bool = False) -> None:
        try:
            remove(self.cli, container, stop=stop)
        except APIError:
            raise
        except TROUBLE as silence:  # what the stage did is known and counts; the container is found by its name
            self.log.warning(
                "the engine is silent (%s): the next try or the run's end removes container %s", silence, container[:12]
            )

    def _gpu(self) -> str | None:
        """Return the GPU that the container is pinned to; None if the engine is to choose."""
        if self.gpus > 1 and not self.gpu_ids:
            return None
        taken = pinned_gpus(self.cli)
        if self.gpu_memory_mib and (gpus := probe()):
            chosen = choose(gpus, self.gpu_ids, self.gpu_memory_mib, taken)
            self.log.info("GPU %s, %d of %d MiB free", chosen.number, chosen.free_mib, chosen.total_mib)
            return chosen.uuid
        return min(self.gpu_ids, key=taken.count) if self.gpu_ids else None

    def _user(self) -> str:
        """Return who the container runs as: never root, and the owner of the batch's workdirs."""
        ours = f"{os.getuid()}:{os.getgid()}" if os.getuid() else "10001:10001"
        user = str(self.user or ours)
        if os.geteuid() == 0:
            uid, _, gid = user.partition(":")
            for name in self.batch:
                top = Workdir.below(Path(self.work_root), name).path
                for path in (top, *top.rglob("*")):
                    os.chown(path, int(uid), int(gid or uid), follow_symlinks=False)
        return user
