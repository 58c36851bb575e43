"""The report as one picture: three panels of an SVG, drawn without a plotting library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from engine.evaluate.metrics import Calibration, ClicksNeeded
    from engine.evaluate.report import Report

WIDTH, HEIGHT = 1300, 470  # pixels, at which the type is 12 to 20 pixels high
PLOT_TOP, PLOT_HEIGHT = 158, 236

# Okabe and Ito's palette for all kinds of colour vision (jfly.uni-koeln.de/color), without its yellow, which
# is lost on white. Lines are named where they end, and dashed where colours come round again.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
DARK_BLUE, LIGHT_BLUE = COLOURS[0], COLOURS[4]
INK, GREY, GRID, PAPER = "#1f2328", "#59636e", "#e4e7eb", "#ffffff"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

LABEL_GAP = 17  # pixels between the names of two lines
LONGEST_NAME = 16  # characters
LARGEST_DOT = 11  # pixels of radius

Point = tuple[float, float]


def draw_report(report: Report) -> str:
    """The SVG: IoU by clicks, clicks needed, calibration."""
    svg = canvas(f"Evaluation of {report.model}")
    row, photos = report.mean, sum(report.photos.values())
    sets = "one data set" if len(report.sets) == 1 else f"{len(report.sets)} data sets"
    text(svg, 32, 42, f"Evaluation of {report.model}", size=20, weight=600)
    text(
        svg,
        32,
        66,
        f"{row.objects} objects on {photos} photos of {sets}. "
        f"Mean IoU {row.mean_iou[1]:.2f} after one click, {row.mean_iou[3]:.2f} after 3, "
        f"{row.mean_iou[10]:.2f} after 10.",
        size=14,
        fill=GREY,
    )
    _draw_curves(svg, {name: one.curve for name, one in report.sets.items()})
    _draw_clicks_needed(svg, report.pooled.needed)
    _draw_calibration(svg, report.pooled.calibration)
    return to_file(svg)


def _draw_curves(svg: ET.Element, curves: dict[str, Sequence[float]]) -> None:
    most = len(next(iter(curves.values())))
    panel = Panel(svg, left=80, width=300, x=(1, most), y=(0, 1))
    panel.axes(
        "Mask quality by clicks",
        ("the first click at the object's middle,", "each next one at the largest mistake"),
        x_label="clicks",
        y_label="mean IoU",
        x_ticks=[(n, str(n)) for n in (1, 5, 10, 15, 20) if n <= most],
        y_ticks=[(n / 5, f"{n / 5:.1f}") for n in range(6)],
    )
    if len(curves) > 1:
        curves = {**curves, "mean": [_mean(values) for values in zip(*curves.values(), strict=True)]}
    is_mean = [len(curves) > 1 and index == len(curves) - 1 for index in range(len(curves))]
    colours = [INK if mean else COLOURS[i % len(COLOURS)] for i, mean in enumerate(is_mean)]
    for index, (curve, mean) in enumerate(zip(curves.values(), is_mean, strict=True)):
        dashes = "" if mean or index < len(COLOURS) else "6 4"
        panel.line(list(enumerate(curve, start=1)), colours[index], 3 if mean else 2, dashes)

    ends = [panel.to_y(curve[-1]) for curve in curves.values()]
    heights = spread_labels(ends, LABEL_GAP, PLOT_TOP, PLOT_TOP + PLOT_HEIGHT)
    right = panel.left + panel.width
    for index, name in enumerate(curves):
        path = f"M{right + 4} {ends[index]:.1f} L{right + 20} {heights[index]:.1f} H{right + 30}"
        _add(svg, "path", d=path, stroke=colours[index], stroke_width=1.5, fill="none")
        shown = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
        text(svg, right + 36, heights[index] + 4.5, shown, size=13, weight=600 if is_mean[index] else 400)


def _draw_clicks_needed(svg: ET.Element, needed: dict[int, ClicksNeeded]) -> None:
    """Two bars for each number of clicks, and two apart for the objects that never got there."""
    most = len(next(iter(needed.values())).by_clicks)
    never = most + 3
    # Of a weak model most objects fail. Their bars are cut, so that the others stay readable.
    ticks = nice_ticks(max(max(one.by_clicks) / one.objects for one in needed.values()))
    panel = Panel(svg, left=630, width=310, x=(0.3, never + 0.7), y=(0, ticks[-1]))
    panel.axes(
        "Clicks needed (NoC), all objects",
        (),
        x_label="clicks",
        y_label="share of objects",
        x_ticks=[*((n, str(n)) for n in (1, 5, 10, 15, 20) if n <= most), (never, "never")],
        y_ticks=[(tick, f"{100 * tick:.0f} %") for tick in ticks],
    )
    width = 0.8 / len(needed)
    colours = (LIGHT_BLUE, DARK_BLUE)
    for index, (percent, one) in enumerate(needed.items()):
        colour = colours[index % len(colours)]
        for clicks, count in [*enumerate(one.by_clicks, start=1), (never, one.failed)]:
            panel.bar(clicks - 0.4 + index * width, width, count / one.objects, colour)
        baseline = PLOT_TOP - 34 + 18 * index
        _add(svg, "rect", x=panel.left, y=baseline - 10, width=11, height=11, rx=2, fill=colour)
        note = f"to IoU {percent / 100:.2f}: {one.mean:.1f} on average, {100 * one.failed_share:.0f} % never"
        text(svg, panel.left + 18, baseline, note, size=13, fill=GREY)


def _draw_calibration(svg: ET.Element, calibration: Calibration) -> None:
    panel = Panel(svg, left=1025, width=PLOT_HEIGHT, x=(0, 1), y=(0, 1))
    ticks = [(n / 5, f"{n / 5:.1f}") for n in range(6)]
    panel.axes(
        "Predicted IoU, calibration",
        (f"expected calibration error {calibration.error:.3f};", "larger dots are more masks"),
        x_label="predicted IoU",
        y_label="true IoU",
        x_ticks=ticks,
        y_ticks=ticks,
    )
    panel.line([(0, 0), (1, 1)], GREY, 1.5, "4 4")
    filled = [one for one in calibration.bins if one.count]
    panel.line([(one.predicted, one.true) for one in filled], DARK_BLUE, 2)
    most = max(one.count for one in filled)
    for one in filled:
        radius = max(2.5, LARGEST_DOT * math.sqrt(one.count / most))  # by area
        panel.dot((one.predicted, one.true), radius, DARK_BLUE)


@dataclass(frozen=True)
class Panel:
    """One pair of axes on the canvas, and what is drawn on it in their units."""

    svg: ET.Element
    left: float  # pixels
    width: float
    x: Point  # lowest and highest value
    y: Point

    def to_x(self, value: float) -> float:
        return self.left + self.width * (value - self.x[0]) / (self.x[1] - self.x[0])

    def to_y(self, value: float) -> float:
        return PLOT_TOP + PLOT_HEIGHT * (1 - (value - self.y[0]) / (self.y[1] - self.y[0]))

    def axes(
        self,
        title: str,
        notes: Sequence[str],
        *,
        x_label: str,
        y_label: str,
        x_ticks: Sequence[tuple[float, str]],
        y_ticks: Sequence[tuple[float, str]],
    ) -> None:
        right, bottom = self.left + self.width, PLOT_TOP + PLOT_HEIGHT
        text(self.svg, self.left, PLOT_TOP - 54, title, size=15, weight=600)
        for index, note in enumerate(notes):
            text(self.svg, self.left, PLOT_TOP - 34 + 18 * index, note, size=13, fill=GREY)
        for value, label in y_ticks:
            y = self.to_y(value)
            _add(self.svg, "line", x1=self.left, x2=right, y1=y, y2=y, stroke=GRID)
            text(self.svg, self.left - 8, y + 4, label, size=12, fill=GREY, anchor="end")
        _add(self.svg, "line", x1=self.left, x2=right, y1=bottom, y2=bottom, stroke=GREY)
        for value, label in x_ticks:
            x = self.to_x(value)
            _add(self.svg, "line", x1=x, x2=x, y1=bottom, y2=bottom + 4, stroke=GREY)
            text(self.svg, x, bottom + 19, label, size=12, fill=GREY, anchor="middle")
        text(self.svg, self.left + self.width / 2, bottom + 42, x_label, size=13, anchor="middle")
        middle = PLOT_TOP + PLOT_HEIGHT / 2
        turned = text(self.svg, 0, 0, y_label, size=13, anchor="middle")
        turned.set("transform", f"translate({self.left - 48} {middle}) rotate(-90)")

    def line(self, points: Sequence[Point], colour: str, width: float, dashes: str = "") -> None:
        path = " ".join(f"{self.to_x(x):.1f},{self.to_y(y):.1f}" for x, y in points)
        line = _add(
            self.svg,
            "polyline",
            points=path,
            fill="none",
            stroke=colour,
            stroke_width=width,
            stroke_linejoin="round",
        )
        if dashes:
            line.set("stroke-dasharray", dashes)

    def bar(self, x: float, width: float, height: float, colour: str) -> None:
        """A bar higher than the axis ends with it, and is marked as cut."""
        if height <= 0:
            return
        left, top = self.to_x(x), self.to_y(min(height, self.y[1]))
        wide = self.to_x(x + width) - left
        bottom = PLOT_TOP + PLOT_HEIGHT
        _add(self.svg, "rect", x=left, y=top, width=wide, height=bottom - top, fill=colour)
        if height > self.y[1]:
            cut = f"{left - 1:.1f},{top + 20:.1f} {left + wide + 1:.1f},{top + 14:.1f}"
            _add(self.svg, "polyline", points=cut, stroke=PAPER, stroke_width=3)

    def dot(self, at: Point, radius: float, colour: str) -> None:
        x, y = self.to_x(at[0]), self.to_y(at[1])
        _add(self.svg, "circle", cx=x, cy=y, r=radius, fill=colour, stroke=PAPER, stroke_width=1.5)


def spread_labels(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Heights in pixels as near to the wanted ones as can be, at least `gap` apart, in the same order.

    Least squares under an order is isotonic regression: neighbours that clash share the mean of their wishes.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    blocks: list[list[float]] = []  # wishes, each less the room for the labels above it
    for position, index in enumerate(order):
        blocks.append([wanted[index] - position * gap])
        while len(blocks) > 1 and _mean(blocks[-2]) >= _mean(blocks[-1]):
            clashing = blocks.pop()
            blocks[-1] += clashing
    free = [_mean(block) for block in blocks for _ in block]
    lowest = bottom - gap * (len(wanted) - 1)
    heights = [0.0] * len(wanted)
    for position, index in enumerate(order):
        heights[index] = max(top, min(free[position], lowest)) + position * gap
    return heights


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def nice_ticks(highest: float) -> list[float]:
    """From 0 to at least `highest`, at most six, a round number of per cent apart."""
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2) if 5 * step >= highest - 1e-9)
    count = max(2, math.ceil(highest / step - 1e-9))
    return [step * index for index in range(count + 1)]


def to_file(svg: ET.Element) -> str:
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def canvas(title: str) -> ET.Element:
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "width": str(WIDTH),
            "height": str(HEIGHT),
            "font-family": FONT,
            "role": "img",
        },
    )
    ET.SubElement(svg, "title").text = title
    _add(svg, "rect", width=WIDTH, height=HEIGHT, rx=8, fill=PAPER)
    return svg


def text(
    parent: ET.Element,
    x: float,
    y: float,
    content: str,
    *,
    size: int,
    fill: str = INK,
    weight: int = 400,
    anchor: str = "start",
) -> ET.Element:
    element = _add(parent, "text", x=x, y=y, font_size=size, fill=fill)
    if weight != 400:
        element.set("font-weight", str(weight))
    if anchor != "start":
        element.set("text-anchor", anchor)
    element.text = content
    return element


def _add(parent: ET.Element, tag: str, **attributes: float | str) -> ET.Element:
    """Attributes as SVG writes them: `stroke_width=2` is stroke-width."""
    return ET.SubElement(
        parent,
        tag,
        {
            name.replace("_", "-"): value if isinstance(value, str) else f"{round(value, 1):g}"
            for name, value in attributes.items()
        },
    )
