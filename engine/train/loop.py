"""The training loop: simulated annotators click, the model learns to answer."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from engine.files import replacing
from engine.preprocess import normalise
from engine.sam.model import MASK_THRESHOLD, Sam
from engine.sam.prompt_encoder import BOX_BOTTOM_RIGHT, BOX_TOP_LEFT, FOREGROUND, PADDING
from engine.sam.registry import save_checkpoint
from engine.train.augment import LOW_RES_STRIDE, Sample, Samples
from engine.train.losses import ALPHA, MaskLosses, mask_losses
from engine.train.prompts import next_points, sample_boxes, sample_points

# Of the first prompts. The paper draws points and boxes with equal chance (appendix A); people click more
# than they draw boxes, and a point is the harder one to answer.
BOX_SHARE = 0.3


@dataclass(frozen=True)
class Phase:
    """A stretch of the run at one input size: low resolution first, because it is cheap."""

    length: float  # in the recipe's unit
    image_size: int
    photos_per_step: int
    masks_per_photo: int
    rounds: int  # prompts that each mask is learnt from, the first included
    most_silent_rounds: int = 0  # at most so many between the first and the others, only to get further on
    focal_alpha: float = ALPHA
    zoom: tuple[float, float] = (0.9, 1.8)  # of the scale at which a photo just fits the input


@dataclass(frozen=True)
class Recipe:
    phases: tuple[Phase, ...]
    # Minutes end a run on time on whatever machine it is; steps make it repeatable.
    unit: Literal["minutes", "steps"] = "minutes"
    warmup: float = 4.0  # in the unit
    learning_rate: float = 8e-4  # the paper's (appendix A), which is for 256 images a step
    weight_decay: float = 0.02
    gradient_clip: float = 1.0
    average_decay: float = 0.995  # of the averaged weights, which are what is kept
    checkpoint_minutes: float = 5.0
    loader_workers: int = 1
    seed: int = 0

    @property
    def length(self) -> float:
        return sum(phase.length for phase in self.phases)


Stream = Callable[[Phase], Samples]


def train(
    model: Sam, samples: Stream, recipe: Recipe, folder: Path, device: str = "cpu", resume: bool = False
) -> Sam:
    """Trains `model` and returns it with averaged weights, in eval mode.

    `folder` gets `log.jsonl` (a line every 20 steps), `average.safetensors` (the model so far) and
    `state.pt` (everything needed to go on); with `resume` the run continues where `state.pt` was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    model = model.to(device).train()
    # On a CPU the encoder's convolutions take half the time in this layout; values stay the same.
    model.image_encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs
    run = Run(model, recipe, folder, device)
    if resume:
        run.restore()
    for phase, left in remaining_phases(recipe.phases, run.done):
        model.set_image_size(phase.image_size)
        run.train_phase(phase, left, samples(phase))
    run.save()
    return run.averaged()


def remaining_phases(phases: Sequence[Phase], done: float) -> Iterator[tuple[Phase, float]]:
    """Each phase with what is left of it, once `done` of the whole run is over."""
    for phase in phases:
        left = phase.length - done
        done = max(0.0, -left)
        if left > 0:
            yield phase, left


