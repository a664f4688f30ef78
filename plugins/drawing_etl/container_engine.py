"""What the operator, its trigger and a run's end ask of a Docker engine, and how long they wait for it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent
from docker import APIClient
from docker.errors import DockerException, NotFound
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from ocr_tasks.errors import MachineError

LABEL = "drawing-etl"
ACTIVE = ("created", "running", "paused", "restarting")
TROUBLE = (DockerException, RequestException, HTTPError, OSError)
"""What the client raises when the engine does not answer, or answers with an error."""


class EngineUnreachable(MachineError):
    """The Docker engine does not answer."""


class ImageMissing(MachineError):
    """The engine does not have the image."""


def unreachable(url: object, trouble: Exception) -> EngineUnreachable:
    return EngineUnreachable(
        f"no Docker engine answers at {url} ({trouble}) | What to do: start it, or correct DRAWING_ETL_DOCKER_URL."
    )


def inspect(cli: APIClient, container: str, patience_s: float) -> dict[str, Any] | None:
    """Return what the engine knows of a container, None if nothing; EngineUnreachable after `patience_s` of silence."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            found: dict[str, Any] = cli.inspect_container(container)
        except NotFound:
            return None
        except TROUBLE as silence:
            if time.monotonic() >= deadline:
                raise unreachable(cli.base_url, silence) from silence
            time.sleep(1.0)
        else:
            return found


def sweep(docker_url: str, run_id: str) -> list[str]:
    """Remove what containers a run has left, and return their names. For a run's teardown: no orphan outlives it."""
    cli = APIClient(base_url=docker_url, version="auto")
    left = []
    for container in cli.containers(all=True, filters={"label": [f"{LABEL}=stage", f"{LABEL}.run={run_id}"]}):
        with suppress(NotFound):
            cli.remove_container(container["Id"], force=True)
            left.append(container["Names"][0].lstrip("/"))
    return left


class ContainerTrigger(BaseTrigger):
    """Waits for a container to end, without a worker. Its event goes to `GpuStageOperator.execute_complete`."""

    def __init__(self, docker_url: Any, container: str, patience_s: float, every_s: float = 2.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow leaves it untyped
        self.docker_url = docker_url
        self.container = container
        self.patience_s = patience_s
        self.every_s = every_s

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what a triggerer needs to go on waiting after a restart."""
        return (
            f"{type(self).__module__}.{type(self).__qualname__}",
            {
                "docker_url": self.docker_url,
                "container": self.container,
                "patience_s": self.patience_s,
                "every_s": self.every_s,
            },
        )

    @cached_property
    def _cli(self) -> APIClient:
        return APIClient(base_url=self.docker_url, version="auto")

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: the container has ended or is gone, or its engine is silent."""
        try:
            while True:
                found = await asyncio.to_thread(lambda: inspect(self._cli, self.container, self.patience_s))
                if found is None or found["State"]["Status"] not in ACTIVE:
                    break
                await asyncio.sleep(self.every_s)
        except (EngineUnreachable, DockerException) as silence:
            yield TriggerEvent({"container": self.container, "trouble": str(silence)})
        else:
            yield TriggerEvent({"container": self.container})
