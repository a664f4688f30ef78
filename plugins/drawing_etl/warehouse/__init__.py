"""The database: the only reader of sql/ and writer of its rows. `Warehouse` is the door."""

from drawing_etl.warehouse.errors import (
    DatabaseDamaged,
    DatabaseFull,
    DatabaseUnavailable,
    LoadRefused,
    NotMigrated,
    WarehouseError,
)
from drawing_etl.warehouse.front import Warehouse
from drawing_etl.warehouse.records import (
    Arrival,
    BatchRates,
    ConfidenceBin,
    FindingFigures,
    KindFigures,
    LoadCounts,
    NightFigures,
    QuarantineReason,
    RejectedDrawing,
    RunDrawing,
    RunRecord,
    RunState,
    RunSummary,
    StageFigures,
)

__all__ = [
    "Arrival",
    "BatchRates",
    "ConfidenceBin",
    "DatabaseDamaged",
    "DatabaseFull",
    "DatabaseUnavailable",
    "FindingFigures",
    "KindFigures",
    "LoadCounts",
    "LoadRefused",
    "NightFigures",
    "NotMigrated",
    "QuarantineReason",
    "RejectedDrawing",
    "RunDrawing",
    "RunRecord",
    "RunState",
    "RunSummary",
    "StageFigures",
    "Warehouse",
    "WarehouseError",
]
