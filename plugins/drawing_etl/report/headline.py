"""The few figures that one report is compared with the next by, kept as JSON beside it."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from drawing_etl.report.figures import Figures
from drawing_etl.report.wording import duration, percent

log = logging.getLogger(__name__)

FILE = "headline.json"


class Headline(BaseModel):
    """A report in a few figures. Shares are 0..1; None where there was nothing to take a share of."""

    model_config = ConfigDict(frozen=True)

    name: str
    written_at: datetime
    drawings: int
    straight_through: float | None
    quarantined: int
    rejected: int
    exact: float | None
    character_errors: float | None
    loaded_right: float | None
    calibration_error: float | None
    mean_confidence: float | None
    seconds_a_page: float | None


class Change(NamedTuple):
    """A figure then and now, as written."""

    name: str
    before: str
    now: str


def headline_of(figures: Figures, name: str, now: datetime) -> Headline:
    """Return the headline of a report called NAME."""
    accuracy, loaded = figures.accuracy, figures.sample.strings_right
    return Headline(
        name=name,
        written_at=now,
        drawings=figures.drawings,
        straight_through=figures.straight_through,
        quarantined=figures.quarantined,
        rejected=figures.rejected,
        exact=accuracy.whole.rate if accuracy else None,
        character_errors=accuracy.whole.cer if accuracy else None,
        loaded_right=loaded.share if loaded else None,
        calibration_error=accuracy.calibration_error if accuracy else None,
        mean_confidence=figures.mean_confidence,
        seconds_a_page=figures.seconds_a_page,
    )


def headlines(reports: Path) -> list[tuple[str, Headline]]:
    """Return (folder, headline) of the reports below REPORTS, the newest first. One that is damaged is passed over."""
    found: list[tuple[str, Headline]] = []
    for path in reports.glob(f"*/{FILE}"):
        try:
            found.append((path.parent.name, Headline.model_validate_json(path.read_bytes())))
        except (OSError, ValidationError) as error:
            log.warning("%s is passed over: %s", path, error)
    return sorted(found, key=lambda each: each[1].written_at, reverse=True)


def last_headline(reports: Path) -> Headline | None:
    """Return the newest headline of a report with drawings below REPORTS, None without any."""
    return next((headline for _, headline in headlines(reports) if headline.drawings), None)


def changes(before: Headline, now: Headline) -> list[Change]:
    """Return each figure of two reports side by side, those that neither has left out."""
    lines: Sequence[tuple[str, Callable[[Headline], object], Callable[..., str]]] = (
        ("drawings", lambda each: each.drawings, "{:,}".format),
        ("went straight into the database", lambda each: each.straight_through, percent),
        ("waiting for a person", lambda each: each.quarantined, "{:,}".format),
        ("could not be read", lambda each: each.rejected, "{:,}".format),
        ("texts read exactly, of those checked", lambda each: each.exact, percent),
        ("character errors", lambda each: each.character_errors, percent),
        ("right of what was loaded, by sample", lambda each: each.loaded_right, percent),
        ("how far stated confidence is off", lambda each: each.calibration_error, percent),
        ("how sure the reader was", lambda each: each.mean_confidence, percent),
        ("time a page", lambda each: each.seconds_a_page, duration),
    )
    return [
        Change(name, "–" if of(before) is None else write(of(before)), "–" if of(now) is None else write(of(now)))
        for name, of, write in lines
        if of(before) is not None or of(now) is not None
    ]
