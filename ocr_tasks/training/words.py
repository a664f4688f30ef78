"""The words and phrases of `words.yaml`."""

from importlib.resources import files

import yaml

_LISTS: dict[str, list[str]] = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text(encoding="utf-8"))

NOTES = _LISTS["notes"]
WORDS = _LISTS["words"]
TITLES = _LISTS["titles"]
MATERIALS = _LISTS["materials"]
NETS = _LISTS["nets"]
VALUES = _LISTS["values"]
CJK = _LISTS["asian"]
