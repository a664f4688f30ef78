"""Compares the drawings of a batch with the revisions of them that are loaded already."""

import logging
from collections.abc import Sequence

from drawing_etl.warehouse import Warehouse
from ocr_tasks.handover.comparison import compare
from ocr_tasks.workdir import Workdir

log = logging.getLogger(__name__)


def compare_revisions(warehouse: Warehouse, run_id: str, works: Sequence[Workdir]) -> int:
    """Compare each loaded drawing with its neighbour in revision, keep what differs, return how many were compared.

    Both are taken from the database, so that workdirs of earlier nights need not be there. Doing it again for a retry
    changes nothing.
    """
    pairs = warehouse.revisions_to_compare(works)
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
