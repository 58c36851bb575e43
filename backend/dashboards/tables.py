"""Charts as CSV, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from pydantic import BaseModel

from backend.batches.schemas import ImageCounts
from backend.dashboards.schemas import (
    AgreementOut,
    AnnotatorFigures,
    Bin,
    Chart,
    DashboardOut,
    DayFigures,
    FailureFigures,
    HourFigures,
    MachinesOut,
    ModelFigures,
    PromotionFigures,
    SourceFigures,
    StageFigures,
    StorageFigures,
)
from backend.masks.models import MaskSource
from backend.projects.service import ascii_name

OF_MACHINES = (Chart.HOURS, Chart.FAILURES, Chart.STORAGE)
ROWS: Mapping[Chart, type[BaseModel]] = {
    Chart.STAGES: StageFigures,
    Chart.DAYS: DayFigures,
    Chart.SOURCES: SourceFigures,
    Chart.MODELS: ModelFigures,
    Chart.ANNOTATORS: AnnotatorFigures,
    Chart.AGREEMENT: AgreementOut,
    Chart.PROMOTIONS: PromotionFigures,
    Chart.HOURS: HourFigures,
    Chart.FAILURES: FailureFigures,
    Chart.STORAGE: StorageFigures,
}
# Fields that hold several: a column for each, named after both.
PARTS: Mapping[str, tuple[str, ...]] = {
    "images": tuple(ImageCounts.model_fields),
    "sources": tuple(MaskSource),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how spreadsheets tell one (OWASP, CSV injection)


def to_csv(chart: Chart, figures: DashboardOut | MachinesOut) -> bytes:
    """The chart's rows beneath the names of their fields; UTF-8."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_columns(ROWS[chart]))
    for row in getattr(figures, chart.value):
        for cells in _cells(row.model_dump(mode="json", by_alias=True)):
            writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode()


def file_name(chart: Chart, project: str) -> str:
    """In ASCII, whatever the project is named."""
    return f"{chart}-{ascii_name(project) or 'project'}.csv"


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _columns(row: type[BaseModel]) -> list[str]:
    columns: list[str] = []
    for name, field in row.model_fields.items():
        if name == "histogram":  # a row of the table for each of its bins
            columns += [bin_.serialization_alias or key for key, bin_ in Bin.model_fields.items()]
        elif name in PARTS and field.annotation is not int:
            columns += [f"{name}_{part}" for part in PARTS[name]]
        else:
            columns.append(field.serialization_alias or name)
    return columns


def _cells(row: Mapping[str, Any]) -> Iterator[list[Any]]:
    cells: list[Any] = []
    for name, value in row.items():
        if isinstance(value, Mapping):
            cells += [value.get(part, 0) for part in PARTS[name]]
        elif name != "histogram":
            cells.append(value)
    if "histogram" not in row:
        yield cells
    for bin_ in row.get("histogram", ()):
        yield [*cells, *bin_.values()]
