"""Look-alikes are told apart only where one of them can stand."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ocr_tasks.stages.recognize.spelling import spelt


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("O.05OMM", "0.050MM"),
        ('21⁄2"', '2 1⁄2"'),
        ("IO'-2 3⁄4\"", "10'-2 3⁄4\""),
        ("1O'-11\"", "10'-11\""),
        ("IO1⁄4", "10 1⁄4"),
        ('I 7⁄32 "', '1 7⁄32"'),
        ("TO'-BE", "TO'-BE"),
        ('#12x17⁄8" PH', '#12x1 7⁄8" PH'),
        ("RO.20MM", "R0.20MM"),
        ("I3. SHARP EDGES", "13. SHARP EDGES"),
        ("TABLE I.0", "TABLE 1.0"),
        ("1O.5", "10.5"),
        ("O°", "0°"),
        ("SECTI0N", "SECTION"),
        ("HALL GND BLK°", "HALL GND BLK"),
        ("(□THER T□LERANCE: ±0.2)", "(OTHER TOLERANCE: ±0.2)"),
        ("T□ NUMBER □F 4X□10", "TO NUMBER OF 4X□10"),
        ("lEC 60529", "IEC 60529"),
        ("- 0.5 -", "0.5"),
        ("- ⌀63,7", "⌀63,7"),
        ("-⌀160,26 g6", "⌀160,26 g6"),
        ("- ⌀5 HOLES DEBURRED", "- ⌀5 HOLES DEBURRED"),
        ("0-RING 20x2", "O-RING 20x2"),
        ("10-RING SET", "10-RING SET"),
        ("E727TO005", "E727T0005"),
        ("4x Q 25 THRU", "4x ⌀ 25 THRU"),
        ("2x Q 20 $ 45", "2x ⌀ 20 ↧ 45"),
        ("5′-2″", "5'-2\""),
        ("Ø 16", "⌀ 16"),
        ("2×45°", "2x45°"),
        ("±O.1", "±0.1"),
        ("MATERlAL", "MATERIAL"),
        ("FAl MUST", "FAI MUST"),
        ('16" 0.C.', '16" O.C.'),
        ("W.1.C.", "W.I.C."),
        ("D.L.0.", "D.L.O."),
        ("T.B.D, D.L.0.", "T.B.D, D.L.O."),
        ("4x(12", "4x(12)"),
        ("(⌀45", "(⌀45)"),
        ("4.5)", "(4.5)"),
        ("289.93±0.3 (0ut1ine)", "289.93±0.3 (Outline)"),
        ("(AA_0utline)", "(AA_Outline)"),
        ("PI. BURR NOT TO EXCEED", "P1. BURR NOT TO EXCEED"),
        ("0.Imm", "0.1mm"),
        ("6#12-[11-150ZW", "6#12-[1]-150ZW"),
        ("4#16-[21", "4#16-[2]"),
        ("9#12-[3]-150ZW", "9#12-[3]-150ZW"),
        ("4#10-[2", "4#10-[2"),
        ("[1250-80]", "[1250-80]"),
        ("[121, 2]", "[121, 2]"),
        ("1.96 Ib", "1.96 lb"),
        ("I. BREAK EDGES", "1. BREAK EDGES"),
        ("QI. Ⓟ---PROCESS CONTROL", "Q1. Ⓟ---PROCESS CONTROL"),
        ("SECTION YI-Yl", "SECTION Y1-Y1"),
        ("AII RADII 2", "All RADII 2"),
        ("4. ALL FILLET RADI1 .03 MAX", "4. ALL FILLET RADII .03 MAX"),
        ("INTERNAL RAD11 0.5 MAX", "INTERNAL RADII 0.5 MAX"),
        ("RAD1I R2", "RADII R2"),
        ("IS0 2768-mK", "ISO 2768-mK"),
        ("ASME YI4.5-2018", "ASME Y14.5-2018"),
        ("ANODIZE TYPE 11", "ANODIZE TYPE II"),
        ("TYPE 111, CLASS 2", "TYPE III, CLASS 2"),
        ("TYPE 1I", "TYPE II"),
        ("TYPE I1I", "TYPE III"),
        ("CIose", "Close"),
        ("38CrMoAIA", "38CrMoAlA"),
        ("EN AW-AIMgSi1", "EN AW-AlMgSi1"),
        ("5OP P0.5", "50P P0.5"),
        ("2.80±0.⌀5", "2.80±0.05"),
        ("L.95", "1.95"),
        (".4.7U", "4.7U"),
        ("|ACCESS", "ACCESS"),
        ("± ⌀.⌀2 mm", "± 0.02 mm"),
        ("± 1⌀ g", "± 10 g"),
        ("PRT⌀1⌀4", "PRT0104"),
        ("24-⌀3-⌀7-A", "24-03-07-A"),
        ("TPS545ODDAR", "TPS5450DDAR"),
        ("Unbemaßte Fasen lx45°", "Unbemaßte Fasen 1x45°"),
        ("I x 45°", "1 x 45°"),
        ("PIN N0. SYMBOL", "PIN NO. SYMBOL"),
        ("MIL-1-46058", "MIL-I-46058"),
        ("SWDI0", "SWDIO"),
        ("VDDI0", "VDDIO"),
        ("VCCIO0", "VCCIO0"),
        ("JTAG-TD0", "JTAG-TDO"),
        ("DI(100)", "DI(IO0)"),
        ("DO(101)", "DO(IO1)"),
        ("TD0", "TD0"),
        ("+1.8V_AUDI0", "+1.8V_AUDIO"),
        ("SPI_MIS0", "SPI_MISO"),
        ("GPI010", "GPIO10"),
        ("SCB0_2/GPI0_3", "SCB0_2/GPIO_3"),
        ("BOOTO", "BOOT0"),
        ("UARTO_TX", "UART0_TX"),
        ("AlSi1OMg", "AlSi10Mg"),
        ("EN AW-AlMgSil", "EN AW-AlMgSi1"),
        ("1ISMnPb30+C", "11SMnPb30+C"),
        ("12 in-Ib", "12 in-lb"),
        ("⌀10 $25", "⌀10 ↧25"),
        ("4xM5 $10", "4xM5 ↧10"),
        ("⌴ ⌀11 $6.8", "⌴ ⌀11 ↧6.8"),
        ("STAND W/0 HOLES", "STAND W/O HOLES"),
        ("VIDE0 1", "VIDEO 1"),
        ("REVISAD0", "REVISADO"),
        ("1.50 1.D.", "1.50 I.D."),
        ("I.D. (bottom) = 19.02", "I.D. (bottom) = 19.02"),
        ("Top l.D. at rim", "Top I.D. at rim"),
        ("Bottom 1. D. (Sph. Diameter)", "Bottom I. D. (Sph. Diameter)"),
        ("DWGO0121", "DWG00121"),
        ("EnduraPlatetM Optical", "EnduraPlateTM Optical"),
        ("7X |9.00", "7X 9.00"),
        ("Secciín A-A", "Sección A-A"),
        ("Denominacién", "Denominación"),
        ("SECCIÔN B-B", "SECCIÓN B-B"),
        ("TíTULO", "TÍTULO"),
        ("DESCRIÇÄ0", "DESCRIÇÃO"),
        ("Revisäo", "Revisão"),
        ("CC1°", "CC1"),
        ("TX1+°", "TX1+"),
        ("31.∠0", "31.20"),
    ],
)
def test_only_one_reading_is_possible(read: str, meant: str) -> None:
    assert spelt(read) == meant


@pytest.mark.parametrize(
    "text",
    ["1⁄2", "15⁄16\"", "25⁄4", "1.1⁄2",
     "I2C_SDA", "GPIO0", "IO1", "USB3_L1P", "W.I.C.", "C1_Plate", "OK", "ISO 2768-mK", "M8x1.25", "0402 1%", "XO 5050",
     "OIL", "ILLUMINATION", "Id: 3/4", "Q1", "10k", "DIN 912", "Al 6061", "0.C", "NO. 12", "图纸", "0mm", "0x1f",
     "J.I. SMITH", "AISI 304", "v1", "a1b", "0deg", "I. Jäckel", "-0.1", "-30°", "DIN 2000-", "10-20", "- M8", "Ib",
     "SECTION I-I", "L2", "L.H.", ".5", "KIcad", "3OD", "2x⌀5", "|A|B", "SPINI",
     "PCD⌀80", "4-⌀8", "2⌀5", "100OHM", "MAX5°", "X45°", "N°", "_3V3", "côté",
     "TO220", "- 9 -", "□10", "4x Q1", "Q 20", "COST $ 45", "lb", "254.01 1o 279.40", "60|60", "3|",
     "RAD11", "RADI12", "TYPE 11", "TYPE 111", "TYPE 112 CLASS 2", "TYPE II", "TYPE III", "IQ 5 THRU",
     "recién", "1.D.", "A/0", "LOAD0", "SPI0", "TRADI0", "Säule", "CAÑÓN", "SÄGE",
     "N0.5", "N0", "GPI0", "ROBOTO", "GPIOB", "MIS01", "MIL-1", "10 x 45°", "Ill x 2", "in-Ibiza", "TAM 5 COST $ 45",
     "1)", "12)", "(SEE NOTE 4", "A.B.0.5", "(4 PLACES", "5∠30.5°", "∠0.05"],
)  # fmt: skip
def test_what_can_be_meant_stays(text: str) -> None:
    assert spelt(text) == text


@settings(deadline=None)
@given(st.text(max_size=40))
@example("㊀")
def test_spelling_twice_changes_nothing_more(text: str) -> None:
    once = spelt(text)
    assert spelt(once) == once


@settings(deadline=None)
@given(st.integers(0, 9999), st.integers(0, 999))
def test_clean_numbers_stay(whole: int, part: int) -> None:
    for text in (f"{whole}.{part}", f"{whole},{part}", f"R{whole}", f"M{whole}x{part}", f"{whole}°"):
        assert spelt(text) == text
