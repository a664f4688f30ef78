-- Figures of each night in a range, both ends included.
SELECT night, runs, drawings, loaded, quarantined, rejected, pages, strings, mean_confidence, seconds
FROM nightly_figures
WHERE night BETWEEN :first_night AND :last_night
ORDER BY night
