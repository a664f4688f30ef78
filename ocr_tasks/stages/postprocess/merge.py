"""One list of strings out of two sources: what OCR read and what the PDF's own text layer says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from shapely import STRtree

from ocr_tasks.contract import Reading, VectorText
from ocr_tasks.drawing.fold import fold
from ocr_tasks.polygons import polygon_of
from ocr_tasks.quads import angle_of, around, corners_of
from ocr_tasks.stages.postprocess.grouping import Grouped

Policy = Literal["auto", "ocr", "vector"]

OVERLAP = 0.5
"""Two strings stand in the same place if so much of the smaller box is shared."""

SEEN_SHARE = 0.2
WITHIN = 0.5
EXTRA_CONFIDENCE = 0.7
EXTRA_CHARACTERS, SURELY_LETTERS = 2, 8
"""What OCR reads beside a trusted layer is mostly lines taken for letters (a hole for an O, a tick for a 1): a few of
them count if they are so sure, so many are no lines."""

DRAWN_SIGNS = "⌀□↧⌴⌵±▽⌖⏥∥⊥∠◎⌓⌒⌯↗⌰⌭○⏤ⓂⓁⓅⒻⓉⓊⒺⓈ"
"""Signs that CAD programs draw as lines beside a string of the text layer."""
SIGN_OF_KEY = {sign.casefold(): sign for sign in DRAWN_SIGNS}


@dataclass(frozen=True)
class Merged:
    """A string of a page with its source."""

    grouped: Grouped
    source: Literal["ocr", "vector"]
    other_text: str | None = None
    other_confidence: float | None = None
    """How sure OCR was, where the other text is what it read."""

    @property
    def text(self) -> str:
        return self.grouped.text


@dataclass(frozen=True)
class MergedPage:
    """The strings of a page, and how the sources compare: layer strings, and those that OCR reads the same."""

    strings: tuple[Merged, ...]
    layer: int = 0
    agreed: int = 0


def merge(ocr: Sequence[Grouped], layer: Sequence[Grouped], *, trusted: bool, policy: Policy) -> MergedPage:
    """Merge the strings of one page.

    auto: a trusted layer's strings, and what OCR reads well elsewhere; OCR alone without a trusted layer.
    ocr: OCR's strings; vector: the layer's, trusted or not, and OCR's on a page without a layer.
    A sign that only OCR sees, since the CAD drew it as lines, is added to the layer's string, and pieces of one
    string that the layer tells apart are put together.
    """
    places = _same_places(ocr, layer)
    by_layer = policy == "vector" or (policy == "auto" and trusted)
    strings: list[Merged] = []
    agreed = 0
    for found, written in places:
        read = [ocr[k] for k in _in_reading_order(found, ocr)]
        said = [layer[k] for k in _in_reading_order(written, layer)]
        same = _key(read) == _key(said)
        agreed += len(said) * same
        if not said:
            if not by_layer or not layer:
                strings += [Merged(string, "ocr") for string in read]
            elif policy == "auto":
                strings += [Merged(string, "ocr") for string in read if _is_text(string)]
        elif by_layer:
            strings += _by_layer(said, read)
        else:
            other = _text(said)
            strings += [Merged(string, "ocr", other) for string in read]
    return MergedPage(tuple(strings), len(layer), agreed)


def seen(texts: Sequence[VectorText], readings: Sequence[Reading]) -> list[VectorText]:
    """Return the layer's strings that a person sees: painted, or over ink in which OCR sees text.

    CAD programs write strings in an invisible mode both over letters that they draw as lines, and for search alone.
    """
    boxes = [polygon_of(reading.quad_px) for reading in readings]
    tree = STRtree(boxes)

    def drawn(text: VectorText) -> bool:
        box = polygon_of(text.quad_px)
        return any(boxes[int(k)].intersection(box).area > SEEN_SHARE * box.area for k in tree.query(box))

    return [text for text in texts if text.painted or drawn(text)]


def _by_layer(said: Sequence[Grouped], read: Sequence[Grouped]) -> list[Merged]:
    if not read:
        return [Merged(string, "vector") for string in said]
    other, sure = _text(read), min(string.confidence for string in read)
    if len(said) == 1 and (sign := _drawn_sign(said[0], read)):
        return [Merged(_whole(sign + said[0].text, said[0].parts, said, read), "vector", other, sure)]
    if len(read) == 1 and (_is_one_string(said, read[0]) if len(said) > 1 else _is_without_signs(said[0], read[0])):
        return [Merged(_whole(read[0].text, read[0].parts, said, read), "vector", other, sure)]
    return [Merged(string, "vector", other, sure) for string in said]


def _whole(text: str, parts: tuple[str, ...], said: Sequence[Grouped], read: Sequence[Grouped]) -> Grouped:
    return Grouped(
        text=text,
        raw_text=_text(said),
        quad_px=around([string.quad_px for string in (*read, *said)]),
        confidence=min(string.confidence for string in read),
        char_confidences=(),
        parts=parts,
        region_ids=tuple(region for string in read for region in string.region_ids),
        engine=said[0].engine,
    )


def _is_without_signs(said: Grouped, read: Grouped) -> bool:
    """Say whether a reading holds what the layer says and, beyond that, only signs that were drawn as lines."""
    signs = {*SIGN_OF_KEY, "|"} if read.parts else set(SIGN_OF_KEY)
    rest = list(reversed(_key([said])))
    more = 0
    for character in _key([read]):
        if rest and character == rest[-1]:
            rest.pop()
        elif character in signs:
            more += 1
        else:
            return False
    return not rest and more > 0


def _is_one_string(said: Sequence[Grouped], read: Grouped) -> bool:
    """Say whether a reading shows that several strings of a layer, in reading order, are one.

    Either it has a drawn sign at each joint (`M12 - 6H` ↧ `24`), or it is a frame whose cells hold just what they say,
    or the strings stand within each other and hold just what is read (`1 1` and `/`). Neighbours that are only read
    together stay apart: 10 and 29 are not 1029.
    """
    if read.parts and _without_signs([read]) == _without_signs(said):
        return True
    signs = f"[{re.escape(''.join(SIGN_OF_KEY))}|]"
    jointed = f"{signs}*" + f"{signs}+".join(re.escape(_key([string])) for string in said) + f"{signs}*"
    if re.fullmatch(jointed, _key([read])):
        return True
    return sorted(_key(said)) == sorted(_key([read])) and any(
        _share(one, other) > WITHIN for one, other in combinations(said, 2)
    )


def _without_signs(strings: Sequence[Grouped]) -> str:
    return "".join(character for character in _key(strings) if character not in SIGN_OF_KEY and character != "|")


def _share(one: Grouped, other: Grouped) -> float:
    """Return how much of the smaller box lies in the other."""
    first, second = polygon_of(one.quad_px), polygon_of(other.quad_px)
    return float(first.intersection(second).area / max(min(first.area, second.area), 1e-9))


def _is_text(string: Grouped) -> bool:
    letters = sum(character.isalnum() for character in string.text)
    return letters >= SURELY_LETTERS or (letters >= EXTRA_CHARACTERS and string.confidence >= EXTRA_CONFIDENCE)


def _drawn_sign(said: Grouped, read: Sequence[Grouped]) -> str:
    """Return the signs that OCR reads before what the layer says, if it reads the rest the same."""
    ours, theirs = _key([said]), _key(read)
    if not ours or not theirs.endswith(ours):
        return ""
    sign = theirs.removesuffix(ours)
    return "".join(SIGN_OF_KEY[character] for character in sign) if all(c in SIGN_OF_KEY for c in sign) else ""


def _same_places(ocr: Sequence[Grouped], layer: Sequence[Grouped]) -> list[tuple[list[int], list[int]]]:
    """Return (OCR indices, layer indices) of each place: what overlaps, directly or through another, is one."""
    boxes = [polygon_of(string.quad_px) for string in (*ocr, *layer)]
    parent = list(range(len(boxes)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    if ocr and layer:
        tree = STRtree(boxes[len(ocr) :])
        for k in range(len(ocr)):
            for j in tree.query(boxes[k]):
                other = boxes[len(ocr) + int(j)]
                shared = boxes[k].intersection(other).area
                if shared >= OVERLAP * min(boxes[k].area, other.area) > 0:
                    parent[root(len(ocr) + int(j))] = root(k)
    places: dict[int, tuple[list[int], list[int]]] = {}
    for k in range(len(boxes)):
        found, written = places.setdefault(root(k), ([], []))
        if k < len(ocr):
            found.append(k)
        else:
            written.append(k - len(ocr))
    return list(places.values())


def _in_reading_order(indices: Sequence[int], strings: Sequence[Grouped]) -> list[int]:
    """Sort strings of one place along their line, upper lines first."""
    if len(indices) < 2:
        return list(indices)
    angle = angle_of(strings[indices[0]].quad_px)
    quarter = round(angle / 90.0) % 4

    def place(k: int) -> tuple[float, float]:
        x, y = corners_of(strings[k].quad_px).mean(axis=0)
        down, along = ((y, x), (x, -y), (-y, -x), (-x, y))[quarter]
        height = max(abs(float(b - a)) for a, b in zip(strings[k].quad_px[0], strings[k].quad_px[3], strict=True))
        return round(float(down) / max(height, 1.0)), float(along)

    return sorted(indices, key=place)


def _key(strings: Sequence[Grouped]) -> str:
    return "".join("".join(fold(string.text).text.split()) for string in strings).replace(",", ".").casefold()


def _text(strings: Sequence[Grouped]) -> str:
    return " ".join(string.text for string in strings)
