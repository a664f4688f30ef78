"""An engine that is stopped while a stage runs, with and without live-restore: one container, one clean end.

The engine is one of the test's own beside the machine's: its own data, socket, containerd and network.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from docker import APIClient
from docker.errors import DockerException, NotFound
from engine_room import context, drawings, operator, ours
from requests.exceptions import RequestException

from drawing_etl.container_engine import EngineUnreachable
from drawing_etl.containers import GpuStageOperator
from drawing_etl.stage_process import StageKilled
from ocr_tasks.contract import Stage
from ocr_tasks.workdir import Workdir

pytestmark = [
    pytest.mark.docker,
    pytest.mark.xdist_group("docker"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="an engine of the test's own needs root"),
]


class Engine:
    """A Docker engine that can be stopped and started."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.url = f"unix://{root}/docker.sock"
        self.process: subprocess.Popen[bytes] | None = None
        self.client = APIClient(base_url=self.url, version="1.41", timeout=20)

    def start(self, *, live_restore: bool) -> None:
        (self.root / "daemon.json").write_text(json.dumps({"live-restore": live_restore}))
        self.process = subprocess.Popen(
            [
                *("unshare", "--net"),  # an engine without a bridge removes the one that another has made
                *("dockerd", "--config-file", str(self.root / "daemon.json"), "--data-root", str(self.root / "data")),
                *("--exec-root", str(self.root / "exec"), "--pidfile", str(self.root / "pid"), "--host", self.url),
                *("--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"),
                *("--shutdown-timeout", "3"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=(self.root / "log").open("ab"),
            start_new_session=True,
        )
        for _ in range(240):
            try:
                self.client.ping()
            except (DockerException, RequestException):
                time.sleep(0.25)
            else:
                return
        pytest.fail(f"the engine did not start: {(self.root / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None


@pytest.fixture(scope="module")
def own_engine(image: str) -> Iterator[Engine]:
    root = Path(tempfile.mkdtemp(prefix="drawing-etl-engine-", dir="/var/tmp"))
    engine = Engine(root)
    try:
        engine.start(live_restore=False)
        with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saved:
            subprocess.run(["docker", "--host", engine.url, "load", "--quiet"], stdin=saved.stdout, check=True)
        engine.stop()
        yield engine
    finally:
        if engine.process is None:
            engine.start(live_restore=False)
        for container in engine.client.containers(all=True):
            engine.client.remove_container(container["Id"], force=True)
        engine.stop()
        release(root)
        shutil.rmtree(root)


def release(root: Path) -> None:
    """Unmount what a stopped engine has left mounted below ROOT: it mounts its data folder over itself."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    for place in reversed([place for place in places if Path(place).is_relative_to(root)]):
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def root() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="drawing-etl-work-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Try:
    """One try of the task in a thread of its own, and how it ended."""

    def __init__(
        self, root: Path, batch: list[str], image: str, engine: Engine, number: int, patience_s: float
    ) -> None:
        self.task: GpuStageOperator = operator(root, batch, image, docker_url=engine.url, engine_patience_s=patience_s)
        self.root = root
        self.engine = engine
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(context(root, try_number=number),))
        self.thread.start()

    def _run(self, task_context: object) -> None:
        try:
            self.task.execute(task_context)  # type: ignore[arg-type]
        except BaseException as error:
            self.error = error

    def end(self) -> BaseException | None:
        self.thread.join(240)
        assert not self.thread.is_alive()
        return self.error

    def at_work(self) -> str:
        """Return the container, once its stage has rendered a page."""
        while self.thread.is_alive():
            for found in ours(self.engine.client, self.root):
                with suppress(NotFound):
                    if found["State"] == "running" and b" of 1 pages" in self.engine.client.logs(found["Id"]):
                        return str(found["Id"])
            time.sleep(0.1)
        pytest.fail(f"the try ended before its stage came to work: {self.error!r}")

    def containers(self) -> list[str]:
        return [found["Id"] for found in ours(self.engine.client, self.root)]


def all_done(root: Path, batch: list[str]) -> bool:
    return all(Workdir(root / name).required_report(Stage.RENDER).outcome == "done" for name in batch)


def test_with_live_restore_the_stage_goes_on_and_is_waited_for(root: Path, image: str, own_engine: Engine) -> None:
    own_engine.start(live_restore=True)
    batch = drawings(root, 2, pages=30)
    first = Try(root, batch, image, own_engine, 1, patience_s=60)
    container = first.at_work()
    own_engine.stop()
    time.sleep(1)
    own_engine.start(live_restore=True)
    assert first.containers() in ([container], [])
    assert first.end() is None
    assert all_done(root, batch)
    assert first.containers() == []
    own_engine.stop()


def test_a_try_that_lost_patience_is_followed_by_one_that_adopts_the_container(
    root: Path, image: str, own_engine: Engine
) -> None:
    own_engine.start(live_restore=True)
    batch = drawings(root, 2, pages=30)
    first = Try(root, batch, image, own_engine, 1, patience_s=1)
    container = first.at_work()
    own_engine.client.pause(container)  # so that it is still there when the engine is back
    own_engine.stop()
    assert isinstance(first.end(), EngineUnreachable)
    own_engine.start(live_restore=True)
    second = Try(root, batch, image, own_engine, 2, patience_s=60)
    time.sleep(2)
    assert first.containers() == [container]
    own_engine.client.unpause(container)
    assert second.end() is None
    assert all_done(root, batch)
    assert first.containers() == []
    own_engine.stop()


def test_without_live_restore_the_stage_is_killed_and_the_next_try_starts_again(
    root: Path, image: str, own_engine: Engine
) -> None:
    own_engine.start(live_restore=False)
    batch = drawings(root, 2, pages=30)
    first = Try(root, batch, image, own_engine, 1, patience_s=60)
    container = first.at_work()
    own_engine.stop()
    own_engine.start(live_restore=False)
    assert isinstance(first.end(), StageKilled)
    assert first.containers() in ([], [container])  # it could not be removed where the engine was gone already
    second = Try(root, batch, image, own_engine, 2, patience_s=60)
    assert second.at_work() != container
    assert len(first.containers()) == 1
    assert second.end() is None
    assert all_done(root, batch)
    assert first.containers() == []
    own_engine.stop()
