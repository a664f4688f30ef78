"""What strings mean: of corrected ones, asked of the reading side's own command; of all, in a few words."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from ocr_tasks.contract import DIMENSION_KINDS

TIMEOUT_S = 60.0


class NotUnderstood(Exception):
    """The command that parses callouts failed: the message says which, how, and what to do."""


def meanings(texts: Sequence[str], unit: str | None = None) -> list[dict[str, JsonValue]]:
    """Return what each text means, in the grammar's record; `unit` (mm, in) is that of sizes that do not say theirs.

    Raises NotUnderstood when the command fails.
    """
    if not texts:
        return []
    lines = "".join(" ".join(text.split()) + "\n" for text in texts)
    command = [sys.executable, "-m", "ocr_tasks", "parse", *(["--unit", unit] if unit in ("mm", "in") else [])]
    try:
        ran = subprocess.run(  # noqa: S603  # our own command, no shell
            command, input=lines.encode(), capture_output=True, check=True, timeout=TIMEOUT_S
        )
        found = [json.loads(line) for line in ran.stdout.decode().split("\n")[:-1]]
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise NotUnderstood(_remedy(command, str(error))) from error
    if len(found) != len(texts):
        raise NotUnderstood(_remedy(command, f"{len(found)} answers to {len(texts)} strings"))
    return found


def _remedy(command: Sequence[str], trouble: str) -> str:
    run = " ".join(["python", *command[1:]])
    return f"{run}: {trouble}. Remedy: try again; if it fails again, run it on that machine to see why"


def kind_of(meaning: Mapping[str, JsonValue]) -> str:
    """Return the kind of a string by what it means: every sort of size is a dimension."""
    kind = str(meaning.get("kind", "text"))
    return "dimension" if kind in DIMENSION_KINDS else kind


def meant(meaning: Mapping[str, JsonValue] | None) -> str:
    """Write a meaning as a person would say it; empty for plain text."""
    if not meaning or meaning.get("kind") in (None, "text"):
        return ""
    kind = str(meaning["kind"])
    said = [kind.replace("_", " ")]
    if meaning.get("count"):
        said.insert(0, f"{_said(meaning['count'])} ×")
    if kind == "thread":
        return " ".join([*said, *_parts(meaning, "thread", ("size", "pitch", "class", "hand"))])
    unit = f" {_said(meaning['unit'])}" if meaning.get("unit") else ""
    if (nominal := meaning.get("nominal")) is not None:
        said.append(f"{_said(nominal)}{unit}")
    lower, upper = meaning.get("lower"), meaning.get("upper")
    if lower is not None and upper is not None:
        said.append(f"({_said(lower)} to {_said(upper)})")
    elif lower is not None or upper is not None:
        said.append(f"(at least {_said(lower)})" if upper is None else f"(at most {_said(upper)})")
    if meaning.get("fit"):
        said.append(_said(meaning["fit"]))
    said += _parts(meaning, "gdt", ("characteristic", "value", "modifiers", "datums"))
    said += _parts(meaning, "roughness", ("parameter", "value"))
    said += [word for word in ("reference", "basic") if meaning.get(word) is True]
    return " ".join(said)


def _parts(meaning: Mapping[str, JsonValue], name: str, keys: Sequence[str]) -> list[str]:
    record = meaning.get(name)
    if not isinstance(record, dict):
        return []
    return [_said(value) for value in (record.get(key) for key in keys) if value not in (None, [])]


def _said(value: JsonValue) -> str:
    if isinstance(value, list):
        return " ".join(_said(each) for each in value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)
