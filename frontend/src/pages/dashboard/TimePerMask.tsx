import type { DayFigures, PromotionFigures } from "../../api/types";
import { LinePlot, type Series } from "../../charts/plots";
import { countOf, decimalText, secondsText } from "../../ui/amounts";
import { Card } from "./Card";
import { daysBetween, dayText, marksOf, type Range, readableMarks } from "./days";
import { Nothing } from "./Nothing";
import { wayText } from "./texts";

const SERIES: readonly Series[] = [
  { name: "median", label: "Median", color: "var(--accent)" },
  { name: "mean", label: "Mean", color: "var(--state-in-review)", isDashed: true },
];

interface Props {
  days: readonly DayFigures[];
  promotions: readonly PromotionFigures[];
  range: Range | null;
  csv: string;
}

export function TimePerMask({ days, promotions, range, csv }: Props) {
  const known = new Map(days.map((day) => [day.day, day]));
  const hasTime = days.some(({ median_seconds }) => median_seconds !== null);
  const marks = range ? marksOf(promotions, range) : [];
  const told = wayText(
    days.map(({ day, median_seconds }) => ({ at: day, value: median_seconds })),
    (day) => dayText(day),
  );
  const promoted = marks.map(({ x, label }) => `${label} put to use on ${dayText(x)}`).join(", ");
  return (
    <Card
      title="Seconds per mask"
      area="time"
      legend={SERIES}
      csv={csv}
      data={{
        columns: ["Day", "Median s", "Mean s", "Clicks", "Masks"],
        rows: days.map((day) => [
          dayText(day.day),
          decimalText(day.median_seconds),
          decimalText(day.mean_seconds),
          decimalText(day.clicks_per_mask),
          countOf(day.masks),
        ]),
      }}
    >
      {hasTime && range ? (
        <LinePlot
          text={`Median seconds per mask by day: ${told}${promoted && `; ${promoted}`}`}
          data={daysBetween(range).map((day) => ({
            day,
            median: known.get(day)?.median_seconds ?? null,
            mean: known.get(day)?.mean_seconds ?? null,
          }))}
          x="day"
          xFormat={(day) => dayText(day)}
          series={SERIES}
          format={secondsText}
          marks={readableMarks(marks, range)}
        />
      ) : (
        <Nothing>No person has spent time on a mask here yet.</Nothing>
      )}
    </Card>
  );
}
