"""What the operator, its trigger and a run's end ask of a Docker engine, and how long they wait for it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from airflow.sdk.exceptions import AirflowException
from airflow.triggers.base import BaseTrigger, TriggerEvent
from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.types import DeviceRequest, LogConfig, Mount, Ulimit
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


def connected(connect: Callable[[], APIClient], url: object, patience_s: float) -> APIClient:
    """Return what CONNECT returns once the engine answers; EngineUnreachable after `patience_s` of silence."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return connect()
        except (AirflowException, *TROUBLE) as silence:
            if time.monotonic() >= deadline:
                raise unreachable(url, silence) from silence
            time.sleep(1.0)


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


def image_of(cli: APIClient, name: str) -> tuple[str, str]:
    """Return the id of the image that NAME means now, and its digest for the record: the registry's if it has one.

    ImageMissing if the engine does not have it.
    """
    try:
        found = cli.inspect_image(name)
    except ImageNotFound as missing:
        raise image_missing(name) from missing
    except TROUBLE as silence:
        raise unreachable(cli.base_url, silence) from silence
    return str(found["Id"]), str(next(iter(found.get("RepoDigests") or []), found["Id"]))


def image_missing(name: object) -> ImageMissing:
    return ImageMissing(
        f"the engine has no image {name}: build it (images/, see README) or pull it on the engine's host"
    )


def hardened(
    cli: APIClient,
    *,
    mounts: Sequence[Mount],
    memory: str,
    shm_size: str | int | None,
    pids: int,
    devices: Sequence[DeviceRequest],
) -> dict[str, Any]:
    """Return the host's side of a container that can write to MOUNTS and its own scratch, and to nothing else."""
    config: dict[str, Any] = cli.create_host_config(
        mounts=list(mounts),
        network_mode="none",
        read_only=True,
        tmpfs={"/tmp": "rw,noexec,nosuid,nodev,size=1g,mode=1777"},  # noqa: S108 (inside the container)
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        pids_limit=pids,
        mem_limit=memory,
        memswap_limit=memory,
        shm_size=shm_size,
        device_requests=list(devices),
        init=True,
        ulimits=[Ulimit(name="core", soft=0, hard=0)],
        log_config=LogConfig(type="json-file", config={"max-size": "20m", "max-file": "2"}),
    )
    return config


def log_lines(cli: APIClient, container: str, since: float, *, follow: bool) -> Iterator[str]:
    """Yield the container's log by lines, each with its own time stamp first."""
    rest = b""
    stream = cli.logs(container, stream=True, follow=follow, timestamps=True, since=int(since) or None)
    for chunk in stream:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", errors="replace").rstrip("\r")
    if rest:
        yield rest.decode("utf-8", errors="replace")


def last_lines(cli: APIClient, container: str, count: int) -> list[str]:
    """Return the end of the container's log; nothing if the engine does not tell."""
    try:
        said = b"".join(cli.logs(container, stream=True, follow=False, tail=count))
    except TROUBLE:
        return []
    return said.decode("utf-8", errors="replace").splitlines()


def pinned_gpus(cli: APIClient) -> list[str]:
    """Return the GPU of each of our containers that is pinned to one and has not ended."""
    try:
        ours = cli.containers(all=True, filters={"label": f"{LABEL}.gpu", "status": list(ACTIVE)})
    except TROUBLE as silence:
        raise unreachable(cli.base_url, silence) from silence
    return [str(container["Labels"][f"{LABEL}.gpu"]) for container in ours]


def remove(cli: APIClient, container: str, *, stop: bool = False) -> None:
    """Remove a container, whatever its state; STOP lets it end by itself first. One that is gone is no error."""
    with suppress(NotFound):
        if stop:
            with suppress(APIError):  # paused: it can be killed only after this
                cli.unpause(container)
            with suppress(APIError):
                cli.stop(container, timeout=10)
        try:
            cli.remove_container(container, force=True, v=False)
        except APIError as refused:
            if refused.status_code != 409:  # somebody else is removing it
                raise


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
