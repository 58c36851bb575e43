"""The automatic mask generator: the reference's masks, the paper's rules, a folder of photos."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask
from torch.nn import functional as F

from engine.__main__ import main
from engine.automask.boxes import box_around, distinct, is_cut_off
from engine.automask.crops import Crop, crops
from engine.automask.generate import Found, generate_masks, without_small_regions
from engine.automask.points import PointDecoder
from engine.automask.records import MaskRecord
from engine.automask.regions import fill_holes, remove_islands
from engine.automask.settings import AutomaskSettings
from engine.automask.upscale import Upscaler
from engine.preprocess import Framing
from engine.rle import decode_rle, encode_rle, rle_area
from engine.sam.model import Sam, pad_points
from tests.engine.conftest import REFERENCE

WEIGHTS = REFERENCE / "vit" / "weights.safetensors"
ANSWERS: dict[str, Any] = json.loads((REFERENCE / "vit" / "automatic_masks.json").read_text())
CPU = torch.device("cpu")

# Asks little and keeps nearly all of it: the small model is rarely sure.
QUICK = AutomaskSettings(points_per_side=4, pred_iou_thresh=0.1, stability_score_thresh=0.5)


@pytest.fixture(scope="module")
def photo() -> NDArray[np.uint8]:
    image: NDArray[np.uint8] = np.load(REFERENCE / "vit" / "io.npz")["image"]
    return image


def picture(*rows: str) -> NDArray[np.bool_]:
    """A mask drawn with # on dots."""
    return np.array([[letter == "#" for letter in row] for row in rows])


# --- the reference ---


@pytest.mark.parametrize("name", ANSWERS)
def test_masks_are_the_references(small_vit: Sam, photo: NDArray[np.uint8], name: str) -> None:
    expected: list[MaskRecord] = ANSWERS[name]["masks"]
    masks = generate_masks(small_vit, photo, AutomaskSettings(**ANSWERS[name]["settings"]))
    assert len(masks) == len(expected)
    for ours, theirs in zip(masks, expected, strict=True):
        assert ours.keys() == theirs.keys()
        a, b = decode_rle(ours["segmentation"]), decode_rle(theirs["segmentation"])
        assert (a & b).sum() > 0.99 * (a | b).sum() or a.sum() == b.sum() == 0
        # Sums in another order may move a pixel that lies on the threshold.
        assert ours["area"] == pytest.approx(theirs["area"], abs=2)
        np.testing.assert_allclose(ours["bbox"], theirs["bbox"], atol=1)
        assert ours["crop_box"] == theirs["crop_box"]
        np.testing.assert_allclose(ours["point_coords"], theirs["point_coords"], atol=1e-9)
        assert ours["predicted_iou"] == pytest.approx(theirs["predicted_iou"], abs=1e-5)
        assert ours["stability_score"] == pytest.approx(theirs["stability_score"], abs=2e-3)


