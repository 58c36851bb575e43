"""Training data from a manifest: what it gives, what it refuses, and embeddings computed once."""

import json
import os
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as coco_mask

from engine.embedding import EmbeddingFormatError, embed_image, read_embedding
from engine.rle import RLE, decode_rle, rle_area, rle_problem
from engine.sam.model import Sam
from engine.train import datasets, manifest, stored
from engine.train.augment import Samples
from engine.train.datasets import Photo, read_coco
from engine.train.manifest import (
    Manifest,
    ManifestError,
    ManifestMask,
    ManifestRecord,
    manifest_from_coco,
    read_manifest,
    write_manifest,
)
from engine.train.stored import stored_embeddings


@pytest.fixture
def from_coco(drawn_set: Path, tmp_path: Path) -> Manifest:
    write_manifest(tmp_path / "drawn.jsonl", manifest_from_coco(drawn_set))
    return read_manifest(tmp_path / "drawn.jsonl")


def encoded(mask: np.ndarray) -> str:
    return coco_mask.encode(np.asfortranarray(mask, np.uint8))["counts"].decode()


@pytest.fixture
def lines(tmp_path: Path) -> list[dict[str, Any]]:
    """150 good records of one 8 x 6 picture in `tmp_path`, as documents to damage."""
    Image.new("RGB", (8, 6)).save(tmp_path / "a.png")
    Image.new("RGB", (6, 8)).save(tmp_path / "turned.png")
    (tmp_path / "text.png").write_text("no picture")
    mask = np.zeros((6, 8))
    mask[1:4, 2:5] = 1
    rle = {"size": [6, 8], "counts": encoded(mask)}
    return [
        {"id": f"r{n}", "path": "a.png", "width": 8, "height": 6, "masks": [{"id": f"m{n}", "rle": rle}]}
        for n in range(150)
    ]


def read_lines(folder: Path, lines: list[dict[str, Any] | str]) -> Manifest:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / "m.jsonl").write_text("\n".join(text) + "\n")
    return read_manifest(folder / "m.jsonl")


# What it gives


def test_manifest_of_a_coco_set_has_the_same_photos(from_coco: Manifest, drawn_set: Path) -> None:
    photos = read_coco(drawn_set)
    assert len(from_coco) == len(photos) == 12
    for mine, theirs in zip(from_coco, photos, strict=True):
        assert mine.path == theirs.path
        np.testing.assert_array_equal(mine.boxes, theirs.boxes)
        assert len(mine.masks) == 2
        for index in range(2):
            np.testing.assert_array_equal(mine.mask(index), theirs.mask(index))
    assert from_coco.bad == ()


def test_sets_of_several_annotators_stay_apart(drawn_set: Path, tmp_path: Path) -> None:
    document = json.loads((drawn_set / "annotations.json").read_text())
    document["annotations"] = document["annotations"][:2]
    document["annotations"][1]["annotator"] = 1
    (tmp_path / "annotations.json").write_text(json.dumps(document))
    records = list(manifest_from_coco(tmp_path))
    assert [record.id for record in records] == ["drawn0.png", "drawn0.png#1"]
    assert [len(record.masks) for record in records] == [1, 1]


def test_split_is_that_of_the_photos(from_coco: Manifest, drawn_set: Path) -> None:
    for mine, theirs in zip(from_coco.split(), datasets.split(read_coco(drawn_set)), strict=True):
        assert [photo.path for photo in mine] == [photo.path for photo in theirs]
        assert len(mine) > 0


