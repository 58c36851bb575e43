"""The evaluation report: its measures by hand, the clicks behind them, and what is written and printed."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import shown
from engine.__main__ import main
from engine.evaluate.metrics import Calibration, ClicksNeeded, boundary_iou, harmful_clicks
from engine.evaluate.plot import PLOT_HEIGHT, PLOT_TOP, draw_report, nice_ticks, spread_labels
from engine.evaluate.report import (
    ObjectScores,
    Report,
    ReportError,
    make_report,
    mean_row,
    score_object,
    summarise,
)
from engine.predict import Prediction, Predictor
from engine.preprocess import Framing
from engine.sam.model import Sam
from engine.sam.registry import save_checkpoint
from engine.train.augment import LOW_RES_STRIDE
from engine.train.clicks import mask_iou
from engine.train.datasets import is_held_out, read_coco
from engine.train.evaluate import chosen_masks, evaluate_model


def square(low: int, high: int, side: int = 100) -> np.ndarray:
    """Rows and columns `low` to `high`, the last included."""
    mask = np.zeros((side, side), bool)
    mask[low : high + 1, low : high + 1] = True
    return mask


# Boundary IoU: 2 % of the diagonal of 100 x 100 pixels are 3 pixels


def test_boundary_iou_of_squares_one_pixel_apart() -> None:
    # Rings 1 to 3 of the outer square against its rings 2 to 4: two rings of 38 of four of 40.
    shared, together = 38**2 - 34**2, 40**2 - 32**2
    assert boundary_iou(square(20, 59), square(21, 58)) == pytest.approx(shared / together)
    assert mask_iou(square(20, 59), square(21, 58)) == pytest.approx(38**2 / 40**2)


def test_boundary_iou_does_not_forgive_what_mask_iou_forgives() -> None:
    assert mask_iou(square(20, 59), square(23, 56)) > 0.7
    assert boundary_iou(square(20, 59), square(23, 56)) == 0


def test_boundary_iou_of_something_narrow_is_its_iou() -> None:
    a, b = square(10, 15), square(11, 16)
    assert boundary_iou(a, b) == mask_iou(a, b) == pytest.approx(25 / 47)


def test_the_frame_is_an_edge() -> None:
    whole = np.ones((100, 100), bool)
    frame = whole & ~square(3, 96)
    assert boundary_iou(whole, frame) == 1
    assert boundary_iou(whole, whole & ~square(2, 97)) < 1


@given(st.integers(0, 2**32 - 1), st.integers(20, 300), st.integers(20, 300))
@settings(max_examples=25, deadline=None)
def test_boundary_is_the_papers_repeated_erosion(seed: int, height: int, width: int) -> None:
    def rim(mask: np.ndarray) -> np.ndarray:
        times = max(1, round(0.02 * np.hypot(height, width)))
        padded = np.pad(mask, 1).astype(np.uint8)
        return mask & ~(cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=times)[1:-1, 1:-1] > 0)

    noise = np.random.default_rng(seed).random((2, height // 8 + 1, width // 8 + 1)) < 0.7
    a, b = (mask.repeat(8, 0).repeat(8, 1)[:height, :width] for mask in noise)
    assert boundary_iou(a, b) == mask_iou(rim(a), rim(b))


# Clicks needed


def test_clicks_needed_by_hand() -> None:
    curves = [
        [0.5, 0.86, 0.95],  # two clicks
        [0.91, 0.8, 0.8],  # one: that it got worse again does not count
        [0.1, 0.2, 0.3],  # never
        [0.1, 0.2, 0.85],  # three, which is the last: no failure
    ]
    needed = ClicksNeeded.of(curves, 0.85)
    assert (needed.by_clicks, needed.failed) == ((1, 1, 1), 1)
    assert needed.mean == (2 + 1 + 3 + 3) / 4
    assert needed.failed_share == 0.25


def test_nothing_ever_good_needs_all_clicks() -> None:
    needed = ClicksNeeded.of([[0.2] * 20, [0.1] * 20], 0.9)
    assert (needed.mean, needed.failed_share, sum(needed.by_clicks)) == (20, 1, 0)


# Harmful clicks


def test_harmful_clicks_by_hand() -> None:
    curves = [
        [0.5, 0.47, 0.6, 0.57, *[0.57] * 16],  # clicks 2 and 4 of nine
        [0.5, 0.49, 1.0, *[1.0] * 17],  # a fall of 0.01 is none, and after the third click all was right
        [0.5, *[0.6] * 9, *[0.1] * 10],  # the eleventh click is beyond the tenth
    ]
    assert harmful_clicks(curves) == pytest.approx(2 / (9 + 2 + 9))


def test_first_perfect_answer_leaves_no_click_to_harm() -> None:
    assert harmful_clicks([[1.0] * 20]) == 0


# Calibration


def test_calibration_by_hand() -> None:
    calibration = Calibration.of([0.95, 0.85, 0.85, 1.2, -0.3], [0.9, 0.5, 0.7, 1.0, 0.1])
    filled = {round(b.low, 1): (b.count, b.predicted, b.true) for b in calibration.bins if b.count}
    assert filled == {
        0.0: (1, 0, pytest.approx(0.1)),
        0.8: (2, pytest.approx(0.85), pytest.approx(0.6)),
        0.9: (2, pytest.approx(0.975), pytest.approx(0.95)),
    }
    assert calibration.error == pytest.approx((1 * 0.1 + 2 * 0.25 + 2 * 0.025) / 5)


def test_bins_begin_with_their_lower_edge() -> None:
    calibration = Calibration.of([0.3, 0.2999, 1.0], [0.0, 0.0, 0.0])
    assert [b.count for b in calibration.bins] == [0, 0, 1, 1, 0, 0, 0, 0, 0, 1]


def test_honest_model_has_no_calibration_error() -> None:
    values = np.random.default_rng(0).random(500)
    assert Calibration.of(values, values).error == pytest.approx(0)


# The clicks of one object


class Scripted:
    """In place of a Predictor: answers the n-th click with the n-th of some masks."""

    def __init__(self, candidates: list[np.ndarray], scores: list[float], later: list[np.ndarray]) -> None:
        self.candidates, self.scores, self.later = candidates, scores, later
        self.asked: list[int] = []
        self.guide = None

    def predict(self, points: list, labels: list, mask_logits: object, multimask: bool) -> Prediction:
        self.asked.append(len(points))
        first = len(points) == 1
        assert multimask == first
        masks = self.candidates if first else [self.later[len(points) - 2]]
        scores = self.scores if first else [0.5]
        logits = np.where(np.stack(masks), np.float32(10), np.float32(-10))
        return Prediction(np.stack(masks), np.float32(scores), logits)

    @property
    def framing(self) -> Framing:
        """Of an input so large that low-resolution logits have the photo's size."""
        height, width = self.candidates[0].shape
        return Framing.of((height, width), LOW_RES_STRIDE * max(height, width))


