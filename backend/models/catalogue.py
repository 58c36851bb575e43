"""The checkpoints that can be downloaded: the public ones, and those that the settings add.

What it takes from `engine` needs no PyTorch, so that the web server lists them, too.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from backend.core.errors import NotFound
from backend.settings import ExtraModel, Settings
from engine.sam.config import ModelConfig
from engine.sam.public import PUBLIC_MODELS, PublicModel


def public_models(settings: Settings) -> dict[str, PublicModel]:
    """By name. The mirror changes where the public files come from, never their digests."""
    found = dict(PUBLIC_MODELS)
    if settings.model_mirror:
        found = {
            name: replace(model, url=f"{settings.model_mirror}/{model.file_name}")
            for name, model in found.items()
        }
    return found | {extra.name: _of_settings(extra) for extra in settings.extra_models}


def get_public(settings: Settings, name: str) -> PublicModel:
    """Raises NotFound (model_not_found)."""
    model = public_models(settings).get(name)
    if model is None:
        raise NotFound("model", name)
    return model


def _of_settings(extra: ExtraModel) -> PublicModel:
    return PublicModel(
        name=extra.name,
        description=extra.description,
        file_name=urlsplit(extra.url).path.rpartition("/")[2],
        url=extra.url,
        sha256=extra.sha256,
        size_bytes=extra.size_bytes,
        licence=extra.licence,
        config=ModelConfig.from_dict(extra.config),
    )
