"""Numbers as they stand in a string, and whether the string's meaning is about them. Pure functions of text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from pydantic import JsonValue

MM_PER_INCH = 25.4

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[.,]\d+")
_ONE_SIGN = re.compile(r"\d*[.,]?\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_IMPOSSIBLE = re.compile(
    r"(?<![\d.,A-Za-z])0\d[\d.,]|[xX×]\s*0\d"  # 012.5, 016, 4X 02: a ⌀ read as a digit
    r"|/\s*[+-]\s*0\d"  # 40 0/-01: a point lost in a deviation
    r"|\d[.,]\d*[.,]\d"  # 1.2.5
    r"|[.,]{2}"
    r"|[.,]\s*$"  # 12.
)
_INCH_MARKS = re.compile(r"[\"″'′\[]|\bIN\b|\d\s*/\s*\d", re.IGNORECASE)
_CONVERTED = re.compile(r"[/'\"″′]|\d\s*(?:c?m|ft)\b", re.IGNORECASE)
_DISGUISED = re.compile(r"(?=.*\d)(?=.*[OolISB])[\dOolISB]+[.,][\dOolISB]+")
_AMONG_DIGITS = re.compile(
    r"(?=.*\d)(?=.*[OolISB])(?=.*(?:\d[OolI]|[ol]\d|\d[SB][\d.,]|[OolI][.,]\d|\d[.,][OolISB]))[\dOolISB]+(?:[.,][\dOolISB]+)?"
)
_SIGNS = frozenset("⌀±°×.,+-−()/|:=<>≤≥⌖⏥∥⊥∠◎⌓⌒⌯↗⌭○□↧⌴⌵▽√")
_LOOKALIKES = str.maketrans("OoQDlIiSsBZz", "000011155822")


def folded(text: str) -> str:
    """Return TEXT without white space and in one form of each character, for comparison only."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def numbers_in(text: str) -> set[float]:
    """Return every number that TEXT may hold: a comma may be a decimal sign or, before three digits, part thousands."""
    found: set[float] = set()
    for match in _NUMBER.findall(text):
        if _THOUSANDS.fullmatch(match):
            found.add(float(match.replace(",", "")))
        if _ONE_SIGN.fullmatch(match):
            found.add(float(match.replace(",", ".")))
    return found


def lacks_meaning(text: str, meaning: Mapping[str, JsonValue] | None) -> bool:
    """Say whether TEXT, of a dimension, has a digit, and its meaning no number but perhaps a count."""
    told = {key: value for key, value in (meaning or {}).items() if key != "count"}
    return any(character.isdigit() for character in text) and not _holds_number(told)


def digits(text: str) -> Counter[str]:
    """Return the digits of TEXT, counted; letters that look like a digit count as it."""
    return Counter(character for character in text.translate(_LOOKALIKES) if character.isdigit())


def looks_like(text: str, number: str) -> bool:
    """Say whether TEXT has a letter that looks like it for some digits of NUMBER, and else the same characters."""
    return "".join(text.split()).translate(_LOOKALIKES) == "".join(number.split())


def own_digits(text: str) -> Counter[str]:
    """Return the digits of TEXT alone, counted."""
    return Counter(character for character in text if character in "0123456789")


def impossible(text: str) -> bool:
    """Say whether TEXT, of a dimension, holds what nobody writes: a leading zero before digits, two decimal signs."""
    return _IMPOSSIBLE.search(text) is not None


def disguised(text: str) -> bool:
    """Say whether a decimal number in TEXT has letters for digits: l2.5, 1O.0."""
    return any(_DISGUISED.fullmatch(token) is not None for token in re.split(r"[\s±⌀ØR×x()/+\-]+", text))


def has_letters_for_digits(text: str) -> bool:
    """Say whether TEXT is a number but for letters that look like its digits: 1O, l50, ⌀2S.4. Names are none: SB10."""
    return any(_AMONG_DIGITS.fullmatch(token) is not None for token in re.split(r"[\s±⌀ØR×x()/+\-°]+", text))


def nonsense(text: str) -> bool:
    """Say whether TEXT, of four characters or more, is mostly neither letters nor digits nor one sign repeated."""
    plain = folded(text)
    if len(plain) < 4 or len(set(plain)) == 1:
        return False
    return sum(character.isalnum() or character in _SIGNS for character in plain) < 0.5 * len(plain)


def nominal_mm(meaning: Mapping[str, JsonValue] | None) -> float | None:
    """Return the nominal's size in millimetres; None for an angle or where there is none."""
    nominal, unit = _number(meaning, "nominal"), (meaning or {}).get("unit")
    if nominal is None or unit == "deg":
        return None
    return abs(nominal) * (MM_PER_INCH if unit == "in" else 1.0)


def limits_spread(meaning: Mapping[str, JsonValue] | None) -> float | None:
    """Return the upper limit less the lower one, in the callout's unit; None where there are no two."""
    for upper, lower in (("upper", "lower"), ("upper_deviation", "lower_deviation")):
        high, low = _number(meaning, upper), _number(meaning, lower)
        if high is not None and low is not None:
            return high - low
    return None


def nominal_is_written(text: str, meaning: Mapping[str, JsonValue] | None) -> bool | None:
    """Say whether the meaning's nominal stands in TEXT; None where it need not: fractions, feet, metres, degrees."""
    nominal = _number(meaning, "nominal")
    if nominal is None or (meaning or {}).get("unit") == "deg" or _CONVERTED.search(text):
        return None
    return any(abs(abs(nominal) - number) <= 1e-9 * max(1.0, number) for number in numbers_in(text))


def states_its_unit(text: str) -> bool:
    """Say whether TEXT itself shows inches: it may differ from the drawing's unit."""
    return _INCH_MARKS.search(text) is not None


def _holds_number(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return any(_holds_number(part) for part in value.values())
    if isinstance(value, list):
        return any(_holds_number(part) for part in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(meaning: Mapping[str, JsonValue] | None, key: str) -> float | None:
    value = (meaning or {}).get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
