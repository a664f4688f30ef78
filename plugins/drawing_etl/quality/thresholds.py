"""The thresholds of the gate: read from one YAML that a non-programmer edits, checked before anything uses them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drawing_etl.stage_process import Refused

DEFAULT_FILE = Path(__file__).parent.parent / "thresholds.yaml"

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class ThresholdsError(Refused):
    """The thresholds file cannot be used. The message names the file, the line and the key, and says what to write."""


class Section(BaseModel):
    """Base of the sections: frozen, an unknown key is an error, and so is a key left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ItemThresholds(Section):
    """One string. Lengths in millimetres on the sheet, nominals in millimetres of the part."""

    max_off_page: Share
    max_height_mm: Positive
    max_nominal_mm: Positive
    max_error_findings: int = Field(ge=0)


class DrawingThresholds(Section):
    """One drawing."""

    min_strings: int = Field(ge=0)
    low_confidence: Share
    max_share_low_confidence: Share
    min_mean_confidence: Share
    min_confidence_spread: Share
    min_layer_agreement: Share
    max_share_repeated: Share
    max_share_overlapping: Share
    min_share_on_ink: Share
    min_share_ink_read: Share
    max_share_marks_missed: Share
    max_share_marks_invented: Share
    max_share_characters_doubled: Share
    max_share_cut_off: Share
    max_words_unread: Share
    min_share_readings_kept: Share
    min_share_items_read: Share
    max_share_read_otherwise: Share
    max_share_odd_pitch: Share
    max_share_nonsense: Share
    max_share_without_meaning: Share
    max_share_meaning_off: Share
    max_share_unit_mixed: Share
    max_share_beyond_sheet: Share
    max_share_error_findings: Share
    max_share_same_as_other: Share
    require_drawing_number: bool
    max_fields_unnamed: int = Field(ge=0)


class BatchThresholds(Section):
    """One batch."""

    min_mean_confidence: Share
    max_share_low_confidence: Share
    min_layer_agreement: Share
    max_share_rejected: Share
    max_share_quarantined: Share
    judged_from: int = Field(ge=1)


class HistoryThresholds(Section):
    """A batch against those before it."""

    batches: int = Field(ge=1, le=1000)
    min_batches: int = Field(ge=2)
    max_deviations: Positive
    min_tolerance: Share


class GoldenThresholds(Section):
    """How this batch's reader reads the golden set, against the accepted baseline."""

    significance: Annotated[float, Field(gt=0, le=0.5, allow_inf_nan=False)]
    min_drop: Share
    max_drop: Share
    min_share_kept: Share


class SecondReadingThresholds(Section):
    """Numbers that another recogniser reads again."""

    share: Share


class SamplingThresholds(Section):
    """Drawings that passed and are looked at all the same."""

    rate: Share


class Thresholds(Section):
    """All thresholds of the gate."""

    item: ItemThresholds
    drawing: DrawingThresholds
    batch: BatchThresholds
    history: HistoryThresholds
    golden: GoldenThresholds
    second_reading: SecondReadingThresholds
    sampling: SamplingThresholds

    @classmethod
    def load(cls, path: Path = DEFAULT_FILE) -> "Thresholds":
        """Read PATH; raise ThresholdsError naming line and key of each mistake."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ThresholdsError(
                f"the thresholds file {path} cannot be read ({error}): restore it from the project"
            ) from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, name: str = "thresholds.yaml") -> "Thresholds":
        """Return the thresholds that TEXT, YAML, states; NAME stands in the messages."""
        lines: dict[tuple[str, ...], int] = {}
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            _walk(root, (), lines, name)
            stated = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f", line {mark.line + 1}" if mark is not None else ""
            problem = getattr(error, "problem", None) or str(error)
            raise ThresholdsError(f"{name}{where}: not valid YAML: {problem}") from error
        if not isinstance(stated, dict):
            raise ThresholdsError(f"{name}: sections {', '.join(cls.model_fields)} are wanted, each with its keys")
        try:
            return cls.model_validate(_floats(stated))
        except ValidationError as error:
            raise ThresholdsError("\n".join(_sentence(mistake, lines, name) for mistake in error.errors())) from error

    def parameters(self) -> dict[str, object]:
        """Return the suite parameters of the GX suites: `<section>_<key>` for each threshold."""
        return {f"{section}_{key}": value for section, keys in self.model_dump().items() for key, value in keys.items()}


def _walk(node: yaml.Node | None, path: tuple[str, ...], lines: dict[tuple[str, ...], int], name: str) -> None:
    """Note the line of every key below NODE; a key stated twice is an error, which YAML itself lets pass."""
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        here = (*path, str(key.value))
        line = key.start_mark.line + 1
        if here in lines:
            raise ThresholdsError(
                f"{name}, line {line}: {'.'.join(here)} is there twice (first on line {lines[here]}): keep one"
            )
        lines[here] = line
        _walk(value, here, lines, name)


def _floats(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Let a whole number stand for a decimal one (`1` for `1.0`), which strict validation would refuse."""
    return {
        section: {
            key: float(value)
            if isinstance(value, int) and not isinstance(value, bool) and not _is_whole(section, str(key))
            else value
            for key, value in keys.items()
        }
        if isinstance(keys, dict)
        else keys
        for section, keys in stated.items()
    }


def _is_whole(section: str, key: str) -> bool:
    kind = Thresholds.model_fields[section].annotation if section in Thresholds.model_fields else None
    field = kind.model_fields.get(key) if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    return field is not None and field.annotation is int


def _sentence(mistake: Mapping[str, Any], lines: Mapping[tuple[str, ...], int], name: str) -> str:
    path = tuple(str(part) for part in mistake["loc"])
    known = next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), None)
    where = f"{name}, line {known}" if known is not None else name
    key = ".".join(path)
    if mistake["type"] == "missing":
        return f"{where}: {key} is missing: add it (docs/quality.md lists every key)"
    if mistake["type"] == "extra_forbidden":
        return f"{where}: {key} is no threshold of this gate: remove it or correct its spelling"
    return f"{where}: {key} is {mistake['input']!r}: {mistake['msg'][0].lower()}{mistake['msg'][1:]}"
