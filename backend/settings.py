"""Every setting of the application. No other module reads the environment."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.sam.config import ModelConfig
from engine.sam.public import PUBLIC_MODELS

REPOSITORY = Path(__file__).resolve().parent.parent


class ExtraModel(BaseModel):
    """A checkpoint that an installation offers beside the public ones, such as a team's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    description: str = Field(max_length=200)
    url: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size_bytes: int = Field(gt=0)
    licence: str = Field(max_length=100)
    config: dict[str, Any]  # ModelConfig.as_dict(): the sizes of the model

    @field_validator("config")
    @classmethod
    def _has_all_sizes(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            ModelConfig.from_dict(value)
        except TypeError as error:
            raise ValueError(f"not the sizes of a model: {error}") from error
        return value

    @field_validator("url")
    @classmethod
    def _is_address_of_a_file(cls, value: str) -> str:
        if not (_is_http(value) and urlsplit(value).path.rpartition("/")[2]):
            raise ValueError("it begins with https:// or http:// and ends with the file's name")
        return value


class Settings(BaseSettings):
    """Read from environment variables named `MASKLOOP_` plus the field's name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="MASKLOOP_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(
        default=Path("maskloop-data"),
        description="Folder of everything that is kept unless another setting moves it.",
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL of the database; empty means SQLite in the data folder."
    )
    broker_url: str = Field(
        default="", description="redis:// URL of the job queue; empty means message files in the data folder."
    )
    storage_url: str = Field(
        default="",
        description="fsspec URL of the blobs, such as s3://bucket/prefix; empty: the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(default=8400, ge=1, le=65535, description="Port that the web server listens on.")
    allowed_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="Host names under which a browser may call the server.",
    )
    public_url: str = Field(
        default="",
        description="Address that browsers open, such as https://maskloop.example.org; empty: host and port.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=("127.0.0.1", "::1"),
        description="Addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    )
    web_processes: int = Field(default=2, ge=1, description="Processes that `maskloop web` answers with.")
    max_image_pixels: int = Field(default=100_000_000, gt=0, description="Largest image accepted, in pixels.")
    max_file_bytes: int = Field(default=512 * 2**20, gt=0, description="Largest file accepted, in bytes.")
    model_mirror: str = Field(
        default="",
        description="Address of a folder with the public checkpoints under their own file names; empty: "
        "their publishers' servers.",
    )
    extra_models: tuple[ExtraModel, ...] = Field(
        default=(),
        description="Further checkpoints that the page Models offers, as JSON: docs/operations.md.",
    )
    worker_threads: int = Field(
        default=0, ge=0, description="Threads that a worker computes with; 0: all cores."
    )
    worker_device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="What a worker computes on; auto: a GPU if PyTorch finds one."
    )
    worker_precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="What a worker embeds and trains in; auto: the faster one where it is."
    )
    heartbeat_seconds: float = Field(default=2.0, gt=0, description="Time between a worker's signs of life.")
    stale_seconds: float = Field(
        default=15.0, gt=0, description="A running job without a heartbeat for this long is taken back."
    )
    max_attempts: int = Field(default=3, ge=1, description="A job that lost this many workers is given up.")
    lease_seconds: float = Field(
        default=300.0, gt=0, description="An image whose annotator gave no sign for this long is free again."
    )
    detector_minutes: float = Field(
        default=4.0, gt=0, description="How long the detector of the semi-automatic stage is trained."
    )
    automask_points_per_side: int = Field(
        default=32, ge=1, le=256, description="Of the grid of the fully-automatic stage, on the whole image."
    )
    automask_pred_iou: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Predicted IoU that automatic masks need; unset: the paper's 0.88, for the starter 0.4.",
    )
    automask_stability: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Stability that automatic masks need; unset: the paper's 0.95, for the starter 0.5.",
    )
    auth: bool = Field(
        default=True, description="false: everybody is the local admin; the server then stays on loopback."
    )
    session_seconds: float = Field(
        default=14 * 24 * 3600, gt=0, description="A browser not used for this long has to sign in again."
    )
    frontend_dir: Path = Field(
        default=REPOSITORY / "frontend" / "dist",
        description="Folder of the built frontend that the server hands out.",
    )

    @field_validator("data_dir", "frontend_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _psycopg3(cls, value: str) -> str:
        # Hosting providers hand out postgres:// and postgresql://, which SQLAlchemy would read as psycopg 2.
        scheme, separator, rest = value.partition("://")
        return f"postgresql+psycopg://{rest}" if separator and scheme in {"postgres", "postgresql"} else value

    @cached_property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'maskloop.db'}"

    @cached_property
    def effective_storage_url(self) -> str:
        return self.storage_url or (self.data_dir / "blobs").as_uri()

    @field_validator("extra_models")
    @classmethod
    def _have_names_of_their_own(cls, value: tuple[ExtraModel, ...]) -> tuple[ExtraModel, ...]:
        names = [*PUBLIC_MODELS, *(model.name for model in value)]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two models are called {name!r}; choose another name")
        return value

    @field_validator("public_url", "model_mirror")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not _is_http(value):
            raise ValueError("it begins with https:// or http:// and a host name")
        return value.rstrip("/")

    @property
    def url(self) -> str:
        """Where browsers find the web server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def effective_allowed_hosts(self) -> tuple[str, ...]:
        public = urlsplit(self.public_url).hostname
        return (*self.allowed_hosts, public) if public else self.allowed_hosts

    @property
    def queue_dir(self) -> Path:
        """Message files of the embedded queue; unused when `broker_url` is set."""
        return self.data_dir / "queue"


def _is_http(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def has_display() -> bool:
    """Whether a window can be shown; without one, `webbrowser` would start a browser in the terminal."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
