"""Names of a schematic's nets and parts, whose `_` lies on a wire and is read as a gap.

Names come in families: GND_1, GND_2; 0.1U_0201_10V; 180_0402_1%. A string in capitals that would be of a family of its
page if its gaps were `_` is of that family.
"""

import re
from collections.abc import Sequence

from ocr_tasks.contract import Reading

NAME = re.compile(r"[^\sa-z]*[A-Z%][^\sa-z]*")
SPACED = re.compile(r"[^\sa-z]+(?: [^\sa-z]+)+")
CERTAIN = 1.0
"""What a text layer says is not doubted."""


def with_underscores(readings: Sequence[Reading]) -> list[Reading]:
    """Return READINGS of one page with the gaps in names that belong to a family of the page as `_`."""
    families = {family_of(r.text) for r in readings if "_" in r.text and NAME.fullmatch(r.text)}
    return [
        reading.model_copy(update={"text": name})
        if reading.confidence < CERTAIN
        and SPACED.fullmatch(reading.text)
        and family_of(name := reading.text.replace(" ", "_")) in families
        else reading
        for reading in readings
    ]


def family_of(name: str) -> str:
    """Return NAME with its numbers made one: GND_12 and GND_3 are of one family."""
    return re.sub(r"\d+", "0", name)