@pytest.mark.parametrize("name", ["small_vit", "tiny_model"])
def test_points_together_get_what_each_gets_alone(name: str, request: pytest.FixtureRequest) -> None:
    model: Sam = request.getfixturevalue(name)
    side, low_res = model.config.image_size, model.config.low_res_size
    with torch.inference_mode():
        embedding = model.image_encoder(torch.randn(1, 3, side, side))
        coords = torch.rand(5, 2) * side
        logits, predicted_iou = model.decode(embedding, *pad_points(coords[:, None], torch.ones(5, 1)))
        # The last rows and columns are padding that nobody wants.
        decoder = PointDecoder(model, embedding, (low_res - 7, low_res // 2 + 1))
        answers = decoder.ask(coords)
        candidates = torch.tensor([0, 2])
        ours = torch.stack([decoder.logits(answers, index, candidates) for index in range(5)])
    torch.testing.assert_close(answers.predicted_iou, predicted_iou[:, 1:], atol=1e-5, rtol=0)
    rows, columns = ours.shape[2:]
    assert (rows, columns) == (low_res - 4, low_res // 2 + 4)
    torch.testing.assert_close(ours, logits[:, [1, 3], :rows, :columns], atol=2e-4, rtol=1e-5)


@pytest.mark.parametrize("size", [(200, 300), (301, 97), (40, 24), (3, 5), (64, 64)])
def test_upscaled_window_is_the_whole_masks(size: tuple[int, int]) -> None:
    framing = Framing.of(size, 64)
    upscaler = Upscaler(framing, 16, CPU)
    for seed in range(20):
        random = torch.Generator().manual_seed(seed)
        coarse = torch.randn(1, 1, 4, 4, generator=random) * 3 - seed % 4
        low_res = F.interpolate(coarse, (16, 16), mode="bicubic")
        logits = framing.to_original(low_res)[0, 0].numpy()
        ours = upscaler.stable_mask(low_res[0, 0], offset=1.0)
        if ours is None:
            assert not (logits > -1).any()
            continue
        y, x = ours.corner
        height, width = ours.mask.shape
        whole = np.zeros(size, bool)
        whole[y : y + height, x : x + width] = ours.mask
        # Sums in another order may move a pixel that lies on the threshold.
        assert np.abs(logits[whole != (logits > 0)]).max(initial=0) < 1e-4
        assert ours.stability_score == pytest.approx((logits > 1).sum() / (logits > -1).sum(), abs=1e-3)


def test_encoded_window_is_the_whole_masks() -> None:
    random = np.random.default_rng(0)
    for height, width, top, left in [(5, 4, 2, 3), (9, 4, 0, 3), (9, 8, 0, 0), (1, 1, 8, 7), (3, 8, 6, 0)]:
        for share in (0, 0.2, 0.8, 1):
            window = random.random((height, width)) < share
            whole = np.zeros((9, 8), np.uint8)
            whole[top : top + height, left : left + width] = window
            rle = encode_rle(window, (top, left), (9, 8))
            assert rle["counts"].encode() == coco_mask.encode(np.asfortranarray(whole))["counts"]
            np.testing.assert_array_equal(decode_rle(rle), whole)
            assert rle_area(rle) == window.sum()


# --- crops and grids ---


def test_crops_of_one_layer() -> None:
    whole, *windows = crops((200, 300), AutomaskSettings(crop_n_layers=1))
    assert whole == Crop(0, 0, 0, 300, 200)
    # 512/1500 of 200 pixels is 68; two windows with that in common are 184 of 300, 134 of 200 long.
    assert [crop.xywh for crop in windows] == [
        [0, 0, 184, 134],
        [0, 66, 184, 134],
        [116, 0, 184, 134],
        [116, 66, 184, 134],
    ]


def test_papers_crops_and_points() -> None:
    settings = AutomaskSettings.paper()
    windows = crops((1000, 1500), settings)
    assert [sum(crop.layer == layer for crop in windows) for layer in range(4)] == [1, 4, 16, 0]
    assert [settings.points_in_layer(layer) for layer in range(3)] == [32, 16, 8]
    # 170 pixels in common: (1500 + 3 * 170) / 4 and (1000 + 3 * 170) / 4, rounded up, are 503 and 378.
    smallest = [crop for crop in windows if crop.layer == 2]
    assert {crop.left for crop in smallest} == {0, 333, 666, 999}
    assert {crop.top for crop in smallest} == {0, 208, 416, 624}
    assert smallest[0].xywh == [0, 0, 503, 378]
    assert (smallest[-1].right, smallest[-1].bottom) == (1500, 1000)


def test_image_of_a_few_pixels_has_no_empty_crops() -> None:
    assert all(crop.width > 0 and crop.height > 0 for crop in crops((3, 5), AutomaskSettings.paper()))


def test_points_are_centres_of_cells() -> None:
    crop = Crop(1, 100, 50, 108, 54)
    assert crop.points(2).tolist() == [[2, 1], [6, 1], [2, 3], [6, 3]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"points_per_side": 0}, "points_per_side"),
        ({"crop_n_layers": -1}, "crop_n_layers"),
        ({"points_per_side": 4, "crop_n_layers": 3, "crop_n_points_downscale_factor": 2}, "no points"),
        ({"crop_overlap_ratio": 1.0}, "crop_overlap_ratio"),
    ],
)
def test_senseless_settings_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AutomaskSettings(**wrong)


# --- boxes ---


def test_mask_at_an_inner_edge_of_a_crop_is_cut_off() -> None:
    size, crop = (200, 300), Crop(1, 116, 0, 300, 134)
    assert is_cut_off((130, 60, 200, 90), crop, size, tolerance=20)  # 14 pixels from the crop's left
    assert is_cut_off((160, 60, 200, 120), crop, size, tolerance=20)  # and from its bottom
    assert not is_cut_off((160, 0, 299, 90), crop, size, tolerance=20)  # edges of the image itself
    assert not is_cut_off((137, 60, 200, 113), crop, size, tolerance=20)