def test_scores_of_one_object_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "honour_clicks", lambda logits, *_: logits)  # answers as they are scripted
    truth, shrunk, small = square(20, 59), square(21, 58), square(30, 49)
    predictor = Scripted([small, truth, shrunk], [0.75, 0.25, 0.5], later=[small, shrunk, truth])
    scores = score_object(predictor, truth)
    quarter, most = 20**2 / 40**2, 38**2 / 40**2
    assert scores.iou == pytest.approx((quarter, quarter, most, *[1.0] * 17))
    assert scores.candidates == ((0.75, quarter), (0.25, 1.0), (0.5, pytest.approx(most)))
    # After five clicks nothing was asked any more: the fourth answer was perfect.
    assert predictor.asked == [1, 2, 3, 4]
    rings = (38**2 - 34**2) / (40**2 - 32**2)
    assert scores.boundary_iou == {1: 0.0, 3: pytest.approx(rings), 5: 1.0}


def test_chosen_mask_is_the_candidate_with_the_highest_predicted_iou(small_vit: Sam, drawn_set: Path) -> None:
    photo = read_coco(drawn_set)[0]
    predictor = Predictor(small_vit)
    predictor.set_image(photo.read())
    scores = score_object(predictor, photo.mask(0) > 0)
    assert len(scores.iou) == 20
    assert len(scores.candidates) == 3
    assert max(scores.candidates)[1] == scores.iou[0]


# Rows


def scores_of(first: float, then: float, best: float, predicted: float) -> ObjectScores:
    candidates = ((predicted, first), (0.0, best), (0.0, 0.0))
    return ObjectScores((first, *[then] * 19), {1: first / 2, 3: then / 2, 5: then / 2}, candidates)


