"""Faults for stages that run as processes or in containers: code for a `sitecustomize.py` on Python's path."""

CRASHING_DECODER = """
import ctypes
import pypdfium2.raw as raw
load = raw.FPDF_LoadDocument
def crashing(path, password):
    if b"the one that crashes" in open(path, "rb").read():
        ctypes.string_at(0)
    return load(path, password)
raw.FPDF_LoadDocument = crashing
"""
"""PDFium reads from address zero in a file that says so."""

FRAGMENTING_MEMORY = """
from ocr_tasks.engines import memory, opencv
from ocr_tasks.errors import OutOfDeviceMemory
whole = opencv.OpenCvPreprocessor.prepare
room = 2
def within(self, pages, options):
    global room
    if len(pages) > room:
        room = 0
        raise OutOfDeviceMemory("planted")
    return list(whole(self, pages, options))
opencv.OpenCvPreprocessor.prepare = lambda self, pages, options: iter(
    memory.halving(lambda some: within(self, some, options), list(pages))
)
"""
"""Preprocessing has room for two pages; once it was given more, it has none left."""
