"""How many photos a second get their embedding, and what each way costs in the masks.

    make bench-encoder

For every model: the reference's code path (float32, one photo at a time, read, resized and encoded in turn)
beside what workers do (engine/encoder.py; * is what they would choose here) and ONNX Runtime in float32, and
on a GPU batches with photos read in parallel. bfloat16 is skipped where the processor lacks it.
All ways take turns, a photo each (on a GPU all photos), so that a noisy machine is noisy for all of them;
medians are printed. "Masks" is the
mean IoU between masks from a way's embeddings and from float32's, over prompts on the photos; it tells
nothing of models with random weights. The last line is `RESULT` and the figures as JSON.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from engine.encoder import Encoder, Precision
    from engine.sam.model import Sam

ROOT = Path(__file__).parent.parent
PROMPTS = 50  # per photo

Way = Callable[[Sequence[Path]], "list[Tensor]"]  # photos -> embeddings (C, g, g), float32 on the CPU


def main() -> None:
    import torch

    from engine.precision import has_bfloat16

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", default=["starter", "vit_t"], help="files, or public names")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--photos", type=Path, default=ROOT / "samples")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if not has_bfloat16(arguments.device):
        print("bfloat16 skipped: this processor lacks it")
    photos = sorted(arguments.photos.glob("*.jpg"))
    turns = [[photo] for photo in photos] if arguments.device == "cpu" else [photos]
    turns = list(islice(cycle(turns), arguments.rounds))
    results = {}
    for name in arguments.models:
        model, has_weights = model_named(name)
        model = model.to(arguments.device)
        results[name] = measure(model, ways(model, arguments.threads), turns, has_weights)
        print_table(name, model.config.image_size, results[name])
    figures = {"device": arguments.device, "threads": arguments.threads, "models": results}
    print("RESULT", json.dumps(figures))


def model_named(name: str) -> tuple[Sam, bool]:
    """A model, and whether its weights are trained: speed does not need them."""
    from engine.sam.public import PUBLIC_MODELS
    from engine.sam.registry import build_model, load_model

    if name in PUBLIC_MODELS and not Path(PUBLIC_MODELS[name].file_name).is_file():
        return build_model(PUBLIC_MODELS[name].config).eval(), False
    return load_model(name), True


def ways(model: Sam, threads: int) -> dict[str, Way]:
    from engine.encoder import encoder, fastest_encoder
    from engine.precision import has_bfloat16

    if model.device.type == "cuda":
        return {"reference": one_by_one(model), "bfloat16, batches": in_batches(model)}
    chosen = fastest_encoder(model).precision
    precisions: tuple[Precision, ...] = ("float32", "bfloat16")
    if not has_bfloat16(model.device):
        precisions = ("float32",)
    ours = {f"ours, {one}{'*' * (one == chosen)}": one_by_one(encoder(model, one)) for one in precisions}
    return {"reference": one_by_one(model), **ours, "ONNX Runtime": onnx_runtime(model, threads)}


def one_by_one(model: Sam | Encoder) -> Way:
    import torch

    from engine.embedding import embed_image
    from engine.preprocess import read_photo

    return lambda photos: [torch.from_numpy(embed_image(model, read_photo(photo))) for photo in photos]


def onnx_runtime(model: Sam, threads: int) -> Way:
    import onnxruntime
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    from engine.preprocess import preprocess, read_photo

    size = model.config.image_size
    graph = io.BytesIO()
    with sdpa_kernel(SDPBackend.MATH):  # of the fused kernel's result the exporter expects another layout
        program = torch.onnx.export(
            model.image_encoder,
            (torch.zeros(1, 3, size, size),),
            dynamo=True,
            verbose=False,
            opset_version=20,
        )
    assert program is not None
    program.save(graph)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(graph.getvalue(), options)
    [name] = [given.name for given in session.get_inputs()]

    def embed(photos: Sequence[Path]) -> list[Tensor]:
        inputs = (preprocess(read_photo(photo), size)[0].numpy() for photo in photos)
        return [torch.from_numpy(session.run(None, {name: pixels})[0][0]) for pixels in inputs]

    return embed


def in_batches(model: Sam) -> Way:
    """Photos are read by threads while the GPU works on those before."""
    import torch

    from engine.commands.embed import GPU_BATCH
    from engine.embedding import embed_batch
    from engine.encoder import fastest_encoder
    from engine.preprocess import preprocess, read_photo

    ours = fastest_encoder(model)

    def read(photo: Path) -> Tensor:
        return preprocess(read_photo(photo), model.config.image_size)[0]

    def embed(photos: Sequence[Path]) -> list[Tensor]:
        found: list[Tensor] = []
        with ThreadPoolExecutor() as readers:
            pending = [readers.submit(read, photo) for photo in photos]
            for first in range(0, len(pending), GPU_BATCH):
                batch = [one.result() for one in pending[first : first + GPU_BATCH]]
                found += torch.from_numpy(embed_batch(ours, batch)).unbind()
        return found

    return embed


def measure(
    model: Sam, ways: dict[str, Way], turns: Sequence[Sequence[Path]], has_weights: bool
) -> dict[str, Any]:
    for way in ways.values():
        way(turns[0])  # sets up what the others use
    embeddings: dict[str, list[Tensor]] = {name: [] for name in ways}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for photos in turns:
        for name, way in ways.items():
            start = time.perf_counter()
            embeddings[name] += way(photos)
            seconds[name].append((time.perf_counter() - start) / len(photos))
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    exact = embeddings["reference"]
    return {
        name: {
            "photos_per_second": round(1 / medians[name], 2),
            "times_reference": round(medians["reference"] / medians[name], 2),
            "mask_iou": round(mask_agreement(model, exact, embeddings[name]), 4) if has_weights else None,
        }
        for name in ways
    }


def mask_agreement(model: Sam, exact: Sequence[Tensor], others: Sequence[Tensor]) -> float:
    """Mean IoU of the masks of random points, three candidates each."""
    import torch

    from engine.sam.model import MASK_THRESHOLD, pad_points
    from engine.train.losses import intersection_over_union

    torch.manual_seed(0)
    ious = []
    for one, other in zip(exact, others, strict=True):
        points = torch.rand(PROMPTS, 1, 2) * model.config.image_size
        coords, labels = (t.to(model.device) for t in pad_points(points, torch.ones(PROMPTS, 1)))
        with torch.inference_mode():
            a, b = (
                model.decode(embedding[None].to(model.device), coords, labels)[0][:, 1:] > MASK_THRESHOLD
                for embedding in (one, other)
            )
        ious.append(intersection_over_union(a, b).mean().item())
    return statistics.mean(ious)


def print_table(name: str, image_size: int, figures: dict[str, Any]) -> None:
    print(f"{name}, {image_size} pixels")
    for way, row in figures.items():
        masks = "" if row["mask_iou"] is None else f"   masks {row['mask_iou']:.4f}"
        per_second, ratio = row["photos_per_second"], row["times_reference"]
        print(f"  {way:20} {per_second:8.2f} photos/s   {ratio:5.2f} x{masks}")


if __name__ == "__main__":
    main()
