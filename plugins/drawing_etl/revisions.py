"""Compares drawings that are loaded with the revisions of them that were loaded before."""

import logging
from collections.abc import Sequence

from drawing_etl.warehouse import Dossier, Warehouse, WarehouseError
from drawing_etl.warehouse.rows import document_id
from ocr_tasks.handover.comparison import compare
from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)


def compare_revisions(warehouse: Warehouse, run_id: str, works: Sequence[Workdir]) -> int:
    """Compare each loaded drawing with its neighbour in revision, keep what differs, return how many were compared.

    Both are taken from the database, so that workdirs of earlier nights need not be there. Doing it again for a retry
    changes nothing.
    """
    return _compare(warehouse, run_id, [document_id(work.manifest()) for work in works])


def compare_reviewed(warehouse: Warehouse, reviewed: Dossier) -> None:
    """Compare a drawing that a person let pass, as part of the run that read it; a rejected one is left alone.

    The decision stands whatever happens here: a database that is in the way is logged.
    """
    try:
        _compare(warehouse, reviewed.drawing.run_id, [reviewed.drawing.document_id])
    except WarehouseError as error:
        log.error("%s is not compared with its revision before: %s", reviewed.drawing.document_id, error)


def _compare(warehouse: Warehouse, run_id: str, document_ids: Sequence[str]) -> int:
    pairs = warehouse.revisions_to_compare(document_ids)
    for pair in pairs:
        comparison = compare(warehouse.result(pair.old_document_id), warehouse.result(pair.new_document_id))
        warehouse.store_comparison(run_id, pair, comparison)
        log.info(
            "revision %s to %s of %s: %d differences",
            comparison.old_revision,
            comparison.new_revision,
            pair.new_document_id,
            len(comparison.changes),
        )
    return len(pairs)
