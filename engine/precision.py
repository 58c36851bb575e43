"""Float32 or bfloat16: what a device embeds and trains in."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import torch

# Half precision costs a little of the masks (docs/performance.md): it must be worth it.
WORTH_HALF_PRECISION = 1.3
LONG_PASS_SECONDS = 5.0  # what a first pass sets up takes less than a second

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
    """Choose bfloat16 on a GPU, float32 on a CPU without bfloat16, else the faster one by measurement.

    The measurement takes two passes in each precision, or one where a pass is long.
    """
    if torch.device(device).type != "cpu":
        return "bfloat16"
    if not has_bfloat16(device):
        return "float32"
    exact = _settled_seconds(lambda: run_pass("float32"))
    half = _settled_seconds(lambda: run_pass("bfloat16"))
    return "bfloat16" if exact > WORTH_HALF_PRECISION * half else "float32"


def kept_precision(state: Mapping[str, Any], device: torch.device | str) -> Precision | None:
    """The precision of a run's saved state; None where the device lacks it."""
    kept: Precision | None = state.get("precision", "bfloat16")  # older releases knew no other
    return kept if kept != "bfloat16" or has_bfloat16(device) else None


def _settled_seconds(run_pass: Callable[[], object]) -> float:
    """Time the second pass: the first one sets up what later ones use."""
    first = _seconds(run_pass)
    return first if first > LONG_PASS_SECONDS else _seconds(run_pass)


def _seconds(run_pass: Callable[[], object]) -> float:
    start = time.perf_counter()
    run_pass()
    return time.perf_counter() - start


def _cpu_features() -> Mapping[str, Any]:
    if hasattr(torch.cpu, "get_capabilities"):
        return torch.cpu.get_capabilities()
    # PyTorch 2.6 has no public question yet, and knows of x86 alone.
    return {"avx512_bf16": torch.cpu._is_avx512_bf16_supported()}