def test_row_of_two_objects_by_hand() -> None:
    report = summarise([scores_of(0.4, 0.88, 0.7, 0.6), scores_of(0.6, 0.92, 0.6, 0.6)])
    row = report.row
    assert row.objects == 2
    assert row.mean_iou == pytest.approx({1: 0.5, 2: 0.9, 3: 0.9, 5: 0.9, 10: 0.9})
    assert row.oracle_iou == pytest.approx((0.7 + 0.6) / 2)
    assert row.boundary_iou == pytest.approx({1: 0.25, 3: 0.45, 5: 0.45})
    assert row.noc == {85: 2.0, 90: (20 + 2) / 2}
    assert row.failed == {85: 0.0, 90: 0.5}
    assert row.harmful_clicks == 0
    # Predicted 0.6 twice, true on average 0.5; predicted 0 four times, true 0.7, 0.6, 0, 0.
    assert row.calibration_error == pytest.approx((2 * 0.1 + 4 * (1.3 / 4)) / 6)
    assert report.curve == pytest.approx((0.5, *[0.9] * 19))


def test_every_set_counts_the_same_in_the_mean() -> None:
    many = summarise([scores_of(0.2, 0.4, 0.3, 0.2)] * 3).row
    one = summarise([scores_of(0.8, 1.0, 0.9, 0.8)]).row
    mean = mean_row([many, one])
    assert mean.objects == 4
    assert mean.mean_iou == pytest.approx({1: 0.5, 2: 0.7, 3: 0.7, 5: 0.7, 10: 0.7})
    assert mean.oracle_iou == pytest.approx(0.6)
    assert mean.noc == pytest.approx({85: (20 + 2) / 2, 90: (20 + 2) / 2})
    assert mean.failed == {85: 0.5, 90: 0.5}
    harmed = summarise([scores_of(0.8, 0.6, 0.9, 0.8)]).row
    assert harmed.harmful_clicks == pytest.approx(1 / 9)
    assert mean_row([many, harmed]).harmful_clicks == pytest.approx(1 / 18)


# The report


@pytest.fixture
def report(tiny_model: Sam, drawn_set: Path) -> Report:
    photos = read_coco(drawn_set)
    return make_report(tiny_model, {"left": photos[:2], "R&D <x>": photos[2:5]}, 1, name="tiny")


def test_report_agrees_with_eval(tiny_model: Sam, drawn_set: Path, report: Report) -> None:
    photos = read_coco(drawn_set)
    for name, chosen in (("left", photos[:2]), ("R&D <x>", photos[2:5])):
        quality = evaluate_model(tiny_model, chosen, masks_per_photo=1)
        row = report.sets[name].row
        assert row.objects == quality.objects == len(chosen)
        assert {n: row.mean_iou[n] for n in quality.mean_iou} == pytest.approx(quality.mean_iou)
        assert row.oracle_iou >= row.mean_iou[1]
    assert report.photos == {"left": 2, "R&D <x>": 3}
    assert report.pooled.row.objects == report.mean.objects == 5
    assert report.mean.mean_iou[1] == (report.sets["left"].curve[0] + report.sets["R&D <x>"].curve[0]) / 2


def test_progress_is_told_photo_by_photo(tiny_model: Sam, drawn_set: Path) -> None:
    photos, told = read_coco(drawn_set)[:3], []
    make_report(tiny_model, {"a": photos}, 1, name="tiny", on_photo=lambda: told.append(1))
    assert len(told) == 3


def test_set_without_objects_is_named(tiny_model: Sam, drawn_set: Path) -> None:
    photo = read_coco(drawn_set)[0]
    bare = type(photo)(photo.path, (), photo.boxes[:0])
    assert chosen_masks(bare, 5) == []
    with pytest.raises(ReportError, match="empty has no object"):
        make_report(tiny_model, {"full": [photo], "empty": [bare]}, 1, name="tiny")


def test_written_report_can_be_read(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "new" / "folder")
    document = json.loads((tmp_path / "new" / "folder" / "report.json").read_text())
    assert document["model"] == "tiny"
    assert document["sets"]["left"]["row"]["mean_iou"]["3"] == report.sets["left"].row.mean_iou[3]
    assert len(document["sets"]["left"]["curve"]) == 20
    needed = document["pooled"]["needed"]["90"]
    assert sum(needed["by_clicks"]) + needed["failed"] == 5
    assert sum(b["count"] for b in document["pooled"]["calibration"]["bins"]) == 5 * 3
    assert ET.parse(tmp_path / "new" / "folder" / "report.svg").getroot().tag.endswith("svg")


# The picture

SVG = "{http://www.w3.org/2000/svg}"


def test_picture_names_every_set_and_axis(report: Report) -> None:
    texts = {element.text for element in ET.fromstring(draw_report(report)).iter(f"{SVG}text")}
    assert {"left", "R&D <x>", "mean", "mean IoU", "clicks", "share of objects", "predicted IoU"} <= texts


