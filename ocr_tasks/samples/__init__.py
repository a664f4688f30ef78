"""Sample drawings with exact truth, drawn by script: the same bytes on every run, on any machine.

`page_model` is what a sheet is made of; `lettering`, `symbols` and `callouts` write on it; `drafting` dimensions it;
`border` frames it; `parts/` draws what stands on it; `emit/` turns it into PDF, DXF and pictures; `truth` writes what
a reader must find; `degrade` spoils pictures as scanners, fax machines and phones do, and moves the truth along.
"""
