"""`python -m engine export`: the decoder as the browser runs it."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.shared import add_model_options, model_to_use


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser(
        "export",
        help="prompt encoder and mask decoder as three ONNX graphs, checked against the model",
    )
    export.add_argument(
        "--out", type=Path, required=True, help="folder for image.onnx, mask.onnx, click.onnx"
    )
    add_model_options(export)
    export.set_defaults(run=_export)


def _export(arguments: argparse.Namespace) -> None:
    from engine.decoder_export import DecoderExportError, checked_graphs, with_half_matrices
    from engine.files import replacing

    model = model_to_use(arguments)
    try:
        graphs = checked_graphs(with_half_matrices(model))
    except DecoderExportError as error:
        raise SystemExit(f"error: {error}") from error
    for name, graph in graphs.items():
        path = arguments.out / f"{name}.onnx"
        with replacing(path) as part:
            part.write_bytes(graph)
        print(f"{path}: {len(graph) / 1e6:.2f} MB")
