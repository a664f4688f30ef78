"""Values as a database can hold, compare and search them. Pure functions; what drawings say is hostile input."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

from drawing_etl.warehouse.schema import MAX_KEY
from ocr_tasks.contract import Stage

_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_TOKENS = re.compile(r"[0-9]+|[A-Z]+")
_MAX_INTEGER = 2**31 - 1

_STAGES = {str(stage): place for place, stage in enumerate(Stage)}

BINS = 20
"""Confidences are counted in so many bins: bin n is [n/20, (n+1)/20), the last one includes 1."""


def stage_order(stage: str) -> int:
    """Return the place of a stage in the order in which they run; one that this version does not know is the last."""
    return _STAGES.get(stage, len(_STAGES))


def confidence_bin(confidence: float) -> int:
    """Return the bin that a confidence, 0..1, falls into."""
    return min(int(confidence * BINS), BINS - 1)


FEW_DIMENSIONS = 30
"""Dimensions of a batch below which the share of diameters among them says little."""


def diameter_share(dimensions: Sequence[str]) -> float | None:
    """Return the share of these dimensions, as texts, that have a ⌀; None of too few."""
    if len(dimensions) < FEW_DIMENSIONS:
        return None
    return sum("⌀" in text for text in dimensions) / len(dimensions)


def storable(text: str) -> str:
    """Return the text with what PostgreSQL or UTF-8 cannot hold (NUL, lone surrogates) as U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def literal(words: str) -> str:
    """Return words as a LIKE pattern with the escape character ~ that finds just them."""
    return re.sub(r"([~%_])", r"~\1", storable(words))


def storable_json(value: object) -> object:
    """Return a JSON value with storable strings; numbers that JSON or PostgreSQL cannot hold become null."""
    match value:
        case str():
            return storable(value)
        case bool() | None:
            return value
        case int() | float():
            return value if abs(value) < 1e300 else None  # also refuses NaN
        case Mapping():
            return {storable(str(name)): storable_json(inner) for name, inner in value.items()}
        case list() | tuple():
            return [storable_json(inner) for inner in value]
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def number(value: object) -> float | None:
    """Return a JSON number as a finite float, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def integer(value: object) -> int | None:
    """Return a JSON integer that a 32-bit column holds, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_INTEGER:
        return None
    return value


def flag(value: object) -> bool | None:
    """Return a JSON boolean, None for anything else."""
    return value if isinstance(value, bool) else None


def key(value: object) -> str | None:
    """Return a string cut to what an index holds, None for anything else or an empty one."""
    if not isinstance(value, str):
        return None
    return storable(value)[:MAX_KEY].strip() or None


def number_key(drawing_number: str | None) -> str | None:
    """Return a drawing number as it is compared: compatibility forms folded, capitals, no white space."""
    if drawing_number is None:
        return None
    return key("".join(unicodedata.normalize("NFKC", drawing_number).upper().split()))


def ordering(text: str) -> str:
    """Return a key whose byte order is the order of the numbers and letters in TEXT: 0.9 < 0.10, B < Z < AA < AB."""
    tokens = _TOKENS.findall(unicodedata.normalize("NFKC", text[:MAX_KEY]).upper())
    return " ".join(_sized(token.lstrip("0") if token.isdigit() else token) for token in tokens[:12])


def _sized(token: str) -> str:
    return f"{min(len(token), 99):02d}{token[:99]}"


def revision_order(revision: str | None) -> tuple[str, str]:
    """Return a revision's scheme ("letter", "number", or "" for none) and its key within it; Rev. B is B."""
    if revision is None:
        return "", ""
    order = ordering(re.sub(r"(?i)^\s*rev(?:ision)?\b[\s.:]*", "", revision))
    if not order:
        return "", ""
    return ("letter" if order[2:3].isalpha() else "number"), order


def sheet_number(sheet_of: str | None) -> int | None:
    """Return n of a sheet's `n/m`, None if it says none."""
    found = re.match(r"\s*([0-9]{1,4})\s*/", sheet_of or "")
    return int(found[1]) if found else None


def meaning_columns(meaning: Mapping[str, object] | None) -> dict[str, object]:
    """Return the columns of `items` that a meaning fills. One of an unknown shape fills none, and raises nothing."""
    meaning = meaning or {}
    thread, gdt, roughness = (_mapping(meaning.get(part)) for part in ("thread", "gdt", "roughness"))
    datums = gdt.get("datums")
    return {
        "value_kind": key(meaning.get("kind")),
        "quantity": integer(meaning.get("count")),
        "nominal": number(meaning.get("nominal")),
        "upper_limit": number(meaning.get("upper")),
        "lower_limit": number(meaning.get("lower")),
        "upper_deviation": number(meaning.get("upper_deviation")),
        "lower_deviation": number(meaning.get("lower_deviation")),
        "unit": key(meaning.get("unit")),
        "fit": key(meaning.get("fit")),
        "angle": number(meaning.get("angle")),
        "depth": number(meaning.get("depth")),
        "reference": flag(meaning.get("reference")),
        "basic": flag(meaning.get("basic")),
        "inherited": key(meaning.get("inherited")),
        "thread_standard": key(thread.get("standard")),
        "thread_size": key(thread.get("size")),
        "thread_pitch": number(thread.get("pitch")),
        "thread_class": key(thread.get("class")),
        "thread_hand": key(thread.get("hand")),
        "thread_length": number(thread.get("length")),
        "gdt_characteristic": key(gdt.get("characteristic")),
        "gdt_zone": key(gdt.get("zone")),
        "gdt_value": number(gdt.get("value")),
        "gdt_datums": key("|".join(str(datum) for datum in datums)) if isinstance(datums, list | tuple) else None,
        "roughness_parameter": key(roughness.get("parameter")),
        "roughness_value": number(roughness.get("value")),
    }


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