def test_opening_decodes_no_mask(
    from_coco: Manifest, drawn_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a mask was decoded")

    monkeypatch.setattr(coco_mask, "decode", refuse)
    opened = read_manifest(from_coco.path)
    photo = opened[3]
    assert len(photo.masks) == 2
    with pytest.raises(AssertionError, match="decoded"):
        photo.mask(0)


def test_only_the_record_asked_for_is_parsed(from_coco: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed, parse = [], manifest._parse
    monkeypatch.setattr(manifest, "_parse", lambda line, folder: parsed.append(line) or parse(line, folder))
    assert from_coco[7].path.name == "drawn7.png"
    assert [json.loads(line)["id"] for line in parsed] == ["drawn7.png"]


def test_memory_holds_places_not_masks(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    noise = {"size": [6, 8], "counts": encoded(np.indices((6, 8)).sum(0) % 2)}
    for line in lines:
        line["masks"] = [{"id": str(n), "rle": noise} for n in range(40)]
    opened = read_lines(tmp_path, lines)
    assert len(opened[149].masks) == 40
    # Eight bytes of place and one of split for each record, and a head.
    assert len(pickle.dumps(opened)) < 150 * 9 + 1000 < (tmp_path / "m.jsonl").stat().st_size / 100


def test_copy_in_a_worker_reads_the_same(from_coco: Manifest) -> None:
    copy = pickle.loads(pickle.dumps(from_coco.split()[1]))
    assert [photo.path for photo in copy] == [photo.path for photo in from_coco.split()[1]]


def test_manifest_moves_with_its_images(drawn_set: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn_set, tmp_path / "here")
    write_manifest(tmp_path / "here" / "m.jsonl", manifest_from_coco(tmp_path / "here"))
    (tmp_path / "here").rename(tmp_path / "there")
    assert read_manifest(tmp_path / "there" / "m.jsonl")[0].read().shape == (64, 80, 3)


def test_manifest_elsewhere_names_whole_paths(
    drawn_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(drawn_set.parent)
    write_manifest(tmp_path / "m.jsonl", manifest_from_coco(Path(drawn_set.name)))
    monkeypatch.chdir(tmp_path)
    assert read_manifest(Path("m.jsonl"))[0].path == drawn_set / "images" / "drawn0.png"


def test_record_comes_back_with_its_embedding(tmp_path: Path) -> None:
    Image.new("RGB", (8, 6)).save(tmp_path / "ü.png")
    mask = ManifestMask("m", {"size": [6, 8], "counts": encoded(np.eye(6, 8))})
    record = ManifestRecord("ü", tmp_path / "ü.png", 8, 6, (mask,), tmp_path / "e" / "x.mlem")
    write_manifest(tmp_path / "m.jsonl", [record])
    assert read_manifest(tmp_path / "m.jsonl").record(0) == record
    assert json.loads((tmp_path / "m.jsonl").read_text())["embedding"] == "e/x.mlem"


def test_broken_off_writing_leaves_the_old_manifest(from_coco: Manifest) -> None:
    def records() -> Any:
        yield from_coco.record(0)
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError):
        write_manifest(from_coco.path, records())
    assert len(read_manifest(from_coco.path)) == 12
    assert [file.name for file in from_coco.path.parent.iterdir()] == ["drawn.jsonl"]


def test_turned_photo_has_its_oriented_size(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    for name in ("side.jpg", "side.png"):
        Image.new("RGB", (6, 8)).save(tmp_path / name, exif=exif)
        lines[0]["path"] = name
        photo = read_lines(tmp_path, lines)[0]
        assert photo.path.name == name
        assert photo.read().shape[:2] == photo.mask(0).shape == (6, 8)


def test_trainer_samples_from_a_manifest(from_coco: Manifest) -> None:
    training, _ = from_coco.split()
    weights = [1.0] * len(training)
    samples = Samples(training, weights, training[:4], size=64, zoom=(0.9, 1.8), masks_per_sample=3, seed=0)
    sample = samples[0]
    assert sample.image.shape == (3, 64, 64)
    assert sample.masks.shape == (3, 16, 16)
    assert sample.masks.any()


# What it refuses


def change(**values: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda line: line | values


def change_rle(**values: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda line: line | {"masks": [{"id": "m0", "rle": line["masks"][0]["rle"] | values}]}


BAD = {
    "no image": (change(path="gone.png"), "there is no image file .*gone.png"),
    "no picture": (change(path="text.png"), "cannot be read"),
    "a folder": (change(path="."), "cannot be read"),
    "other picture": (change(path="turned.png"), "is 6 x 8 pixels, not 8 x 6"),
    "other size": (change_rle(size=[8, 6]), "mask m0 is 6 x 8 pixels, its image 8 x 6"),
    "cut off": (change_rle(counts="8P"), "mask m0 .* cut off"),
    "empty": (change_rle(counts=""), "mask m0 .* empty"),
    "foreign": (change_rle(counts="8 3"), "mask m0 .* characters"),
    "half a character": (change_rle(counts="8\ud800"), "mask m0 .* characters"),
    "runs as a list": (change_rle(counts=[8, 40]), "mask m0 .* characters"),
    "too short": (change_rle(counts="88"), "cover 16 pixels of 48"),
    "backwards": (change_rle(counts="8@i1"), "negative"),
    "endless": (change_rle(counts="o" * 12 + "0"), "large enough"),
    "no masks": (lambda line: {k: v for k, v in line.items() if k != "masks"}, "'masks' is missing"),
    "no runs": (change(masks=[{"id": "m0", "rle": {"size": [6, 8]}}]), "'counts' is missing"),
    "no size": (change(width=None), "not a record"),
    "endless size": (change(width=float("inf")), "not a record"),
    "three sizes": (change_rle(size=[6, 8, 1]), "not a record"),
}


@pytest.mark.parametrize(("damage", "problem"), BAD.values(), ids=BAD)
def test_a_bad_record_is_left_out_and_named(
    tmp_path: Path,
    lines: list[dict[str, Any]],
    damage: Callable[[dict[str, Any]], dict[str, Any]],
    problem: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines[7] = damage(lines[7])
    opened = read_lines(tmp_path, lines)
    assert len(opened) == 149
    assert [opened.record(index).id for index in (6, 7, 148)] == ["r6", "r8", "r149"]
    (bad,) = opened.bad
    assert (bad.line, bad.id) == (8, "r7")
    assert re.search(problem, bad.problem)
    assert "line 8, record r7" in caplog.text


@pytest.mark.parametrize("line", ["{", "[]", "\x00", '"text"'])
def test_a_line_that_is_no_record_is_left_out(
    tmp_path: Path, lines: list[dict[str, Any] | str], line: str
) -> None:
    lines[149] = line
    opened = read_lines(tmp_path, lines)
    assert len(opened) == 149
    assert (opened.bad[0].line, opened.bad[0].id) == (150, "?")


def test_one_in_a_hundred_is_too_many(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    lines[7]["path"] = "gone.png"
    assert len(read_lines(tmp_path, lines[:101])) == 100
    with pytest.raises(ManifestError, match=r"1 of the 100 records .* are bad:\n  line 8, record r7"):
        read_lines(tmp_path, lines[:100])


def test_many_bad_records_are_counted_and_ten_named(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    for line in lines[20:32]:
        line["path"] = "gone.png"
    with pytest.raises(ManifestError, match="12 of the 150 records") as caught:
        read_lines(tmp_path, lines)
    assert [bad.id for bad in caught.value.bad] == [f"r{n}" for n in range(20, 32)]
    message = str(caught.value)
    assert all(f"record r{n}:" in message for n in range(20, 30))
    assert "record r30" not in message


def test_empty_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no records"):
        read_lines(tmp_path, ["", ""])


def test_images_without_masks_are_no_mistake(tmp_path: Path, lines: list[dict[str, Any]]) -> None:
    lines[3]["masks"] = []
    opened = read_lines(tmp_path, ["", *lines, ""])
    assert len(opened) == 149
    assert opened.bad == ()


@given(st.integers(0, 2**32 - 1), st.integers(1, 90), st.integers(1, 90))
@settings(max_examples=60, deadline=None)
def test_every_bitmap_has_valid_runs(seed: int, height: int, width: int) -> None:
    random = np.random.default_rng(seed)
    mask = (random.random((height, width)) < random.random()).astype(np.uint8)
    assert rle_problem(encoded(mask), height * width) is None
    assert rle_problem(encoded(mask), height * width + 1) is not None


@given(st.integers(0, 2**32 - 1), st.integers(0, 10**6), st.integers(0x20, 0x7E))
@settings(max_examples=150, deadline=None)
def test_what_passes_can_be_decoded(seed: int, at: int, character: int) -> None:
    mask = (np.random.default_rng(seed).random((20, 30)) < 0.05).astype(np.uint8)
    counts = encoded(mask)
    at %= len(counts)
    changed = counts[:at] + chr(character) + counts[at + 1 :]
    if rle_problem(changed, 600) is None:
        rle: RLE = {"size": [20, 30], "counts": changed}
        assert decode_rle(rle).sum() == rle_area(rle)


# Stored embeddings


@pytest.fixture
def encoded_photos(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each pass of an image encoder."""
    passes: list[int] = []
    embed = stored.embed_photo
    monkeypatch.setattr(stored, "embed_photo", lambda *given: passes.append(1) or embed(*given))
    return passes


def test_embeddings_are_computed_once(
    tiny_model: Sam, from_coco: Manifest, tmp_path: Path, encoded_photos: list[int]
) -> None:
    folder = tmp_path / "embeddings"
    first = stored_embeddings(tiny_model, from_coco[:4], folder)
    assert len(encoded_photos) == 4
    told: list[tuple[int, int]] = []
    files = stored_embeddings(tiny_model, from_coco[:6], folder, lambda *done: told.append(done))
    assert len(encoded_photos) == 6
    assert files[:4] == first
    assert told == [(n, 6) for n in range(1, 7)]
    for photo, file in zip(from_coco[:6], files, strict=True):
        expected = embed_image(tiny_model, photo.read())
        half_a_step = 0.5 / 127 * np.abs(expected).max()
        np.testing.assert_allclose(read_embedding(file)[0], expected, rtol=0, atol=1.01 * half_a_step)


def test_photos_of_one_image_share_its_embedding(
    tiny_model: Sam, drawn_set: Path, tmp_path: Path, encoded_photos: list[int]
) -> None:
    photo = read_coco(drawn_set)[0]
    copy = tmp_path / "copy.png"
    shutil.copy(photo.path, copy)
    files = stored_embeddings(
        tiny_model, [photo, Photo(copy, photo.masks[:1], photo.boxes[:1])], tmp_path / "embeddings"
    )
    assert files[0] == files[1]
    assert len(encoded_photos) == 1


def test_another_encoder_embeds_anew_another_decoder_does_not(
    tiny_model: Sam, from_coco: Manifest, tmp_path: Path, encoded_photos: list[int]
) -> None:
    photos = from_coco[:2]
    first = stored_embeddings(tiny_model, photos, tmp_path)
    next(tiny_model.mask_decoder.parameters()).data += 1
    assert stored_embeddings(tiny_model, photos, tmp_path) == first
    assert len(encoded_photos) == 2
    next(tiny_model.image_encoder.parameters()).data += 1
    assert not set(stored_embeddings(tiny_model, photos, tmp_path)) & set(first)
    assert len(encoded_photos) == 4


def test_model_in_training_gives_the_same_embeddings(
    tiny_model: Sam, from_coco: Manifest, tmp_path: Path
) -> None:
    (calm,) = stored_embeddings(tiny_model, from_coco[:1], tmp_path / "a")
    (training,) = stored_embeddings(tiny_model.train(), from_coco[:1], tmp_path / "b")
    assert calm.read_bytes() == training.read_bytes()
    assert calm.relative_to(tmp_path / "a") == training.relative_to(tmp_path / "b")


def test_full_disk_leaves_no_half_embedding(
    tiny_model: Sam, from_coco: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("no space left on device")

    folder = tmp_path / "embeddings"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            stored_embeddings(tiny_model, from_coco[:1], folder)
    assert not [path for path in folder.rglob("*") if path.is_file()]
    (file,) = stored_embeddings(tiny_model, from_coco[:1], folder)
    assert [path for path in folder.rglob("*") if path.is_file()] == [file]


def test_damaged_embedding_is_told(tiny_model: Sam, from_coco: Manifest, tmp_path: Path) -> None:
    (file,) = stored_embeddings(tiny_model, from_coco[:1], tmp_path)
    file.write_bytes(file.read_bytes()[:-2])
    with pytest.raises(EmbeddingFormatError):
        read_embedding(file)
