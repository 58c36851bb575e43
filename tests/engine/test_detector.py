"""The detector: who answers for what, what is learnt, what comes out."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.__main__ import main
from engine.detector import BoxHead, detect, read_detector, save_detector
from engine.detector.data import EmbeddedBoxes
from engine.detector.head import Answers, boxes_at, places
from engine.detector.losses import box_overlaps, detection_loss
from engine.detector.propose import ProposalSettings, propose_masks
from engine.detector.recall import recall
from engine.detector.targets import assign
from engine.detector.train import DetectorRecipe, train_detector
from engine.embedding import embed_photo, read_embedding, unpack_embedding
from engine.predict import Predictor
from engine.rle import decode_rle, rle_boxes
from engine.sam.model import Sam
from engine.sam.registry import CheckpointError, encoder_digest, save_checkpoint
from engine.train.datasets import read_coco
from engine.train.manifest import manifest_from_coco, read_manifest, write_manifest
from engine.train.stored import stored_embeddings


def test_places_are_the_heads_answers() -> None:
    for side in (4, 5, 7):  # odd ones too, whose coarser levels reach over the edge
        at = places(side)
        answers = BoxHead(8)(torch.randn(2, 8, side, side))
        assert answers.objectness.shape == answers.overlap.shape == (2, len(at.xy))
        assert answers.distances.shape == (2, len(at.xy), 4)
    assert places(4).stride.unique(return_counts=True)[1].tolist() == [64, 16, 4, 1]
    assert places(4).xy[-1].tolist() == [32, 32]  # the coarsest level's only one


def test_places_of_its_level_answer_for_an_object() -> None:
    at = places(16)  # of an input of 256 pixels
    boxes = torch.tensor([[60.0, 60, 100, 100], [20, 20, 140, 140], [0, 0, 256, 250]])
    owner = assign(boxes, at)
    assert [at.stride[owner == k].unique().tolist() for k in range(3)] == [[8], [16], [32]]
    offset = (at.xy - (boxes[0, :2] + boxes[0, 2:]) / 2).abs().amax(1)
    assert ((owner == 0) == ((at.stride == 8) & (offset < 12))).all()


def test_places_answer_for_the_smallest_object_around_them() -> None:
    at = places(4)
    boxes = torch.tensor([[0.0, 0, 64, 64], [24, 24, 40, 40]])
    owner = assign(boxes, at)[at.stride == 8].view(8, 8)
    assert (owner[3:5, 3:5] == 1).all()  # both boxes' middle: the smaller one's
    assert owner[0, 0] == -1  # inside the large box, but far from its middle
    assert set(owner.unique().tolist()) == {-1, 1}


def test_an_object_smaller_than_a_stride_is_learnt() -> None:
    tiny = torch.tensor([[17.0, 17, 18, 18]])
    at = places(4)
    owner = assign(tiny, at)
    assert (owner >= 0).sum() == 1
    assert owner[at.stride == 8].view(8, 8)[2, 2] == 0
    assert (assign(torch.zeros(0, 4), at) == -1).all()


def test_overlaps_are_the_published_ones() -> None:
    a = torch.tensor([[0.0, 0, 2, 2], [0, 0, 1, 1]])
    b = torch.tensor([[1.0, 0, 3, 2], [2, 0, 3, 1]])
    iou, giou = box_overlaps(a, b)
    assert iou.tolist() == pytest.approx([1 / 3, 0])
    assert giou.tolist() == pytest.approx([1 / 3, -1 / 3])  # hulls of 6 and 3, of which 0 and 1 lie between


def test_perfect_answers_cost_next_to_nothing() -> None:
    at = places(8)
    truth = torch.tensor([[8.0, 8, 24, 24], [30, 30, 110, 120]])
    owner = assign(truth, at)
    chosen = truth[owner.clamp(min=0)]
    distances = torch.cat([at.xy - chosen[:, :2], chosen[:, 2:] - at.xy], dim=1)
    torch.testing.assert_close(boxes_at(at, distances), chosen)
    sure = torch.where(owner >= 0, 20.0, -20.0)
    right = Answers(sure[None], distances[None], torch.full((1, len(at.xy)), 20.0))
    assert detection_loss(right, at, [truth]).item() < 1e-3
    wrong = Answers(-sure[None], distances[None] + 30, torch.full((1, len(at.xy)), 20.0))
    assert detection_loss(wrong, at, [truth]).item() > 5


def test_photo_without_objects_can_be_learnt_from() -> None:
    head = BoxHead(8)
    loss = detection_loss(head(torch.randn(2, 8, 4, 4)), places(4), [torch.zeros(0, 4)] * 2)
    loss.backward()
    assert loss.isfinite()


def test_each_found_box_counts_once() -> None:
    wanted = np.array([[0, 0, 10, 10], [0, 0, 10, 9], [30, 30, 40, 40]])
    assert recall(np.array([[0, 0, 10, 10]]), wanted) == pytest.approx(1 / 3)
    assert recall(wanted[::-1], wanted) == 1
    assert recall(np.zeros((0, 4)), wanted) == 0
    assert recall(np.zeros((0, 4)), np.zeros((0, 4))) == 1


def test_detector_is_trained_from_the_command_line_and_finds_objects(
    tiny_model: Sam, drawn_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tiny_model, tmp_path / "tiny.safetensors")
    write_manifest(tmp_path / "m.jsonl", manifest_from_coco(drawn_set))
    out = tmp_path / "run"
    arguments = ["--manifest", tmp_path / "m.jsonl", "--model", tmp_path / "tiny.safetensors", "--out", out]
    more = ["--learns", "detector", "--steps", 200, "--loader-workers", 0]
    monkeypatch.setattr(sys, "argv", ["engine", "train", *map(str, [*arguments, *more])])
    main()

    losses = [json.loads(line)["loss"] for line in (out / "log.jsonl").read_text().splitlines()]
    assert len(losses) == 10
    assert losses[-1] < losses[0]
    head, encoder = read_detector(out / "detector.safetensors")
    assert encoder == encoder_digest(tiny_model)
    photos, _ = read_manifest(tmp_path / "m.jsonl").split()
    recalls = []
    for photo, file in zip(photos, stored_embeddings(tiny_model, photos, out / "embeddings"), strict=True):
        found = detect(head, *read_embedding(file), most=4)
        assert len(found.boxes) == len(found.scores) <= 4
        assert (np.diff(found.scores) <= 0).all()
        assert (found.boxes >= 0).all()
        assert (found.boxes <= (80, 64, 80, 64)).all()
        wanted = photo.boxes.copy()
        wanted[:, 2:] += wanted[:, :2]
        recalls.append(recall(found.boxes, wanted))
    assert np.mean(recalls) > 0.8


def test_file_of_something_else_is_refused(tiny_model: Sam, tmp_path: Path) -> None:
    save_checkpoint(tiny_model, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match="no detector"):
        read_detector(tmp_path / "model.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(b"abc")
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_detector(tmp_path / "cut.safetensors")
    older = {"detector": json.dumps({"embedding_channels": 8, "stride": 8}), "encoder": "ab"}
    save_file(BoxHead(8).state_dict(), tmp_path / "older.safetensors", older)
    with pytest.raises(CheckpointError, match="older version; train another"):
        read_detector(tmp_path / "older.safetensors")


def test_head_comes_back_from_its_file(tmp_path: Path) -> None:
    head = BoxHead(8).eval()
    save_detector(head, tmp_path / "d.safetensors", "ab")
    again, encoder = read_detector(tmp_path / "d.safetensors")
    embedding = torch.randn(1, 8, 4, 4)
    torch.testing.assert_close(again(embedding), head(embedding))
    assert encoder == "ab"


def test_photos_of_a_set_have_boxes(drawn_set: Path) -> None:
    assert all(len(photo.boxes) == 2 for photo in read_coco(drawn_set))


def test_proposals_are_masks_that_detector_and_decoder_are_sure_of(tiny_model: Sam) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    embedding, header = unpack_embedding(embed_photo(tiny_model, rgb, "ab"))
    torch.manual_seed(1)
    head = BoxHead(embedding.shape[0])
    anything = ProposalSettings(
        detection_thresh=0, pred_iou_thresh=-9, stability_score_thresh=0, box_nms_thresh=1
    )
    found = propose_masks(tiny_model, head, embedding, header, anything)
    assert len(found) > 10
    assert [one.predicted_iou for one in found] == sorted((one.predicted_iou for one in found), reverse=True)
    assert len({one.rank for one in found}) == len(found)
    best, worst = found[0], found[-1]
    for one in (best, worst):
        assert one.rle["size"] == [48, 64]
        assert decode_rle(one.rle).any()
        [found_box] = rle_boxes([one.rle])
        left, top, right, bottom = one.box
        assert found_box.tolist() == [left, top, right - left + 1, bottom - top + 1]
        # The decoder's own answer to the box.
        predictor = Predictor(tiny_model)
        predictor.set_image(rgb)
        [score] = predictor.predict(box=one.prompt, multimask=False).scores
        assert one.predicted_iou == pytest.approx(score, abs=0.05)  # the stored embedding is rounded

    def kept(**more: float) -> set[int]:
        settings = replace(anything, **more)
        return {one.rank for one in propose_masks(tiny_model, head, embedding, header, settings)}

    middle = found[len(found) // 2].predicted_iou
    assert kept(pred_iou_thresh=middle) == {one.rank for one in found if one.predicted_iou >= middle}
    stable = sorted(one.stability_score for one in found)[len(found) // 2]
    assert kept(stability_score_thresh=stable) == {one.rank for one in found if one.stability_score >= stable}
    assert len(kept(box_nms_thresh=0.1)) < len(found)
    assert kept(detection_thresh=1.1) == set()


def test_training_tells_how_far_it_is(tiny_model: Sam, drawn_set: Path, tmp_path: Path) -> None:
    photos = read_coco(drawn_set)
    files = stored_embeddings(tiny_model, photos, tmp_path / "embeddings")
    told: list[float] = []
    samples = EmbeddedBoxes(photos, files, seed=0)
    recipe = DetectorRecipe(60, unit="steps", loader_workers=0)
    channels = tiny_model.config.embedding_channels
    train_detector(samples, channels, "ab", recipe, tmp_path / "run", on_progress=told.append)
    assert len(told) == 3
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= 1
