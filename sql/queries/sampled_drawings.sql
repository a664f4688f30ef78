-- The drawings that some runs drew for a review, each with the first decision about what was loaded then.
SELECT
    samples.run_id, samples.document_id, samples.rate, samples.strings, decisions.action,
    (
        SELECT count(*) FROM review_changes AS changes
        WHERE changes.document_id = decisions.document_id AND changes.number = decisions.number
          AND changes.item_id IS NOT NULL AND changes.before IS NOT NULL
    ) AS wrong,
    (
        SELECT count(*) FROM review_changes AS changes
        WHERE changes.document_id = decisions.document_id AND changes.number = decisions.number
          AND changes.item_id IS NOT NULL AND changes.before IS NULL
    ) AS missed
FROM review_samples AS samples
LEFT JOIN review_decisions AS decisions
    ON decisions.document_id = samples.document_id AND decisions.content_digest = samples.content_digest
    AND decisions.number = (
        SELECT min(earliest.number) FROM review_decisions AS earliest
        WHERE earliest.document_id = samples.document_id AND earliest.content_digest = samples.content_digest
    )
WHERE samples.run_id IN :run_ids
ORDER BY samples.run_id, samples.document_id
