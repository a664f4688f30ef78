"""Image repair on whole batches with nothing but an array module: NumPy on a processor, CuPy on a GPU.

Every function takes the module (`xp`) and a batch, uint8 or uint16 (pages, height, width), and gives one of the same
shape and type. The results are OpenCV's, bit for bit where it calculates in integers, else within one grey level:
same kernels in fixed point, same borders, same rounding. Index and weight tables are small and made on the host.
"""

import math
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = Any
"""An array of `xp`: NumPy's type does not describe CuPy's."""

WHITE = 255
_LUMA = (9798, 19235, 3735)
"""Red, green and blue in 32768ths (ITU-R BT.601), rounded as OpenCV does."""


def grey(xp: ModuleType, images: Array) -> Array:
    """Return pictures as grey: (pages, height, width) stays, RGB or RGBA (pages, height, width, 3 or 4) is weighed.

    What is transparent is seen on white paper. TypeError for other than uint8 and uint16, so for numbers that may be
    NaN; ValueError for another shape.
    """
    if images.dtype not in (np.uint8, np.uint16):
        raise TypeError(f"pictures are uint8 or uint16, not {images.dtype}")
    if images.ndim == 3:
        return images
    if images.ndim != 4 or images.shape[3] not in (3, 4):
        raise ValueError(f"pictures are (pages, height, width[, 3 or 4]), not {images.shape}")
    wide = images.astype(xp.int64)
    luma = sum(weight * wide[..., channel] for channel, weight in enumerate(_LUMA))
    level = (luma + (1 << 14)) >> 15
    if images.shape[3] == 4:
        white = int(np.iinfo(images.dtype).max)
        level = (level * wide[..., 3] + white * (white - wide[..., 3]) + white // 2) // white
    return level.astype(images.dtype)


def blur(xp: ModuleType, images: Array, sigma_px: float) -> Array:
    """Return pictures after a Gaussian filter, as `cv2.GaussianBlur(image, (0, 0), sigma_px)`; edges are mirrored."""
    eight = images.dtype == np.uint8
    weights = fixed_gaussian(sigma_px, bits=8 if eight else 16)
    narrow, wide = (xp.uint16, xp.uint32) if eight else (xp.uint32, xp.uint64)
    height, width = images.shape[1:]
    reach = len(weights) // 2
    columns = xp.take(images, xp.asarray(mirrored(-reach, width + reach, width)), axis=2).astype(narrow)
    across = _weighed(columns, weights, width, axis=2)
    rows = xp.take(across, xp.asarray(mirrored(-reach, height + reach, height)), axis=1).astype(wide)
    both = _weighed(rows, weights, height, axis=1)
    bits = 16 if eight else 32
    return ((both + (1 << (bits - 1))) >> bits).astype(images.dtype)


def fixed_gaussian(sigma_px: float, bits: int) -> list[int]:
    """Return an odd number of weights that sum to 2**bits, as OpenCV's fixed-point filter has them.

    Rounding errors are handed on towards the centre, which takes what is left.
    """
    reach = 3 if bits == 8 else 4
    size = round(sigma_px * reach * 2 + 1) | 1
    places = np.arange(size) - size // 2
    exact = np.exp(-(places**2) / (2 * sigma_px**2))
    exact *= (1 << bits) / exact.sum()
    weights = [0] * size
    carried = 0.0
    for place in range(size // 2):
        wanted = float(exact[place]) + carried
        weights[place] = weights[-1 - place] = round(wanted)
        carried = wanted - weights[place]
    weights[size // 2] = (1 << bits) - sum(weights)
    return weights


def mirrored(start: int, stop: int, length: int) -> npt.NDArray[np.int32]:
    """Return for places START..STOP-1 along an axis those within 0..LENGTH-1, mirrored at both edge pixels."""
    period = max(1, 2 * (length - 1))
    places = np.arange(start, stop) % period
    return np.minimum(places, period - places).astype(np.int32) if length > 1 else np.zeros(stop - start, np.int32)


def clahe(xp: ModuleType, images: Array, clip: float, tiles: int) -> Array:
    """Return pictures with the contrast of each region stretched, as `cv2.createCLAHE(clip, (tiles, tiles))`.

    Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", Graphics Gems IV, 1994. What is clipped from a
    tile's histogram is spread evenly over it, the remainder at equal distances; a side that does not divide by TILES
    is mirrored until it does.
    """
    levels = 256 if images.dtype == np.uint8 else 65536
    tables = _clahe_tables(xp, images, clip, tiles, levels)
    pages, height, width = images.shape
    tile_height, tile_width = _tile_sides(height, width, tiles)
    top, bottom, down = (xp.asarray(values) for values in _between(height, tile_height, tiles))
    left, right, along = (xp.asarray(values) for values in _between(width, tile_width, tiles))
    first = (xp.arange(pages, dtype=xp.int32) * (tiles * tiles))[:, None, None]

    def mapped(rows: Array, columns: Array) -> Array:
        table = first + rows[None, :, None] * tiles + columns[None, None, :]
        return xp.take(tables, table * levels + images)

    down, along = down[None, :, None], along[None, None, :]
    one = np.float32(1)
    upper = mapped(top, left) * (one - along) + mapped(top, right) * along
    lower = mapped(bottom, left) * (one - along) + mapped(bottom, right) * along
    return _rounded(xp, upper * (one - down) + lower * down, images.dtype)


def threshold(xp: ModuleType, images: Array, block_px: int, offset: float) -> Array:
    """Return 255 where a pixel is lighter than the mean of its block less OFFSET, else 0; uint8 only.

    As `cv2.adaptiveThreshold` with ADAPTIVE_THRESH_MEAN_C and THRESH_BINARY: BLOCK_PX is odd, edges are repeated.
    """
    if images.dtype != np.uint8:
        raise TypeError(f"a threshold is taken of uint8, not {images.dtype}")
    height, width = images.shape[1:]
    reach = block_px // 2
    rows = np.clip(np.arange(-reach - 1, height + reach), 0, height - 1)
    columns = np.clip(np.arange(-reach - 1, width + reach), 0, width - 1)
    spread = xp.take(images, xp.asarray(columns), axis=2)
    # Sums may wrap around: their differences, below 2**32, are right all the same.
    sums = xp.cumsum(spread, axis=2, dtype=xp.uint32)
    sums = sums[:, :, block_px:] - sums[:, :, :-block_px]
    sums = xp.cumsum(xp.take(sums, xp.asarray(rows), axis=1), axis=1, dtype=xp.uint32)
    sums = sums[:, block_px:] - sums[:, :-block_px]
    area = block_px * block_px
    mean = ((sums.astype(xp.int64) * 2 + area) // (2 * area)).astype(xp.int32)
    lighter = images.astype(xp.int32) - mean > -math.ceil(offset)
    return xp.where(lighter, xp.uint8(WHITE), xp.uint8(0))


def erode(xp: ModuleType, images: Array, size_px: int) -> Array:
    """Return the darkest of each square of SIZE_PX; beyond the edges there is nothing."""
    return _extreme(xp, images, size_px, xp.minimum, int(np.iinfo(images.dtype).max))


def dilate(xp: ModuleType, images: Array, size_px: int) -> Array:
    """Return the lightest of each square of SIZE_PX; beyond the edges there is nothing."""
    return _extreme(xp, images, size_px, xp.maximum, 0)


def opening(xp: ModuleType, images: Array, size_px: int) -> Array:
    """Return pictures without light spots smaller than a square of SIZE_PX, as `cv2.MORPH_OPEN` (an even size moves
    the picture by a pixel, there as here)."""
    return dilate(xp, erode(xp, images, size_px), size_px)


def closing(xp: ModuleType, images: Array, size_px: int) -> Array:
    """Return pictures without dark spots smaller than a square of SIZE_PX, as `cv2.MORPH_CLOSE`."""
    return erode(xp, dilate(xp, images, size_px), size_px)


def without_specks(xp: ModuleType, images: Array, size_px: int) -> Array:
    """Return uint8 pictures without dark spots (8-connected, below 128) that fit into a square of SIZE_PX.

    Each pixel learns how far its spot reaches to the four sides, a step at a time. After SIZE_PX**2 steps it has met
    all of a spot that fits, for such a spot has no more pixels; of any other it has met too much to fit.
    """
    ink = (images < 128)[None]
    _, height, width = images.shape
    far = xp.int32(2**30)
    columns = xp.broadcast_to(xp.arange(width, dtype=xp.int32)[None, None, :], images.shape)
    rows = xp.broadcast_to(xp.arange(height, dtype=xp.int32)[None, :, None], images.shape)
    ends = xp.where(ink, xp.stack((columns, -columns, rows, -rows)), far)
    for _ in range(size_px * size_px):
        ends = xp.where(ink, _least_around(xp, ends), far)
    fits = (-ends[0] - ends[1] < size_px) & (-ends[2] - ends[3] < size_px) & ink[0]
    return xp.where(fits, xp.uint8(WHITE), images)


def sharpen(xp: ModuleType, images: Array, amount: float, sigma_px: float = 1.5) -> Array:
    """Return pictures with what a blur takes away added once more, AMOUNT times, as `cv2.addWeighted` does."""
    soft = blur(xp, images, sigma_px).astype(xp.float32)
    sharp = images.astype(xp.float32) * np.float32(1 + amount) - soft * np.float32(amount)
    return _rounded(xp, sharp, images.dtype)


def divided(xp: ModuleType, images: Array, backgrounds: Array) -> Array:
    """Return uint8 pictures divided by the light of their paper (same shape), 255 where both are the same."""
    light = backgrounds.astype(xp.float32)
    level = images.astype(xp.float32) * np.float32(255) / xp.maximum(light, np.float32(1))
    return _rounded(xp, xp.where(backgrounds == 0, np.float32(0), level), images.dtype)


def mapped(xp: ModuleType, images: Array, tables: Array) -> Array:
    """Return uint8 pictures with each level replaced by that of the page's own table, (pages, 256)."""
    first = (xp.arange(len(images), dtype=xp.int32) * 256)[:, None, None]
    return xp.take(tables, first + images)


def light_of_blocks(xp: ModuleType, images: Array, block_px: int) -> Array:
    """Return the 60th percentile of every fourth pixel of every fourth row of each block, (pages, rows, columns)."""
    pages, height, width = images.shape
    rows, columns, side = height // block_px, width // block_px, block_px // 4
    cells = images[:, : rows * block_px : 4, : columns * block_px : 4]
    cells = cells.reshape(pages, rows, side, columns, side).transpose(0, 1, 3, 2, 4)
    ranked = xp.sort(cells.reshape(pages, rows, columns, side * side), axis=3)
    return ranked[..., round(0.6 * (side * side - 1))]


def _weighed(images: Array, weights: list[int], length: int, axis: int) -> Array:
    """Return the filter's sums along AXIS, LENGTH of them; weights are symmetric, zeros cost nothing."""
    window = [slice(None)] * images.ndim
    total = None
    for start, weight in enumerate(weights):
        if weight == 0:
            continue
        window[axis] = slice(start, start + length)
        part = images[tuple(window)] * images.dtype.type(weight)
        total = part if total is None else total + part
    return total


def _tile_sides(height: int, width: int, tiles: int) -> tuple[int, int]:
    """Return a tile's height and width once the picture is mirrored; both sides grow if one does, as in OpenCV."""
    if height % tiles == 0 and width % tiles == 0:
        return height // tiles, width // tiles
    return height // tiles + 1, width // tiles + 1


def _between(length: int, tile: int, tiles: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Return for each place along an axis the two nearest tile centres and how far it is from the first, 0..1."""
    places = np.arange(length, dtype=np.float32) * (np.float32(1) / np.float32(tile)) - np.float32(0.5)
    before = np.floor(places).astype(np.int32)
    share = (places - before).astype(np.float32)
    return np.maximum(before, 0), np.minimum(before + 1, tiles - 1), share


def _clahe_tables(xp: ModuleType, images: Array, clip: float, tiles: int, levels: int) -> Array:
    """Return what each level becomes in each tile, float32, flat over (pages, tiles down, tiles across, levels)."""
    pages, height, width = images.shape
    tile_height, tile_width = _tile_sides(height, width, tiles)
    rows = xp.asarray(mirrored(0, tiles * tile_height, height))
    columns = xp.asarray(mirrored(0, tiles * tile_width, width))
    full = xp.take(xp.take(images, rows, axis=1), columns, axis=2)
    down = xp.arange(tiles * tile_height, dtype=xp.int32) // tile_height * tiles
    along = xp.arange(tiles * tile_width, dtype=xp.int32) // tile_width
    page = xp.arange(pages, dtype=xp.int32) * (tiles * tiles)
    bins = (page[:, None, None] + down[None, :, None] + along[None, None, :]) * levels + full
    counts = xp.bincount(bins.ravel(), minlength=pages * tiles * tiles * levels).reshape(-1, levels)

    area = tile_height * tile_width
    limit = max(int(clip * area / levels), 1)
    excess = xp.maximum(counts - limit, 0).sum(axis=1)[:, None]
    share, rest = excess // levels, excess % levels
    stride = xp.maximum(levels // xp.maximum(rest, 1), 1)
    level = xp.arange(levels)[None, :]
    counts = xp.minimum(counts, limit) + share + ((level % stride == 0) & (level // stride < rest))
    scale = np.float32((levels - 1) / np.float32(area))
    table = xp.rint(xp.cumsum(counts, axis=1).astype(xp.float32) * scale)
    return xp.clip(table, 0, levels - 1).astype(xp.float32).ravel()


def _extreme(xp: ModuleType, images: Array, size_px: int, pick: Any, nothing: int) -> Array:
    """Return the extreme of each square, one axis after the other; the anchor is the pixel at size // 2."""
    anchor = size_px // 2
    out = images
    for axis in (1, 2):
        length = out.shape[axis]
        margin = [(0, 0)] * 3
        margin[axis] = (anchor, size_px - 1 - anchor)
        padded = xp.pad(out, margin, constant_values=nothing)
        window = [slice(None)] * 3
        window[axis] = slice(0, length)
        out = padded[tuple(window)]
        for start in range(1, size_px):
            window[axis] = slice(start, start + length)
            out = pick(out, padded[tuple(window)])
    return out


def _least_around(xp: ModuleType, values: Array) -> Array:
    """Return the least of each 3 x 3 square over the last two axes."""
    out = values.copy()
    out[..., 1:] = xp.minimum(out[..., 1:], values[..., :-1])
    out[..., :-1] = xp.minimum(out[..., :-1], values[..., 1:])
    across = out.copy()
    out[..., 1:, :] = xp.minimum(out[..., 1:, :], across[..., :-1, :])
    out[..., :-1, :] = xp.minimum(out[..., :-1, :], across[..., 1:, :])
    return out


def _rounded(xp: ModuleType, values: Array, dtype: Any) -> Array:
    """Return real grey levels as whole ones, halves to even, within the type's range."""
    return xp.clip(xp.rint(values), 0, int(np.iinfo(dtype).max)).astype(dtype)
