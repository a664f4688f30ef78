"""What every engine asks of a picture."""

from collections.abc import Iterable
from typing import Any

import numpy as np


def require_grey(pictures: Iterable[Any]) -> None:
    """Raise TypeError unless all PICTURES are uint8 (height, width): no 16 bits, no colours, no real numbers, no NaN.

    Rendering makes grey pages of 8 bits from whatever a drawing holds.
    """
    for picture in pictures:
        if picture.dtype != np.uint8 or picture.ndim != 2:
            raise TypeError(f"pictures are uint8 (height, width), not {picture.dtype} {picture.shape}")
