"""The quality gate: Great Expectations on what was read, between postprocess and load."""

from drawing_etl.quality.gate import BatchOutcome, validate_batch
from drawing_etl.quality.thresholds import Thresholds, ThresholdsError

__all__ = ["BatchOutcome", "Thresholds", "ThresholdsError", "validate_batch"]
