"""What another recogniser reads where the result has numbers: two sure readers that differ are a doubt."""

import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from drawing_etl.quality.glyphs import DECIMAL_SIGNS
from drawing_etl.quality.numerals import looks_like
from drawing_etl.settings import Settings
from drawing_etl.stage_process import follow, start, trouble
from ocr_tasks.contract import EngineInfo, Item, SecondReading, Stage
from ocr_tasks.workdir import Workdir

DIGITS = "0123456789"
DIAMETERS = "⌀ØøφΦ∅ϕ"
SIGNS = ("°", "±", "R", DIAMETERS)
"""Those without which a number means something else; each in all its spellings."""

PLAIN = re.compile(r"(?=.*\d)[\d.,+±\-−()Rx×\s]+")
"""Strings of digits and of signs that every reader knows."""

SURE = 0.9
"""The second reader's confidence in each character that is to count."""

FAR = 0.6
"""Strings whose letters and digits differ by more than this, in parts of the longer one, are not of the same place."""

LEAST_FAR = 3
"""Letters and digits that both must have before they can be far apart."""


class SecondOpinion(NamedTuple):
    """Of `read` numbers that were read again, those that the second reader contradicts, each with what it says."""

    read: int
    otherwise: dict[int, str]


def read_again(works: Sequence[Workdir], settings: Settings, share: float) -> None:
    """Let a process of its own read a SHARE of each drawing's numbers again; raises MachineError where it fails."""
    names = [work.name for work in works if work.rejection() is None]
    if not names or share == 0:
        return
    command = ["-m", "ocr_tasks", "read-again", "--work", str(settings.work_root), "--share", str(share)]
    threads = ["--threads", str(settings.threads)] if settings.threads else []
    code, tail = follow(start([sys.executable, *command, *threads, *names]), lambda line: None)
    if code != 0:
        raise trouble(Stage.VALIDATE, code, tail)


def second_reader(work: Workdir) -> EngineInfo | None:
    """Return what has read the drawing's numbers again; None where nothing has."""
    second = work.second_readings()
    return None if second is None else second.engine


def second_opinion(work: Workdir, items: Sequence[Item]) -> SecondOpinion:
    """Compare the items with the second readings of their places; nothing is compared where there are none."""
    second = work.second_readings()
    if second is None:
        return SecondOpinion(0, {})  # the share is zero, or the rasters were gone
    again = {(reading.page, reading.quad_px): reading for reading in second.readings}
    both = [(item, again[item.page, item.quad_px]) for item in items if (item.page, item.quad_px) in again]
    otherwise = {item.item_id: reading.text for item, reading in both if reads_otherwise(item.text, reading)}
    return SecondOpinion(len(both), otherwise)


def reads_otherwise(text: str, second: SecondReading) -> bool:
    """Say whether a sure second reading has other digits than TEXT, a sign more, or is another string at all.

    Where one of the two has more digits nothing is said unless both are plain numbers: signs that a reader does not
    know it reads as digits. Nor of `/`, which stands between the lines of a stacked tolerance.
    """
    if "/" in text:
        return False
    own = [place for place, character in enumerate(text) if character in DIGITS]
    theirs = [place for place, character in enumerate(second.text) if character in DIGITS]
    if _has_diameter(text) and not _has_diameter(second.text) and theirs and second.text[theirs[0]] == "0":
        theirs = theirs[1:]
    if own and len(own) == len(theirs):
        differing = [there for here, there in zip(own, theirs, strict=True) if text[here] != second.text[there]]
        if differing:
            return all(second.char_confidences[place] >= SURE for place in differing)
        return _points_differ(text, own, second, theirs) or _sign_left_out(text, second)
    sure = all(second.char_confidences[place] >= SURE for place in theirs)
    plain = PLAIN.fullmatch(text) is not None and PLAIN.fullmatch(second.text) is not None
    if theirs and sure and (plain or (len(text) > 1 and looks_like(text, second.text))):
        return True
    return _far(text, second)


def _points_differ(text: str, own: Sequence[int], second: SecondReading, theirs: Sequence[int]) -> bool:
    """Say whether a decimal sign stands between digits in one of the two only. Their digits are the same."""
    sure = second.char_confidences
    for k in range(len(own) - 1):
        here, there = text[own[k] + 1 : own[k + 1]], second.text[theirs[k] + 1 : theirs[k + 1]]
        if here == "" and there and there in DECIMAL_SIGNS and sure[theirs[k] + 1] >= SURE:
            return True
        if there == "" and here and here in DECIMAL_SIGNS and min(sure[theirs[k]], sure[theirs[k + 1]]) >= SURE:
            return True
    return False


def _sign_left_out(text: str, second: SecondReading) -> bool:
    """Say whether the second reading is sure of a sign that TEXT, of the same digits, has nowhere."""
    sure = {character for character, how in zip(second.text, second.char_confidences, strict=True) if how >= SURE}
    return any(sure & set(sign) and not set(text) & set(sign) for sign in SIGNS)


def _far(text: str, second: SecondReading) -> bool:
    own = [character for character in text.upper() if character.isalnum()]
    theirs = [place for place, character in enumerate(second.text) if character.isalnum()]
    if min(len(own), len(theirs)) < LEAST_FAR or min(second.char_confidences[place] for place in theirs) < SURE:
        return False
    return Levenshtein.normalized_distance(own, [second.text[place].upper() for place in theirs]) >= FAR


def _has_diameter(text: str) -> bool:
    return any(sign in text for sign in DIAMETERS)
