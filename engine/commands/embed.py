"""`python -m engine embed`: image embeddings for a folder of photos."""

from __future__ import annotations

import argparse

from engine.commands.shared import (
    RUN_AGAIN,
    add_folder_options,
    add_model_options,
    model_to_use,
    work_through,
)


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    embed = commands.add_parser(
        "embed",
        help="the image embedding of every photo in a folder (docs/formats.md)",
        description=RUN_AGAIN,
    )
    add_folder_options(embed, "one embedding per photo")
    add_model_options(embed)
    embed.set_defaults(run=_embed)


def _embed(arguments: argparse.Namespace) -> None:
    from engine.embedding import embed_photo
    from engine.encoder import fastest_encoder
    from engine.files import replacing
    from engine.folder import Job
    from engine.preprocess import read_photo
    from engine.sam.registry import encoder_digest

    model = model_to_use(arguments)
    digest = encoder_digest(model)
    encoder = fastest_encoder(model)

    def embed(job: Job) -> int:
        data = embed_photo(encoder, read_photo(job.photo), digest)
        with replacing(job.target) as part:
            part.write_bytes(data)
        return 1

    work_through(arguments, ".mlem", embed)
