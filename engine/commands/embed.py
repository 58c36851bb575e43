"""`python -m engine embed`: image embeddings for a folder of photos."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from engine.commands.shared import (
    PRECISIONS,
    RUN_AGAIN,
    add_folder_options,
    add_model_options,
    model_to_use,
    work_through,
)

GPU_BATCH = 8  # photos


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    embed = commands.add_parser(
        "embed",
        help="the image embedding of every photo in a folder (docs/formats.md)",
        description=RUN_AGAIN,
    )
    add_folder_options(embed, "one embedding per photo")
    add_model_options(embed)
    embed.add_argument(
        "--precision", choices=PRECISIONS, default="auto", help="default: auto, the faster one"
    )
    embed.set_defaults(run=_embed)


def _embed(arguments: argparse.Namespace) -> None:
    from engine.embedding import embed_batch, pack_embedding
    from engine.encoder import encoder, fastest_encoder
    from engine.files import replacing
    from engine.folder import Job, outcomes
    from engine.preprocess import Prepared, preprocess, read_photo
    from engine.sam.registry import encoder_digest

    model = model_to_use(arguments)
    digest = encoder_digest(model)
    precision = arguments.precision
    chosen = fastest_encoder(model) if precision == "auto" else encoder(model, precision)

    def read(photo: Path) -> Prepared:
        return preprocess(read_photo(photo), model.config.image_size)

    def embed(jobs: Sequence[Job], prepared: Sequence[Prepared]) -> list[int]:
        framings = (framing for _, framing in prepared)
        embeddings = embed_batch(chosen, [pixels for pixels, _ in prepared])
        for job, framing, embedding in zip(jobs, framings, embeddings, strict=True):
            data = pack_embedding(embedding, framing, digest)
            with replacing(job.target) as part:
                part.write_bytes(data)
        return [1] * len(jobs)

    batch = 1 if model.device.type == "cpu" else GPU_BATCH
    work_through(arguments, ".mlem", lambda pending: outcomes(pending, read, embed, batch))
