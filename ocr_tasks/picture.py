"""What a picture of a page, or of a part of one, is everywhere in this project."""

import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
"""Grey, (height, width), 0 black, 255 white."""
