"""From the fields of a form to a review: what a person changed, understood anew.

Fields: `text-N` what string N says (empty: no such string), `gone-N` no such string, `field-NAME` of the title block,
`seen`, `comment`; and for strings that the reader missed, numbered from 0, `missed-N` what it says and `place-N` where:
page, left, top, right, bottom in page pixels and the direction in which it runs in degrees, with spaces between.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from drawing_etl.warehouse.dossier import Dossier
from drawing_etl.warehouse.records import StoredItem
from drawing_etl.warehouse.review import TITLE_FIELDS, CorrectedItem, MissedItem, Review, Verdict
from drawing_etl.web.meanings import kind_of, meanings
from ocr_tasks.contract import Quad

Form = Mapping[str, str]

MOST_TEXT = 10_000
MISSED = re.compile(r"missed-([0-9]{1,4})")
NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?")


class ReviewUnclear(Exception):
    """A form that does not say what it should; the message says what is wrong with it."""


def review_of(found: Dossier, items: Sequence[StoredItem], sent: Form, verdict: Verdict, reviewer: str) -> Review:
    """Return the review that a form asks for; a rejected drawing is not corrected.

    Raises ReviewUnclear for a missed string without a place, NotUnderstood when strings could not be parsed.
    """
    approved = verdict == "approve"
    return Review(
        document_id=found.drawing.document_id,
        seen=sent.get("seen", ""),
        reviewer=reviewer,
        verdict=verdict,
        comment=sent.get("comment", "").strip()[:MOST_TEXT],
        items=corrections(items, sent) if approved else (),
        missed=missed(items, sent) if approved else (),
        fields=_fields(found, sent) if approved else {},
    )


def corrections(items: Sequence[StoredItem], sent: Form) -> list[CorrectedItem]:
    """Return the strings that the form changes: `text-N` says otherwise than item N does, or `gone-N` is there."""
    texts: dict[int, str] = {}
    gone: list[int] = []
    for item in items:
        before = plain(item.text)
        text = plain(sent.get(f"text-{item.item_id}", before)[:MOST_TEXT])
        if f"gone-{item.item_id}" in sent or (before and not text):
            gone.append(item.item_id)
        elif text != before:
            texts[item.item_id] = text
    found = meanings(list(texts.values()), _unit(items))
    return [
        *(
            CorrectedItem(item_id=item_id, text=text, kind=kind_of(meaning), meaning=_stored(meaning))
            for (item_id, text), meaning in zip(texts.items(), found, strict=True)
        ),
        *(CorrectedItem(item_id=item_id, text=None) for item_id in gone),
    ]


def missed(items: Sequence[StoredItem], sent: Form) -> list[MissedItem]:
    """Return the strings that the form adds; one without text is none. Raises ReviewUnclear for one without a place."""
    texts = {
        int(number[1]): text
        for name, value in sent.items()
        if (number := MISSED.fullmatch(name)) and (text := plain(value[:MOST_TEXT]))
    }
    places = [_place(texts[number], sent.get(f"place-{number}", "")) for number in sorted(texts)]
    found = meanings([texts[number] for number in sorted(texts)], _unit(items))
    return [
        MissedItem(
            page=page,
            text=texts[number],
            quad_px=quad,
            rotation_deg=turned,
            kind=kind_of(meaning),
            meaning=_stored(meaning),
        )
        for number, (page, quad, turned), meaning in zip(sorted(texts), places, found, strict=True)
    ]


def _place(text: str, told: str) -> tuple[int, Quad, float]:
    """Return the page, the corners in reading order from the string's own top left, and its direction."""
    words = told.split()
    if len(words) != 6 or not all(NUMBER.fullmatch(word) for word in words):
        raise ReviewUnclear(f"“{text[:60]}” was added without a place: draw a box for it on the sheet")
    page, left, top, right, bottom, turned = map(float, words)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    first = math.floor(turned / 90.0 + 0.5) % 4  # a string that runs upwards, 90°, begins at the lower left
    a, b, c, d = corners[-first:] + corners[:-first] if first else corners
    return int(page), (a, b, c, d), 90.0 * first if first < 3 else -90.0


def _fields(found: Dossier, sent: Form) -> dict[str, str | None]:
    changed: dict[str, str | None] = {}
    for name in TITLE_FIELDS:
        before = plain(getattr(found.drawing, name) or "")
        after = plain(sent.get(f"field-{name}", before))
        if after != before:
            changed[name] = after or None
    return changed


def plain(text: str) -> str:
    """Return a text as a field of a form gives it back: without line breaks, tabs and outer spaces."""
    return " ".join(text.split())


def _stored(meaning: Mapping[str, object]) -> Mapping[str, object] | None:
    return None if meaning.get("kind") == "text" else meaning


def _unit(items: Sequence[StoredItem]) -> str | None:
    """Return the unit that most strings of the drawing are in."""
    units = Counter(str(item.meaning["unit"]) for item in items if item.meaning and item.meaning.get("unit"))
    return units.most_common(1)[0][0] if units else None
