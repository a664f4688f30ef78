"""The report of a run, or of the runs of some nights: one HTML page that stands alone, for anyone."""

from drawing_etl.report.figures import Nights
from drawing_etl.report.page import write_report

__all__ = ["Nights", "write_report"]