def test_picture_draws_the_curves_at_their_values(report: Report) -> None:
    lines = ET.fromstring(draw_report(report)).iter(f"{SVG}polyline")
    first = next(lines).get("points").split()
    assert len(first) == 20
    heights = [float(point.split(",")[1]) for point in first]
    expected = [PLOT_TOP + PLOT_HEIGHT * (1 - iou) for iou in report.sets["left"].curve]
    assert heights == pytest.approx(expected, abs=0.06)


def test_one_set_needs_no_mean(tiny_model: Sam, drawn_set: Path) -> None:
    picture = draw_report(make_report(tiny_model, {"only": read_coco(drawn_set)[:1]}, 1, name="tiny"))
    texts = {element.text for element in ET.fromstring(picture).iter(f"{SVG}text")}
    assert "only" in texts
    assert "mean" not in texts


@given(st.lists(st.floats(0, 200), min_size=1, max_size=8))
def test_names_of_lines_keep_apart_and_in_order(wanted: list[float]) -> None:
    heights = spread_labels(wanted, 17, 0, 200)
    placed = [heights[index] for index in sorted(range(len(wanted)), key=lambda index: wanted[index])]
    assert all(below - above >= 17 - 1e-6 for above, below in pairwise(placed))
    assert placed[0] >= -1e-6
    assert placed[-1] <= 200 + 1e-6


def test_names_stay_where_there_is_room() -> None:
    assert spread_labels([150, 10, 100], 17, 0, 200) == [150, 10, 100]
    assert spread_labels([100, 100], 10, 0, 200) == [95, 105]


@pytest.mark.parametrize(
    ("highest", "last", "count"),
    [(0.0, 0.02, 3), (0.05, 0.05, 6), (0.051, 0.06, 4), (0.62, 0.8, 5), (1, 1, 6)],
)
def test_ticks_are_few_and_round(highest: float, last: float, count: int) -> None:
    ticks = nice_ticks(highest)
    assert ticks[-1] == pytest.approx(last)
    assert len(ticks) == count


# The command


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["python -m engine", "report", *arguments])
    main()


@pytest.fixture
def checkpoint(tiny_model: Sam, tmp_path: Path) -> str:
    save_checkpoint(tiny_model, tmp_path / "tiny.safetensors")
    return str(tmp_path / "tiny.safetensors")


def test_command_prints_a_table_and_writes_both_files(
    drawn_set: Path,
    checkpoint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    where = ["--data", str(drawn_set.parent), "--sets", drawn_set.name, "--out", str(tmp_path / "out")]
    amount = ["--all-photos", drawn_set.name, "--photos", "2", "--masks", "2"]
    run(monkeypatch, *where, *amount, "--model", checkpoint)
    heading, row, result = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["set", "objects", "IoU@1"]
    assert row.split()[:2] == [drawn_set.name, "4"]
    assert len(heading) == len(row)
    figures = json.loads(result.removeprefix("RESULT "))
    assert figures["model"] == "tiny.safetensors"
    assert float(row.split()[2]) == pytest.approx(figures["mean"]["mean_iou"]["1"], abs=6e-4)
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"report.json", "report.svg"}


def test_trained_sets_are_measured_on_held_out_photos(
    drawn_set: Path, checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_out = [photo for photo in read_coco(drawn_set) if is_held_out(photo.path.name)]
    assert 0 < len(held_out) < 12
    where = ["--data", str(drawn_set.parent), "--sets", drawn_set.name, "--out", str(tmp_path / "out")]
    run(monkeypatch, *where, "--masks", "1", "--model", checkpoint)
    document = json.loads((tmp_path / "out" / "report.json").read_text())
    assert document["photos"] == {drawn_set.name: len(held_out)}


@pytest.mark.parametrize(
    ("sets", "model", "message"),
    [("nowhere", "starter", "no nowhere.annotations.json"), ("", "missing.safetensors", "no such file")],
)
def test_mistakes_are_told_in_a_sentence(
    drawn_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sets: str, model: str, message: str
) -> None:
    where = ["--data", str(drawn_set.parent), "--sets", sets or drawn_set.name, "--out", str(tmp_path)]
    with pytest.raises(SystemExit, match=message):
        run(monkeypatch, *where, "--model", model)


def test_asking_for_help_loads_no_torch() -> None:
    code = (
        "import sys; from engine.__main__ import main; sys.argv = ['engine', 'report', '--help']\n"
        "try: main()\nfinally: assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--all-photos" in done.stdout
