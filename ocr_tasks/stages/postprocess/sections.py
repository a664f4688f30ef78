"""Names of sections, `C-C`: the letter of a cutting line, twice (ISO 128-3, ASME Y14.3).

Narrow lettering sets the first letter against the dash, and a C there is read as G.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ocr_tasks.contract import Reading

NAME = re.compile(
    r"(?P<before>(?:(?:SECTION|SCHNITT|COUPE|VIEW|ANSICHT|VUE)\s)?)(?P<first>[A-Z])(?P<dash>\s?-\s?)(?P<second>[A-Z])"
)
ALIKE = ("CG", "DOQ", "EF")
"""Letters that are read one for another."""
ENDS = 2
"""The letter stands at both ends of its cutting line."""


def with_letters_twice(readings: Sequence[Reading]) -> list[Reading]:
    """Return READINGS of one page; a name of two letters that look alike has that of the page's cutting line twice.

    Only where the page shows one of both by itself, at both ends of that line, and the other one nowhere.
    """
    letters = Counter(reading.text for reading in readings if len(reading.text) == 1)
    return [
        reading.model_copy(update={"text": name}) if (name := named(reading.text, letters)) != reading.text else reading
        for reading in readings
    ]


def named(text: str, letters: Mapping[str, int]) -> str:
    """Return TEXT, the name of a section with its letter twice if LETTERS, counted by themselves, say which it is."""
    match = NAME.fullmatch(text)
    if match is None:
        return text
    both = {match["first"], match["second"]}
    shown = [letter for letter in both if letters.get(letter, 0)]
    alike = len(both) > 1 and any(both <= set(group) for group in ALIKE)
    if not alike or len(shown) != 1 or letters[shown[0]] < ENDS:
        return text
    return match["before"] + shown[0] + match["dash"] + shown[0]
