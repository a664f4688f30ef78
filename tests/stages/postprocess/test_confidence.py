"""Calibrated confidence: ordered as the engine's, lower for longer strings, and only where it was fitted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_tasks.stages.postprocess.confidence import calibrated

ENGINE = "ppocr-onnx"


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.text(min_size=1, max_size=60))
def test_surer_characters_make_a_surer_string(a: float, b: float, text: str) -> None:
    low, high = sorted((a, b))
    assert 0 <= calibrated(low, text, ENGINE) <= calibrated(high, text, ENGINE) <= 1


def test_a_long_string_has_more_places_for_an_error() -> None:
    assert calibrated(0.98, "A" * 60, ENGINE) < calibrated(0.98, "A" * 6, ENGINE)


def test_a_certain_short_dimension_is_nearly_certain() -> None:
    assert calibrated(1.0, "12.5", ENGINE) > 0.95


def test_the_figure_of_an_engine_without_a_fit_stays() -> None:
    assert calibrated(1.0, "12.5", "text-layer") == 1.0
