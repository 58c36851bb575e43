"""`python -m engine train`: a starter model from sets of photos, or any model further on a manifest."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Literal

from engine.commands.shared import PRECISIONS, photo_progress


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    train = commands.add_parser(
        "train",
        help="train a model on masks: of a manifest, or the starter's recipe on sets of photos",
        description="On several GPUs: torchrun --nproc-per-node N -m engine train ...",
    )
    data = train.add_mutually_exclusive_group(required=True)
    data.add_argument("--manifest", type=Path, help="JSON lines of photos and masks (docs/formats.md)")
    data.add_argument(
        "--data", type=Path, nargs="+", help="the starter's recipe: folders with one folder per set (COCO)"
    )
    train.add_argument("--out", type=Path, required=True, help="folder for log, curves and weights")
    train.add_argument(
        "--model", help="'starter' or a checkpoint to go on from; with --data a new one without it"
    )
    train.add_argument("--device", default="cpu", help="cpu or cuda")
    train.add_argument("--loader-workers", type=int, default=1, help="processes that read photos")
    train.add_argument("--resume", action="store_true", help="go on from the last state in --out")
    train.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="auto",
        help="auto: the faster one; set it for the same result on every machine",
    )
    train.add_argument("--image-size", type=int, help="of the model's input; default: the model's own")
    length = train.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=120)
    length.add_argument("--steps", type=int, help="with --manifest: repeatable, unlike minutes")

    on_data = train.add_argument_group("with --data only")
    on_data.add_argument(
        "--terms",
        choices=("free", "all"),
        help="sets of photos for any use or with attribution (default), or all",
    )
    on_data.add_argument("--lite", type=int, choices=(0, 1, 2), help="EfficientNet-Lite of a new model")
    on_data.add_argument("--blocks", type=int, help="transformer blocks of a new model")
    on_data.add_argument(
        "--decoder", help="checkpoint whose decoder a new model begins with; default: a new one"
    )

    on_manifest = train.add_argument_group("with --manifest only")
    on_manifest.add_argument(
        "--learns",
        choices=("model", "decoder", "detector"),
        help="the whole model (default); from stored embeddings, its decoder or a detector",
    )
    on_manifest.add_argument(
        "--recipe",
        choices=("short", "paper"),
        help="of the whole model: for small machines (default), or the paper's for a ViT, in --steps",
    )
    on_manifest.add_argument(
        "--embeddings", type=Path, help="folder of stored embeddings; missing ones are added"
    )
    on_manifest.add_argument("--checkpoint-minutes", type=float, help="default: 5")
    on_manifest.add_argument("--seed", type=int, help="default: 0")
    train.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> None:
    from engine.sam.registry import CheckpointError
    from engine.train.datasets import DataError
    from engine.train.loop import TrainingError
    from engine.train.manifest import ManifestError
    from engine.train.pretrained import PretrainedError

    try:
        if arguments.manifest:
            _on_manifest(arguments)
        else:
            _starter(arguments)
    except (CheckpointError, DataError, ManifestError, PretrainedError, TrainingError) as error:
        raise SystemExit(f"error: {error}") from error


def _starter(arguments: argparse.Namespace) -> None:
    from engine.sam.registry import load_model
    from engine.train import starter

    _refuse(
        arguments, ("steps", "learns", "recipe", "embeddings", "checkpoint_minutes", "seed"), "--manifest"
    )
    start: starter.Start
    if arguments.model:
        _refuse(arguments, ("lite", "blocks", "decoder"), "a new model")
        start, model = "model", load_model(arguments.model)
        size = arguments.image_size or model.config.image_size
    else:
        start = "decoder" if arguments.decoder else "scratch"
        size = arguments.image_size or starter.IMAGE_SIZE
        model = starter.new_starter(
            starter.LITE if arguments.lite is None else arguments.lite,
            starter.BLOCKS if arguments.blocks is None else arguments.blocks,
            size,
            load_model(arguments.decoder) if arguments.decoder else None,
        )
    starter.train_starter(
        model,
        arguments.data,
        arguments.out,
        starter.recipe(
            arguments.minutes,
            start=start,
            image_size=size,
            loader_workers=arguments.loader_workers,
        ),
        terms=arguments.terms or "free",
        device=arguments.device,
        resume=arguments.resume,
        precision=arguments.precision,
    )


def _refuse(arguments: argparse.Namespace, names: tuple[str, ...], owner: str) -> None:
    """Raises SystemExit for the first of these options that is given."""
    for name in names:
        if getattr(arguments, name) is not None:
            raise SystemExit(f"error: --{name.replace('_', '-')} goes with {owner} only")


def _on_manifest(arguments: argparse.Namespace) -> None:
    from engine.sam.registry import load_model
    from engine.train import manifest_run as runs
    from engine.train.manifest import read_manifest
    from engine.train.recipe import paper_recipe

    _refuse(arguments, ("terms", "lite", "blocks", "decoder"), "--data")
    if not arguments.model:
        raise SystemExit("error: --manifest needs --model: 'starter', or a checkpoint to go on from")
    if arguments.recipe and arguments.learns not in (None, "model"):
        raise SystemExit("error: --recipe is for the whole model")
    if arguments.recipe == "paper" and not arguments.steps:
        raise SystemExit("error: --recipe paper needs --steps: its schedule is in steps")
    model = load_model(arguments.model, arguments.device)
    length = arguments.steps or arguments.minutes
    unit: Literal["minutes", "steps"] = "steps" if arguments.steps else "minutes"
    common = {
        "checkpoint_minutes": 5 if arguments.checkpoint_minutes is None else arguments.checkpoint_minutes,
        "loader_workers": arguments.loader_workers,
        "seed": arguments.seed or 0,
    }
    where = {
        "device": arguments.device,
        "resume": arguments.resume,
        "precision": arguments.precision,
    }
    if arguments.learns in (None, "model"):
        size = arguments.image_size or model.config.image_size
        if arguments.recipe == "paper":
            recipe = replace(paper_recipe(arguments.steps, image_size=size), **common)
        else:
            recipe = runs.manifest_recipe("model", length, unit, size, **common)
        photos, _ = read_manifest(arguments.manifest).split()
        runs.train_model(model, photos, arguments.out, recipe, **where)
        return
    embeddings = arguments.embeddings or arguments.out / "embeddings"
    with photo_progress() as progress:
        task = progress.add_task("embeddings", total=None)
        data = runs.embedded(
            model,
            arguments.manifest,
            embeddings,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    if arguments.learns == "decoder":
        recipe = runs.manifest_recipe("decoder", length, unit, model.config.image_size, **common)
        runs.train_decoder(model, data, arguments.out, recipe, **where)
    else:
        runs.train_detector(model, data, arguments.out, runs.DetectorRecipe(length, unit, **common), **where)
