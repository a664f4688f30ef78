"""The frames that the expectations run on: a row a string, a row a drawing, one row for the batch.

No text of a drawing is in them: what a stranger wrote on a drawing never reaches the pages of the Data Docs.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, fields

import pandas as pd

from drawing_etl.quality.figures import DrawingFigures, GoldenFigures, ItemFigures, Shares
from drawing_etl.quality.history import COMPARED
from drawing_etl.quality.numerals import folded
from drawing_etl.warehouse.records import BatchRates

DRAWING_COLUMNS = (
    "strings",
    "mean_confidence",
    "confidence_spread",
    "layer_agreement",
    "drawing_number",
    "fields_unnamed",
)

SHARES = tuple(field.name for field in fields(Shares))

ENOUGH_TO_COMPARE = 10
"""Strings below which two drawings may well say the same."""


INK_MAY_DIFFER = 0.3
"""Share of number strings whose ink counts other characters, up to which the ink speaks for a drawing's text."""


def items_frame(figures: Sequence[DrawingFigures]) -> pd.DataFrame:
    """Return a row a string, with the columns of ItemFigures and `drawing_id`."""
    rows = [
        {"drawing_id": drawing.drawing_id, **asdict(item), "kind": _plain_kind(item.kind)}
        for drawing in figures
        for item in drawing.items
    ]
    frame = pd.DataFrame(rows, columns=["drawing_id", *ItemFigures.__dataclass_fields__])
    numbers = [column for column in frame.columns if column not in ("drawing_id", "kind", "item_id")]
    return frame.astype(dict.fromkeys(numbers, "float64"))


def _plain_kind(kind: str) -> str:
    return kind if re.fullmatch(r"[a-z_]{1,40}", kind) else "not a name"


def drawings_frame(figures: Sequence[DrawingFigures]) -> pd.DataFrame:
    """Return a row a drawing."""
    alike = _share_same_as_other(figures)
    rows = [
        {
            "drawing_id": drawing.drawing_id,
            "identity_breaks": len(drawing.identity_breaks),
            **{column: getattr(drawing, column) for column in DRAWING_COLUMNS},
            **{f"share_{name}": getattr(drawing.shares, name) for name in SHARES},
            "share_same_as_other": alike[index],
        }
        for index, drawing in enumerate(figures)
    ]
    shares = [f"share_{name}" for name in (*SHARES, "same_as_other")]
    frame = pd.DataFrame(rows, columns=["drawing_id", "identity_breaks", *DRAWING_COLUMNS, *shares])
    return frame.astype({column: "float64" for column in frame.columns if column != "drawing_id"})


def batch_frame(
    batch_id: str, batch: BatchRates, judged_from: int, golden: GoldenFigures | None = None
) -> pd.DataFrame:
    """Return the one row of the batch; shares of drawings are left out where there are fewer than JUDGED_FROM."""
    row: dict[str, float | None] = {figure: of(batch) for figure, of in COMPARED.items()}
    row["golden_exact_share"] = golden.exact_share if golden else None
    row["golden_right_share"] = golden.right_share if golden else None
    if batch.drawings < judged_from:
        row |= {"rejected_share": None, "quarantined_share": None}
    return pd.DataFrame([row], dtype="float64").assign(batch_id=batch_id)


def _share_same_as_other(figures: Sequence[DrawingFigures]) -> list[float | None]:
    """Return, for each drawing, the largest share of its strings that another drawing of the batch has too.

    None for a drawing whose own ink speaks for its text: the same sheet may well arrive twice, as a scan and a PDF.
    """
    counts = [Counter(folded(text) for text in drawing.texts) for drawing in figures]
    shares: list[float | None] = [None] * len(figures)
    for index, (drawing, own) in enumerate(zip(figures, counts, strict=True)):
        if own.total() < ENOUGH_TO_COMPARE or _ink_agrees(drawing.shares):
            continue
        for other, theirs in enumerate(counts):
            # Another drawing that merely contains this one's strings (a larger set of sheets) is not its copy.
            if other != index and theirs.total() <= 1.5 * own.total():
                shares[index] = max(shares[index] or 0.0, (own & theirs).total() / own.total())
    return shares


def _ink_agrees(shares: Shares) -> bool:
    if shares.marks_missed is None or shares.marks_invented is None:
        return False
    return shares.marks_missed + shares.marks_invented <= INK_MAY_DIFFER
