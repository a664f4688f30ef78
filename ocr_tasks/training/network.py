"""The recogniser as a torch module that takes its weights from an ONNX file of PP-OCRv6 small and gives them back.

Layers are declared in the order in which the file lists its weights, so that the two match one to one (`exchange`).
Architecture: PP-LCNetV4 with folded batch normalisation, then an SVTR neck and a CTC head (PaddleOCR, Apache-2.0).
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_BLOCKS = (
    (96, 96, 1, True),
    (96, 96, 1, False),
    (96, 96, 1, False),
    (96, 192, 2, False),
    (192, 192, 1, True),
    (192, 192, 1, False),
    (192, 192, 1, True),
    (192, 192, 1, False),
    (192, 192, 1, True),
    (192, 192, 1, False),
    (192, 384, 2, False),
    (384, 384, 1, True),
    (384, 384, 1, False),
)
"""Channels in, channels out, vertical stride, squeeze and excitation."""

NECK = 120
HEADS = 8


class Stem(nn.Module):
    """(N, 3, H, W) to (N, 96, H / 4, W / 4)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 48, 3, 2, 1)
        self.left = nn.Conv2d(48, 24, 2)
        self.right = nn.Conv2d(24, 48, 2)
        self.join = nn.Conv2d(96, 48, 3, 2, 1)
        self.widen = nn.Conv2d(48, 96, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(F.relu(self.first(x)), (0, 1, 0, 1))
        y = F.pad(F.relu(self.left(x)), (0, 1, 0, 1))
        y = F.relu(self.right(y))
        x = torch.cat((F.max_pool2d(x, 2, 1), y), 1)
        return F.relu(self.widen(F.relu(self.join(x))))


class Block(nn.Module):
    """Depthwise 3x3, optional squeeze and excitation, then a residual pair of 1x1 convolutions."""

    def __init__(self, inside: int, outside: int, stride: int, squeeze: bool) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(inside, inside, 3, (stride, 1), 1, groups=inside)
        self.squeeze = nn.ModuleList(
            [nn.Conv2d(inside, inside // 4, 1), nn.Conv2d(inside // 4, inside, 1)] if squeeze else []
        )
        self.expand = nn.Conv2d(inside, 2 * inside, 1)
        self.project = nn.Conv2d(2 * inside, outside, 1)
        self.residual = inside == outside and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        x = self.depthwise(x)
        if self.squeeze:
            weight = F.relu(self.squeeze[0](x.mean((2, 3), keepdim=True)))
            x = x * F.hardsigmoid(self.squeeze[1](weight))
        y = self.project(F.gelu(self.expand(x)))
        return x + y if self.residual else y


class ConvNorm(nn.Module):
    """Convolution without bias, batch normalisation with fixed statistics, SiLU."""

    def __init__(self, inside: int, outside: int, width: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inside, outside, (1, width), 1, (0, width // 2), groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outside)

    def forward(self, x: Tensor) -> Tensor:
        return F.silu(self.norm(self.convolution(x)))


class Mixer(nn.Module):
    """One transformer block over (N, T, 120)."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(NECK, 1e-6)
        self.qkv = nn.Linear(NECK, 3 * NECK)
        self.merge = nn.Linear(NECK, NECK)
        self.norm2 = nn.LayerNorm(NECK, 1e-6)
        self.rise = nn.Linear(NECK, 2 * NECK)
        self.fall = nn.Linear(2 * NECK, NECK)

    def forward(self, x: Tensor) -> Tensor:
        n, t, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, t, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        x = x + self.merge(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, NECK))
        return x + self.fall(F.silu(self.rise(self.norm2(x))))


class Recognizer(nn.Module):
    """(N, 3, 48, W) pictures in -1..1 to (N, W // 8, classes) logits; class 0 is the CTC blank, the last is space."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.stem = Stem()
        self.blocks = nn.ModuleList(Block(*shape) for shape in _BLOCKS)
        self.skip = ConvNorm(384, NECK)
        self.reduce = ConvNorm(384, NECK)
        self.local = ConvNorm(NECK, NECK, 7, NECK)
        self.mixers = nn.ModuleList([Mixer(), Mixer()])
        self.norm = nn.LayerNorm(NECK, 1e-6)
        self.head = nn.Linear(NECK, classes)

    def features(self, x: Tensor) -> Tensor:
        """Return what the head looks at, (N, W // 8, 120)."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        x = F.avg_pool2d(x, (3, 2))
        skipped, x = self.skip(x), self.reduce(x)
        x = (x + self.local(x)).squeeze(2).transpose(1, 2)
        for mixer in self.mixers:
            x = mixer(x)
        return self.norm(x) + skipped.squeeze(2).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))

    def train(self, mode: bool = True) -> "Recognizer":
        """Switch modes; batch statistics stay those that the weights came with."""
        super().train(mode)
        for layer in self.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.eval()
        return self

    def in_file_order(self) -> Iterator[tuple[str, Tensor]]:
        """Yield (name, tensor) as the ONNX file lists them: parameters, and batch statistics after their layer's."""
        for name, layer in self.named_modules():
            for kind, parameter in layer.named_parameters(recurse=False):
                yield f"{name}.{kind}", parameter
            if isinstance(layer, nn.BatchNorm2d):
                yield f"{name}.running_mean", layer.running_mean
                yield f"{name}.running_var", layer.running_var
