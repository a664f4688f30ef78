"""What title blocks, notes and revision tables say. Companies and people are made up."""

from __future__ import annotations

from typing import Literal

Tongue = Literal["english", "german", "asme"]

COMPANIES: dict[Tongue, tuple[str, ...]] = {
    "english": ("Nordhaven Drives Ltd", "Tarn Valley Engineering", "Kestrel Pumps plc", "Ashdown Gearworks"),
    "german": ("Brackwede Getriebebau GmbH", "Oberland Antriebstechnik AG", "Kälber & Söhne Maschinenbau"),
    "asme": ("Calloway Motion Systems", "Redstone Tooling Inc.", "HARLAN FLUID POWER"),
}
NAMES: dict[Tongue, tuple[str, ...]] = {
    "english": ("M. Okafor", "J. Lindqvist", "R. Castellan", "P. Varga", "A. Whitlock", "S. Deane"),
    "german": ("K. Österle", "H. Weiß", "S. Grünwald", "T. Mäder", "I. Jäckel", "B. Rohde"),
    "asme": ("D. FERRIS", "L. BRANDT", "T. NAKANO", "W. OTERO", "C. HALE"),
}
METALS: dict[str, tuple[str, ...]] = {
    "steel": ("C45 (1.0503)", "42CrMo4 (1.7225)", "16MnCr5 (1.7131)", "S355J2 (1.0577)", "S235JR"),
    "stainless": ("X5CrNi18-10 (1.4301)", "X2CrNiMo17-12-2 (1.4404)"),
    "aluminium": ("EN AW-6082 T6", "EN AW-7075 T651"),
    "aluminum": ("6061-T6 ALUMINUM", "7075-T651 ALUMINUM", "AL 2024-T3"),
    "iron": ("EN-GJL-250", "EN-GJS-400-15", "EN-GJS-500-7"),
}
FINISHES: dict[Tongue, tuple[str, ...]] = {
    "english": ("Phosphated", "Zinc plated 8 µm", "Nitrided 0.3 mm deep", "Painted RAL 7035"),
    "german": ("grundiert", "brüniert", "verzinkt 8 µm", "einsatzgehärtet 58+4 HRC"),
    "asme": ("CLEAR ANODIZE", "BLACK OXIDE", "PASSIVATE", "CHEM FILM"),
}
DESCRIPTIONS: dict[Tongue, tuple[str, ...]] = {
    "english": (
        "First issue",
        "Bore tolerance was H8",
        "Chamfers added",
        "Material changed",
        "Hole pattern turned 15°",
    ),
    "german": ("Erstausgabe", "Passung geändert", "Fase ergänzt", "Werkstoff geändert", "Maß 42 war 40"),
    "asme": ("RELEASED", "ADDED NOTE 3", "CHANGED SLOT LENGTH", "UPDATED TITLE BLOCK", "HOLE DIA WAS .250"),
}
NOTES: dict[Tongue, tuple[tuple[str, ...], ...]] = {
    "english": (
        ("REMOVE ALL BURRS, BREAK SHARP EDGES 0.3 MAX.",),
        ("SURFACE ROUGHNESS Ra 3.2 UNLESS", "OTHERWISE STATED."),
        ("PART TO BE FREE OF SCALE AND OIL.",),
        ("MARK PART NUMBER WHERE SHOWN, 3 mm HIGH.",),
        ("DIMENSIONS APPLY AFTER PLATING.",),
        ("DO NOT SCALE THIS DRAWING.",),
        ("STRESS RELIEVE AT 560 °C FOR 2 HOURS.",),
    ),
    "german": (
        ("Alle Kanten gratfrei, gebrochen 0,3 x 45°.",),
        ("Gewindefreistich nach DIN 76-A.",),
        ("Nicht bemaßte Radien R0,5.",),
        ("Zentrierbohrungen nach DIN 332 zulässig.",),
        ("Oberfläche Ra 3,2, soweit nicht", "anders angegeben."),
        ("Teil mit Sachnummer kennzeichnen.",),
    ),
    "asme": (
        ("INTERPRET DRAWING PER ASME Y14.5-2018.",),
        ("REMOVE ALL BURRS AND SHARP EDGES, R.015 MAX.",),
        ("MASK TAPPED HOLES BEFORE ANODIZING.",),
        ("ALL FILLET RADII .03 MAX UNLESS NOTED.",),
        ("BAG AND TAG WITH PART NUMBER AND REV.",),
        ("SURFACE FINISH 63 OR BETTER.",),
    ),
}
GERMAN_WORDS = {
    "Hub flange": "Nabenflansch",
    "Coupling flange": "Kupplungsflansch",
    "Adapter flange": "Zwischenflansch",
    "Drive shaft": "Antriebswelle",
    "Bearing pin": "Lagerbolzen",
    "Pinion shaft": "Ritzelwelle",
    "Mounting plate": "Montageplatte",
    "Adapter plate": "Adapterplatte",
    "Base plate": "Grundplatte",
    "Cover plate": "Deckplatte",
    "Bearing block": "Lagerbock",
    "Pillow block": "Stehlager",
    "Bearing housing": "Lagergehäuse",
    "Bearing unit": "Lagereinheit",
    "Shaft": "Welle",
    "Ball bearing": "Rillenkugellager",
    "Cover": "Deckel",
    "Socket head screw": "Zylinderschraube",
    "Retaining ring": "Sicherungsring",
}
