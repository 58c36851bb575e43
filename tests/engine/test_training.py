"""The trainer: where simulated clicks go, what is learned from, and that it does learn."""

import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from pycocotools import mask as coco_mask
from torch import Tensor

from engine.embedding import embed_photo, unpack_embedding
from engine.precision import Precision
from engine.rle import encode_rle, rle_boxes
from engine.sam.model import Sam
from engine.sam.registry import build_model, encoder_digest, read_checkpoint, save_checkpoint
from engine.train import augment
from engine.train.augment import Samples, place_photo
from engine.train.clicks import Click, first_click, iou_by_clicks, next_click
from engine.train.datasets import Photo, is_held_out, read_coco, split
from engine.train.embedded import EmbeddedSamples, place_mask
from engine.train.grabcut import GrabCut
from engine.train.loop import Run, TrainingError, train
from engine.train.losses import WORSE_WEIGHT, dice_loss, focal_loss, intersection_over_union, mask_losses
from engine.train.manifest import manifest_from_coco, write_manifest
from engine.train.parameters import parameter_groups, set_drop_path
from engine.train.prompts import next_points, sample_boxes, sample_points
from engine.train.recipe import Phase, Recipe, paper_recipe, remaining_phases
from engine.train.rounds import Round, interactive_rounds, plan_rounds
from engine.train.shapes import draw_crowds, draw_ground
from engine.train.stored import stored_embeddings
from engine.train.watch import Step, StoppedError, Watch
from tests.engine.conftest import TINY


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


def test_answer_that_spoils_the_one_before_costs_more() -> None:
    truth = torch.from_numpy(disc(16, 16, 8, 8, 4))[None]
    good = ((truth.float() * 2 - 1) * 2)[None]
    bad, score = torch.zeros_like(good), torch.zeros(1, 1)

    def loss(answer: Tensor, before: Tensor | None) -> float:
        return mask_losses(answer, score, truth, before=before).total.item()

    spoiled = dice_loss(bad, truth[None].float()) - dice_loss(good, truth[None].float())
    assert loss(bad, before=good) == pytest.approx(loss(bad, None) + WORSE_WEIGHT * spoiled.item())
    assert loss(good, before=bad) == loss(good, None) == loss(good, before=good)


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
    samples, again = (stream(shapes)(Phase(1, 64, 1, 1, 1)) for _ in range(2))
    assert all(torch.equal(samples[index].image, again[index].image) for index in (7, 3, 19))
    assert not torch.equal(samples[0].image, samples[1].image)


@pytest.mark.parametrize(("turned", "corners"), [(False, {"tl", "tr"}), (True, {"tl", "tr", "bl", "br"})])
def test_photos_are_mirrored_and_turned_with_their_masks(
    tmp_path: Path, turned: bool, corners: set[str]
) -> None:
    mask = np.zeros((64, 64), bool)
    mask[8:24, 8:24] = True
    path = tmp_path / "square.png"
    Image.fromarray(np.repeat(mask[..., None] * np.uint8(200), 3, axis=2)).save(path)
    rles = (encode_rle(mask, (0, 0), mask.shape),)
    photo = Photo(path, rles, rle_boxes(rles))
    samples = Samples(
        [photo],
        [1.0],
        [],
        size=64,
        zoom=(1, 1),
        masks_per_sample=1,
        seed=0,
        paste_share=0,
        shapes_share=0,
        turned=turned,
    )
    seen = set()
    for index in range(40):
        sample = samples[index]
        [found] = sample.masks.numpy()
        shown = sample.image.numpy().mean(0)[2::4, 2::4]
        assert abs(float(shown[found].mean()) - float(shown[~found].mean())) > 20  # now and then inverted
        y, x = np.argwhere(found).mean(0)
        seen.add(("t" if y < 7.5 else "b") + ("l" if x < 7.5 else "r"))
    assert seen == corners


# The loop


def stream(photos: list[Photo]) -> Callable[[Phase], Samples]:
    def samples(phase: Phase) -> Samples:
        return Samples(
            photos,
            [1.0] * len(photos),
            photos[:4],
            size=phase.image_size,
            zoom=(0.6, 1.8),
            masks_per_sample=phase.masks_per_photo,
            seed=0,
        )

    return samples


