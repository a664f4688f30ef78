"""Picks the engine that an option names and binds it to its stage. The only importer of concrete engines.

Whatever is picked runs on the device asked for, or is refused: `_on_the_device` is asked of every engine.
"""

from ocr_tasks.contract import DETECTORS, RECOGNIZERS, Device, EngineInfo, Stage
from ocr_tasks.engines import Detector, Preprocessor, Recognizer
from ocr_tasks.engines.weights import PPOCR_RECOGNIZER, PPOCR_TORCH_DETECTOR, PPOCR_TORCH_RECOGNIZER
from ocr_tasks.errors import ContractError, DeviceUnavailable
from ocr_tasks.runner import BatchStage


def stage_process(stage: Stage, engine: str, device: Device, threads: int) -> tuple[BatchStage, EngineInfo | None]:
    """Return what runs STAGE, and what it runs on. Imports only what that stage needs.

    ContractError for an engine that there is not, DeviceUnavailable for one that cannot run on DEVICE, WeightsError for
    one without its weights. Rendering and postprocessing need no engine and run on the processor.
    """
    match stage:
        case Stage.RENDER:
            from ocr_tasks.stages import render

            return render.stage(threads), None
        case Stage.PREPROCESS:
            from ocr_tasks.stages import preprocess

            repairer = preprocessor(device, threads)
            return preprocess.stage(repairer), _on_the_device(repairer.info, device)
        case Stage.DETECT:
            from ocr_tasks.stages.detect import stage as detect

            finder = detector(engine, device, threads)
            return detect.stage(finder), _on_the_device(finder.info, device)
        case Stage.RECOGNIZE:
            from ocr_tasks.stages.recognize import stage as recognize

            reader = recognizer(engine, device, threads)
            return recognize.stage(reader), _on_the_device(reader.info, device)
        case Stage.POSTPROCESS:
            from ocr_tasks.stages.postprocess import stage as postprocess

            return postprocess.stage(), None
        case _:
            raise ContractError(f"{stage} is no reading stage")


def preprocessor(device: Device, threads: int) -> Preprocessor:
    """Return OpenCV on the processor, CuPy on a GPU: their results are the same."""
    if device == "cuda":
        from ocr_tasks.engines.cupy_preprocess import ArrayPreprocessor

        return ArrayPreprocessor(threads=threads)
    from ocr_tasks.engines.opencv import OpenCvPreprocessor

    return OpenCvPreprocessor(threads=threads)


def detector(engine: str, device: Device, threads: int) -> Detector:
    """Return the detector called ENGINE, loaded."""
    match engine:
        case "ppocr-onnx" | "ppocr-onnx-stock":
            from ocr_tasks.engines.ppocr_onnx import OnnxDetector

            return OnnxDetector(device=device, threads=threads)
        case "ppocr-tensorrt":
            from ocr_tasks.engines.ppocr_onnx import OnnxDetector

            _gpu_only(engine, device)
            return OnnxDetector(device=device, threads=threads, provider="TensorrtExecutionProvider")
        case "ppocr-torch":
            from ocr_tasks.engines.ppocr_torch import TorchDetector

            return TorchDetector(device=device, threads=threads)
        case "ppocr-torch-stock":
            from ocr_tasks.engines.ppocr_torch import TorchDetector

            return TorchDetector(device=device, threads=threads, weights=PPOCR_TORCH_DETECTOR)
        case "craft-torch":
            from ocr_tasks.engines.craft_torch import CraftDetector

            return CraftDetector(device=device, threads=threads)
        case _:
            raise ContractError(f"no detector is called {engine!r}: choose one of {', '.join(DETECTORS)}")


def recognizer(engine: str, device: Device, threads: int) -> Recognizer:
    """Return the recogniser called ENGINE, loaded."""
    match engine:
        case "ppocr-onnx":
            from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer

            return OnnxRecognizer(device=device, threads=threads)
        case "ppocr-onnx-stock":
            from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer

            return OnnxRecognizer(device=device, threads=threads, weights=PPOCR_RECOGNIZER)
        case "ppocr-tensorrt":
            from ocr_tasks.engines.ppocr_onnx import OnnxRecognizer

            _gpu_only(engine, device)
            return OnnxRecognizer(device=device, threads=threads, provider="TensorrtExecutionProvider")
        case "ppocr-torch":
            from ocr_tasks.engines.ppocr_torch import TorchRecognizer

            return TorchRecognizer(device=device, threads=threads)
        case "ppocr-torch-stock":
            from ocr_tasks.engines.ppocr_torch import TorchRecognizer

            return TorchRecognizer(device=device, threads=threads, weights=PPOCR_TORCH_RECOGNIZER)
        case "trocr":
            from ocr_tasks.engines.trocr import TrOcrRecognizer

            return TrOcrRecognizer(device=device, threads=threads)
        case _:
            raise ContractError(f"no recogniser is called {engine!r}: choose one of {', '.join(RECOGNIZERS)}")


def _on_the_device(info: EngineInfo, device: Device) -> EngineInfo:
    if info.device != device:
        raise DeviceUnavailable(f"device {device!r} was asked for, {info.name} runs on {info.device!r}")
    return info


def _gpu_only(engine: str, device: Device) -> None:
    if device != "cuda":
        raise DeviceUnavailable(f"{engine} runs on the device cuda only: ask for it, or for the engine ppocr-onnx")
