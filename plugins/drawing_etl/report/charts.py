"""Charts as inline SVG: no script, readable in print and in grey."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from drawing_etl.warehouse.records import ConfidenceBin

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, BOTTOM, TOP = 56, 24, 44, 14


def histogram(bins: Sequence[ConfidenceBin]) -> Markup:
    """Draw how many strings have which confidence; bars carry their number as a title."""
    most = max((each.strings for each in bins), default=0)
    if not most:
        return Markup("")
    plot_width, plot_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    parts = []
    for line in _ticks(most):
        y = TOP + plot_height * (1 - line / most)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{line:,}</text>')
    step = plot_width / len(bins)
    for index, each in enumerate(bins):
        height = plot_height * each.strings / most
        title = f"{each.strings:,} strings between {each.low:.0%} and {each.high:.0%} sure"
        parts.append(
            f'<rect x="{LEFT + index * step + 1:.1f}" y="{TOP + plot_height - height:.1f}" width="{step - 2:.1f}" '
            f'height="{height:.1f}" class="bar"><title>{escape(title)}</title></rect>'
        )
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = LEFT + plot_width * share
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 24}" text-anchor="middle">{share:.0%}</text>')
    parts.append(
        f'<text x="{LEFT + plot_width / 2:.1f}" y="{HEIGHT - 6}" text-anchor="middle">how sure the reader was</text>'
    )
    return Markup(  # noqa: S704  # only numbers and our own words are in it
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Number of strings by confidence" '
        f'preserveAspectRatio="xMinYMin meet">{"".join(parts)}</svg>'
    )


def _ticks(most: int) -> list[int]:
    """Return round numbers from 0 up to MOST, five at the most."""
    scale = 1
    while True:
        for step in (scale, 2 * scale, 5 * scale):
            if most / step <= 4:
                return list(range(0, most + 1, step))
        scale *= 10
