import { Text } from "@mantine/core";
import type { RegisteredModel } from "../../api/types";
import charts from "../../charts/charts.module.css";
import { VersionPlot } from "../../charts/VersionPlot";

/** What people's work cost under each model, from the first to the last. */
export function VersionCharts({ models }: { models: RegisteredModel[] }) {
  const used = models.filter(({ masks_made }) => masks_made > 0);
  if (used.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nobody has made masks with a model yet. Annotate some images: here is then what a mask costs under
        each.
      </Text>
    );
  const of = (value: (model: RegisteredModel) => number | null) =>
    used.map((model) => ({ name: model.name, value: value(model) }));
  return (
    <div className={charts.figures}>
      <VersionPlot title="Masks made" versions={of(({ masks_made }) => masks_made)} format={digits(0)} />
      <VersionPlot
        title="Seconds per mask"
        versions={of((model) => model.seconds_per_mask)}
        format={digits(1)}
      />
      <VersionPlot
        title="Clicks per mask"
        versions={of((model) => model.clicks_per_mask)}
        format={digits(1)}
      />
    </div>
  );
}

function digits(most: number): (value: number) => string {
  return (value) => value.toLocaleString("en", { maximumFractionDigits: most });
}
