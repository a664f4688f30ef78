"""The golden set's figures in the database: what each reader scored, and the baseline that people accepted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

import sqlalchemy as sa
from pydantic import JsonValue

from drawing_etl.warehouse.connection import Database
from drawing_etl.warehouse.errors import WarehouseError
from drawing_etl.warehouse.golden_tables import golden_baselines, golden_runs, golden_scores
from drawing_etl.warehouse.load import chunks, put
from drawing_etl.warehouse.values import storable


class BaselineConflict(WarehouseError):
    """Someone else accepted a baseline meanwhile: nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenScore:
    """How one golden drawing was read. Strings are those of its truth, `readings` all that was read there."""

    sha256: str
    truth_digest: str
    name: str
    pages: int
    strings: int
    exact: int
    missed: int
    readings: int
    characters: int
    edits: int
    rejected: bool
    measured_at: datetime

    @property
    def exact_share(self) -> float:
        """Of the strings that stand on it, those read exactly."""
        return self.exact / self.strings if self.strings else 1.0

    @property
    def right_share(self) -> float:
        """Of what was read, that which stands there exactly; 0 where nothing was read."""
        if self.readings:
            return self.exact / self.readings
        return 0.0 if self.strings else 1.0

    @property
    def character_error(self) -> float:
        """Edits over characters; a string that was not found counts as deleted. It may be above 1."""
        return self.edits / self.characters if self.characters else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenRun:
    """A reader's figures over the golden set."""

    golden_run_id: str
    reader_key: str
    pipeline_version: str
    engines: Mapping[str, JsonValue]
    """What finds and what reads: name, precision, files of weights with their sha256."""
    weights_digest: str
    measured_at: datetime
    scores: tuple[GoldenScore, ...]

    @property
    def strings(self) -> int:
        return sum(score.strings for score in self.scores)

    @property
    def exact_share(self) -> float:
        """A mean over drawings, as are the other two: each drawing weighs the same."""
        return fmean(score.exact_share for score in self.scores)

    @property
    def right_share(self) -> float:
        return fmean(score.right_share for score in self.scores)

    @property
    def character_error(self) -> float:
        return fmean(score.character_error for score in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenBaseline:
    """Figures that someone accepted: what later ones are compared with."""

    number: int
    accepted_at: datetime
    accepted_by: str
    reason: str | None
    comparison: Mapping[str, JsonValue] | None
    """Against the baseline before; None for the first."""
    run: GoldenRun


def _now() -> datetime:
    return datetime.now(UTC)


class GoldenLedger:
    """The golden set in the database at an address, as `Warehouse` takes it. Methods may raise WarehouseError."""

    def __init__(self, address: str, *, clock: Callable[[], datetime] = _now) -> None:
        self._database = Database(address)
        self._clock = clock

    def known(self, reader_key: str, truths: Mapping[str, str]) -> dict[str, GoldenScore]:
        """Return the newest score of each of these drawings by this reader; TRUTHS maps sha256 to truth digest."""
        columns = golden_scores.c
        query = (
            sa.select(*(columns[field.name] for field in fields(GoldenScore)))
            .join(golden_runs, golden_runs.c.golden_run_id == columns.golden_run_id)
            .where(golden_runs.c.reader_key == reader_key)
            .order_by(columns.measured_at, columns.golden_run_id)
        )
        found: dict[str, GoldenScore] = {}
        with self._database.reading() as connection:
            for some in chunks(sorted(truths)):
                for row in connection.execute(query.where(columns.sha256.in_(some))).mappings():
                    if row["truth_digest"] == truths[row["sha256"]]:
                        found[row["sha256"]] = GoldenScore(**row)
        return found

    def run(self, golden_run_id: str) -> GoldenRun | None:
        """Return a run's figures, None if there are none."""
        with self._database.reading() as connection:
            return _run(connection, golden_run_id)

    def store(self, run: GoldenRun) -> None:
        """Keep a run's figures; the same run again changes nothing."""
        row = {
            "golden_run_id": run.golden_run_id,
            "reader_key": run.reader_key,
            "pipeline_version": storable(run.pipeline_version),
            "engines": dict(run.engines),
            "weights_digest": run.weights_digest,
            "drawings": len(run.scores),
            "strings": run.strings,
            "exact_share": run.exact_share,
            "right_share": run.right_share,
            "character_error": run.character_error,
            "measured_at": run.measured_at,
        }
        scores = [{"golden_run_id": run.golden_run_id, **_row(score)} for score in run.scores]
        with self._database.writing() as connection:
            put(connection, golden_runs, [row])
            put(connection, golden_scores, scores)

    def baseline(self) -> GoldenBaseline | None:
        """Return what was accepted last, None if nothing ever was."""
        with self._database.reading() as connection:
            return _baseline(connection)

    def accept(
        self,
        golden_run_id: str,
        *,
        accepted_by: str,
        seen: int | None,
        reason: str | None = None,
        comparison: Mapping[str, JsonValue] | None = None,
    ) -> GoldenBaseline:
        """Make a run the baseline. SEEN is the number of the baseline that it was compared with, None for none.

        Raises BaselineConflict if that is not the baseline any more.
        """
        with self._database.writing() as connection:
            newest = connection.scalar(sa.select(sa.func.max(golden_baselines.c.number)))
            if newest != seen:
                raise BaselineConflict("another baseline was accepted meanwhile. Remedy: compare with it: run it again")
            row = {
                "number": (newest or 0) + 1,
                "golden_run_id": golden_run_id,
                "accepted_at": self._clock(),
                "accepted_by": storable(accepted_by),
                "reason": storable(reason) if reason else None,
                "comparison": dict(comparison) if comparison else None,
            }
            connection.execute(golden_baselines.insert().values(**row))
            accepted = _baseline(connection)
        assert accepted is not None  # noqa: S101  # it was just written
        return accepted


def _row(score: GoldenScore) -> dict[str, Any]:
    values = {field.name: getattr(score, field.name) for field in fields(score)}
    return values | {"name": storable(score.name)}


def _run(connection: sa.Connection, golden_run_id: str) -> GoldenRun | None:
    own = [field.name for field in fields(GoldenRun) if field.name != "scores"]
    query = sa.select(*(golden_runs.c[name] for name in own)).where(golden_runs.c.golden_run_id == golden_run_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    scores = (
        sa.select(*(golden_scores.c[field.name] for field in fields(GoldenScore)))
        .where(golden_scores.c.golden_run_id == golden_run_id)
        .order_by(golden_scores.c.name, golden_scores.c.sha256)
    )
    return GoldenRun(**row, scores=tuple(GoldenScore(**score) for score in connection.execute(scores).mappings()))


def _baseline(connection: sa.Connection) -> GoldenBaseline | None:
    query = sa.select(golden_baselines).order_by(golden_baselines.c.number.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    values = dict(row)
    run = _run(connection, values.pop("golden_run_id"))
    assert run is not None  # noqa: S101  # a foreign key holds it
    return GoldenBaseline(**values, run=run)
