-- The strings of one document, of one page or (NULL) of all, with what each means and where it comes from.
SELECT
    item_id, page, zone, kind, text, raw_text, other_text, confidence, source, engine, weights_digest, quad_px,
    rotation_deg, meaning
FROM items
WHERE document_id = :document_id
  AND (CAST(:page AS INTEGER) IS NULL OR page = :page)
ORDER BY item_id
