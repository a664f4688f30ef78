"""A database with one night in it: passed, quarantined and rejected drawings, made from good sheets."""

import pytest
from planted_night import HOSTILE, MIDNIGHT, RUN, Night

from drawing_etl.quality import Thresholds, validate_batch
from drawing_etl.warehouse import RunRecord
from ocr_tasks.contract import Finding, Rejection, RejectionRecord, Stage


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    root = tmp_path_factory.mktemp("night")
    night = Night(root)
    result = night.quarantined.result()
    wrong = Finding(code="limits_reversed", severity="error", message=f"upper below lower {HOSTILE}", item_ids=(0, 1))
    items = tuple(item.model_copy(update={"confidence": 0.2, "text": HOSTILE}) for item in result.items)
    night.quarantined.write_result(result.model_copy(update={"items": items, "findings": (wrong,)}))
    manifest = night.quarantined.manifest()
    night.quarantined.write_manifest(manifest.model_copy(update={"original_name": HOSTILE}))
    report = night.rejected.required_report(Stage.RENDER)
    why = RejectionRecord(code=Rejection.TRUNCATED, message=f"send it again {HOSTILE}", stage=Stage.RENDER)
    night.rejected.finish(report.model_copy(update={"outcome": "rejected", "rejection": why}))
    validate_batch(night.works, Thresholds.load(), docs_dir=root / "docs")
    night.warehouse.migrate()
    night.warehouse.start_run(RunRecord(run_id=RUN, started_at=MIDNIGHT))
    night.warehouse.load_batch(RUN, night.works)
    night.warehouse.finish_run(RUN, "success")
    return night
