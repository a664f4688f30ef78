"""A stage's task in a container, as this installation is set, and when it is tried again."""

from datetime import timedelta
from typing import Any, Literal

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from drawing_etl.container_engine import EngineUnreachable, ImageMissing
from drawing_etl.containers import GpuStageOperator
from drawing_etl.gpus import GpuFull
from drawing_etl.retries import RETRY_BY_KIND
from drawing_etl.settings import Settings

RETRY_IN_CONTAINERS = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[EngineUnreachable, ImageMissing, GpuFull],
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=2),
            reason="the engine may come back, the image may be on its way, the GPU may become free",
        ),
        *RETRY_BY_KIND.rules,
    ]
)


def container_task(settings: Settings, *, device: Literal["cpu", "cuda"], **task_args: Any) -> GpuStageOperator:
    """Return the task that runs a stage in a container, as this installation is set."""
    return GpuStageOperator(
        device=device,
        image=settings.image_cuda if device == "cuda" else settings.image_cpu,
        work_root=str(settings.work_root),
        work_volume=settings.work_volume or str(settings.work_root),
        docker_url=settings.docker_url,
        mem_limit=settings.container_memory,
        shm_size=settings.container_shm,
        user=settings.container_user,
        gpus=settings.gpus,
        gpu_ids=settings.gpu_ids,
        gpu_memory_mib=settings.gpu_memory_mib,
        gpu_fallback=settings.gpu_fallback,
        threads=settings.threads,
        deferrable=settings.deferrable,
        retry_policy=RETRY_IN_CONTAINERS,
        **task_args,
    )
