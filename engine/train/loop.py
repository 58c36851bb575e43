"""The training loop: simulated annotators click, the model learns to answer."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.utils.data import Dataset

from engine.files import replacing
from engine.precision import Precision, PrecisionChoice, autocast, faster_precision, kept_precision
from engine.preprocess import normalise
from engine.sam.model import Sam
from engine.sam.registry import save_checkpoint
from engine.train.augment import Sample
from engine.train.journal import Journal
from engine.train.loader import endless
from engine.train.losses import MaskLosses
from engine.train.parameters import freeze_norms, parameter_groups, set_drop_path
from engine.train.processes import Processes, joined
from engine.train.recipe import Phase, Recipe, remaining_phases
from engine.train.rounds import Round, interactive_rounds, plan_rounds
from engine.train.watch import Step, StoppedError, Watch

LOG_EVERY = 20  # steps
PACE_STEPS = 50  # steps that an estimate is made from: their rounds differ
# One answer with a new point and one without cost what all others cost.
MEASURED_ROUNDS = [Round(adds_point=False, is_learnt=True), Round(adds_point=True, is_learnt=True)]
STATE = "state.pt"
WEIGHTS = "average.safetensors"

Stream = Callable[[Phase], Dataset[Sample]]
Batch = tuple[Tensor, Tensor, list[str]]  # images (B, ...), masks (B, M, h, w), sources

log = logging.getLogger(__name__)


class TrainingError(RuntimeError):
    """A run that cannot go on; its last checkpoint stays."""


def train(
    model: Sam,
    samples: Stream,
    recipe: Recipe,
    folder: Path,
    device: str = "cpu",
    resume: bool = False,
    watch: Watch | None = None,
    precision: PrecisionChoice = "auto",
) -> Sam:
    """Trains `model` and returns it with averaged weights, in eval mode.

    `folder` gets `log.jsonl` and `tensorboard/` (every 20 steps), `average.safetensors` (the model so far)
    and `state.pt` (everything needed to go on); with `resume` the run continues where `state.pt` was written,
    and on the same device with the same recipe in steps ends where it would have ended without the break.
    With `precision` auto the first step measures which one is faster, and a resumed run keeps that choice.
    Raises TrainingError, and StoppedError when `watch` ends the run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with joined(device) as (processes, own_device):
        run = Run(model, recipe, folder, own_device, processes, watch or Watch(), precision)
        if resume:
            run.restore()
        run.open_journal()
        try:
            for phase, left in remaining_phases(recipe.phases, run.done):
                run.train_phase(phase, left, samples(phase))
            run.save()
        finally:
            if run.journal:
                run.journal.close()
        processes.wait()  # for the first one's files
        return run.averaged()


