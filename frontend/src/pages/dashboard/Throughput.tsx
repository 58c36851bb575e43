import type { DayFigures } from "../../api/types";
import { BarPlot } from "../../charts/plots";
import { countOf, countText } from "../../ui/amounts";
import { Card } from "./Card";
import { dayText, type Range, type Step, throughputOf } from "./days";
import { Nothing } from "./Nothing";
import { GROUP_LABELS, GROUPS, sourceSeries } from "./sources";

interface Props {
  days: readonly DayFigures[];
  range: Range | null;
  csv: string;
}

const NOTHING = { step: "day", bars: [] } as const;

/** Masks by the day on which they were accepted, and by what made them. */
export function MasksPerDay({ days, range, csv }: Props) {
  const { step, bars } = range ? throughputOf(days, range) : NOTHING;
  const groups = GROUPS.filter((group) => bars.some(({ sources }) => sources[group] > 0));
  const series = sourceSeries(groups);
  const totals = groups.map((group) => ({
    group,
    masks: bars.reduce((sum, { sources }) => sum + sources[group], 0),
  }));
  const told = totals.map(({ group, masks }) => `${GROUP_LABELS[group]} ${countOf(masks)}`).join(", ");
  return (
    <Card
      title={`Masks per ${step}`}
      area="masks"
      legend={series}
      csv={csv}
      data={{
        columns: [HEADS[step], "Masks", ...groups.map((group) => GROUP_LABELS[group])],
        rows: bars
          .filter(({ masks }) => masks > 0)
          .map(({ at, masks, sources }) => [
            dayText(at),
            countOf(masks),
            ...groups.map((group) => countOf(sources[group])),
          ]),
      }}
    >
      {groups.length > 0 ? (
        <BarPlot
          text={`Masks per ${step} by what made them, in all: ${told}`}
          data={bars.map(({ at, sources }) => ({ at, ...sources }))}
          x="at"
          xFormat={(at) => dayText(at)}
          series={series}
          format={countOf}
          isStacked
        />
      ) : (
        <Nothing>No masks were accepted in this time.</Nothing>
      )}
    </Card>
  );
}

/** Images by the day on which their masks were complete. */
export function ImagesPerDay({ days, range, csv }: Props) {
  const { step, bars } = range ? throughputOf(days, range) : NOTHING;
  const total = bars.reduce((sum, { images }) => sum + images, 0);
  const best = bars.reduce((most, bar) => (bar.images > most.images ? bar : most), { at: "", images: 0 });
  return (
    <Card
      title={`Images finished per ${step}`}
      area="images"
      csv={csv}
      data={{
        columns: [HEADS[step], "Images"],
        rows: bars.filter(({ images }) => images > 0).map(({ at, images }) => [dayText(at), countOf(images)]),
      }}
    >
      {total > 0 ? (
        <BarPlot
          text={`${countText(total, "image")} finished; most on ${dayText(best.at)}: ${countOf(best.images)}`}
          data={bars.map(({ at, images }) => ({ at, images }))}
          x="at"
          xFormat={(at) => dayText(at)}
          series={[{ name: "images", label: "Images", color: "var(--state-submitted)" }]}
          format={countOf}
        />
      ) : (
        <Nothing>
          No image was submitted in this time: annotators submit one when its masks are complete.
        </Nothing>
      )}
    </Card>
  );
}

const HEADS: Record<Step, string> = { day: "Day", week: "Week from" };
