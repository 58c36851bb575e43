"""Every number of the automatic mask generator, with where it comes from.

"Reference": SamAutomaticMaskGenerator in segment_anything/automatic_mask_generator.py of
facebookresearch/segment-anything. "Appendix B": of the Segment Anything paper (arXiv 2304.02643), which says
how the masks of SA-1B were made.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AutomaskSettings:
    """What to ask of an image and which answers to keep; the defaults are the reference's.

    Raises ValueError for numbers that make no sense, naming the field.
    """

    points_per_side: int = 32  # reference; appendix B for the whole image
    points_per_batch: int = 64  # reference; the most points decoded at once, see `engine.automask.points`

    pred_iou_thresh: float = 0.88  # reference; appendix B. Kept above it; no filter at 0 or below
    stability_score_thresh: float = 0.95  # reference; appendix B. Kept from it on; no filter at 0 or below
    stability_score_offset: float = 1.0  # reference; appendix B. Of logits, to both sides of the threshold
    box_nms_thresh: float = 0.7  # reference; appendix B. IoU of boxes, within a crop

    crop_n_layers: int = 0  # reference; layer n cuts the image into 2^n by 2^n windows
    crop_nms_thresh: float = 0.7  # reference; appendix B. IoU of boxes, between crops
    crop_overlap_ratio: float = 512 / 1500  # reference; of the shorter side, halved from layer to layer
    crop_n_points_downscale_factor: int = 1  # reference; points per side are divided by it at each layer
    crop_edge_tolerance: float = 20.0  # reference, `is_box_near_crop_edge`; pixels from a crop's inner edge

    min_mask_region_area: int = 0  # reference; pixels: smaller islands and holes go. 0 leaves masks alone
    # The reference keeps the largest island of a mask that has only small ones; appendix B drops such a mask.
    drop_small_masks: bool = False
    # Appendix B only: a mask that covers so much of the image says nothing about it. The reference keeps it.
    max_image_share: float | None = None

    def __post_init__(self) -> None:
        for name in ("points_per_side", "points_per_batch", "crop_n_points_downscale_factor"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.crop_n_layers < 0:
            raise ValueError(f"crop_n_layers must not be negative, got {self.crop_n_layers}")
        if not self.points_in_layer(self.crop_n_layers):
            raise ValueError(
                f"no points are left in crop layer {self.crop_n_layers}: take more points_per_side than "
                f"{self.points_per_side}, fewer layers or a smaller crop_n_points_downscale_factor"
            )
        if not 0 <= self.crop_overlap_ratio < 1:
            raise ValueError(f"crop_overlap_ratio must be in [0, 1), got {self.crop_overlap_ratio}")

    def points_in_layer(self, layer: int) -> int:
        """Points along one side of a crop; layer 0 is the whole image."""
        return self.points_per_side // self.crop_n_points_downscale_factor**layer

    @classmethod
    def paper(cls) -> AutomaskSettings:
        """How SA-1B was made: 32x32 points on the image, 16x16 on 2x2 crops, 8x8 on 4x4 crops.

        The paper used a model trained specially for this; its thresholds suit that model.
        """
        return cls(
            crop_n_layers=2,
            crop_n_points_downscale_factor=2,
            min_mask_region_area=100,
            drop_small_masks=True,
            max_image_share=0.95,
        )