class Run:
    """The state of one training run: weights, their average, optimiser, clock."""

    def __init__(
        self,
        model: Sam,
        recipe: Recipe,
        folder: Path,
        device: str,
        processes: Processes,
        watch: Watch,
        precision: PrecisionChoice,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.model = model.to(device).train()
        self.recipe, self.folder, self.device, self.processes = recipe, folder, device, processes
        self.watch = watch
        self.precision: Precision | None = None if precision == "auto" else precision
        # On a CPU the encoder's convolutions take half the time in this layout; values stay the same.
        model.image_encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs
        if recipe.trains == "decoder":
            model.image_encoder.eval().requires_grad_(False)
        if recipe.freeze_norms:
            freeze_norms(model)
        set_drop_path(model, recipe.drop_path)
        self.optimizer = torch.optim.AdamW(parameter_groups(model, recipe), lr=0.0)
        self.average = torch.optim.swa_utils.AveragedModel(
            model,
            multi_avg_fn=partial(_average, recipe.average_decay),
            use_buffers=False,
        )
        self.done = 0.0  # in the recipe's unit
        self.minutes = 0.0
        self.step = 0
        self.photos = 0  # of all processes
        self.halved = False  # the batches, for want of memory
        self.saved_at = 0.0  # minutes
        self.pace: deque[float] = deque(maxlen=PACE_STEPS)  # what the last steps took, in the recipe's unit
        self.journal: Journal | None = None  # the first process's

    def open_journal(self) -> None:
        if self.processes.is_first:
            self.journal = Journal(self.folder, self.step)

    def train_phase(self, phase: Phase, length: float, samples: Dataset[Sample]) -> None:
        self.model.set_image_size(phase.image_size)
        self.pace.clear()
        end = self.done + length
        while self.done < end:
            per_step = max(1, phase.photos_per_step // 2) if self.halved else phase.photos_per_step
            try:
                self._train_until(end, phase, samples, per_step)
            except torch.OutOfMemoryError as error:
                if self.halved or per_step == 1:
                    raise TrainingError(
                        f"not enough GPU memory for {per_step} photos of {phase.image_size} pixels with "
                        f"{phase.masks_per_photo} masks each, at step {self.step + 1}"
                    ) from error
                self.halved = True
                self.optimizer.zero_grad(set_to_none=True)
                torch.cuda.empty_cache()
                self._tell(event=f"out of GPU memory with {per_step} photos a step: half as many from now on")

    def _train_until(self, end: float, phase: Phase, samples: Dataset[Sample], per_step: int) -> None:
        loader = endless(
            samples,
            self.photos,
            per_step,
            collate,
            workers=self.recipe.loader_workers,
            device=self.device,
            processes=self.processes,
        )
        clock = time.monotonic()
        for batch in cast(Iterator[Batch], iter(loader)):
            if self.precision is None:
                self.precision = self.choose_precision(batch, phase)
                clock = time.monotonic()
            self._set_learning_rate()
            rounds = self.take_step(batch, phase, self.precision)
            now = time.monotonic()
            passed = (now - clock) / 60
            clock = now
            self.minutes += passed
            self.pace.append(passed)
            self.step += 1
            self.done += passed if self.recipe.unit == "minutes" else 1
            self.photos += len(batch[0]) * self.processes.count
            if self.step % LOG_EVERY == 0:
                self._tell_progress(phase, rounds, self.precision)
            if not self.watch.stepped(self._seen(rounds, self.precision)):
                self.save()
                raise StoppedError(f"stopped after {self.step} steps")
            if self.minutes - self.saved_at > self.recipe.checkpoint_minutes:
                self.save()
            if self.done >= end:
                return

    def take_step(self, batch: Batch, phase: Phase, precision: Precision) -> list[MaskLosses]:
        # The same plan in all processes: none should wait for another's longer one.
        plan = plan_rounds(phase, np.random.default_rng((self.recipe.seed, self.step)))
        rounds, loss = self._answer(batch, plan, phase, precision)
        if not torch.isfinite(loss):
            raise TrainingError(
                f"the loss is {loss.item()} at step {self.step + 1}, on {', '.join(batch[2])}"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.processes.average_gradients(self.model.parameters())
        nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.gradient_clip)
        self.optimizer.step()
        self.average.update_parameters(self.model)
        return rounds

    def _answer(
        self, batch: Batch, plan: list[Round], phase: Phase, precision: Precision
    ) -> tuple[list[MaskLosses], Tensor]:
        images, masks = (t.to(self.device, non_blocking=True) for t in batch[:2])
        self._seed_step()
        with autocast(self.device, precision):
            embedding = images if self.recipe.trains == "decoder" else self._embed(images)
            rounds = interactive_rounds(self.model, embedding, masks, plan, phase.focal_alpha)
        return rounds, torch.stack([r.total for r in rounds]).mean()

    def choose_precision(self, batch: Batch, phase: Phase) -> Precision:
        """Choose for all processes, by passes of one photo that leave the run as it was."""
        images, masks, sources = batch
        photo = (images[:1], masks[:1], sources[:1])
        buffers = [buffer.clone() for buffer in self.model.buffers()]
        faster = faster_precision(
            self.device,
            lambda precision: self._answer(photo, MEASURED_ROUNDS, phase, precision)[1].backward(),
        )
        self.optimizer.zero_grad(set_to_none=True)
        for buffer, before in zip(self.model.buffers(), buffers, strict=True):
            buffer.copy_(before)
        chosen = self.processes.agreed(faster)
        log.info("training in %s", chosen)
        return chosen

    def _embed(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) uint8 -> (B, C, g, g)"""
        inputs = normalise(pixels, pixels.shape[-1]).contiguous(memory_format=torch.channels_last)
        embedding: Tensor = self.model.image_encoder(inputs)
        return embedding

    def _seed_step(self) -> None:
        """Prompts depend on seed, step and process alone, so that a resumed run draws the same ones."""
        seeds = np.random.SeedSequence((self.recipe.seed, self.step, self.processes.rank))
        torch.manual_seed(int(seeds.generate_state(1)[0]))

    def _set_learning_rate(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.learning_rate_at(self.done) * group["scale"]

    def _seen(self, rounds: list[MaskLosses], precision: Precision) -> Step:
        return Step(
            self.step,
            self.minutes,
            min(1.0, self.done / self.recipe.length),
            self._seconds_left(),
            precision,
            loss=float(torch.stack([r.total.detach() for r in rounds]).mean()),
            iou_by_round=tuple(float(r.iou.gather(1, r.best[:, None]).mean()) for r in rounds),
        )

    def _seconds_left(self) -> float:
        """Whole steps at the present pace: a run in minutes finishes the step that passes its end."""
        left = max(0.0, self.recipe.length - self.done)
        step_minutes = sum(self.pace) / len(self.pace)
        steps = left if self.recipe.unit == "steps" else math.ceil(left / step_minutes)
        return 60 * steps * step_minutes

    def _tell_progress(self, phase: Phase, rounds: list[MaskLosses], precision: Precision) -> None:
        seen = self._seen(rounds, precision)
        self._tell(
            precision=precision,
            minutes=round(self.minutes, 2),
            photos=self.photos,
            image_size=phase.image_size,
            loss=round(seen.loss, 4),
            iou_by_round=[round(iou, 4) for iou in seen.iou_by_round],
        )

    def _tell(self, **values: Any) -> None:
        if self.journal:
            self.journal.tell(self.step, **values)
        if "event" in values:
            log.warning("step %d: %s", self.step, values["event"])

    def averaged(self) -> Sam:
        """The averaged weights with the current batch statistics, as a model of its own."""
        model = cast(Sam, self.average.module)
        for mine, theirs in zip(model.buffers(), self.model.buffers(), strict=True):
            mine.copy_(theirs)
        model.set_image_size(self.model.config.image_size)
        return model.eval()

    def save(self) -> None:
        """Raises TrainingError when it cannot be written."""
        if not self.processes.is_first:
            return
        try:
            self._write()
        except (OSError, RuntimeError, SafetensorError) as error:  # PyTorch's, and that of safetensors
            raise TrainingError(
                f"the state after step {self.step} cannot be written; the disk may be full: {error}"
            ) from error
        self.saved_at = self.minutes
        self.watch.kept(self.folder)

    def _write(self) -> None:
        save_checkpoint(self.averaged(), self.folder / WEIGHTS)
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "done": self.done,
            "minutes": self.minutes,
            "step": self.step,
            "photos": self.photos,
            "halved": self.halved,
            "precision": self.precision,
            "recipe": asdict(self.recipe),
        }
        with replacing(self.folder / STATE) as part:
            torch.save(state, part)

    def restore(self) -> None:
        """Raises TrainingError when there is nothing to go on from."""
        path = self.folder / STATE
        if not path.is_file():
            raise TrainingError(f"there is no {path} to go on from")
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.done = state["done"]
        self.minutes = self.saved_at = state["minutes"]
        self.step, self.photos, self.halved = state["step"], state["photos"], state["halved"]
        self.precision = self.precision or self.processes.agreed(kept_precision(state, self.device))


def _average(decay: float, averaged: list[Tensor], current: list[Tensor], updates: Tensor) -> None:
    """Exponential moving average that forgets fast at first, when the early weights are worth little."""
    updates_so_far = float(updates)
    keep = min(decay, (1 + updates_so_far) / (10 + updates_so_far))
    torch._foreach_lerp_(averaged, current, 1 - keep)


def collate(samples: list[Sample]) -> Batch:
    images, masks = torch.stack([s.image for s in samples]), torch.stack([s.masks for s in samples])
    return images, masks, [s.source for s in samples]
