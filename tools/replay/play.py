"""The loop: a batch is annotated, a model is trained on it, and the next batch has the new model."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import chain, pairwise

import numpy as np

from tools.replay.annotator import Annotator, Clicked, bitmap, iou_table
from tools.replay.api import Api, Json, ReplayError
from tools.replay.photos import TruePhoto, deal
from tools.replay.plan import Plan, Stage
from tools.replay.results import GOOD_IOUS, Automatic, Results, Training, Tried, Work

STARTS_WITHIN_SECONDS = 120.0  # a run that is due
LOOKS_EVERY_SECONDS = 0.5
FOUND_IOU = 0.5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Batch:
    number: int  # from 1
    id: str
    stage: Stage
    photos: dict[str, TruePhoto]  # by the ids of their images

    @property
    def objects(self) -> int:
        return sum(len(photo.masks) for photo in self.photos.values())


def play(api: Api, photos: Sequence[list[TruePhoto]], plan: Plan, data: str, say: Say) -> Results:
    """All rounds of the plan in a new project. Raises ReplayError, and ValueError for too few photos."""
    started = time.monotonic()
    results = Results(data=data, plan=asdict(plan), cores=os.cpu_count() or 1)
    batches = _upload(api, photos, plan, say)
    truth = {id_: photo for batch in batches for id_, photo in batch.photos.items()}
    round_ = _Round(api, plan, [Annotator(api, truth) for _ in range(results.cores)], results, say)
    results.first_alone += [round_.click_alone(batch) for batch in batches[1:-1]]
    results.tried.append(round_.click_alone(batches[-1]))
    for batch, following in pairwise(batches):
        round_.annotate(batch)
        round_.retrain(batch)
        # All of them: what comes next, and the last batch, which every model is tried on.
        api.wait_until_embedded([*following.photos, *batches[-1].photos])
        results.tried.append(round_.click_alone(batches[-1]))
    round_.find_all(batches[-1])
    results.minutes = round((time.monotonic() - started) / 60, 1)
    return results


def _upload(api: Api, photos: Sequence[list[TruePhoto]], plan: Plan, say: Say) -> list[Batch]:
    api.make_project("Replay")
    dealt = deal(photos, [size for _, size in plan.rounds])
    batches = []
    for number, ((stage, _), part) in enumerate(zip(plan.rounds, dealt, strict=True), start=1):
        # The queue hands out the earlier batch first.
        made = api.post("batches", {"name": f"Batch {number}", "priority": len(dealt) - number})
        batches.append(Batch(number, made["id"], stage, api.upload(made["id"], part)))
    objects = ", ".join(str(batch.objects) for batch in batches)
    say(f"uploaded {sum(map(len, dealt))} photos in {len(batches)} batches with {objects} objects")
    api.wait_until_embedded([id_ for batch in batches for id_ in batch.photos])
    return batches


@dataclass
class _Round:
    """One batch after the other, with what all of them need."""

    api: Api
    plan: Plan
    annotators: Sequence[Annotator]  # who try models out at once; the first one does the work
    results: Results
    say: Say

    def model(self) -> str:
        return str(self.api.get("models/active")["name"])

    def click_alone(self, batch: Batch) -> Tried:
        """The model in use on all objects of a batch, without proposals; nothing is saved."""
        free = list(self.annotators)

        def try_out(image_id: str) -> list[Clicked]:
            annotator = free.pop()
            try:
                return annotator.try_out(image_id)
            finally:
                free.append(annotator)

        # A thread each, and small parts, so that Ctrl-C need not wait for the whole batch.
        with ThreadPoolExecutor(len(free)) as pool:
            clicked = list(chain.from_iterable(pool.map(try_out, batch.photos)))
        tried = Tried.of(self.model(), clicked)
        self.say(
            f"{tried.model} alone on the {tried.objects} objects of batch {batch.number}: "
            f"{tried.clicks_per_mask} clicks a mask"
        )
        return tried

    # ---- people's batches ----------------------------------------------------------------------------------

    def annotate(self, batch: Batch) -> None:
        rule = {
            "every_masks": batch.objects,  # one mask each: the run starts when the batch is done
            "trains": self.plan.trains,
            "minutes": self.plan.minutes,
        }
        self.api.put(f"training/rules/{batch.stage}", rule)
        if batch.stage == "semi_automatic":
            self._enter(batch)
        model = self.model()
        judged = self.annotators[0].work(set(batch.photos))
        work = Work.of(batch.stage, model, len(batch.photos), judged)
        self.results.work.append(work)
        self.say(
            f"{work.stage} with {model}: {work.masks} masks, {work.clicks_per_mask} clicks and "
            f"{work.seconds_per_mask} s each; {_counted(work.ways)}"
        )

    def retrain(self, batch: Batch) -> None:
        """Waits for the run that the masks start by themselves, and for its verdict."""
        known = len(self.results.trainings)
        started = self._wait_for_run(known, batch.stage)
        states = [started["state"]]
        for run in self._followed(started["id"]):
            if run["state"] != states[-1]:
                states.append(run["state"])
                left = run["seconds_left"]
                self.say(f"training: {run['state']}" + (f", {left / 60:.1f} minutes left" if left else ""))
        if run["state"] != "done":
            raise ReplayError(f"The training ended as {run['state']}: {run['error']}")
        snapshot, metrics = run["snapshot"], run["metrics"]
        training = Training(
            trigger=run["trigger"],
            states=states,
            minutes=round(_seconds_between(run["created_at"], run["finished_at"]) / 60, 1),
            images=snapshot["image_count"],
            masks=snapshot["mask_count"],
            held_out_images=snapshot["held_out_images"],
            iou_before=metrics["before"]["miou"]["1"],
            iou_after=metrics["after"]["miou"]["1"],
            verdict=run["verdict"],
            promoted=self.model() != self.results.work[-1].model,
            model=self.model(),
        )
        self.results.trainings.append(training)
        self.say(training.verdict)

    def _wait_for_run(self, known: int, stage: Stage) -> Json:
        end = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            runs = self.api.get("training/runs")
            if len(runs) > known:
                run: Json = runs[0]
                return run
            if time.monotonic() > end:
                outlook = next(one for one in self.api.get("training/outlook") if one["stage"] == stage)
                raise ReplayError(f"No training has started. {outlook['sentence']}")
            time.sleep(LOOKS_EVERY_SECONDS / 5)

    def _followed(self, run_id: str) -> Iterator[Json]:
        while True:
            run = self.api.get(f"training/runs/{run_id}")
            yield run
            if run["finished_at"] is not None:
                return
            time.sleep(LOOKS_EVERY_SECONDS / 5)

    # ---- what machines do ----------------------------------------------------------------------------------

    def _enter(self, batch: Batch) -> None:
        """Puts the batch into its stage, and waits until machines are through with it."""
        path = f"batches/{batch.id}/stage"
        shown = self.api.post(path, {"stage": batch.stage})
        while True:
            images, detector = shown["images"], shown["detector"]
            if shown["failures"] or images["failed"]:
                raise ReplayError(f"The stage failed: {shown['failures'][0]['reason']}")
            if detector and detector["error"]:
                raise ReplayError(f"The detector's training failed: {detector['error']}")
            if images["done"] == len(batch.photos):
                break
            time.sleep(LOOKS_EVERY_SECONDS)
            shown = self.api.get(path)
        if detector:
            self.results.detectors.append(
                {key: detector[key] for key in ("image_count", "mask_count", "recall")}
            )
            self.say(
                f"a detector that finds {detector['recall']:.0%} of the objects on held-out photos "
                f"has proposed {shown['masks']} masks"
            )

    def find_all(self, batch: Batch) -> None:
        """The fully-automatic batch, and how good its masks are."""
        self._enter(batch)
        overlaps = []
        for image_id, photo in batch.photos.items():
            image = self.api.get(f"images/{image_id}")
            if image["work"]["state"] not in ("submitted", "in_review"):
                raise ReplayError(f"{image['name']} was not submitted: it is {image['work']['state']}.")
            masks = self.api.get(f"images/{image_id}/masks")
            overlaps.append(iou_table([bitmap(mask) for mask in masks], list(photo.masks)))
        best = np.concatenate([table.max(1, initial=0.0) for table in overlaps])
        found = np.concatenate([table.max(0, initial=0.0) >= FOUND_IOU for table in overlaps])
        automatic = Automatic(
            model=self.model(),
            images=len(batch.photos),
            masks=len(best),
            masks_per_image=round(len(best) / len(batch.photos), 1),
            good_shares={
                str(iou): round(float((best > iou).mean()), 3) if len(best) else 0.0 for iou in GOOD_IOUS
            },
            found_share=round(float(found.mean()), 3),
        )
        self.results.automatic = automatic
        self.say(f"fully automatic: {automatic.masks} masks, {automatic.good_shares}")


def _counted(ways: dict[str, int]) -> str:
    return ", ".join(f"{count} {way}" for way, count in ways.items())


def _seconds_between(start: str, end: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
