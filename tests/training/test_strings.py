"""Invented strings: reproducible, in characters that the recogniser has, and what their kind says."""

from random import Random

import onnxruntime as ort
import pytest

from ocr_tasks.drawing.parse import parse
from ocr_tasks.engines.onnx_weights import CHARACTERS
from ocr_tasks.engines.weights import PPOCR_RECOGNIZER, find
from ocr_tasks.training.characters import ADDED, UNTAUGHT
from ocr_tasks.training.strings import KINDS, invent


@pytest.fixture(scope="module")
def stock() -> set[str]:
    session = ort.InferenceSession(str(find(PPOCR_RECOGNIZER)), providers=["CPUExecutionProvider"])
    return set(session.get_modelmeta().custom_metadata_map[CHARACTERS].split("\n"))


def test_added_characters_are_new_and_start_from_known_ones(stock: set[str]) -> None:
    assert not stock & set(ADDED)
    assert set(ADDED.values()) <= stock


@pytest.mark.parametrize("kind", KINDS)
def test_every_character_has_a_class(kind: str, stock: set[str]) -> None:
    r = Random(kind)
    used = {c for _ in range(400) for c in KINDS[kind][1](r)}
    assert used <= stock | set(ADDED) | {" "}


def test_what_no_string_holds_is_left_as_the_stock_recogniser_knows_it() -> None:
    taught = set("".join(invent(Random(seed))[1] for seed in range(20_000)))
    assert not taught & set(UNTAUGHT)
    assert {chr(code) for code in range(33, 127)} - taught == {*UNTAUGHT, *"`{}\\"}


def test_a_seed_stands_for_the_same_strings() -> None:
    once, again, other = ([invent(r) for _ in range(50)] for r in (Random(4), Random(4), Random(5)))
    assert once == again != other


def test_no_string_is_empty_or_padded() -> None:
    r = Random(6)
    texts = [invent(r)[1] for _ in range(3000)]
    assert all(text and text == " ".join(text.split()) for text in texts)


def test_all_kinds_come_in_about_their_shares() -> None:
    r = Random(7)
    kinds = [invent(r)[0] for _ in range(4000)]
    whole = sum(share for share, _ in KINDS.values())
    for kind, (share, _) in KINDS.items():
        assert kinds.count(kind) / len(kinds) == pytest.approx(share / whole, rel=0.5, abs=0.004)


def test_nets_teach_the_underscore_and_flags_the_angle_brackets() -> None:
    r = Random(10)
    nets = [KINDS["net"][1](r) for _ in range(400)]
    assert sum("_" in net for net in nets) > 120
    spans = "".join(KINDS["span"][1](r) for _ in range(400))
    assert all(spans.count(c) > 20 for c in "<>≤≥~:")


def test_what_geometry_looks_like_is_no_lone_character() -> None:
    """A lone +, a dash or a bar is a centre mark or a line more often than text."""
    r = Random(11)
    singles = {KINDS["single"][1](r) for _ in range(3000)}
    assert not singles & {"+", "-", "|", "I", "O", "Q"}
    assert set("0123456789X") <= singles


def test_one_diameter_sign_and_one_dash() -> None:
    r = Random(8)
    for kind in ("dimension", "hole", "tolerance", "fit", "frame"):
        for _ in range(300):
            assert not set("Øø∅Φφ–—−") & set(KINDS[kind][1](r))


@pytest.mark.parametrize(("kind", "least"), [("tolerance", 0.95), ("fit", 0.9), ("thread", 0.9), ("frame", 1.0)])
def test_the_grammar_understands_them(kind: str, least: float) -> None:
    r = Random(9)
    meanings = [parse(KINDS[kind][1](r)).kind for _ in range(200)]
    assert sum(meaning not in ("note", "text") for meaning in meanings) / len(meanings) >= least


def test_names_join_words_of_all_cases_mostly_with_underscores() -> None:
    r = Random(12)
    names = [KINDS["name"][1](r) for _ in range(400)]
    assert sum("_" in name for name in names) > 200
    assert sum(any(c.islower() for c in name) and any(c.isupper() for c in name) for name in names) > 100
    assert sum(" " in name for name in names) > 20
