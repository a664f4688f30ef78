"""A real Chromium without a window, driven over its own debugging protocol."""

import base64
import json
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

WAIT_S = 60.0
MODIFIERS = {"Alt": 1, "Ctrl": 2, "Shift": 8}


class Chromium:
    """One page of a browser with a fresh profile. To be closed by `close`."""

    def __init__(self, profile: Path) -> None:
        self._process = subprocess.Popen(
            [
                *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                *("--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port_file = profile / "DevToolsActivePort"
        deadline = time.monotonic() + WAIT_S
        while not (port_file.exists() and port_file.read_text().count("\n")):
            assert time.monotonic() < deadline and self._process.poll() is None, "Chromium did not start"
            time.sleep(0.1)
        port = port_file.read_text().splitlines()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=WAIT_S) as answer:
            page = next(target for target in json.load(answer) if target["type"] == "page")
        self._socket = connect(page["webSocketDebuggerUrl"], max_size=None, close_timeout=1)
        self._number = 0
        self.problems: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def close(self) -> None:
        """End the browser."""
        self._socket.close()
        self._process.terminate()
        self._process.wait(10)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result; what the page complains about meanwhile is kept in `problems`."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=WAIT_S))
            if told.get("id") == self._number:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        match told.get("method"):
            case "Runtime.exceptionThrown":
                self.problems.append(json.dumps(told["params"])[:600])
            case "Log.entryAdded" if told["params"]["entry"]["level"] == "error":
                self.problems.append(told["params"]["entry"]["text"])

    def size(self, width: int, height: int) -> None:
        """Make the window so large, in CSS pixels."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def go(self, address: str) -> None:
        """Open an address and wait until the page and its pictures are there."""
        self.send("Page.navigate", url=address)
        self.wait(f"location.href.startsWith({json.dumps(address.split('?')[0])}) && document.readyState == 'complete'")

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        told = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until a JavaScript expression is true."""
        deadline = time.monotonic() + WAIT_S
        while not self.run(f"Boolean({condition})"):
            assert time.monotonic() < deadline, f"{condition} never came true at {self.run('location.href')}"
            time.sleep(0.05)

    def press(self, key: str, *modifiers: str) -> None:
        """Press and release a key, as a person does."""
        codes = {
            "Enter": 13,
            "ArrowDown": 40,
            "ArrowUp": 38,
            "ArrowLeft": 37,
            "ArrowRight": 39,
            "Backspace": 8,
            "Tab": 9,
        }
        common: dict[str, Any] = {
            "key": key,
            "modifiers": sum(MODIFIERS[modifier] for modifier in modifiers),
            "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper())),
        }
        self.send("Input.dispatchKeyEvent", type="rawKeyDown", **common)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press the left mouse button at START, in CSS pixels of the window, and let it go at END."""
        for kind, (x, y) in (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def write(self, text: str) -> None:
        """Type a text where the cursor is."""
        self.send("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """Write what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))
