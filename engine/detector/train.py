"""Training a head on stored embeddings: seconds a hundred steps on a CPU."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from engine.detector.data import EmbeddedBoxes
from engine.detector.detect import save_detector
from engine.detector.head import BoxHead, places
from engine.detector.losses import detection_loss
from engine.files import replacing
from engine.precision import Precision, PrecisionChoice, autocast, faster_precision, kept_precision
from engine.train.journal import Journal
from engine.train.loader import endless
from engine.train.loop import LOG_EVERY, STATE, TrainingError
from engine.train.recipe import warm_cosine

WEIGHTS = "detector.safetensors"

Batch = tuple[Tensor, list[Tensor]]  # embeddings (B, C, g, g), boxes of each photo

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DetectorRecipe:
    length: float  # in the unit
    unit: Literal["minutes", "steps"] = "minutes"
    photos_per_step: int = 8
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup_share: float = 0.05  # of the length
    gradient_clip: float = 5.0
    checkpoint_minutes: float = 5.0
    loader_workers: int = 1
    seed: int = 0


def train_detector(
    samples: EmbeddedBoxes,
    embedding_channels: int,
    encoder_digest: str,
    recipe: DetectorRecipe,
    folder: Path,
    *,
    device: str = "cpu",
    resume: bool = False,
    precision: PrecisionChoice = "auto",
    on_progress: Callable[[float], None] = lambda share: None,
) -> BoxHead:
    """A head in eval mode. `on_progress` gets the share of the length that is done, now and then.

    `folder` gets `log.jsonl`, `tensorboard/`, `detector.safetensors` and `state.pt`; with `resume` the run
    goes on where that was written, and in steps ends where it would have ended. With `precision` auto the
    first step measures which one is faster, and a resumed run keeps that choice. Raises TrainingError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    head = BoxHead(embedding_channels).to(device).train()
    optimizer = torch.optim.AdamW(head.parameters(), lr=0.0, weight_decay=recipe.weight_decay)
    step, minutes = 0, 0.0
    chosen: Precision | None = None if precision == "auto" else precision
    if resume:
        if not (folder / STATE).is_file():
            raise TrainingError(f"there is no {folder / STATE} to go on from")
        state = torch.load(folder / STATE, map_location=device, weights_only=True)
        head.load_state_dict(state["head"])
        optimizer.load_state_dict(state["optimizer"])
        step, minutes = state["step"], state["minutes"]
        chosen = chosen or kept_precision(state, device)

    def save() -> None:
        save_detector(head, folder / WEIGHTS, encoder_digest)
        with replacing(folder / STATE) as part:
            state = {"head": head.state_dict(), "optimizer": optimizer.state_dict()}
            torch.save({**state, "step": step, "minutes": minutes, "precision": chosen}, part)

    journal = Journal(folder, step)
    saved_at, clock = minutes, time.monotonic()
    loader = endless(
        samples,
        step * recipe.photos_per_step,
        recipe.photos_per_step,
        collate,
        workers=recipe.loader_workers,
        device=device,
    )
    batches = iter(loader)
    while (done := minutes if recipe.unit == "minutes" else step) < recipe.length:
        batch = next(batches)
        if chosen is None:
            chosen = choose_precision(head, batch, device)
            clock = time.monotonic()
            log.info("training in %s", chosen)
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * warm_cosine(
                done, recipe.length, recipe.warmup_share * recipe.length
            )
        loss = head_loss(head, batch, chosen)
        if not torch.isfinite(loss):
            raise TrainingError(f"the loss is {loss.item()} at step {step + 1}")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(head.parameters(), recipe.gradient_clip)
        optimizer.step()
        step += 1
        minutes += (time.monotonic() - clock) / 60
        clock = time.monotonic()
        if step % LOG_EVERY == 0:
            journal.tell(step, precision=chosen, minutes=round(minutes, 2), loss=round(loss.item(), 4))
            on_progress(min(1.0, done / recipe.length))
        if minutes - saved_at > recipe.checkpoint_minutes:
            save()
            saved_at = minutes
    save()
    journal.close()
    return head.eval()


def head_loss(head: BoxHead, batch: Batch, precision: Precision) -> Tensor:
    embeddings, boxes = batch
    device = next(head.parameters()).device
    with autocast(device, precision):
        answers = head(embeddings.to(device, non_blocking=True))
    at = places(embeddings.shape[-1], device)
    return detection_loss(answers, at, [one.to(device) for one in boxes])


def choose_precision(head: BoxHead, batch: Batch, device: str) -> Precision:
    return faster_precision(device, lambda precision: head_loss(head, batch, precision).backward())


def collate(samples: list[tuple[Tensor, Tensor]]) -> Batch:
    return torch.stack([embedding for embedding, _ in samples]), [boxes for _, boxes in samples]
