"""A bar chart as SVG, readable on light and dark pages and by those who have it read to them."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, NamedTuple


class Bar(NamedTuple):
    """A measurement: the share of the floor that was reached, and the share to reach; None where it is information."""

    name: str
    share: float
    target: float | None

    @property
    def missed(self) -> bool:
        """Whether there is a target that was not reached."""
        return self.target is not None and self.share < self.target


WIDTH: Final = 860
LEFT: Final = 330
RIGHT: Final = 70
TOP: Final = 60
ROW: Final = 26
BAR: Final = 16
BOTTOM: Final = 34
# The scale ends here; a bar beyond it ends there too, and its number says the rest.
END: Final = 1.25
STEPS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
TITLE: Final = "Orderloom's share of the floor"
# A missed target is told by the words behind the bar and its outline as well, not by colour alone.
_STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .quiet { fill: #59636e; font-size: 12px; }
  .grid { stroke: #d1d9e0; }
  .floor { stroke: #59636e; stroke-dasharray: 4 3; }
  .bar { fill: #2f6fb0; }
  .missed { fill: #fff4ec; stroke: #b5501b; stroke-width: 2; }
  .target { stroke: #1f2328; stroke-width: 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .page { fill: #0d1117; }
    .quiet { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .floor { stroke: #9198a1; }
    .bar { fill: #5a9bdc; }
    .missed { fill: #3a2012; stroke: #f0883e; }
    .target { stroke: #e6edf3; }
  }
"""


def drawn(bars: Sequence[Bar]) -> str:
    """The chart, a bar for each."""
    height = TOP + len(bars) * ROW + BOTTOM
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" aria-labelledby="title desc">',
            f'<title id="title">{TITLE}</title>',
            f'<desc id="desc">{escape("; ".join(map(_said, bars)))}.</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect class="page" width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            f'<text class="title" x="16" y="26">{TITLE}</text>',
            f'<text class="quiet" x="{LEFT}" y="26">requests a second, floor = 100 %, one worker; '
            "the upright mark is the target</text>",
            *_scale(height),
            *(line for place, bar in enumerate(bars) for line in _row(bar, TOP + place * ROW)),
            "</svg>\n",
        )
    )


def _said(bar: Bar) -> str:
    target = "" if bar.target is None else f" (target {bar.target * 100:.0f} %{', missed' if bar.missed else ''})"
    return f"{bar.name}: {bar.share * 100:.0f} %{target}"


def _scale(height: int) -> Iterable[str]:
    foot = height - BOTTOM
    for step in STEPS:
        kind = "floor" if step == 1 else "grid"
        yield f'<line class="{kind}" x1="{_x(step)}" x2="{_x(step)}" y1="{TOP - 8}" y2="{foot}"/>'
        yield f'<text class="quiet" x="{_x(step)}" y="{foot + 18}" text-anchor="middle">{step * 100:.0f} %</text>'


def _row(bar: Bar, top: int) -> Iterable[str]:
    middle, end = top + BAR / 2 + 4.5, _x(bar.share)
    yield f'<text x="{LEFT - 10}" y="{middle}" text-anchor="end">{escape(bar.name)}</text>'
    kind = "missed" if bar.missed else "bar"
    yield f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{end - LEFT:.1f}" height="{BAR}" rx="2"/>'
    label = end
    if bar.target is not None:
        target = _x(bar.target)
        label = max(end, target)
        yield f'<line class="target" x1="{target}" x2="{target}" y1="{top - 3}" y2="{top + BAR + 3}"/>'
    words = f"{bar.share * 100:.0f} %{' missed' if bar.missed else ''}"
    yield f'<text x="{label + 8:.1f}" y="{middle}">{words}</text>'


def _x(share: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(share, END) / END, 1)
