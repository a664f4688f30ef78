"""Charts as plain shapes, drawn alike in the page (inline SVG) and in the PDF; readable in print and in grey."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from drawing_etl.report.accuracy import Score, Sureness
from drawing_etl.warehouse.records import ConfidenceBin

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, BOTTOM, TOP = 56, 24, 44, 14
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
MOST_MARKS = 12
"""Labels along an axis; of more, some are left out."""


@dataclass(frozen=True)
class Line:
    """A line through points; `style` says what it is for."""

    points: tuple[tuple[float, float], ...]
    style: Literal["grid", "ideal", "curve"]


@dataclass(frozen=True)
class Bar:
    """A filled rectangle that says what it stands for."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Dot:
    """A point that says what it stands for."""

    x: float
    y: float
    radius: float
    title: str


@dataclass(frozen=True)
class Label:
    """Words; `y` is that of their baseline."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True)
class Chart:
    """Shapes in a frame of WIDTH x HEIGHT, origin top-left, y down."""

    label: str
    shapes: tuple[Line | Bar | Dot | Label, ...]


def histogram(bins: Sequence[ConfidenceBin]) -> Chart | None:
    """Draw how many strings have which confidence; None without strings."""
    most = max((each.strings for each in bins), default=0)
    if not most:
        return None
    shapes: list[Line | Bar | Dot | Label] = []
    for tick in _ticks(most):
        shapes += _across(tick / most, f"{tick:,}")
    step = PLOT_WIDTH / len(bins)
    for index, each in enumerate(bins):
        height = PLOT_HEIGHT * each.strings / most
        title = f"{each.strings:,} strings between {each.low:.0%} and {each.high:.0%} sure"
        shapes.append(Bar(LEFT + index * step + 1, TOP + PLOT_HEIGHT - height, step - 2, height, title))
    return Chart("Number of strings by confidence", (*shapes, *_shares_below("how sure the reader was")))


def calibration(sureness: Sequence[Sureness]) -> Chart | None:
    """Draw how often the reader was right against how sure it was; None without strings."""
    if not sureness:
        return None
    shapes: list[Line | Bar | Dot | Label] = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        shapes += _across(share, f"{share:.0%}")
    shapes.append(Line(((_x(0), _y(0)), (_x(1), _y(1))), "ideal"))
    places = [(_x(each.stated), _y(each.rate)) for each in sureness]
    shapes.append(Line(tuple(places), "curve"))
    most = max(each.strings for each in sureness)
    for (x, y), each in zip(places, sureness, strict=True):
        title = f"{each.strings:,} strings between {each.low:.0%} and {each.high:.0%} sure: {each.rate:.1%} right"
        shapes.append(Dot(x, y, 2.5 + 4.5 * (each.strings / most) ** 0.5, title))
    return Chart(
        "Share of strings that were right, by confidence", (*shapes, *_shares_below("how sure the reader was"))
    )


def trend(nights: Sequence[Score]) -> Chart | None:
    """Draw the share of strings read exactly, night by night; None for fewer than two."""
    if len(nights) < 2:
        return None
    low = max(0.0, min(int(each.rate * 10) / 10 for each in nights) - 0.1)
    shapes: list[Line | Bar | Dot | Label] = []
    for step in range(5):
        shapes += _across(step / 4, f"{low + (1 - low) * step / 4:.0%}")
    across = PLOT_WIDTH / (len(nights) - 1)
    places = [(LEFT + across * k, _y((each.rate - low) / (1 - low))) for k, each in enumerate(nights)]
    shapes.append(Line(tuple(places), "curve"))
    every = -(-len(nights) // MOST_MARKS)
    for k, ((x, y), each) in enumerate(zip(places, nights, strict=True)):
        shapes.append(Dot(x, y, 3, f"{each.name}: {each.rate:.1%} of {each.strings:,} strings"))
        if k % every == 0:
            shapes.append(Label(x, HEIGHT - 24, each.name[5:]))
    return Chart("Share of strings read exactly, night by night", tuple(shapes))


def svg(chart: Chart | None) -> Markup:
    """Return a chart as inline SVG; nothing for none."""
    if chart is None:
        return Markup("")
    inside = "".join(_svg(shape) for shape in chart.shapes)
    return Markup(  # noqa: S704  # numbers, our own words, and what is escaped are in it
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(chart.label)}" '
        f'preserveAspectRatio="xMinYMin meet">{inside}</svg>'
    )


def _svg(shape: Line | Bar | Dot | Label) -> str:
    match shape:
        case Line():
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            return f'<polyline points="{points}" class="{shape.style}"/>'
        case Bar():
            return (
                f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}" '
                f'class="bar"><title>{escape(shape.title)}</title></rect>'
            )
        case Dot():
            return (
                f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius:.1f}" class="bar">'
                f"<title>{escape(shape.title)}</title></circle>"
            )
        case Label():
            return f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}">{escape(shape.text)}</text>'


def _x(share: float) -> float:
    return LEFT + PLOT_WIDTH * share


def _y(share: float) -> float:
    return TOP + PLOT_HEIGHT * (1 - share)


def _across(share: float, text: str) -> tuple[Line, Label]:
    y = _y(share)
    return Line(((LEFT, y), (WIDTH - RIGHT, y)), "grid"), Label(LEFT - 8, y + 4, text, "end")


def _shares_below(name: str) -> tuple[Label, ...]:
    marks = (Label(_x(share), HEIGHT - 24, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1))
    return (*marks, Label(_x(0.5), HEIGHT - 6, name))


def _ticks(most: int) -> list[int]:
    """Return round numbers from 0 up to MOST, five at the most."""
    scale = 1
    while True:
        for step in (scale, 2 * scale, 5 * scale):
            if most / step <= 4:
                return list(range(0, most + 1, step))
        scale *= 10
