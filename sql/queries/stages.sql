-- Time by stage, and what each ran on.
SELECT
    stage, engine, device, provider, "precision",
    count(*) AS drawings,
    sum(pages) AS pages,
    sum(seconds) AS seconds
FROM stage_reports
WHERE run_id IN :run_ids
  AND outcome <> 'skipped'
GROUP BY stage, engine, device, provider, "precision"
ORDER BY stage, engine, device, provider, "precision"
