"""Faults to plant into clean drawings: what engines, postprocess, storage and people really get wrong.

A fault changes a copy of a workdir. STRENGTH, 0..1, is the share of the strings concerned that it changes (at least
one), except where a fault says otherwise. It says whether it changed anything: a drawing without a ⌀ loses none.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from clean_drawings import later, read_again, write_readings

from ocr_tasks.contract import Item, Quad, Reading, Result, Stage
from ocr_tasks.workdir import Workdir

Where = Literal["engine", "postprocess", "files"]
Plant = Callable[[Workdir, Sequence[Workdir], float, random.Random], bool]
"""(copy of the drawing, other drawings, strength, dice) -> whether it changed anything."""

NUMBER = re.compile(r"\d")
DIMENSION = re.compile(r"^[^A-Za-z]*\d+[.,]?\d*")


@dataclass(frozen=True)
class Fault:
    """`acts`: it changes what someone would act on; else it is only a sign that something is wrong."""

    name: str
    where: Where
    plant: Plant
    acts: bool = True


# --- into the readings: the engine's faults, through postprocess as it is ---------------------------------------------


def readings(
    change: Callable[[Reading, random.Random], Reading | None],
    concerned: Callable[[Reading], bool] = lambda reading: NUMBER.search(reading.text) is not None,
) -> Plant:
    """Change a share of the readings concerned (None: lost), then run postprocess."""

    def plant(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
        before = work.readings()
        chosen = _some([k for k, reading in enumerate(before) if concerned(reading)], strength, dice)
        after = [change(reading, dice) if k in chosen else reading for k, reading in enumerate(before)]
        return _read_as(work, [reading for reading in after if reading is not None])

    return plant


def _read_as(work: Workdir, after: Sequence[Reading]) -> bool:
    """Run postprocess on other readings, and say whether the result differs: what it mends is no fault any more."""
    before = [_said(item) for item in work.result().items]
    write_readings(work, after)
    read_again(work)
    return [_said(item) for item in work.result().items] != before


def _said(item: Item) -> tuple[object, ...]:
    """What an item tells: not how its text was read at first."""
    return item.page, item.kind, item.text, item.parts, item.quad_px, item.confidence, str(item.meaning)


def text(change: Callable[[str, random.Random], str]) -> Callable[[Reading, random.Random], Reading]:
    """Change a reading's text, its confidences as sure as ever."""

    def changed(reading: Reading, dice: random.Random) -> Reading:
        new = change(reading.text, dice)
        sure = (reading.char_confidences * 2)[: len(new)] or (0.99,) * len(new)
        return reading.model_copy(update={"text": new, "char_confidences": sure, "parts": ()})

    return changed


def _some(indices: Sequence[int], strength: float, dice: random.Random) -> set[int]:
    return set(dice.sample(indices, min(len(indices), max(1, round(strength * len(indices))))))


def _has(signs: str) -> Callable[[Reading], bool]:
    return lambda reading: re.search(signs, reading.text) is not None


def _digit(new: Callable[[str, random.Random], str]) -> Callable[[str, random.Random], str]:
    """Change one digit of a text."""

    def change(old: str, dice: random.Random) -> str:
        place = dice.choice([k for k, character in enumerate(old) if character.isdigit()])
        return old[:place] + new(old[place], dice) + old[place + 1 :]

    return change


def _swapped(old: str, dice: random.Random) -> str:
    places = [k for k in range(len(old) - 1) if old[k : k + 2].isdigit() and old[k] != old[k + 1]]
    if not places:
        return old
    k = dice.choice(places)
    return old[:k] + old[k + 1] + old[k] + old[k + 2 :]


def _point_moved(old: str, dice: random.Random) -> str:
    return re.sub(r"(\d)([.,])(\d)", r"\2\1\3", old, count=1)


def _cut(reading: Reading, dice: random.Random) -> Reading:
    """Keep the first half of a string and of its box."""
    half = max(1, len(reading.text) // 2)
    a, b, c, d = reading.quad_px
    share = half / len(reading.text)
    middle = _between(a, b, share), _between(d, c, share)
    return text(lambda old, _: old[:half])(reading, dice).model_copy(update={"quad_px": (a, middle[0], middle[1], d)})


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))


