"""Photos trained on per second, in float32 and bfloat16: the whole model, its decoder alone, the detector.

    make bench-training

The steps are those of retraining and of the semi-automatic stage's detector, with the starter on real photos.
The precisions take turns at the same step, so that a noisy machine is noisy for both; medians are printed,
and * is what a run chooses on this machine. One thread on a CPU is measured by the processor's own time,
which other programs take nothing from. bfloat16 is skipped where the processor lacks it; --emulated
measures it all the same. The last line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import copy
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from engine.precision import Precision
    from engine.sam.model import Sam
    from engine.train.datasets import Photo

PHOTOS = Path(__file__).parent.parent / "tests" / "data" / "clothing"


@dataclass(frozen=True)
class Training:
    photos_per_step: int
    chosen: Precision
    take_step: Callable[[int, Precision], object]


def main() -> None:
    import torch

    from engine.precision import has_bfloat16
    from engine.sam.registry import load_model
    from engine.train.datasets import read_coco

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="starter", help="'starter' or a checkpoint file")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=3, help="of each kind and precision")
    parser.add_argument("--emulated", action="store_true", help="bfloat16 also where the processor lacks it")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    precisions: tuple[Precision, ...] = ("float32", "bfloat16")
    if not has_bfloat16(arguments.device) and not arguments.emulated:
        precisions = ("float32",)
        print("bfloat16 skipped: this processor lacks it (--emulated measures it anyway)")
    alone = arguments.threads == 1 and arguments.device == "cpu"
    clock = time.process_time if alone else time.perf_counter
    photos = read_coco(PHOTOS)
    model = load_model(arguments.model)
    figures = {}
    with TemporaryDirectory() as scratch:
        given = (model, photos, arguments.device, Path(scratch))
        trainings: dict[str, Callable[[], Training]] = {
            "whole model": lambda: mask_training("model", *given),
            "decoder alone": lambda: mask_training("decoder", *given),
            "detector": lambda: detector_training(*given),
        }
        for name, prepare in trainings.items():
            figures[name] = measure(prepare(), precisions, arguments.steps, clock)
            print_row(name, figures[name])
    result = {"model": arguments.model, "device": arguments.device, "threads": arguments.threads}
    print("RESULT", json.dumps({**result, "trainings": figures}))


def mask_training(
    trains: Literal["model", "decoder"], model: Sam, photos: list[Photo], device: str, folder: Path
) -> Training:
    from torch.utils.data import Dataset

    from engine.train.augment import Sample
    from engine.train.embedded import EmbeddedSamples
    from engine.train.loader import endless
    from engine.train.loop import Run, collate
    from engine.train.manifest_run import manifest_recipe, photo_samples
    from engine.train.processes import Processes
    from engine.train.stored import stored_embeddings
    from engine.train.watch import Watch

    recipe = manifest_recipe(
        trains, 100, "steps", model.config.image_size, checkpoint_minutes=5, loader_workers=0, seed=0
    )
    [phase] = recipe.phases
    samples: Dataset[Sample]
    if trains == "model":
        samples = photo_samples(photos, phase, seed=0)
    else:
        files = stored_embeddings(model, photos, folder)
        samples = EmbeddedSamples(photos, files, masks_per_sample=phase.masks_per_photo, seed=0)
    run = Run(copy.deepcopy(model), recipe, folder, device, Processes(), Watch(), "auto")
    [batch] = islice(endless(samples, 0, phase.photos_per_step, collate), 1)

    def take_step(step: int, precision: Precision) -> None:
        run.step = step  # has its own number of simulated clicks
        run.take_step(batch, phase, precision)

    return Training(phase.photos_per_step, run.choose_precision(batch, phase), take_step)


def detector_training(model: Sam, photos: list[Photo], device: str, folder: Path) -> Training:
    from engine.detector.data import EmbeddedBoxes
    from engine.detector.head import BoxHead
    from engine.detector.train import DetectorRecipe, choose_precision, collate, head_loss
    from engine.train.loader import endless
    from engine.train.stored import stored_embeddings

    photos_per_step = DetectorRecipe.photos_per_step
    samples = EmbeddedBoxes(photos, stored_embeddings(model, photos, folder), seed=0)
    [batch] = islice(endless(samples, 0, photos_per_step, collate), 1)
    head = BoxHead(model.config.embedding_channels).to(device).train()

    def take_step(step: int, precision: Precision) -> None:
        head_loss(head, batch, precision).backward()

    return Training(photos_per_step, choose_precision(head, batch, device), take_step)


def measure(
    training: Training, precisions: tuple[Precision, ...], steps: int, clock: Callable[[], float]
) -> dict[str, Any]:
    import torch

    seconds: dict[Precision, list[float]] = {precision: [] for precision in precisions}
    for step in range(steps + 1):
        for precision in precisions:
            start = clock()
            training.take_step(step, precision)
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if step:  # the first one sets up what the others use
                seconds[precision].append(clock() - start)
    photos_per_second = {
        precision: round(training.photos_per_step / statistics.median(times), 3)
        for precision, times in seconds.items()
    }
    return {"photos_per_second": photos_per_second, "chosen": training.chosen}


def print_row(name: str, figures: dict[str, Any]) -> None:
    found, chosen = figures["photos_per_second"], figures["chosen"]
    columns = [f"{precision}{'*' * (precision == chosen)} {value:.2f}" for precision, value in found.items()]
    ratio = f"   {found['bfloat16'] / found['float32']:.2f} x" if "bfloat16" in found else ""
    print(f"{name:14} photos/s   " + "   ".join(f"{column:16}" for column in columns) + ratio, flush=True)


if __name__ == "__main__":
    main()
