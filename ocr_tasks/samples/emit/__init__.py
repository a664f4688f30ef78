"""Sheets as files: PDF, DXF, pictures."""
