"""Models by name or file: configs, checkpoints, digests."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.files import replacing
from engine.sam.config import ModelConfig
from engine.sam.model import Sam
from engine.sam.public import PUBLIC_MODELS
from engine.weights import STARTER

__all__ = [
    "CheckpointError",
    "ModelConfig",
    "build_model",
    "decoder_digest",
    "encoder_digest",
    "load_model",
    "read_checkpoint",
    "save_checkpoint",
]


# Batch normalisation counts its updates; the count changes no output, so it is no part of a model's identity.
_NOT_WEIGHTS = ("num_batches_tracked",)

# What torch.load and safetensors raise for files that are damaged or something else altogether: unpickling
# arbitrary bytes fails in many ways.
_UNREADABLE = (
    SafetensorError,
    RuntimeError,
    pickle.UnpicklingError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)


class CheckpointError(ValueError):
    """A file that holds no model we can build; the message says what is wrong with it."""


def build_model(config: ModelConfig) -> Sam:
    """A model with random weights whose state dict has the public checkpoints' names."""
    return Sam(config)


def load_model(name_or_path: str | Path, device: str = "cpu") -> Sam:
    """The shipped "starter", or a checkpoint file; a public name means its file in the working directory."""
    name = str(name_or_path)
    if name == "starter":
        path = STARTER
    elif name in PUBLIC_MODELS:
        path = Path(PUBLIC_MODELS[name].file_name)
        if not path.is_file():
            raise CheckpointError(f"{path} is not here: download it from {PUBLIC_MODELS[name].url}")
    else:
        path = Path(name)
    return read_checkpoint(path).to(device)


def read_checkpoint(path: Path) -> Sam:
    """The model in a .pth, .pt or .safetensors file, in eval mode and float32.

    The sizes come from the file's own metadata, from a .json of the same name or `config.json` beside it,
    or, failing these, from the public model whose tensors have the same names and shapes.
    Raises CheckpointError when the file is missing, damaged, or holds something else.
    """
    state, config = _read_tensors(path)
    config = config or _config_beside(path) or _recognise(state)
    if config is None:
        raise CheckpointError(
            f"{path.name} is not one of the public models ({', '.join(PUBLIC_MODELS)}) and has no config: "
            f"put its sizes into {path.stem}.json beside it"
        )
    model = build_model(config)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise CheckpointError(f"{path.name} does not fit its config: {_shorten(str(error))}") from error
    return model.float().eval()


def save_checkpoint(model: Sam, path: Path, dtype: torch.dtype = torch.float32) -> None:
    """Writes weights and sizes into one .safetensors file.

    Matrices are stored as `dtype`. Vectors, batch statistics and position frequencies stay float32: they
    are small, and errors in them cost most.
    """
    matrices = {name for name, parameter in model.named_parameters() if parameter.ndim >= 2}
    state = {
        name: (tensor.to(dtype) if name in matrices else tensor).contiguous().cpu()
        for name, tensor in model.state_dict().items()
    }
    with replacing(path) as part:
        save_file(state, part, metadata={"config": json.dumps(model.config.as_dict())})


def encoder_digest(model: Sam) -> str:
    """Names the image encoder: models that share it share their embeddings."""
    return _digest(model, "image_encoder.")


def decoder_digest(model: Sam) -> str:
    """Names prompt encoder and mask decoder together: what the browser runs."""
    return _digest(model, "prompt_encoder.", "mask_decoder.")


def _digest(model: Sam, *prefixes: str) -> str:
    digest = hashlib.sha256(json.dumps(model.config.as_dict(), sort_keys=True).encode())
    for name, tensor in sorted(model.state_dict().items()):
        if name.startswith(prefixes) and not name.endswith(_NOT_WEIGHTS):
            digest.update(name.encode())
            digest.update(tensor.float().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _read_tensors(path: Path) -> tuple[dict[str, Tensor], ModelConfig | None]:
    if not path.is_file():
        raise CheckpointError(f"no such file: {path}")
    try:
        if path.suffix == ".safetensors":
            with safe_open(path, framework="pt") as file:
                metadata = file.metadata() or {}
                state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            config = metadata.get("config")
            return state, ModelConfig.from_dict(json.loads(config)) if config else None
        # weights_only: a checkpoint is a pickle, and a pickle from the internet may run code.
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except _UNREADABLE as error:
        raise CheckpointError(
            f"{path.name} is damaged or no checkpoint: {_shorten(str(error)) or type(error).__name__}"
        ) from error
    if not isinstance(loaded, dict) or not all(isinstance(v, Tensor) for v in loaded.values()):
        raise CheckpointError(f"{path.name} holds no table of tensors: is it a Segment Anything checkpoint?")
    return loaded, None


def _config_beside(path: Path) -> ModelConfig | None:
    for candidate in (path.with_suffix(".json"), path.with_name("config.json")):
        if candidate.is_file():
            try:
                return ModelConfig.from_dict(json.loads(candidate.read_text()))
            except (ValueError, TypeError, AttributeError) as error:
                raise CheckpointError(f"{candidate.name} is no model config: {error}") from error
    return None


def _recognise(state: Mapping[str, Tensor]) -> ModelConfig | None:
    shapes = {name: tensor.shape for name, tensor in state.items()}
    for public in PUBLIC_MODELS.values():
        with torch.device("meta"):
            expected = build_model(public.config).state_dict()
        if {name: tensor.shape for name, tensor in expected.items()} == shapes:
            return public.config
    return None


def _shorten(text: str, limit: int = 300) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit] + " ..."
