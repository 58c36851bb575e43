"""The figures of a project's dashboard, put together."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.batches import overview
from backend.batches.schemas import ImageCounts
from backend.core.database import utc_now
from backend.dashboards import images, tallies
from backend.dashboards.agreement import agreement
from backend.dashboards.forecast import Progress, forecast
from backend.dashboards.images import Finished
from backend.dashboards.schemas import (
    AnnotatorFigures,
    Choice,
    ChoicesOut,
    DashboardOut,
    DayFigures,
    Filters,
    ForecastOut,
    ModelFigures,
    PromotionFigures,
    SourceFigures,
    StageFigures,
    TotalFigures,
)
from backend.dashboards.tallies import NOTHING, Cell, Share
from backend.masks.models import MaskSource
from backend.masks.service import read_one_snapshot
from backend.masks.tallies import NOBODY
from backend.models import registry
from backend.models import service as models
from backend.models.models import Model
from backend.models.schemas import PromotionOut
from backend.projects.models import Batch, Stage
from backend.users import service as users


def show_dashboard(session: Session, project_id: UUID, filters: Filters) -> DashboardOut:
    """For a fresh session. States of images, masks per image and the forecast go by batch and stage."""
    read_one_snapshot(session)
    all_batches = images.work_batches(session, project_id)
    batches = [batch for batch in all_batches if _is_chosen(batch, filters)]
    counts = _count_images(session, project_id, batches)
    finished = images.finished(session, [batch.id for batch in batches])
    by_day = tallies.by_day(session, project_id, filters)
    by_maker = tallies.by_maker(session, project_id, filters)
    shares = tallies.shares(session, project_id)
    made = _on_finished(shares, batches)
    promotions = registry.list_promotions(session, project_id)[::-1]
    authors = {str(id_) for id_ in filters.author}
    wanted = [one for one in finished if (not authors or one.by in authors) and _is_within(one.day, filters)]
    return DashboardOut(
        choices=_choices(session, all_batches, shares),
        totals=_totals(by_day),
        stages=_stages(by_day, counts, made),
        days=_days(by_day, wanted),
        models=_models(session, by_maker, promotions, filters),
        annotators=_annotators(session, by_maker, wanted),
        sources=_sources(by_day),
        forecast=_forecast(counts, made, finished),
        agreement=agreement(session, project_id, filters),
        promotions=[_promotion(one) for one in promotions if _is_within(one.promoted_at.date(), filters)],
    )


def _count_images(session: Session, project_id: UUID, batches: Sequence[Batch]) -> dict[Stage, ImageCounts]:
    encoders = models.encoders_in(session, project_id)
    by_batch = overview.count_images(session, [batch.id for batch in batches], encoders)
    added = {stage: dict.fromkeys(ImageCounts.model_fields, 0) for stage in Stage}
    for batch in batches:
        for name, count in by_batch[batch.id].model_dump().items():
            added[batch.stage][name] += count
    return {stage: ImageCounts(**counts) for stage, counts in added.items()}


def _on_finished(shares: Sequence[Share], batches: Sequence[Batch]) -> dict[Stage, tuple[int, int]]:
    """Masks and active milliseconds of images that are finished, by the present stage of their batch."""
    stages = {batch.id: batch.stage for batch in batches}
    made = dict.fromkeys(Stage, (0, 0))
    for share in shares:
        stage = stages.get(share.batch_id)
        if share.finished and stage is not None:
            masks, active_ms = made[stage]
            made[stage] = (masks + share.masks, active_ms + share.active_ms)
    return made


def _choices(session: Session, batches: Sequence[Batch], shares: Sequence[Share]) -> ChoicesOut:
    author_ids = {share.author_id for share in shares} - {NOBODY}
    names = users.names_by_id(session, author_ids)
    model_names = models.names_by_id(session, list({share.model_id for share in shares} - {NOBODY}))
    return ChoicesOut(
        batches=[Choice(id=batch.id, name=batch.name) for batch in batches],
        authors=_by_name([Choice(id=id_, name=names[str(id_)]) for id_ in author_ids]),
        models=_by_name([Choice(id=id_, name=name) for id_, name in model_names.items()]),
        first_day=min((share.first_day for share in shares), default=None),
        last_day=max((share.last_day for share in shares), default=None),
    )


def _by_name(choices: Sequence[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.id))


def _totals(cells: Sequence[Cell]) -> TotalFigures:
    tally = tallies.total(cells)
    return TotalFigures(
        masks=tally.masks, proposals=tally.proposals, machine_share=tally.machine_share, **tally.pace()
    )


def _stages(
    cells: Sequence[Cell],
    counts: dict[Stage, ImageCounts],
    made: dict[Stage, tuple[int, int]],
) -> list[StageFigures]:
    by_stage = tallies.grouped(cells, lambda cell: cell.stage)
    shown = []
    for stage in Stage:
        tally, (masks, _) = by_stage.get(stage, NOTHING), made[stage]
        done = counts[stage].finished
        shown.append(
            StageFigures(
                stage=stage,
                images=counts[stage],
                masks=tally.masks,
                proposals=tally.proposals,
                masks_per_image=round(masks / done, 1) if done else None,
                machine_share=tally.machine_share,
                **tally.pace(),
            )
        )
    return shown


def _days(cells: Sequence[Cell], finished: Sequence[Finished]) -> list[DayFigures]:
    by_day = tallies.grouped(cells, lambda cell: cell.day)
    sources: dict[date | None, Counter[MaskSource]] = defaultdict(Counter)
    for cell in cells:
        if cell.source is not None and cell.tally.masks:
            sources[cell.day][cell.source] += cell.tally.masks
    ended = _images_by_day(finished)
    shown = []
    for day in sorted(by_day.keys() | ended.keys()):
        tally = by_day.get(day, NOTHING)
        if tally.masks or ended[day]:
            shown.append(
                DayFigures(
                    day=day,
                    masks=tally.masks,
                    images=ended[day],
                    sources=dict(sources[day]),
                    **tally.pace(),
                )
            )
    return shown


def _models(
    session: Session, cells: Sequence[Cell], promotions: Sequence[PromotionOut], filters: Filters
) -> list[ModelFigures]:
    by_model = tallies.grouped(cells, lambda cell: cell.model_id)
    first = {one.model_id: one.promoted_at for one in reversed(promotions)}
    wanted = {id_ for id_, tally in by_model.items() if tally.masks} | first.keys()
    if filters.model:
        wanted &= set(filters.model)
    found = session.scalars(select(Model).where(Model.id.in_(wanted))).all()
    shown = []
    for model in sorted(found, key=lambda model: (first.get(model.id, model.created_at), model.id)):
        tally = by_model.get(model.id, NOTHING)
        shown.append(
            ModelFigures(
                id=model.id,
                name=model.name,
                is_starter=model.is_starter,
                first_promoted_at=first.get(model.id),
                masks=tally.masks,
                timed_masks=tally.timed_masks,
                **tally.pace(),
            )
        )
    return shown


def _annotators(
    session: Session, cells: Sequence[Cell], finished: Sequence[Finished]
) -> list[AnnotatorFigures]:
    by_author = {
        id_: tally
        for id_, tally in tallies.grouped(cells, lambda cell: cell.author_id).items()
        if tally.masks
    }
    names = users.names_by_id(session, by_author)
    submitted: Counter[str] = Counter()
    for one in finished:
        submitted[one.by] += one.images
    shown = [
        AnnotatorFigures(
            id=id_,
            name=names[str(id_)],
            masks=tally.masks,
            images=submitted[str(id_)],
            hours=tally.hours,
            masks_per_hour=tally.masks_per_hour,
            **tally.pace(),
        )
        for id_, tally in by_author.items()
    ]
    return sorted(shown, key=lambda one: (one.name.casefold(), one.id))


def _sources(cells: Sequence[Cell]) -> list[SourceFigures]:
    by_source = tallies.grouped(cells, lambda cell: cell.source)
    shown = [SourceFigures(source=source, masks=of.masks) for source, of in by_source.items() if of.masks]
    return sorted(shown, key=lambda one: (-one.masks, one.source))


def _forecast(
    counts: dict[Stage, ImageCounts],
    made: dict[Stage, tuple[int, int]],
    finished: Sequence[Finished],
) -> ForecastOut:
    progress = [
        Progress(
            stage=stage,
            images_left=of.left,
            finished=of.finished,
            active_ms=made[stage][1],
        )
        for stage, of in counts.items()
    ]
    return forecast(progress, _images_by_day(finished), utc_now().date())


def _images_by_day(finished: Sequence[Finished]) -> Counter[date]:
    by_day: Counter[date] = Counter()
    for one in finished:
        by_day[one.day] += one.images
    return by_day


def _promotion(one: PromotionOut) -> PromotionFigures:
    return PromotionFigures(
        at=one.promoted_at,
        model_id=one.model_id,
        model=one.model_name,
        previous=one.previous_name,
        by=one.promoted_by_name,
        reason=one.reason,
    )


def _is_chosen(batch: Batch, filters: Filters) -> bool:
    is_in = not filters.batch or batch.id in filters.batch
    return is_in and (not filters.stage or batch.stage in filters.stage)


def _is_within(day: date, filters: Filters) -> bool:
    return (filters.first_day or day) <= day <= (filters.last_day or day)
