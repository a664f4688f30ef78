"""How figures and strangers' words are written on the page."""

import unicodedata
from datetime import datetime

LONGEST = 240

TRUTHS = {
    "layer": "the text that the files themselves hold beside the picture, where it can be trusted",
    "review": "what people wrote when they looked at drawings that were doubted",
}
STATES = {"loaded": "loaded", "quarantined": "waiting", "rejected": "not read"}


def percent(share: float | None) -> str:
    """Write a share: 94 %, and one decimal where it is close to all or nothing."""
    if share is None:
        return "–"
    value = 100 * share
    return f"{value:.0f} %" if value in (0.0, 100.0) or 1 <= value <= 99 else f"{value:.1f} %"


def duration(seconds: float | None) -> str:
    """Write a time span in the units that a person would use."""
    if seconds is None:
        return "–"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: 1 drawing, 12,000 drawings."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(at: datetime | None) -> str:
    """Write a moment, in its own zone."""
    return "–" if at is None else f"{at:%d %B %Y, %H:%M} {at.tzname() or ''}".strip().lstrip("0")


def shown(text: object, longest: int = LONGEST) -> str:
    """Return a stranger's words so that they only ever look like what they are.

    Control and direction characters become their code in brackets; what is very long is cut.
    """
    plain = "".join(
        f"[U+{ord(character):04X}]" if unicodedata.category(character)[0] == "C" else character
        for character in str(text)[: longest + 1]
    )
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def figure(value: object) -> str:
    """Write what was observed or required: numbers short, anything else as it is."""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "nothing" if value is None else shown(value)


def words(name: str) -> str:
    """Return a name of the program as words: strings_stand_on_ink becomes strings stand on ink."""
    return name.replace("_", " ")
