"""Float32 or bfloat16: what a device embeds and trains in."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import torch

# Half precision costs a little of the masks (docs/performance.md): it must be worth it.
WORTH_HALF_PRECISION = 1.3
# The best of a few turns: the first one sets up what the others use, and other programs disturb some of them.
TURNS, MEASURE_SECONDS = 3, 3.0  # fewer turns where passes are long

Precision = Literal["float32", "bfloat16"]
PrecisionChoice = Literal["auto", "float32", "bfloat16"]


def autocast(device: torch.device | str, precision: Precision) -> torch.autocast:
    """Run the block's products in this precision."""
    kind = torch.device(device).type
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=precision == "bfloat16")


def has_bfloat16(device: torch.device | str) -> bool:
    """Whether the device multiplies bfloat16 in hardware. Every GPU counts; a CPU is asked."""
    if torch.device(device).type != "cpu":
        return True
    # oneDNN does the products. It obeys ONEDNN_MAX_CPU_ISA, which PyTorch's capabilities ignore.
    allowed = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    features = _cpu_features()
    return bool(allowed) and any(features.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def faster_precision(device: torch.device | str, run_pass: Callable[[Precision], object]) -> Precision:
    """Choose bfloat16 on a GPU, float32 on a CPU without bfloat16, else the faster one by measurement."""
    if torch.device(device).type != "cpu":
        return "bfloat16"
    if not has_bfloat16(device):
        return "float32"
    seconds: dict[Precision, list[float]] = {"float32": [], "bfloat16": []}
    started = time.perf_counter()
    for _ in range(TURNS):
        for precision, times in seconds.items():
            times.append(_seconds(run_pass, precision))
        if time.perf_counter() - started > MEASURE_SECONDS:
            break
    exact, half = (min(times) for times in seconds.values())
    return "bfloat16" if exact > WORTH_HALF_PRECISION * half else "float32"


def kept_precision(state: Mapping[str, Any], device: torch.device | str) -> Precision | None:
    """The precision of a run's saved state; None where the device lacks it."""
    kept: Precision | None = state.get("precision", "bfloat16")  # older releases knew no other
    return kept if kept != "bfloat16" or has_bfloat16(device) else None


def _seconds(run_pass: Callable[[Precision], object], precision: Precision) -> float:
    start = time.perf_counter()
    run_pass(precision)
    return time.perf_counter() - start


def _cpu_features() -> Mapping[str, Any]:
    if hasattr(torch.cpu, "get_capabilities"):
        return torch.cpu.get_capabilities()
    # PyTorch 2.6 has no public question yet, and knows of x86 alone.
    return {"avx512_bf16": torch.cpu._is_avx512_bf16_supported()}
