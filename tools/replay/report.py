"""The replay's result for people: a table, a plot, and the README's few lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree as ET

from engine.evaluate.plot import COLOURS, DARK_BLUE, GREY, Panel, canvas, text, to_file
from tools.replay.effort import SECONDS_PER_CLICK, SECONDS_PER_JUDGEMENT
from tools.replay.results import Results, Tried, Work

BEGIN, END = "<!-- replay -->", "<!-- /replay -->"
STAGE_NAMES = {
    "assisted_manual": "assisted-manual",
    "semi_automatic": "semi-automatic",
    "fully_automatic": "fully-automatic",
}
ORANGE, GREEN = COLOURS[1], COLOURS[2]


def write_report(results: Results, folder: Path) -> None:
    """Makes replay.json, table.md and replay.svg in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    document = json.dumps(asdict(results), indent=1)
    (folder / "replay.json").write_text(document + "\n", "utf-8")
    (folder / "table.md").write_text(_page(results), "utf-8")
    (folder / "replay.svg").write_text(draw_replay(results), "utf-8")


def renew_readme(results: Results, readme: Path) -> None:
    """Writes the short table between the README's markers. Raises ValueError where they are missing."""
    before, begin, rest = readme.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{readme} lacks {BEGIN} and {END}")
    readme.write_text(f"{before}{BEGIN}\n{short_table(results)}{END}{after}", "utf-8")


def short_table(results: Results) -> str:
    """Batches with what they cost, and one line below."""
    lines = [
        f"| batch | stage | model | clicks a mask | with {results.tried[0].model} alone | seconds a mask | "
        f"with {results.tried[0].model} alone | masks an image |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = zip(results.work, results.alone, strict=True)
    lines += [_work_row(number, work, alone) for number, (work, alone) in enumerate(rows, start=1)]
    if auto := results.automatic:
        number = len(results.work) + 1
        first = results.tried[0]
        lines.append(
            f"| {number} | fully-automatic | {auto.model} | 0 | {first.clicks_per_mask} | 0 | "
            f"{first.seconds_per_mask} | {auto.masks_per_image} |"
        )
    return "\n".join(lines) + f"\n\n{summary(results)}\n"


def summary(results: Results) -> str:
    first, last = results.tried[0], results.tried[-1]
    made = results.work[-1]
    alone = (
        f"The last batch that people worked on took {made.clicks_per_mask} clicks a mask with {made.model} "
        f"and its proposals, where {first.model} alone needs {results.alone[-1].clicks_per_mask} "
        f"({_change(results.less_clicked)}). "
        f"Clicking alone, on {last.objects} objects of photos that no model was trained on: "
        f"{first.clicks_per_mask} clicks a mask with {first.model}, {last.clicks_per_mask} with {last.model} "
        f"({_change(results.fewer_clicks)})."
    )
    if not (auto := results.automatic):
        return alone
    shares = " and ".join(f"{share:.0%} have an IoU above {iou}" for iou, share in auto.good_shares.items())
    found = f"they find {auto.found_share:.0%} of the objects"
    return f"{alone} Of the automatic masks {shares} with the truth; {found}."


def _change(fewer: float) -> str:
    return f"{fewer:.0%} fewer" if fewer >= 0 else f"{-fewer:.0%} more"


def _work_row(number: int, work: Work, alone: Work | Tried) -> str:
    clicks = f"{work.clicks_per_mask} | {alone.clicks_per_mask}"
    seconds = f"{work.seconds_per_mask} | {alone.seconds_per_mask}"
    name = f"| {number} | {STAGE_NAMES[work.stage]} | {work.model}"
    return f"{name} | {clicks} | {seconds} | {work.masks_per_image} |"


def _page(results: Results) -> str:
    parts = [
        "# Replay\n\nWritten by `make replay`; docs/replay.md says how it is made.\n",
        f"{results.minutes} minutes on {results.cores} cores{_cpu(results)}.\n",
        short_table(results),
        "![Clicks, seconds and masks](replay.svg)\n",
        "## People's batches\n",
        _table(
            ("batch", "masks", "clicked", "accepted", "corrected", "rejected", "reached 0.85", "mean IoU"),
            [
                (
                    number,
                    work.masks,
                    *(work.ways.get(way, 0) for way in ("clicked", "accepted", "corrected", "rejected")),
                    f"{work.good_share:.0%}",
                    work.mean_iou,
                )
                for number, work in enumerate(results.work, start=1)
            ],
        ),
        "## Every model on the same objects of the last batch, clicking alone\n",
        _table(
            ("model", "objects", "clicks a mask", "seconds a mask", "never reached 0.85"),
            [
                (one.model, one.objects, one.clicks_per_mask, one.seconds_per_mask, f"{one.failed_share:.0%}")
                for one in results.tried
            ],
        ),
        "## Trainings\n",
        _table(
            ("after batch", "masks", "of images", "held out", "minutes", "verdict"),
            [
                (number, one.masks, one.images, one.held_out_images, one.minutes, one.verdict)
                for number, one in enumerate(results.trainings, start=1)
            ],
        ),
    ]
    return "\n".join(parts)


def _cpu(results: Results) -> str:
    return "" if results.cpu_minutes is None else f", {results.cpu_minutes} minutes of processor time"


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, cells)) + " |" for cells in lines) + "\n"


