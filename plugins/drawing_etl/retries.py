"""When a failed task is tried again, and with what the next try begins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from drawing_etl.stage_process import Refused, StageCrashed, StageKilled
from ocr_tasks.errors import ContractError, DeviceUnavailable, OutOfDeviceMemory, StorageFull, WeightsError

RETRY_BY_KIND = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[DeviceUnavailable, WeightsError, ContractError, Refused],
            action=RetryAction.FAIL,
            reason="trying again would not help: someone has to act on the message",
        ),
        RetryRule(
            exception=StorageFull,
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=10),
            reason="space may be freed meanwhile",
        ),
        RetryRule(
            exception=[OutOfDeviceMemory, StageKilled, StageCrashed],
            action=RetryAction.RETRY,
            reason="drawings that are done are skipped, so a retry has less to do",
        ),
    ]
)
"""A bad drawing never gets here: it is a record, and its batch goes on."""

BATCH_PARTS = "batch_parts"
"""Key of what a task keeps between its tries: into how many parts its device's batches are cut from the start."""
MOST_PARTS = 64


def batch_parts(context: Mapping[str, Any]) -> int:
    """Return into how many parts this try cuts the device's batches: 1, or what the tries before it have led to."""
    store = context.get("task_state_store")
    kept = None if store is None else store.get(BATCH_PARTS)
    return kept if isinstance(kept, int) and 1 <= kept <= MOST_PARTS else 1


@contextmanager
def smaller_next_time(context: Mapping[str, Any]) -> Iterator[None]:
    """Let the next try begin with half the batches if this one runs out of the device's memory."""
    try:
        yield
    except OutOfDeviceMemory:
        if (store := context.get("task_state_store")) is not None:
            store.set(BATCH_PARTS, min(MOST_PARTS, 2 * batch_parts(context)))
        raise
