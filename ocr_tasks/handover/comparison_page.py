"""A comparison as files: pictures, a page of HTML that stands alone, or JSON."""

import base64
from html import escape
from pathlib import Path

import cv2

from ocr_tasks.files import written
from ocr_tasks.handover.comparison import Change, Comparison
from ocr_tasks.handover.comparison_picture import picture
from ocr_tasks.handover.subject import Subject
from ocr_tasks.handover.tables import shown
from ocr_tasks.overlay import Picture

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1500px; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3rem .6rem; vertical-align: top;
border-bottom: 1px solid #ddd } img { max-width: 100%; border: 1px solid #ccc; margin: 1rem 0 }
.added { color: #147a1e } .removed { color: #c02020 } .changed { color: #a85c00 } .soft { color: #666 }
"""


def write_comparison(old: Subject, new: Subject, comparison: Comparison, out: Path) -> list[Path]:
    """Write a comparison as OUT's ending says, .json, .html or .png; a picture of each sheet that differs."""
    ending = out.suffix.lower()
    if ending == ".json":
        with written(out) as draft:
            draft.write_text(comparison.model_dump_json(indent=1, exclude_none=True) + "\n", encoding="utf-8")
        return [out]
    pages = [pages for pages in comparison.pages if _differs(comparison, pages)] or list(comparison.pages[:1])
    pictures = [picture(old, new, comparison, pair) for pair in pages]
    if ending == ".html":
        with written(out) as draft:
            draft.write_text(_html(old, new, comparison, pictures), encoding="utf-8")
        return [out]
    paths = []
    for place, each in enumerate(pictures, 1):
        path = out if len(pictures) == 1 else out.with_stem(f"{out.stem}.p{place}")
        with written(path) as draft:
            draft.write_bytes(_encoded(each, ".png"))
        paths.append(path)
    return paths


def _differs(comparison: Comparison, pages: tuple[int | None, int | None]) -> bool:
    return any(
        (change.new_page is not None and change.new_page == pages[1])
        or (change.old_page is not None and change.old_page == pages[0])
        for change in comparison.changes
    )


def _encoded(image: Picture, ending: str) -> bytes:
    good, data = cv2.imencode(ending, image)
    if not good:
        raise AssertionError(f"OpenCV could not encode a picture of {image.shape}")
    return data.tobytes()


def _html(old: Subject, new: Subject, comparison: Comparison, pictures: list[Picture]) -> str:
    title = f"{_safe(new.field('drawing_number') or new.name)}: revision {_safe(comparison.old_revision)} to " + _safe(
        comparison.new_revision
    )
    rows = "".join(_row(number, change) for number, change in enumerate(comparison.changes, 1))
    images = "".join(
        f'<img alt="Both revisions on each other" src="data:image/png;base64,{_in_text(each)}">' for each in pictures
    )
    counts = ", ".join(f"{comparison.count(kind)} {kind}" for kind in ("added", "removed", "changed"))
    head = "<tr><th>No.</th><th></th><th>What</th><th>Zone</th><th>Old</th><th>New</th><th>Fields</th></tr>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1><p>{_safe(old.name)} and {_safe(new.name)}: {counts}. "
        f"{comparison.same} callouts are the same.</p><table>{head}{rows}</table>"
        f'<p class="soft">In the pictures, lines that only the old revision has are red, those that only the new one '
        f"has are green. The numbers are those of the table.</p>{images}</body></html>\n"
    )


def _row(number: int, change: Change) -> str:
    fields = "; ".join(f"{_safe(field.field)}: {_safe(field.old)} → {_safe(field.new)}" for field in change.fields)
    doubt = ' <span class="soft">one reading is unsure</span>' if change.doubtful else ""
    what = change.what.replace("_", " ")
    cells = (str(number), change.change, what, _safe(change.zone or ""), _safe(change.old), _safe(change.new))
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{change.change}">{row}<td>{fields}{doubt}</td></tr>'


def _safe(text: str | None) -> str:
    return "–" if text is None else escape(shown(text))


def _in_text(image: Picture) -> str:
    return base64.b64encode(_encoded(image, ".png")).decode("ascii")
