"""The public checkpoints: where each is, and how to tell that a file is the one. Without PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

from engine.sam.config import ModelConfig


@dataclass(frozen=True)
class PublicModel:
    name: str
    description: str
    file_name: str
    url: str
    sha256: str
    size_bytes: int
    licence: str
    config: ModelConfig


_META_FILES = "https://dl.fbaipublicfiles.com/segment_anything"
# A commit, not a branch: what stands behind this address can not change.
_MOBILE_SAM_FILES = "https://raw.githubusercontent.com/ChaoningZhang/MobileSAM/f706ad9c4eb7f219c00d9050e46328518ffb65d2/weights"

# Addresses from the READMEs of facebookresearch/segment-anything and ChaoningZhang/MobileSAM; sizes and
# SHA-256 as micro-sam (micro_sam/util.py) and other projects that check their downloads list them.
PUBLIC_MODELS: dict[str, PublicModel] = {
    model.name: model
    for model in (
        PublicModel(
            name="vit_t",
            description="MobileSAM. Small and fast, also without a GPU.",
            file_name="mobile_sam.pt",
            url=f"{_MOBILE_SAM_FILES}/mobile_sam.pt",
            sha256="6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
            size_bytes=40_728_226,
            licence="Apache-2.0",
            config=ModelConfig.vit_t(),
        ),
        PublicModel(
            name="vit_b",
            description="Segment Anything, base. Good masks at a moderate cost.",
            file_name="sam_vit_b_01ec64.pth",
            url=f"{_META_FILES}/sam_vit_b_01ec64.pth",
            sha256="ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912",
            size_bytes=375_042_383,
            licence="Apache-2.0",
            config=ModelConfig.vit_b(),
        ),
        PublicModel(
            name="vit_l",
            description="Segment Anything, large. Better masks; use a GPU.",
            file_name="sam_vit_l_0b3195.pth",
            url=f"{_META_FILES}/sam_vit_l_0b3195.pth",
            sha256="3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622",
            size_bytes=1_249_524_607,
            licence="Apache-2.0",
            config=ModelConfig.vit_l(),
        ),
        PublicModel(
            name="vit_h",
            description="Segment Anything, huge. The best masks; use a GPU.",
            file_name="sam_vit_h_4b8939.pth",
            url=f"{_META_FILES}/sam_vit_h_4b8939.pth",
            sha256="a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e",
            size_bytes=2_564_550_879,
            licence="Apache-2.0",
            config=ModelConfig.vit_h(),
        ),
    )
}
