"""The order in which a person goes over the callouts of a sheet: view by view, each from top to bottom."""

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""left, top, right, bottom in page pixels."""


def reading_order(boxes: Sequence[Box], gap_px: float) -> list[int]:
    """Return the indices of BOXES in reading order.

    The page is cut at its widest blank stripe, upright or level, and again in each half (the XY cut of Nagy and Seth,
    1984), down to groups without a stripe of GAP_PX; such a group is a view or a block of notes. In it, lines go from
    top to bottom and each line from left to right.
    """
    order: list[int] = []
    waiting = [list(range(len(boxes)))]
    while waiting:
        group = waiting.pop()
        halves = _cut(boxes, group, gap_px)
        if halves is None:
            order.extend(_lines(boxes, group))
        else:
            waiting.extend(reversed(halves))
    return order


def _cut(boxes: Sequence[Box], group: Sequence[int], gap_px: float) -> tuple[list[int], list[int]] | None:
    """Return the two halves of a group at its widest stripe, the left or upper one first; None without a stripe."""
    widest, best = gap_px, None
    for near, far in ((1, 3), (0, 2)):
        ranked = sorted(group, key=lambda index: (boxes[index][near], index))
        reach = float("-inf")
        for place, index in enumerate(ranked):
            if place and boxes[index][near] - reach > widest:
                widest = boxes[index][near] - reach
                best = ranked[:place], ranked[place:]
            reach = max(reach, boxes[index][far])
    return best


def _lines(boxes: Sequence[Box], group: Sequence[int]) -> list[int]:
    order: list[int] = []
    line: list[int] = []
    for index in sorted(group, key=lambda each: (boxes[each][1] + boxes[each][3], each)):
        middle = (boxes[index][1] + boxes[index][3]) / 2
        if line and middle > boxes[line[0]][3]:
            order.extend(sorted(line, key=lambda each: boxes[each][0]))
            line = []
        line.append(index)
    return order + sorted(line, key=lambda each: boxes[each][0])