def shifted(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """All boxes of a page shifted by STRENGTH times 40 mm."""
    page = work.pages()[0]
    reach = strength * 40 * page.dpi / 25.4
    return readings(lambda reading, _: _moved(reading, reach, reach / 2), lambda reading: reading.page == 1)(
        work, others, 1.0, dice
    )


def _moved(reading: Reading, x: float, y: float) -> Reading:
    a, b, c, d = ((corner[0] + x, corner[1] + y) for corner in reading.quad_px)
    return reading.model_copy(update={"quad_px": (a, b, c, d)})


def scaled(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """All boxes in pixels of another resolution: smaller by STRENGTH times a half."""
    factor = 1 - strength / 2

    def change(reading: Reading, _: random.Random) -> Reading:
        a, b, c, d = ((corner[0] * factor, corner[1] * factor) for corner in reading.quad_px)
        return reading.model_copy(update={"quad_px": (a, b, c, d)})

    return readings(change, lambda reading: True)(work, others, 1.0, dice)


def doubled_readings(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """Strings read twice, as where tiles overlap."""
    before = work.readings()
    again = [before[k] for k in sorted(_some(range(len(before)), strength, dice))]
    return _read_as(work, _numbered([*before, *again]))


def _numbered(readings: Sequence[Reading]) -> list[Reading]:
    return [reading.model_copy(update={"region_id": k}) for k, reading in enumerate(readings)]


def split_readings(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """Strings cut in two at a tile border, a character lost between the halves."""
    before = work.readings()
    chosen = _some(
        [k for k, reading in enumerate(before) if len(reading.text) >= 4 and _has(r"\d")(reading)], strength, dice
    )
    after: list[Reading] = []
    for k, reading in enumerate(before):
        if k not in chosen:
            after.append(reading)
            continue
        half = len(reading.text) // 2
        a, b, c, d = reading.quad_px
        share = half / len(reading.text)
        top, foot = _between(a, b, share), _between(d, c, share)
        after.append(
            text(lambda old, _, half=half: old[:half])(reading, dice).model_copy(update={"quad_px": (a, top, foot, d)})
        )
        after.append(
            text(lambda old, _, half=half: old[half + 1 :])(reading, dice).model_copy(
                update={"quad_px": (top, b, c, foot)}
            )
        )
    return _read_as(work, _numbered(after))


def last_drawing(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """The engine returns the texts of another drawing at this drawing's places."""
    texts = [reading.text for reading in others[0].readings()]
    return readings(
        lambda reading, _: reading.model_copy(update={"text": texts[reading.region_id % len(texts)]}), lambda _: True
    )(work, others, strength, dice)


def tile_missed(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """Nothing is detected in the left part of each page, STRENGTH of its width."""
    width = {page.page: page.width_px for page in work.pages()}
    return readings(lambda reading, _: None, lambda reading: reading.quad_px[0][0] < strength * width[reading.page])(
        work, others, 1.0, dice
    )


def confidences(change: Callable[[float], float]) -> Plant:
    """Change all confidences, whatever the strength."""

    def each(reading: Reading, _: random.Random) -> Reading:
        return reading.model_copy(
            update={
                "confidence": change(reading.confidence),
                "char_confidences": tuple(change(value) for value in reading.char_confidences),
            }
        )

    plant = readings(each, lambda _: True)
    return lambda work, others, strength, dice: plant(work, others, 1.0, dice)


# --- into the result: postprocess's faults ----------------------------------------------------------------------------


def items(
    change: Callable[[Item, random.Random], Item | None],
    concerned: Callable[[Item], bool] = lambda item: True,
) -> Plant:
    """Change a share of the items concerned (None: lost)."""

    def plant(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
        result = work.result()
        chosen = _some([k for k, item in enumerate(result.items) if concerned(item)], strength, dice)
        after = [change(item, dice) if k in chosen else item for k, item in enumerate(result.items)]
        kept = tuple(item for item in after if item is not None)
        work.write_result(result.model_copy(update={"items": kept}))
        return kept != result.items

    return plant


def meaning(**new: Callable[[Any, dict[str, Any]], Any]) -> Callable[[Item, random.Random], Item]:
    """Change fields of an item's meaning."""

    def change(item: Item, _: random.Random) -> Item:
        old = dict(item.meaning or {})
        return item.model_copy(update={"meaning": old | {name: of(old.get(name), old) for name, of in new.items()}})

    return change


def means(*names: str) -> Callable[[Item], bool]:
    return lambda item: item.kind == "dimension" and all((item.meaning or {}).get(name) is not None for name in names)


def meanings_of_neighbours(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """Meanings hang on the item before theirs, over STRENGTH of the list."""
    result = work.result()
    shift = [k for k, item in enumerate(result.items) if item.kind == "dimension"]
    shift = shift[: max(2, round(strength * len(shift)))]
    after = list(result.items)
    for k, next_k in zip(shift, [*shift[1:], shift[0]], strict=True):
        after[k] = after[k].model_copy(update={"meaning": result.items[next_k].meaning})
    work.write_result(result.model_copy(update={"items": tuple(after)}))
    return tuple(after) != result.items


def doubled_items(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    result = work.result()
    again = [result.items[k] for k in sorted(_some(range(len(result.items)), strength, dice))]
    more = tuple(item.model_copy(update={"item_id": len(result.items) + k}) for k, item in enumerate(again))
    work.write_result(result.model_copy(update={"items": result.items + more}))
    return True


def page_order(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """Items carry the number of the page after theirs."""
    pages = len(work.pages())
    if pages < 2:
        return False
    return items(lambda item, _: item.model_copy(update={"page": item.page % pages + 1}))(work, others, 1.0, dice)


def page_dropped(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    result = work.result()
    last = len(result.pages)
    kept = tuple(item for item in result.items if item.page != last)
    work.write_result(result.model_copy(update={"pages": result.pages[:-1], "items": kept}))
    return True


def off_page(item: Item, dice: random.Random) -> Item:
    a, b, c, d = ((x + 1e5, y) for x, y in item.quad_px)
    return item.model_copy(update={"quad_px": (a, b, c, d)})


# --- into the files ---------------------------------------------------------------------------------------------------


def name_lost(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    result = work.result()
    left = {name: field for name, field in result.title_block.items() if name not in ("drawing_number", "title")}
    work.write_result(result.model_copy(update={"title_block": left}))
    return sum(field.state == "read" for field in left.values()) > 2


def stale_result(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    work.write_result(others[0].result())
    return True


def relabelled_result(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """Another drawing's items under this drawing's id and pages."""
    result: Result = others[0].result()
    own = work.pages()
    kept = tuple(item for item in result.items if item.page <= len(own))
    work.write_result(result.model_copy(update={"drawing_id": work.name, "pages": tuple(own), "items": kept}))
    return True


def stale_readings(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """The result is of this drawing, its readings are another's."""
    write_readings(work, others[0].readings())
    return True


def other_rasters(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """Another drawing's page lies where this one's was."""
    image = others[0].page_image(1)
    (work.path / "pages" / "0001.npy").unlink()
    work.write_page_image(1, image)
    return True


def rendered_later(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """The drawing was rendered again, and what comes after was not."""
    report = work.required_report(Stage.RENDER)
    work.finish(report.model_copy(update={"finished_at": report.finished_at + later(60)}))
    return True


def rendered_otherwise(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    """The pages were rendered again at another resolution after the drawing was read."""
    work.write_pages(page.model_copy(update={"sha256": "0" * 64, "dpi": page.dpi * 2}) for page in work.pages())
    return True


def stage_missing(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    (work.path / "reports" / f"{Stage.RECOGNIZE}.json").unlink()
    return True


def other_manifest(work: Workdir, others: Sequence[Workdir], strength: float, dice: random.Random) -> bool:
    work.write_manifest(others[0].manifest())
    return True


def turned_quad(quad: Quad) -> Quad:
    a, b, c, d = quad
    return (c, d, a, b)


FAULTS = (
    Fault("⌀ dropped", "engine", readings(text(lambda old, _: old.replace("⌀", "")), _has("⌀"))),
    Fault("⌀ read as 0", "engine", readings(text(lambda old, _: old.replace("⌀", "0")), _has(r"⌀\d+[.,]"))),
    Fault("decimal point lost", "engine", readings(text(lambda old, _: re.sub("[.,]", "", old)), _has(r"\d[.,]\d"))),
    Fault("decimal point moved", "engine", readings(text(_point_moved), _has(r"\d[.,]\d"))),
    Fault("digit lost", "engine", readings(text(_digit(lambda old, _: "")), _has(r"\d\d"))),
    Fault("digit doubled", "engine", readings(text(_digit(lambda old, _: old * 2)), _has(r"^[\d.,⌀R]+$"))),
    Fault("digits swapped", "engine", readings(text(_swapped), _has(r"\d\d"))),
    Fault("digit misread", "engine", readings(text(_digit(lambda old, _: str((int(old) + 5) % 10))))),
    Fault("± read as +", "engine", readings(text(lambda old, _: old.replace("±", "+")), _has("±"))),
    Fault(
        "tolerance sign flipped",
        "engine",
        readings(text(lambda old, _: old.translate(str.maketrans("+-−", "-++"))), _has(r"(?<![\w.])[-+−][\d.,]")),
    ),
    Fault(
        "tolerance dropped", "engine", readings(text(lambda old, _: re.split(r"\s*[±+]", old)[0]), _has(r"\d ?[±+]"))
    ),
    Fault(
        "count dropped", "engine", readings(text(lambda old, _: re.sub(r"^\d+ ?[x×] ?", "", old)), _has(r"^\d+ ?[x×]"))
    ),
    Fault("degree sign dropped", "engine", readings(text(lambda old, _: old.replace("°", "")), _has("°"))),
    Fault("strings cut off at a tile border", "engine", readings(_cut, lambda reading: len(reading.text) >= 4)),
    Fault("strings split at a tile border", "engine", split_readings),
    Fault(
        "letters for digits",
        "engine",
        readings(text(lambda old, _: old.translate(str.maketrans("0158", "OlSB"))), _has("[0158]")),
    ),
    Fault(
        "nonsense read", "engine", readings(text(lambda old, dice: "".join(dice.choices("#?*ÿ§%&¤", k=3 + len(old)))))
    ),
    Fault("read upside down", "engine", readings(text(lambda old, _: old[::-1]), lambda _: True)),
    Fault("boxes shifted", "engine", shifted),
    Fault("boxes of another resolution", "engine", scaled),
    Fault("strings read twice", "engine", doubled_readings),
    Fault("last drawing's texts", "engine", last_drawing),
    Fault("nothing detected", "engine", readings(lambda reading, _: None, lambda _: True)),
    Fault("a part of the page missed", "engine", tile_missed),
    Fault("confidences all 0.99", "engine", confidences(lambda value: 0.99), acts=False),
    Fault("confidences all low", "engine", confidences(lambda value: value / 3), acts=False),
    Fault("items lost", "postprocess", items(lambda item, _: None)),
    Fault("items doubled", "postprocess", doubled_items),
    Fault("items of the page after", "postprocess", page_order),
    Fault("last page dropped", "postprocess", page_dropped),
    Fault("unknown kinds", "postprocess", items(lambda item, _: item.model_copy(update={"kind": "riddle"}))),
    Fault("items beside the page", "postprocess", items(off_page)),
    Fault(
        "numbers changed after reading",
        "postprocess",
        items(
            lambda item, _: item.model_copy(update={"text": re.sub(r"\d", "7", item.text, count=1)}),
            lambda item: re.search("[0-68-9]", item.text) is not None,
        ),
    ),
    Fault(
        "nominal ten times too large", "postprocess", items(meaning(nominal=lambda old, _: old * 10), means("nominal"))
    ),
    Fault(
        "millimetres called inches",
        "postprocess",
        items(
            meaning(unit=lambda old, _: {"mm": "in", "in": "mm"}[old]),
            lambda item: means("nominal")(item) and (item.meaning or {}).get("unit") in ("mm", "in"),
        ),
    ),
    Fault(
        "limits the wrong way round",
        "postprocess",
        items(
            meaning(upper=lambda _, old: old["lower"], lower=lambda _, old: old["upper"]),
            lambda item: means("upper", "lower")(item) and item.meaning["upper"] != item.meaning["lower"],
        ),
    ),
    Fault("meanings of the neighbours", "postprocess", meanings_of_neighbours),
    Fault(
        "meanings lost",
        "postprocess",
        items(lambda item, _: item.model_copy(update={"meaning": None}), means("nominal")),
    ),
    Fault("number and title lost", "postprocess", name_lost),
    Fault("result of another drawing", "files", stale_result),
    Fault("items of another drawing", "files", relabelled_result),
    Fault("readings of another drawing", "files", stale_readings),
    Fault("page picture of another drawing", "files", other_rasters),
    Fault("rendered again, not read again", "files", rendered_later, acts=False),
    Fault("pages of another rendering", "files", rendered_otherwise),
    Fault("a stage left out", "files", stage_missing),
    Fault("manifest of another drawing", "files", other_manifest),
)