# ---- the plot ---------------------------------------------------------------------------------------------


def draw_replay(results: Results) -> str:
    """The SVG: clicks and seconds per mask by model, masks per image by stage."""
    svg = canvas("Replay of the data engine")
    text(svg, 32, 42, "The loop, round by round", size=20, weight=600)
    text(
        svg,
        32,
        66,
        f"Simulated annotators on {results.data}; seconds by a model of {SECONDS_PER_CLICK} s a click and "
        f"{SECONDS_PER_JUDGEMENT} s to accept or reject.",
        size=14,
        fill=GREY,
    )
    _draw_lines(
        Panel(svg, left=80, width=320, x=(-0.3, len(results.tried) - 0.7), y=(0, 1)),
        "Clicks per mask",
        [one.clicks_per_mask for one in results.work],
        [one.clicks_per_mask for one in results.alone],
        [one.clicks_per_mask for one in results.tried],
    )
    _draw_lines(
        Panel(svg, left=510, width=320, x=(-0.3, len(results.tried) - 0.7), y=(0, 1)),
        "Seconds per mask",
        [one.seconds_per_mask for one in results.work],
        [one.seconds_per_mask for one in results.alone],
        [one.seconds_per_mask for one in results.tried],
    )
    _draw_masks_per_image(svg, results)
    return to_file(svg)


def _draw_lines(
    panel: Panel, title: str, work: Sequence[float], alone: Sequence[float], tried: Sequence[float]
) -> None:
    ticks = _ticks(1.1 * max(*work, *alone, *tried))  # the names stand close above the panel
    panel = Panel(panel.svg, panel.left, panel.width, panel.x, (0, ticks[-1]))
    panel.axes(
        title,
        (),
        x_label="after so many trainings",
        y_label=title.lower(),
        x_ticks=[(index, str(index)) for index in range(len(tried))],
        y_ticks=[(tick, f"{tick:g}") for tick in ticks],
    )
    lines = (
        (alone, GREY, "each batch, with the first model alone"),
        (work, ORANGE, "each batch, as it was made"),
        (tried, DARK_BLUE, "the last batch's objects, clicking alone"),
    )
    for index, (values, colour, name) in enumerate(lines):
        points = list(enumerate(values))
        panel.line(points, colour, 2.5)
        for point in points:
            panel.dot(point, 5, colour)
        text(panel.svg, panel.left, 122 + 18 * index, f"● {name}", size=13, fill=colour)


def _draw_masks_per_image(svg: ET.Element, results: Results) -> None:
    bars = [(STAGE_NAMES[one.stage], one.masks_per_image) for one in results.work]
    if results.automatic:
        bars.append((STAGE_NAMES["fully_automatic"], results.automatic.masks_per_image))
    ticks = _ticks(max(height for _, height in bars))
    panel = Panel(svg, left=940, width=320, x=(0.3, len(bars) + 0.7), y=(0, ticks[-1]))
    notes: tuple[str, ...] = ()
    if auto := results.automatic:
        shares = ", ".join(f"{share:.0%} above {iou}" for iou, share in auto.good_shares.items())
        notes = ("automatic ones in green; of these have an IoU", f"with the truth: {shares}")
    panel.axes(
        "Masks per image",
        notes,
        x_label="batch",
        y_label="masks",
        x_ticks=[(index, str(index)) for index in range(1, len(bars) + 1)],
        y_ticks=[(tick, f"{tick:g}") for tick in ticks],
    )
    for index, (_, height) in enumerate(bars, start=1):
        panel.bar(index - 0.3, 0.6, height, GREEN if index == len(bars) and results.automatic else DARK_BLUE)


def _ticks(highest: float) -> list[float]:
    """From 0 to at least `highest`, at most six."""
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
    step = next(step for step in steps if 5 * step >= highest - 1e-9)
    count = next(count for count in range(1, 6) if count * step >= highest - 1e-9)
    return [step * index for index in range(count + 1)]
