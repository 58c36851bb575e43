import { Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import type { RegisteredModel } from "../../api/types";
import { line, scale, ticks } from "./chart";
import classes from "./models.module.css";

const HEIGHT = 132;
const TOP = 8;
const LEFT = 44;
const BOTTOM = 22;

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
  return (
    <div className={classes.charts}>
      <VersionChart title="Masks made" models={used} of={({ masks_made }) => masks_made} digits={0} />
      <VersionChart
        title="Seconds per mask"
        models={used}
        of={(model) => model.seconds_per_mask}
        digits={1}
      />
      <VersionChart title="Clicks per mask" models={used} of={(model) => model.clicks_per_mask} digits={1} />
    </div>
  );
}

interface Props {
  title: string;
  models: RegisteredModel[];
  of: (model: RegisteredModel) => number | null;
  digits: number;
}

function VersionChart({ title, models, of, digits }: Props) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const known = models.flatMap((model, index) => {
    const value = of(model);
    return value === null ? [] : [{ name: model.name, index, value }];
  });
  const text = (value: number) => value.toLocaleString("en", { maximumFractionDigits: digits });
  const steps = ticks(Math.max(0, ...known.map(({ value }) => value)), 2);
  const x = scale([-0.5, models.length - 0.5], [LEFT, Math.max(LEFT, width)]);
  const y = scale([0, steps.at(-1) ?? 1], [HEIGHT - BOTTOM, TOP]);
  const points = known.map((point) => ({ ...point, x: x(point.index), y: y(point.value) }));
  const [first, last] = [points[0], points.at(-1)];
  const told = points.map(({ name, value }) => `${name} ${text(value)}`).join(", ");
  return (
    <figure className={classes.chart}>
      <figcaption>
        {title}
        {last && (
          <b>{first && first !== last ? `${text(first.value)} → ${text(last.value)}` : text(last.value)}</b>
        )}
      </figcaption>
      <div ref={ref}>
        <svg
          className={classes.plot}
          height={HEIGHT}
          role="img"
          aria-label={`${title} by model: ${told || "nothing yet"}`}
        >
          {steps.map((step) => (
            <g key={step}>
              <line className={classes.grid} x1={LEFT} x2={width} y1={y(step)} y2={y(step)} />
              <text x={LEFT - 8} y={y(step) + 4} textAnchor="end">
                {step.toLocaleString("en")}
              </text>
            </g>
          ))}
          <path className={classes.line} d={line(points)} />
          {points.map((point) => (
            <circle key={point.index} className={classes.dot} cx={point.x} cy={point.y} r={5}>
              <title>{`${point.name}: ${text(point.value)}`}</title>
            </circle>
          ))}
          {first && (
            <text x={LEFT} y={HEIGHT - 4}>
              {first.name}
            </text>
          )}
          {last && last !== first && (
            <text x={width} y={HEIGHT - 4} textAnchor="end">
              {last.name}
            </text>
          )}
        </svg>
      </div>
    </figure>
  );
}