class Run:
    """The state of one training run: weights, their average, optimiser, clock."""

    def __init__(self, model: Sam, recipe: Recipe, folder: Path, device: str) -> None:
        self.model, self.recipe, self.folder, self.device = model, recipe, folder, device
        self.optimizer = torch.optim.AdamW(_parameter_groups(model, recipe.weight_decay), lr=0.0)
        self.average = torch.optim.swa_utils.AveragedModel(
            model,
            multi_avg_fn=partial(_average, recipe.average_decay),
            use_buffers=False,
        )
        self.done = 0.0  # in the recipe's unit
        self.minutes = 0.0
        self.step = 0
        self.photos = 0
        self.saved_at = 0.0  # minutes

    def train_phase(self, phase: Phase, length: float, samples: Samples) -> None:
        loader = DataLoader(
            samples,
            batch_size=phase.photos_per_step,
            collate_fn=_collate,
            num_workers=self.recipe.loader_workers,
            prefetch_factor=4 if self.recipe.loader_workers else None,
        )
        end = self.done + length
        clock = time.monotonic()
        for pixels, masks in loader:
            self._set_learning_rate()
            metrics = self._step(pixels.to(self.device), masks.to(self.device), phase)
            now = time.monotonic()
            passed = (now - clock) / 60
            clock = now
            self.minutes += passed
            self.step += 1
            self.done += passed if self.recipe.unit == "minutes" else 1
            self.photos += len(pixels)
            if self.step % 20 == 0:
                self._log(phase, metrics)
            if self.minutes - self.saved_at > self.recipe.checkpoint_minutes:
                self.save()
            if self.done >= end:
                return

    def _step(self, pixels: Tensor, masks: Tensor, phase: Phase) -> list[MaskLosses]:
        with torch.autocast(self.device.split(":")[0], dtype=torch.bfloat16):
            silent = int(torch.randint(phase.most_silent_rounds + 1, ()))
            rounds = interactive_rounds(self.model, pixels, masks, phase.rounds, silent, phase.focal_alpha)
        loss = torch.stack([r.total for r in rounds]).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.gradient_clip)
        self.optimizer.step()
        self.average.update_parameters(self.model)
        return rounds

    def _set_learning_rate(self) -> None:
        """Linear warm-up, then half a cosine down to nothing at the end of the last phase."""
        warmup = min(1.0, self.done / self.recipe.warmup)
        progress = min(1.0, self.done / self.recipe.length)
        rate = self.recipe.learning_rate * warmup * 0.5 * (1 + math.cos(math.pi * progress))
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def _log(self, phase: Phase, rounds: list[MaskLosses]) -> None:
        line: dict[str, Any] = {
            "step": self.step,
            "minutes": round(self.minutes, 2),
            "photos": self.photos,
            "image_size": phase.image_size,
            "loss": round(float(torch.stack([r.total.detach() for r in rounds]).mean()), 4),
            "iou_by_round": [round(float(r.iou.gather(1, r.best[:, None]).mean()), 4) for r in rounds],
        }
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")

    def averaged(self) -> Sam:
        """The averaged weights with the current batch statistics, as a model of its own."""
        model = cast(Sam, self.average.module)
        for mine, theirs in zip(model.buffers(), self.model.buffers(), strict=True):
            mine.copy_(theirs)
        model.set_image_size(self.model.config.image_size)
        return model.eval()

    def save(self) -> None:
        save_checkpoint(self.averaged(), self.folder / "average.safetensors")
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "done": self.done,
            "minutes": self.minutes,
            "step": self.step,
            "photos": self.photos,
            "recipe": asdict(self.recipe),
        }
        with replacing(self.folder / "state.pt") as part:
            torch.save(state, part)
        self.saved_at = self.minutes

    def restore(self) -> None:
        state = torch.load(self.folder / "state.pt", map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.done = state["done"]
        self.minutes = self.saved_at = state["minutes"]
        self.step, self.photos = state["step"], state["photos"]


def interactive_rounds(
    model: Sam,
    pixels: Tensor,
    masks: Tensor,
    rounds: int,
    silent_rounds: int = 0,
    focal_alpha: float = ALPHA,
) -> list[MaskLosses]:
    """One simulated annotator per mask: a point or a box, then points where the answer was wrong.

    pixels (B, 3, S, S) uint8, masks (B, M, S / 4, S / 4) bool. The first answer has three candidates, the
    one with the highest predicted IoU goes back in as the mask prompt; later answers are the single mask.
    The silent rounds come after the first and have neither result nor gradient: they bring the annotator to
    the late clicks, of which otherwise every earlier one would have to be paid for.
    """
    per_photo = masks.shape[1]
    truth = masks.flatten(0, 1)  # (B M, h, w)
    inputs = normalise(pixels, pixels.shape[-1]).contiguous(memory_format=torch.channels_last)
    embedding = model.image_encoder(inputs).repeat_interleave(per_photo, dim=0)

    coords, labels = first_prompts(truth)
    previous: Tensor | None = None
    results = []
    for index in range(rounds + silent_rounds):
        if 0 < index <= silent_rounds:
            with torch.no_grad():
                logits, predicted_iou = model.decode(embedding.detach(), coords, labels, previous)
        else:
            logits, predicted_iou = model.decode(embedding, coords, labels, previous)
        wanted = slice(1, None) if index == 0 else slice(0, 1)
        logits, predicted_iou = logits[:, wanted].float(), predicted_iou[:, wanted].float()
        if not 0 < index <= silent_rounds:
            results.append(mask_losses(logits, predicted_iou, truth, focal_alpha))
        if index + 1 == rounds + silent_rounds:
            break
        chosen = predicted_iou.argmax(1)
        rows = torch.arange(len(truth), device=truth.device)
        previous = logits.detach()[rows, chosen][:, None]
        xy, label = next_points(previous[:, 0] > MASK_THRESHOLD, truth, LOW_RES_STRIDE)
        coords = torch.cat([coords, xy[:, None]], dim=1)
        labels = torch.cat([labels, label[:, None]], dim=1)
    return results


def first_prompts(truth: Tensor) -> tuple[Tensor, Tensor]:
    """A point or a box for each mask.

    truth (N, h, w) bool -> coords (N, 2, 2), labels (N, 2). A point brings its padding point along, so
    that prompts of both kinds have two tokens and share a batch.
    """
    points = sample_points(truth, LOW_RES_STRIDE)
    corners = sample_boxes(truth, LOW_RES_STRIDE).view(-1, 2, 2)
    as_points = torch.stack([points, torch.zeros_like(points)], dim=1)
    use_box = torch.rand(len(truth), device=truth.device) < BOX_SHARE
    coords = torch.where(use_box[:, None, None], corners, as_points)
    box_labels = torch.tensor([BOX_TOP_LEFT, BOX_BOTTOM_RIGHT], device=truth.device)
    point_labels = torch.tensor([FOREGROUND, PADDING], device=truth.device)
    return coords, torch.where(use_box[:, None], box_labels, point_labels).float()


def _average(decay: float, averaged: list[Tensor], current: list[Tensor], updates: Tensor) -> None:
    """Exponential moving average that forgets fast at first, when the early weights are worth little."""
    updates_so_far = float(updates)
    keep = min(decay, (1 + updates_so_far) / (10 + updates_so_far))
    torch._foreach_lerp_(averaged, current, 1 - keep)


def _collate(samples: list[Sample]) -> tuple[Tensor, Tensor]:
    return torch.stack([s.pixels for s in samples]), torch.stack([s.masks for s in samples])


def _parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Decay for matrices only: norms, biases and embeddings of single tokens are left alone."""
    matrices = [p for p in model.parameters() if p.ndim >= 2 and p.shape[0] > 1]
    others = [p for p in model.parameters() if p.ndim < 2 or p.shape[0] <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
