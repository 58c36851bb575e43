"""Batches of an endless list of samples, from any place in it on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import cv2
from torch.utils.data import DataLoader, Dataset

from engine.train.processes import Processes


def endless(
    samples: Dataset[Any],
    first: int,
    per_step: int,
    collate: Callable[[list[Any]], Any],
    *,
    workers: int = 0,
    device: str = "cpu",
    processes: Processes | None = None,
) -> DataLoader[Any]:
    """`per_step` samples at a time from index `first` on; each of several processes has its own of a step."""
    own = processes or Processes()
    firsts = count(first + own.rank * per_step, per_step * own.count)
    return DataLoader(
        samples,
        batch_sampler=(list(range(start, start + per_step)) for start in firsts),
        collate_fn=collate,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=device.startswith("cuda"),
        worker_init_fn=_only_one_thread,
    )


def _only_one_thread(worker: int) -> None:
    cv2.setNumThreads(0)  # the workers themselves are the parallelism
