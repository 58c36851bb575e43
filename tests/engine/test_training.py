"""The trainer: where simulated clicks go, what is learned from, and that it does learn."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from pycocotools import mask as coco_mask

from engine.sam.model import Sam
from engine.sam.registry import read_checkpoint
from engine.train.augment import Samples, place_photo
from engine.train.clicks import Click, first_click, iou_by_clicks, next_click
from engine.train.datasets import Photo, is_held_out, read_coco, split
from engine.train.grabcut import GrabCut
from engine.train.loop import Phase, Recipe, interactive_rounds, remaining_phases, train
from engine.train.losses import dice_loss, focal_loss, intersection_over_union, mask_losses
from engine.train.prompts import next_points, sample_boxes, sample_points
from engine.train.shapes import draw_crowds, draw_ground


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> list[Photo]:
    """Photos of bright discs and bars on dark noise, as a COCO folder."""
    folder = tmp_path_factory.mktemp("shapes")
    (folder / "images").mkdir()
    random = np.random.default_rng(0)
    images, annotations = [], []
    for index in range(24):
        rgb = random.integers(0, 60, (64, 80, 3), dtype=np.uint8)
        for x in (20, 58):
            mask = np.zeros((64, 80), np.uint8)
            if random.random() < 0.5:
                cv2.circle(mask, (x, int(random.integers(20, 44))), int(random.integers(8, 15)), 1, -1)
            else:
                top = int(random.integers(5, 25))
                cv2.rectangle(mask, (x - 10, top), (x + 10, top + int(random.integers(14, 30))), 1, -1)
            rgb[mask > 0] = random.integers(120, 256, 3)
            rle = coco_mask.encode(np.asfortranarray(mask))
            annotations.append(
                {
                    "image_id": index,
                    "bbox": coco_mask.toBbox(rle).tolist(),
                    "segmentation": {"size": rle["size"], "counts": rle["counts"].decode()},
                }
            )
        Image.fromarray(rgb).save(folder / "images" / f"{index}.png")
        images.append({"id": index, "file_name": f"{index}.png"})
    (folder / "annotations.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    return read_coco(folder)


def disc(height: int, width: int, x: int, y: int, radius: int) -> np.ndarray:
    mask = np.zeros((height, width), np.uint8)
    cv2.circle(mask, (x, y), radius, 1, -1)
    return mask > 0


# Simulated annotators


def test_sampled_points_lie_in_their_region() -> None:
    torch.manual_seed(0)
    region = torch.from_numpy(np.stack([disc(32, 32, 8, 9, 4), disc(32, 32, 20, 25, 2)])).repeat(200, 1, 1)
    cell = ((sample_points(region, stride=4) + 0.5) / 4).long()
    assert region[torch.arange(len(region)), cell[:, 1], cell[:, 0]].all()


def test_sampled_boxes_are_loose_but_close() -> None:
    torch.manual_seed(0)
    masks = torch.zeros(500, 64, 64, dtype=torch.bool)
    masks[:, 10:30, 20:50] = True
    boxes = sample_boxes(masks, stride=4)
    sides = torch.tensor([120.0, 80.0, 120.0, 80.0])
    exact = torch.tensor([80.0, 40.0, 200.0, 120.0])
    assert ((boxes - exact).abs() <= 20 * 256 / 1024 + 1e-4).all()  # the limit of the noise
    assert ((boxes - exact) / sides).std() > 0.02
    assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_correcting_points_say_what_was_wrong() -> None:
    truth = torch.zeros(2, 16, 16, dtype=torch.bool)
    truth[:, 4:12, 4:12] = True
    predicted = truth.clone()
    predicted[0, 4:12, 8:12] = False  # missed its right half
    predicted[1, 13:15, :] = True  # took a stripe below
    for _ in range(20):
        xy, labels = next_points(predicted, truth, stride=4)
        assert labels.tolist() == [1, 0]
        assert 8 * 4 <= xy[0, 0] + 0.5 < 12 * 4
        assert 13 * 4 <= xy[1, 1] + 0.5 < 15 * 4


def test_evaluation_clicks_the_middle_of_the_largest_mistake() -> None:
    truth = disc(100, 120, 60, 50, 20)
    assert first_click(truth) == Click(60, 50, foreground=True)
    predicted = truth | disc(100, 120, 20, 20, 8) | disc(100, 120, 100, 20, 5)
    predicted[48:52, 58:62] = False
    assert next_click(predicted, truth) == Click(20, 20, foreground=False)
    assert next_click(truth, truth) is None


def test_perfect_segmenter_needs_one_click() -> None:
    truth = disc(50, 50, 25, 25, 10)

    class Perfect:
        def segment(self, clicks: list[Click]) -> np.ndarray:
            return truth

    assert iou_by_clicks(Perfect(), truth, 3) == [1.0, 1.0, 1.0]


def test_grabcut_finds_a_plain_object() -> None:
    truth = disc(80, 80, 40, 40, 12)
    rgb = np.random.default_rng(0).integers(0, 50, (80, 80, 3), dtype=np.uint8)
    rgb[truth] += 180
    assert iou_by_clicks(GrabCut(rgb), truth, 1)[0] > 0.9


# Losses


def test_losses_vanish_for_the_right_answer() -> None:
    truth = torch.from_numpy(disc(16, 16, 8, 8, 4))[None, None].float()
    right = (truth * 2 - 1) * 40
    assert focal_loss(right, truth, alpha=0.5).item() < 1e-6
    assert dice_loss(right, truth).item() < 1e-6
    assert dice_loss(-right, truth).item() > 0.9


@pytest.mark.parametrize("alpha", [0.25, 0.75])
def test_focal_loss_is_the_published_formula(alpha: float) -> None:
    logit, gamma = 0.3, 2.0
    p = 1 / (1 + np.exp(-logit))
    logits = torch.full((1, 1, 1, 1), logit)
    on_object = focal_loss(logits, torch.ones_like(logits), alpha).item()
    on_background = focal_loss(logits, torch.zeros_like(logits), alpha).item()
    assert on_object == pytest.approx(-alpha * (1 - p) ** gamma * np.log(p), rel=1e-5)
    assert on_background == pytest.approx(-(1 - alpha) * p**gamma * np.log(1 - p), rel=1e-5)


def test_only_the_best_candidate_learns() -> None:
    truth = torch.from_numpy(disc(16, 16, 8, 8, 4))[None]
    good = (truth.float() * 2 - 1) * 2
    logits = torch.stack([-good[0], good[0], torch.zeros(16, 16)])[None].requires_grad_()
    losses = mask_losses(logits, torch.zeros(1, 3), truth)
    losses.total.backward()
    assert losses.best.tolist() == [1]
    assert logits.grad is not None
    assert [bool(grad.any()) for grad in logits.grad[0]] == [False, True, False]


def test_iou_of_empty_masks_is_one() -> None:
    empty = torch.zeros(1, 4, 4, dtype=torch.bool)
    assert intersection_over_union(empty, empty).item() == 1
    assert intersection_over_union(empty, ~empty).item() == 0


# Data


def test_held_out_images_never_change_sides() -> None:
    names = [f"{index:05}.jpg" for index in range(4000)]
    held_out = {name for name in names if is_held_out(name)}
    assert 0.08 < len(held_out) / len(names) < 0.12
    assert {name for name in names[::3] if is_held_out(name)} == held_out & set(names[::3])


def test_split_keeps_every_photo(shapes: list[Photo]) -> None:
    training, held_out = split(shapes)
    assert {photo.path for photo in training} | {photo.path for photo in held_out} == {
        photo.path for photo in shapes
    }
    assert not {photo.path for photo in training} & {photo.path for photo in held_out}


def test_placed_masks_stay_on_their_objects(shapes: list[Photo]) -> None:
    random = np.random.default_rng(3)
    for photo in shapes:
        canvas = place_photo(photo, 64, (0.6, 1.8), 10, random)
        for mask in canvas.masks:
            inside = canvas.rgb[mask > 0].max(1)
            if len(inside) > 50:  # a sliver at the crop's edge is mostly border
                assert np.median(inside) > 100


def test_drawn_shapes_are_where_their_masks_are() -> None:
    random = np.random.default_rng(1)
    for _ in range(10):
        ground = draw_ground(96, random)
        picture, masks, hidden = draw_crowds(ground, random)
        assert masks
        assert ((np.sum(masks, axis=0) > 0) == hidden).all()
        for mask in masks:
            others = [other for other in masks if other is not mask]
            # In front of or behind each other, or one the core of the other.
            assert all((mask & other).sum() in (0, mask.sum(), other.sum()) for other in others)
        untouched = cv2.dilate(hidden, np.ones((5, 5), np.uint8)) == 0
        assert (picture[untouched] == ground[untouched]).all()
        if hidden.any():
            assert (picture[hidden > 0] != ground[hidden > 0]).any(1).mean() > 0.8


def test_samples_of_a_seed_are_always_the_same(shapes: list[Photo]) -> None:
    def draw() -> list[torch.Tensor]:
        samples = iter(stream(shapes)(Phase(1, 64, 1, 1, 1)))
        return [next(samples).pixels for _ in range(20)]

    assert all(torch.equal(a, b) for a, b in zip(draw(), draw(), strict=True))


# The loop


def stream(photos: list[Photo]):  # type: ignore[no-untyped-def]
    def samples(phase: Phase) -> Samples:
        return Samples(
            photos,
            [1.0] * len(photos),
            photos[:4],
            size=phase.image_size,
            zoom=(0.6, 1.8),
            masks_per_sample=4,
            seed=0,
        )

    return samples


def test_training_learns_and_resumes(tiny_model: Sam, shapes: list[Photo], tmp_path: Path) -> None:
    def recipe(steps: int) -> Recipe:
        phase = Phase(steps, 64, photos_per_step=4, masks_per_photo=4, rounds=2)
        return Recipe((phase,), "steps", warmup=20, learning_rate=3e-3, loader_workers=0, average_decay=0.9)

    def log() -> list[dict[str, float]]:
        return [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]

    train(tiny_model, stream(shapes), recipe(200), tmp_path)
    losses = [line["loss"] for line in log()]
    assert np.mean(losses[-3:]) < 0.8 * losses[0]

    train(tiny_model, stream(shapes), recipe(240), tmp_path, resume=True)
    assert [line["step"] for line in log()] == list(range(20, 241, 20))
    assert read_checkpoint(tmp_path / "average.safetensors").config == tiny_model.config


@pytest.mark.parametrize("silent_rounds", [0, 2])
def test_every_prompt_gets_an_answer_and_a_gradient(tiny_model: Sam, silent_rounds: int) -> None:
    torch.manual_seed(0)
    pixels = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8)
    masks = torch.zeros(2, 3, 16, 16, dtype=torch.bool)
    masks[:, :, 4:10, 5:12] = True
    tiny_model.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounds = interactive_rounds(tiny_model, pixels, masks, 3, silent_rounds)
    assert [result.iou.shape for result in rounds] == [(6, 3), (6, 1), (6, 1)]
    torch.stack([result.total for result in rounds]).mean().backward()
    unused = {name for name, p in tiny_model.named_parameters() if p.grad is None}
    assert unused == {
        "image_encoder.norm_head.weight",
        "image_encoder.norm_head.bias",
        "image_encoder.head.weight",
        "image_encoder.head.bias",
    }


def test_resumed_run_skips_the_phases_it_had() -> None:
    phases = (Phase(10, 256, 1, 1, 1), Phase(5, 512, 1, 1, 1))
    assert [(phase.image_size, left) for phase, left in remaining_phases(phases, 4)] == [(256, 6), (512, 5)]
    assert [(phase.image_size, left) for phase, left in remaining_phases(phases, 12)] == [(512, 3)]
    assert list(remaining_phases(phases, 15)) == []