def test_of_two_like_boxes_the_better_stays() -> None:
    boxes = [(0, 0, 10, 10), (0, 0, 10, 9), (0, 0, 10, 7), (50, 50, 60, 60)]
    assert distinct(boxes, [0.8, 0.9, 0.7, 0.1], 0.75) == [1, 3]  # IoU 0.9, and 7/9 with the second
    assert distinct(boxes, [0.8, 0.9, 0.7, 0.1], 0.8) == [1, 2, 3]
    assert distinct(boxes[::2], [0.5, 0.5], 0.7) == [0, 1]  # exactly 0.7 is not above it
    assert distinct(boxes[:2], [0.5, 0.5], 0.7) == [0]  # the earlier of equals


def test_a_box_that_went_suppresses_nothing() -> None:
    boxes = [(0, 0, 10, 10), (3, 0, 13, 10), (6, 0, 16, 10)]  # neighbours share 7/13, the outer two 4/16
    assert distinct(boxes, [0.9, 0.8, 0.7], 0.5) == [0, 2]


def test_boxes_without_area_go_only_when_equal() -> None:
    boxes = [(0, 0, 0, 0), (5, 0, 5, 9), (0, 0, 0, 0), (0, 0, 10, 10)]
    assert distinct(boxes, [0.9, 0.8, 0.7, 0.6], 0.7) == [0, 1, 3]
    assert distinct([], [], 0.7) == []


def test_box_ends_at_the_last_column_and_row() -> None:
    mask = picture("....", ".##.", "..#.")
    assert box_around(mask, (10, 20)) == (21, 11, 22, 12)
    assert box_around(mask & False, (10, 20)) == (0, 0, 0, 0)


# --- small regions ---


def test_small_holes_are_filled() -> None:
    mask = picture(
        "#########",
        "#.##..#.#",
        "####..###",
        "#########",
        "##.######",
        "###.#####",
        "#########",
    )
    filled = picture(
        "#########",
        "####..###",
        "####..###",
        "#########",
        "#########",
        "#########",
        "#########",
    )
    np.testing.assert_array_equal(fill_holes(mask, 3), filled)  # the diagonal pair is one hole of two
    assert fill_holes(filled, 3) is filled


def test_small_islands_are_removed() -> None:
    mask = picture(
        "##...#...",
        "##....#..",
        ".......#.",
        "....#....",
    )
    kept = picture(
        "##.......",
        "##.......",
        ".........",
        ".........",
    )
    np.testing.assert_array_equal(remove_islands(mask, 4, keep_largest=True), kept)
    assert remove_islands(kept, 4, keep_largest=True) is kept


def test_of_small_islands_only_the_largest_may_stay() -> None:
    mask = picture("##..#", "#....")
    np.testing.assert_array_equal(remove_islands(mask, 10, keep_largest=True), picture("##...", "#...."))
    assert not remove_islands(mask, 10, keep_largest=False).any()


def found(mask: NDArray[np.bool_]) -> Found:
    height, width = mask.shape
    return Found(
        rle=encode_rle(mask, (0, 0), (height, width)),
        box=box_around(mask, (0, 0)),
        predicted_iou=0.9,
        stability_score=0.9,
        point=(0.0, 0.0),
        crop=Crop(0, 0, 0, width, height),
    )


def test_cleaning_a_window_cleans_the_mask() -> None:
    random = np.random.default_rng(1)
    settings = AutomaskSettings(min_mask_region_area=6)
    changed = 0
    for _ in range(60):
        mask = np.zeros((30, 40), bool)
        # Up to the image's edges and a pixel or two from them, where the background is as small as a hole.
        top, left = random.integers(0, 3, 2)
        bottom, right = 30 - random.integers(0, 3), random.choice([12, 38, 39, 40])
        mask[top:bottom, left:right] = random.random((bottom - top, right - left)) < 0.8
        cleaned = without_small_regions(found(mask), settings)
        whole = remove_islands(fill_holes(mask, 6), 6, keep_largest=True)
        assert cleaned is not None
        np.testing.assert_array_equal(decode_rle(cleaned.rle), whole)
        assert cleaned.box == box_around(whole, (0, 0))
        changed += not np.array_equal(mask, whole)
    assert changed > 40


def test_clean_mask_is_left_alone() -> None:
    mask = np.zeros((30, 40), bool)
    mask[5:20, 5:20] = True
    clean = found(mask)
    assert without_small_regions(clean, AutomaskSettings(min_mask_region_area=9)) is clean


def test_paper_drops_masks_of_specks() -> None:
    specks = found(picture("##..#", "#...."))
    assert without_small_regions(specks, AutomaskSettings.paper()) is None


