"""How fast the automatic mask generator is, and how much memory it takes.

    make bench-auto

Speed: one photo of 1500x1000, our generator against the reference's algorithm written out plainly (every
candidate of every point upscaled to the photo's size in float32 before any is dropped, in batches of 64
points), on the same weights and threads. Both must find the same masks. Memory: the peak above model and
photo for one of 4000x3000 with two layers of crops, in a process of its own. Photos are samples/truck.jpg,
scaled. The last line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from engine.automask.records import MaskRecord
    from engine.automask.settings import AutomaskSettings
    from engine.sam.model import Sam

ROOT = Path(__file__).parent.parent
SPEED_PHOTO = "1500x1000"
MEMORY_PHOTO = "4000x3000"
MEMORY_CROPS = 2
MEBIBYTE = 2**20


def main() -> None:
    arguments = parse()
    if arguments.measure_memory:
        print(json.dumps(measure_memory(arguments)))
        return
    result: dict[str, Any] = {"model": arguments.model, "points_per_side": arguments.points_per_side}
    # First, while this process is small: a child's peak starts from what its parent holds.
    if arguments.memory_size != "none":
        child = [sys.executable, __file__, *sys.argv[1:], "--measure-memory"]
        memory = json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout)
        print(
            f"memory  {memory['size']}, {memory['crop_layers']} layers of crops: "
            f"{memory['peak_above_model_mib']} MiB above model and photo, {memory['masks']} masks"
        )
        result["memory"] = memory
    result["speed"] = measure_speed(arguments)
    print("RESULT", json.dumps(result))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="starter", help="'starter' or a checkpoint file")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--size", default=SPEED_PHOTO, help="of the photo, WIDTHxHEIGHT")
    parser.add_argument("--memory-size", default=MEMORY_PHOTO, help="the same for memory, or 'none'")
    parser.add_argument("--memory-crops", type=int, default=MEMORY_CROPS, help="layers of crops for memory")
    parser.add_argument("--points-per-side", type=int, default=32)
    parser.add_argument("--pred-iou-thresh", type=float, default=0.88)
    parser.add_argument("--stability-score-thresh", type=float, default=0.95)
    parser.add_argument("--measure-memory", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def settings_from(arguments: argparse.Namespace, crop_layers: int = 0) -> AutomaskSettings:
    from engine.automask.settings import AutomaskSettings

    return AutomaskSettings(
        points_per_side=arguments.points_per_side,
        pred_iou_thresh=arguments.pred_iou_thresh,
        stability_score_thresh=arguments.stability_score_thresh,
        crop_n_layers=crop_layers,
        crop_n_points_downscale_factor=2,
    )


def photo(size: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """(H, W, 3) uint8."""
    import numpy as np
    from PIL import Image

    width, height = (int(side) for side in size.split("x"))
    with Image.open(ROOT / "samples" / "truck.jpg") as image:
        return np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC))


def model_of(arguments: argparse.Namespace) -> Sam:
    import torch

    from engine.sam.registry import load_model

    torch.set_num_threads(arguments.threads)
    return load_model(arguments.model)


def measure_memory(arguments: argparse.Namespace) -> dict[str, Any]:
    from engine.automask.generate import generate_masks

    model, rgb = model_of(arguments), photo(arguments.memory_size)
    resident_pages = int(Path("/proc/self/statm").read_text().split()[1])
    before = resident_pages * os.sysconf("SC_PAGE_SIZE")
    records = generate_masks(model, rgb, settings_from(arguments, arguments.memory_crops))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts in KiB
    return {
        "size": arguments.memory_size,
        "crop_layers": arguments.memory_crops,
        "masks": len(records),
        "peak_above_model_mib": round((peak - before) / MEBIBYTE),
    }


def measure_speed(arguments: argparse.Namespace) -> dict[str, Any]:
    from engine.automask.generate import generate_masks

    model, rgb, settings = model_of(arguments), photo(arguments.size), settings_from(arguments)
    warm_up = settings_from(argparse.Namespace(**{**vars(arguments), "points_per_side": 2}))
    generate_masks(model, rgb, warm_up)
    ours, our_seconds = timed(lambda: generate_masks(model, rgb, settings))
    print(f"ours    {arguments.size}: {our_seconds['wall']:.2f} s, {len(ours)} masks", flush=True)
    plain, plain_seconds = timed(lambda: plain_masks(model, rgb, settings))
    print(f"plain   {arguments.size}: {plain_seconds['wall']:.2f} s, {len(plain)} masks")
    same = lowest_iou(ours, plain)
    ratio = plain_seconds["wall"] / our_seconds["wall"]
    cpu_ratio = plain_seconds["cpu"] / our_seconds["cpu"]
    print(f"ratio   {ratio:.1f} (processor time {cpu_ratio:.1f}); lowest IoU of two masks {same:.4f}")
    return {
        "size": arguments.size,
        "threads": arguments.threads,
        "masks": len(ours),
        "lowest_iou": same,
        "ours_s": our_seconds,
        "plain_s": plain_seconds,
        "ratio": round(ratio, 2),
        "cpu_ratio": round(cpu_ratio, 2),
    }


def timed(
    generate: Callable[[], list[MaskRecord]],
) -> tuple[list[MaskRecord], dict[str, float]]:
    """Processor time is the fairer one where something else runs."""
    wall, cpu = time.perf_counter(), time.process_time()
    records = generate()
    return records, {
        "wall": round(time.perf_counter() - wall, 3),
        "cpu": round(time.process_time() - cpu, 3),
    }


def lowest_iou(ours: list[MaskRecord], plain: list[MaskRecord]) -> float:
    """Of the masks at the same place of both lists; 0 when these differ in length."""
    from engine.rle import decode_rle

    if len(ours) != len(plain):
        return 0.0
    lowest = 1.0
    for one, other in zip(ours, plain, strict=True):
        a, b = decode_rle(one["segmentation"]), decode_rle(other["segmentation"])
        lowest = min(lowest, float((a & b).sum() / max(1, (a | b).sum())))
    return lowest


def plain_masks(model: Sam, rgb: np.ndarray[Any, Any], settings: AutomaskSettings) -> list[MaskRecord]:
    """The reference's algorithm without crops and clean-up, step by step."""
    import torch

    from engine.automask.boxes import distinct
    from engine.automask.crops import crops
    from engine.automask.records import MaskRecord
    from engine.preprocess import preprocess
    from engine.rle import rle_area
    from engine.sam.model import MASK_THRESHOLD, pad_points

    (whole,) = crops(rgb.shape[:2], settings)
    records: list[MaskRecord] = []
    boxes: list[tuple[int, int, int, int]] = []
    with torch.inference_mode():
        pixels, framing = preprocess(rgb, model.config.image_size)
        embedding = model.image_encoder(pixels)
        points = whole.points(settings.points_per_side)
        for start in range(0, len(points), settings.points_per_batch):
            asked = points[start : start + settings.points_per_batch]
            coords = torch.from_numpy(framing.to_input(asked))[:, None]
            low_res, predicted_iou = model.decode(embedding, *pad_points(coords, torch.ones(len(asked), 1)))
            logits = framing.to_original(low_res[:, 1:]).flatten(0, 1)  # (3 B, H, W)
            scores = predicted_iou[:, 1:].flatten()
            origin = torch.arange(len(asked)).repeat_interleave(3)

            keep = scores > settings.pred_iou_thresh
            logits, scores, origin = logits[keep], scores[keep], origin[keep]
            inside = counted(logits > MASK_THRESHOLD + settings.stability_score_offset)
            outside = counted(logits > MASK_THRESHOLD - settings.stability_score_offset)
            stability = inside / outside
            keep = stability >= settings.stability_score_thresh
            logits, scores, origin, stability = logits[keep], scores[keep], origin[keep], stability[keep]
            masks = logits > MASK_THRESHOLD
            for index, (mask, rle) in enumerate(zip(masks, run_lengths(masks), strict=True)):
                columns, rows = mask.any(0).nonzero()[:, 0], mask.any(1).nonzero()[:, 0]
                box = (int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1]))
                boxes.append(box)
                records.append(
                    MaskRecord(
                        segmentation=rle,
                        area=rle_area(rle),
                        bbox=[box[0], box[1], box[2] - box[0], box[3] - box[1]],
                        predicted_iou=float(scores[index]),
                        point_coords=[asked[origin[index]].tolist()],
                        stability_score=float(stability[index]),
                        crop_box=whole.xywh,
                    )
                )
    kept = distinct(boxes, [record["predicted_iou"] for record in records], settings.box_nms_thresh)
    return [records[index] for index in kept]


def counted(above: Tensor) -> Tensor:
    """(N, H, W) -> (N,), in the small integers that the reference counts with."""
    import torch

    return above.sum(-1, dtype=torch.int16).sum(-1, dtype=torch.int32)


def run_lengths(masks: Tensor) -> list[Any]:
    """(N, H, W) -> N RLEs, from the changes along the columns of all masks at once."""
    import torch
    from pycocotools import mask as coco_mask

    count, height, width = masks.shape
    columns = masks.permute(0, 2, 1).flatten(1)
    changes = (columns[:, 1:] ^ columns[:, :-1]).nonzero()
    rles = []
    for index in range(count):
        own = changes[changes[:, 0] == index, 1] + 1
        ends = torch.cat([torch.tensor([0]), own, torch.tensor([height * width])])
        counts = ends.diff().tolist()
        if columns[index, 0]:
            counts.insert(0, 0)
        rle = coco_mask.frPyObjects({"size": [height, width], "counts": counts}, height, width)
        rles.append({"size": [height, width], "counts": rle["counts"].decode()})
    return rles


if __name__ == "__main__":
    main()
