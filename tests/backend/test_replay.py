"""The loop closes: the short replay through a real server, and how its annotators judge and count."""

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from backend.runtime import Runtime
from backend.settings import REPOSITORY
from engine.train.clicks import BoolMask
from tests.backend.servers import wait_until
from tools.replay.annotator import match
from tools.replay.api import Api, ReplayError
from tools.replay.effort import Effort
from tools.replay.photos import TruePhoto, deal, read_photos
from tools.replay.plan import FULL, SHORT
from tools.replay.play import play
from tools.replay.report import BEGIN, END, renew_readme, write_report
from tools.replay.results import Results
from tools.replay.server import running_server

DATA = REPOSITORY / "tests" / "data"
pytestmark = pytest.mark.timeout(900)  # all of the loop is in one fixture
STATES = ["queued", "snapshot", "embedding", "training", "evaluating", "done"]


@pytest.fixture(scope="module")
def api(starter: Runtime, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("replay")
    shutil.copytree(starter.settings.data_dir, folder / "data")
    settings = SHORT.settings | {"WORKER_THREADS": "1"}
    with running_server(folder, settings) as server, Api(server.url, server.token) as api:
        yield api


@pytest.fixture(scope="module")
def results(api: Api) -> Results:
    return play(api, read_photos(DATA / "nuclei", SHORT.side, SHORT.windows), SHORT, "nuclei", print)


@pytest.fixture(scope="module")
def masks(api: Api, results: Results) -> dict[str, list[dict[str, Any]]]:
    """By stage of the batch."""
    found: dict[str, list[dict[str, Any]]] = {}
    for image in api.get("images")["items"]:
        found.setdefault(image["batch"]["stage"], []).extend(api.get(f"images/{image['id']}/masks"))
    return found


def test_every_batch_goes_through_its_stage(api: Api, results: Results) -> None:
    batches = [batch for batch in api.get("batches") if batch["images"]["total"]]
    assert Counter(batch["stage"] for batch in batches) == Counter(stage for stage, _ in SHORT.rounds)
    for batch in batches:
        assert batch["images"]["submitted"] == batch["images"]["total"], batch
        assert batch["proposals"] == 0
    assert [work.stage for work in results.work] == [stage for stage, _ in SHORT.rounds[:-1]]
    assert [work.images for work in results.work] == [size for _, size in SHORT.rounds[:-1]]


def test_masks_start_every_run_which_goes_from_snapshot_to_verdict(api: Api, results: Results) -> None:
    runs = list(reversed(api.get("training/runs")))
    assert len(runs) == len(results.trainings) == SHORT.trainings
    learnt = 0
    for run, training, work in zip(runs, results.trainings, results.work, strict=True):
        assert (run["state"], run["trigger"], run["asked_by"]) == ("done", "masks", None)
        assert run["stage"] == work.stage
        learnt += work.masks
        assert run["snapshot"]["mask_count"] == learnt
        assert 0 < run["snapshot"]["held_out_images"] < run["snapshot"]["image_count"]
        assert set(training.states) <= set(STATES)
        assert training.states == sorted(training.states, key=STATES.index)
        assert {"training", "evaluating", "done"} <= set(training.states)
        assert api.get(f"training/runs/{run['id']}/points")
        assert training.verdict.startswith("Put to use" if training.promoted else "Not put to use")


def test_the_model_in_use_changes_by_promotions_alone(api: Api, results: Results) -> None:
    promotions = list(reversed(api.get("models/promotions")))
    promoted = [one for one in results.trainings if one.promoted]
    assert [one["model_name"] for one in promotions] == [one.model for one in promoted]
    assert all(one["promoted_by"] is None for one in promotions)
    in_use = "starter"
    for tried, work, training in zip(results.tried, results.work, results.trainings, strict=False):
        assert tried.model == work.model == in_use
        in_use = training.model
    assert results.tried[-1].model == in_use


def test_all_jobs_are_done(api: Api, results: Results) -> None:
    kinds: Counter[str] = Counter()
    # A promoted encoder's embeddings of the earlier batches are still on their way: nobody waits for them.
    waiting = {"queued", "running"}
    wait_until(
        lambda: not waiting & {job["state"] for job in api.get("jobs", limit=500)["items"]},
        seconds=120,
        what="no job is left",
    )
    jobs = api.get("jobs", limit=500)["items"]
    for job in jobs:
        assert job["state"] == "done", job
        kinds[job["kind"]] += 1
    assert kinds["retrain"] == SHORT.trainings
    assert kinds["train_detector"] == 1
    assert kinds["propose"] == SHORT.rounds[1][1]
    assert kinds["automask"] == SHORT.rounds[2][1]
    assert kinds["embed"] >= sum(size for _, size in SHORT.rounds)


def test_masks_say_where_they_come_from(
    results: Results, masks: dict[str, list[dict[str, Any]]], api: Api
) -> None:
    ids = {model["id"]: model["name"] for model in api.get("models")}
    by_people = masks["assisted_manual"] + masks["semi_automatic"]
    assert len(by_people) == sum(work.masks for work in results.work)
    assert {mask["source"] for mask in masks["assisted_manual"]} == {"clicked"}
    assert all(mask["author_name"] for mask in masks["assisted_manual"])
    assert sum(mask["effort"]["clicks"] for mask in masks["assisted_manual"]) == sum(
        work.clicks for work in results.work if work.stage == "assisted_manual"
    )
    used = {ids[mask["model_id"]] for mask in masks["assisted_manual"]}
    assert used == {work.model for work in results.work if work.stage == "assisted_manual"}
    assert {mask["stage"] for mask in masks["semi_automatic"]} == {"semi_automatic"}
    automatic = masks["fully_automatic"]
    assert results.automatic
    assert len(automatic) == results.automatic.masks > 0
    assert {(mask["source"], mask["stage"], mask["state"]) for mask in automatic} == {
        ("automatic", "fully_automatic", "accepted")
    }
    assert {ids[mask["model_id"]] for mask in automatic} == {results.automatic.model}


def test_report_has_every_figure(results: Results, tmp_path: Path) -> None:
    write_report(results, tmp_path)
    document = json.loads((tmp_path / "replay.json").read_text())
    assert [work["clicks"] for work in document["work"]] == [work.clicks for work in results.work]
    assert ET.parse(tmp_path / "replay.svg").getroot().tag.endswith("svg")
    table = (tmp_path / "table.md").read_text()
    assert len(results.alone) == len(results.work)
    for work, alone in zip(results.work, results.alone, strict=True):
        clicks = f"| {work.clicks_per_mask} | {alone.clicks_per_mask} |"
        assert f"{clicks} {work.seconds_per_mask} | {alone.seconds_per_mask} |" in table
    for training in results.trainings:
        assert training.verdict in table


def test_readme_gets_the_table_between_its_markers(results: Results, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    renew_readme(results, readme)
    renewed = readme.read_text()
    assert renewed.startswith(f"before\n{BEGIN}\n| batch |")
    assert renewed.endswith(f"{END}\nafter\n")
    assert "old" not in renewed
    readme.write_text("no markers")
    with pytest.raises(ValueError, match="lacks"):
        renew_readme(results, readme)


def test_ctrl_c_ends_the_server_too(starter: Runtime, tmp_path: Path) -> None:
    shutil.copytree(starter.settings.data_dir, tmp_path / "data")
    command = [sys.executable, "-m", "tools.replay", "--short", "--data", DATA, "--folder", tmp_path]
    replay = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Who starts the tests in a shell's background has them ignore Ctrl-C, and they their children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    log = tmp_path / "server.log"
    wait_until(lambda: log.exists() and "ready: " in log.read_text(), seconds=120, what="the server is there")
    replay.send_signal(signal.SIGINT)
    try:
        output, _ = replay.communicate(timeout=60)
    finally:
        replay.terminate()  # one that goes on is not left behind
    assert replay.returncode == 1, output
    assert output.rstrip().endswith("Stopped.")
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in listed


# ---- without a server -------------------------------------------------------------------------------------


def box(top: int, left: int, height: int, width: int) -> BoolMask:
    mask = np.zeros((40, 40), bool)
    mask[top : top + height, left : left + width] = True
    return mask


def test_proposals_are_matched_with_the_objects_that_they_show() -> None:
    truths = [box(0, 0, 10, 10), box(20, 20, 10, 10)]
    worse, best, elsewhere, half = box(0, 0, 10, 7), box(0, 0, 10, 9), box(30, 0, 5, 5), box(20, 20, 10, 4)
    shown = match([worse, best, elsewhere, half], truths)
    assert shown == [(None, 0.0), (0, pytest.approx(0.9)), (None, 0.0), (None, 0.0)]
    assert match([], truths) == []
    assert match([best], []) == [(None, 0.0)]


def test_time_is_clicks_and_judgements() -> None:
    effort = Effort(clicks=4, judgements=1) + Effort(judgements=1)
    assert effort.seconds == pytest.approx(4 * 1.75 + 2 * 1.5)
    assert effort.active_ms == 10_000


def test_batches_get_their_share_of_every_kind() -> None:
    photos = [[TruePhoto(str(index), b"", ())] for index in range(sum(size for _, size in FULL.rounds))]
    batches = deal(photos, [size for _, size in FULL.rounds])
    assert [len(batch) for batch in batches] == [size for _, size in FULL.rounds]
    assert len({photo.name for batch in batches for photo in batch}) == len(photos)
    for batch in batches:  # the list's kinds are in order: every stretch of it is in every batch
        places = [int(photo.name) for photo in batch]
        assert max(b - a for a, b in pairwise(places)) <= 8
    with pytest.raises(ValueError, match="photos are needed"):
        deal(photos[:-1], [size for _, size in FULL.rounds])


def test_refused_request_is_told_in_a_sentence(api: Api) -> None:
    with pytest.raises(ReplayError, match=r"GET batches/nothing/stage was answered with 422"):
        api.get("batches/nothing/stage")
