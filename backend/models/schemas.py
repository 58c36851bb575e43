"""Models on the wire."""

from uuid import UUID

from pydantic import BaseModel, Field


class DecoderOut(BaseModel):
    """The ONNX graphs that the browser runs at each click, in one file."""

    url: str
    sha256: str
    size_bytes: int


class ModelOut(BaseModel):
    id: UUID
    name: str
    family: str
    image_size: int = Field(description="Side of the model's square input in pixels.")
    grid: int = Field(description="Side of the image embedding in positions.")
    embedding_channels: int
    mask_threshold: float = Field(description="Logits above it are mask.")
    is_starter: bool
    encoder_digest: str
    decoder_digest: str
    decoder: DecoderOut
    notice: str | None = Field(description="What users of this model should know.")
