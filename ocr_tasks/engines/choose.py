"""Picks the engine that an option names and binds it to its stage. The only importer of concrete engines."""

from ocr_tasks.contract import Device, EngineInfo, Stage
from ocr_tasks.errors import ContractError
from ocr_tasks.runner import BatchStage


def stage_process(stage: Stage, engine: str, device: Device, threads: int) -> tuple[BatchStage, EngineInfo | None]:
    """Return what runs STAGE, and what it runs on. Imports only what that stage needs."""
    match stage:
        case Stage.RENDER:
            from ocr_tasks.stages import render

            return render.stage(threads), None
        case Stage.PREPROCESS:
            from ocr_tasks.engines.opencv import OpenCvPreprocessor
            from ocr_tasks.stages import preprocess

            preprocessor = OpenCvPreprocessor(threads=threads)
            return preprocess.stage(preprocessor), preprocessor.info
        case Stage.DETECT:
            from ocr_tasks.engines.ppocr_onnx import OnnxDetector
            from ocr_tasks.stages import detect

            _known(stage, engine, ("ppocr-onnx",))
            detector = OnnxDetector(device=device, threads=threads)
            return detect.stage(detector), detector.info
        case Stage.RECOGNIZE:
            from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer
            from ocr_tasks.stages import recognize

            _known(stage, engine, ("ppocr-onnx",))
            recognizer = OnnxRecognizer(device=device, threads=threads)
            return recognize.stage(recognizer), recognizer.info
        case Stage.POSTPROCESS:
            from ocr_tasks.stages import postprocess

            return postprocess.stage(), None
        case _:
            raise ContractError(f"{stage} is no reading stage")


def _known(stage: Stage, engine: str, names: tuple[str, ...]) -> None:
    if engine not in names:
        raise ContractError(f"no {stage} engine is called {engine!r}: choose one of {', '.join(names)}")