def test_paper_drops_masks_of_nearly_the_whole_image(small_vit: Sam, photo: NDArray[np.uint8]) -> None:
    masks = generate_masks(small_vit, photo, QUICK)
    largest = max(mask["area"] for mask in masks)
    share = largest / (photo.shape[0] * photo.shape[1])
    fewer = generate_masks(small_vit, photo, replace(QUICK, max_image_share=share))
    assert max(mask["area"] for mask in fewer) < largest
    assert AutomaskSettings.paper().max_image_share == 0.95


def test_masks_do_not_depend_on_how_many_points_are_asked_at_once(
    small_vit: Sam, photo: NDArray[np.uint8]
) -> None:
    together = generate_masks(small_vit, photo, QUICK)
    few = generate_masks(small_vit, photo, replace(QUICK, points_per_batch=3))
    assert [mask["point_coords"] for mask in few] == [mask["point_coords"] for mask in together]
    assert [mask["area"] for mask in few] == pytest.approx([mask["area"] for mask in together], abs=2)


def test_flat_image_is_no_error(small_vit: Sam) -> None:
    flat = np.zeros((3, 50, 3), np.uint8)
    assert isinstance(generate_masks(small_vit, flat, AutomaskSettings(points_per_side=2)), list)


# --- a folder of photos ---


@pytest.fixture
def folder(tmp_path: Path, photo: NDArray[np.uint8]) -> Path:
    """Two photos, one of them lying on its side, and one file that is none."""
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    Image.fromarray(photo).save(folder / "shapes.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.fromarray(photo[:100, :160]).save(folder / "more" / "turned.jpg", exif=exif)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    (folder / "notes.txt").write_text("not a photo")
    return folder


def automask(monkeypatch: pytest.MonkeyPatch, folder: Path, *more: str) -> Path:
    out = folder.parent / "masks"
    options = ["--points-per-side", "3", "--pred-iou-thresh", "0.1", "--stability-score-thresh", "0.5"]
    arguments = ["automask", str(folder), "--out", str(out), "--model", str(WEIGHTS), *options, *more]
    monkeypatch.setattr(sys, "argv", ["engine", *arguments])
    main()
    return out


def test_one_bad_photo_does_not_stop_the_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        automask(monkeypatch, folder)
    assert end.value.code == 1
    assert "failed: broken.jpg" in capsys.readouterr().out
    out = folder.parent / "masks"
    written = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert written == ["more/turned.json", "shapes.json"]

    shapes = json.loads((out / "shapes.json").read_text())
    assert {"width": 300, "height": 200, "file_name": "shapes.png"}.items() <= shapes["image"].items()
    assert isinstance(shapes["image"]["image_id"], int)
    assert [annotation["id"] for annotation in shapes["annotations"]] == list(
        range(1, len(shapes["annotations"]) + 1)
    )
    assert len(shapes["annotations"]) > 2
    assert shapes["annotations"][0].keys() == {"id"} | ANSWERS["default"]["masks"][0].keys()
    assert shapes["annotations"][0]["segmentation"]["size"] == [200, 300]

    turned = json.loads((out / "more" / "turned.json").read_text())["image"]
    assert (turned["width"], turned["height"], turned["file_name"]) == (100, 160, "more/turned.jpg")


def test_what_is_done_is_not_done_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        automask(monkeypatch, folder)
    out = folder.parent / "masks"
    done = (out / "shapes.json").read_text()
    (out / "shapes.json").write_text("kept as it is")
    (out / "more" / "turned.json").unlink()  # as if stopped while writing
    (folder / "broken.jpg").unlink()
    automask(monkeypatch, folder)
    assert (out / "shapes.json").read_text() == "kept as it is"
    assert json.loads((out / "more" / "turned.json").read_text())["annotations"]
    assert "1 done before, 0 failed" in capsys.readouterr().out

    (out / "shapes.json").unlink()
    automask(monkeypatch, folder)
    assert (out / "shapes.json").read_text() == done


def test_photos_that_differ_in_the_suffix_get_files_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "a.bmp", "b.png"):
        Image.new("RGB", (20, 10)).save(folder / name)
    out = automask(monkeypatch, folder)
    assert sorted(path.name for path in out.iterdir()) == ["a.bmp.json", "a.png.json", "b.json"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--points-per-side", "0"], "points_per_side"),
        (["--crops", "-1"], "crop_n_layers"),
        (["--model", "nothing.pth"], "no such file"),
    ],
)
def test_wrong_options_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    with pytest.raises(SystemExit, match=message):
        automask(monkeypatch, folder, *options)


def test_empty_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="no photos"):
        automask(monkeypatch, tmp_path / "nothing")


def test_help_comes_without_torch() -> None:
    script = "import sys, engine.commands.automask; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
