"""The classes that drawings need beyond those that the stock recogniser has."""

ADDED = {
    "⌖": "⊕",
    "⌓": "△",
    "⌒": "∩",
    "⌰": "↗",
    "⌴": "□",
    "⌵": "√",
    "⌲": "▷",
    "⌳": "△",
    "Ⓛ": "Ⓜ",
    "Ⓟ": "Ⓜ",
    "Ⓕ": "Ⓜ",
    "Ⓣ": "Ⓜ",
    "Ⓤ": "Ⓜ",
    "Ⓢ": "Ⓜ",
    "Ⓔ": "Ⓜ",
    "℄": "§",
    "⅛": "½",
    "⅜": "½",
    "⅝": "½",
    "⅞": "½",
}
"""Each added character with the one of the stock recogniser from whose weights it starts: a look-alike."""

UNTAUGHT = "!?^$"
"""What notes hold and no invented string does: training only learns that it never comes. See `export.with_untaught`.

Braces and strokes that drawings have as geometry (`{`, `\\`) are not among them: those should stay unlikely.
"""
