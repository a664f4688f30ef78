"""The figures of strings and drawings that the gate judges, as records."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ItemFigures:
    """One string. None: does not apply."""

    item_id: int
    kind: str
    page_known: bool
    off_page: float
    height_mm: float | None
    nominal_mm: float | None
    limits_spread: float | None
    """Upper limit less lower limit, in the callout's unit: negative where they stand the wrong way round."""
    impossible_number: bool
    without_meaning: bool
    """A dimension with digits, whose meaning has no number."""
    error_findings: int


@dataclass(frozen=True)
class Shares:
    """Shares of a drawing's strings, 0..1; None: no string that it could be a share of."""

    low_confidence: float | None
    repeated: float | None
    overlapping: float | None
    on_ink: float | None
    ink_read: float | None
    """Of the marks of lettering size on the pages, those inside strings."""
    marks_missed: float | None
    """Of the number strings, those whose text leaves out or misplaces what their ink has."""
    marks_invented: float | None
    """Of the number strings, those whose text has more characters than their ink; touching characters count as one."""
    characters_doubled: float | None
    """Of the number strings, those with more characters than their ink although none of it touches."""
    cut_off: float | None
    """Of the number strings, those beside whose end a letter stands in no string."""
    words_unread: float | None
    """Words of the pages that stand in no string, for each string."""
    readings_kept: float | None
    items_read: float | None
    read_otherwise: float | None
    """Of the numbers that another recogniser has read again, those that it reads otherwise."""
    odd_pitch: float | None
    nonsense: float | None
    """Of all strings, those that are mostly odd signs, or numbers with letters for digits."""
    without_meaning: float | None
    meaning_off: float | None
    """Of the dimensions, those whose nominal does not stand in their text."""
    unit_mixed: float | None
    """Of the dimensions, those in another unit than most, without a sign of it in their text."""
    beyond_sheet: float | None
    """Of the lengths, those that would not fit on the sheet at its scale."""
    error_findings: float | None


@dataclass(frozen=True)
class DrawingFigures:
    """One drawing. `culprits`: name of a share -> the items that make it up."""

    drawing_id: str
    items: tuple[ItemFigures, ...]
    pages: int
    strings: int
    confidences: tuple[float, ...]
    """Of the strings that OCR read."""
    identity_breaks: tuple[str, ...]
    """Where the result does not belong to this drawing, in words."""
    mean_confidence: float | None
    confidence_spread: float | None
    """Standard deviation; None for few strings, which may well be alike."""
    layer_agreement: float | None
    drawing_number: bool
    fields_unnamed: int
    """Fields of the title block that were read although neither its number nor its title was; 0 where one was."""
    shares: Shares
    texts: tuple[str, ...] = field(default=(), repr=False)
    dimensions: tuple[str, ...] = field(default=(), repr=False)
    """Texts of the strings that are dimensions."""
    culprits: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    second_says: dict[int, str] = field(default_factory=dict, repr=False)
    """Item -> what another recogniser reads there, where it contradicts."""


@dataclass(frozen=True)
class GoldenFigures:
    """How this batch's reader reads the golden set, and what is the least. Shares 0..1, means over drawings."""

    exact_share: float
    """Of the strings that stand there, those read exactly."""
    exact_required: float
    right_share: float
    """Of the readings, those that stand there exactly."""
    right_required: float
