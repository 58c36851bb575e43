"""`make traces`: writes engine/traces anew, after a change of engine/decoder or of PyTorch."""

from __future__ import annotations

from engine.decoder_graphs import TRACES, write_traces
from engine.sam.config import ModelConfig
from engine.sam.registry import load_model


def main() -> None:
    for stale in TRACES.glob("*.mldt"):
        stale.unlink()
    model = load_model("starter").eval()
    # The starter's decoder is that of the public models, whose images are larger.
    for image_size in (model.config.image_size, ModelConfig.vit_b().image_size):
        model.set_image_size(image_size)
        path = write_traces(model)
        print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
