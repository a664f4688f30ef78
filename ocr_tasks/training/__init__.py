"""Tunes the PP-OCRv6 small recogniser to drawings; `python -m ocr_tasks.training -h` lists the commands.

Drawing synthetic crops and judging weights need only what the project needs anyway. `train` and `export` need the extra
`training` (torch, onnx); nothing here runs when drawings are read.
"""