def recipe(steps: int, **values: Any) -> Recipe:
    phase = Phase(steps, 64, photos_per_step=4, masks_per_photo=4, rounds=2)
    common = {"warmup": 20, "learning_rate": 3e-3, "loader_workers": 0, "average_decay": 0.9}
    return Recipe((phase,), "steps", **{**common, **values})


def read_log(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_training_learns_and_goes_on(tiny_model: Sam, shapes: list[Photo], tmp_path: Path) -> None:
    train(tiny_model, stream(shapes), recipe(200), tmp_path)
    losses = [line["loss"] for line in read_log(tmp_path)]
    assert np.mean(losses[-3:]) < 0.8 * losses[0]
    assert any((tmp_path / "tensorboard").iterdir())

    train(tiny_model, stream(shapes), recipe(240), tmp_path, resume=True)
    assert [line["step"] for line in read_log(tmp_path)] == list(range(20, 241, 20))
    assert read_checkpoint(tmp_path / "average.safetensors").config == tiny_model.config


def test_killed_run_ends_where_it_would_have_ended(shapes: list[Photo], tmp_path: Path) -> None:
    """A run in a process of its own is killed without warning, and goes on from its last checkpoint."""
    manifest = write_set(shapes, tmp_path / "set")
    arguments = [
        "train",
        "--manifest",
        manifest,
        "--model",
        save_tiny(tmp_path),
        "--steps",
        30,
        "--image-size",
        64,
        "--precision",
        "float32",
    ]

    def start(out: str, *more: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "engine", *arguments, "--out", tmp_path / out, *more]
        return subprocess.Popen([str(part) for part in command], text=True)

    assert start("whole").wait(200) == 0
    broken = start("broken", "--checkpoint-minutes", 0)
    while not (tmp_path / "broken" / "state.pt").exists():
        assert broken.poll() is None
        time.sleep(0.01)
    broken.kill()
    broken.wait()
    at = torch.load(tmp_path / "broken" / "state.pt", weights_only=True)["step"]
    assert 0 < at < 30
    assert start("broken", "--resume").wait(200) == 0

    whole, resumed = (
        read_checkpoint(tmp_path / name / "average.safetensors") for name in ("whole", "broken")
    )
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


class StopAt(Watch):
    """Ends a run after so many steps."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.steps: list[Step] = []
        self.kept_in: list[Path] = []

    def stepped(self, step: Step) -> bool:
        self.steps.append(step)
        return step.step < self.last

    def kept(self, folder: Path) -> None:
        self.kept_in.append(folder)


def test_run_that_is_stopped_keeps_its_state_and_ends_where_it_would_have_ended(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path
) -> None:
    start = copy.deepcopy(tiny_model)
    exact: dict[str, Any] = {"precision": "float32"}
    whole = train(copy.deepcopy(tiny_model), stream(shapes), recipe(12), tmp_path / "whole", **exact)
    watch = StopAt(5)
    with pytest.raises(StoppedError):
        train(tiny_model, stream(shapes), recipe(12), tmp_path / "stopped", watch=watch, **exact)
    assert [step.step for step in watch.steps] == [1, 2, 3, 4, 5]
    assert watch.steps[-1].share == pytest.approx(5 / 12)
    assert len(watch.steps[0].iou_by_round) >= 1
    assert {step.precision for step in watch.steps} == {"float32"}
    assert all(step.seconds_left > 0 for step in watch.steps)
    assert watch.kept_in == [tmp_path / "stopped"]
    resumed = train(start, stream(shapes), recipe(12), tmp_path / "stopped", resume=True)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_decoder_learns_alone_from_stored_embeddings(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = stored_embeddings(tiny_model, shapes, tmp_path / "embeddings")
    before = copy.deepcopy(tiny_model.state_dict())
    samples = EmbeddedSamples(shapes, files, masks_per_sample=4, seed=0)

    def refuse(*_: object) -> None:
        raise AssertionError("a photo was embedded again")

    monkeypatch.setattr(type(tiny_model.image_encoder), "forward", refuse)
    trained = train(tiny_model, lambda phase: samples, recipe(100, trains="decoder"), tmp_path / "run")
    losses = [line["loss"] for line in read_log(tmp_path / "run")]
    assert losses[-1] < 0.9 * losses[0]
    assert encoder_digest(trained) == encoder_digest(tiny_model)
    changed = {name for name, tensor in trained.state_dict().items() if not torch.equal(tensor, before[name])}
    assert any(name.startswith("mask_decoder.") for name in changed)
    assert not any(name.startswith("image_encoder.") for name in changed)


@pytest.mark.parametrize("freeze", [False, True])
def test_frozen_norms_keep_their_statistics(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path, freeze: bool
) -> None:
    before = {name: value.clone() for name, value in tiny_model.named_buffers() if "running" in name}
    trained = train(tiny_model, stream(shapes), recipe(3, freeze_norms=freeze), tmp_path)
    after = dict(trained.named_buffers())
    assert before
    assert {torch.equal(value, after[name]) for name, value in before.items()} == {freeze}


def test_masks_lie_on_embeddings_where_the_model_sees_them(tiny_model: Sam, shapes: list[Photo]) -> None:
    _, header = unpack_embedding(embed_photo(tiny_model, shapes[0].read(), "ab"))  # 80 x 64 of 64 x 64
    placed = place_mask(shapes[0].mask(0), header)
    assert placed.shape == (16, 16)
    assert not placed[13:].any()  # the padding below the photo
    whole = place_mask(np.ones((64, 80), np.uint8), header)
    assert whole[:13].all()


def test_every_photo_comes_before_any_again(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(augment, "SMALLEST_MASK", 1)
    files = stored_embeddings(tiny_model, shapes, tmp_path)
    samples = EmbeddedSamples(shapes, files, masks_per_sample=1, seed=0)
    sources = [samples[index].source for index in range(2 * len(shapes))]
    assert set(sources[: len(shapes)]) == set(sources[len(shapes) :]) == {str(photo.path) for photo in shapes}
    assert sources[: len(shapes)] != sources[len(shapes) :]


def test_loss_that_is_no_number_names_step_and_photos(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path
) -> None:
    with torch.no_grad():
        tiny_model.mask_decoder.iou_prediction_head.layers[0].bias.fill_(torch.nan)
    with pytest.raises(TrainingError, match=r"nan at step 1, on .*\.png") as error:
        train(tiny_model, stream(shapes), recipe(40), tmp_path)
    assert str(error.value).count(", ") == 4  # four photos
    assert not (tmp_path / "average.safetensors").exists()


def test_too_little_memory_halves_the_batch_once(
    tiny_model: Sam, shapes: list[Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = 2
    step = Run.take_step

    def limited(run: Run, batch: Any, phase: Phase, precision: Precision) -> Any:
        if len(batch[0]) > largest:
            raise torch.OutOfMemoryError
        return step(run, batch, phase, precision)

    monkeypatch.setattr(Run, "take_step", limited)
    train(tiny_model, stream(shapes), recipe(20), tmp_path)
    told, last = read_log(tmp_path)
    assert told["event"] == "out of GPU memory with 4 photos a step: half as many from now on"
    assert (last["step"], last["photos"]) == (20, 40)

    largest = 1
    with pytest.raises(TrainingError, match="not enough GPU memory for 2 photos"):
        train(tiny_model, stream(shapes), recipe(20), tmp_path / "again")


def test_two_processes_share_a_run(shapes: list[Photo], tmp_path: Path) -> None:
    """Each step's gradient is the mean of both, so one process with both halves' photos learns the same."""
    manifest = write_set(shapes, tmp_path / "set")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    arguments = ["engine", "train", "--manifest", manifest, "--model", save_tiny(tmp_path), "--steps", "20"]
    command = [*launch, *arguments, "--out", tmp_path / "run"]
    done = subprocess.run([str(part) for part in command], timeout=250, check=False)
    assert done.returncode == 0
    [line] = read_log(tmp_path / "run")
    assert line["photos"] == 2 * 20 * 2
    assert read_checkpoint(tmp_path / "run" / "average.safetensors").config.image_size == 64


@pytest.mark.parametrize("silent", [0, 2])
def test_every_prompt_gets_an_answer_and_a_gradient(tiny_model: Sam, silent: int) -> None:
    torch.manual_seed(0)
    pixels = torch.randn(2, 3, 64, 64)
    masks = torch.zeros(2, 3, 16, 16, dtype=torch.bool)
    masks[:, :, 4:10, 5:12] = True
    plan = [Round(False, True), *[Round(True, False)] * silent, Round(True, True), Round(False, True)]
    tiny_model.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounds = interactive_rounds(tiny_model, tiny_model.image_encoder(pixels), masks, plan, 0.5)
    assert [result.iou.shape for result in rounds] == [(6, 3), (6, 1), (6, 1)]
    torch.stack([result.total for result in rounds]).mean().backward()
    unused = {name for name, p in tiny_model.named_parameters() if p.grad is None}
    assert unused == {
        "image_encoder.norm_head.weight",
        "image_encoder.norm_head.bias",
        "image_encoder.head.weight",
        "image_encoder.head.bias",
    }


# The recipe


def test_the_papers_rounds_are_eleven() -> None:
    [phase] = paper_recipe(100).phases
    plans = [plan_rounds(phase, np.random.default_rng(seed)) for seed in range(50)]
    for plan in plans:
        assert len(plan) == 11
        assert all(round_.is_learnt for round_ in plan)
        assert sum(round_.adds_point for round_ in plan) == 8
        assert not plan[0].adds_point
        assert not plan[-1].adds_point
    assert len({tuple(round_.adds_point for round_ in plan) for plan in plans}) > 5  # one comes anywhere


def test_learning_rate_rises_and_falls() -> None:
    cosine = recipe(100)
    assert [cosine.learning_rate_at(done) for done in (0, 10, 100)] == pytest.approx(
        [0, 1.5e-3 * 0.9755, 0], abs=1e-5
    )
    paper = paper_recipe(90_000)
    assert [paper.learning_rate_at(done) for done in (125, 250, 60_000, 86_666, 90_000)] == pytest.approx(
        [4e-4, 8e-4, 8e-5, 8e-6, 8e-6]
    )


def test_lower_layers_of_a_vit_learn_slower(small_vit: Sam) -> None:
    model = copy.deepcopy(small_vit)
    groups = parameter_groups(model, paper_recipe(100))
    scale = {id(p): group["scale"] for group in groups for p in group["params"]}
    decay = {id(p): group["weight_decay"] for group in groups for p in group["params"]}
    assert len(scale) == len(list(model.parameters()))
    depth = len(model.image_encoder.blocks)
    first, last = model.image_encoder.blocks[0].mlp.lin1, model.image_encoder.blocks[-1].mlp.lin1
    assert scale[id(first.weight)] == pytest.approx(0.8**depth)
    assert scale[id(last.weight)] == pytest.approx(0.8)
    assert scale[id(model.image_encoder.pos_embed)] == pytest.approx(0.8 ** (depth + 1))
    assert scale[id(model.mask_decoder.iou_token.weight)] == 1
    assert (decay[id(first.weight)], decay[id(first.bias)]) == (0.1, 0)


def test_drop_path_leaves_branches_out_while_training_only(small_vit: Sam) -> None:
    model = copy.deepcopy(small_vit)
    pixels = torch.randn(2, 3, model.config.image_size, model.config.image_size)
    with torch.inference_mode():
        expected = model.image_encoder(pixels)
        set_drop_path(model, 0.5)
        assert torch.equal(model.image_encoder(pixels), expected)
        model.train()
        assert not torch.allclose(model.image_encoder(pixels), expected)
    drops = [block.drop_path for block in model.image_encoder.blocks]
    assert (drops[0], drops[-1]) == (0, 0.5)


def test_resumed_run_skips_the_phases_it_had() -> None:
    phases = (Phase(10, 256, 1, 1, 1), Phase(5, 512, 1, 1, 1))
    assert [(phase.image_size, left) for phase, left in remaining_phases(phases, 4)] == [(256, 6), (512, 5)]
    assert [(phase.image_size, left) for phase, left in remaining_phases(phases, 12)] == [(512, 3)]
    assert list(remaining_phases(phases, 15)) == []


def save_tiny(folder: Path) -> Path:
    torch.manual_seed(0)
    save_checkpoint(build_model(TINY), folder / "tiny.safetensors")
    return folder / "tiny.safetensors"


def write_set(photos: list[Photo], folder: Path) -> Path:
    """A manifest of the photos."""
    folder.mkdir()
    write_manifest(folder / "m.jsonl", manifest_from_coco(photos[0].path.parents[1]))
    return folder / "m.jsonl"
