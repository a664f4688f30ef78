"""The database: the only reader of sql/ and writer of its rows. `Warehouse` is the door."""

from drawing_etl.warehouse.desk import Desk, WaitingDrawing
from drawing_etl.warehouse.dossier import Dossier
from drawing_etl.warehouse.errors import (
    DatabaseDamaged,
    DatabaseFull,
    DatabaseUnavailable,
    LoadRefused,
    NotMigrated,
    WarehouseError,
)
from drawing_etl.warehouse.front import Warehouse
from drawing_etl.warehouse.golden import BaselineConflict, GoldenBaseline, GoldenLedger, GoldenRun, GoldenScore
from drawing_etl.warehouse.records import (
    Arrival,
    BatchRates,
    ConfidenceBin,
    DrawingState,
    FindingFigures,
    FoundDrawing,
    KindFigures,
    LoadCounts,
    NightFigures,
    QuarantineReason,
    RejectedDrawing,
    RevisionChange,
    RevisionComparison,
    RunDrawing,
    RunRecord,
    RunState,
    RunSummary,
    StageFigures,
    StoredDocument,
    StoredItem,
)
from drawing_etl.warehouse.review import CorrectedItem, Review, ReviewConflict, ReviewRefused
from drawing_etl.warehouse.revisions import RevisionPair
from drawing_etl.warehouse.sampling import SampledDrawing

__all__ = [
    "Arrival",
    "BaselineConflict",
    "BatchRates",
    "ConfidenceBin",
    "CorrectedItem",
    "DatabaseDamaged",
    "DatabaseFull",
    "DatabaseUnavailable",
    "Desk",
    "Dossier",
    "DrawingState",
    "FindingFigures",
    "FoundDrawing",
    "GoldenBaseline",
    "GoldenLedger",
    "GoldenRun",
    "GoldenScore",
    "KindFigures",
    "LoadCounts",
    "LoadRefused",
    "NightFigures",
    "NotMigrated",
    "QuarantineReason",
    "RejectedDrawing",
    "Review",
    "ReviewConflict",
    "ReviewRefused",
    "RevisionChange",
    "RevisionComparison",
    "RevisionPair",
    "RunDrawing",
    "RunRecord",
    "RunState",
    "RunSummary",
    "SampledDrawing",
    "StageFigures",
    "StoredDocument",
    "StoredItem",
    "WaitingDrawing",
    "Warehouse",
    "WarehouseError",
]
